import Scheduling

/// State of a job at the end of the run.
public enum JobStatus: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case pending, running, completed, aborted, failed

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .pending: "pending"
        case .running: "running"
        case .completed: "completed"
        case .aborted: "aborted"
        case .failed: "failed"
        }
    }
}

/// What became of a job; written once, when it ends or when the run ends.
public struct JobFact: BitwiseCopyable, Sendable {
    public var job: Int32
    public var status: JobStatus
    public var preemptions: Int32
    public var failures: Int32
    /// First start, and end; -1 if not reached.
    public var firstStartNs: Int64
    public var endNs: Int64
    /// Total time spent queued, restarts included.
    public var waitNs: Int64
    /// Work that was kept, and that was lost, in time of the reference placement (job time, not GPU time).
    public var productiveNs: Int64
    public var lostNs: Int64
    /// Time in which the work that was kept was done: longer than `productiveNs` where steps were slower or GPUs fewer.
    public var workingNs: Int64
    /// Reason of the last rejection while it waited longest.
    public var reason: DecisionReason

    /// All fields, in column order.
    public init(
        job: Int32, status: JobStatus, preemptions: Int32, failures: Int32, firstStartNs: Int64, endNs: Int64,
        waitNs: Int64, productiveNs: Int64, lostNs: Int64, workingNs: Int64, reason: DecisionReason
    ) {
        self.job = job
        self.status = status
        self.preemptions = preemptions
        self.failures = failures
        self.firstStartNs = firstStartNs
        self.endNs = endNs
        self.waitNs = waitNs
        self.productiveNs = productiveNs
        self.lostNs = lostNs
        self.workingNs = workingNs
        self.reason = reason
    }
}

/// Why a placement ended.
public enum PlacementEnd: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case completed, preempted, nodeFailed, gpuFailed, aborted, gangReleased, runEnded
    case nicFailed, switchFailed, softwareFailed, reclaimed, resized

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .completed: "completed"
        case .preempted: "preempted"
        case .nodeFailed: "node_failed"
        case .gpuFailed: "gpu_failed"
        case .aborted: "aborted"
        case .gangReleased: "gang_released"
        case .runEnded: "run_ended"
        case .nicFailed: "nic_failed"
        case .switchFailed: "switch_failed"
        case .softwareFailed: "software_failed"
        case .reclaimed: "reclaimed"
        case .resized: "resized"
        }
    }
}

/// One pod on one node from binding to release.
public struct PlacementFact: BitwiseCopyable, Sendable {
    /// Dense job index.
    public var job: Int32
    /// 0 for the first start of the job, then 1, 2, … after each preemption or failure.
    public var attempt: Int32
    /// Pod index within the job.
    public var task: Int32
    /// Node index.
    public var node: Int32
    /// Local GPU indexes, one bit each.
    public var gpuMask: UInt32
    /// Milli-GPU taken on each GPU of the mask (1000 = whole).
    public var gpuMilli: Int32
    /// Bind, and release, in nanoseconds.
    public var startNs: Int64
    public var endNs: Int64
    /// When useful work began (after start-up and restore); -1 if it never did.
    public var workNs: Int64
    public var reason: PlacementEnd

    /// All fields, in column order.
    public init(
        job: Int32, attempt: Int32, task: Int32, node: Int32, gpuMask: UInt32, gpuMilli: Int32, startNs: Int64,
        endNs: Int64, workNs: Int64, reason: PlacementEnd
    ) {
        self.job = job
        self.attempt = attempt
        self.task = task
        self.node = node
        self.gpuMask = gpuMask
        self.gpuMilli = gpuMilli
        self.startNs = startNs
        self.endNs = endNs
        self.workNs = workNs
        self.reason = reason
    }
}
