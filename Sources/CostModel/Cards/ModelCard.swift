/// A transformer as its configuration describes it.
public struct ModelCard: Hashable, Sendable {
    /// Mixture of experts in the feed-forward part.
    public struct Experts: Hashable, Sendable {
        /// Routed experts of a layer.
        public var count: Int
        /// Experts that a token visits.
        public var perToken: Int
        /// Inner width of one expert.
        public var width: Int
        /// Inner width of the shared expert; 0 without one.
        public var sharedWidth: Int
        /// Leading layers with a dense feed-forward part.
        public var denseLayers: Int

        /// A mixture.
        public init(count: Int, perToken: Int, width: Int, sharedWidth: Int = 0, denseLayers: Int = 0) {
            self.count = count
            self.perToken = perToken
            self.width = width
            self.sharedWidth = sharedWidth
            self.denseLayers = denseLayers
        }
    }

    /// Multi-head latent attention (DeepSeek): ranks and head dimensions.
    public struct LatentAttention: Hashable, Sendable {
        /// Rank of the query projection; 0 when queries are projected directly.
        public var queryRank: Int
        /// Rank of the joint key and value projection.
        public var keyValueRank: Int
        /// Head dimension without position.
        public var plainDimension: Int
        /// Head dimension that carries the rotary position.
        public var rotaryDimension: Int
        /// Head dimension of values.
        public var valueDimension: Int

        /// Latent attention.
        public init(
            queryRank: Int, keyValueRank: Int, plainDimension: Int, rotaryDimension: Int, valueDimension: Int
        ) {
            self.queryRank = queryRank
            self.keyValueRank = keyValueRank
            self.plainDimension = plainDimension
            self.rotaryDimension = rotaryDimension
            self.valueDimension = valueDimension
        }
    }

    /// Name: `llama-3-70b`.
    public var name: String
    /// Where the numbers come from.
    public var source: String
    /// Decoder layers (all layers of a decoder-only or encoder-only model).
    public var layers: Int
    /// Encoder layers of an encoder-decoder; its decoder layers have cross-attention.
    public var encoderLayers = 0
    /// Hidden size.
    public var hidden: Int
    /// Query heads.
    public var heads: Int
    /// Key and value heads.
    public var kvHeads: Int
    /// Dimension of one head.
    public var headDimension: Int
    /// Inner width of the dense feed-forward part.
    public var feedForward: Int
    /// Whether the feed-forward part has a gate (three matrices).
    public var isGated: Bool
    /// Vocabulary.
    public var vocabulary: Int
    /// Whether the output head shares the embedding's weights.
    public var tiedEmbeddings: Bool
    /// Width of the embedding where it is projected to the hidden size (OPT-350M).
    public var embeddingWidth: Int?
    /// Whether words are predicted; classifiers of images and CLIP have no output head.
    public var hasOutputHead = true
    /// Learned positions; 0 with rotary or relative ones.
    public var learnedPositions = 0
    /// Whether linear layers and norms have biases (as in GPT-2 and GPT-3).
    public var hasBiases = false
    /// Whether attention is causal; false for encoders such as BERT.
    public var isCausal = true
    /// Window of sliding-window attention in tokens; 0 for full attention.
    public var slidingWindow = 0
    /// Share of the layers whose attention is windowed.
    public var windowedShare = 1.0
    /// Experts, or nil when every layer is dense.
    public var experts: Experts?
    /// Latent attention, or nil for ordinary attention.
    public var latent: LatentAttention?
    /// Vision encoder in front of the layers, or nil.
    public var vision: VisionEncoder?
    /// Exact counts of norms and biases, where a configuration tells them; otherwise they are counted by `hasBiases`.
    public var small: SmallParameters?

    /// Norms, biases and other small parameters.
    public struct SmallParameters: Hashable, Sendable {
        /// Of one layer with a dense feed-forward part; of an encoder-decoder, one of the encoder.
        public var layer: Double
        /// Of one layer with experts.
        public var expertLayer: Double
        /// Once in the model: final norm, pooler, token types.
        public var once: Double

        /// Counts of small parameters.
        public init(layer: Double, expertLayer: Double? = nil, once: Double) {
            self.layer = layer
            self.expertLayer = expertLayer ?? layer
            self.once = once
        }
    }

    /// A dense model.
    public init(
        _ name: String, source: String = "given", layers: Int, hidden: Int, heads: Int, kvHeads: Int? = nil,
        headDimension: Int? = nil, feedForward: Int, gated: Bool, vocabulary: Int, tied: Bool = false
    ) {
        self.name = name
        self.source = source
        self.layers = layers
        self.hidden = hidden
        self.heads = heads
        self.kvHeads = kvHeads ?? heads
        self.headDimension = headDimension ?? (heads > 0 ? hidden / heads : hidden)
        self.feedForward = feedForward
        isGated = gated
        self.vocabulary = vocabulary
        tiedEmbeddings = tied
    }

    /// Matrices of the feed-forward part.
    public var feedForwardMatrices: Double { isGated ? 3 : 2 }
    /// Layers with experts.
    public var expertLayers: Int { experts.map { max(0, layers - $0.denseLayers) } ?? 0 }
    /// Layers of all kinds.
    public var allLayers: Int { layers + encoderLayers }

    /// How heads share keys and values: `MHA`, `GQA 8`, `MQA`, `MLA`.
    public var attentionKind: String {
        if latent != nil { return "MLA" }
        if kvHeads == heads { return "MHA" }
        return kvHeads == 1 ? "MQA" : "GQA \(kvHeads)"
    }

    /// What it is beside attention: `dense`, `MoE 8 of 256`, `encoder-decoder`, `encoder`, `… + vision`.
    public var architecture: String {
        var words = "dense"
        if let experts { words = "MoE \(experts.perToken) of \(experts.count)" }
        if encoderLayers > 0 { words = "encoder-decoder" }
        if !isCausal { words = "encoder" }
        return vision == nil ? words : words + " + vision"
    }
}
