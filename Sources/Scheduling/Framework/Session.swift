import ClusterModel
import Quantities

/// What one decision of a pass was; the caller turns it into recorded facts and job life.
public struct Decision: BitwiseCopyable, Sendable {
    /// What happened to the job.
    public enum Kind: UInt8, Sendable, BitwiseCopyable { case start, evict, reject, bind, deadlock }

    public var kind: Kind
    public var reason: DecisionReason
    /// Job handle.
    public var job: Int32
    /// The other object the reason names, -1 if none.
    public var other: Int32
    /// Numbers of the reason; see `DecisionReason`.
    public var needed: Int64
    public var available: Int64
}

/// The scheduler's view of the world during a pass: free resources, jobs, queues, bound pods.
///
/// A value: a copy is a snapshot (copy-on-write), and a what-if on the copy touches nothing. Between passes its owner
/// updates it by `submit`, `finish` and `setSchedulable`; policies change it only through `Statement` operations.
public struct Session: Sendable {
    /// Instant and number of the pass.
    public var now: SimTime = .zero
    public var cycle: Int64 = 0
    public var ledger: AllocationLedger
    public var jobs: [JobEntry]
    public let groups: [GroupEntry]
    public var queues: [QueueEntry]
    public var slab = PlacementSlab()
    /// Running jobs in no particular (but reproducible) order.
    public var running: [Int32] = []
    /// Node choice.
    public var placement: NodePlacement
    /// Decisions of this pass in the order they were taken.
    public var decisions: [Decision] = []
    /// Pools in which something was released since the last pass, one bit each.
    public var freedPools: UInt64 = .max
    /// The last question put to `findDeadlock`, and its answer.
    var deadlockAnswer: (question: UInt64, stuck: [Int32]) = (0, [])
    /// Undo log of the open statement.
    var log: [StatementOperation] = []
    /// Pass in which a shape was last found not to fit (by job shape), to skip its equals in the same state.
    var shapeFailed: [Int64]
    /// The same per pod shape (pod-by-pod scheduling), and per job shape for preemption (by pass number).
    var podShapeFailed: [Int64]
    var preemptFailed: [Int64]
    /// Earliest instant at which a job protected by the minimum run time may be evicted; `Int64.max` if none was met.
    public var wakeAtNs = Int64.max
    /// Changes whenever something is released; marks `shapeFailed` entries as stale.
    var releaseEpoch: Int64 = 1

    /// A session over jobs that are all still to be submitted.
    public init(
        ledger: AllocationLedger, jobs: [JobEntry], groups: [GroupEntry], queues: [QueueEntry],
        placement: NodePlacement
    ) {
        self.ledger = ledger
        self.jobs = jobs
        self.groups = groups
        self.queues = queues
        self.placement = placement
        let shapes = Int(jobs.map(\.shape).max() ?? -1) + 1
        self.shapeFailed = Array(repeating: 0, count: shapes)
        self.preemptFailed = Array(repeating: -1, count: shapes)
        self.podShapeFailed = Array(repeating: 0, count: Int(groups.map(\.podShape).max() ?? -1) + 1)
    }

    /// The groups of a job, as indexes into `groups`.
    public func groupIndexes(of job: Int32) -> Range<Int> {
        let entry = jobs[Int(job)]
        return Int(entry.firstGroup)..<Int(entry.firstGroup + entry.groupCount)
    }

    /// Key of a waiting job under `rules`.
    func key<Rules: SchedulingRules>(_ job: Int32, _ rules: Rules) -> WaitingKey {
        let entry = jobs[Int(job)]
        return WaitingKey(order: rules.order(entry), sequence: entry.sequence, job: job)
    }

    /// Free milli-GPUs of the pools in `mask`, free parts of shared GPUs included.
    func freeMilli(in mask: UInt64) -> Int64 {
        var total: Int64 = 0
        var rest = mask & ledger.poolBits
        while rest != 0 {
            total += Int64(ledger.totals(of: PoolID(index: Int32(rest.trailingZeroBitCount))).freeGPUMilli)
            rest &= rest - 1
        }
        return total
    }

    /// Free milli-GPUs on wholly free GPUs of the pools in `mask`.
    public func freeGPUMilli(in mask: UInt64) -> Int64 {
        var total: Int64 = 0
        var rest = mask & ledger.poolBits
        while rest != 0 {
            let pool = PoolID(index: Int32(rest.trailingZeroBitCount))
            total += Int64(ledger.freeGPUs(in: pool)) * 1000
            rest &= rest - 1
        }
        return total
    }

    /// Ends a job's hold on the cluster: releases its pods and takes it off the running list.
    public mutating func release(_ job: Int32) {
        var entry = jobs[Int(job)]
        let wasBound = entry.firstPlacement >= 0
        var head = entry.firstPlacement
        while head >= 0 {
            ledger.release(slab.cells[Int(head)].allocation)
            placement.note(released: slab.cells[Int(head)].allocation)
            head = slab.pop(head)
        }
        entry.firstPlacement = -1
        entry.boundPods = 0
        jobs[Int(job)] = entry
        if wasBound {
            charge(job, -1)
            noteRelease(entry.poolMask)
        }
        leaveRunning(job)
    }

    /// Remembers that something in these pools became free.
    public mutating func noteRelease(_ mask: UInt64) {
        freedPools |= mask
        releaseEpoch += 1
    }

    /// Adds (`sign` 1) or takes back (-1) a job's resources on its queue's account.
    mutating func charge(_ job: Int32, _ sign: Int64) {
        let entry = jobs[Int(job)]
        let queue = Int(entry.queue)
        queues[queue].gpuMilli += sign * entry.gpuMilli
        queues[queue].cpuMilli += sign * entry.cpuMilli
        queues[queue].memoryBytes += sign * entry.memoryBytes
        if sign < 0 { queues[queue].blocked = false }
    }

    mutating func joinRunning(_ job: Int32) {
        jobs[Int(job)].runningIndex = Int32(running.count)
        running.append(job)
    }

    mutating func leaveRunning(_ job: Int32) {
        let index = Int(jobs[Int(job)].runningIndex)
        guard index >= 0 else { return }
        let last = running.removeLast()
        if last != job {
            running[index] = last
            jobs[Int(last)].runningIndex = Int32(index)
        }
        jobs[Int(job)].runningIndex = -1
    }

    /// Records why a job does not start, if that differs from what was last said about it.
    mutating func reject(
        _ job: Int32, _ reason: DecisionReason, other: Int32 = -1, needed: Int64 = 0, available: Int64 = 0
    ) {
        guard jobs[Int(job)].reason != reason || jobs[Int(job)].reasonOther != other else { return }
        jobs[Int(job)].reason = reason
        jobs[Int(job)].reasonOther = other
        decisions.append(
            Decision(kind: .reject, reason: reason, job: job, other: other, needed: needed, available: available))
    }

    /// Marks a placed gang as running and records the start.
    mutating func start(_ job: Int32, _ reason: DecisionReason, other: Int32 = -1, available: Int64 = 0) {
        jobs[Int(job)].state = .running
        jobs[Int(job)].startNs = now.nanoseconds
        jobs[Int(job)].reason = .none
        jobs[Int(job)].reasonOther = -1
        joinRunning(job)
        decisions.append(
            Decision(
                kind: .start, reason: reason, job: job, other: other, needed: jobs[Int(job)].gpuMilli,
                available: available))
    }
}
