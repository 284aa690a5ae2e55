import ClusterModel
import CostModel
import Quantities
import Scheduling
import Simulation
import SimulationKernel
import Workloads

/// Training jobs that share an oversubscribed fabric: about 500 at a time on 1,000 nodes.
enum ContentionBenchmarks {
    static var entries: [Benchmark] { [eventsPerSecond, costRatio] }

    private static let work =
        "2,500 training jobs of 8 to 64 GPUs, 16 on average, about 500 at a time, on random nodes of 1,000 x 8 GPUs, rail-optimized, 16 "
        + "nodes a leaf, spine 4:1"

    private static var eventsPerSecond: Benchmark {
        Benchmark(
            name: "contention-events-per-s", unit: "events/s", better: .higher,
            work: work + "; arrivals, ends and changes of pace, each with its new rates", repetitions: 3
        ) {
            let world = try world(contention: true)
            let run = try measure(world)
            return Sample(value: Double(run.events) / run.seconds, checksum: run.checksum)
        }
    }

    private static var costRatio: Benchmark {
        Benchmark(
            name: "contention-cost-ratio", unit: "", better: .lower,
            work: work + "; CPU time with shared links over that with links for every job alone", repetitions: 3
        ) {
            let on = try measure(try world(contention: true)), off = try measure(try world(contention: false))
            return Sample(value: on.seconds / off.seconds, checksum: on.checksum ^ off.checksum)
        }
    }

    private static func measure(_ world: World) throws -> (seconds: Double, events: Int64, checksum: UInt64) {
        var summary: RunSummary?
        let seconds = try cpuSeconds {
            var simulation = Simulation(world, recording: false)
            summary = try simulation.run()
        }
        guard let summary, summary.outcome == .drained, summary.warnings.isEmpty else {
            throw WrongAnswer(description: "the run did not drain, or refused jobs")
        }
        return (seconds, summary.events, summary.fingerprint)
    }

    private static func world(contention: Bool) throws -> World {
        guard let shape = HardwareCatalogue.builtIn.shape(named: "dgx-h100"),
            let platform = TrainingPlatforms.platform(of: shape, .builtIn), let model = ModelCard.named("llama-3-8b")
        else { throw WrongAnswer(description: "the catalogue has no dgx-h100 or llama-3-8b") }
        var cluster = ClusterBuilder(
            name: "training",
            fabric: FabricSpec(kind: .railOptimized, nodesPerLeaf: 16, spineOversubscription: 4))
        cluster.add(NodePool(name: "h100", count: 1_000, shape: shape))
        let trainings = [1, 2, 4, 8].map { nodes in
            var plan = TrainingPlan(gpus: 8 * nodes, globalBatch: 64 * nodes, sequence: 4096)
            plan.sharding = .zero3
            plan.software = .fsdp
            let step = TrainingCostModel(platform: platform).estimate(model, plan).step
            return TrainingSpec(
                model: model, plan: plan, steps: 1, referenceStep: SimDuration(nanoseconds: Int64(step * 1e9)))
        }
        var random = RandomStream(seed: 11, name: "bench/contention")
        var builder = WorkloadBuilder()
        var submit = SimTime.zero
        for job in 0..<2_500 {
            let kind = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 3][random.below(16)]
            let request = ResourceRequest(cpuMilli: 96_000, memoryBytes: 960 << 30, gpuCount: 8)
            let duration = trainings[kind].referenceStep * Int64(200 + random.below(600))
            builder.add(
                name: "job-\(job)", submit: submit, duration: duration, training: Int32(kind),
                groups: [PodGroupSpec(pods: Int32(trainings[kind].plan.gpus / 8), request: request)])
            submit = submit.later(by: Int64(random.exponential(mean: meanGapSeconds * 1e9)))
        }
        let workload = builder.build()
        var world = World(
            name: "contention", cluster: try cluster.build(), workload: workload,
            poolMasks: Array(repeating: .max, count: workload.groups.count),
            scheduler: SchedulerConfiguration(policy: .fifoGang, placement: .random, tieBreak: .seeded),
            queues: workload.queues.map { QueueSpec(name: $0) })
        world.trainings = trainings
        world.contention = contention
        return world
    }

    /// Undisturbed, jobs run for 2,100 s; as contention stretches them, about 500 of them at a time nearly fill the nodes.
    private static let meanGapSeconds = 4.6
}
