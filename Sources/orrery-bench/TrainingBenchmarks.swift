import CostModel
import SimulationKernel

/// The training cost model: one estimate, and a search over parallel plans.
enum TrainingBenchmarks {
    static var entries: [Benchmark] {
        guard let model = ModelCard.named("llama-3-70b"), let card = AcceleratorCard.named("h100-sxm") else {
            complain("training-estimate-us and training-search-s left out: no card of llama-3-70b or h100-sxm")
            return []
        }
        let cost = TrainingCostModel(platform: TrainingPlatform(card: card))
        return [estimate(model, cost), search(model, cost)]
    }

    /// Plans that fit and that do not, of all sizes, each estimated from nothing.
    private static func estimate(_ model: ModelCard, _ cost: TrainingCostModel) -> Benchmark {
        var plans: [TrainingPlan] = []
        for tensor in [1, 2, 4, 8] {
            for pipeline in [1, 2, 4, 8, 16] {
                for microBatch in [1, 2, 4] {
                    for sharding in [TrainingPlan.Sharding.zero1, .zero3] {
                        var plan = TrainingPlan(gpus: 256, globalBatch: 1024, sequence: 8192)
                        plan.tensor = tensor
                        plan.sequenceParallel = tensor > 1
                        plan.pipeline = pipeline
                        plan.microBatch = microBatch
                        plan.sharding = sharding
                        plans.append(plan)
                    }
                }
            }
        }
        return Benchmark(
            name: "training-estimate-us", unit: "us", better: .lower,
            work: "step time and memory of llama-3-70b on 256 H100, mean over \(plans.count) plans",
            reference: .recorded(name: "goal: 1,000 us; Calculon about 4 ms per evaluation", value: 1000)
        ) {
            var fingerprint = Fingerprint()
            let seconds = cpuSeconds {
                for plan in plans { fingerprint.fold(cost.estimate(model, plan).step) }
            }
            return Sample(value: seconds / Double(plans.count) * 1e6, checksum: fingerprint.value)
        }
    }

    private static func search(_ model: ModelCard, _ cost: TrainingCostModel) -> Benchmark {
        var start = TrainingPlan(gpus: 256, globalBatch: 1024, sequence: 8192)
        start.sharding = .zero1
        return Benchmark(
            name: "training-search-s", unit: "s", better: .lower,
            work: "fastest of all parallel plans of llama-3-70b on 256 H100 that fit, at least 5,000 of them runnable",
            reference: .recorded(name: "goal: 5 s", value: 5)
        ) { [start] in
            var found: PlanSearch?
            let seconds = cpuSeconds { found = PlanSearch(model, from: start, cost: cost) }
            guard let found, found.tried >= 5000, !found.best.isEmpty else {
                throw WrongAnswer(description: "training-search-s: \(found?.tried ?? 0) plans tried, expected 5,000")
            }
            var fingerprint = Fingerprint()
            for candidate in found.best { fingerprint.fold(candidate.estimate.step) }
            return Sample(value: seconds, checksum: fingerprint.value)
        }
    }
}
