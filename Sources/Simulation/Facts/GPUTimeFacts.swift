/// Where a GPU-nanosecond of capacity went: exactly one cause at any instant, in the order reports show them.
public enum GPUTimeCause: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Useful work that was kept.
    case productive
    /// Work lost to a preemption or failure and done again.
    case recomputed
    /// Writing or reading a checkpoint.
    case checkpoint
    /// Image pull, load, rendezvous.
    case starting
    /// Held by pods of a gang that is not complete and does not run.
    case incompleteGang
    /// Extra time from contention or stragglers.
    case slowed
    /// Free, while requests wait and none of them fits.
    case fragmented
    /// Free, and a waiting request would fit, but order, quota or policy says no.
    case blocked
    /// Free with nothing waiting.
    case idle
    /// Node failed or cordoned.
    case down

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .productive: "productive"
        case .recomputed: "recomputed"
        case .checkpoint: "checkpoint_restore"
        case .starting: "starting"
        case .incompleteGang: "incomplete_gang"
        case .slowed: "slowed"
        case .fragmented: "fragmented"
        case .blocked: "blocked"
        case .idle: "idle"
        case .down: "down"
        }
    }
}

/// GPU time of one cause: for one GPU over the whole run, or for one pool in one time bucket.
///
/// Exact: the causes of a GPU sum to the run's length, those of a bucket to pool GPUs × bucket length.
public struct GPUTimeFact: BitwiseCopyable, Sendable {
    /// Bucket bounds; the whole run for per-GPU rows.
    public var startNs: Int64
    public var endNs: Int64
    /// Global GPU index (per-GPU rows) or pool index (bucket rows).
    public var index: Int32
    public var cause: GPUTimeCause
    /// GPU-nanoseconds.
    public var gpuNs: Int64

    /// All fields, in column order.
    public init(startNs: Int64, endNs: Int64, index: Int32, cause: GPUTimeCause, gpuNs: Int64) {
        self.startNs = startNs
        self.endNs = endNs
        self.index = index
        self.cause = cause
        self.gpuNs = gpuNs
    }
}

/// GPU time of one team by cause (allocated causes only), for showback.
public struct TeamGPUTimeFact: BitwiseCopyable, Sendable {
    public var team: Int32
    public var queue: Int32
    public var jobClass: Int32
    public var pool: Int32
    public var cause: GPUTimeCause
    public var gpuNs: Int64

    /// All fields, in column order.
    public init(team: Int32, queue: Int32, jobClass: Int32, pool: Int32, cause: GPUTimeCause, gpuNs: Int64) {
        self.team = team
        self.queue = queue
        self.jobClass = jobClass
        self.pool = pool
        self.cause = cause
        self.gpuNs = gpuNs
    }
}
