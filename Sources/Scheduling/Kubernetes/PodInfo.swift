import KubernetesObjects
import Quantities

/// A pod with what filters and scores need of it, computed once.
///
/// Mirrors `framework.PodInfo` (pkg/scheduler/framework/types.go).
public final class PodInfo: Sendable {
    /// The UID; `namespace/name` for a pod without one.
    public let id: String
    /// `default` where the object names none.
    public let namespace: String
    public let labels: [String: String]
    /// Whether deletion was asked for.
    public let isTerminating: Bool
    /// What pods made from one template share.
    public let traits: PodTraits
    /// Terms on other pods; nil for a pod without any.
    let terms: AffinityTerms?

    /// The facts of a pod; `sharing` are the traits of another pod whose spec asks for the same (the node it names
    /// aside).
    public init(_ pod: Pod, sharing traits: PodTraits? = nil) {
        let namespace = pod.metadata.namespace.isEmpty ? "default" : pod.metadata.namespace
        self.namespace = namespace
        id = pod.metadata.uid.isEmpty ? namespace + "/" + pod.metadata.name : pod.metadata.uid
        labels = pod.metadata.labels
        isTerminating = pod.metadata.deletionTimestamp != nil
        self.traits = traits ?? PodTraits(pod)
        terms = pod.spec.affinity.flatMap { AffinityTerms($0, namespace: namespace, labels: pod.metadata.labels) }
    }

    /// A pod without terms on other pods, which asks for what another one asks for.
    init(id: String, namespace: String, labels: [String: String], sharing traits: PodTraits) {
        self.id = id
        self.namespace = namespace
        self.labels = labels
        isTerminating = false
        self.traits = traits
        terms = nil
    }

    /// Whether other pods' placement hangs on this pod's terms, required or preferred.
    var hasAffinity: Bool { terms != nil }
    /// Whether required anti-affinity of this pod keeps others away.
    var hasRequiredAntiAffinity: Bool { terms.map { !$0.requiredAnti.isEmpty } ?? false }
    /// Whether preferred terms of this pod draw others near or away.
    var hasPreferredAffinity: Bool { terms.map { !$0.preferred.isEmpty || !$0.preferredAnti.isEmpty } ?? false }
    /// `namespace/name` of every PersistentVolumeClaim, in order, each once.
    var claims: [String] { traits.claimNames.isEmpty ? [] : traits.claimNames.map { namespace + "/" + $0 } }
}

/// What filters and scores read of a pod's spec: the same for all pods made from one template.
public final class PodTraits: Sendable {
    /// What a container that names no request counts for in scores (pkg/scheduler/util/pod_resources.go).
    static let defaultMilliCPU: Int64 = 100
    static let defaultMemory: Int64 = 200 << 20

    /// What the pod occupies on a node; `podSlots` is 0.
    public let requests: ResourceVector
    /// Milli-CPU for scoring, 100 for every container that names none.
    public let nonZeroMilliCPU: Int64
    /// Bytes for scoring, 200 MiB for every container that names none.
    public let nonZeroMemory: Int64
    let hostPorts: [HostPort]
    /// Claims in the pod's namespace, each once.
    let claimNames: [String]
    let tolerations: [Toleration]
    let nodeSelector: [String: String]
    /// nil where absent; an empty list matches no node.
    let requiredNodeTerms: [NodeSelectorTerm]?
    let preferredNodeTerms: [PreferredNodeTerm]
    let spreadConstraints: [TopologySpreadConstraint]
    /// Images of all containers, the tag `latest` added where none is given.
    let images: [String]
    let deviceClaims: [PodResourceClaim]
    /// Node the pod names; empty for none.
    let nodeName: String

    /// The traits of a pod.
    public init(_ pod: Pod) {
        let spec = pod.spec
        var requests = ResourceVector(pod.effectiveRequests())
        requests.podSlots = 0
        self.requests = requests
        (nonZeroMilliCPU, nonZeroMemory) = pod.nonZeroRequests(requests)
        hostPorts = pod.hostPorts
        var claims: [String] = []
        for volume in spec.volumes where !volume.claimName.isEmpty && !claims.contains(volume.claimName) {
            claims.append(volume.claimName)
        }
        claimNames = claims
        tolerations = spec.tolerations
        nodeSelector = spec.nodeSelector
        requiredNodeTerms = spec.affinity?.requiredNodeTerms
        preferredNodeTerms = spec.affinity?.preferredNodeTerms ?? []
        spreadConstraints = spec.topologySpreadConstraints
        images = (spec.initContainers + spec.containers).map { ImageScore.normalized($0.image) }
        deviceClaims = spec.resourceClaims
        nodeName = spec.nodeName
    }
}

/// A pod's terms on other pods.
final class AffinityTerms: Sendable {
    let required: [AffinityTerm]
    let requiredAnti: [AffinityTerm]
    let preferred: [WeightedAffinityTerm]
    let preferredAnti: [WeightedAffinityTerm]

