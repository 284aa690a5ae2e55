/// Memory of the fullest rank in bytes, by what holds it.
public struct TrainingMemory: Hashable, Sendable {
    /// Weights in the precision of computing.
    public var weights = 0.0
    /// Gradients.
    public var gradients = 0.0
    /// Master weights and moments.
    public var optimizer = 0.0
    /// What the backward pass needs of the forward pass.
    public var activations = 0.0
    /// Logits with their gradient, gathered layers, transfers.
    public var buffers = 0.0
    /// CUDA context, libraries, communicators.
    public var context = 0.0
    /// What the allocator reserves beyond what is in use.
    public var fragmentation = 0.0
    /// Host memory that the GPU's share of offloaded state and activations takes; not part of `total`.
    public var host = 0.0
    /// Local NVMe that offloaded state takes; not part of `total`.
    public var nvme = 0.0

    /// Bytes of the CUDA context with cuBLAS and cuDNN workspaces, and of communicators when there are other ranks.
    static let contextBytes = (alone: 0.9e9, together: 1.8e9)

    /// Reserved over allocated memory, less one: 0.03 to 0.15 are usual (PyTorch's caching allocator).
    static let fragmentationShare = 0.06

    /// What PyTorch reports as the most memory allocated: without context and fragmentation.
    public var allocated: Double { weights + gradients + optimizer + activations + buffers }
    /// All of it.
    public var total: Double { allocated + context + fragmentation }

    /// Parts, largest first.
    public var parts: [(name: String, bytes: Double)] {
        [
            ("weights", weights), ("gradients", gradients), ("optimizer", optimizer), ("activations", activations),
            ("buffers", buffers), ("context", context), ("fragmentation", fragmentation),
        ].enumerated().sorted { $0.element.1 != $1.element.1 ? $0.element.1 > $1.element.1 : $0.offset < $1.offset }
            .map { ($0.element.0, $0.element.1) }
    }

    /// Whether a plan fits.
    public enum Verdict: String, Sendable {
        /// With room.
        case fits
        /// Within a tenth of the limit: fragmentation decides.
        case tight
        /// Not.
        case outOfMemory = "out of memory"
    }

    /// Whether it fits into a GPU with `capacity` bytes.
    public func verdict(capacity: Double) -> Verdict {
        if total > capacity { return .outOfMemory }
        return total * 1.08 > capacity ? .tight : .fits
    }

    /// Whether it fits into a platform's GPU, and what is offloaded into its host.
    public func verdict(on platform: TrainingPlatform) -> Verdict {
        if host > platform.host.memory.value || nvme > platform.host.nvme.value { return .outOfMemory }
        return verdict(capacity: platform.card.memory)
    }

    /// Memory of a plan.
    public init(model: ModelCard, plan: TrainingPlan) {
        let parameters = ParameterCount(model)
        let stage = StageParameters(model: model, plan: plan, parameters: parameters)
        addState(stage, plan)
        let layer = ActivationMemory(model: model, plan: plan)
        activations = layer.stage
        host += layer.offloaded
        buffers = layer.logits + layer.transfers
        addStep(stage, plan)
        if plan.sharding == .zero3 {
            let unit = (stage.dense + stage.experts) / Double(max(1, model.allLayers / max(1, plan.pipeline)))
            buffers += 2 * unit * 2 + (plan.task == .full ? unit * 2 : 0)
        }
        if plan.sharding == .zero3, plan.task != .full, plan.software.keepsFrozenGathered {
            buffers += weights * Double(plan.shards)
        }
        context = plan.gpus > 1 ? Self.contextBytes.together : Self.contextBytes.alone
        fragmentation = Self.fragmentationShare * allocated
    }

    /// Parameters of one part of DeepSpeed's optimizer step (`sub_group_size`).
    static let stepGroup = 1e9

    /// Copies of the optimizer's step. Activations are gone by then: their memory is used again, except by copies of flat buffers.
    private mutating func addStep(_ stage: StageParameters, _ plan: TrainingPlan) {
        guard plan.task == .full, plan.software.stepBytes > 0, !plan.pureLowPrecision, plan.offload == .none else {
            return
        }
        let replicas = plan.data * plan.context
        let shards = plan.sharding == .none ? 1 : Double(min(plan.shards, replicas))
        var owned = (stage.dense + stage.experts) / shards
        if plan.software.stepsInGroups, replicas > 1 { owned = min(owned, Self.stepGroup) }
        // The hybrid ZeRO optimizers flatten 16-bit gradients once more before they convert them.
        let flat: Double = plan.software.flattensState && plan.sharding != .zero3 ? 2 : 0
        let copies = owned * (plan.software.stepBytes + flat)
        buffers = plan.software.flattensState ? buffers + copies : max(buffers, copies - activations)
    }

