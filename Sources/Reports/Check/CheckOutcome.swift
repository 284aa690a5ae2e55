import Results
import Statistics

/// What `orrery check` found about one scenario.
public struct CheckOutcome: Sendable, Encodable {
    /// The verdict.
    public enum Status: String, Sendable, Encodable {
        /// Nothing moved beyond its tolerance.
        case passed
        /// A decision or a metric did.
        case changed
        /// The baseline was written or written anew.
        case updated
        /// The scenario, its baseline or its run is in error.
        case failed
    }

    /// Where decisions part from the baseline.
    public struct Parting: Sendable, Encodable {
        /// Position of the first decision that differs, from 0; with `span` above 1 it is one of so many from there.
        public var number: Int
        public var span: Int
        /// What the baseline has there; nil where it keeps only a digest, or nothing more.
        public var was: String?
        /// What is decided now; nil for nothing more.
        public var now: String?
        /// Where the recorded decision is taken now, if it comes later: its position.
        public var recordedComesAt: Int?
    }

    /// A metric against its baseline.
    public struct MetricVerdict: Sendable, Encodable {
        public var name: String
        public var unit: String
        /// Means over the seeds; nil where there is none.
        public var was: Double?
        public var now: Double?
        public var tolerance: String
        /// How far the metric may move, in its unit; nil where no width is set beforehand (statistical, free).
        public var reach: Double?
        /// Ends of the interval of the paired difference that a statistical tolerance judges by; nil for others.
        public var shiftLower: Double?
        public var shiftUpper: Double?
        /// Whether it moved beyond its tolerance.
        public var failed: Bool
    }

    public var scenario: String
    public var baseline: String
    public var status: Status
    /// What is wrong with an outcome that failed; "FILE:LINE: …".
    public var failure: String?
    /// Sentences for the reader: the scenario itself changed, how the run ends now.
    public var notes: [String] = []
    public var decisions: Int = 0
    public var parting: Parting?
    /// The same from the base revision's run file, where one is at hand.
    public var diff: RunDiff?
    /// Metrics that moved at all, those beyond their tolerance first.
    public var metrics: [MetricVerdict] = []
    /// Metrics that the baseline has.
    public var metricsCompared = 0

    /// A verdict without a comparison.
    public init(scenario: String, baseline: String, status: Status, failure: String? = nil) {
        self.scenario = scenario
        self.baseline = baseline
        self.status = status
        self.failure = failure
    }

    /// Compares what was observed with a baseline. Both have the same number of seeds.
    public init(_ observed: Observation, against old: Baseline, scenario: String, baseline: String) throws {
        self.init(scenario: scenario, baseline: baseline, status: .passed)
        decisions = observed.lines.count
        if observed.input != old.input { notes.append("the scenario is not the one that the baseline was made of") }
        if observed.outcome != old.outcome {
            notes.append("the run ended as \(old.outcome), and ends as \(observed.outcome) now")
        }
        parting = Parting(observed.lines, old)
        metrics = try Self.verdicts(observed, old)
        metricsCompared = old.metrics.count
        let decisionsFail = parting != nil && !old.decisionsAreFree
        if decisionsFail || observed.outcome != old.outcome || metrics.contains(where: \.failed) { status = .changed }
    }