    /// nil for an affinity to nodes only.
    init?(_ affinity: Affinity, namespace: String, labels: [String: String]) {
        func terms(_ terms: [PodAffinityTerm]) -> [AffinityTerm] {
            terms.map { AffinityTerm($0, namespace: namespace, labels: labels) }
        }
        func weighted(_ terms: [WeightedPodAffinityTerm]) -> [WeightedAffinityTerm] {
            terms.map {
                WeightedAffinityTerm(
                    weight: Int64($0.weight), term: AffinityTerm($0.term, namespace: namespace, labels: labels))
            }
        }
        required = terms(affinity.requiredPodAffinity)
        requiredAnti = terms(affinity.requiredPodAntiAffinity)
        preferred = weighted(affinity.preferredPodAffinity)
        preferredAnti = weighted(affinity.preferredPodAntiAffinity)
        if required.isEmpty, requiredAnti.isEmpty, preferred.isEmpty, preferredAnti.isEmpty { return nil }
    }
}

/// A port of the node that a pod takes.
public struct HostPort: Sendable, Hashable {
    /// `0.0.0.0` for all addresses.
    public var address: String
    /// `TCP` where the pod names none.
    public var transport: String
    public var port: Int32

    /// Whether two pods with these ports cannot share a node (pkg/scheduler/framework/types.go, HostPortInfo).
    func conflicts(with other: HostPort) -> Bool {
        port == other.port && transport == other.transport
            && (address == other.address || address == Self.anyAddress || other.address == Self.anyAddress)
    }

    static let anyAddress = "0.0.0.0"
}

/// A pod (anti-)affinity term, ready for matching.
public struct AffinityTerm: Sendable, Hashable {
    public var namespaces: Set<String>
    /// nil matches no pod.
    public var selector: LabelSelector?
    public var topologyKey: String
    /// nil adds no namespace; an empty selector adds all.
    public var namespaceSelector: LabelSelector?

    /// The term of a pod in `namespace` with `labels`.
    ///
    /// `matchLabelKeys` and `mismatchLabelKeys` become requirements, as the API server writes them into the selector
    /// when a pod is created (pkg/registry/core/pod/strategy.go).
    init(_ term: PodAffinityTerm, namespace: String, labels: [String: String]) {
        namespaces =
            term.namespaces.isEmpty && term.namespaceSelector == nil ? [namespace] : Set(term.namespaces)
        selector = term.labelSelector
        topologyKey = term.topologyKey
        namespaceSelector = term.namespaceSelector
        guard selector != nil else { return }
        for (keys, name) in [(term.matchLabelKeys, "In"), (term.mismatchLabelKeys, "NotIn")] {
            for key in keys {
                guard let value = labels[key] else { continue }
                var requirement = LabelRequirement()
                requirement.key = key
                requirement.operator = name
                requirement.values = [value]
                selector?.matchExpressions.append(requirement)
            }
        }
    }

    /// Whether a pod is meant; `namespaceLabels` are those of its namespace.
    func matches(_ pod: PodInfo, namespaceLabels: [String: String]) -> Bool {
        guard let selector else { return false }
        guard namespaces.contains(pod.namespace) || namespaceSelector?.matches(namespaceLabels) == true else {
            return false
        }
        return selector.matches(pod.labels)
    }
}

/// An affinity term with its weight.
public struct WeightedAffinityTerm: Sendable, Hashable {
    public var weight: Int64
    public var term: AffinityTerm
}

extension Pod {
    /// Ports taken on the node, of containers and restartable init containers (pkg/scheduler/util, GetHostPorts).
    fileprivate var hostPorts: [HostPort] {
        (spec.initContainers.filter { $0.restartPolicy == "Always" } + spec.containers).flatMap { container in
            container.ports.filter { $0.hostPort > 0 }.map {
                HostPort(
                    address: $0.hostIP.isEmpty ? HostPort.anyAddress : $0.hostIP,
                    transport: $0.protocol.isEmpty ? "TCP" : $0.protocol, port: $0.hostPort)
            }
        }
    }

    /// Milli-CPU and bytes for scoring: a container that names none counts as 100 m and 200 MiB.
    ///
    /// With pod-level requests the default stands in only for a resource that nothing names
    /// (pkg/scheduler/framework/types.go, calculatePodResource).
    fileprivate func nonZeroRequests(_ requests: ResourceVector) -> (milliCPU: Int64, memory: Int64) {
        var defaults: ResourceList = [
            "cpu": KubernetesQuantity(milli: PodTraits.defaultMilliCPU),
            "memory": KubernetesQuantity(PodTraits.defaultMemory, format: .binarySI),
        ]
        if let podLevel = spec.resources?.requests, !podLevel.isEmpty {
            let named = effectiveRequests()
            for name in ["cpu", "memory"] where named[name] != nil { defaults[name] = nil }
        }
        let filled = effectiveRequests(filling: defaults)
        return (filled["cpu"]?.milliValue ?? 0, filled["memory"]?.value ?? 0)
    }
}
