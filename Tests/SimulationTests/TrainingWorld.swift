import ClusterModel
import CostModel
import Quantities
import Scheduling
import Testing
import Workloads

@testable import Simulation

/// Worlds of training jobs on H100 machines whose leaves have one node each, so that placements are easy to foresee.
struct TrainingWorld {
    var nodes = 2
    var nodesPerLeaf = 1
    var kind = FabricSpec.Kind.fatTree
    var oversubscription = 4.0
    var placement = NodePolicy.spread
    var lifecycle = LifecycleModel()
    var failures = FailureModel()
    var degradations: [Degradation] = []
    var contention = true
    var policy = SchedulingPolicy.fifoGang
    var horizon: SimTime?
    var machines = ["dgx-h100"]
    private var builder = WorkloadBuilder()
    private var trainings: [TrainingSpec] = []
    private var pools: [UInt64] = []

    init() { _ = builder.queue("default") }

    /// Data-parallel training of Llama-3 8B whose gradients are reduced after the computation, nothing hidden.
    static func plan(gpus: Int) -> TrainingPlan {
        var plan = TrainingPlan(gpus: gpus, globalBatch: 2 * gpus, sequence: 2048)
        plan.microBatch = 2
        plan.software = .classicMegatron
        return plan
    }

    static func model() throws -> ModelCard { try #require(ModelCard.named("llama-3-8b")) }

    static func platform() throws -> TrainingPlatform {
        let shape = try #require(HardwareCatalogue.builtIn.shape(named: "dgx-h100"))
        return try #require(TrainingPlatforms.platform(of: shape, .builtIn))
    }

    mutating func train(
        _ name: String, at submit: Int64 = 0, pods: Int32, least: Int32? = nil, gpus: Int32, steps: Int64,
        plan: TrainingPlan? = nil,
        pool: UInt64 = .max, checkpoint: Int64? = nil, abortAt: Int64? = nil, priority: Int32 = 0
    ) throws {
        let plan = plan ?? Self.plan(gpus: Int(pods * gpus))
        let model = try Self.model()
        let seconds = TrainingCostModel(platform: try Self.platform()).estimate(model, plan).step
        let reference = SimDuration(nanoseconds: Int64((seconds * 1e9).rounded()))
        let request = ResourceRequest(cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: gpus)
        builder.add(
            name: name, priority: priority, submit: .zero + .seconds(submit), duration: reference * steps,
            abortAt: abortAt.map { .zero + .seconds($0) }, checkpointInterval: checkpoint.map { .seconds($0) },
            training: Int32(trainings.count), groups: [PodGroupSpec(pods: pods, minMember: least, request: request)])
        trainings.append(TrainingSpec(model: model, plan: plan, steps: steps, referenceStep: reference))
        pools.append(pool)
    }

    func world() throws -> World {
        var cluster = ClusterBuilder(name: "training")
        for machine in machines {
            let shape = try #require(HardwareCatalogue.builtIn.shape(named: machine))
            cluster.add(NodePool(name: machine, count: nodes, shape: shape))
        }
        cluster.fabric = FabricSpec(
            kind: kind, nodesPerLeaf: nodesPerLeaf, spineOversubscription: oversubscription)
        let workload = builder.build()
        var world = World(
            name: "training", cluster: try cluster.build(), workload: workload, poolMasks: pools,
            scheduler: SchedulerConfiguration(policy: policy, placement: placement, tieBreak: .lowestName),
            queues: [QueueSpec(name: "default")], failures: failures, lifecycle: lifecycle, horizon: horizon)
        world.trainings = trainings
        world.degradations = degradations
        world.contention = contention
        return world
    }

    func run() throws -> TinyRun {
        let world = try world()
        let sink = CollectingSink()
        var simulation = Simulation(world)
        let summary = try simulation.run(into: sink)
        return TinyRun(world: world, summary: summary, facts: sink.facts)
    }

    /// Seconds of a step whose data-parallel ranks get `share` of the rate of their network cards.
    static func step(
        _ plan: TrainingPlan, share: Double, reach: Int, constants: StepTimeConstants = StepTimeConstants()
    ) throws -> Double {
        var platform = try platform()
        platform.conditions[.data].share = share
        platform.conditions[.data].reach = reach
        return TrainingCostModel(platform: platform, constants: constants).estimate(try model(), plan).step
    }
}
