/// Bytes for each token that the parts of a layer keep for their backward pass, tensor by tensor.
struct KeptTensors {
    /// Attention with its norm.
    private(set) var attention: Double
    /// A dense feed-forward part with its norm.
    private(set) var dense: Double
    /// A feed-forward part with experts, with its norm; the dense one where there are none.
    private(set) var mixture: Double

    /// Counts the tensors of a layer.
    ///
    /// - Parameter whole: the share of norms, residuals and other unsplit tensors that a rank keeps.
    init(model: ModelCard, plan: TrainingPlan, whole: Double) {
        let h = Double(model.hidden), t = Double(plan.tensor), software = plan.software
        let heads = Double(model.heads)
        // The input of a product, and whether what norms and activation functions put out is computed again.
        let isNarrow = plan.precision.isQuantised && software.keepsQuantisedInputs
        let input = isNarrow ? plan.precision.bytes : 2
        let again = plan.recompute == .normsAndUpProjections
        let output = again ? 0 : input
        let dropout: Double = software.attention.keepsScores ? 1 : 0

        // A norm keeps its input, the residual stream; its output is the input of products.
        let norm = (2 + output + dropout) * h * whole
        attention = norm
        // Attention keeps queries, keys, values and its output, which the product after it needs as well.
        let values: Double
        if let latent = model.latent {
            let rotary = Double(latent.rotaryDimension), value = Double(latent.valueDimension)
            let ranks = Double(latent.queryRank + latent.keyValueRank)
            // The compressed parts: input of a norm, output of it.
            attention += (2 * (ranks + rotary) + output * ranks) * whole
            if !again { attention += 2 * heads * (2 * (Double(latent.plainDimension) + rotary) + value) / t }
            values = heads * value
        } else {
            let d = Double(model.headDimension)
            attention += 2 * (heads + 2 * Double(model.kvHeads)) * d / t
            values = heads * d
        }
        let copy = isNarrow ? input : 0
        attention += (isNarrow ? software.attentionOutputBytes ?? 2 + copy : 2) * values / t
        if software.attention.keepsScores {
            if plan.recompute == .none { attention += 5 * heads * Double(plan.sequence) / t }
        } else {
            // The logarithm of each row's sum, in 32 bits.
            attention += 4 * heads / t
        }

        // The activation function keeps its inputs; its output is the input of the second product.
        let gate = (model.isGated ? 2 : 1) * (isNarrow ? software.gateInputBytes : 2) + output
        dense = norm + gate * Double(model.feedForward) / t
        mixture = dense
        if let experts = model.experts {
            // What was sent to an expert is not computed again: it came over the network.
            let visit = input * h + (software.weighsInsideExperts ? 0 : 2 * h)
            mixture =
                norm + Double(experts.perToken) * (gate * Double(experts.width) + visit) / t
                + gate * Double(experts.sharedWidth) / t
        }
    }
}
