/// How a model is trained: parallel sizes, batch, precision, what is recomputed.
public struct TrainingPlan: Hashable, Sendable {
    /// What is trained.
    public enum Task: String, CaseIterable, Sendable {
        /// All weights.
        case full
        /// Low-rank adapters beside frozen weights.
        case lora
        /// Low-rank adapters beside frozen weights of four bits.
        case qlora
    }

    /// What the data-parallel ranks share out among themselves.
    public enum Sharding: String, CaseIterable, Sendable {
        /// Nothing: every rank holds everything.
        case none
        /// Optimizer state (ZeRO-1, Megatron's distributed optimizer).
        case zero1
        /// Optimizer state and gradients.
        case zero2
        /// Optimizer state, gradients and weights (ZeRO-3, FSDP).
        case zero3
        /// As `zero2`, and weights are sharded between steps only (FSDP without resharding after the forward pass).
        case keepGathered = "zero3-keep"
    }

    /// What is computed a second time in the backward pass.
    public enum Recompute: String, CaseIterable, Sendable {
        /// Nothing.
        case none
        /// The core of attention.
        case selective
        /// Norms, activation functions and the up-projections of latent attention: little work, much memory (DeepSeek-V3, arXiv 2412.19437,
        /// section 3.2.3; Megatron-Core's modules `layernorm`, `moe_act`, `mla_up_proj`).
        case normsAndUpProjections = "norms-and-up-projections"
        /// Whole layers, every other one (torchtitan's `selective` with an interval of two).
        case everyOtherLayer = "every-other-layer"
        /// Every other matrix multiplication and all elementwise work; attention is kept (torchtitan's `selective` by operator).
        case everyOtherProduct = "every-other-product"
        /// Whole layers.
        case full

        /// Share that is computed a second time: of multiplications with their transfers, of attention, of elementwise work. What of a
        /// layer `normsAndUpProjections` repeats depends on the model (`LayerTimes`).
        public var again: (products: Double, attention: Double, elementwise: Double) {
            switch self {
            case .none, .normsAndUpProjections: (0, 0, 0)
            case .selective: (0, 1, 0)
            case .everyOtherLayer: (0.5, 0.5, 0.5)
            case .everyOtherProduct: (0.5, 0, 1)
            case .full: (1, 1, 1)
            }
        }
    }

    /// Order of the micro batches in a pipeline.
    public enum Schedule: String, CaseIterable, Sendable {
        /// All forward passes, then all backward passes.
        case gpipe
        /// One forward, one backward; interleaved when a rank holds several virtual stages.
        case oneForwardOneBackward = "1f1b"
        /// Zero-bubble with the memory of 1F1B (ZB-H1).
        case zeroBubble = "zb-h1"
        /// Zero-bubble with twice the memory (ZB-H2).
        case zeroBubble2 = "zb-h2"
        /// Two directions with computation beside communication (DualPipe).
        case dualPipe = "dualpipe"
    }

    /// How Adam keeps its two moments.
    public enum Moments: String, CaseIterable, Sendable {
        /// In 32 bits (in 16 with `pureLowPrecision`).
        case wide = "adam"
        /// In 16 bits beside 32-bit master weights (DeepSeek-V3, arXiv 2412.19437, section 3.3.3; Megatron-Core's `--exp-avg-dtype bf16`).
        case half = "adam-16bit"
        /// In 8 bits with a 32-bit scale for every block of 256 (bitsandbytes; Dettmers et al., arXiv 2110.02861). Embeddings
        /// keep 32 bits, as Hugging Face's Trainer arranges.
        case eightBit = "adam-8bit"
    }

    /// What is kept outside of the GPU.
    public enum Offload: String, CaseIterable, Sendable {
        /// Nothing.
        case none
        /// Gradients and optimizer state in host memory, Adam on the CPU (ZeRO-Offload, arXiv 2101.06840).
        case optimizer
        /// Sharded weights as well (ZeRO-3's `offload_param`).
        case parameters
        /// Sharded weights in host memory, optimizer state on local NVMe (ZeRO-Infinity, arXiv 2104.07857).
        case nvme
    }

    /// GPUs in all.
    public var gpus: Int
    /// Tensor-parallel size.
    public var tensor = 1
    /// Context-parallel size.
    public var context = 1
    /// Pipeline stages.
    public var pipeline = 1
    /// Virtual stages of a rank.
    public var virtualStages = 1
    /// Expert-parallel size.
    public var expert = 1
    /// Whether norms and residuals are split over the tensor-parallel ranks.
    public var sequenceParallel = false
    /// Pipeline schedule.
    public var schedule = Schedule.oneForwardOneBackward
    /// Sharding over the data-parallel ranks.
    public var sharding = Sharding.none
    /// Ranks among which state is sharded; nil for all data-parallel ranks.
    public var shardGroup: Int?
    /// Sequences of one micro batch of one rank.
    public var microBatch = 1
    /// Sequences of one step.
    public var globalBatch: Int
    /// Tokens of one sequence.
    public var sequence: Int
    /// Format of matrix multiplications.
    public var precision = Precision.bf16
    /// Whether weights and optimizer stay in 16 bits, without 32-bit copies.
    public var pureLowPrecision = false
    /// What is recomputed.
    public var recompute = Recompute.none
    /// What is trained.
    public var task = Task.full
    /// Whether embedding and output head are trained beside the adapters.
    public var trainsEmbeddings = false
    /// Rank of the adapters.
    public var loraRank = 16
    /// How the optimizer keeps its state.
    public var moments = Moments.wide
    /// What is kept in host memory or on NVMe.
    public var offload = Offload.none
    /// Whether activations wait for the backward pass in host memory.
    public var offloadsActivations = false
    /// Images of one sequence, for models with a vision encoder.
    public var images = 1
    /// Whether the vision encoder stays as it is.
    public var freezesVision = false
    /// Framework.
    public var software = SoftwareCard.megatronCore
    /// Where samples come from; nil when loading them is not looked at.
    public var loading: DataLoading?
    /// How state is saved; nil when saving is not looked at.
    public var checkpoint: CheckpointCost?
    /// Hosts that are slower than the others.
    public var slowHosts = SlowHosts()

    /// A plan on some GPUs with one rank per replica.
    public init(gpus: Int, globalBatch: Int, sequence: Int) {
        self.gpus = gpus
        self.globalBatch = globalBatch
        self.sequence = sequence
    }

    /// Replicas of the model.
    public var data: Int { max(1, gpus / max(1, tensor * context * pipeline)) }
    /// Micro batches of one replica and step; a last, shorter one counts as a part.
    public var microBatches: Double { max(1, Double(globalBatch) / Double(max(1, microBatch * data))) }
    /// Ranks that share out state.
    public var shards: Int { max(1, shardGroup ?? data * context) }

    /// Parameters that are trained: all of them, or the adapters.
    public func trainedParameters(of model: ModelCard) -> Double {
        let count = ParameterCount(model)
        guard task != .full else { return count.total - (freezesVision ? count.vision : 0) }
        var whole = self
        whole.tensor = 1
        whole.pipeline = 1
        let ends = trainsEmbeddings ? count.embedding + count.head : 0
        return StageParameters(model: model, plan: whole, parameters: count).adapters + ends
    }
}
