import Configuration
import KubernetesObjects
import Quantities
import Scenarios
import SimulationKernel
import Testing

@testable import Snapshots

/// What is written is read back as it was.
@Suite struct ImportTextTests {
    @Test func everyTextIsReadBackAsItWas() throws {
        let texts = [
            "plain", "true", "No", "null", "~", "", "12", "1e3", "0x1f", ".5", "-", "- a", "a: b", "a #b", "#c", "'",
            "\"",
            "a\\b", "tab\there", "two\nlines", "line\u{2028}end", "bell\u{7}", "\u{85}", "é 漢 😀", "{x}", "[y]", "a,b",
            "&a", "*b", "!c", "%d", "@e", "`f", "|", ">", "?", " a", "a ", "2026-01-01", "nvidia.com/gpu.product", "y",
            "\u{FEFF}", "a:b", "=", "<<",
        ]
        for text in texts {
            let line = "{\(YAMLText.scalar(text)): [\(YAMLText.scalar(text)), 1]}\n"
            let node = try YAMLReader.document(in: SourceText(name: "t", text: line))
            guard case .mapping(let entries) = node.content, entries.count == 1,
                case .sequence(let elements) = entries[0].value.content
            else {
                Issue.record("\(line)")
                continue
            }
            #expect(entries[0].key == text, "\(line)")
            #expect(elements.first?.kind == .string && elements.count == 2, "\(line)")
            guard case .scalar(let read, _)? = elements.first?.content else { continue }
            #expect(read == text, "\(line)")
        }
    }

    @Test func commentsStayComments() {
        #expect(YAMLText.comment("a\nb\u{2028}c\td") == ["# a b c d"])
        let long = YAMLText.comment(Array(repeating: "word", count: 60).joined(separator: " "), prefix: " - ")
        #expect(long.count == 3)
        #expect(long.allSatisfy { $0.count <= 120 })
        #expect(long[1].hasPrefix("#   word"))
    }

    /// Any dump becomes a scenario that the reader accepts and that says what the import says, or one clear complaint.
    @Test func randomDumpsBecomeScenarios() throws {
        var scenarios = 0
        for seed in 0..<120 as Range<UInt64> {
            var dump = RandomCluster(seed: seed)
            let objects = try dump.world().objects()
            do throws(InvalidInput) {
                let scenario = try ClusterImport(objects, file: "dump").scenario()
                scenarios += 1
                try compare(scenario, gangs: dump.gangs, seed: seed)
            } catch {
                #expect(
                    error.description.split(separator: "\n").allSatisfy { $0.hasPrefix("dump:1:1: ") },
                    "\(seed): \(error.description)")
            }
        }
        #expect(scenarios > 80)
    }

    private func compare(_ scenario: ImportedScenario, gangs: Int, seed: UInt64) throws(InvalidInput) {
        let read = try ImportWorld.read(scenario).spec
        #expect(read.cluster.nodePools.map(\.count) == scenario.pools.map(\.nodes.count))
        #expect(read.cluster.queues.map(\.name) == scenario.queues.map(\.name))
        #expect(read.cluster.queues.map(\.deservedGPUs) == scenario.queues.map(\.deservedGPUs))
        guard case .jobs(let list) = read.workload[0] else {
            Issue.record("jobs are listed")
            return
        }
        #expect(list.jobs.map(\.name) == scenario.jobs.map(\.name))
        #expect(list.jobs.map(\.submit) == scenario.jobs.map(\.submit))
        #expect(list.jobs.map(\.duration) == scenario.jobs.map(\.duration))
        #expect(list.jobs.map(\.priority) == scenario.jobs.map { Int($0.priority) })
        #expect(list.jobs.map(\.preemptible) == scenario.jobs.map(\.preemptible))
        for (own, job) in zip(scenario.jobs, list.jobs) {
            #expect(job.allGroups.map(\.pods) == own.groups.map(\.pods))
            #expect(job.allGroups.map { $0.minPods ?? $0.pods } == own.groups.map(\.minPods))
            #expect(job.allGroups.map(\.gpus) == own.groups.map(\.gpus))
            #expect(job.allGroups.map(\.cpu.milliValue) == own.groups.map(\.cpuMilli))
            #expect(job.allGroups.map(\.memory.value) == own.groups.map(\.memory))
        }
        // Nothing is lost on the way: every PodGroup is a job, an impossible one, or noted.
        let noted = scenario.notes.filter { $0.text.hasSuffix("left out") && ["job", "PodGroup"].contains($0.unit) }
        #expect(
            scenario.jobs.count + scenario.impossible.count + noted.reduce(0) { $0 + $1.count } == gangs,
            "\(seed): \(scenario.notes)")
    }
}

