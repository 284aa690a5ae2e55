/// The filters of the default profile (v1.36).
public enum NodeFilter: Int, CaseIterable, Sendable, Hashable {
    case nodeUnschedulable
    case nodeName
    case taintToleration
    case nodeAffinity
    case nodePorts
    case nodeResourcesFit
    case volumeRestrictions
    case nodeVolumeLimits
    case volumeBinding
    case volumeZone
    case podTopologySpread
    case interPodAffinity
    case dynamicResources

    /// The filters in the order in which the default profile asks them (apis/config/v1/default_plugins.go).
    public static let defaultProfile = allCases

    /// Kubernetes' name of the plugin.
    public var name: String {
        switch self {
        case .nodeUnschedulable: "NodeUnschedulable"
        case .nodeName: "NodeName"
        case .taintToleration: "TaintToleration"
        case .nodeAffinity: "NodeAffinity"
        case .nodePorts: "NodePorts"
        case .nodeResourcesFit: "NodeResourcesFit"
        case .volumeRestrictions: "VolumeRestrictions"
        case .nodeVolumeLimits: "NodeVolumeLimits"
        case .volumeBinding: "VolumeBinding"
        case .volumeZone: "VolumeZone"
        case .podTopologySpread: "PodTopologySpread"
        case .interPodAffinity: "InterPodAffinity"
        case .dynamicResources: "DynamicResources"
        }
    }

    /// Whether `cycle`'s pod fits on `node`, which may be a changed copy of a node of `cluster`.
    public func evaluate(_ cycle: CycleState, on node: NodeState, in cluster: ClusterState) -> FilterStatus {
        switch self {
        case .nodeUnschedulable: NodeUnschedulable.filter(cycle.pod, node)
        case .nodeName: NodeName.filter(cycle.pod, node)
        case .taintToleration: TaintToleration.filter(cycle.pod, node)
        case .nodeAffinity: NodeAffinity.filter(cycle.pod, node)
        case .nodePorts: NodePorts.filter(cycle.pod, node)
        case .nodeResourcesFit: NodeResourcesFit.filter(cycle.pod, node)
        case .volumeRestrictions: VolumeRestrictions.filter(cycle.conflictingClaims)
        case .nodeVolumeLimits: NodeVolumeLimits.filter(cycle.pod, node, cluster.volumes)
        case .volumeBinding: VolumeBinding.filter(cycle.claimBindings, node, cluster.volumes)
        case .volumeZone: VolumeZone.filter(cycle.pod, node, cluster.volumes)
        case .podTopologySpread: cycle.spread?.filter(cycle.pod, node) ?? .success
        case .interPodAffinity: cycle.affinity?.filter(cycle.pod, node) ?? .success
        case .dynamicResources: DynamicResources.filter(cycle.deviceRequests, node, cluster.devices)
        }
    }

    /// Whether the answer for a node follows from its description and its pods by template, so that equal nodes are
    /// answered once.
    ///
    /// The description is allocatable, taints, unschedulable mark, and of the labels and the name what the terms of some
    /// pod ask for.
    public func isClassKeyed(_ cycle: CycleState) -> Bool {
        switch self {
        case .nodeUnschedulable, .taintToleration, .nodeAffinity, .nodeResourcesFit, .nodePorts: true
        case .nodeName: cycle.pod.traits.nodeName.isEmpty
        case .volumeRestrictions, .nodeVolumeLimits, .volumeBinding, .volumeZone:
            cycle.pod.traits.claimNames.isEmpty
        case .podTopologySpread: cycle.spread == nil
        case .interPodAffinity: cycle.affinity == nil
        case .dynamicResources: cycle.deviceRequests.isEmpty
        }
    }
}

/// A set of filters.
public struct NodeFilterSet: Sendable, Equatable {
    private var bits: UInt32 = 0

    init() {}

    /// Whether the filter is in the set.
    public func contains(_ filter: NodeFilter) -> Bool { bits & 1 << UInt32(filter.rawValue) != 0 }

    mutating func insert(_ filter: NodeFilter) { bits |= 1 << UInt32(filter.rawValue) }
}
