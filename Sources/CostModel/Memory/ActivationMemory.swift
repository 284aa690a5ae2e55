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
        let dropout = plan.software.attention.keepsScores
        let tensors = KeptTensors(model: model, plan: plan, whole: whole)
        var attention = tensors.attention, dense = tensors.dense
        let mixture = tensors.mixture
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
        if plan.recompute == .normsAndUpProjections {
            // One layer at a time holds what is computed again.
            var all = plan
            all.recompute = .none
            let whole = KeptTensors(model: model, plan: all, whole: whole)
            let more = expertShare > 0 ? whole.mixture - mixture : whole.dense - dense
            sum += tokens * (whole.attention - attention + more)
        }
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
