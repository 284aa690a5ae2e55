import ClusterModel
import Testing

@testable import CostModel

@Suite struct NetworkConditionsTests {
    let card: AcceleratorCard

    init() throws { card = try #require(AcceleratorCard.named("h100-sxm")) }

    /// Plans that use every dimension.
    func plans() throws -> [(ModelCard, TrainingPlan)] {
        let dense = try #require(ModelCard.named("llama-3-8b")), mixture = try #require(ModelCard.named("mixtral-8x7b"))
        var wide = TrainingPlan(gpus: 128, globalBatch: 256, sequence: 8192)
        wide.tensor = 4
        wide.pipeline = 4
        wide.context = 2
        wide.sequenceParallel = true
        wide.sharding = .zero1
        var experts = TrainingPlan(gpus: 64, globalBatch: 256, sequence: 4096)
        experts.expert = 8
        experts.sharding = .zero1
        var sharded = TrainingPlan(gpus: 64, globalBatch: 256, sequence: 4096)
        sharded.sharding = .zero3
        sharded.software = .fsdp
        return [(dense, wide), (mixture, experts), (dense, sharded)]
    }

    @Test func aPreparedStepIsTheEstimateUnderTheSameConditions() throws {
        var platform = TrainingPlatform(card: card)
        for (model, plan) in try plans() {
            platform.conditions = NetworkConditions()
            let prepared = TrainingStep(model: model, plan: plan, cost: TrainingCostModel(platform: platform))
            for dimension in ParallelDimension.allCases {
                for (share, reach) in [(1.0, nil), (0.5, nil), (0.1, 4), (1, 1)] as [(Double, Int?)] {
                    var conditions = NetworkConditions()
                    conditions[dimension].share = share
                    conditions[dimension].reach = reach
                    platform.conditions = conditions
                    let whole = TrainingCostModel(platform: platform).estimate(model, plan).step
                    #expect(prepared.seconds(under: conditions) == whole)
                }
            }
        }
    }

    @Test func oneDimensionLosesWhatItsOwnTransfersLose() throws {
        let (model, plan) = try plans()[2]
        let step = TrainingStep(
            model: model, plan: plan, cost: TrainingCostModel(platform: TrainingPlatform(card: card)))
        var conditions = NetworkConditions()
        let full = step.seconds(under: conditions)
        conditions[.expert].share = 0.1
        #expect(step.seconds(under: conditions) == full, "the plan has no experts")
        var last = full
        for share in [0.5, 0.25, 0.125, 0.0625] {
            conditions[.data].share = share
            let seconds = step.seconds(under: conditions)
            #expect(seconds > last)
            last = seconds
        }
        // Once all that can be hidden is, each halving of the rate adds twice as much as the one before.
        func seconds(_ share: Double) -> Double {
            conditions[.data].share = share
            return step.seconds(under: conditions)
        }
        let ratio = (seconds(0.005) - seconds(0.01)) / (seconds(0.01) - seconds(0.02))
        #expect(abs(ratio - 2) < 1e-6)
    }

    @Test func scatteredTensorParallelRanksLeaveTheScaleUpNetwork() throws {
        var (model, plan) = try plans()[2]
        model = try #require(ModelCard.named("llama-3-70b"))
        plan.tensor = 8
        let step = TrainingStep(
            model: model, plan: plan, cost: TrainingCostModel(platform: TrainingPlatform(card: card)))
        var conditions = NetworkConditions()
        let packed = step.seconds(under: conditions)
        conditions[.tensor].reach = 4
        let halved = step.seconds(under: conditions)
        #expect(halved > packed)
        conditions[.tensor].reach = 1
        #expect(step.seconds(under: conditions) > 1.1 * halved, "one network card instead of four")
    }
}
