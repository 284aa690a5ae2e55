import ClusterModel
import CostModel
import Foundation
import Quantities
import Results
import Scheduling
import Simulation
import Testing
import Workloads

@testable import Reports

/// Pages of runs that were really simulated and written.
@Suite("Pages of recorded runs")
struct RecordedPageTests {
    /// Sixty jobs of two teams on four nodes, more than fit at once; the scheduler may evict.
    private func world(_ policy: SchedulingPolicy) throws -> World {
        var cluster = ClusterBuilder(name: "small")
        let shape = NodeShape(
            name: "eight", cpuMilli: 96_000, memoryBytes: 1 << 40, gpuModel: GPUModelID(index: 0), gpuCount: 8,
            nvlinkDomainGPUs: 8, nics: 1, nicRate: BytesPerSecond(rawValue: 25e9))
        cluster.add(NodePool(name: "eight", count: 4, shape: shape))
        var workload = WorkloadBuilder()
        for index in 0..<60 {
            let request = ResourceRequest(
                cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: [1, 2, 8, 8][index % 4], gpuMilli: 1000)
            workload.add(
                name: "job-\(index)", team: ["red", "blue"][index % 2], queue: ["prod", "batch"][index % 2],
                priority: Int32(index % 3), submit: SimTime(nanoseconds: Int64(index) * 120_000_000_000),
                duration: .seconds(Int64(600 + index * 97 % 3000)),
                groups: [PodGroupSpec(pods: index % 5 == 0 ? 2 : 1, request: request)])
        }
        let jobs = workload.build()
        return World(
            name: "recorded", cluster: try cluster.build(), workload: jobs,
            poolMasks: Array(repeating: .max, count: jobs.groups.count), scheduler: .init(policy: policy),
            queues: jobs.queues.map { QueueSpec(name: $0) },
            lifecycle: LifecycleModel(startup: .seconds(30), checkpointInterval: .seconds(900)),
            prices: [MoneyPerHour(rawValue: 3_000_000)], seed: 5)
    }

    @Test(
        "Every query of the page suits the run file, and its numbers agree with the run",
        arguments: [
            SchedulingPolicy.fifoGang, .priority,
        ])
    func recorded(_ policy: SchedulingPolicy) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("orrery-page-\(policy.rawValue)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("run.sqlite").path
        let world = try world(policy)
        let writer = try RunWriter(
            path: path, world: world,
            info: RunInfo(orreryVersion: "0.1.0", scenarioHash: "cafe", commandLine: "orrery run recorded.yaml"))
        var simulation = Simulation(world)
        try writer.finish(try simulation.run(into: writer))

        let reader = try RunReader(path: path)
        let data = try RunData(reader)
        #expect(data.summary.jobs == 60 && data.jobs.count == 60 && data.totalWait?.jobs == 60)
        #expect(data.queues.map(\.name) == ["batch", "prod"] && data.teams.map(\.name) == ["blue", "red"])
        #expect(data.delayed.count == RunData.storyCount && data.delayed.allSatisfy { !$0.decisions.isEmpty })
        #expect(data.gantt.nodes.count == 4 && data.gantt.spans.count >= 60)
        let capacity = 32 * Double(data.header.end) / 3.6e12
        #expect(abs(data.capacityHours - capacity) < capacity * 1e-9)
        let held = data.teams.reduce(0) { $0 + $1.hours }
        #expect(abs(held - data.causes.filter(\.isAllocated).reduce(0) { $0 + $1.hours }) < 1e-6)
        #expect(data.teams.allSatisfy { $0.productiveHours > 0 && $0.productiveHours <= $0.hours })

        let check = MarkupCheck(try RunReport.html(run: reader))
        #expect(check.problem == nil)
        #expect(check.textPieces.contains { $0.contains("orrery run recorded.yaml") })
        #expect(try CompareTable([("a", reader), ("b", reader)]).rows.allSatisfy { ($0.differences[1] ?? 0) == 0 })
    }

    /// Two jobs whose rings share a spine of 4:1, each with a node behind either leaf.
    @Test("Steps and links of training jobs are on the page") func training() throws {
        let shape = try #require(HardwareCatalogue.builtIn.shape(named: "dgx-h100"))
        let platform = try #require(TrainingPlatforms.platform(of: shape, .builtIn))
        let model = try #require(ModelCard.named("llama-3-8b"))
        var plan = TrainingPlan(gpus: 16, globalBatch: 32, sequence: 2048)
        plan.sharding = .zero3
        let step = TrainingCostModel(platform: platform).estimate(model, plan).step
        let spec = TrainingSpec(
            model: model, plan: plan, steps: 2000, referenceStep: SimDuration(nanoseconds: Int64(step * 1e9)))
        var cluster = ClusterBuilder(
            name: "shared", fabric: FabricSpec(kind: .fatTree, nodesPerLeaf: 2, spineOversubscription: 4))
        cluster.add(NodePool(name: "h100", count: 4, shape: shape))
        var workload = WorkloadBuilder()
        for name in ["first", "second"] {
            workload.add(
                name: name, submit: .zero, duration: spec.referenceStep * spec.steps, training: 0,
                groups: [
                    PodGroupSpec(pods: 2, request: ResourceRequest(cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: 8))
                ])
        }
        let jobs = workload.build()
        var world = World(
            name: "shared", cluster: try cluster.build(), workload: jobs, poolMasks: [.max, .max],
            scheduler: .init(policy: .fifoGang, placement: .random, tieBreak: .lowestName),
            queues: jobs.queues.map { QueueSpec(name: $0) }, seed: 3, sampleInterval: .seconds(60))
        world.trainings = [spec]
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("orrery-page-training.sqlite").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try RunWriter(
            path: path, world: world,
            info: RunInfo(orreryVersion: "0.1.0", scenarioHash: "cafe", commandLine: "orrery run shared.yaml"))
        var simulation = Simulation(world)
        try writer.finish(try simulation.run(into: writer))

        let reader = try RunReader(path: path)
        let training = try RunData(reader).training
        #expect(training.jobs.count == 2 && training.jobs.allSatisfy { $0.leafGroups == 2 && ($0.slowdown ?? 0) > 1.1 })
        #expect(training.paces.allSatisfy { $0.worst >= $0.mean && $0.mean >= 1 })
        #expect(training.paces.contains { abs($0.worst - (training.jobs[0].slowdown ?? 0)) < 2e-3 })
        // Both rings pass every uplink: it is full while both train. Node links are known by their means alone.
        let spine = try #require(training.tiers.first { $0.name == "spine" })
        #expect(spine.links == 2 && spine.fullest.contains { $0 > 0.999 } && spine.everFull == 1)
        let leaf = try #require(training.tiers.first { $0.name == "leaf" })
        // Both ends of a fat tree are alike: one bar for the two uplinks, one for the four nodes.
        #expect(training.busiest.map(\.tier) == ["spine", "leaf"] && training.busiest.map(\.alike) == [2, 4])
        #expect(leaf.busiestPeak == nil && leaf.times.isEmpty && leaf.meanShare > 0)
        let check = MarkupCheck(try RunReport.html(run: reader))
        #expect(check.problem == nil)
        #expect(check.textPieces.contains("How fast training went"))
        #expect(check.textPieces.contains("2 of 2 training jobs took more than 1 % longer than undisturbed"))
    }
}
