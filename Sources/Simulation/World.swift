import ClusterModel
import Quantities
import Scheduling
import Workloads

/// One queue's place in the tree and its limits. Index in `World.queues` = index in `Workload.queues`.
public struct QueueSpec: Sendable, Equatable {
    /// Name users write.
    public var name: String
    /// Relative share among siblings.
    public var weight: Double
    /// Parent queue, or nil for a child of the root.
    public var parent: Int32?
    /// GPUs this queue should get under contention; nil: its weight's share of the cluster.
    public var deservedGPUs: Double?
    /// Most GPUs its running jobs may hold; nil: no cap.
    public var capGPUs: Double?

    /// A queue without limits.
    public init(
        name: String, weight: Double = 1, parent: Int32? = nil, deservedGPUs: Double? = nil, capGPUs: Double? = nil
    ) {
        self.name = name
        self.weight = weight
        self.parent = parent
        self.deservedGPUs = deservedGPUs
        self.capGPUs = capGPUs
    }
}

/// What surrounds the work of a job: start-up, checkpoints, restarts.
public struct LifecycleModel: Sendable, Equatable {
    /// Image pull, load and rendezvous at every start.
    public var startup: SimDuration
    /// Checkpoint interval of jobs that name none; nil: no checkpoints, a stop loses all work since the start.
    public var checkpointInterval: SimDuration?
    /// Time the job stands still to write one checkpoint.
    public var checkpointWrite: SimDuration
    /// Extra start-up to read a checkpoint back.
    public var restore: SimDuration
    /// Whether an evicted job writes a last checkpoint first (its GPUs stay taken for `checkpointWrite`).
    public var checkpointOnPreemption: Bool

    /// Everything instantaneous and no checkpoints.
    public init(
        startup: SimDuration = .zero, checkpointInterval: SimDuration? = nil, checkpointWrite: SimDuration = .zero,
        restore: SimDuration = .zero, checkpointOnPreemption: Bool = false
    ) {
        self.startup = startup
        self.checkpointInterval = checkpointInterval
        self.checkpointWrite = checkpointWrite
        self.restore = restore
        self.checkpointOnPreemption = checkpointOnPreemption
    }
}

/// Everything a simulation needs; made by Scenarios, or by hand in tests.
public struct World: Sendable {
    /// Scenario name.
    public var name: String
    public var cluster: Cluster
    public var workload: Workload
    /// Allowed pools of each pod group (index = index in `workload.groups`), one bit per pool.
    public var poolMasks: [UInt64]
    public var scheduler: SchedulerConfiguration
    /// Rules of one's own for gang scheduling, in place of the policy's; nil for the policy's.
    public var rules: (any SchedulingRules)?
    /// What the policy volcano needs besides; its defaults where nil.
    public var volcano: VolcanoSetup?
    public var queues: [QueueSpec]
    public var failures: FailureModel
    public var lifecycle: LifecycleModel
    /// What training jobs train; `Job.training` is an index here.
    public var trainings: [TrainingSpec] = []
    /// Whether training jobs share the links of the fabric; otherwise each has them for itself.
    public var contention = true
    /// Hardware that is slower than it should be.
    public var degradations: [Degradation] = []
    /// Tiers, objects and what jobs do with them; nil without any.
    public var storage: StorageModel?
    /// Terms of each pool of spot nodes, by pool; nil, or no entry, for a pool that stays.
    public var spot: [SpotTerms?] = []
    /// Nodes kept out of scheduling to replace lost ones, by pool; no entry for none.
    public var spares: [Int] = []
    /// Price of one GPU-hour per pool.
    public var prices: [MoneyPerHour]
    /// When each pool is paid for, by pool; no entry: reserved.
    public var terms: [PaymentTerms] = []
    /// Bytes per second each GPU of a job on several nodes is assumed to send to the next node (an assumption of the
    /// scenario until durations follow from models).
    public var trafficPerGPU: BytesPerSecond
    public var seed: UInt64
    /// End of the run; nil: until drained.
    public var horizon: SimTime?
    /// Distance of samples and width of time buckets.
    public var sampleInterval: SimDuration

    /// A world with no failures, instantaneous starts and ten-minute samples.
    public init(
        name: String, cluster: Cluster, workload: Workload, poolMasks: [UInt64], scheduler: SchedulerConfiguration,
        queues: [QueueSpec], failures: FailureModel = FailureModel(), lifecycle: LifecycleModel = LifecycleModel(),
        prices: [MoneyPerHour] = [], trafficPerGPU: BytesPerSecond = BytesPerSecond(rawValue: 0), seed: UInt64 = 1,
        horizon: SimTime? = nil,
        sampleInterval: SimDuration = .seconds(600)
    ) {
        self.name = name
        self.cluster = cluster
        self.workload = workload
        self.poolMasks = poolMasks
        self.scheduler = scheduler
        self.queues = queues
        self.failures = failures
        self.lifecycle = lifecycle
        self.prices = prices
        self.trafficPerGPU = trafficPerGPU
        self.seed = seed
        self.horizon = horizon
        self.sampleInterval = sampleInterval
    }
}
