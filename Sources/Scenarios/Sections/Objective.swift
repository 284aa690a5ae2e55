import Configuration
import Quantities

/// One entry of `spec.objectives`, which a planned cluster must meet: a bound on something measured
/// (`p95(wait) of queue prod < 30min`, `utilization > 0.7`) or a loss that it must survive (`survives loss of any node`,
/// `N+2`). See docs/plan.md.
public struct Objective: Sendable, Equatable {
    /// What is demanded.
    public enum Demand: Sendable, Equatable {
        case bound(Bound)
        case survives(Loss)
    }

    /// A part of the capacity that may be missing from the start while the bounds still hold.
    public enum Loss: Sendable, Equatable {
        /// Any so many nodes.
        case nodes(Int)
        /// Any one rack.
        case rack
    }

    /// What is demanded.
    public var demand: Demand
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

    /// Reads `statistic(metric) [of scope name] comparison bound`, `survives loss of any …` or `N+k`.
    init(parsing text: String) throws(ValueProblem) {
        self.text = text
        if let loss = try Self.loss(text) {
            demand = .survives(loss)
        } else {
            demand = .bound(try Bound(parsing: text))
        }
    }

    private static func loss(_ text: String) throws(ValueProblem) -> Loss? {
        if text.hasPrefix("N+") || text.hasPrefix("n+") {
            guard let nodes = Int(text.dropFirst(2)), (1...1000).contains(nodes) else {
                throw ValueProblem("after \"N+\" stands no number of nodes from 1 to 1000", hint: "write \"N+1\"")
            }
            return .nodes(nodes)
        }
        guard text.hasPrefix("survives") else { return nil }
        switch text {
        case "survives loss of any node": return .nodes(1)
        case "survives loss of any rack": return .rack
        case "survives loss of any cluster":
            throw ValueProblem(
                "this version simulates one cluster; nothing is left after its loss", hint: "write node or rack")
        default:
            let known = ["node", "rack"].map { "survives loss of any \($0)" }
            throw ValueProblem(
                "unknown loss \"\(text)\"", hint: Suggestion.text(text, among: known + ["survives loss of any cluster"])
            )
        }
    }
}

/// A bound on something measured.
public struct Bound: Sendable, Equatable {
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

        /// Whether every job has one of its own, so that percentiles mean something.
        public var isOfJobs: Bool {
            switch self {
            case .wait, .completion, .slowdown: true
            case .utilization, .goodput, .fragmentation, .fairness, .cost: false
            }
        }

        /// Whose measurements may count.
        fileprivate var scopes: [Scope] {
            switch self {
            case .wait, .completion, .slowdown: [.queue, .team, .class]
            case .utilization, .goodput, .cost: Scope.allCases
            case .fragmentation: [.pool]
            case .fairness: []
            }
        }

