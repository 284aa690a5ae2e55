import KubernetesObjects

/// A PodGroup with its tasks (upstream: `api/job_info.go`, JobInfo).
public struct JobInfo: Sendable {
    public internal(set) var id: JobRef
    /// `namespace/podgroup-name`.
    public internal(set) var uid: String
    public let namespace: String
    public internal(set) var name: String
    /// Index into the snapshot's PodGroups.
    public let podGroup: Int32
    public let queue: QueueRef
    public let priority: Int32
    public let minAvailable: Int
    /// Roles that have tasks or a minimum, ascending by name.
    public internal(set) var roles: [RoleInfo]
    /// Whether the PodGroup has `minTaskMember`.
    public let hasRoleMinimums: Bool
    /// Sum of `minTaskMember`.
    public let roleMinimumTotal: Int
    /// nil where absent.
    public let minResources: Resource?
    public internal(set) var creation: Timestamp
    /// `volcano.sh/preemptable` of the PodGroup; nil where not given.
    public let preemptable: Bool?
    public let revocableZone: String
    /// Tasks ascending by UID.
    public internal(set) var tasks: [TaskRef]
    public internal(set) var subJobs: [SubJobRef]
    public internal(set) var counts = StatusCounts()
    /// Pending tasks that are BestEffort.
    public internal(set) var pendingBestEffort = 0
    /// Sum of the allocated set's requests.
    public internal(set) var allocated = Resource()
    /// Sum of all tasks' requests.
    public internal(set) var totalRequest = Resource()
    public internal(set) var phase: String
    /// Placement limits; nil where the PodGroup has none.
    public internal(set) var topology: TopologyLimit?
    /// HyperNode that holds all placed tasks; nil for none.
    public internal(set) var allocatedHyperNode: HyperNodeRef?
    /// HyperNode left by gang preemption or reclaim in this session; nil for none.
    public internal(set) var nominatedHyperNode: HyperNodeRef?
    /// `minSubGroups` per sub-group policy, by group id.
    public internal(set) var minSubGroups: [(group: String, minimum: Int)] = []
    /// Fit errors of tasks that found no node in this session.
    public internal(set) var fitErrors: [TaskRef: FitErrors] = [:]
    /// Why the job as a whole found no place; empty where nothing was said.
    public internal(set) var jobFitError = ""
    /// Set by the gang plugin at close: the reason and message of the Unschedulable condition.
    public internal(set) var unschedulable: (reason: String, message: String)?

    /// Whether the scheduler's memory is known to hold its schedule start.
    var hasScheduleStart = false

    /// Whether the PodGroup has sub-group policies.
    public var hasSubGroups: Bool { !minSubGroups.isEmpty }
    /// Whether the job has not been let in by `enqueue`.
    @inline(__always)
    public var isPending: Bool { phase.isEmpty || phase == "Pending" }
    /// The allocated set and Succeeded.
    @inline(__always)
    public var readyCount: Int { counts.ready }
    /// Pipelined.
    @inline(__always)
    public var waitingCount: Int { counts[.pipelined] }
    /// Enough tasks are ready.
    @inline(__always)
    public var isReady: Bool { readyCount + pendingBestEffort >= minAvailable }
    /// Enough tasks are ready or pipelined.
    @inline(__always)
    public var isPipelined: Bool { waitingCount + readyCount + pendingBestEffort >= minAvailable }
    /// Too few tasks are ready or pipelined.
    @inline(__always)
    public var isStarving: Bool { waitingCount + readyCount < minAvailable }

    /// Role minimums hold with the ready tasks (and Pending ones without request).
    @inline(__always)
    public var checkTaskReady: Bool { rolesHold { $0.counts.ready + $0.pendingBestEffort } }
    /// As `checkTaskReady`, with Pipelined tasks.
    @inline(__always)
    public var checkTaskPipelined: Bool {
        rolesHold { $0.counts.ready + $0.counts[.pipelined] + $0.pendingBestEffort }
    }
    /// Role minimums can hold with all tasks that count.
    @inline(__always)
    public var checkTaskValid: Bool { rolesHold { $0.counts.valid } }

    /// Role checks are skipped when minAvailable is below the sum of the role minimums.
    @inline(__always)
    private func rolesHold(_ count: (RoleInfo) -> Int) -> Bool {
        if minAvailable < roleMinimumTotal { return true }
        for index in roles.indices where roles[index].minimum > 0 {
            if count(roles[index]) < roles[index].minimum { return false }
        }
        return true
    }
}

/// One role of a job: its minimum and where its tasks stand.
public struct RoleInfo: Sendable {
    public let name: String
    /// `minTaskMember`; 0 where the PodGroup does not name the role.
    public let minimum: Int
    public internal(set) var counts = StatusCounts()
    public internal(set) var pendingBestEffort = 0
    /// Shape of all its tasks; −1 before the first, −2 if they differ.
    public internal(set) var shape: Int32 = -1
}

/// A limit on how far apart the pods of a job or sub-job may be (upstream: NetworkTopologySpec).
public struct TopologyLimit: Sendable, Equatable {
    /// Whether the limit binds; soft limits become hard ones at the top tier when the session opens.
    public var isHard: Bool
    /// As written; whether the user asked for soft.
    public var isSoftAsWritten: Bool
    /// Highest tier allowed; nil for none.
    public var highestTier: Int?
    /// Tier named instead of numbered; empty where numbered.
    public var highestTierName: String

    /// The tier that binds; nil where the limit is soft, or names a tier that no HyperNode has.
    public var boundary: Int? { isHard ? highestTier : nil }
}

/// A sub-group of a job, or all tasks that belong to none (upstream: `api/sub_job_info.go`).
public struct SubJobInfo: Sendable {
    public internal(set) var id: SubJobRef
    /// `job/policy-v1-v2…`, or the job's UID.
    public internal(set) var uid: String
    /// Group id `job/policy`; the job's UID for the default sub-job.
    public internal(set) var group: String
    public internal(set) var job: JobRef
    public let isDefault: Bool
    public let minAvailable: Int
    /// First match value as an integer, else 0.
    public let matchIndex: Int
    /// Highest priority among its tasks, at least 0.
    public internal(set) var priority: Int32
    /// Tasks ascending by UID.
    public internal(set) var tasks: [TaskRef]
    public internal(set) var counts = StatusCounts()
    public internal(set) var pendingBestEffort = 0
    public internal(set) var topology: TopologyLimit?
    /// HyperNode that holds all placed tasks; nil for none.
    public internal(set) var allocatedHyperNode: HyperNodeRef?
    /// HyperNode left by gang preemption or reclaim in this session; nil for none.
    public internal(set) var nominatedHyperNode: HyperNodeRef?

    /// The allocated set and Succeeded.
    public var readyCount: Int { counts.ready }
    /// Enough tasks are ready.
    public var isReady: Bool { readyCount + pendingBestEffort >= minAvailable }
    /// Enough tasks are ready or pipelined.
    public var isPipelined: Bool { counts[.pipelined] + readyCount + pendingBestEffort >= minAvailable }
}