/// Random clusters with names, labels and times that a real one would not have.
struct RandomCluster {
    private var random: RandomStream
    /// Gangs and pods of their own that were made.
    private(set) var gangs = 0

    init(seed: UInt64) { random = RandomStream(seed: seed, name: "random-cluster") }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[random.below(elements.count)] }

    mutating func world() -> ImportWorld {
        var world = ImportWorld()
        if random.below(8) > 0 {
            world.nodes("steady-1", "steady-2")
            world.gang("steady", at: 0, gpus: 2, queue: "default", from: 5, to: 95)
            gangs += 1
        }
        for index in 0..<(1 + random.below(8)) {
            let zone = pick(["", ", zone: a", ", zone: \"true\"", ", \"zone\": \"x: y #\"", ", pool: \"Über 1\""])
            world.nodes(
                "\"" + pick(["gpu-", "n.", "", "-", "Ä"]) + "\(index)\"",
                product: pick(["NVIDIA-H100-80GB-HBM3", "NVIDIA-L40S", "NVIDIA-H100-80GB-HBM3-SHARED"]),
                gpus: pick([0, 1, 4, 8, 8, 8]), cpu: pick(["0", "3500m", "96", "222", "1e9"]),
                memory: pick(["1Gi", "1000000001", "900Gi", "2000Gi", "1Pi", "12345678Ki"]), labels: zone,
                spec: pick([
                    "{}", "{}", "{unschedulable: true}",
                    "{taints: [{key: a/b, value: \"null\", effect: NoExecute}, {key: soft, effect: PreferNoSchedule}]}",
                ]), ready: pick(["True", "True", "False"]))
        }
        for name in ["q", "deep", "\"on\"", "Odd_Name"] where random.below(3) > 0 {
            world.add(
                "{kind: Queue, metadata: {name: \(name)}, spec: {weight: \(pick([0, 1, 7, 2_000_000_000])), parent: \(pick(["root", "q", "deep", "gone"])), deserved: {nvidia.com/gpu: \(pick(["3", "1500m", "0"])), cpu: 5}, capability: {nvidia.com/gpu: \(pick([0, 2, 64]))}}}"
            )
        }
        for index in 0..<(1 + random.below(12)) {
            let start = random.below(3) == 0 ? nil : random.below(5000) - 1000
            let end = start.flatMap { random.below(2) == 0 ? nil : $0 + random.below(3000) - 100 }
            world.gang(
                "g\(index)", at: random.below(4000) - 2000, pods: random.below(4), gpus: pick([0, 1, 2, 8, 16]),
                minMember: pick([nil, 0, 1, 3]), queue: pick(["q", "deep", "\"\"", "Odd_Name", "elsewhere"]),
                from: start,
                to: end,
                spec: pick([
                    "", "  nodeSelector: {zone: \"true\"}", "  tolerations: [{operator: Exists}]",
                    "  tolerations: [{key: a/b, value: \"null\"}]\n  nodeSelector: {zone: \"x: y #\"}",
                    "  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: Exists}]}]}}}",
                ]), group: pick(["", ", minResources: {cpu: 3, nvidia.com/gpu: 2}"]))
            gangs += 1
        }
        return world
    }
}
