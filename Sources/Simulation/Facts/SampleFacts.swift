/// State of one queue or one team at a sampling instant.
public struct ShareSampleFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    /// Queue or team index.
    public var index: Int32
    public var pendingJobs: Int32
    public var runningJobs: Int32
    public var pendingGPUMilli: Int64
    public var allocatedGPUMilli: Int64

    /// All fields, in column order.
    public init(
        timeNs: Int64, index: Int32, pendingJobs: Int32, runningJobs: Int32, pendingGPUMilli: Int64,
        allocatedGPUMilli: Int64
    ) {
        self.timeNs = timeNs
        self.index = index
        self.pendingJobs = pendingJobs
        self.runningJobs = runningJobs
        self.pendingGPUMilli = pendingGPUMilli
        self.allocatedGPUMilli = allocatedGPUMilli
    }
}

/// State of one pool's free capacity at a sampling instant.
public struct PoolSampleFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    public var pool: Int32
    /// Free milli-GPUs on schedulable nodes, of which on wholly free GPUs.
    public var freeGPUMilli: Int64
    public var freeWholeGPUs: Int32
    /// Most free whole GPUs on one node: the largest single-node island left.
    public var largestFreeNode: Int32
    /// Free milli-GPUs that no waiting job could use (0 when nothing waits).
    public var unusableGPUMilli: Int64

    /// All fields, in column order.
    public init(
        timeNs: Int64, pool: Int32, freeGPUMilli: Int64, freeWholeGPUs: Int32, largestFreeNode: Int32,
        unusableGPUMilli: Int64
    ) {
        self.timeNs = timeNs
        self.pool = pool
        self.freeGPUMilli = freeGPUMilli
        self.freeWholeGPUs = freeWholeGPUs
        self.largestFreeNode = largestFreeNode
        self.unusableGPUMilli = unusableGPUMilli
    }
}

/// State of one node at a sampling instant.
public struct NodeSampleFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    public var node: Int32
    public var allocatedGPUMilli: Int32
    public var allocatedCPUMilli: Int64
    public var up: Bool

    /// All fields, in column order.
    public init(timeNs: Int64, node: Int32, allocatedGPUMilli: Int32, allocatedCPUMilli: Int64, up: Bool) {
        self.timeNs = timeNs
        self.node = node
        self.allocatedGPUMilli = allocatedGPUMilli
        self.allocatedCPUMilli = allocatedCPUMilli
        self.up = up
    }
}

/// Load of one fabric link at a sampling instant: what the running jobs offer to it.
public struct LinkSampleFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    public var link: Int32
    /// Offered bytes per second.
    public var demandBytesPerSecond: Int64

    /// All fields, in column order.
    public init(timeNs: Int64, link: Int32, demandBytesPerSecond: Int64) {
        self.timeNs = timeNs
        self.link = link
        self.demandBytesPerSecond = demandBytesPerSecond
    }
}
