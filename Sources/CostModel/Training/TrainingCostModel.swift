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
        self.collectives = collectives
    }

    /// Time and memory of one step.
    public func estimate(_ model: ModelCard, _ plan: TrainingPlan) -> TrainingEstimate {
        let step = StepAssembly(model: model, plan: plan, cost: self)
        let tokens = Double(plan.globalBatch) * Double(plan.sequence)
        var flops = model.trainingFLOPs(sequence: plan.sequence) * tokens
        if plan.task != .full { flops *= 2 / 3 }
        return TrainingEstimate(
            parts: step.parts(), modelFLOPs: flops, tokens: tokens, gpus: plan.gpus,
            peak: platform.card.peak(plan.precision), memory: TrainingMemory(model: model, plan: plan))
    }
}

/// Puts the step together.
struct StepAssembly {
    let model: ModelCard
    let plan: TrainingPlan
    let cost: TrainingCostModel
    private let layers: LayerModel
    private let parameters: ParameterCount

    init(model: ModelCard, plan: TrainingPlan, cost: TrainingCostModel) {
        self.model = model
        self.plan = plan
        self.cost = cost
        layers = LayerModel(
            model: model, plan: plan, platform: cost.platform,
            kernels: KernelModel(card: cost.platform.card, constants: cost.constants), collectives: cost.collectives)
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
        var host = 0.0
        var backwardShare = 0.67
        var compute: Double { linear + attention + memory + head }
        var total: Double { max(compute + tensor + expert + context, host) }

        mutating func add(_ layer: LayerTimes, count: Double, recompute: TrainingPlan.Recompute, launch: Double) {
            let again = recompute == .full ? 1.0 : 0
            linear += count * (layer.linearForward * (1 + again) + layer.linearBackward)
            attention += count * (layer.attentionForward * (recompute == .none ? 1 : 2) + layer.attentionBackward)
            memory += count * (layer.memoryForward * (1 + again) + layer.memoryBackward)
            tensor += count * (layer.tensorForward * (1 + again) + layer.tensorBackward)
            expert += count * layer.expertTransfer * (2 + again)
            context += count * layer.contextTransfer
            host += count * (layer.launchesForward * (1 + again) + layer.launchesBackward) * launch
        }
    }

    private func stages() -> [Stage] {
        let p = plan.pipeline
        let dense = layers.layer(withExperts: false)
        let mixed = model.experts == nil ? dense : layers.layer(withExperts: true)
        let head = layers.head(), embedding = layers.embedding()
        let eager = constants.launch * (cost.platform.card.hasGraceHost ? 1.8 : 1)
        let graph = constants.launch * 0.3
        let stopped = p > 1 && !software.overlapsPipeline ? constants.stoppedHost : 1
        let launch = (software.usesGraphs ? graph : eager) * stopped
        let expertLaunch = (software.usesGraphsForExperts ? graph : eager) * stopped
        let counts = Self.layersOfStages(model.allLayers, stages: p)
        var denseLeft = Double(model.allLayers - model.expertLayers)
        var stages: [Stage] = []
        for (index, count) in counts.enumerated() {
            var stage = Stage()
            let denseHere = min(denseLeft, Double(count))
            denseLeft -= denseHere
            stage.add(dense, count: denseHere, recompute: plan.recompute, launch: launch)
            stage.add(mixed, count: Double(count) - denseHere, recompute: plan.recompute, launch: expertLaunch)
            if index == 0 { stage.memory += embedding.forward + embedding.backward }
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

    func parts() -> [TrainingEstimate.Part] {
        let stages = stages()
        let m = plan.microBatches, p = Double(plan.pipeline)
        guard let slowest = stages.max(by: { $0.total < $1.total }) else { return [] }
        let sum = stages.reduce(0) { $0 + $1.total }
        let bubbleShare: Double =
            switch plan.schedule {
            case .gpipe: 1
            case .oneForwardOneBackward: 1 / Double(max(1, plan.virtualStages))
            case .zeroBubble: 0.34
            case .zeroBubble2: 0.05
            case .dualPipe: 0.3
            }
        let bubble = (sum - slowest.total) * bubbleShare
        let idle = max(0, slowest.total - (slowest.compute + slowest.tensor + slowest.expert + slowest.context))
        let busy = m * slowest.total + bubble
        let data = DataParallelTraffic(model: model, plan: plan, cost: cost, parameters: parameters)
        let traffic = data.exposed(
            compute: slowest.total * m, lastBackward: slowest.total * 0.66, firstForward: slowest.total * 0.33,
            layers: Double(stages.map { _ in 1 }.count > 0 ? model.allLayers : 0) / p)
        let progress = progressFactor()
        var parts = [
            TrainingEstimate.Part(name: "matrix multiplications", seconds: m * slowest.linear * progress),
            .init(name: "attention", seconds: m * slowest.attention * progress),
            .init(name: "elementwise", seconds: m * slowest.memory * progress),
            .init(name: "output head and loss", seconds: m * slowest.head * progress),
            .init(name: "host", seconds: m * idle * progress),
            .init(name: "tensor parallel", seconds: m * slowest.tensor * progress),
            .init(name: "expert parallel", seconds: m * slowest.expert * progress),
            .init(name: "context parallel", seconds: m * slowest.context * progress),
            .init(name: "pipeline bubble", seconds: bubble * progress),
            .init(name: "pipeline transfers", seconds: pipelineTransfers()),
            .init(name: "data parallel", seconds: traffic),
            .init(name: "optimizer", seconds: data.optimizer()),
            .init(name: "fixed", seconds: constants.stepOverhead),
        ]
        let replicas = Double(max(1, plan.gpus / max(1, cost.platform.gpusPerNode)))
        let noise = constants.jitter * (2 * replicas.logarithm2 * 0.693).squareRoot()
        parts.append(.init(name: "stragglers", seconds: busy * noise))
        return parts.filter { $0.seconds > 0 }
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
        let group = cost.platform.group(ranks: plan.pipeline, stride: stride)
        let bytes = 2 * layers.tokens * Double(model.hidden) / Double(plan.tensor)
        let hop = cost.collectives.seconds(.sendReceive, bytes: bytes, on: group)
        let v = Double(max(1, plan.virtualStages))
        let share = software.overlapsPipeline && plan.virtualStages > 1 ? constants.pipelineExposed : 1
        // Forward and backward of each chunk, and the way through the pipeline at start and end.
        return plan.microBatches * 2 * v * hop * share + 2 * Double(plan.pipeline - 1) * hop
    }
}