    private mutating func addState(_ stage: StageParameters, _ plan: TrainingPlan) {
        let replicas = Double(max(1, plan.data * plan.context))
        let shards = Double(min(plan.shards, Int(replicas)))
        let expertShards = max(1, replicas * Double(plan.tensor) / Double(max(1, plan.expert)) * shards / replicas)
        func split(_ bytes: Double, sharded: Bool) -> Double {
            sharded
                ? bytes * (stage.dense / shards + stage.experts / expertShards) : bytes * (stage.dense + stage.experts)
        }
        let weightsSharded = plan.sharding == .zero3
        if plan.task != .full {
            let trained = stage.adapters + (plan.trainsEmbeddings ? stage.ends : 0)
            // Weights of four bits with a 16-bit scale for every 64. Embedding and head stay in 16 bits; PEFT's
            // `prepare_model_for_kbit_training` turns them, and adapters, into 32 bits.
            let isHuggingFace = plan.software.name == SoftwareCard.huggingFace.name
            let kept = plan.task == .qlora ? (isHuggingFace ? 3.44 : 1.44) * stage.ends : 0
            let adapterBytes: Double = plan.task == .qlora && isHuggingFace ? 4 : 2
            weights =
                split(plan.task == .qlora ? 0.56 : 2, sharded: weightsSharded) + kept + adapterBytes * trained
                + 2 * stage.frozenVision
            gradients = adapterBytes * trained
            // Hugging Face trainers leave adapters of a 16-bit model, and their moments, in 16 bits.
            optimizer = (isHuggingFace ? adapterBytes == 4 ? 8 : 6 : 12) * trained
            if plan.moments == .eightBit { optimizer = (4 + Self.eightBitMoments) * trained }
            return
        }
        weights = split(plan.precision.isQuantised ? 3 : 2, sharded: weightsSharded)
        let frozen = 2 * stage.frozenVision / (weightsSharded ? shards : 1)
        let gradientsSharded = plan.sharding == .zero2 || plan.sharding == .zero3 || plan.sharding == .keepGathered
        let gradientBytes: Double =
            plan.pureLowPrecision ? 2 : plan.software.keepsWideGradients ? 4 : 2
        gradients = split(gradientBytes, sharded: gradientsSharded)
        optimizer = split(plan.pureLowPrecision ? 4 : 12, sharded: plan.sharding != .none)
        if plan.moments == .eightBit {
            let shares = plan.sharding == .none ? 1 : shards
            let wide = (8 - Self.eightBitMoments) * stage.embedding / shares
            optimizer =
                split((plan.pureLowPrecision ? 0 : 4) + Self.eightBitMoments, sharded: plan.sharding != .none) + wide
        }
        if plan.offload != .none { moveOut(plan) }
        weights += frozen
    }

    /// Bytes of two 8-bit moments with a 32-bit scale of each for every block of 256 (bitsandbytes; arXiv 2110.02861).
    static let eightBitMoments = 2 * (1 + 4.0 / 256)
    /// Bytes of gradients on their way to the host: a bucket of 5·10⁸ elements, DeepSpeed's `reduce_bucket_size`.
    static let offloadBucket = 2 * 5e8

    /// Moves state to the host: ZeRO-Offload keeps 16-bit weights on the GPU and 14 bytes per parameter outside (arXiv 2101.06840,
    /// section 3).
    private mutating func moveOut(_ plan: TrainingPlan) {
        let state = optimizer
        host += plan.offload == .nvme ? 0 : state
        nvme += plan.offload == .nvme ? state : 0
        optimizer = 0
        host += gradients / (plan.software.keepsWideGradients && !plan.pureLowPrecision ? 2 : 1)
        gradients = min(gradients, Self.offloadBucket)
        if plan.offload == .parameters || plan.offload == .nvme {
            host += weights
            weights = 0
        }
    }
}

/// Bytes that a micro batch leaves for its backward pass (Korthikanti et al., arXiv 2205.05198, without dropout masks where
/// attention is fused).
public struct ActivationMemory: Hashable, Sendable {
    /// One dense layer and micro batch.
    public let denseLayer: Double
    /// One layer with experts.
    public let expertLayer: Double
    /// The fullest stage, all micro batches in flight.
    public let stage: Double
    /// Logits and their gradients on the last stage.
    public let logits: Double
    /// Buffers of pipeline transfers.
    public let transfers: Double
    /// What waits in host memory, of all micro batches in flight.
    public let offloaded: Double
    /// What one micro batch sends to the host, and fetches again.
    public let offloadedOfMicroBatch: Double
    /// Layers whose activations stay on the GPU when the others are offloaded: one at work, one on its way.
    static let residentLayers = 2.0

