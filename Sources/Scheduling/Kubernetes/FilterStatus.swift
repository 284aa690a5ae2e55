import KubernetesObjects

/// How a filter, or a whole search, judges a node (kube-scheduler's framework codes).
public enum FilterCode: Int, Sendable, Hashable {
    case success
    /// The pod does not fit now; taking other pods away may help.
    case unschedulable
    /// The pod does not fit, and no preemption can help.
    case unschedulableAndUnresolvable
    case error
    /// A pre-filter has nothing to check for this pod.
    case skip
    case wait
}

/// The judgement of one filter over one node.
public struct FilterStatus: Sendable, Hashable {
    public var code: FilterCode
    /// Why, in the order Kubernetes lists it.
    public var reasons: [UnfitReason]
    /// The filter that judged, by its Kubernetes name; empty for success.
    public var plugin: String

    /// The node is fine.
    public static let success = FilterStatus(code: .success, reasons: [], plugin: "")

    /// A judgement of `plugin`.
    public init(code: FilterCode, reasons: [UnfitReason], plugin: String) {
        self.code = code
        self.reasons = reasons
        self.plugin = plugin
    }

    /// Whether the node is fine.
    public var isSuccess: Bool { code == .success }

    static func unschedulable(_ reason: UnfitReason, _ filter: NodeFilter) -> Self {
        Self(code: .unschedulable, reasons: [reason], plugin: filter.name)
    }

    static func unresolvable(_ reason: UnfitReason, _ filter: NodeFilter) -> Self {
        Self(code: .unschedulableAndUnresolvable, reasons: [reason], plugin: filter.name)
    }
}

/// Why a node does not fit: data first; `text` is Kubernetes' wording, by which nodes are counted.
public enum UnfitReason: Sendable, Hashable {
    case nodeUnschedulable
    case nodeName
    /// The first taint that is not tolerated.
    case untoleratedTaint(Taint)
    case nodeAffinity
    /// Outside the node names to which the named filter's pre-filter narrowed the search.
    case outsideNodeNames(plugin: String)
    case conflictingNodeNames
    case hostPorts
    case tooManyPods
    case insufficient(resource: String)
    case claimInUse
    case volumeCount
    case volumeZone
    case volumeNodeAffinity
    case noVolumeToBind
    case missingVolume
    case missingClaim(String)
    case unboundImmediateClaim
    case topologyLabelMissing
    case topologySpread
    case podAffinity
    case podAntiAffinity
    case existingPodAntiAffinity
    case missingDeviceClaim(String)
    case devicesElsewhere
    case devicesShort
    /// A reason of somebody else's filter.
    case other(String)

    /// Kubernetes' wording (v1.36).
    public var text: String {
        switch self {
        case .nodeUnschedulable: "node(s) were unschedulable"
        case .nodeName: "node(s) didn't match the requested node name"
        case .untoleratedTaint: "node(s) had untolerated taint(s)"
        case .nodeAffinity: "node(s) didn't match Pod's node affinity/selector"
        case .outsideNodeNames(let plugin): "node(s) didn't satisfy plugin(s) [\(plugin)]"
        case .conflictingNodeNames: "pod affinity terms conflict"
        case .hostPorts: "node(s) didn't have free ports for the requested pod ports"
        case .tooManyPods: "Too many pods"
        case .insufficient(let resource): "Insufficient \(resource)"
        case .claimInUse:
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
        case .volumeCount: "node(s) exceed max volume count"
        case .volumeZone: "node(s) had no available volume zone"
        case .volumeNodeAffinity: "node(s) didn't match PersistentVolume's node affinity"
        case .noVolumeToBind: "node(s) didn't find available persistent volumes to bind"
        case .missingVolume: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
        case .missingClaim(let name): "persistentvolumeclaim \"\(name)\" not found"
        case .unboundImmediateClaim: "pod has unbound immediate PersistentVolumeClaims"
        case .topologyLabelMissing: "node(s) didn't match pod topology spread constraints (missing required label)"
        case .topologySpread: "node(s) didn't match pod topology spread constraints"
        case .podAffinity: "node(s) didn't match pod affinity rules"
        case .podAntiAffinity: "node(s) didn't match pod anti-affinity rules"
        case .existingPodAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules"
        case .missingDeviceClaim(let name): "resourceclaim.resource.k8s.io \"\(name)\" not found"
        case .devicesElsewhere: "resourceclaim not available on the node"
        case .devicesShort: "cannot allocate all claims"
        case .other(let text): text
        }
    }
}
