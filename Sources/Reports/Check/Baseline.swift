import Results

/// What a scenario did when somebody last looked and agreed: a small text file beside it.
///
///     orrery-baseline 1
///     input 3f2a…                     hash of the resolved scenario
///     outcome drained
///     seeds 1
///     decisions 604 9c0f… exact       count, digest; `free` lets them change
///     metric wait_p95_s 5400 exact    one value for each seed, then how far it may move
///     marks 1                         digests of as many decisions each, four characters
///     …
///     log 200                         the first decisions in words
///     …
public struct Baseline: Sendable, Equatable {
    /// How far a metric may move.
    public enum Tolerance: Sendable, Equatable {
        /// Not at all, to nine significant digits.
        case exact
        /// By so much, in the unit of the metric.
        case absolute(Double)
        /// By such a share of the recorded value.
        case relative(Double)
        /// As long as the paired difference over the seeds is not shown at this level (Student's t).
        case statistical(Double)
        /// It is recorded and never judged.
        case free
    }

    /// A recorded metric.
    public struct Metric: Sendable, Equatable {
        public var name: String
        /// One for each seed; nil where there was none.
        public var values: [Double?]
        public var tolerance: Tolerance
    }

    public var input: String
    public var outcome: String
    public var seeds: Int
    public var decisionCount: Int
    public var digest: String
    /// Whether decisions may change as long as metrics stay.
    public var decisionsAreFree = false
    public var metrics: [Metric]
    /// Decisions that one mark covers, and the marks in order.
    public var grain: Int
    public var marks: [String]
    /// The first decisions.
    public var log: [String]

    /// Most marks and most lines of a file, which keep it below some 25 KB.
    static let mostMarks = 2048
    static let mostLines = 200

    /// Of what was observed; tolerances, and whether decisions are free, stay as in `old`.
    public init(_ observed: Observation, keeping old: Baseline? = nil) {
        input = observed.input
        outcome = observed.outcome
        seeds = observed.seeds
        decisionCount = observed.lines.count
        digest = observed.digest
        decisionsAreFree = old?.decisionsAreFree ?? false
        let tolerances = Dictionary(
            (old?.metrics ?? []).map { ($0.name, $0.tolerance) }, uniquingKeysWith: { a, _ in a })
        metrics = observed.metrics.map {
            Metric(
                name: $0.name, values: observed.values[$0.name] ?? [$0.value],
                tolerance: tolerances[$0.name] ?? (observed.seeds > 2 ? .statistical(0.95) : .exact))
        }
        var grain = 1
        while (observed.lines.count + grain - 1) / grain > Self.mostMarks { grain *= 2 }
        self.grain = grain
        marks = Self.marks(observed.lines, grain: grain)
        log = Array(observed.lines.prefix(Self.mostLines))
    }

    /// One mark for every `grain` lines.
    static func marks(_ lines: [String], grain: Int) -> [String] {
        stride(from: 0, to: lines.count, by: grain).map { start in
            TextDigest(lines[start..<min(lines.count, start + grain)]).mark
        }
    }
}

// MARK: - Text

extension Baseline {
    /// The file.
    ///
    /// - Parameter scenario: file name of the scenario, for the reader's eye.
    public func text(scenario: String) -> String {
        var lines = [
            "# Baseline of \(scenario), written by: orrery check --update \(scenario)",
            "# Tolerances may be edited: exact, within 5, within 2%, statistical 95%, free. See docs/check.md.",
            "orrery-baseline 1", "input \(input)", "outcome \(outcome)", "seeds \(seeds)",
            "decisions \(decisionCount) \(digest) \(decisionsAreFree ? "free" : "exact")", "",
        ]
        for metric in metrics {
            let values = metric.values.map { $0.map(Self.nineDigits) ?? "-" }.joined(separator: " ")
            lines.append("metric \(metric.name) \(values) \(metric.tolerance)")
        }
        lines += ["", "marks \(grain)"]
        for start in stride(from: 0, to: marks.count, by: 25) {
            lines.append(marks[start..<min(marks.count, start + 25)].joined())
        }
        lines += ["", "log \(log.count)"] + log
        return lines.joined(separator: "\n") + "\n"
    }

    /// Nine significant digits: what versions of SQLite and of the C library agree on.
    static func nineDigits(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "0" }
        var exponent = 0
        var scaled = value.magnitude
        while scaled >= 1e9 { scaled /= 10; exponent += 1 }
        while scaled < 1e8 { scaled *= 10; exponent -= 1 }
        var digits = Int64(scaled.rounded())
        while digits % 10 == 0 { digits /= 10; exponent += 1 }
        let sign = value < 0 ? "-" : ""
        let text = String(digits)
        if exponent >= 0, text.count + exponent <= 15 { return sign + text + String(repeating: "0", count: exponent) }
        if exponent < 0, -exponent < text.count {
            let whole = text.count + exponent
            return sign + text.prefix(whole) + "." + text.dropFirst(whole)
        }
        if exponent < 0, -exponent < text.count + 6 {
            return sign + "0." + String(repeating: "0", count: -exponent - text.count) + text
        }
        return sign + text + "e\(exponent)"
    }
}

extension Baseline.Tolerance: CustomStringConvertible {
    /// As written in a baseline.
    public var description: String {
        switch self {
        case .exact: "exact"
        case .absolute(let reach): "within \(Baseline.nineDigits(reach))"
        case .relative(let share): "within \(Baseline.nineDigits(share * 100))%"
        case .statistical(let level): "statistical \(Baseline.nineDigits(level * 100))%"
        case .free: "free"
        }
    }

    /// The words of a tolerance; nil if they are none.
    init?(_ words: some Collection<Substring>) {
        let words = Array(words)
        func share(_ word: Substring) -> Double? {
            guard word.last == "%", let value = Double(word.dropLast()), value.isFinite, value >= 0 else { return nil }
            return value / 100
        }
        switch (words.first, words.count) {
        case ("exact", 1): self = .exact
        case ("free", 1): self = .free
        case ("within", 2):
            if let share = share(words[1]) {
                self = .relative(share)
            } else if let reach = Double(words[1]), reach.isFinite, reach >= 0 {
                self = .absolute(reach)
            } else {
                return nil
            }
        case ("statistical", 2):
            guard let level = share(words[1]), level > 0, level < 1 else { return nil }
            self = .statistical(level)
        default: return nil
        }
    }
}
