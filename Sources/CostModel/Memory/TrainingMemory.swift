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
        let weightBytes = plan.precision.isQuantised ? plan.software.quantisedWeightBytes : 2
        // Embedding and head are never quantised.
        weights = split(weightBytes, sharded: weightsSharded) + max(0, 2 - weightBytes) * stage.ends
        let frozen = 2 * stage.frozenVision / (weightsSharded ? shards : 1)
        let gradientsSharded = plan.sharding == .zero2 || plan.sharding == .zero3 || plan.sharding == .keepGathered
        let gradientBytes: Double =
            plan.pureLowPrecision ? 2 : plan.software.keepsWideGradients ? 4 : 2
        gradients = split(gradientBytes, sharded: gradientsSharded)
        optimizer = split(plan.pureLowPrecision ? 4 : 12, sharded: plan.sharding != .none)
        if plan.moments == .half { optimizer = split(plan.pureLowPrecision ? 4 : 8, sharded: plan.sharding != .none) }
        if plan.moments == .eightBit {
            let shares = plan.sharding == .none ? 1 : shards
            let wide = (8 - Self.eightBitMoments) * stage.embedding / shares
            optimizer =
                split((plan.pureLowPrecision ? 0 : 4) + Self.eightBitMoments, sharded: plan.sharding != .none) + wide
        }
        if plan.offload != .none { moveOut(plan) }
        weights += frozen
        if plan.schedule == .dualPipe, plan.pipeline > 1 {
            // Micro batches enter at both ends: every rank holds two stages, and every stage lies on two ranks, which share its optimizer.
            weights *= 2
            gradients *= 2
        }
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
