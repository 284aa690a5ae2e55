/// Where a task stands (upstream: `api/types.go`).
public enum TaskStatus: Int, Sendable, CaseIterable, BitwiseCopyable {
    case pending, allocated, pipelined, binding, bound, running, releasing, succeeded, failed, unknown

    /// Bound, Binding, Running, Allocated: the resources are taken.
    public var isAllocated: Bool {
        switch self {
        case .bound, .binding, .running, .allocated: true
        default: false
        }
    }

    /// Succeeded or Failed.
    public var isCompleted: Bool { self == .succeeded || self == .failed }

    /// Upstream's name, such as `Pending`.
    public var name: String {
        switch self {
        case .pending: "Pending"
        case .allocated: "Allocated"
        case .pipelined: "Pipelined"
        case .binding: "Binding"
        case .bound: "Bound"
        case .running: "Running"
        case .releasing: "Releasing"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .unknown: "Unknown"
        }
    }
}

/// A set of statuses.
public struct StatusSet: Sendable, Equatable, BitwiseCopyable {
    private var bits: UInt16 = 0

    /// No status.
    public init() {}

    /// One status.
    init(_ status: TaskStatus) { bits = Self.bit(status) }

    /// Whether a status is in the set.
    public func contains(_ status: TaskStatus) -> Bool { bits & Self.bit(status) != 0 }

    /// Takes a status in; false if it was there.
    mutating func insert(_ status: TaskStatus) -> Bool {
        defer { bits |= Self.bit(status) }
        return !contains(status)
    }

    /// Takes a status out; false if it was not there.
    mutating func remove(_ status: TaskStatus) -> Bool {
        defer { bits &= ~Self.bit(status) }
        return contains(status)
    }

    private static func bit(_ status: TaskStatus) -> UInt16 { 1 << UInt16(status.rawValue) }
}

/// Number of tasks per status.
public struct StatusCounts: Sendable, Equatable, BitwiseCopyable {
    private var counts = SIMD16<Int32>(repeating: 0)

    /// No task.
    public init() {}

    /// Tasks in a status.
    @inline(__always)
    public subscript(status: TaskStatus) -> Int {
        get { Int(counts[status.rawValue]) }
        set { counts[status.rawValue] = Int32(truncatingIfNeeded: newValue) }
    }

    /// Bound, Binding, Running and Allocated.
    public var allocated: Int { self[.bound] + self[.binding] + self[.running] + self[.allocated] }
    /// The allocated set and Succeeded.
    public var ready: Int { allocated + self[.succeeded] }
    /// The ready ones, Pipelined and Pending.
    public var valid: Int { ready + self[.pipelined] + self[.pending] }
}
