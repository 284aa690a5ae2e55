/// A way to make a plan fit into memory, with what it costs; found by trying.
public struct MemoryFix: Sendable {
    /// One change of a plan.
    public enum Change: Hashable, Sendable {
        case recompute(TrainingPlan.Recompute)
        case microBatch(Int)
        case sharding(TrainingPlan.Sharding)
        case tensor(Int)
        case context(Int)
        case pipeline(Int)
        case eightBit
        case offload(TrainingPlan.Offload)
        case offloadActivations
        case gpus(Int)

        /// The change as an option of `orrery estimate training`.
        public var option: String {
            switch self {
            case .recompute(let kind): "--recompute \(kind.rawValue)"
            case .microBatch(let size): "--micro-batch \(size)"
            case .sharding(let kind): "--sharding \(kind.rawValue)"
            case .tensor(let size): "--tp \(size)"
            case .context(let size): "--cp \(size)"
            case .pipeline(let stages): "--pp \(stages)"
            case .eightBit: "--optimizer \(TrainingPlan.Moments.eightBit.rawValue)"
            case .offload(let kind): "--offload \(kind.rawValue)"
            case .offloadActivations: "--offload-activations"
            case .gpus(let count): "--gpus \(count)"
            }
        }

        func apply(to plan: inout TrainingPlan) {
            switch self {
            case .recompute(let kind): plan.recompute = kind
            case .microBatch(let size): plan.microBatch = size
            case .sharding(let kind): plan.sharding = kind
            case .tensor(let size):
                plan.tensor = size
                plan.sequenceParallel = size > 1
            case .context(let size): plan.context = size
            case .pipeline(let stages): plan.pipeline = stages
            case .eightBit: plan.moments = .eightBit
            case .offload(let kind): plan.offload = kind
            case .offloadActivations: plan.offloadsActivations = true
            case .gpus(let count): plan.gpus = count
            }
        }

        /// Changes of the same kind do not go together.
        var kind: Int {
            switch self {
            case .recompute: 0
            case .microBatch: 1
            case .sharding: 2
            case .tensor: 3
            case .context: 4
            case .pipeline: 5
            case .eightBit: 6
            case .offload: 7
            case .offloadActivations: 8
            case .gpus: 9
            }
        }
    }

    /// What is changed.
    public let changes: [Change]
    /// The changed plan.
    public let plan: TrainingPlan
    /// What it costs.
    public let estimate: TrainingEstimate
    /// GPU time of a step relative to the plan that does not fit, minus 1.
    public let loss: Double

    /// The changes as options.
    public var options: String { changes.map(\.option).joined(separator: " ") }

    /// The cheapest ways to make a plan fit, least loss first; empty when up to three changes do not suffice.
    ///
    /// All single changes are tried first, then all pairs, then all triples; the fewest changes that fit win. A plan that is tight
    /// counts as a fix only where none has room. The batch stays as it is.
    public static func cheapest(
        _ model: ModelCard, _ plan: TrainingPlan, cost: TrainingCostModel, limit: Int = 4
    ) -> [MemoryFix] {
        let single = candidates(model, plan, cost.platform)
        let before = cost.estimate(model, plan).step * Double(plan.gpus)
        var sets = single.map { [$0] }
        for depth in 1...3 {
            var fits: [MemoryFix] = [], tight: [MemoryFix] = []
            for changes in sets {
                var changed = plan
                for change in changes { change.apply(to: &changed) }
                guard changed.problem(for: model) == nil, changed.microBatch <= changed.globalBatch / changed.data
                else { continue }
                let verdict = TrainingMemory(model: model, plan: changed).verdict(on: cost.platform)
                guard verdict != .outOfMemory else { continue }
                let estimate = cost.estimate(model, changed)
                let fix = MemoryFix(
                    changes: changes, plan: changed, estimate: estimate,
                    loss: estimate.step * Double(changed.gpus) / before - 1)
                if verdict == .fits { fits.append(fix) } else { tight.append(fix) }
            }
            if let found = [fits, tight].first(where: { !$0.isEmpty }) {
                let order = found.indices.sorted { (found[$0].loss, $0) < (found[$1].loss, $1) }
                return order.prefix(limit).map { found[$0] }
            }
            guard depth < 3 else { break }
            sets = sets.flatMap { set in
                single.filter { $0.kind > (set.last?.kind ?? -1) }.map { set + [$0] }
            }
        }
        return []
    }

    /// Every single change that a plan allows.
    static func candidates(_ model: ModelCard, _ plan: TrainingPlan, _ platform: TrainingPlatform) -> [Change] {
        var changes: [Change] = []
        if plan.recompute == .none, plan.software.attention.keepsScores { changes.append(.recompute(.selective)) }
        if plan.recompute != .full { changes.append(.recompute(.full)) }
        var size = plan.microBatch / 2
        while size >= 1 {
            changes.append(.microBatch(size))
            size /= 2
        }
        let ladder: [TrainingPlan.Sharding] = [.none, .zero1, .zero2, .keepGathered, .zero3]
        if let position = ladder.firstIndex(of: plan.sharding), plan.data * plan.context > 1 {
            changes += ladder.dropFirst(position + 1).map { .sharding($0) }
        }
        func doubled(_ from: Int, to most: Int) -> [Int] {
            var values: [Int] = [], value = from * 2
            while value <= most {
                values.append(value)
                value *= 2
            }
            return values
        }
        changes += doubled(plan.tensor, to: min(platform.domain, plan.gpus)).filter { model.heads % $0 == 0 }
            .map { .tensor($0) }
        changes += doubled(plan.context, to: min(8, plan.gpus)).map { .context($0) }
        changes += doubled(plan.pipeline, to: min(plan.gpus, model.allLayers)).filter { model.allLayers % $0 == 0 }
            .map { .pipeline($0) }
        if plan.moments == .wide, plan.offload == .none { changes.append(.eightBit) }
        if plan.offload == .none, plan.moments == .wide, plan.task == .full {
            changes += [.offload(.optimizer), .offload(.parameters), .offload(.nvme)]
        }
        if !plan.offloadsActivations { changes.append(.offloadActivations) }
        changes += [2, 4, 8].map { .gpus(plan.gpus * $0) }
        return changes
    }
}
