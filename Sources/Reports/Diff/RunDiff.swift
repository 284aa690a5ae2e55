import Results

/// Two runs against each other: the first decision that differs with the reasons of both, the jobs that it moved, and
/// the metrics that changed.
public struct RunDiff: Sendable, Encodable {
    /// One of the two runs.
    public struct Side: Sendable, Encodable {
        public var path: String
        public var scenario: String
        public var policy: String
        public var seed: String
        public var fingerprint: String
        public var isPartial: Bool
        public var decisions: Int
    }

    /// What a run decided.
    public struct Turn: Sendable, Encodable {
        /// Position among the decisions, from 0.
        public var number: Int
        public var time_ns: Int64
        /// Job or node.
        public var subject: String
        /// Name of the action, and of the reason, in the run file.
        public var action: String
        public var reason: String
        /// What was decided and why, with numbers.
        public var sentence: String
        /// Where pods landed: "h100-0003 ×8".
        public var places: String
    }

    /// Where two runs part.
    public struct Parting: Sendable, Encodable {
        /// Decisions before it, which are the same in both.
        public var agreeing: Int
        /// What each decided there; nil for a run that decided nothing more.
        public var first: Turn?
        public var second: Turn?
        /// What the second run decided next about the first's subject, and the other way round; nil if nothing, or
        /// if the subject is the same.
        public var firstInSecond: Turn?
        public var secondInFirst: Turn?
    }

    /// What became of a job in both runs.
    public struct JobChange: Sendable, Encodable {
        public var job: String
        /// First start and end; nil if not reached.
        public var firstStart_ns: [Int64?]
        public var end_ns: [Int64?]
        public var wait_ns: [Int64]
        public var evictions: [Int64]
        /// How far the end moved, later being positive; a job that did not end counts as ending with its run.
        public var endShift_ns: Int64
    }

    /// How many jobs moved.
    public struct JobCounts: Sendable, Encodable {
        public var same = 0
        public var earlier = 0
        public var later = 0
        /// Same end, another wait or another number of evictions.
        public var otherwiseChanged = 0
        public var onlyInFirst = 0
        public var onlyInSecond = 0

        /// Jobs in both runs whose life differs.
        public var changed: Int { earlier + later + otherwiseChanged }
    }

    /// A metric that differs.
    public struct MetricChange: Sendable, Encodable {
        public var name: String
        public var unit: String
        public var first: Double?
        public var second: Double?
    }

    public var first: Side
    public var second: Side
    /// Nil if every decision and every place is the same.
    public var parting: Parting?
    public var counts: JobCounts
    /// Jobs that moved most, at most `limit`.
    public var jobs: [JobChange]
    /// Metrics that differ, in their usual order.
    public var metrics: [MetricChange]

    /// Whether the runs decided the same and have the same metrics.
    public var isEmpty: Bool {
        parting == nil && metrics.isEmpty && counts.changed + counts.onlyInFirst + counts.onlyInSecond == 0
    }

    /// Compares two runs; jobs, nodes and queues are the same where their names are.
    ///
    /// - Parameter limit: most jobs listed.
    public init(_ first: RunReader, _ second: RunReader, limit: Int = 10) throws {
        let names = (try RunNames(first), try RunNames(second))
        let logs = (try DecisionLog(first), try DecisionLog(second))
        self.first = Self.side(first, logs.0)
        self.second = Self.side(second, logs.1)
        parting = try Parting(logs, names, (first, second))
        (counts, jobs) = try Self.jobChanges(first, second, limit: limit)
        metrics = try Self.metricChanges(RunMetrics.all(first), RunMetrics.all(second))
    }

    private static func side(_ reader: RunReader, _ log: DecisionLog) -> Side {
        Side(
            path: reader.path, scenario: reader.run.scenarioName, policy: reader.run.schedulerPolicy,
            seed: reader.run.seed, fingerprint: reader.run.fingerprint, isPartial: reader.run.isPartial,
            decisions: log.entries.count)
    }

