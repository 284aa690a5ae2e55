import KubernetesObjects

/// A pod as the scheduler sees it (upstream: `api/job_info.go`, TaskInfo).
public struct TaskInfo: Sendable {
    public internal(set) var id: TaskRef
    /// Index into the snapshot's pods.
    public let pod: Int32
    /// nil for pods without a PodGroup of this session.
    public internal(set) var job: JobRef?
    public internal(set) var subJob: SubJobRef?
    public internal(set) var uid: String
    public let namespace: String
    public internal(set) var name: String
    /// Role (`volcano.sh/task-spec`), as an index into the job's `roles`; -1 without a job.
    public internal(set) var role: Int32 = -1
    /// Name of the role; may be empty.
    public let roleName: String
    /// What the pod asks for, `pods: 1` included: used for accounting and for fitting alike.
    public let request: Resource
    /// Whether the request is empty (`pods` does not count).
    public let isBestEffort: Bool
    public internal(set) var status: TaskStatus
    /// Statuses under which the sub-job lists the task: its own, and what dry runs left behind (see `SessionState`).
    var listedAs = StatusSet()
    /// Node it runs on, or is to run on in this session.
    public internal(set) var node: NodeRef?
    public let priority: Int32
    /// Whether other jobs may take its place (`volcano.sh/preemptable`).
    public let isPreemptable: Bool
    /// `*`, or empty.
    public let revocableZone: String
    public internal(set) var creation: Timestamp
    /// Whether gates other than Volcano's own queue gate keep it from being scheduled.
    public let isGated: Bool
    /// Whether the pod carries any scheduling gate.
    public let hasGates: Bool
    /// Node named by `status.nominatedNodeName`.
    public internal(set) var nominatedNode: NodeRef?
    /// Whether the pod is nominated to a node that is gone.
    public internal(set) var isNominatedInVain: Bool
    /// When it began to run; nil for not yet.
    public internal(set) var startTime: Timestamp?
    /// What a statement that was given up had given the task (upstream: LastTransaction); nil for nothing.
    public internal(set) var givenUp: Assignment?
    /// The same of the copy that the sub-job lists as pending, where a replayed dry run left one (see `SessionState`).
    var givenUpByCopy: Assignment?
    /// Whether the last pipeline followed evictions (upstream: EvictionOccurred).
    var followsEvictions = false
    /// Rank of `namespace/name` among all tasks of the session: the order of a node's tasks under `lowest-name`.
    public internal(set) var nameRank: Int64 = 0
    /// Tasks of equal shape ask for the same and are judged alike by every filter and score that looks at the pod's
    /// spec, namespace and scheduling annotations.
    public internal(set) var shape: Int32 = -1
    /// HyperNode that already holds tasks of the job, while the job is placed with topology.
    public package(set) var jobAllocatedHyperNode: HyperNodeRef?
    /// Index at the end of a name such as `job-worker-3`, where the name has three or more parts; -1 otherwise.
    public internal(set) var nameIndex: Int64
}

/// Where a statement had put a task (upstream: TransactionContext).
public struct Assignment: Sendable, Equatable, BitwiseCopyable {
    public let status: TaskStatus
    public let node: NodeRef
    /// Whether pods were evicted for it.
    public let followsEvictions: Bool
}
