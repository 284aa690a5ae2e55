import ClusterModel
import Quantities
import Scheduling
import Simulation
import SimulationKernel
import Testing
import Workloads

/// A small builder language: nodes, queues and jobs in seconds, so that a scheduler expert can read a test.
struct TinyWorld {
    var nodes = 2
    var gpusPerNode = 8
    var pools = 1
    var queues: [QueueSpec] = [QueueSpec(name: "default")]
    var scheduler = SchedulerConfiguration(policy: .fifoGang, placement: .bestFit)
    var failures = FailureModel()
    var lifecycle = LifecycleModel()
    var horizon: SimTime?
    var seed: UInt64 = 1
    var sampleInterval = SimDuration.seconds(60)
    private var builder = WorkloadBuilder()
    private var poolMasks: [UInt64] = []

    init() { _ = builder.queue("default") }

    /// A gang of `pods` pods of `gpus` GPUs each.
    mutating func job(
        _ name: String, at submit: Int64 = 0, pods: Int32 = 1, gpus: Int32, for duration: Int64, min: Int32? = nil,
        milli: Int32 = 1000, cpu: Int64 = 1, queue: String = "default", team: String = "default", priority: Int32 = 0,
        requested: Int64? = nil, abortAt: Int64? = nil, checkpoint: Int64? = nil, maxRestarts: Int32? = nil,
        preemptible: Bool = true, pool: UInt64 = .max
    ) {
        let request = ResourceRequest(cpuMilli: cpu * 1000, memoryBytes: 1 << 30, gpuCount: gpus, gpuMilli: milli)
        builder.add(
            name: name, team: team, queue: queue, priority: priority, submit: .zero + .seconds(submit),
            duration: .seconds(duration), requestedDuration: requested.map { .seconds($0) },
            abortAt: abortAt.map { .zero + .seconds($0) }, checkpointInterval: checkpoint.map { .seconds($0) },
            maxRestarts: maxRestarts ?? Job.unlimitedRestarts, preemptible: preemptible,
            groups: [PodGroupSpec(pods: pods, minMember: min, request: request)])
        poolMasks.append(pool)
    }

    func world() throws -> World {
        var cluster = ClusterBuilder(name: "tiny")
        let model = HardwareCatalogue.builtIn.shape(named: "dgx-h100")?.gpuModel
        let shape = NodeShape(
            name: "box", cpuMilli: 64_000, memoryBytes: 512 << 30, gpuModel: model, gpuCount: gpusPerNode,
            nvlinkDomainGPUs: gpusPerNode)
        for pool in 0..<pools { cluster.add(NodePool(name: "pool\(pool)", count: nodes, shape: shape)) }
        let workload = builder.build()
        return World(
            name: "tiny", cluster: try cluster.build(), workload: workload, poolMasks: poolMasks, scheduler: scheduler,
            queues: workload.queues.map { name in queues.first { $0.name == name } ?? QueueSpec(name: name) },
            failures: failures, lifecycle: lifecycle, seed: seed, horizon: horizon, sampleInterval: sampleInterval)
    }

    /// Runs the world and collects its facts.
    func run() throws -> TinyRun {
        let world = try world()
        let sink = CollectingSink()
        var simulation = Simulation(world)
        let summary = try simulation.run(into: sink)
        return TinyRun(world: world, summary: summary, facts: sink.facts)
    }
}

/// Keeps every fact in memory.
final class CollectingSink: FactSink {
    var facts = FactBuffers()

    func write(_ new: borrowing FactBuffers) {
        facts.placements += new.placements
        facts.decisions += new.decisions
        facts.jobs += new.jobs
        facts.queueSamples += new.queueSamples
        facts.teamSamples += new.teamSamples
        facts.poolSamples += new.poolSamples
        facts.failures += new.failures
        facts.gpuTime += new.gpuTime
        facts.poolTime += new.poolTime
        facts.teamTime += new.teamTime
    }
}

/// What came out, by job name and in seconds.
struct TinyRun {
    var world: World
    var summary: RunSummary
    var facts: FactBuffers

    func index(_ name: String) throws -> Int32 {
        let jobs = world.workload.jobs
        return Int32(try #require(jobs.firstIndex { world.workload.name(of: $0) == name }))
    }

    func job(_ name: String) throws -> JobFact {
        let index = try index(name)
        return try #require(facts.jobs.first { $0.job == index })
    }

    func start(_ name: String) throws -> Double { Double(try job(name).firstStartNs) / 1e9 }
    func end(_ name: String) throws -> Double { Double(try job(name).endNs) / 1e9 }

    /// Nodes of the job's placements, sorted.
    func nodes(_ name: String) throws -> [Int32] {
        let index = try index(name)
        return Array(Set(facts.placements.filter { $0.job == index }.map(\.node))).sorted()
    }

    func decisions(_ name: String) throws -> [String] {
        let index = try index(name)
        return facts.decisions.filter { $0.job == index }.map { "\($0.action.name):\($0.reason.name)" }
    }

    /// GPU-seconds of a cause over the whole run.
    func gpuSeconds(_ cause: GPUTimeCause) -> Double {
        Double(facts.gpuTime.filter { $0.cause == cause }.reduce(0) { $0 + $1.gpuNs }) / 1e9
    }
}