    private static func metricChanges(_ first: [RunMetric], _ second: [RunMetric]) -> [MetricChange] {
        let others = Dictionary(second.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        let known = Set(first.map(\.name))
        let both = first.map {
            MetricChange(name: $0.name, unit: $0.unit, first: $0.value, second: others[$0.name]?.value)
        }
        let new = second.filter { !known.contains($0.name) }
            .map { MetricChange(name: $0.name, unit: $0.unit, first: nil, second: $0.value) }
        return (both + new).filter { $0.first != $0.second }
    }
}

// MARK: - Decisions

extension RunDiff.Parting {
    /// The first entry that differs; nil if none does.
    init?(
        _ logs: (DecisionLog, DecisionLog), _ names: (RunNames, RunNames), _ readers: (RunReader, RunReader)
    ) throws {
        let (a, b) = (logs.0.entries, logs.1.entries)
        let comparison = LogComparison(logs, names)
        guard let index = comparison.firstDifference else { return nil }
        func turn(_ log: DecisionLog, _ index: Int?, _ names: RunNames, _ reader: RunReader) throws -> RunDiff.Turn? {
            guard let index, index < log.entries.count else { return nil }
            return try RunDiff.Turn(log, index, names, reader)
        }
        agreeing = index
        first = try turn(logs.0, index, names.0, readers.0)
        second = try turn(logs.1, index, names.1, readers.1)
        guard let first, let second, first.subject != second.subject else { return }
        func next(about subject: String, in log: [DecisionLog.Entry], _ names: RunNames) -> Int? {
            log.indices[index...].first { names.subject(of: log[$0]) == subject }
        }
        firstInSecond = try turn(logs.1, next(about: first.subject, in: b, names.1), names.1, readers.1)
        secondInFirst = try turn(logs.0, next(about: second.subject, in: a, names.0), names.0, readers.0)
    }
}

extension RunDiff.Turn {
    init(_ log: DecisionLog, _ index: Int, _ names: RunNames, _ reader: RunReader) throws {
        let entry = log.entries[index]
        number = index
        time_ns = entry.timeNs
        subject = names.subject(of: entry)
        action = entry.action.name
        reason = entry.reason.name
        let said = try reader.rows(
            "SELECT sentence FROM decision_text WHERE decision_id = ?", [.integer(Int64(entry.row))])
        sentence = said.first?.text("sentence") ?? "\(subject) got pods in place of lost ones"
        places = Self.places(log.landings(of: entry), names)
    }

    /// "h100-0003 ×8, h100-0004 ×8", at most four nodes.
    static func places(_ landings: ArraySlice<DecisionLog.Landing>, _ names: RunNames) -> String {
        var nodes: [(node: Int32, milli: Int64)] = []
        for landing in landings {
            let milli = Int64(landing.gpuMask.nonzeroBitCount) * Int64(landing.gpuMilli)
            if let known = nodes.firstIndex(where: { $0.node == landing.node }) {
                nodes[known].milli &+= milli
            } else {
                nodes.append((landing.node, milli))
            }
        }
        let named = nodes.prefix(4).map { node, milli in
            let name = names.nodes.indices.contains(Int(node)) ? names.nodes[Int(node)] : "#\(node)"
            return milli == 0 ? name : "\(name) ×\(Figures.short(Double(milli) / 1000))"
        }
        return named.joined(separator: ", ") + (nodes.count > 4 ? " and \(nodes.count - 4) more nodes" : "")
    }
}

/// Finds the first difference of two logs whose objects may have other numbers.
private struct LogComparison {
    let first: DecisionLog
    let second: DecisionLog
    /// Number in the first run of every job, node and queue of the second; -2 for one that the first does not have.
    let jobs: [Int32]
    let nodes: [Int32]
    let queues: [Int32]

    init(_ logs: (DecisionLog, DecisionLog), _ names: (RunNames, RunNames)) {
        (first, second) = logs
        jobs = Self.mapping(names.0.jobs, names.1.jobs)
        nodes = Self.mapping(names.0.nodes, names.1.nodes)
        queues = Self.mapping(names.0.queues, names.1.queues)
    }

    var firstDifference: Int? {
        let (a, b) = (first.entries, second.entries)
        let common = min(a.count, b.count)
        for index in 0..<common where !agree(a[index], b[index]) { return index }
        return a.count == b.count ? nil : common
    }

    private func agree(_ a: DecisionLog.Entry, _ b: DecisionLog.Entry) -> Bool {
        guard a.timeNs == b.timeNs, a.action == b.action, a.reason == b.reason, a.needed == b.needed,
            a.available == b.available, a.job == Self.mapped(b.job, jobs), a.other == other(b),
            a.landingCount == b.landingCount
        else { return false }
        return zip(first.landings(of: a), second.landings(of: b)).allSatisfy { x, y in
            x.task == y.task && x.gpuMask == y.gpuMask && x.gpuMilli == y.gpuMilli
                && x.node == Self.mapped(y.node, nodes)
        }
    }

    private func other(_ entry: DecisionLog.Entry) -> Int32 {
        guard entry.other >= 0 else { return entry.other }
        if entry.job < 0 { return Self.mapped(entry.other, nodes) }
        return switch entry.reason.otherKind {
        case .job: Self.mapped(entry.other, jobs)
        case .queue: Self.mapped(entry.other, queues)
        case .node: Self.mapped(entry.other, nodes)
        }
    }

    private static func mapped(_ index: Int32, _ mapping: [Int32]) -> Int32 {
        index >= 0 && Int(index) < mapping.count ? mapping[Int(index)] : index
    }

    /// Empty where names have the same numbers: then every number stands for itself.
    private static func mapping(_ first: [String], _ second: [String]) -> [Int32] {
        if first == second { return [] }
        let known = Dictionary(first.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { a, _ in a })
        return second.map { known[$0] ?? -2 }
    }
}
