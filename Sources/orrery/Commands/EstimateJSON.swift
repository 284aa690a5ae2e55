import CostModel

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

    var stepSeconds: Double
    var tokensPerSecondPerGPU: Double
    var modelFLOPsUtilization: Double
    var parts: [Part]
    var memoryBytes: [String: Double]
    var hostMemoryBytes: Double
    var nvmeBytes: Double
    var memoryVerdict: String
    var fixes: [Fix]

    init(_ estimate: TrainingEstimate, _ platform: TrainingPlatform, fixes: [MemoryFix] = []) {
        stepSeconds = estimate.step
        tokensPerSecondPerGPU = estimate.tokensPerSecondAndGPU
        modelFLOPsUtilization = estimate.modelUtilization
        parts = estimate.parts.map { Part(name: $0.name, seconds: $0.seconds) }
        memoryBytes = Dictionary(uniqueKeysWithValues: estimate.memory.parts.map { ($0.name, $0.bytes) })
        hostMemoryBytes = estimate.memory.host
        nvmeBytes = estimate.memory.nvme
        memoryVerdict = estimate.memory.verdict(on: platform).rawValue
        self.fixes = fixes.map {
            Fix(options: $0.options, gpuTimeLoss: $0.loss, memoryBytes: $0.estimate.memory.total)
        }
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
    struct Plan: Encodable {
        var tp: Int
        var cp: Int
        var pp: Int
        var vpp: Int
        var ep: Int
        var dp: Int
        var microBatch: Int
        var recompute: String
        var sharding: String
        var shardGroup: Int?
        var estimate: EstimateReport

        init(_ candidate: PlanSearch.Candidate, _ platform: TrainingPlatform) {
            tp = candidate.plan.tensor
            cp = candidate.plan.context
            pp = candidate.plan.pipeline
            vpp = candidate.plan.virtualStages
            ep = candidate.plan.expert
            dp = candidate.plan.data
            microBatch = candidate.plan.microBatch
            recompute = candidate.plan.recompute.rawValue
            sharding = candidate.plan.sharding.rawValue
            shardGroup = candidate.plan.shardGroup
            estimate = EstimateReport(candidate.estimate, platform)
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
    var best: [Plan]

    init(_ search: PlanSearch, _ platform: TrainingPlatform) {
        tried = search.tried
        estimated = search.estimated
        pruned = search.pruned
        rejected = search.rejected.map { Rejection(reason: $0.reason.rawValue, plans: $0.plans) }
        best = search.best.map { Plan($0, platform) }
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
