/// Looks for the fastest plan that fits into memory.
public struct PlanSearch: Sendable {
    /// A plan with its estimate.
    public struct Candidate: Sendable {
        /// The plan.
        public var plan: TrainingPlan
        /// What it costs.
        public var estimate: TrainingEstimate
    }

    /// Plans estimated.
    public let tried: Int
    /// Plans that fit, fastest first, at most `limit`.
    public let best: [Candidate]

    /// Tries parallel sizes, micro batches and recomputation around a plan's model, GPUs, batch, precision and task.
    ///
    /// Tensor-parallel groups stay inside a scale-up domain. Plans need a tenth of memory to spare.
    public init(_ model: ModelCard, from start: TrainingPlan, cost: TrainingCostModel, limit: Int = 10) {
        var tried = 0
        var best: [Candidate] = []
        let gpus = start.gpus
        func powers(_ most: Int) -> [Int] {
            var values: [Int] = [], value = 1
            while value <= most {
                values.append(value)
                value *= 2
            }
            return values
        }
        let stages = (1...max(1, min(gpus, model.allLayers, 128))).filter { gpus % $0 == 0 }
        for tensor in powers(min(8, cost.platform.domain)) where gpus % tensor == 0 {
            for context in powers(start.sequence >= 32768 ? 16 : 2) where gpus % (tensor * context) == 0 {
                for pipeline in stages where gpus % (tensor * context * pipeline) == 0 {
                    let experts = model.experts.map { min($0.count, gpus / pipeline) } ?? 1
                    for expert in powers(experts) where experts % expert == 0 {
                        for virtual in [1, 2, 4] where virtual == 1 || pipeline > 1 {
                            for micro in [1, 2, 4, 8] {
                                for recompute in TrainingPlan.Recompute.allCases where recompute != .selective {
                                    var plan = start
                                    plan.tensor = tensor
                                    plan.sequenceParallel = tensor > 1
                                    plan.context = context
                                    plan.pipeline = pipeline
                                    plan.expert = expert
                                    plan.virtualStages = virtual
                                    plan.microBatch = micro
                                    plan.recompute = recompute
                                    guard plan.problem(for: model) == nil, plan.globalBatch % (plan.data * micro) == 0
                                    else { continue }
                                    tried += 1
                                    let memory = TrainingMemory(model: model, plan: plan)
                                    guard memory.verdict(capacity: cost.platform.card.memory) == .fits else { continue }
                                    let candidate = Candidate(plan: plan, estimate: cost.estimate(model, plan))
                                    Self.insert(candidate, into: &best, limit: limit)
                                }
                            }
                        }
                    }
                }
            }
        }
        self.tried = tried
        self.best = best
    }

    /// Keeps the list sorted; among equals the earlier stays first.
    private static func insert(_ candidate: Candidate, into best: inout [Candidate], limit: Int) {
        let step = candidate.estimate.step
        let position = best.firstIndex { $0.estimate.step > step } ?? best.count
        guard position < limit else { return }
        best.insert(candidate, at: position)
        if best.count > limit { best.removeLast() }
    }
}