    private static func verdicts(_ observed: Observation, _ old: Baseline) throws -> [MetricVerdict] {
        let units = Dictionary(observed.metrics.map { ($0.name, $0.unit) }, uniquingKeysWith: { a, _ in a })
        var verdicts = try old.metrics.map { metric in
            let now = observed.values[metric.name] ?? []
            let shift = try metric.tolerance.judgedShift(now, metric.values)
            return MetricVerdict(
                name: metric.name, unit: units[metric.name] ?? "", was: mean(metric.values), now: mean(now),
                tolerance: "\(metric.tolerance)", reach: metric.tolerance.reach(around: mean(metric.values)),
                shiftLower: shift?.lowerBound, shiftUpper: shift?.upperBound,
                failed: !(try metric.tolerance.accepts(now, metric.values)))
        }
        let known = Set(old.metrics.map(\.name))
        verdicts += observed.metrics.filter { !known.contains($0.name) }.map {
            MetricVerdict(
                name: $0.name, unit: $0.unit, was: nil, now: mean(observed.values[$0.name] ?? []),
                tolerance: "not in the baseline", failed: false)
        }
        let moved = verdicts.filter { verdict in
            guard !verdict.failed, let was = verdict.was, let now = verdict.now else {
                return verdict.failed || verdict.was != nil || verdict.now != nil
            }
            return Baseline.nineDigits(was) != Baseline.nineDigits(now)
        }
        return moved.filter(\.failed) + moved.filter { !$0.failed }
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}

extension CheckOutcome.Parting {
    /// Nil if all decisions are those of the baseline.
    init?(_ lines: [String], _ old: Baseline) {
        guard lines.count != old.decisionCount || TextDigest(lines).hexadecimal != old.digest else { return nil }
        let listed = old.log.indices.first { $0 >= lines.count || old.log[$0] != lines[$0] }
        if let listed {
            self.init(
                number: listed, span: 1, was: old.log[listed], now: listed < lines.count ? lines[listed] : nil,
                recordedComesAt: lines.indices.dropFirst(listed).first { lines[$0] == old.log[listed] })
            return
        }
        let marks = Baseline.marks(lines, grain: old.grain)
        let block =
            old.marks.indices.first { $0 >= marks.count || old.marks[$0] != marks[$0] } ?? old.marks.count
        let number = max(block * old.grain, old.log.count)
        // With one decision to a mark, the recorded one may be known by its mark where it is taken later.
        let later =
            old.grain == 1 && block < old.marks.count
            ? marks.indices.dropFirst(block).prefix(500).first { marks[$0] == old.marks[block] } : nil
        self.init(
            number: number, span: old.grain, was: later.map { lines[$0] },
            now: number < lines.count ? lines[number] : nil, recordedComesAt: later)
    }
}

extension Baseline.Tolerance {
    /// How far a metric may move from `value`, in its unit; nil where that is not set beforehand.
    func reach(around value: Double?) -> Double? {
        switch self {
        case .exact: 0
        case .absolute(let reach): reach
        case .relative(let share): value.map { share * $0.magnitude }
        case .statistical, .free: nil
        }
    }

    /// The interval of the paired difference that a statistical tolerance judges by; nil for others and for too few pairs.
    func judgedShift(_ now: [Double?], _ was: [Double?]) throws -> ClosedRange<Double>? {
        guard case .statistical(let level) = self else { return nil }
        let pairs = zip(now, was).compactMap { pair in pair.0.flatMap { now in pair.1.map { (now, $0) } } }
        guard pairs.count >= 2, pairs.count == was.count else { return nil }
        let difference = try PairedTTest(pairs.map(\.0), pairs.map(\.1), level: level).difference
        return difference.lower <= difference.upper ? difference.lower...difference.upper : nil
    }

    /// Whether the values of all seeds are close enough to the recorded ones.
    func accepts(_ now: [Double?], _ was: [Double?]) throws -> Bool {
        guard now.count == was.count, zip(now, was).allSatisfy({ ($0 == nil) == ($1 == nil) }) else {
            return self == .free
        }
        let pairs = zip(now, was).compactMap { pair in pair.0.flatMap { now in pair.1.map { (now, $0) } } }
        switch self {
        case .free: return true
        case .exact: return pairs.allSatisfy { Baseline.nineDigits($0) == Baseline.nineDigits($1) }
        // A recorded value is rounded to nine digits: so much is never a change.
        case .absolute(let reach):
            return pairs.allSatisfy { ($0 - $1).magnitude <= reach + 1e-8 * $1.magnitude }
        case .relative(let share):
            return pairs.allSatisfy { ($0 - $1).magnitude <= (share + 1e-8) * $1.magnitude }
        case .statistical(let level):
            if pairs.allSatisfy({ Baseline.nineDigits($0) == Baseline.nineDigits($1) }) { return true }
            guard pairs.count >= 2 else { return false }
            return try PairedTTest(pairs.map(\.0), pairs.map(\.1), level: level).difference.contains(0)
        }
    }
}
