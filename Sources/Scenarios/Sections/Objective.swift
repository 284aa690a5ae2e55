import Configuration
import Quantities

/// One entry of `spec.objectives`: `p95(wait) of queue prod < 30min`. Checked when the file is read; `orrery plan`,
/// which arrives later, looks for capacity that meets it.
public struct Objective: Sendable, Equatable {
    /// What is measured.
    public enum Metric: String, CaseIterable, Sendable {
        case wait, completion, slowdown, utilization, goodput, fragmentation, fairness, cost

        /// What a bound on the metric is written as.
        fileprivate enum Unit { case duration, share, factor, money }

        fileprivate var unit: Unit {
            switch self {
            case .wait, .completion: .duration
            case .utilization, .goodput, .fragmentation, .fairness: .share
            case .slowdown: .factor
            case .cost: .money
            }
        }
    }

    /// Whose measurements count.
    public enum Scope: String, CaseIterable, Sendable { case queue, team, `class`, pool }

    /// `mean`, `min`, `max`, `total` or a percentile such as `p99` or `p99.9`.
    public var statistic: String
    public var metric: Metric
    public var scope: Scope?
    /// Name of the queue, team, class or pool.
    public var scopeName: String?
    /// `<`, `<=`, `>` or `>=`.
    public var comparison: String
    /// The bound as written.
    public var bound: String
    /// The whole text.
    public var text: String

    static let kind = ValueKind<Objective>.single(
        "an objective such as \"p95(wait) of queue prod < 30min\"",
        schema: ["$comment": "objective", "type": "string"],
        parse: { (node) throws(ValueProblem) in
            guard case .scalar(let text, _) = node.content, node.kind == .string else { throw .unexpected() }
            return try Objective(parsing: text)
        },
        print: { .string($0.text) })

    /// Reads `statistic(metric) [of scope name] comparison bound`.
    init(parsing text: String) throws(ValueProblem) {
        let form = "write \"p95(wait) of queue prod < 30min\""
        guard let comparison = ["<=", ">=", "<", ">"].first(where: { text.contains($0) }),
            let (left, right) = Self.split(text, at: comparison)
        else { throw ValueProblem("the objective compares nothing", hint: form) }
        guard let open = left.firstIndex(of: "("), let close = left.firstIndex(of: ")"), open < close else {
            throw ValueProblem("the objective has no statistic(metric)", hint: form)
        }
        self.text = text
        self.comparison = comparison
        bound = right
        statistic = String(left[..<open])
        let metricName = String(left[left.index(after: open)..<close])
        guard let metric = Metric(rawValue: metricName) else {
            throw ValueProblem(
                "unknown metric \"\(metricName)\"",
                hint: Suggestion.text(metricName, among: Metric.allCases.map(\.rawValue)))
        }
        self.metric = metric
        try Self.check(statistic: statistic)
        (scope, scopeName) = try Self.scope(left[left.index(after: close)...])
        try Self.check(bound: right, of: metric)
    }

    private static func split(_ text: String, at separator: String) -> (String, String)? {
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                return (String(text[..<rest.startIndex]).trimmed, String(rest.dropFirst(separator.count)).trimmed)
            }
            rest.removeFirst()
        }
        return nil
    }

    private static func check(statistic: String) throws(ValueProblem) {
        let words = ["mean", "min", "max", "total"]
        if words.contains(statistic) { return }
        if statistic.hasPrefix("p"), let percentile = Double(statistic.dropFirst()), (0...100).contains(percentile) {
            return
        }
        throw ValueProblem(
            "unknown statistic \"\(statistic)\"",
            hint: Suggestion.text(statistic, among: words) ?? "use mean, min, max, total or a percentile such as p95")
    }

    private static func scope(_ text: Substring) throws(ValueProblem) -> (Scope?, String?) {
        let words = text.split(separator: " ").map(String.init)
        if words.isEmpty { return (nil, nil) }
        guard words.count == 3, words[0] == "of" else {
            throw ValueProblem("after the metric stands \"\(String(text).trimmed)\"", hint: "write \"of queue prod\"")
        }
        guard let scope = Scope(rawValue: words[1]) else {
            throw ValueProblem(
                "unknown scope \"\(words[1])\"", hint: Suggestion.text(words[1], among: Scope.allCases.map(\.rawValue)))
        }
        return (scope, words[2])
    }

    private static func check(bound: String, of metric: Metric) throws(ValueProblem) {
        do throws(QuantityError) {
            switch metric.unit {
            case .duration: _ = try SimDuration(parsing: bound)
            case .share: _ = try Ratio(parsing: bound)
            case .money: _ = try Money(parsing: bound)
            case .factor: _ = try Ratio(parsing: bound)
            }
        } catch {
            throw ValueProblem("the bound on \(metric.rawValue): \(error)")
        }
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
