import Scheduling

/// What a decision was about.
public enum DecisionAction: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case submit, start, reject, preempt, restart, complete, abort, fail, nodeDown, nodeUp, deadlock

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .submit: "submit"
        case .start: "start"
        case .reject: "reject"
        case .preempt: "preempt"
        case .restart: "restart"
        case .complete: "complete"
        case .abort: "abort"
        case .fail: "fail"
        case .nodeDown: "node_down"
        case .nodeUp: "node_up"
        case .deadlock: "deadlock"
        }
    }
}

/// Why: defined where decisions are made; kept under this name for the readers of facts.
public typealias DecisionReason = Scheduling.DecisionReason

/// One decision of the scheduler or one turn in a job's life. Rejections are recorded when their reason changes.
public struct DecisionFact: BitwiseCopyable, Sendable {
    /// Scheduling pass, counted from 0.
    public var cycle: Int64
    public var timeNs: Int64
    /// Job index, or -1 for node events.
    public var job: Int32
    /// Another object the reason names: job, queue or node index by reason; -1 if none.
    public var other: Int32
    /// Numbers of the reason; units by reason (milli-GPUs unless stated there).
    public var needed: Int64
    public var available: Int64
    public var action: DecisionAction
    public var reason: DecisionReason

    /// All fields, in column order.
    public init(
        cycle: Int64, timeNs: Int64, job: Int32, other: Int32 = -1, needed: Int64 = 0, available: Int64 = 0,
        action: DecisionAction, reason: DecisionReason
    ) {
        self.cycle = cycle
        self.timeNs = timeNs
        self.job = job
        self.other = other
        self.needed = needed
        self.available = available
        self.action = action
        self.reason = reason
    }
}
