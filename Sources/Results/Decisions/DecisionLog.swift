import Scheduling
import Simulation

/// All decisions of a run in order, with the places that each start took.
///
/// 48 bytes a decision and 40 a pod in memory: a run of a million of both is read in seconds.
public struct DecisionLog: Sendable {
    /// A decision, or pods that a job took without one (lost ones replaced in place).
    public struct Entry: Sendable, BitwiseCopyable {
        public var timeNs: Int64
        public var needed: Int64
        public var available: Int64
        /// Row in table `decision`, by which `decision_text` knows it; 0 for pods without a decision.
        public var row: Int32
        /// Job, or -1 for an event of a node.
        public var job: Int32
        /// What the reason names; -1 for nothing.
        public var other: Int32
        /// Pods that were placed with it, in `landings`.
        public var firstLanding: Int32 = 0
        public var landingCount: Int32 = 0
        public var action: DecisionAction
        public var reason: DecisionReason
    }

    /// A pod that was bound to a node.
    public struct Landing: Sendable, BitwiseCopyable {
        public var startNs: Int64
        public var job: Int32
        public var task: Int32
        public var node: Int32
        public var gpuMilli: Int32
        public var gpuMask: UInt32
    }

    /// By time; within an instant as the scheduler took them.
    public private(set) var entries: [Entry] = []
    /// By start, job and pod.
    public private(set) var landings: [Landing] = []

    /// Reads the log of a run. Throws `ResultsError` for a file that is damaged.
    public init(_ reader: RunReader) throws {
        var failure: ResultsError?
        try reader.forEachRawRow("SELECT start_ns, job, task, node, gpu_milli, gpu_mask FROM placement") { row in
            landings.append(
                Landing(
                    startNs: row.integer(0), job: Int32(truncatingIfNeeded: row.integer(1)),
                    task: Int32(truncatingIfNeeded: row.integer(2)), node: Int32(truncatingIfNeeded: row.integer(3)),
                    gpuMilli: Int32(truncatingIfNeeded: row.integer(4)),
                    gpuMask: UInt32(truncatingIfNeeded: row.integer(5))))
        }
        landings.sort { a, b in
            (a.startNs, a.job, a.task, a.node, a.gpuMask) < (b.startNs, b.job, b.task, b.node, b.gpuMask)
        }
        try reader.forEachRawRow(
            "SELECT rowid, time_ns, job, other, needed, available, action, reason FROM decision ORDER BY rowid"
        ) { row in
            guard let action = DecisionAction(rawValue: UInt8(truncatingIfNeeded: row.integer(6))),
                let reason = DecisionReason(rawValue: UInt8(truncatingIfNeeded: row.integer(7)))
            else {
                failure = ResultsError(.damaged, path: reader.path, "the file is damaged (a decision of no known kind)")
                return
            }
            entries.append(
                Entry(
                    timeNs: row.integer(1), needed: row.integer(4), available: row.integer(5),
                    row: Int32(truncatingIfNeeded: row.integer(0)),
                    job: Int32(truncatingIfNeeded: row.integer(2, unlessNull: -1)),
                    other: Int32(truncatingIfNeeded: row.integer(3, unlessNull: -1)), action: action, reason: reason))
        }
        if let failure { throw failure }
        attachLandings()
    }

    /// Pods that were placed with an entry.
    public func landings(of entry: Entry) -> ArraySlice<Landing> {
        landings[Int(entry.firstLanding)..<Int(entry.firstLanding + entry.landingCount)]
    }

    /// Gives every start the pods of its job that were bound at its instant; pods that no start of that instant explains
    /// become entries of their own after it.
    private mutating func attachLandings() {
        var extra: [(position: Int, entry: Entry)] = []
        var position = 0
        var next = 0
        while next < landings.count {
            let time = landings[next].startNs
            while position < entries.count, entries[position].timeNs < time { position += 1 }
            let first = position
            while position < entries.count, entries[position].timeNs == time { position += 1 }
            // The starts of the instant by job; of several of one job the first takes all.
            var starts = (first..<position).filter { [.start, .restart].contains(entries[$0].action) }
            starts.sort { (entries[$0].job, $0) < (entries[$1].job, $1) }
            var candidates = starts[...]
            while next < landings.count, landings[next].startNs == time {
                let (begin, job) = (next, landings[next].job)
                while next < landings.count, landings[next].startNs == time, landings[next].job == job { next += 1 }
                candidates = candidates.drop { entries[$0].job < job }
                if let start = candidates.first, entries[start].job == job {
                    entries[start].firstLanding = Int32(begin)
                    entries[start].landingCount = Int32(next - begin)
                } else {
                    let replaced = Entry(
                        timeNs: time, needed: 0, available: 0, row: 0, job: job, other: -1, firstLanding: Int32(begin),
                        landingCount: Int32(next - begin), action: .restart, reason: .none)
                    extra.append((position, replaced))
                }
            }
        }
        insert(extra)
    }

    /// Merges entries, each before the position given; positions ascend.
    private mutating func insert(_ extra: [(position: Int, entry: Entry)]) {
        guard !extra.isEmpty else { return }
        var merged: [Entry] = []
        merged.reserveCapacity(entries.count + extra.count)
        var rest = extra[...]
        for index in 0...entries.count {
            while let first = rest.first, first.position == index {
                merged.append(first.entry)
                rest = rest.dropFirst()
            }
            if index < entries.count { merged.append(entries[index]) }
        }
        entries = merged
    }
}

/// What the numbers of a run's log stand for.
public struct RunNames: Sendable {
    public let jobs: [String]
    public let nodes: [String]
    public let queues: [String]

    /// Reads the names of a run.
    public init(_ reader: RunReader) throws {
        func names(_ table: String) throws -> [String] {
            var names: [String] = []
            try reader.forEachRawRow("SELECT id, name FROM \(table) ORDER BY id") { row in
                guard (names.count...names.count + 10_000_000).contains(Int(row.integer(0))) else {
                    throw ResultsError(.damaged, path: reader.path, "the file is damaged (numbers of table \(table))")
                }
                while names.count < row.integer(0) { names.append("#\(names.count)") }
                names.append(row.text(1))
            }
            return names
        }
        jobs = try names("job")
        nodes = try names("node")
        queues = try names("queue")
    }

    /// The name of what a decision's `other` points at; nil for nothing.
    public func other(of entry: DecisionLog.Entry) -> String? {
        guard entry.other >= 0 else { return nil }
        if entry.job < 0 { return Self.name(entry.other, nodes) }
        return switch entry.reason.otherKind {
        case .job: Self.name(entry.other, jobs)
        case .queue: Self.name(entry.other, queues)
        case .node: Self.name(entry.other, nodes)
        }
    }

    /// The job that an entry is about, or the node.
    public func subject(of entry: DecisionLog.Entry) -> String {
        entry.job >= 0 ? Self.name(entry.job, jobs) : other(of: entry) ?? "a node"
    }

    private static func name(_ index: Int32, _ names: [String]) -> String {
        names.indices.contains(Int(index)) ? names[Int(index)] : "#\(index)"
    }
}
