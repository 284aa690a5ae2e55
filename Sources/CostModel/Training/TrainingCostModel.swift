/// Step time and memory of a training plan on a platform.
///
/// Kernels are summed per layer, layers per pipeline stage, stages by the schedule's closed form; transfers are exposed or hidden by
/// what the software overlaps. All constants are those of `StepTimeConstants` and `CollectiveModel`.
public struct TrainingCostModel: Sendable {
    /// Machines.
    public var platform: TrainingPlatform
    /// Constants of step time.
    public var constants: StepTimeConstants
    /// Collectives.
    public var collectives: CollectiveModel

    /// A model of a platform.
    public init(
        platform: TrainingPlatform, constants: StepTimeConstants = StepTimeConstants(),
        collectives: CollectiveModel = CollectiveModel()
    ) {
        self.platform = platform
        self.constants = constants
        self.collectives =
            platform.card.curves?.applied(to: collectives, generation: platform.card.generation) ?? collectives
    }

    /// Time and memory of one step.
    public func estimate(_ model: ModelCard, _ plan: TrainingPlan) -> TrainingEstimate {
        estimate(model, plan, step: StepAssembly(model: model, plan: plan, cost: self))
    }

    func estimate(
        _ model: ModelCard, _ plan: TrainingPlan, step: StepAssembly, memory: TrainingMemory? = nil
    ) -> TrainingEstimate {
        let tokens = Double(plan.globalBatch) * Double(plan.sequence)
        var flops = model.trainingFLOPs(sequence: plan.sequence) * tokens
        if plan.task != .full { flops *= 2 / 3 }
        flops += model.visionFLOPs(plan) * Double(plan.globalBatch)
        let (parts, details) = step.parts()
        return TrainingEstimate(
            parts: parts, modelFLOPs: flops, tokens: tokens, gpus: plan.gpus,
            peak: platform.card.peak(plan.precision), memory: memory ?? TrainingMemory(model: model, plan: plan),
            details: details)
    }
}

/// Puts the step together.
struct StepAssembly {
    let model: ModelCard
    let plan: TrainingPlan
    let cost: TrainingCostModel
    private let layers: LayerModel
    let blocks: LayerBlocks
    private let parameters: ParameterCount

    /// The step under the conditions of the cost model's platform.
    ///
    /// - Parameter blocks: times of the layers where they are known already, from a plan that shares them (see `LayerBlocks`).
    init(model: ModelCard, plan: TrainingPlan, cost: TrainingCostModel, blocks: LayerBlocks? = nil) {
        self.model = model
        self.plan = plan
        self.cost = cost
        layers = LayerModel(
            model: model, plan: plan, platform: cost.platform,
            kernels: KernelModel(card: cost.platform.card, constants: cost.constants), collectives: cost.collectives)
        self.blocks = blocks ?? LayerBlocks(layers)
        parameters = ParameterCount(model)
    }

    private var constants: StepTimeConstants { cost.constants }
    private var software: SoftwareCard { plan.software }

    /// Seconds of a stage's micro batch by kind.
    private struct Stage {
        var linear = 0.0
        var attention = 0.0
        var memory = 0.0
        var tensor = 0.0
        var expert = 0.0
        var context = 0.0
        var head = 0.0
        var embedding = 0.0
        var host = 0.0
        var againProducts = 0.0
        var againElementwise = 0.0
        /// Host time between micro batches, when the GPU has nothing to do.
        var between = 0.0
        /// How busy attention keeps tensor cores.
        var attentionDuty = 0.0
        /// Time of the layers, with the GPU or the host as the slower one.
        var layers: Double { max(linear + attention + memory + tensor + expert + context, host) }
        /// Layers first, then head and loss: the host, which waits for the loss, cannot run ahead of these.
        var total: Double { layers + head + embedding + between }
        /// Time of tensor cores, as if they were as busy in attention as in products.
        var math: Double { linear + head + attention * attentionDuty }
        var idle: Double { total - (linear + attention + memory + tensor + expert + context + head + embedding) }

