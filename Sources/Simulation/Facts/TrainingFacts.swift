/// One run of a training job, from its first step to its end.
public struct TrainingRunFact: BitwiseCopyable, Sendable {
    public var job: Int32
    public var attempt: Int32
    /// First step and end.
    public var startNs: Int64
    public var endNs: Int64
    /// Nodes, and leaf groups of the fabric, that its GPUs are on.
    public var nodes: Int32
    public var leafGroups: Int32
    /// A step packed, alone and on sound hardware of the same kind.
    public var undisturbedStepNs: Int64
    /// Time at work, and the time in which an undisturbed run would have done as much.
    public var workingNs: Int64
    public var usefulNs: Int64

    /// All fields, in column order.
    public init(
        job: Int32, attempt: Int32, startNs: Int64, endNs: Int64, nodes: Int32, leafGroups: Int32,
        undisturbedStepNs: Int64, workingNs: Int64, usefulNs: Int64
    ) {
        self.job = job
        self.attempt = attempt
        self.startNs = startNs
        self.endNs = endNs
        self.nodes = nodes
        self.leafGroups = leafGroups
        self.undisturbedStepNs = undisturbedStepNs
        self.workingNs = workingNs
        self.usefulNs = usefulNs
    }
}

/// How much longer than undisturbed the steps of the training jobs at work are at a sampling instant.
public struct StepSampleFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    /// Jobs at work, and their GPUs.
    public var jobs: Int32
    public var gpus: Int32
    /// Step over undisturbed step, in thousandths: the mean by GPUs, and that of the worst job.
    public var meanMilli: Int32
    public var worstMilli: Int32
    public var worstJob: Int32

    /// All fields, in column order.
    public init(timeNs: Int64, jobs: Int32, gpus: Int32, meanMilli: Int32, worstMilli: Int32, worstJob: Int32) {
        self.timeNs = timeNs
        self.jobs = jobs
        self.gpus = gpus
        self.meanMilli = meanMilli
        self.worstMilli = worstMilli
        self.worstJob = worstJob
    }
}