        /// What measures of inference services are called.
        fileprivate static let ofServices = ["ttft", "tpot", "itl", "e2e", "latency", "throughput", "slo"]
    }

    /// How the measurements of one run become one number.
    public enum Statistic: Sendable, Equatable {
        case mean, min, max, total
        /// The least value that so many percent of the jobs do not exceed.
        case percentile(Double)
    }

    /// Whose measurements count.
    public enum Scope: String, CaseIterable, Sendable { case queue, team, `class`, pool }

    public var statistic: Statistic
    public var metric: Metric
    public var scope: Scope?
    /// Name of the queue, team, class or pool.
    public var scopeName: String?
    /// Whether the number must lie above the limit; otherwise below.
    public var isLowerLimit: Bool
    /// In seconds, dollars, or as a share or factor.
    public var limit: Double
    /// The limit as written.
    public var limitText: String
    /// What stands before the comparison: `p95(wait) of queue prod`.
    public var subject: String

    private static let form = "write \"p95(wait) of queue prod < 30min\""

    fileprivate init(parsing text: String) throws(ValueProblem) {
        guard let comparison = ["<=", ">=", "<", ">"].first(where: { text.contains($0) }),
            let (left, right) = Self.split(text, at: comparison)
        else { throw ValueProblem("the objective compares nothing", hint: Self.form) }
        isLowerLimit = comparison.hasPrefix(">")
        subject = left
        limitText = right
        let (statisticText, metricName, rest) = try Self.parts(left)
        guard let metric = Metric(rawValue: metricName) else { throw Self.unknown(metricName) }
        self.metric = metric
        statistic = try Self.statistic(statisticText, of: metric)
        (scope, scopeName) = try Self.scope(rest, of: metric)
        limit = try Self.limit(right, of: metric)
    }

    /// `p95(wait) of queue prod` in its parts; a measure of the whole run needs no statistic.
    private static func parts(_ left: String) throws(ValueProblem) -> (String?, String, Substring) {
        if let open = left.firstIndex(of: "("), let close = left.firstIndex(of: ")"), open < close {
            return (
                String(left[..<open]), String(left[left.index(after: open)..<close]), left[left.index(after: close)...]
            )
        }
        let word = left.prefix { $0 != " " }
        guard let metric = Metric(rawValue: String(word)) else {
            throw ValueProblem("the objective has no statistic(metric)", hint: form)
        }
        guard !metric.isOfJobs else {
            throw ValueProblem(
                "every job has its own \(metric.rawValue)",
                hint: "write mean(\(metric.rawValue)) or p95(\(metric.rawValue))")
        }
        return (nil, String(word), left[word.endIndex...])
    }

    private static func unknown(_ name: String) -> ValueProblem {
        if Metric.ofServices.contains(name) {
            return ValueProblem(
                "\"\(name)\" is a measure of services, and this version simulates none",
                hint: Suggestion.text(name, among: Metric.allCases.map(\.rawValue)))
        }
        return ValueProblem(
            "unknown metric \"\(name)\"", hint: Suggestion.text(name, among: Metric.allCases.map(\.rawValue)))
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

    private static func statistic(_ text: String?, of metric: Metric) throws(ValueProblem) -> Statistic {
        guard let text else { return metric == .cost ? .total : .mean }
        let words: [String: Statistic] = ["mean": .mean, "min": .min, "max": .max, "total": .total]
        var found = words[text]
        if text.hasPrefix("p"), let percentile = Double(text.dropFirst()), (0...100).contains(percentile) {
            found = .percentile(percentile)
        }
        guard let found else {
            throw ValueProblem(
                "unknown statistic \"\(text)\"",
                hint: Suggestion.text(text, among: words.keys.sorted())
                    ?? "use mean, min, max, total or a percentile such as p95")
        }
        if !metric.isOfJobs, found != (metric == .cost ? .total : .mean) {
            throw ValueProblem(
                "a run has one \(metric.rawValue), and no \(text) of it", hint: "write \(metric.rawValue) alone")
        }
        return found
    }

    private static func scope(_ text: Substring, of metric: Metric) throws(ValueProblem) -> (Scope?, String?) {
        let words = text.split(separator: " ").map(String.init)
        if words.isEmpty { return (nil, nil) }
        guard words.count == 3, words[0] == "of" else {
            throw ValueProblem("after the metric stands \"\(String(text).trimmed)\"", hint: "write \"of queue prod\"")
        }
        guard let scope = Scope(rawValue: words[1]) else {
            throw ValueProblem(
                "unknown scope \"\(words[1])\"", hint: Suggestion.text(words[1], among: Scope.allCases.map(\.rawValue)))
        }
        guard metric.scopes.contains(scope) else {
            let known = metric.scopes.map(\.rawValue).joined(separator: ", ")
            throw ValueProblem(
                "there is no \(metric.rawValue) of a \(scope.rawValue)",
                hint: known.isEmpty ? "it is one of the whole cluster" : "known: \(known)")
        }
        return (scope, words[2])
    }

    private static func limit(_ text: String, of metric: Metric) throws(ValueProblem) -> Double {
        do throws(QuantityError) {
            switch metric.unit {
            case .duration: return try SimDuration(parsing: text).seconds
            case .share, .factor: return try Ratio(parsing: text).rawValue
            case .money: return try Money(parsing: text).dollars
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
