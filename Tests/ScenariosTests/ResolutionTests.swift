import ClusterModel
import Configuration
import Quantities
import Simulation
import Testing
import Workloads

@testable import Scenarios

@Suite("From scenario to world")
struct ResolutionTests {
    @Test func aSchedulerWrittenAsANameCanBeChangedInOneSetting() throws {
        let text = Self.text.replacing(
            "scheduler: {policy: las, placement: fgd, tieBreak: lowest-name, las: {thresholds: [1h, 10h]}}",
            with: "scheduler: sjf")
        func scheduler(_ overrides: [String]) throws -> SchedulerSection {
            let source = try SourceText(name: "s.yaml", text: text)
            return try ScenarioFile(source, overrides: overrides).scenario.content.spec.cluster.scheduler
        }
        #expect(try scheduler([]).configuration.policy == .sjf)
        #expect(try scheduler(["spec.clusters[0].scheduler.policy=drf"]).configuration.policy == .drf)
        let placed = try scheduler(["spec.clusters[east].scheduler.placement=spread"]).configuration
        #expect(placed.policy == .sjf && placed.placement == .spread)
    }

    private static let text = """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: full, labels: {owner: me}}
        spec:
          seed: 9
          horizon: 12h
          sampleInterval: 5m
          clusters:
            - name: east
              nodePools:
                - {name: h100, count: 4, machine: dgx-h100, nodesPerRack: 2, labels: {tier: gold}}
                - name: small
                  count: 2
                  machine: {cpu: 64, memory: 512Gi, gpu: l4, gpus: 4, nics: 1, nicRate: 100Gbit/s, localStorage: 2Ti}
                  taints: [{key: shared, effect: NoSchedule}]
              fabric: {kind: fat-tree, nodesPerLeaf: 2, spineOversubscription: 4, linkRate: 200Gbit/s, trafficPerGPU: 1GB/s}
              scheduler: {policy: las, placement: fgd, tieBreak: lowest-name, las: {thresholds: [1h, 10h]}}
              queues:
                - {name: all}
                - {name: prod, parent: all, weight: 3, team: product, capGPUs: 16, deservedGPUs: 12}
                - {name: dev, parent: all}
              failures: {node: {mtbf: 30d, repair: 2h}}
              price: {perGPUHour: {small: $0.50/h}}
          startup: {imagePull: 30s, load: 20s, rendezvous: 10s}
          checkpoint: {interval: 1h, write: 15s, restore: 45s, onPreemption: true}
          workload:
            - jobs:
                - {name: serve, queue: prod, count: 2, every: 1h, gpuShare: 0.25, gpuModels: [l4], duration: 2h,
                   tolerations: [{key: shared, operator: Exists}]}
                - name: train
                  queue: dev
                  submit: 30m
                  duration: 3h
                  requested: 4h
                  priority: 5
                  nodeSelector: {tier: gold}
                  groups:
                    - {pods: 2, gpus: 8, cpu: 1500m, memory: 1Gi}
                    - {pods: 4, minPods: 1, cpu: 4}
        """