        /// The stage with tensor cores at a clock relative to that of short kernels.
        func slowed(to clock: Double) -> Stage {
            var stage = self
            stage.linear /= clock
            if attentionDuty > 0 { stage.attention /= clock }
            stage.head /= clock
            stage.againProducts /= clock
            return stage
        }

        mutating func add(
            _ layer: LayerTimes, count: Double, plan: TrainingPlan, recompute other: TrainingPlan.Recompute? = nil,
            launch: Double
        ) {
            let recompute = other ?? plan.recompute
            let again = recompute.again
            // With every other product kept, so are the results of transfers.
            let moved = recompute == .everyOtherProduct ? 0 : again.products
            let spared = plan.software.stopsRecomputeEarly ? layer.lastProduct : 0
            let isLight = recompute == .normsAndUpProjections
            let products = isLight ? layer.upProjections : (layer.linearForward - spared) * again.products
            let elementwise = isLight ? layer.normsForward : layer.memoryForward * again.elementwise
            let launches =
                layer.launchesForward * (1 + again.elementwise) + (isLight ? StepAssembly.launchesOfNorms : 0)
            linear += count * (layer.linearForward + products + layer.linearBackward)
            attention += count * (layer.attentionForward * (1 + again.attention) + layer.attentionBackward)
            memory += count * (layer.memoryForward + elementwise + layer.memoryBackward)
            againProducts += count * (products + layer.attentionForward * again.attention)
            againElementwise += count * elementwise
            tensor += count * (layer.tensorForward * (1 + moved) + layer.tensorBackward)
            expert += count * layer.expertTransfer * (2 + moved)
            context += count * layer.contextTransfer
            host += count * (launches + layer.launchesBackward) * launch
        }
    }

    /// Kernels of `normsAndUpProjections`: two norms of a layer, two of latent attention, its two products, the activation function.
    private static let launchesOfNorms = 7.0

    /// Weights, biases and norms of a layer, as tensors.
    private static let tensorsOfLayer = 9.0

    /// How the stages of a pipeline and the traffic among replicas add up.
    private struct Timeline {
        let slowest: Stage
        let bubble: Double
        let traffic: Double
        let transfers: Double
        let data: DataParallelTraffic
        /// Micro batches, bubble, and what transfers add.
        let seconds: Double

        init?(_ stages: [Stage], _ step: StepAssembly) {
            guard let slowest = stages.max(by: { $0.total < $1.total }) else { return nil }
            let plan = step.plan, m = plan.microBatches
            let sum = stages.reduce(0) { $0 + $1.total }
            let bubbleShare: Double =
                switch plan.schedule {
                case .gpipe: 1
                case .oneForwardOneBackward: 1 / Double(max(1, plan.virtualStages))
                case .zeroBubble: 0.34
                case .zeroBubble2: 0.05
                case .dualPipe: 0.3
                }
            self.slowest = slowest
            bubble = (sum - slowest.total) * bubbleShare
            data = DataParallelTraffic(model: step.model, plan: plan, cost: step.cost, parameters: step.parameters)
            traffic = data.exposed(
                compute: slowest.total * m, lastBackward: slowest.total * 0.66, firstForward: slowest.total * 0.33,
                layers: Double(step.model.allLayers) / Double(plan.pipeline))
            transfers = step.pipelineTransfers()
            seconds = m * slowest.total + bubble + traffic + transfers
        }
    }

