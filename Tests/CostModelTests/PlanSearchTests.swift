import Testing

@testable import CostModel

/// The search against estimating every plan of small spaces.
@Suite struct PlanSearchTests {
    /// Worlds of different sizes, so that memory, divisibility and bounds all have something to do.
    static let worlds: [(model: String, hardware: String, gpus: Int, batch: Int, sequence: Int)] = [
        ("llama-3-8b", "h100-sxm", 16, 64, 4096), ("llama-2-13b", "a100-40", 32, 128, 4096),
        ("mixtral-8x7b", "h100-sxm", 32, 96, 4096), ("gpt-22b", "a100-80", 24, 48, 2048),
        ("llama-3-70b", "h200-sxm", 64, 256, 8192), ("bert-large", "v100-16", 8, 256, 512),
    ]

    @Test(arguments: worlds.indices)
    func pruningChangesNothing(_ index: Int) throws {
        let world = Self.worlds[index]
        let model = try #require(ModelCard.named(world.model))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named(world.hardware))))
        var start = TrainingPlan(gpus: world.gpus, globalBatch: world.batch, sequence: world.sequence)
        start.sharding = .zero1
        let fast = PlanSearch(model, from: start, cost: cost, limit: 5)
        let slow = PlanSearch(model, from: start, cost: cost, limit: 5, prunes: false)
        #expect(fast.best.map(\.plan) == slow.best.map(\.plan))
        #expect(fast.best.map(\.estimate) == slow.best.map(\.estimate))
        #expect(slow.pruned == 0)
        #expect(fast.estimated + fast.pruned == slow.estimated)
        #expect(fast.tried == slow.tried)
        let space = PlanSearch.Space(model, from: start, platform: cost.platform)
        #expect(fast.rejected.reduce(0) { $0 + $1.plans } + fast.estimated + fast.pruned == space.count)
    }

    /// Against estimates that share nothing with the search: every plan on its own, sorted.
    @Test func theBestIsTheBestOfAll() throws {
        let model = try #require(ModelCard.named("llama-2-13b"))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("a100-80"))))
        var start = TrainingPlan(gpus: 16, globalBatch: 64, sequence: 4096)
        start.sharding = .zero1
        var space = PlanSearch.Space(model, from: start, platform: cost.platform)
        space.virtualStages = [1]
        space.sharding = [.init(.zero1)]
        var steps: [Double] = []
        for tensor in space.tensor {
            for context in space.context {
                for pipeline in space.pipeline where 16 % (tensor * context * pipeline) == 0 {
                    for micro in space.microBatch {
                        for recompute in space.recompute {
                            var plan = start
                            plan.tensor = tensor
                            plan.sequenceParallel = tensor > 1
                            plan.context = context
                            plan.pipeline = pipeline
                            plan.microBatch = micro
                            plan.recompute = recompute
                            guard plan.problem(for: model) == nil, 64 % (plan.data * micro) == 0,
                                TrainingMemory(model: model, plan: plan).verdict(on: cost.platform) == .fits
                            else { continue }
                            steps.append(cost.estimate(model, plan).step)
                        }
                    }
                }
            }
        }
        let found = PlanSearch(model, from: start, cost: cost, space: space, limit: 4).best.map(\.estimate.step)
        #expect(found == Array(steps.sorted().prefix(4)))
    }

    @Test func lowerBoundsAreBelow() throws {
        let model = try #require(ModelCard.named("mixtral-8x7b"))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("h100-sxm"))))
        var plan = TrainingPlan(gpus: 64, globalBatch: 256, sequence: 4096)
        for (tensor, pipeline, expert) in [(1, 1, 1), (2, 4, 2), (8, 2, 4), (4, 8, 8)] {
            plan.tensor = tensor
            plan.pipeline = pipeline
            plan.expert = expert
            let step = StepAssembly(model: model, plan: plan, cost: cost)
            #expect(step.lowerBound() > 0.2 * cost.estimate(model, plan).step)
            #expect(step.lowerBound() <= cost.estimate(model, plan).step)
        }
    }

    @Test func whatDoesNotFitIsCountedByReason() throws {
        let model = try #require(ModelCard.named("llama-3-70b"))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("a100-40"))))
        var start = TrainingPlan(gpus: 4, globalBatch: 16, sequence: 4096)
        start.sharding = .zero1
        let search = PlanSearch(model, from: start, cost: cost)
        #expect(search.best.isEmpty)
        #expect(search.rejected.contains { $0.reason == .memory && $0.plans > 0 })
        #expect(try #require(search.nearest).bytes > cost.platform.card.memory)
    }
}
