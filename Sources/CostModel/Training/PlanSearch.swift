/// Looks for the fastest plan that fits into memory.
///
/// Every plan of a space is looked at. A plan is estimated in full unless it cannot be run, does not fit, or its lower bound (the
/// slowest stage at work, `StepAssembly.lowerBound`) already exceeds the slowest plan kept. So the result is that of estimating all of
/// them; the tests compare the two.
public struct PlanSearch: Sendable {
    /// A plan with its estimate.
    public struct Candidate: Sendable {
        /// The plan.
        public var plan: TrainingPlan
        /// What it costs.
        public var estimate: TrainingEstimate
    }

    /// Why a plan is out.
    public enum Rejection: String, CaseIterable, Sendable {
        case gpus = "GPUs are not a multiple of tp × cp × pp"
        case heads = "tp does not divide the attention heads"
        case layers = "layers do not divide into pp × vpp stages"
        case experts = "ep does not divide the experts, or the ranks of a stage"
        case batch = "the global batch is not a multiple of micro batch × dp"
        case interleaving = "interleaving needs micro batches in multiples of pp"
        case other = "other limits of the plan"
        case memory = "out of memory"
        case tight = "within a tenth of the memory's limit"
    }

    /// What is varied; everything else is as in the plan that the search starts from.
    public struct Space: Sendable {
        /// Tensor-parallel sizes.
        public var tensor: [Int]
        /// Context-parallel sizes.
        public var context: [Int]
        /// Expert-parallel sizes.
        public var expert: [Int]
        /// Sequences of a micro batch.
        public var microBatch: [Int]
        /// Pipeline stages.
        public var pipeline: [Int]
        /// Virtual stages of a rank.
        public var virtualStages: [Int]
        /// What is recomputed.
        public var recompute: [TrainingPlan.Recompute]
        /// What replicas share out, and among how many; nil for all.
        public var sharding: [Sharding]

        /// A way to share out state.
        public struct Sharding: Hashable, Sendable {
            /// What is shared out.
            public var kind: TrainingPlan.Sharding
            /// Among how many ranks; nil for all.
            public var group: Int?

            /// A way to share out state.
            public init(_ kind: TrainingPlan.Sharding, group: Int? = nil) {
                self.kind = kind
                self.group = group
            }
        }

        /// The usual space around a plan: powers of two, tensor-parallel groups inside a scale-up domain.
        public init(_ model: ModelCard, from start: TrainingPlan, platform: TrainingPlatform) {
            func powers(_ most: Int) -> [Int] {
                var values = [1]
                while let last = values.last, last * 2 <= most { values.append(last * 2) }
                return values
            }
            tensor = powers(min(8, platform.domain, start.gpus))
            context = powers(min(start.gpus, start.sequence >= 32768 ? 16 : 2))
            expert = model.experts.map { powers(min($0.count, start.gpus)) } ?? [1]
            microBatch = [1, 2, 4, 8, 16]
            pipeline = (1...max(1, min(start.gpus, model.allLayers, 128))).filter { start.gpus % $0 == 0 }
            virtualStages = [1, 2, 4, 5, 8, 10]
            recompute = [.none, .selective, .full]
            sharding = [Sharding(start.sharding, group: start.shardGroup)]
            if start.sharding != .zero3, start.task == .full {
                sharding.append(Sharding(.zero3))
                if start.gpus > platform.gpusPerNode { sharding.append(Sharding(.zero3, group: platform.gpusPerNode)) }
            }
        }

        /// Plans in the space.
        public var count: Int {
            tensor.count * context.count * expert.count * microBatch.count * pipeline.count * virtualStages.count
                * recompute.count * sharding.count
        }
    }

    /// Plans of the space that can be run at all, whether they fit or not.
    public private(set) var tried = 0
    /// Plans estimated in full.
    public private(set) var estimated = 0
    /// Plans that fit but cannot be among the best, by their lower bound.
    public private(set) var pruned = 0
    /// Plans out for a reason, by reason; only reasons that occur, in the order of `Rejection`.
    public var rejected: [(reason: Rejection, plans: Int)] {
        Rejection.allCases.compactMap { reason in rejections[reason].map { (reason, $0) } }
    }
    /// Of the plans out of memory, the one that misses by least, with the bytes that it needs.
    public private(set) var nearest: (plan: TrainingPlan, bytes: Double)?
    /// Plans that fit, fastest first, at most `limit`; of equals the one met first.
    public private(set) var best: [Candidate] = []

    private var rejections: [Rejection: Int] = [:]
    private let limit: Int

