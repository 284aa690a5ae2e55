/// Counts of parameters, by the part that sharding treats alike. Formulas: docs/training.md.
public struct ParameterCount: Hashable, Sendable {
    /// Attention of one layer.
    public var attention: Double
    /// Dense feed-forward part of one layer.
    public var denseFeedForward: Double
    /// Routed experts of one expert layer, all of them.
    public var routedExperts: Double
    /// Shared expert and router of one expert layer.
    public var sharedExperts: Double
    /// Norms and biases of one layer.
    public var norms: Double
    /// Norms and biases of one layer with experts.
    public var expertNorms: Double
    /// Small parameters outside of layers.
    public var once: Double
    /// Vision encoder with its projector.
    public var vision: Double
    /// Token and position embeddings.
    public var embedding: Double
    /// Output head; 0 when tied.
    public var head: Double
    /// Cross-attention of all decoder layers together.
    public var crossAttention: Double
    /// Layers, dense and with experts.
    public var denseLayers: Double
    /// Layers with experts.
    public var expertLayers: Double

    /// Counts the parameters of a model.
    public init(_ model: ModelCard) {
        let h = Double(model.hidden), a = Double(model.heads), d = Double(model.headDimension)
        if let latent = model.latent {
            let query = Double(latent.queryRank), keyValue = Double(latent.keyValueRank)
            let plain = Double(latent.plainDimension), rotary = Double(latent.rotaryDimension)
            let value = Double(latent.valueDimension)
            let queries =
                query > 0 ? h * query + query * a * (plain + rotary) : h * a * (plain + rotary)
            attention = queries + h * (keyValue + rotary) + keyValue * a * (plain + value) + a * value * h
        } else {
            attention = 2 * h * a * d + 2 * h * Double(model.kvHeads) * d
        }
        let matrices = model.feedForwardMatrices
        denseFeedForward = matrices * h * Double(model.feedForward)
        routedExperts = 0
        sharedExperts = 0
        if let experts = model.experts {
            routedExperts = Double(experts.count) * matrices * h * Double(experts.width)
            sharedExperts = matrices * h * Double(experts.sharedWidth) + Double(experts.count) * h
        }
        norms =
            model.hasBiases
            ? 4 * h + 5 * h + (2 * Double(model.kvHeads) + a) * d - 2 * h + Double(model.feedForward) : 2 * h
        expertNorms = norms
        once = model.hasBiases ? 2 * h : h
        if let small = model.small {
            norms = small.layer
            expertNorms = small.expertLayer
            once = small.once
        }
        vision = model.vision?.parameters ?? 0
        embedding =
            Double(model.vocabulary) * Double(model.embeddingWidth ?? model.hidden) + Double(model.learnedPositions) * h
        head = model.tiedEmbeddings || !model.hasOutputHead ? 0 : Double(model.vocabulary) * h
        // Cross-attention with its norm: one vector where the small parameters are exact, weight and bias otherwise.
        let crossNorm = model.small == nil ? 2 * h : h
        crossAttention = model.encoderLayers > 0 ? Double(model.layers) * (attention + crossNorm) : 0
        expertLayers = Double(model.expertLayers)
        denseLayers = Double(model.allLayers) - expertLayers
    }

    /// All parameters.
    public var total: Double {
        denseLayers * (attention + denseFeedForward + norms)
            + expertLayers * (attention + routedExperts + sharedExperts + expertNorms) + crossAttention + embedding
            + head
            + once + vision
    }

    /// Parameters of one layer without experts' routed part.
    public func layer(withExperts: Bool) -> Double {
        withExperts ? attention + expertNorms + sharedExperts : attention + norms + denseFeedForward
    }

    /// Parameters that one token uses, with `model`'s experts per token.
    public func active(_ model: ModelCard) -> Double {
        guard let experts = model.experts, experts.count > 0 else { return total }
        return total - expertLayers * routedExperts * (1 - Double(experts.perToken) / Double(experts.count))
    }
}

extension ModelCard {
    /// Forward FLOPs of one token outside of attention's core, in all layers and the head.
    public func linearFLOPs() -> Double {
        let count = ParameterCount(self)
        let small = count.denseLayers * count.norms + count.expertLayers * count.expertNorms + count.once
        let active = count.active(self) - count.embedding - count.head - small - count.vision
        return 2 * (active + (hasOutputHead ? Double(vocabulary) * Double(hidden) : 0))
    }

    /// Forward FLOPs of one token in the scores and weighted sums of all layers, counting the causal half only.
    public func attentionFLOPs(sequence: Int) -> Double {
        let s = Double(sequence)
        let width =
            latent.map { Double($0.plainDimension + $0.rotaryDimension + $0.valueDimension) / 2 }
            ?? Double(headDimension)
        let full = 4 * Double(heads) * width * s * (isCausal ? 0.5 : 1)
        guard slidingWindow > 0, slidingWindow < sequence else { return full * Double(allLayers) }
        let w = Double(slidingWindow)
        let windowed = 4 * Double(heads) * width * w * (1 - w / (2 * s))
        return Double(allLayers) * (windowedShare * windowed + (1 - windowedShare) * full)
    }

    /// Model FLOPs of training one token: three times the forward pass, nothing recomputed.
    public func trainingFLOPs(sequence: Int) -> Double {
        3 * (linearFLOPs() + attentionFLOPs(sequence: sequence))
    }
}
