import KubernetesObjects
import Quantities
import Scheduling

/// Tables about the estimates of the `usage` plugin.
enum UsageTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("appliedRiskFactor", appliedRiskFactor),
        ("estimateBestEffortResource", bestEffort),
        ("loadCompositePercentage", loadCompositePercentage),
        ("nodeScore", nodeScore),
        ("shadowCacheTracksTask", tracks),
    ]

    private static let appliedRiskFactor: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let fields = check.fields
        let factor = UsageEstimate.appliedRiskFactor(
            loadCompositePercentage: try fields.number("loadCompositePercentage") ?? 0,
            riskThreshold: try fields.number("riskThreshold") ?? 0, riskFactor: try fields.number("riskFactor") ?? 0)
        try compare(check, factor, &differences)
    }

    private static let bestEffort: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let amount = UsageEstimate.bestEffort(
            try check.fields.number("configuredValue") ?? 0,
            appliedRiskFactor: try check.fields.number("appliedRiskFactor") ?? 0)
        try compare(check, amount, &differences)
    }

    private static let loadCompositePercentage: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let fields = check.fields
        let load = UsageEstimate.loadCompositePercentage(
            cpu: try fields.number("cpuComposite") ?? 0, memory: try fields.number("memComposite") ?? 0,
            cpuWeight: try fields.integer("cpuWeight") ?? 0, memoryWeight: try fields.integer("memWeight") ?? 0)
        try compare(check, load, &differences)
    }

    private static let nodeScore: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let fields = check.fields
        let score = UsageEstimate.nodeScore(
            cpu: try fields.number("cpuComp") ?? 0, memory: try fields.number("memComp") ?? 0,
            cpuWeight: try fields.integer("cpuWeight") ?? 0, memoryWeight: try fields.integer("memWeight") ?? 0,
            usageWeight: try fields.integer("usageWeight") ?? 0)
        try compare(check, score, &differences)
    }

    private static let tracks: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let task = try check.fields.fields("task")
        let start = try task.fields("pod").fields("status").string("startTime")
        let now = try check.context.string("now")
        guard let now = Timestamp(now) else { throw .malformed("now: found \(now), expected a time") }
        let isTracked = UsageEstimate.tracks(
            try TaskStatus(named: task.string("status")), hasNode: try !task.string("nodeName").isEmpty,
            startTime: Timestamp(start), now: now,
            metricsDelay: GoDuration.nanoseconds(try check.context.string("metricsDelay")) ?? 0)
        differences.compare(check.subject, expected: try check.fields.boolean("expected"), got: isTracked)
    }

    /// Within rounding, as upstream's test compares.
    private static func compare(
        _ check: UnitCheck, _ got: Double, _ differences: inout Differences
    ) throws(CaseProblem) {
        let expected = try check.fields.number("expected") ?? 0
        if abs(expected - got) > 1e-9 { differences.compare(check.subject, expected: expected, got: got) }
    }
}
