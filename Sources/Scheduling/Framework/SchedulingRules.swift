import Quantities

/// The questions a policy answers. Each gets a read-only view and returns a value; none changes anything.
///
/// Actions (`allocateGangs`, `backfillGangs`, `bindPods`) decide what to attempt, rules decide how to judge: the
/// split of Volcano (actions and plugins) and of kube-scheduler (narrow extension points).
public protocol SchedulingRules: Sendable {
    /// Order of a waiting job within its queue: lower goes first, ties by arrival.
    func order(_ job: JobEntry) -> Int64
    /// Order of a queue against other queues at this moment: lower goes first, ties by its head's order.
    func queueOrder(_ queue: QueueEntry, _ totals: ClusterTotals) -> Double
    /// Whether a head that cannot start keeps the jobs behind it waiting.
    var blocksQueue: Bool { get }
    /// Whether `waiting` may take the place of `running` now.
    func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool
    /// Order of victims: the highest goes first, ties by latest start, then latest arrival.
    func victimOrder(_ running: JobEntry, now: SimTime) -> Int64
    /// When the order of a job that starts now will change by itself, if ever.
    func nextReorder(_ running: JobEntry, now: SimTime) -> SimTime?
}

extension SchedulingRules {
    /// All queues equal: heads compete by their own order.
    public func queueOrder(_ queue: QueueEntry, _ totals: ClusterTotals) -> Double { 0 }
    /// No job outranks a running one.
    public func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool { false }
    /// Victims in arrival order, latest first.
    public func victimOrder(_ running: JobEntry, now: SimTime) -> Int64 { 0 }
    /// Orders that do not change while a job runs.
    public func nextReorder(_ running: JobEntry, now: SimTime) -> SimTime? { nil }
}

/// Capacity of the whole cluster, for shares.
public struct ClusterTotals: Sendable, Equatable {
    public var gpuMilli: Int64
    public var cpuMilli: Int64
    public var memoryBytes: Int64

    /// Totals of a cluster.
    public init(gpuMilli: Int64, cpuMilli: Int64, memoryBytes: Int64) {
        self.gpuMilli = gpuMilli
        self.cpuMilli = cpuMilli
        self.memoryBytes = memoryBytes
    }
}
