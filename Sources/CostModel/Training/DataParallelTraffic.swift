/// Transfers among data-parallel ranks, and the optimizer.
struct DataParallelTraffic {
    let model: ModelCard
    let plan: TrainingPlan
    let cost: TrainingCostModel
    let parameters: ParameterCount

    private var software: SoftwareCard { plan.software }
    private var constants: StepTimeConstants { cost.constants }

    /// Parameters that are trained, of the fullest stage and one tensor-parallel rank: dense part, expert part.
    private var trained: (dense: Double, experts: Double) {
        let share = StageParameters(model: model, plan: plan, parameters: parameters)
        if plan.task != .full { return (share.adapters, 0) }
        return (share.dense, share.experts)
    }

    /// Bytes of a weight on the wire.
    private var weightBytes: Double { 2 }
    private var gradientBytes: Double {
        plan.pureLowPrecision ? 2 : software.gradientBytes
    }

    /// Time of `bytes` in buckets over a group, each with its latency.
    private func buckets(_ collective: Collective, _ bytes: Double, _ group: CollectiveGroup) -> Double {
        guard group.ranks > 1, bytes > 0 else { return 0 }
        let bucket = software.bucketBytes > 0 ? min(software.bucketBytes, bytes) : bytes
        let one = cost.collectives.seconds(collective, bytes: bucket, on: group)
        let share = group.domains > 1 ? constants.dataShare : 1
        return bytes / bucket * one / share
    }

    /// Seconds of a step that transfers among replicas add.
    func exposed(compute: Double, lastBackward: Double, firstForward: Double, layers: Double) -> Double {
        let ranks = plan.data * plan.context
        guard ranks > 1 else { return 0 }
        let group = cost.platform.group(ranks: ranks, stride: plan.tensor, along: .data)
        if plan.sharding == .zero3 || plan.sharding == .keepGathered { return gathered(compute, layers, ranks) }
        let own = trained
        let expertRanks = max(1, ranks * plan.tensor / max(1, plan.expert))
        let expertGroup = cost.platform.group(ranks: expertRanks, stride: plan.expert, along: .data)
        var reduce: Double
        var gather = 0.0
        let gradients = own.dense * gradientBytes, expertGradients = own.experts * gradientBytes
        if plan.sharding == .none {
            reduce = buckets(.allReduce, gradients, group) + buckets(.allReduce, expertGradients, expertGroup)
        } else {
            let shards = min(plan.shards, ranks)
            let inner = cost.platform.group(ranks: shards, stride: plan.tensor, along: .data)
            reduce = buckets(.reduceScatter, gradients, inner) + buckets(.reduceScatter, expertGradients, expertGroup)
            if shards < ranks {
                let outer = cost.platform.group(ranks: ranks / shards, stride: plan.tensor * shards, along: .data)
                reduce += buckets(.allReduce, gradients / Double(shards), outer)
            }
            gather =
                buckets(.allGather, own.dense * weightBytes, inner)
                + buckets(.allGather, own.experts * weightBytes, expertGroup)
        }
        var start = 0.0
        if software.broadcastsByOwner, plan.sharding != .none {
            let shards = min(plan.shards, ranks)
            let crosses = cost.platform.group(ranks: shards, stride: plan.tensor, along: .data).domains > 1
            start = crosses ? Double(shards) * constants.broadcastStart : 0
        }
        guard software.overlapsData else { return reduce + gather + start }
        let bucketTail = software.bucketBytes > 0 ? software.bucketBytes : gradients / max(1, layers)
        let tail = min(1, bucketTail / max(1, gradients))
        // The last micro batch's backward pass hides the reduction, the first one's forward pass the gathering.
        let hiddenReduce = min(reduce * (1 - tail), lastBackward * 0.9)
        let hiddenGather = min(gather * (1 - tail), firstForward * 0.9)
        return reduce - hiddenReduce + gather - hiddenGather + start
            + constants.overlapCost * (hiddenReduce + hiddenGather)
    }