    /// Counts the activations of a plan.
    public init(model: ModelCard, plan: TrainingPlan) {
        let h = Double(model.hidden), s = Double(plan.sequence), t = Double(plan.tensor)
        let tokens = Double(plan.microBatch) * s / Double(plan.context)
        let whole = plan.sequenceParallel ? 1 / t : 1
        let heads = Double(model.heads), d = Double(model.headDimension)
        let queries = (heads + 2 * Double(model.kvHeads)) * d
        let dropout = plan.software.attention.keepsScores
        // Norm inputs and outputs, residuals (whole); queries, keys, values, output (split).
        var attention = (2 + 2) * h * whole + (2 * queries + 2 * heads * d) / t
        var feed = (2 + 2) * h * whole
        if dropout { attention += h * whole; feed += h * whole }
        if plan.software.attention.keepsScores, plan.recompute == .none { attention += 5 * heads * s / t }
        if !plan.software.attention.keepsScores { attention += 4 * heads / t }
        let factor: Double = model.isGated ? 6 : 4
        var dense = feed + factor * Double(model.feedForward) / t
        var mixture = dense
        if let experts = model.experts {
            let split = 1 / t
            mixture =
                feed + Double(experts.perToken) * (factor * Double(experts.width) + 4 * h) * split
                + factor * Double(experts.sharedWidth) / t
        }
        if plan.task != .full, plan.software.fusion == .none {
            (attention, dense) = Self.frozen(model, plan)
        }
        let full = 2 * h * whole
        // Of layers that are computed again their input stays; of those of which every other product is kept, half and the input.
        let kept = plan.recompute.again.elementwise > 0 ? 1 - plan.recompute.again.products : 1
        let inputs = kept < 1 ? full * (plan.recompute == .everyOtherProduct ? 1 : 1 - kept) : 0
        denseLayer = tokens * (inputs + kept * (attention + dense))
        expertLayer = tokens * (inputs + kept * (attention + mixture))
        let p = Double(plan.pipeline), v = Double(max(1, plan.virtualStages)), m = plan.microBatches
        let most = Double(StepAssembly.layersOfStages(model.allLayers, stages: plan.pipeline).max() ?? model.allLayers)
        let flight: Double
        switch plan.schedule {
        case .gpipe: flight = m
        case .zeroBubble2: flight = min(m, 2 * p - 1)
        case .dualPipe: flight = min(m, p + 1)
        case .oneForwardOneBackward, .zeroBubble:
            flight = v > 1 ? min(m, p * (1 + (p - 1) / (p * v))) : min(m, p)
        }
        let expertShare = model.allLayers > 0 ? Double(model.expertLayers) / Double(model.allLayers) : 0
        var perLayer = denseLayer * (1 - expertShare) + expertLayer * expertShare
        if model.encoderLayers > 0, kept == 1 {
            // Cross-attention of the decoder's layers keeps as much as their own.
            perLayer += tokens * attention * Double(model.layers) / Double(model.allLayers)
        }
        var resident = flight * most
        if plan.offloadsActivations { resident = min(resident, Self.residentLayers) }
        offloaded = (flight * most - resident) * perLayer
        offloadedOfMicroBatch = plan.offloadsActivations ? most * perLayer : 0
        var sum = resident * perLayer
        if kept < 1 { sum += tokens * (attention + (expertShare > 0 ? mixture : dense)) }
        sum += flight * tokens * h * whole * (dropout ? 1 : 0)
        stage = sum + Self.vision(model: model, plan: plan) * (plan.freezesVision ? 1 : flight)
        // In 16 and in 32 bits; unfused losses copy them once more, shifted, and hold their gradient beside them.
        let copies: Double = plan.software.copiesLogits ? 12 : 6
        logits = model.hasOutputHead ? copies * tokens * Double(model.vocabulary) / t / (p > 1 ? p : 1) : 0
        transfers = p > 1 ? 4 * (v + 1) * tokens * h / t : 0
    }

    /// Bytes per token of attention and feed-forward part beside frozen weights, in eager code: their products need no inputs for
    /// gradients, but RMSNorm's input is kept in 32 bits, and adapters keep a dropped-out input with its mask. Products with weights
    /// of four bits keep their inputs (bitsandbytes' `MatMul4Bit`).
    private static func frozen(_ model: ModelCard, _ plan: TrainingPlan) -> (attention: Double, feed: Double) {
        let h = Double(model.hidden), f = Double(model.feedForward), t = Double(plan.tensor)
        let heads = Double(model.heads), d = Double(model.headDimension)
        let norm: Double = model.hasBiases ? 2 : 4
        var attention = (norm + 3) * h + (2 * (heads + 2 * Double(model.kvHeads)) * d + 2 * heads * d + 4 * heads) / t
        var feed = norm * h + (model.isGated ? 6 : 2) * f / t
        if plan.task == .qlora {
            attention += 2 * h + 2 * heads * d / t
            feed += 2 * h + 2 * f / t
        }
        return (attention, feed)
    }

    /// Bytes that the images of a micro batch leave in a vision encoder; one layer's where it is frozen.
    private static func vision(model: ModelCard, plan: TrainingPlan) -> Double {
        guard let encoder = model.vision, plan.images > 0 else { return 0 }
        var part = plan
        part.sequence = encoder.patches
        part.microBatch = plan.microBatch * plan.images
        part.context = 1
        part.pipeline = 1
        part.tensor = min(plan.tensor, encoder.heads)
        let layer = ActivationMemory(model: encoder.card, plan: part).denseLayer
        return layer * (plan.freezesVision || plan.task != .full ? 1 : Double(encoder.layers))
    }
}
