import ClusterModel
import Quantities

/// One job of a workload: what its user asked for and how long its work takes. Handles only, so that a copy is a memcpy.
///
/// Three times are kept apart: `duration` is the work at the reference placement, `requestedDuration` is what the
/// user told the scheduler, and how long the job really holds its GPUs is for the simulation to find out.
@frozen
public struct Job: Hashable, Sendable, BitwiseCopyable {
    /// Dense index in `Workload.jobs`.
    public var id: Int32
    /// Index in `Workload.jobNames`.
    public var name: Int32
    /// Index in `Workload.teams`.
    public var team: Int32
    /// Index in `Workload.queues`.
    public var queue: Int32
    /// Index in `Workload.classes`.
    public var jobClass: Int32
    /// Index in `Workload.users`.
    public var user: Int32
    /// Higher goes first where a policy looks at it.
    public var priority: Int32
    /// Arrival, since the trace epoch.
    public var submit: SimTime
    /// Work at the reference placement: undisturbed run time from start of work to end.
    public var duration: SimDuration
    /// Nanoseconds of the three optional times below; -1 for nil. Three optionals would take 24 bytes more.
    @usableFromInline var requestedNs: Int64 = -1
    @usableFromInline var abortNs: Int64 = -1
    @usableFromInline var checkpointNs: Int64 = -1
    /// How often the job may be started again after failures; `Job.unlimitedRestarts` for no limit.
    public var maxRestarts: Int32
    /// First of this job's pod groups in `Workload.groups`.
    public var firstGroup: Int32
    /// Number of pod groups, at least 1.
    public var groupCount: Int16
    /// Whether a policy may evict it for another job.
    public var preemptible: Bool
    /// What it trains, as an index into a list that its user keeps; -1 when only its duration is known.
    public var training: Int32 = -1
    /// What it says itself about storage, as an index into a list that its user keeps; -1 for nothing.
    public var storage: Int32 = -1

    /// Restart limit of a job that has none.
    public static var unlimitedRestarts: Int32 { .max }

    /// A preemptible job of priority 0 with unlimited restarts unless said otherwise.
    @inlinable
    public init(
        id: Int32, name: Int32, team: Int32 = 0, queue: Int32 = 0, jobClass: Int32 = 0, user: Int32 = 0,
        priority: Int32 = 0, submit: SimTime, duration: SimDuration, requestedDuration: SimDuration? = nil,
        abortAt: SimTime? = nil, checkpointInterval: SimDuration? = nil, maxRestarts: Int32 = Job.unlimitedRestarts,
        firstGroup: Int32 = 0, groupCount: Int16 = 1, preemptible: Bool = true, training: Int32 = -1,
        storage: Int32 = -1
    ) {
        self.id = id
        self.name = name
        self.team = team
        self.queue = queue
        self.jobClass = jobClass
        self.user = user
        self.priority = priority
        self.submit = submit
        self.duration = duration
        self.maxRestarts = maxRestarts
        self.firstGroup = firstGroup
        self.groupCount = groupCount
        self.preemptible = preemptible
        self.training = training
        self.storage = storage
        self.requestedDuration = requestedDuration
        self.abortAt = abortAt
        self.checkpointInterval = checkpointInterval
    }

    /// The scheduler's estimate of the run time; nil when the user gave none.
    @inlinable
    public var requestedDuration: SimDuration? {
        get { requestedNs < 0 ? nil : SimDuration(nanoseconds: requestedNs) }
        set { requestedNs = newValue?.nanoseconds ?? -1 }
    }

    /// The user cancels at this time, running or not; nil for never.
    @inlinable
    public var abortAt: SimTime? {
        get { abortNs < 0 ? nil : SimTime(nanoseconds: abortNs) }
        set { abortNs = newValue?.nanoseconds ?? -1 }
    }

    /// Distance of checkpoints; nil leaves it to the scenario.
    @inlinable
    public var checkpointInterval: SimDuration? {
        get { checkpointNs < 0 ? nil : SimDuration(nanoseconds: checkpointNs) }
        set { checkpointNs = newValue?.nanoseconds ?? -1 }
    }

    /// What a scheduler believes the run time to be: the request, or the true duration when there is none.
    @inlinable
    public var estimatedDuration: SimDuration { requestedDuration ?? duration }

    /// Indexes of this job's groups in `Workload.groups`.
    @inlinable
    public var groupIndices: Range<Int> { Int(firstGroup)..<Int(firstGroup) + Int(groupCount) }
}

/// Identical pods of one job.
@frozen
public struct PodGroupSpec: Hashable, Sendable, BitwiseCopyable {
    /// Number of pods, at least 1.
    public var pods: Int32
    /// Pods that must run together before any does useful work; 1…pods.
    public var minMember: Int32
    /// What each pod asks for.
    public var request: ResourceRequest
    /// Index in `Workload.gpuModelSets`; 0 allows every model.
    public var gpuModels: Int32

    /// A gang of `pods` (all of them needed unless `minMember` says less).
    @inlinable
    public init(pods: Int32, minMember: Int32? = nil, request: ResourceRequest, gpuModels: Int32 = 0) {
        self.pods = pods
        self.minMember = minMember ?? pods
        self.request = request
        self.gpuModels = gpuModels
    }

    /// GPUs of the whole group in thousandths of a GPU.
    @inlinable
    public var gpuMilli: Int64 { Int64(pods) * Int64(request.gpuCount) * Int64(request.gpuMilli) }
}
