/// Handle of a task: its place in the session's `tasks`. Ascending by (job UID, task UID); tasks without a job come last.
public struct TaskID: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a job (a PodGroup with its tasks). Ascending by job UID.
public struct JobID: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a sub-job (a sub-group of a PodGroup, or the job's default sub-job).
public struct SubJobID: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a node, in order of arrival.
public struct NodeID: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a queue. Ascending by name.
public struct QueueID: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}
