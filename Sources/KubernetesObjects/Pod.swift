/// A pod, as far as scheduling, quota and life cycle look at it.
public struct Pod: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var spec = PodSpec()
    public var status = PodStatus()

    /// An empty pod.
    public init() {}
}

/// What a pod asks for.
public struct PodSpec: Sendable, Equatable {
    /// Empty while the pod is unbound.
    public var nodeName = ""
    public var schedulerName = ""
    public var priority: Int32?
    public var priorityClassName = ""
    /// `Never` or `PreemptLowerPriority`; empty means the latter.
    public var preemptionPolicy = ""
    public var containers: [Container] = []
    public var initContainers: [Container] = []
    public var overhead = ResourceList()
    /// Pod-level resources; nil where absent.
    public var resources: ResourceRequirements?
    public var nodeSelector: [String: String] = [:]
    public var affinity: Affinity?
    public var tolerations: [Toleration] = []
    public var topologySpreadConstraints: [TopologySpreadConstraint] = []
    /// Only volumes that can keep the pod from a node: claims, and local ones.
    public var volumes: [Volume] = []
    /// Names of the gates.
    public var schedulingGates: [String] = []
    public var hostNetwork = false
    public var resourceClaims: [PodResourceClaim] = []
    public var activeDeadlineSeconds: Int64?
    public var terminationGracePeriodSeconds: Int64?

    /// A spec that asks for nothing.
    public init() {}
}

/// One container.
public struct Container: Sendable, Hashable {
    public var name = ""
    public var image = ""
    public var resources = ResourceRequirements()
    public var ports: [ContainerPort] = []
    /// `Always` marks a restartable init container (a sidecar).
    public var restartPolicy = ""

    /// A container without requests.
    public init() {}
}

/// Requests and limits.
public struct ResourceRequirements: Sendable, Hashable {
    public var requests = ResourceList()
    public var limits = ResourceList()

    /// Nothing requested, nothing limited.
    public init() {}
}

/// A port of a container.
public struct ContainerPort: Sendable, Hashable {
    public var containerPort: Int32 = 0
    /// 0 means no host port.
    public var hostPort: Int32 = 0
    public var hostIP = ""
    /// Empty means TCP.
    public var `protocol` = ""

    /// No port.
    public init() {}
}

/// A volume, as far as it can keep a pod from a node.
public struct Volume: Sendable, Hashable {
    public var name = ""
    /// Claim name of a `persistentVolumeClaim` or `ephemeral` volume; empty for other kinds.
    public var claimName = ""
    /// Whether the volume is of kind `emptyDir` or `hostPath`.
    public var isLocal = false
    /// Whether the claim is made for the pod alone (kind `ephemeral`).
    public var isEphemeral = false

    /// A volume of no kind.
    public init() {}
}

/// A device claim of a pod.
public struct PodResourceClaim: Sendable, Equatable {
    public var name = ""
    public var resourceClaimName = ""
    public var resourceClaimTemplateName = ""

    /// An empty claim.
    public init() {}
}

/// Whom a pod puts up with.
public struct Toleration: Sendable, Hashable {
    public var key = ""
    /// `Exists` or `Equal`; empty means `Equal`.
    public var `operator` = ""
    public var value = ""
    /// Empty tolerates every effect.
    public var effect = ""
    public var tolerationSeconds: Int64?

    /// A toleration of nothing.
    public init() {}
}

/// What happens to a pod.
public struct PodStatus: Sendable, Equatable {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase = ""
    public var startTime: Timestamp?
    public var nominatedNodeName = ""
    public var reason = ""
    public var conditions: [PodCondition] = []
    public var containerStatuses: [ContainerStatus] = []
    public var initContainerStatuses: [ContainerStatus] = []
    /// Claims made from templates: name of the pod's device claim to the ResourceClaim's name.
    public var resourceClaimNames: [String: String] = [:]

    /// No status.
    public init() {}

    /// The condition of a type.
    public func condition(_ type: String) -> PodCondition? { conditions.first { $0.type == type } }
}

/// One condition of a pod.
public struct PodCondition: Sendable, Hashable {
    public var type = ""
    public var status = ""
    public var reason = ""
    public var message = ""
    public var lastTransitionTime: Timestamp?

    /// An empty condition.
    public init() {}
}

/// One container's state.
public struct ContainerStatus: Sendable, Hashable {
    public var name = ""
    public var ready = false
    public var restartCount: Int32 = 0
    /// Exit code of a terminated container.
    public var exitCode: Int32?
    /// When a terminated container ended.
    public var finishedAt: Timestamp?
    /// Requests the kubelet has allocated (in-place resize); nil where absent.
    public var allocatedResources: ResourceList?
    /// Requests in force (in-place resize); nil where absent.
    public var resources: ResourceRequirements?

    /// An empty status.
    public init() {}
}
