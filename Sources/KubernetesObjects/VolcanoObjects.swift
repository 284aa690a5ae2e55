/// `scheduling.volcano.sh/v1beta1` Queue.
public struct Queue: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// The webhook's default is 1; an object without the field reads as 0 only if it says so.
    public var weight: Int32 = 1
    public var capability = ResourceList()
    public var deserved = ResourceList()
    /// `spec.guarantee.resource`.
    public var guarantee = ResourceList()
    /// nil means true.
    public var reclaimable: Bool?
    public var priority: Int32 = 0
    /// Empty means `root`.
    public var parent = ""
    public var affinity: QueueAffinity?
    public var dequeueStrategy = ""
    /// `Open`, `Closed`, `Closing`, `Unknown`; empty means Open.
    public var state = ""
    /// `status.allocated`.
    public var allocated = ResourceList()

    /// An open queue of weight 1.
    public init() {}
}

/// `spec.affinity` of a queue: node groups by name.
public struct QueueAffinity: Sendable, Equatable {
    public var requiredGroups: [String] = []
    public var preferredGroups: [String] = []
    public var requiredAntiGroups: [String] = []
    public var preferredAntiGroups: [String] = []

    /// No wish.
    public init() {}
}

/// `scheduling.volcano.sh/v1beta1` PodGroup.
public struct PodGroup: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var minMember: Int32 = 0
    /// Role to minimum, ascending by role; nil where absent.
    public var minTaskMember: [String: Int32] = [:]
    /// nil where absent.
    public var minResources: ResourceList?
    public var queue = ""
    public var priorityClassName = ""
    public var networkTopology: NetworkTopology?
    public var subGroupPolicy: [SubGroupPolicy] = []
    /// `Pending`, `Inqueue`, `Running`, `Unknown`, `Completed`; may be empty.
    public var phase = ""
    public var conditions: [PodCondition] = []
    public var running: Int32 = 0
    public var succeeded: Int32 = 0
    public var failed: Int32 = 0

    /// A group without members.
    public init() {}
}

/// How close the pods of a group must be.
public struct NetworkTopology: Sendable, Equatable {
    /// `hard` or `soft`; empty means hard.
    public var mode = ""
    public var highestTierAllowed: Int?
    public var highestTierName = ""

    /// No limit.
    public init() {}
}

/// A gang inside a gang.
public struct SubGroupPolicy: Sendable, Equatable {
    public var name = ""
    public var labelSelector: LabelSelector?
    public var matchLabelKeys: [String] = []
    public var subGroupSize: Int32?
    public var minSubGroups: Int32?
    public var networkTopology: NetworkTopology?

    /// A policy that claims nothing.
    public init() {}
}

/// `topology.volcano.sh/v1alpha1` HyperNode.
public struct HyperNode: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var tier = 0
    public var tierName = ""
    public var members: [HyperNodeMember] = []

    /// A HyperNode without members.
    public init() {}
}

/// Members of a HyperNode.
public struct HyperNodeMember: Sendable, Equatable {
    /// `Node` or `HyperNode`.
    public var type = ""
    /// One of the three selectors is set.
    public var exactMatch: String?
    public var regexMatch: String?
    public var labelMatch: LabelSelector?

    /// Selects nothing.
    public init() {}
}

/// `nodeinfo.volcano.sh/v1alpha1` Numatopology: named after its node.
public struct Numatopology: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// Policies by name: `CPUManagerPolicy`, `TopologyManagerPolicy`.
    public var policies: [String: String] = [:]
    public var reservedCPUs: [String: String] = [:]
    /// Per resource: the ids that are allocatable, such as `0-31`, and their capacity.
    public var resources: [String: NumaResource] = [:]
    /// Per cpu id: NUMA node, socket and core.
    public var cpuDetail: [String: NumaCPU] = [:]

    /// An empty topology.
    public init() {}
}

/// One resource of a Numatopology.
public struct NumaResource: Sendable, Equatable {
    public var allocatable = ""
    public var capacity: Int = 0

    /// Nothing.
    public init() {}
}

/// Where one cpu sits.
public struct NumaCPU: Sendable, Equatable {
    public var numa = 0
    public var socket = 0
    public var core = 0

    /// Core 0 of socket 0 of NUMA node 0.
    public init() {}
}
