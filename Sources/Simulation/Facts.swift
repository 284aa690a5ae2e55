import Quantities
import Scheduling

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

/// Why a placement ended.
public enum PlacementEnd: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case completed, preempted, nodeFailed, gpuFailed, aborted, gangReleased, runEnded
    case nicFailed, switchFailed, softwareFailed, reclaimed

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
        }
    }
}

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

/// What a decision was about.
public enum DecisionAction: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case submit, start, reject, preempt, restart, complete, abort, fail, nodeDown, nodeUp, deadlock

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .submit: "submit"
        case .start: "start"
        case .reject: "reject"
        case .preempt: "preempt"
        case .restart: "restart"
        case .complete: "complete"
        case .abort: "abort"
        case .fail: "fail"
        case .nodeDown: "node_down"
        case .nodeUp: "node_up"
        case .deadlock: "deadlock"
        }
    }
}

/// Why: defined where decisions are made; kept under this name for the readers of facts.
public typealias DecisionReason = Scheduling.DecisionReason

/// One decision of the scheduler or one turn in a job's life. Rejections are recorded when their reason changes.
public struct DecisionFact: BitwiseCopyable, Sendable {
    /// Scheduling pass, counted from 0.
    public var cycle: Int64
    public var timeNs: Int64
    /// Job index, or -1 for node events.
    public var job: Int32
    /// Another object the reason names: job, queue or node index by reason; -1 if none.
    public var other: Int32
    /// Numbers of the reason; units by reason (milli-GPUs unless stated there).
    public var needed: Int64
    public var available: Int64
    public var action: DecisionAction
    public var reason: DecisionReason

    /// All fields, in column order.
    public init(
        cycle: Int64, timeNs: Int64, job: Int32, other: Int32 = -1, needed: Int64 = 0, available: Int64 = 0,
        action: DecisionAction, reason: DecisionReason
    ) {
        self.cycle = cycle
        self.timeNs = timeNs
        self.job = job
        self.other = other
        self.needed = needed
        self.available = available
        self.action = action
        self.reason = reason
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
    /// Time at work that was kept, and that was lost (job time, not GPU time).
    public var productiveNs: Int64
    public var lostNs: Int64
    /// Reason of the last rejection while it waited longest.
    public var reason: DecisionReason

    /// All fields, in column order.
    public init(
        job: Int32, status: JobStatus, preemptions: Int32, failures: Int32, firstStartNs: Int64, endNs: Int64,
        waitNs: Int64, productiveNs: Int64, lostNs: Int64, reason: DecisionReason
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
        self.reason = reason
    }
}

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

/// What failed. `host` is all of a node that has no name of its own here.
public enum FailedPart: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case host, gpu, nic, leafSwitch, software, spot

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .host: "node"
        case .gpu: "gpu"
        case .nic: "nic"
        case .leafSwitch: "switch"
        case .software: "software"
        case .spot: "reclaimed"
        }
    }

    /// How placements end that it stops.
    var end: PlacementEnd {
        switch self {
        case .host: .nodeFailed
        case .gpu: .gpuFailed
        case .nic: .nicFailed
        case .leafSwitch: .switchFailed
        case .software: .softwareFailed
        case .spot: .reclaimed
        }
    }

    /// Why jobs stop that it hits.
    var reason: DecisionReason {
        switch self {
        case .host: .nodeFailure
        case .gpu: .gpuFailure
        case .nic: .nicFailure
        case .leafSwitch: .switchFailure
        case .software: .softwareFailure
        case .spot: .reclaimed
        }
    }
}

