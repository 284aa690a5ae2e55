import CostModel

/// A model as JSON.
struct ModelReport: Encodable {
    var name: String
    var source: String
    var parameters: Double
    var activeParameters: Double
    var trainedParameters: Double

    init(_ model: ModelCard, _ plan: TrainingPlan) {
        let count = ParameterCount(model)
        name = model.name
        source = model.source
        parameters = count.total
        activeParameters = count.active(model)
        trainedParameters = plan.trainedParameters(of: model)
    }
}

/// A plan as JSON.
struct PlanReport: Encodable {
    var gpus: Int
    var tp: Int
    var cp: Int
    var pp: Int
    var vpp: Int
    var ep: Int
    var dp: Int
    var microBatch: Int
    var globalBatch: Int
    var sequence: Int
    var precision: String
    var recompute: String
    var schedule: String
    var sharding: String
    var shardGroup: Int?

    init(_ plan: TrainingPlan) {
        gpus = plan.gpus
        tp = plan.tensor
        cp = plan.context
        pp = plan.pipeline
        vpp = plan.virtualStages
        ep = plan.expert
        dp = plan.data
        microBatch = plan.microBatch
        globalBatch = plan.globalBatch
        sequence = plan.sequence
        precision = plan.precision.rawValue
        recompute = plan.recompute.rawValue
        schedule = plan.schedule.rawValue
        sharding = plan.sharding.rawValue
        shardGroup = plan.shardGroup
    }
}

/// An estimate as JSON: seconds, bytes, fractions.
struct EstimateReport: Encodable {
    struct Part: Encodable {
        var name: String
        var seconds: Double
    }

    struct Fix: Encodable {
        var options: String
        var gpuTimeLoss: Double
        var memoryBytes: Double
    }

    var model: ModelReport?
    var plan: PlanReport?
    var stepSeconds: Double
    var tokensPerSecondPerGPU: Double
    var modelFLOPsUtilization: Double
    var parts: [Part]
    var memoryBytes: [String: Double]
    var memoryTotalBytes: Double
    var memoryLimitBytes: Double
    var hostMemoryBytes: Double
    var nvmeBytes: Double
    var memoryVerdict: String
    var fixes: [Fix]

    init(
        _ estimate: TrainingEstimate, _ platform: TrainingPlatform, of model: ModelCard, _ plan: TrainingPlan,
        fixes: [MemoryFix]
    ) {
        self.init(estimate, platform)
        self.model = ModelReport(model, plan)
        self.plan = PlanReport(plan)
        self.fixes = fixes.map {
            Fix(options: $0.options, gpuTimeLoss: $0.loss, memoryBytes: $0.estimate.memory.total)
        }
    }

    init(_ estimate: TrainingEstimate, _ platform: TrainingPlatform) {
        stepSeconds = estimate.step
        tokensPerSecondPerGPU = estimate.tokensPerSecondAndGPU
        modelFLOPsUtilization = estimate.modelUtilization
        parts = estimate.parts.map { Part(name: $0.name, seconds: $0.seconds) }
        memoryBytes = Dictionary(uniqueKeysWithValues: estimate.memory.parts.map { ($0.name, $0.bytes) })
        memoryTotalBytes = estimate.memory.total
        memoryLimitBytes = platform.card.memory
        hostMemoryBytes = estimate.memory.host
        nvmeBytes = estimate.memory.nvme
        memoryVerdict = estimate.memory.verdict(on: platform).rawValue
        fixes = []
    }
}

/// A waterfall as JSON.
struct WaterfallReport: Encodable {
    struct Bar: Encodable {
        var name: String
        var wall: String
        var startSeconds: Double
        var seconds: Double
    }

    var stepSeconds: Double
    var wallSeconds: [String: Double]
    var bars: [Bar]

    init(_ waterfall: StepWaterfall) {
        stepSeconds = waterfall.step
        wallSeconds = Dictionary(
            uniqueKeysWithValues: StepWaterfall.Wall.allCases.map { ($0.rawValue, waterfall.seconds($0)) })
        bars = waterfall.bars.map {
            Bar(name: $0.name, wall: $0.wall.rawValue, startSeconds: $0.start, seconds: $0.seconds)
        }
    }
}

/// A search as JSON.
struct SearchReport: Encodable {
    struct Candidate: Encodable {
        var plan: PlanReport
        var estimate: EstimateReport

        private enum Key: CodingKey { case estimate }

        /// The plan's fields, and the estimate beside them.
        func encode(to encoder: any Encoder) throws {
            try plan.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(estimate, forKey: .estimate)
        }
    }

    struct Rejection: Encodable {
        var reason: String
        var plans: Int
    }

    var tried: Int
    var estimated: Int
    var pruned: Int
    var rejected: [Rejection]
    var best: [Candidate]

    init(_ search: PlanSearch, _ platform: TrainingPlatform) {
        tried = search.tried
        estimated = search.estimated
        pruned = search.pruned
        rejected = search.rejected.map { Rejection(reason: $0.reason.rawValue, plans: $0.plans) }
        best = search.best.map {
            Candidate(plan: PlanReport($0.plan), estimate: EstimateReport($0.estimate, platform))
        }
    }
}

/// Phases of training on preferences as JSON.
struct PhasesReport: Encodable {
    struct Part: Encodable {
        var name: String
        var seconds: Double?
        var bytes: Double?
    }

    var iterationSeconds: Double
    var sequences: Int
    var tokens: Double
    var phases: [Part]
    var memory: [Part]
    var memoryVerdict: String

    init(_ phases: PolicyOptimization, _ platform: TrainingPlatform) {
        iterationSeconds = phases.iteration
        sequences = phases.sequences
        tokens = phases.tokens
        self.phases = phases.phases.map { Part(name: $0.name, seconds: $0.seconds) }
        memory = phases.memory.map { Part(name: $0.name, bytes: $0.bytes) }
        memoryVerdict = phases.verdict(capacity: platform.card.memory).rawValue
    }
}
