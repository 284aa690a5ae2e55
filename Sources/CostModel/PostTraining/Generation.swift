/// Sampling responses from a model on the GPUs that also train it: prefill of the prompts, then one token at a time.
///
/// A decode step reads every weight and the keys and values of all running sequences; its time is that of its kernels at so few rows,
/// which the bandwidth of memory bounds (Pope et al., Efficiently Scaling Transformer Inference, MLSys 2023, arXiv 2211.05102, section 2.1).
public struct Generation: Sendable {
    /// The model.
    public let model: ModelCard
    /// GPUs of one instance.
    public let tensor: Int
    /// Sequences of one instance.
    public let sequences: Int
    /// Tokens of a prompt.
    public let prompt: Int
    /// Tokens of a response.
    public let response: Int
    /// Sequences that run at once: as many as there is memory for.
    public let concurrent: Int
    /// Seconds of all prompts.
    public let prefill: Double
    /// Seconds of one decode step at mean length.
    public let decodeStep: Double

    /// Rounds of `concurrent` sequences.
    public var rounds: Int { (sequences + concurrent - 1) / max(1, concurrent) }
    /// Seconds of all sequences of an instance.
    public var seconds: Double { prefill + Double(rounds * response) * decodeStep }

    /// Sampling on instances of `tensor` GPUs; nil when not even one sequence has room.
    ///
    /// - Parameter room: bytes of a GPU that weights and the cache of keys and values may take.
    public init?(
        _ model: ModelCard, cost: TrainingCostModel, plan: TrainingPlan, tensor: Int, sequences: Int, prompt: Int,
        response: Int, room: Double
    ) {
        let count = ParameterCount(model)
        let perSequence = Self.cacheBytes(model, tensor: tensor) * Double(prompt + response)
        let fit = (room - 2 * count.total / Double(tensor)) / perSequence
        guard fit >= 1 else { return nil }
        self.model = model
        self.tensor = tensor
        self.sequences = max(1, sequences)
        self.prompt = prompt
        self.response = response
        concurrent = min(self.sequences, Int(min(fit, 1e6)))
        var reading = plan
        reading.gpus = tensor
        reading.tensor = tensor
        reading.sequenceParallel = tensor > 1
        reading.context = 1
        reading.pipeline = 1
        reading.expert = 1
        reading.virtualStages = 1
        reading.sharding = .none
        reading.sequence = prompt
        reading.globalBatch = self.sequences
        // About 16,384 tokens at a time, as serving engines chunk prompts.
        reading.microBatch = max(1, min(self.sequences, 16384 / max(1, prompt)))
        prefill = ForwardPass(model: model, plan: reading, cost: cost).seconds()
        decodeStep = Self.step(
            model, cost: cost, tensor: tensor, rows: Double(concurrent), length: Double(prompt) + Double(response) / 2)
    }

    /// Bytes of the cache of one token on one GPU, in 16 bits.
    static func cacheBytes(_ model: ModelCard, tensor: Int) -> Double {
        if let latent = model.latent {
            return 2 * Double(model.layers) * Double(latent.keyValueRank + latent.rotaryDimension)
        }
        let heads = max(1, Double(model.kvHeads) / Double(tensor))
        return 2 * 2 * Double(model.layers) * heads * Double(model.headDimension)
    }

    /// Seconds of one token of `rows` sequences that are `length` tokens long.
    static func step(
        _ model: ModelCard, cost: TrainingCostModel, tensor: Int, rows: Double, length: Double
    ) -> Double {
        let kernels = KernelModel(card: cost.platform.card, constants: cost.constants)
        let t = Double(tensor), h = Double(model.hidden), d = Double(model.headDimension)
        let heads = Double(model.heads) / t, kvHeads = max(1, Double(model.kvHeads) / t)
        func product(_ n: Double, _ k: Double, rows count: Double = rows) -> Double {
            kernels.gemm(m: count, n: n, k: k, .bf16)
        }
        var attention = 0.0
        if let latent = model.latent {
            let width = Double(latent.plainDimension + latent.rotaryDimension)
            let rank = Double(latent.keyValueRank)
            let query = Double(latent.queryRank)
            attention += query > 0 ? product(query, h) + product(heads * width, query) : product(heads * width, h)
            attention += product(rank + Double(latent.rotaryDimension), h)
            attention += product(heads * Double(latent.plainDimension + latent.valueDimension), rank)
            attention += product(h, heads * Double(latent.valueDimension))
        } else {
            attention += product((heads + 2 * kvHeads) * d, h) + product(h, heads * d)
        }
        let cache = rows * length * cacheBytes(model, tensor: tensor) / Double(max(1, model.layers))
        attention += kernels.elementwise(bytes: cache) + kernels.elementwise(bytes: rows * h * 20, kernels: 4)
        let gates: Double = model.isGated ? 2 : 1
        func feedForward(_ width: Double, rows count: Double = rows) -> Double {
            product(gates * width, h, rows: count) + product(h, width, rows: count)
        }
        var dense = attention + feedForward(Double(model.feedForward) / t), mixed = dense
        if let experts = model.experts {
            // Weights of every expert that some token visits are read once.
            let visited = Double(experts.count) * (1 - power(1 - share(experts), rows))
            let bytes = visited * (gates + 1) * h * Double(experts.width) / t * 2
            mixed = attention + kernels.elementwise(bytes: bytes, kernels: 4)
            if experts.sharedWidth > 0 { mixed += feedForward(Double(experts.sharedWidth) / t) }
        }
        if tensor > 1 {
            let group = cost.platform.group(ranks: tensor, stride: 1, along: .tensor)
            let reduce = 2 * cost.collectives.seconds(.allReduce, bytes: 2 * rows * h, on: group)
            dense += reduce
            mixed += reduce
        }
        let expertLayers = Double(model.expertLayers)
        let head =
            product(Double(model.vocabulary) / t, h)
            + kernels.elementwise(bytes: rows * Double(model.vocabulary) * 12, kernels: 4)
        return (Double(model.layers) - expertLayers) * dense + expertLayers * mixed + head
    }

    private static func share(_ experts: ModelCard.Experts) -> Double {
        Double(experts.perToken) / Double(max(1, experts.count))
    }

    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(min(exponent, 4096)) { result *= base }
        return result
    }
}