    @Test func everySectionReachesTheWorld() throws {
        let world = try scenario(Self.text).scenario.world()
        #expect(world.name == "full")
        #expect(world.seed == 9)
        #expect(world.horizon?.nanoseconds == 43_200_000_000_000)
        #expect(world.sampleInterval == .seconds(300))
        #expect(world.cluster.totalGPUs == 40)
        #expect(world.cluster.rackCount == 3)
        #expect(world.cluster.pools[0].shape.nicRate.rawValue == 25e9)
        #expect(world.cluster.pools[1].shape.memoryBytes == 512 << 30)
        #expect(world.cluster.pools[1].taints == [Taint(key: "shared", effect: .noSchedule)])
        #expect(world.scheduler.policy == .las)
        #expect(world.scheduler.placement == .fgd)
        #expect(world.scheduler.tieBreak == .lowestName)
        #expect(world.scheduler.lasThresholdGPUSeconds == [3_600, 36_000])
        #expect(
            world.queues == [
                QueueSpec(name: "all"),
                QueueSpec(name: "prod", weight: 3, parent: 0, deservedGPUs: 12, capGPUs: 16),
                QueueSpec(name: "dev", parent: 0),
            ])
        var failures = FailureModel(nodeMTBF: .seconds(30 * 86_400), nodeRepair: .seconds(7_200))
        failures.nicsPerNode = world.failures.nicsPerNode
        failures.nodesPerLeaf = 2
        #expect(world.failures == failures)
        #expect(world.lifecycle.startup == .seconds(60))
        #expect(world.lifecycle.checkpointInterval == .seconds(3_600))
        #expect(world.lifecycle.checkpointWrite == .seconds(15))
        #expect(world.lifecycle.restore == .seconds(45))
        #expect(world.lifecycle.checkpointOnPreemption)
        #expect(world.prices.map(\.description) == ["$6.88/h", "$0.50/h"])
        #expect(world.trafficPerGPU.rawValue == 1e9)
    }

    @Test func jobsKeepTheirFieldsAndPools() throws {
        let world = try scenario(Self.text).scenario.world()
        let workload = world.workload
        #expect(workload.jobs.map { workload.name(of: $0) } == ["serve-0", "train", "serve-1"])
        let train = workload.jobs[1]
        #expect(train.submit == SimTime(nanoseconds: 1_800_000_000_000))
        #expect(train.requestedDuration == .seconds(4 * 3_600))
        #expect(train.priority == 5)
        #expect(workload.queues[Int(train.queue)] == "dev")
        #expect(workload.teams[Int(train.team)] == "default")
        let groups = Array(workload.groups(of: train))
        #expect(groups.map(\.pods) == [2, 4])
        #expect(groups.map(\.minMember) == [2, 1])
        #expect(groups[0].request == ResourceRequest(cpuMilli: 1_500, memoryBytes: 1 << 30, gpuCount: 8))
        let serve = workload.jobs[2]
        #expect(serve.submit == SimTime(nanoseconds: 3_600_000_000_000))
        #expect(workload.teams[Int(serve.team)] == "product")
        #expect(workload.groups(of: serve).first?.request.gpuMilli == 250)
        // serve may only use the tainted pool of L4, train only the gold one.
        #expect(serve.groupIndices.map { world.poolMasks[$0] } == [0b10])
        #expect(train.groupIndices.map { world.poolMasks[$0] } == [0b01, 0b01])
    }

    @Test func explanationsTellWhereEveryValueCameFrom() throws {
        let lines = try scenario(Self.text, set: ["spec.clusters[east].nodePools[small].count=3"]).scenario.explanation
            .split(separator: "\n").map { line in
                line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
            }
        for line in [
            "seed: 9 # s.yaml:5:9", "count: 3 # --set:1:44", "labels: (ignored) # s.yaml:3:32",
            "placement: fgd # s.yaml:17:43", "minimumRuntime: 10m # default", "repair: 4h # default",
            "- name: h100 # s.yaml:11:18", "- 1h # s.yaml:17:90", "preemptible: true # default",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func aShortSchedulerShowsItsDefaults() throws {
        let text = Self.text.replacing(
            "{policy: las, placement: fgd, tieBreak: lowest-name, las: {thresholds: [1h, 10h]}}", with: "backfill")
        let resolved = try scenario(text).scenario
        #expect(resolved.content.spec.cluster.scheduler.configuration.policy == .backfill)
        #expect(resolved.values.contains { $0.path == "spec.clusters[0].scheduler.searchDepth" && $0.text == "1000" })
    }

    @Test func withoutHorizonARunDrains() throws {
        let resolved = try scenario(Self.text.replacing("  horizon: 12h\n", with: "")).scenario
        #expect(resolved.content.spec.until == .drained)
        #expect(try resolved.world().horizon == nil)
        #expect(resolved.explanation.contains("until: drained"))
    }

    @Test func variantsChangeWhatTheySay() throws {
        let text =
            Self.text
            + "\n  compare:\n    - name: big\n      set:\n        spec.clusters[east].nodePools[h100].count: 8\n"
        let file = try scenario(text)
        #expect(try file.scenario.world().cluster.nodeCount == 6)
        let variant = try #require(file.variants.first)
        #expect(variant.name == "full/big")
        #expect(try variant.world().cluster.nodeCount == 10)
        #expect(variant.explanation.contains("(variant big)"))
        #expect(try variant.hash() != file.scenario.hash())
    }

    @Test func hashesNameTheContent() throws {
        let hash = try scenario(Self.text).scenario.hash()
        #expect(hash.count == 64)
        let sameButForLayout = Self.text.replacing("seed: 9", with: "seed:   9   # lucky").replacing(
            "full", with: "other"
        )
        .replacing("repair: 2h", with: "repair: 120m")
        #expect(try scenario(sameButForLayout).scenario.hash() == hash)
        #expect(try scenario(Self.text + "\n  objectives: [mean(wait) < 1h]\n").scenario.hash() == hash)
        #expect(try scenario(Self.text, set: ["spec.seed=10"]).scenario.hash() != hash)
    }

    @Test func schemaAndReaderRefuseTheSame() throws {
        let validator = SchemaValidator(Scenario.schema)
        let json = { (text: String) in try YAMLReader.document(in: SourceText(name: "s.yaml", text: text)).json }
        #expect(validator.problems(of: try json(Self.text)) == [])
        for (good, bad) in [
            ("seed: 9", "seed: -9"), ("seed: 9", "sead: 9"), ("horizon: 12h", "horizon: 12"),
            ("count: 4", "count: four"),
            ("policy: las", "policy: lars"), ("gpuShare: 0.25", "gpuShare: 1.5"), ("weight: 3", "weight: 0"),
            ("name: full", "name: Full"), ("kind: Scenario", "kind: Pod"), ("duration: 3h", "class: a"),
            ("onPreemption: true", "onPreemption: yes"), ("$0.50/h", "0.50"), ("machine: dgx-h100", "machine: dgx"),
            ("- jobs:", "- job:"), ("{pods: 2,", "{pods: 0,"),
        ] {
            let text = Self.text.replacing(good, with: bad)
            #expect(text != Self.text)
            #expect(!faults(text).isEmpty, "\(bad)")
            #expect(!validator.problems(of: try json(text)).isEmpty, "\(bad)")
        }
    }
}

@Suite("SHA-256")
struct SHA256Tests {
    /// Vectors of FIPS 180-4's examples, and one over many blocks fed in odd pieces.
    @Test func digestsMatchTheStandard() {
        let digest = { (text: String) in
            var hash = SHA256()
            hash.update(text.utf8)
            return hash.digest()
        }
        #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        var pieces = SHA256()
        for length in 0..<447 { pieces.update(repeatElement(UInt8(ascii: "a"), count: length)) }
        pieces.update(repeatElement(UInt8(ascii: "a"), count: 100_000 - 447 * 446 / 2))
        #expect(pieces.digest() == digest(String(repeating: "a", count: 100_000)))
    }
}