/// One failure of a part, with its repair. A switch that fails is one fact for each node it cuts off.
public struct FailureFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    public var node: Int32
    /// Local GPU index, or -1 for the whole node.
    public var gpu: Int32
    /// When it was back; -1 if not before the run's end.
    public var repairedNs: Int64
    /// Jobs that were stopped by it.
    public var jobsHit: Int32
    public var part: FailedPart

    /// All fields, in column order; the part follows from the GPU unless it is told.
    public init(
        timeNs: Int64, node: Int32, gpu: Int32, repairedNs: Int64, jobsHit: Int32, part: FailedPart? = nil
    ) {
        self.timeNs = timeNs
        self.node = node
        self.gpu = gpu
        self.repairedNs = repairedNs
        self.jobsHit = jobsHit
        self.part = part ?? (gpu < 0 ? .host : .gpu)
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

/// Facts collected since the last hand-over, one array per table, in the order they happened.
public struct FactBuffers: Sendable {
    public var placements: [PlacementFact] = []
    public var decisions: [DecisionFact] = []
    public var jobs: [JobFact] = []
    public var queueSamples: [ShareSampleFact] = []
    public var teamSamples: [ShareSampleFact] = []
    public var poolSamples: [PoolSampleFact] = []
    public var nodeSamples: [NodeSampleFact] = []
    public var linkSamples: [LinkSampleFact] = []
    public var failures: [FailureFact] = []
    public var trainingRuns: [TrainingRunFact] = []
    /// Per GPU, over the run.
    public var gpuTime: [GPUTimeFact] = []
    /// Per pool and time bucket.
    public var poolTime: [GPUTimeFact] = []
    public var teamTime: [TeamGPUTimeFact] = []

    /// Empty buffers.
    public init() {}

    /// Rows in all buffers.
    public var count: Int {
        placements.count + decisions.count + jobs.count + queueSamples.count + teamSamples.count + poolSamples.count
            + nodeSamples.count + linkSamples.count + failures.count + trainingRuns.count + gpuTime.count
            + poolTime.count + teamTime.count
    }

    /// Empties the buffers and keeps their memory.
    public mutating func removeAll() {
        placements.removeAll(keepingCapacity: true)
        decisions.removeAll(keepingCapacity: true)
        jobs.removeAll(keepingCapacity: true)
        queueSamples.removeAll(keepingCapacity: true)
        teamSamples.removeAll(keepingCapacity: true)
        poolSamples.removeAll(keepingCapacity: true)
        nodeSamples.removeAll(keepingCapacity: true)
        linkSamples.removeAll(keepingCapacity: true)
        failures.removeAll(keepingCapacity: true)
        trainingRuns.removeAll(keepingCapacity: true)
        gpuTime.removeAll(keepingCapacity: true)
        poolTime.removeAll(keepingCapacity: true)
        teamTime.removeAll(keepingCapacity: true)
    }
}

/// Receives facts in batches of thousands, so that the event loop itself makes no dynamic call per fact.
public protocol FactSink: AnyObject {
    /// Stores the facts; the buffers are emptied by the caller afterwards. Throws when the store cannot be written.
    func write(_ facts: borrowing FactBuffers) throws
}

/// How a run ended.
public enum RunOutcome: UInt8, Sendable, BitwiseCopyable {
    /// Everything drained.
    case drained
    /// The horizon was reached.
    case horizon
    /// Stopped from outside; results are partial.
    case interrupted
    /// Nothing can ever happen again although jobs wait: deadlock or jobs that can never fit.
    case stuck

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .drained: "drained"
        case .horizon: "horizon"
        case .interrupted: "interrupted"
        case .stuck: "stuck"
        }
    }
}

/// What the simulation says of itself when it is over.
public struct RunSummary: Sendable {
    public var outcome: RunOutcome
    /// Simulated length.
    public var end: SimTime
    public var fingerprint: UInt64
    public var events: Int64
    public var cycles: Int64
    /// Sentences about what the user should know (deadlocks, jobs that can never fit, …), in order of time.
    public var warnings: [String]
    /// What went wrong over time under the policy volcano, in order of its beginning.
    public var pathologies: [PathologyFact]

    /// All fields.
    public init(
        outcome: RunOutcome, end: SimTime, fingerprint: UInt64, events: Int64, cycles: Int64, warnings: [String],
        pathologies: [PathologyFact] = []
    ) {
        self.outcome = outcome
        self.end = end
        self.fingerprint = fingerprint
        self.events = events
        self.cycles = cycles
        self.warnings = warnings
        self.pathologies = pathologies
    }
}