    /// Searches a space around a plan's model, GPUs, batch, precision and task.
    ///
    /// - Parameters:
    ///   - space: what is varied; by default the usual space.
    ///   - limit: plans to keep.
    ///   - prunes: whether lower bounds are used; the result does not depend on it.
    public init(
        _ model: ModelCard, from start: TrainingPlan, cost: TrainingCostModel, space: Space? = nil, limit: Int = 10,
        prunes: Bool = true
    ) {
        self.limit = max(1, limit)
        let space = space ?? Space(model, from: start, platform: cost.platform)
        for tensor in space.tensor {
            for context in space.context {
                for expert in space.expert {
                    for microBatch in space.microBatch {
                        var plan = start
                        plan.tensor = tensor
                        plan.sequenceParallel = tensor > 1
                        plan.context = context
                        plan.expert = expert
                        plan.microBatch = microBatch
                        searchStages(model, plan, cost, space, prunes: prunes)
                    }
                }
            }
        }
    }

    /// Plans that differ in nothing that the times of a layer depend on.
    private mutating func searchStages(
        _ model: ModelCard, _ start: TrainingPlan, _ cost: TrainingCostModel, _ space: Space, prunes: Bool
    ) {
        var blocks: LayerBlocks?
        for pipeline in space.pipeline {
            for virtual in space.virtualStages {
                var plan = start
                plan.pipeline = pipeline
                plan.virtualStages = virtual
                if let reason = Self.impossible(plan, model) {
                    rejections[reason, default: 0] += space.recompute.count * space.sharding.count
                    continue
                }
                for recompute in space.recompute {
                    for sharding in space.sharding {
                        plan.recompute = recompute
                        plan.sharding = sharding.kind
                        plan.shardGroup = sharding.group.flatMap { $0 < plan.data * plan.context ? $0 : nil }
                        consider(model, plan, cost, &blocks, prunes: prunes)
                    }
                }
            }
        }
    }

    private mutating func consider(
        _ model: ModelCard, _ plan: TrainingPlan, _ cost: TrainingCostModel, _ blocks: inout LayerBlocks?, prunes: Bool
    ) {
        guard plan.problem(for: model) == nil else { return rejections[.other, default: 0] += 1 }
        tried += 1
        let memory = TrainingMemory(model: model, plan: plan)
        switch memory.verdict(on: cost.platform) {
        case .outOfMemory:
            rejections[.memory, default: 0] += 1
            if nearest.map({ memory.total < $0.bytes }) ?? true { nearest = (plan, memory.total) }
            return
        case .tight: return rejections[.tight, default: 0] += 1
        case .fits: break
        }
        let step = StepAssembly(model: model, plan: plan, cost: cost, blocks: blocks)
        blocks = step.blocks
        if prunes, best.count == limit, let worst = best.last, step.lowerBound() * (1 - 1e-9) > worst.estimate.step {
            pruned += 1
            return
        }
        estimated += 1
        keep(Candidate(plan: plan, estimate: cost.estimate(model, plan, step: step, memory: memory)))
    }

    /// The first reason for which parallel sizes and batch do not go together.
    private static func impossible(_ plan: TrainingPlan, _ model: ModelCard) -> Rejection? {
        let ranks = plan.tensor * plan.context * plan.pipeline
        if plan.gpus % ranks != 0 { return .gpus }
        if model.heads % plan.tensor != 0 { return .heads }
        if plan.virtualStages > 1 {
            // Embedding and head may count as a layer each (Llama 3, arXiv 2407.21783, section 3.3.2).
            let chunks = plan.pipeline * plan.virtualStages
            let isEven = (0...2).contains { (model.allLayers + $0) % chunks == 0 }
            if plan.pipeline == 1 || !isEven { return .layers }
        }
        if plan.pipeline > model.allLayers { return .layers }
        if let experts = model.experts,
            experts.count % plan.expert != 0 || (plan.gpus / plan.pipeline) % plan.expert != 0
        {
            return .experts
        }
        if plan.globalBatch % (plan.data * plan.microBatch) != 0 { return .batch }
        let microBatches = plan.globalBatch / (plan.data * plan.microBatch)
        if plan.virtualStages > 1, microBatches % plan.pipeline != 0 { return .interleaving }
        return nil
    }

    private mutating func keep(_ candidate: Candidate) {
        let step = candidate.estimate.step
        let position = best.firstIndex { $0.estimate.step > step } ?? best.count
        guard position < limit else { return }
        best.insert(candidate, at: position)
        if best.count > limit { best.removeLast() }
    }
}
