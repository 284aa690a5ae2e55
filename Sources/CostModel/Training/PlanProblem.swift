extension TrainingPlan {
    /// What is impossible about the plan on a model, or nil.
    ///
    /// - Parameter allowsUnevenBatch: whether replicas may share a batch that is not a multiple of theirs, as those of an elastic job
    ///   that has lost some do.
    public func problem(for model: ModelCard, allowsUnevenBatch: Bool = false) -> String? {
        sizeProblem(model) ?? batchProblem(allowsUneven: allowsUnevenBatch) ?? sequenceProblem(model)
            ?? expertProblem(model) ?? memoryProblem(model)
    }

    /// Sizes that do not divide what they split (Megatron-LM's arguments.py refuses the same).
    private func sizeProblem(_ model: ModelCard) -> String? {
        let ranks = tensor * context * pipeline
        if ranks < 1 || gpus % ranks != 0 {
            return "\(gpus) GPUs are not a multiple of tp × cp × pp = \(ranks)"
        }
        if model.heads % tensor != 0 { return "tp \(tensor) does not divide \(model.heads) attention heads" }
        if pipeline > model.allLayers { return "\(pipeline) stages exceed \(model.allLayers) layers" }
        // DeepSeek-V3 technical report (arXiv 2412.19437), section 3.2.1: stages and micro batches come in pairs.
        if schedule == .dualPipe, pipeline % 2 != 0 {
            return "dualpipe needs an even number of stages, not \(pipeline)"
        }
        guard virtualStages > 1 else { return nil }
        if pipeline == 1 { return "\(virtualStages) virtual stages need at least 2 stages" }
        if schedule != .oneForwardOneBackward {
            return "virtual stages interleave 1f1b; \(schedule.rawValue) has none"
        }
        // Embedding and head may count as a layer each (Llama 3, arXiv 2407.21783, section 3.3.2).
        if pipeline * virtualStages > model.allLayers + 2 {
            return "\(pipeline) stages × \(virtualStages) virtual stages exceed \(model.allLayers) layers"
        }
        return nil
    }

    private func batchProblem(allowsUneven: Bool) -> String? {
        let together = microBatch * data
        if globalBatch < together {
            return "a global batch of \(globalBatch) is less than a micro batch of \(microBatch) for \(data) replicas"
        }
        if allowsUneven { return nil }
        if globalBatch % together != 0 {
            return "a global batch of \(globalBatch) is not a multiple of micro batch × dp = \(together)"
        }
        if schedule == .dualPipe, globalBatch / together % 2 != 0 {
            return "dualpipe needs an even number of micro batches, not \(globalBatch / together)"
        }
        if virtualStages > 1, globalBatch / together % pipeline != 0 {
            return "interleaving needs micro batches in multiples of pp: \(globalBatch / together) of \(pipeline)"
        }
        return nil
    }

    private func sequenceProblem(_ model: ModelCard) -> String? {
        if sequence % context != 0 { return "cp \(context) does not divide a sequence of \(sequence)" }
        if model.learnedPositions > 0, sequence > model.learnedPositions {
            return "a sequence of \(sequence) exceeds the model's \(model.learnedPositions) positions"
        }
        if let vision = model.vision, vision.tokens * images > sequence {
            return "\(images) images of \(vision.tokens) tokens exceed a sequence of \(sequence)"
        }
        return nil
    }

    private func expertProblem(_ model: ModelCard) -> String? {
        guard expert > 1 else { return nil }
        guard let experts = model.experts else { return "ep \(expert) needs a model with experts" }
        if experts.count % expert != 0 { return "\(experts.count) experts are not a multiple of ep \(expert)" }
        if gpus / pipeline % expert != 0 {
            return "ep \(expert) does not divide the \(gpus / pipeline) ranks of a stage"
        }
        return nil
    }

    private func memoryProblem(_ model: ModelCard) -> String? {
        if offload != .none, moments != .wide {
            return "\(moments == .half ? 16 : 8)-bit moments are kept on the GPU: no offload with them"
        }
        if offload == .parameters || offload == .nvme, sharding != .zero3 {
            return "offloading parameters needs sharded weights (zero3)"
        }
        if offload != .none, task != .full { return "adapters leave nothing worth offloading but activations" }
        if task != .full, loraRank > model.hidden {
            return "adapters of rank \(loraRank) exceed a hidden size of \(model.hidden)"
        }
        if let shardGroup, data * context % shardGroup != 0 {
            return "groups of \(shardGroup) shards do not divide \(data * context) replicas"
        }
        return nil
    }
}
