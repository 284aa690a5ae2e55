/// Times of everything that a pipeline stage is put together from, for one micro batch.
///
/// Plans that differ only in pipeline, virtual stages, recomputation or sharding have equal ones: tensor, context and expert sizes and
/// the micro batch decide.
struct LayerBlocks {
    /// A layer with a dense feed-forward part; of an encoder-decoder, one of the encoder.
    private(set) var dense: LayerTimes
    /// A layer with experts; the dense one where there are none.
    private(set) var mixed: LayerTimes
    /// A layer of a decoder with cross-attention; the dense one where there is no encoder.
    private(set) var decoder: LayerTimes
    /// A layer of the vision encoder over the images of a micro batch.
    let vision: LayerTimes?
    /// Output head and loss.
    let head: (forward: Double, backward: Double)
    /// Embedding.
    private(set) var embedding: (forward: Double, backward: Double)
    /// Elementwise work of the loss.
    let loss: Double

    /// Computation and transfers.
    init(_ layers: LayerModel) {
        self.init(computing: layers)
        addTransfers(layers)
    }

    /// Computation only; the vision encoder with its transfers, which stay inside a node.
    init(computing layers: LayerModel) {
        dense = layers.computation(withExperts: false)
        mixed = layers.model.experts == nil ? dense : layers.computation(withExperts: true)
        decoder = layers.model.encoderLayers > 0 ? layers.computation(withExperts: false, crossAttention: true) : dense
        vision = layers.vision()
        head = layers.head()
        embedding = layers.embedding()
        loss = layers.loss()
    }

    /// Adds the transfers under the conditions of the layers' platform.
    mutating func addTransfers(_ layers: LayerModel) {
        layers.addTransfers(withExperts: false, &dense)
        layers.addTransfers(withExperts: layers.model.experts != nil, &mixed)
        layers.addTransfers(withExperts: false, &decoder)
        embedding = layers.embedding()
    }
}

extension LayerModel {
    /// A layer of the vision encoder: bidirectional attention within an image, never split over context or experts.
    func vision() -> LayerTimes? {
        guard let encoder = model.vision, plan.images > 0 else { return nil }
        var part = plan
        part.sequence = encoder.patches
        part.microBatch = plan.microBatch * plan.images
        part.context = 1
        part.expert = 1
        part.tensor = min(plan.tensor, encoder.heads)
        if plan.task != .full { part.task = .lora }
        var times = LayerModel(
            model: encoder.card, plan: part, platform: platform, kernels: kernels, collectives: collectives
        ).layer(withExperts: false)
        if plan.freezesVision || plan.task != .full {
            times.linearBackward = 0
            times.attentionBackward = 0
            times.memoryBackward = 0
            times.tensorBackward = 0
            times.launchesBackward = 0
        }
        return times
    }
}

extension ModelCard {
    /// Model FLOPs of the images of one sequence: three forward passes, one where the encoder is frozen.
    func visionFLOPs(_ plan: TrainingPlan) -> Double {
        guard let vision else { return 0 }
        let card = vision.card
        let count = ParameterCount(card)
        let weights = Double(card.layers) * (count.attention + count.denseFeedForward)
        let forward = 2 * weights + card.attentionFLOPs(sequence: vision.patches)
        let passes: Double = plan.freezesVision || plan.task != .full ? 1 : 3
        return passes * forward * Double(vision.patches * plan.images)
    }
}