    private func stages() -> [Stage] {
        let p = plan.pipeline
        let head = blocks.head, embedding = blocks.embedding
        let eager = constants.launch * (cost.platform.card.hasGraceHost ? 1.8 : 1)
        let graph = constants.launch * 0.3
        let stopped = p > 1 && !software.overlapsPipeline ? constants.stoppedHost : 1
        let launch = (software.usesGraphs ? graph : eager) * stopped
        let capturesExperts = software.usesGraphsForExperts && cost.platform.card.generation == .blackwell
        let expertLaunch = (capturesExperts ? graph : eager) * stopped
        let counts = Self.layersOfStages(model.allLayers, stages: p)
        let attentionDuty = layers.kernels.attentionDuty(
            software.attention, headDimension: Double(model.headDimension), sequence: Double(plan.sequence))
        var denseLeft = Double(model.allLayers - model.expertLayers)
        var encoderLeft = Double(model.encoderLayers)
        var stages: [Stage] = []
        stages.reserveCapacity(p)
        for (index, count) in counts.enumerated() {
            var stage = Stage()
            let denseHere = min(denseLeft, Double(count))
            denseLeft -= denseHere
            // The encoder's layers come first; those of the decoder have cross-attention.
            let encoderHere = min(encoderLeft, denseHere)
            encoderLeft -= encoderHere
            let decoder = model.encoderLayers > 0 ? blocks.decoder : blocks.dense
            stage.add(blocks.dense, count: encoderHere, plan: plan, launch: launch)
            stage.add(decoder, count: denseHere - encoderHere, plan: plan, launch: launch)
            stage.add(blocks.mixed, count: Double(count) - denseHere, plan: plan, launch: expertLaunch)
            if plan.software.hooksGradients, plan.task == .full {
                stage.host += Double(count) * Self.tensorsOfLayer * constants.gradientHook
            }
            stage.attentionDuty = attentionDuty
            stage.between = software.usesGraphs ? 0 : constants.microBatchOverhead
            if index == 0 {
                stage.embedding += embedding.forward + embedding.backward
                if let vision = blocks.vision, let encoder = model.vision {
                    stage.add(
                        vision, count: Double(encoder.layers), plan: plan,
                        recompute: plan.freezesVision ? TrainingPlan.Recompute.none : nil, launch: launch)
                }
            }
            if index == p - 1 { stage.head += head.forward + head.backward }
            stages.append(stage)
        }
        return stages
    }

    /// Layers of each stage: equal, or, where they are not divisible, with the first and last stage lighter.
    static func layersOfStages(_ layers: Int, stages: Int) -> [Int] {
        let p = max(1, stages)
        if layers % p == 0 { return Array(repeating: layers / p, count: p) }
        if (layers + 2) % p == 0, p > 1 {
            let most = (layers + 2) / p
            return (0..<p).map { $0 == 0 || $0 == p - 1 ? most - 1 : most }
        }
        // The last stage also holds the head: it takes the smaller share.
        let extra = layers % p
        return (0..<p).map { layers / p + ($0 < extra ? 1 : 0) }
    }

    /// A lower bound of the step: the slowest stage at work at full clock, without transfers among replicas, bubbles and the optimizer.
    func lowerBound() -> Double {
        let slowest = stages().reduce(0) { max($0, $1.total) }
        return plan.microBatches * slowest * progressFactor()
    }

    /// The parts of the step, and what they are made of.
    func parts() -> (parts: [TrainingEstimate.Part], details: TrainingEstimate.Details) {
        let full = stages()
        guard let first = Timeline(full, self) else { return ([], .init()) }
        let duty = plan.microBatches * first.slowest.math / first.seconds
        let clock = layers.kernels.clock(duty: duty)
        let stages = clock < 1 ? full.map { $0.slowed(to: clock) } : full
        guard let timeline = clock < 1 ? Timeline(stages, self) : first else { return ([], .init()) }
        let slowest = timeline.slowest
        let m = plan.microBatches, p = Double(plan.pipeline)
        let busy = m * slowest.total + timeline.bubble
        let data = timeline.data
        let progress = progressFactor()
        var parts = [
            TrainingEstimate.Part(name: "matrix multiplications", seconds: m * slowest.linear * progress),
            .init(name: "attention", seconds: m * slowest.attention * progress),
            .init(name: "elementwise", seconds: m * (slowest.memory + slowest.embedding) * progress),
            .init(name: "output head and loss", seconds: m * slowest.head * progress),
            .init(name: "host", seconds: m * slowest.idle * progress),
            .init(name: "tensor parallel", seconds: m * slowest.tensor * progress),
            .init(name: "expert parallel", seconds: m * slowest.expert * progress),
            .init(name: "context parallel", seconds: m * slowest.context * progress),
            .init(name: "pipeline bubble", seconds: timeline.bubble * progress),
            .init(name: "pipeline transfers", seconds: timeline.transfers),
            .init(name: "data parallel", seconds: timeline.traffic),
            .init(name: "optimizer", seconds: data.optimizer()),
            .init(name: "fixed", seconds: constants.stepOverhead),
        ]
        let hosts = max(1, plan.gpus / max(1, cost.platform.gpusPerNode))
        let noise = constants.jitter * StepNoise.expectedMaximum(ranks: Double(hosts))
        parts.append(.init(name: "stragglers", seconds: busy * (noise + plan.slowHosts.expected(hosts: hosts))))
        parts.append(.init(name: "offload", seconds: offload(data, busy: busy, stage: slowest.total)))
        addStorage(&parts)
        var details = TrainingEstimate.Details()
        details.recomputedProducts = m * slowest.againProducts * progress
        details.recomputedElementwise = m * slowest.againElementwise * progress
        details.loss = slowest.head > 0 ? m * blocks.loss * progress : 0
        let mean = stages.reduce(0) { $0 + $1.linear + $1.attention + $1.head } / p
        details.unevenStages = max(0, slowest.linear + slowest.attention + slowest.head - mean) * m * progress
        return (parts.filter { $0.seconds > 0 }, details)
    }

