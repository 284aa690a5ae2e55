import ClusterModel
import Quantities

/// What the scheduler knows of one job. Plain data; the index in `Session.jobs` is the job's handle.
public struct JobEntry: BitwiseCopyable, Sendable {
    /// Where a job stands in the scheduler's eyes.
    public enum State: UInt8, Sendable, BitwiseCopyable {
        /// Not submitted yet.
        case future
        /// Submitted, nothing bound.
        case waiting
        /// Some pods are bound, the gang is incomplete (pod-by-pod scheduling only).
        case holding
        /// The gang runs.
        case running
        /// Completed, aborted or failed.
        case finished
    }

    /// Queue index.
    public var queue: Int32
    /// Larger goes first where the policy looks at it.
    public var priority: Int32
    /// Arrival order; kept over restarts, so that an evicted job does not lose its place. Breaks every tie.
    public var sequence: Int32
    /// Slice of `Session.groups`.
    public var firstGroup: Int32
    public var groupCount: Int32
    /// Pods in all, and how many of them the gang needs to run.
    public var pods: Int32
    public var minPods: Int32
    /// Totals over all pods.
    public var gpuMilli: Int64
    public var cpuMilli: Int64
    public var memoryBytes: Int64
    /// GPUs of the gang minimum.
    public var minGPUMilli: Int64
    /// Pools that any of its groups may use, one bit each.
    public var poolMask: UInt64
    /// Interned requests: jobs of equal shape get equal answers to "does it fit now".
    public var shape: Int32
    /// Whether it may be evicted.
    public var preemptible: Bool
    public var state: State = .future
    /// Head of the job's list in `PlacementSlab`, -1 if empty; and its length.
    public var firstPlacement: Int32 = -1
    public var boundPods: Int32 = 0
    /// Position in `Session.running`, -1 if not running.
    public var runningIndex: Int32 = -1
    /// Remaining run length the scheduler believes in: requested duration less work done. Start-up is not added, since
    /// users ask for wall time.
    public var estimateNs: Int64
    /// Start of the present run.
    public var startNs: Int64 = 0
    /// GPU-nanoseconds attained in earlier runs (LAS); reset by promotion.
    public var attainedGPUNs: Int64 = 0
    /// Reason of the last rejection, to record only changes.
    public var reason: DecisionReason = .none
    public var reasonOther: Int32 = -1

    /// A job not yet submitted.
    public init(
        queue: Int32, priority: Int32, sequence: Int32, firstGroup: Int32, groupCount: Int32, pods: Int32,
        minPods: Int32, gpuMilli: Int64, minGPUMilli: Int64, cpuMilli: Int64, memoryBytes: Int64, poolMask: UInt64,
        shape: Int32,
        preemptible: Bool, estimateNs: Int64
    ) {
        self.queue = queue
        self.priority = priority
        self.sequence = sequence
        self.firstGroup = firstGroup
        self.groupCount = groupCount
        self.pods = pods
        self.minPods = minPods
        self.gpuMilli = gpuMilli
        self.minGPUMilli = minGPUMilli
        self.cpuMilli = cpuMilli
        self.memoryBytes = memoryBytes
        self.poolMask = poolMask
        self.shape = shape
        self.preemptible = preemptible
        self.estimateNs = estimateNs
    }

    /// GPU-nanoseconds attained up to `now`, the present run included.
    public func attained(at now: SimTime) -> Int64 {
        state == .running ? attainedGPUNs + service(from: startNs, to: now.nanoseconds) : attainedGPUNs
    }

    /// GPU-nanoseconds between two instants; at most 2^61, which is beyond every threshold.
    public func service(from start: Int64, to end: Int64) -> Int64 {
        Int64(min(Int128(end - start) * Int128(gpuMilli) / 1000, 1 << 61))
    }

    /// Remaining run length at `now` by the estimate; never negative.
    public func remaining(at now: SimTime) -> Int64 {
        guard state == .running else { return estimateNs }
        return max(0, estimateNs - (now.nanoseconds - startNs))
    }
}

/// A group of identical pods of a job.
public struct GroupEntry: BitwiseCopyable, Sendable {
    /// Pods, and how many of them the gang needs.
    public var count: Int32
    public var minMember: Int32
    /// One pod's request.
    public var request: ResourceRequest
    /// Allowed pools, one bit each.
    public var poolMask: UInt64
    /// Interned (request, pools): pods of equal shape fit the same nodes.
    public var podShape: Int32

    /// All fields.
    public init(count: Int32, minMember: Int32, request: ResourceRequest, poolMask: UInt64, podShape: Int32) {
        self.count = count
        self.minMember = minMember
        self.request = request
        self.poolMask = poolMask
        self.podShape = podShape
    }
}

/// One queue's limits and what its running jobs hold.
public struct QueueEntry: Sendable {
    /// Relative share.
    public var weight: Double
    /// Most milli-GPUs its jobs may hold; `Int64.max`: no cap.
    public var capGPUMilli: Int64
    /// Held by its running and holding jobs.
    public var gpuMilli: Int64 = 0
    public var cpuMilli: Int64 = 0
    public var memoryBytes: Int64 = 0
    /// Jobs in arrival or policy order.
    public var waiting = WaitingQueue()
    /// The head could not start at its last try, and nothing that could help has happened since.
    public var blocked = false

    /// An empty queue.
    public init(weight: Double = 1, capGPUMilli: Int64 = .max) {
        self.weight = weight
        self.capGPUMilli = capGPUMilli
    }
}