    /// Weights gathered layer by layer (ZeRO-3, FSDP).
    private func gathered(_ compute: Double, _ layers: Double, _ ranks: Int) -> Double {
        let share = StageParameters(model: model, plan: plan, parameters: parameters)
        let shards = min(plan.shards, ranks)
        var group = cost.platform.group(ranks: shards, stride: plan.tensor, along: .data)
        if software.broadcastsWeights { group.network /= Double(group.perDomain) }
        let units = max(1, layers)
        let unit = (share.dense + share.experts) / units
        let precisionBytes: Double = weightBytes
        let one = cost.collectives.seconds(.allGather, bytes: unit * precisionBytes, on: group)
        let back =
            plan.task == .full ? cost.collectives.seconds(.reduceScatter, bytes: unit * gradientBytes, on: group) : 0
        let wire = group.domains > 1 ? constants.dataShare : 1
        let once = software.gathersOncePerPipelineStep && plan.pipeline > 1
        // In a pipeline, weights that are kept after the forward pass serve all micro batches in flight.
        let staysGathered = once || (plan.sharding == .keepGathered && plan.pipeline > 1)
        let m = plan.microBatches.rounded(.up)
        let gathers = staysGathered ? 1 : m * (plan.sharding == .keepGathered ? 1 : 2)
        let scatters = once ? 1 : m
        var total = units * (gathers * one + scatters * back) / wire
        if shards < ranks {
            let outer = cost.platform.group(ranks: ranks / shards, stride: plan.tensor * shards, along: .data)
            total += buckets(.allReduce, (share.dense + share.experts) * gradientBytes / Double(shards), outer)
        }
        if !software.overlapsData || !software.prefetchesWeights { return total }
        let ends = (staysGathered ? 1 : m) * (one + back) / wire
        let hidden = min(total - ends, compute * (software.broadcastsWeights ? 0.5 : 0.95))
        return total - hidden + constants.overlapCost * hidden
    }

    /// Trained parameters whose optimizer state a rank keeps.
    var localParameters: Double {
        let own = trained
        let ranks = Double(max(1, plan.data * plan.context))
        let shards = plan.sharding == .none ? 1 : Double(min(plan.shards, Int(ranks)))
        let expertShards =
            plan.sharding == .none ? 1 : max(1, ranks * Double(plan.tensor) / Double(max(1, plan.expert)))
        return own.dense / shards + own.experts / expertShards
    }

    /// Adam over the parameters that a rank keeps, and the norm of its gradients.
    func optimizer() -> Double {
        let local = localParameters
        if plan.offload != .none {
            return OffloadTraffic(plan: plan, host: cost.platform.host, local: local).update
        }
        var bytes: Double = plan.pureLowPrecision ? 14 + 2 : 30 + 4
        // Two moments, read and written, take a byte each where they took four (or two).
        if plan.moments == .eightBit { bytes -= plan.pureLowPrecision ? 4 : 12 }
        if plan.moments == .half, !plan.pureLowPrecision { bytes -= 8 }
        return local * bytes / (cost.platform.card.memoryBandwidth * constants.memoryShare) + 40 * constants.kernelFloor
    }
}

/// Parameters of one rank before data-parallel sharding, on the fullest pipeline stage.
struct StageParameters: Hashable, Sendable {
    /// Attention, dense feed-forward parts, shared experts, norms, what is there once, and embedding or head.
    var dense: Double
    /// Routed experts.
    var experts: Double
    /// Adapters.
    var adapters: Double
    /// Embedding, head and a vision encoder, as far as they are part of `dense`.
    var ends: Double
    /// The embedding of the first stage.
    var embedding: Double
    /// A vision encoder that is not trained; not part of `dense`.
    var frozenVision: Double

    init(model: ModelCard, plan: TrainingPlan, parameters: ParameterCount) {
        let t = Double(plan.tensor)
        let counts = StepAssembly.layersOfStages(model.allLayers, stages: plan.pipeline)
        let all = Double(max(1, model.allLayers))
        let layerParameters =
            parameters.denseLayers * parameters.layer(withExperts: false)
            + parameters.expertLayers * parameters.layer(withExperts: true) + parameters.crossAttention
        let vision = plan.freezesVision ? 0 : parameters.vision
        frozenVision = plan.freezesVision ? parameters.vision / t : 0
        embedding = parameters.embedding / t
        // The first stage has the embedding, the last one the head; where these have fewer layers, one in the middle may be fuller.
        let first = parameters.embedding + vision, last = parameters.head
        var stages: [(layers: Double, ends: Double)] = [
            (Double(counts[0]), first), (Double(counts.max() ?? 0), 0), (Double(counts[counts.count - 1]), last),
        ]
        if plan.pipeline == 1 { stages = [(Double(counts[0]), first + last)] }
        let layer = (layerParameters + parameters.expertLayers * parameters.routedExperts / Double(plan.expert)) / all
        var fullest = stages[0]
        for stage in stages where stage.layers * layer + stage.ends > fullest.layers * layer + fullest.ends {
            fullest = stage
        }
        let share = fullest.layers / all
        ends = fullest.ends / t
        dense = (layerParameters * share + fullest.ends + parameters.once) / t
        let expertTensor = plan.expert > 1 ? 1.0 : t
        experts = parameters.expertLayers * parameters.routedExperts * share / Double(plan.expert) / expertTensor
        let h = Double(model.hidden)
        let widths =
            4 * h + Double(model.heads + 2 * model.kvHeads) * Double(model.headDimension) + 2
            * Double(model.feedForward)
        adapters = fullest.layers * Double(plan.loraRank) * (widths + 3 * h) / t
    }
}
