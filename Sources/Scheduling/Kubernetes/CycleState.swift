import KubernetesObjects

/// What is computed once for a pod before nodes are looked at, and kept in step while pods are tentatively moved.
///
/// Mirrors the pre-filter extension point and `framework.CycleState`.
public struct CycleState: Sendable {
    public let pod: PodInfo
    /// Filters to ask, in order.
    public let filters: [NodeFilter]
    /// Those of them that have nothing to check for this pod.
    public let skipped: NodeFilterSet
    /// The refusal of a pre-filter, which holds for every node; success otherwise.
    public let rejection: FilterStatus
    /// The only nodes the pod's node affinity admits by name; nil for all.
    public let nodeNames: Set<String>?
    public internal(set) var spread: SpreadFilterState?
    public internal(set) var affinity: AffinityFilterState?
    /// ReadWriteOncePod claims of the pod that other pods use.
    var conflictingClaims = 0
    let claimBindings: [ClaimBinding]
    let deviceRequests: [DeviceDemand]

    /// Runs the pre-filters of `filters` for a pod; narrowing by node names only where `narrowsByNodeName` (Volcano does
    /// not run that pre-filter).
    public init(
        _ pod: PodInfo, in cluster: ClusterState, filters: [NodeFilter] = NodeFilter.defaultProfile,
        narrowsByNodeName: Bool = true
    ) {
        self.pod = pod
        self.filters = filters
        var skipped = NodeFilterSet()
        var rejection = FilterStatus.success
        var nodeNames: Set<String>?
        var claimBindings: [ClaimBinding] = []
        var deviceRequests: [DeviceDemand] = []
        for filter in filters where rejection.isSuccess {
            var needed = true
            switch filter {
            case .nodeUnschedulable, .nodeName, .taintToleration, .nodeResourcesFit: break
            case .nodeAffinity:
                needed = NodeAffinity.constrains(pod)
                if needed, narrowsByNodeName { nodeNames = NodeAffinity.namedNodes(pod) }
                if nodeNames?.isEmpty == true { rejection = .unresolvable(.conflictingNodeNames, filter) }
            case .nodePorts: needed = !pod.traits.hostPorts.isEmpty
            case .volumeRestrictions:
                conflictingClaims = VolumeRestrictions.conflicts(pod, cluster)
                needed = VolumeRestrictions.hasExclusiveClaims(pod, cluster.volumes)
            case .nodeVolumeLimits, .volumeZone: needed = !pod.traits.claimNames.isEmpty
            case .volumeBinding:
                switch VolumeBinding.preFilter(pod, cluster.volumes) {
                case .success(let bindings): claimBindings = bindings
                case .failure(let refusal): rejection = refusal.status
                }
                needed = !claimBindings.isEmpty
            case .podTopologySpread:
                spread = SpreadFilterState(pod, in: cluster)
                needed = spread != nil
            case .interPodAffinity:
                affinity = AffinityFilterState(pod, in: cluster)
                needed = affinity != nil
            case .dynamicResources:
                switch DynamicResources.preFilter(pod, cluster.devices) {
                case .success(let demands): deviceRequests = demands
                case .failure(let refusal): rejection = refusal.status
                }
                needed = !deviceRequests.isEmpty
            }
            if !needed { skipped.insert(filter) }
        }
        self.skipped = skipped
        self.rejection = rejection
        self.nodeNames = nodeNames
        self.claimBindings = claimBindings
        self.deviceRequests = deviceRequests
    }

    /// The first refusal among the filters in order; success where all agree.
    public func status(on node: NodeState, in cluster: ClusterState) -> FilterStatus {
        guard rejection.isSuccess else { return rejection }
        if let nodeNames, !nodeNames.contains(node.name) {
            return .unresolvable(.outsideNodeNames(plugin: NodeFilter.nodeAffinity.name), .nodeAffinity)
        }
        for filter in filters where !skipped.contains(filter) {
            let status = filter.evaluate(self, on: node, in: cluster)
            if !status.isSuccess { return status }
        }
        return .success
    }

    /// Counts `other` in, which is put on `node`.
    public mutating func addPod(_ other: PodInfo, to node: NodeState, in cluster: ClusterState) {
        update(other, node, cluster, sign: 1)
    }

    /// Counts `other` out, which is taken off `node`.
    public mutating func removePod(_ other: PodInfo, from node: NodeState, in cluster: ClusterState) {
        update(other, node, cluster, sign: -1)
    }

    private mutating func update(_ other: PodInfo, _ node: NodeState, _ cluster: ClusterState, sign: Int) {
        spread?.update(other, node, incoming: pod, sign: sign)
        affinity?.update(other, node, incoming: pod, sign: sign)
        if filters.contains(.volumeRestrictions), !skipped.contains(.volumeRestrictions) {
            conflictingClaims += sign * VolumeRestrictions.sharedExclusiveClaims(pod, other, cluster.volumes)
        }
    }

    /// Whether every filter answers alike for nodes of one class (`NodeFilter.isClassKeyed`).
    public var isClassKeyed: Bool { filters.allSatisfy { skipped.contains($0) || $0.isClassKeyed(self) } }
}

/// A pre-filter's refusal.
struct PreFilterRefusal: Error {
    var status: FilterStatus
}
