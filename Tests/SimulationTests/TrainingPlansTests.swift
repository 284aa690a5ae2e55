import ClusterModel
import CostModel
import Quantities
import Testing

@testable import Simulation

/// Plans of all kinds on their places: what a gang that is packed, alone and whole must not lose, and what a smaller one takes.
@Suite struct TrainingPlansTests {
    private static func plan(_ gpus: Int, _ change: (inout TrainingPlan) -> Void) -> TrainingPlan {
        var plan = TrainingWorld.plan(gpus: gpus)
        change(&plan)
        return plan
    }

    static let plans: [TrainingPlan] = [
        plan(32) { $0.tensor = 8 },
        plan(32) { $0.tensor = 16 },
        plan(32) { $0.pipeline = 4 },
        plan(32) {
            $0.tensor = 4
            $0.pipeline = 4
        },
        plan(32) {
            $0.tensor = 2
            $0.pipeline = 4
            $0.virtualStages = 2
        },
        plan(32) {
            $0.tensor = 2
            $0.context = 4
        },
        plan(32) { $0.context = 16 },
        plan(32) { $0.sharding = .zero3 },
        plan(16) {
            $0.sharding = .zero3
            $0.software = .fsdp
        },
    ]

    /// Behind one leaf nothing is shared: its step is that of an estimate.
    @Test(arguments: plans)
    func aloneBehindOneLeafNothingIsLost(_ plan: TrainingPlan) throws {
        var world = TrainingWorld()
        world.nodes = 4
        world.nodesPerLeaf = 4
        world.kind = .railOptimized
        try world.train("a", pods: Int32(plan.gpus / 8), gpus: 8, steps: 10, plan: plan)
        let run = try world.run()
        let reference = run.world.trainings[0].referenceStep.nanoseconds
        #expect(try run.job("a").endNs == 10 * reference)
        #expect(run.gpuSeconds(.slowed) == 0)
    }

    /// A gang that starts with three of four nodes: three replicas share the batch, and no time counts as slowed.
    @Test func aSmallerGangTakesTheStepOfFewerReplicas() throws {
        let plan = Self.plan(32) {
            $0.tensor = 8
            $0.globalBatch = 96
        }
        var world = TrainingWorld()
        world.nodes = 3
        world.nodesPerLeaf = 4
        try world.train("a", pods: 4, least: 2, gpus: 8, steps: 10, plan: plan)
        let run = try world.run()
        var smaller = plan
        smaller.gpus = 24
        let cost = TrainingCostModel(platform: try TrainingWorld.platform()), model = try TrainingWorld.model()
        let step = cost.estimate(model, smaller).step
        #expect(abs(try run.end("a") - 10 * step) < 1e-5)
        #expect(step > cost.estimate(model, plan).step)
        #expect(run.gpuSeconds(.slowed) == 0)
        #expect(try run.job("a").productiveNs == run.world.workload.jobs[0].duration.nanoseconds)
    }

    /// What is left of a replica stands by.
    @Test func aPlanKeepsWholeReplicas() throws {
        let plan = Self.plan(32) {
            $0.tensor = 8
            $0.pipeline = 2
        }
        let spec = TrainingSpec(
            model: try TrainingWorld.model(), plan: plan, steps: 1, referenceStep: SimDuration.seconds(1))
        #expect(spec.plan(on: 32) == plan)
        #expect(spec.plan(on: 31)?.gpus == 16)
        #expect(spec.plan(on: 15) == nil)
    }
}
