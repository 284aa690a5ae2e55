/// `batch.volcano.sh/v1alpha1` Job: called VCJob here, as users do, to tell it from Kubernetes' own Job.
public struct VCJob: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var spec = VCJobSpec()
    public var status = VCJobStatus()

    /// A job without tasks.
    public init() {}
}

/// What a Job runs. A number that the webhook fills in where it is missing is nil until then.
public struct VCJobSpec: Sendable, Equatable {
    public var schedulerName = ""
    /// Pods that must be able to run together.
    public var minAvailable: Int32?
    public var tasks: [VCTask] = []
    public var policies: [LifecyclePolicy] = []
    /// Names of the job plugins with their arguments: `env`, `svc`, `ssh`, `pytorch`, …
    public var plugins: [String: [String]] = [:]
    /// Empty means `default`.
    public var queue = ""
    public var maxRetry: Int32?
    /// Seconds after its end at which the Job is deleted; nil means never.
    public var ttlSecondsAfterFinished: Int32?
    public var priorityClassName = ""
    /// Pods that must succeed; nil where absent.
    public var minSuccess: Int32?
    public var networkTopology: NetworkTopology?
    /// Estimated length of the run, in nanoseconds.
    public var runningEstimate: Int64?

    /// No tasks.
    public init() {}
}

/// One task (role) of a Job.
public struct VCTask: Sendable, Equatable {
    /// The webhook names a task without a name `default<index>`.
    public var name = ""
    public var replicas: Int32 = 0
    /// nil means all replicas.
    public var minAvailable: Int32?
    public var template = PodTemplate()
    public var policies: [LifecyclePolicy] = []
    /// NUMA policy: `none`, `best-effort`, `restricted`, `single-numa-node`; empty for none.
    public var topologyPolicy = ""
    public var maxRetry: Int32?
    public var dependsOn: TaskDependency?
    public var partitionPolicy: PartitionPolicy?

    /// A task without replicas.
    public init() {}
}

/// The pods that a task creates.
public struct PodTemplate: Sendable, Equatable {
    /// Labels and annotations of the pods; names are given by the controller.
    public var metadata = ObjectMeta()
    public var spec = PodSpec()

    /// A pod that asks for nothing.
    public init() {}
}

/// What to do about an event or an exit code.
public struct LifecyclePolicy: Sendable, Equatable {
    /// `RestartJob`, `AbortJob`, …
    public var action = ""
    /// `PodFailed`, `PodEvicted`, … or `*`; empty where the policy names a list or an exit code.
    public var event = ""
    public var events: [String] = []
    public var exitCode: Int32?
    /// Nanoseconds from the event to the action; nil means at once.
    public var timeout: Int64?

    /// A policy about nothing.
    public init() {}
}

/// Tasks that must have come up before a task's pods are created.
public struct TaskDependency: Sendable, Equatable {
    public var tasks: [String] = []
    /// `any` or `all`; empty means all.
    public var iteration = ""

    /// Depends on nothing.
    public init() {}
}

/// How a task's pods are divided into groups of their own.
public struct PartitionPolicy: Sendable, Equatable {
    public var totalPartitions: Int32 = 0
    public var partitionSize: Int32 = 0
    public var minPartitions: Int32 = 0
    public var networkTopology: NetworkTopology?

    /// No partitions.
    public init() {}
}

/// Where a Job stands.
public struct VCJobStatus: Sendable, Equatable {
    /// nil before the controller has seen the Job.
    public var phase: JobPhase?
    public var reason = ""
    public var message = ""
    /// When the phase was entered.
    public var lastTransition: Timestamp?
    public var minAvailable: Int32 = 0
    /// Pods of each task by phase of the pod.
    public var taskCounts: [String: [String: Int32]] = [:]
    public var pending: Int32 = 0
    public var running: Int32 = 0
    public var succeeded: Int32 = 0
    public var failed: Int32 = 0
    public var terminating: Int32 = 0
    public var unknown: Int32 = 0
    /// Grows with every kill of the whole Job: events of pods of an older version only synchronise.
    public var version: Int32 = 0
    public var retryCount: Int32 = 0
    /// Marks of what the controller has made for the Job, such as the job plugins that ran.
    public var controlledResources: [String: String] = [:]
    /// Phases in the order they were entered.
    public var conditions: [VCJobCondition] = []

    /// A Job nobody has seen.
    public init() {}
}

/// A phase that a Job entered.
public struct VCJobCondition: Sendable, Equatable {
    public var phase: JobPhase
    public var since: Timestamp?

    /// A phase and when it was entered.
    public init(phase: JobPhase, since: Timestamp?) {
        self.phase = phase
        self.since = since
    }
}

/// `batch.volcano.sh/v1alpha1` CronJob.
public struct VCCronJob: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// Five fields of cron, or `@hourly` and the like.
    public var schedule = ""
    /// Name of a time zone; nil means that of the controller (UTC here).
    public var timeZone: String?
    public var startingDeadlineSeconds: Int64?
    /// `Allow`, `Forbid` or `Replace`; empty means Allow.
    public var concurrencyPolicy = ""
    public var suspend = false
    /// Labels and annotations of the Jobs.
    public var templateMetadata = ObjectMeta()
    public var template = VCJobSpec()
    public var successfulJobsHistoryLimit: Int32?
    public var failedJobsHistoryLimit: Int32?
    /// `status.active`: names of the Jobs that have not ended.
    public var active: [String] = []
    public var lastScheduleTime: Timestamp?
    public var lastSuccessfulTime: Timestamp?

    /// A job that never runs.
    public init() {}
}