    /// Copies to and from host memory that the GPU waits for.
    private func offload(_ data: DataParallelTraffic, busy: Double, stage: Double) -> Double {
        var seconds = 0.0
        if plan.offload != .none {
            seconds += OffloadTraffic(plan: plan, host: cost.platform.host, local: data.localParameters)
                .exposedCopies(compute: busy)
        }
        if plan.offloadsActivations {
            let bytes = ActivationMemory(model: model, plan: plan).offloadedOfMicroBatch
            seconds +=
                plan.microBatches
                * OffloadTraffic.exposedActivations(
                    bytes: bytes, forward: stage / 3, backward: stage * 2 / 3, host: cost.platform.host)
        }
        return seconds
    }

    /// Waiting for samples, and saving the state.
    private func addStorage(_ parts: inout [TrainingEstimate.Part]) {
        let step = parts.reduce(0) { $0 + $1.seconds }
        if let loading = plan.loading {
            // Every replica loads its own samples; the ranks of a replica share them.
            let samples = Double(plan.globalBatch) / Double(plan.data)
            parts.append(
                .init(
                    name: "data loading",
                    seconds: loading.exposed(samples: samples, ranks: plan.data, compute: step)))
        }
        if let checkpoint = plan.checkpoint {
            let stepWithData = parts.reduce(0) { $0 + $1.seconds }
            let bytes = plan.trainedParameters(of: model) * CheckpointCost.bytesPerParameter
            let share = checkpoint.overhead(bytes: bytes, gpus: plan.gpus, host: cost.platform.host)
            parts.append(.init(name: "checkpoint", seconds: stepWithData * share))
        }
    }

    /// Kernels of Megatron-Core improved from release to release; relative to the release of January 2026.
    private func progressFactor() -> Double {
        guard software.name == SoftwareCard.megatronCore.name, let year = software.year else { return 1 }
        let distance = max(-2, min(1, year - 2026))
        return 1 / (1 + constants.yearlyProgress * distance)
    }

    private func pipelineTransfers() -> Double {
        guard plan.pipeline > 1 else { return 0 }
        let stride = max(1, plan.gpus / plan.pipeline)
        let group = cost.platform.group(ranks: plan.pipeline, stride: stride, along: .pipeline)
        let bytes = 2 * layers.tokens * Double(model.hidden) / Double(plan.tensor)
        let hop = cost.collectives.seconds(.sendReceive, bytes: bytes, on: group)
        let v = Double(max(1, plan.virtualStages))
        let share = software.overlapsPipeline && plan.virtualStages > 1 ? constants.pipelineExposed : 1
        // Forward and backward of each chunk, and the way through the pipeline at start and end.
        return plan.microBatches * 2 * v * hop * share + 2 * Double(plan.pipeline - 1) * hop
    }
}
