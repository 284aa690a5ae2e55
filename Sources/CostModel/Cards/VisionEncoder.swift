/// A vision transformer in front of a language model (CLIP, SigLIP, Qwen2-VL's), with the projector between the two.
public struct VisionEncoder: Hashable, Sendable {
    /// Layers.
    public var layers: Int
    /// Hidden size.
    public var hidden: Int
    /// Attention heads.
    public var heads: Int
    /// Inner width of the feed-forward part.
    public var feedForward: Int
    /// Whether the feed-forward part has a gate.
    public var isGated = false
    /// Patches of one image that the encoder sees.
    public var patches: Int
    /// Patches that become one token of the language model (4 in Qwen2-VL, 1 in LLaVA).
    public var patchesPerToken = 1
    /// Parameters outside of the layers: patch and position embeddings, norms, projector.
    public var others: Double
    /// Parameters of one layer's norms and biases.
    public var smallOfLayer: Double

    /// An encoder.
    public init(
        layers: Int, hidden: Int, heads: Int, feedForward: Int, patches: Int, others: Double, smallOfLayer: Double
    ) {
        self.layers = layers
        self.hidden = hidden
        self.heads = heads
        self.feedForward = feedForward
        self.patches = patches
        self.others = others
        self.smallOfLayer = smallOfLayer
    }

    /// Tokens of one image in the language model.
    public var tokens: Int { patches / max(1, patchesPerToken) }

    /// All parameters.
    public var parameters: Double {
        let h = Double(hidden)
        return Double(layers) * (4 * h * h + (isGated ? 3 : 2) * h * Double(feedForward) + smallOfLayer) + others
    }

    /// The encoder as a transformer of its own, without embeddings.
    var card: ModelCard {
        var card = ModelCard(
            "vision", layers: layers, hidden: hidden, heads: heads, feedForward: feedForward, gated: isGated,
            vocabulary: 0, tied: true)
        card.isCausal = false
        card.learnedPositions = patches
        return card
    }
}
