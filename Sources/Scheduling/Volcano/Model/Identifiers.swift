/// Handle of a task: its place in the session's `tasks`. Ascending by (job UID, task UID); tasks without a job come last.
public struct TaskRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a job (a PodGroup with its tasks). Ascending by job UID.
public struct JobRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a sub-job (a sub-group of a PodGroup, or the job's default sub-job).
public struct SubJobRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a node, in order of arrival.
public struct NodeRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Handle of a queue. Ascending by name.
public struct QueueRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}
