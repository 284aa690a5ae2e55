import KubernetesObjects

/// The nodes with their pods, and the other objects that filters and scores look at.
///
/// Mirrors the scheduler's snapshot (pkg/scheduler/backend/cache/snapshot.go). Pods are added and removed as a scheduler
/// assumes, binds and evicts them.
public struct ClusterState: Sendable {
    /// In the order given.
    public private(set) var nodes: [NodeState]
    /// Namespace to its labels.
    public let namespaceLabels: [String: [String: String]]
    let volumes: VolumeCatalog
    public internal(set) var devices: DeviceCatalog
    let images: ImageCatalog
    private let indexByName: [String: Int]
    private(set) var affinityCounts = AffinityCounts()
    /// Nodes searched for the terms of pods that run there; nil: those that have such pods now.
    private var affinityNodes: (any: [Int], antiAffinity: [Int])?

    /// A cluster of empty nodes. Of nodes with one name only the first counts.
    public init(
        nodes: [Node], namespaces: [Namespace] = [], volumes: VolumeObjects = VolumeObjects(),
        devices: DeviceObjects = DeviceObjects()
    ) {
        var states: [NodeState] = []
        var index: [String: Int] = [:]
        for node in nodes where index[node.metadata.name] == nil {
            index[node.metadata.name] = states.count
            states.append(NodeState(node))
        }
        self.nodes = states
        indexByName = index
        namespaceLabels = Dictionary(
            namespaces.map { ($0.metadata.name, $0.metadata.labels) }, uniquingKeysWith: { first, _ in first })
        self.volumes = VolumeCatalog(volumes)
        self.devices = DeviceCatalog(devices)
        images = ImageCatalog(states.map(\.node))
    }

    /// The place of a node in `nodes`.
    public func index(of name: String) -> Int? { indexByName[name] }

    /// Puts a pod on a node.
    public mutating func add(_ pod: PodInfo, toNodeAt index: Int) {
        nodes[index].add(pod)
        count(pod, sign: 1)
    }

    /// Takes a pod off a node; nil where it is not there.
    @discardableResult
    public mutating func remove(_ id: String, fromNodeAt index: Int) -> PodInfo? {
        guard let pod = nodes[index].remove(id) else { return nil }
        count(pod, sign: -1)
        return pod
    }

    private mutating func count(_ pod: PodInfo, sign: Int) {
        guard pod.hasAffinity else { return }
        affinityCounts.any += sign
        if pod.hasRequiredAntiAffinity { affinityCounts.requiredAnti += sign }
        if pod.hasPreferredAffinity { affinityCounts.preferred += sign }
    }

    /// No nodes.
    static let empty = ClusterState(nodes: [])

    /// Puts a node back as it was; `restore` of the counts must follow.
    mutating func restore(_ node: NodeState, at index: Int) { nodes[index] = node }

    /// Puts back what goes with the nodes.
    mutating func restore(_ affinityCounts: AffinityCounts, _ devices: DeviceCatalog) {
        self.affinityCounts = affinityCounts
        self.devices = devices
    }

    /// From now on looks for terms of running pods only on nodes that have such pods at this moment.
    ///
    /// Volcano lists these nodes when a session opens and does not extend the lists afterwards
    /// (pkg/scheduler/plugins/util/k8s/snapshot.go); the pods on the listed nodes are looked at as they are.
    public mutating func freezeAffinityNodes() {
        affinityNodes = (
            nodes.indices.filter { nodes[$0].podsWithAffinity > 0 },
            nodes.indices.filter { nodes[$0].podsWithRequiredAntiAffinity > 0 }
        )
    }

    /// Whether a pod on a node may have terms, required or preferred, that bear on other pods.
    public var hasPodsWithAffinity: Bool { affinityCounts.any > 0 }

    /// Whether a pod on a node has preferred terms that bear on other pods.
    public var hasPodsWithPreferredAffinity: Bool { affinityCounts.preferred > 0 }
    /// Whether a pod on a node has required anti-affinity terms.
    var hasPodsWithRequiredAntiAffinity: Bool { affinityCounts.requiredAnti > 0 }

    /// Nodes to search for running pods with (anti-)affinity terms, ascending.
    var nodesWithAffinity: [Int] {
        if affinityCounts.any == 0 { return [] }
        return affinityNodes?.any ?? nodes.indices.filter { nodes[$0].podsWithAffinity > 0 }
    }

    /// Nodes to search for running pods with required anti-affinity terms, ascending.
    var nodesWithRequiredAntiAffinity: [Int] {
        if affinityCounts.requiredAnti == 0 { return [] }
        return affinityNodes?.antiAffinity ?? nodes.indices.filter { nodes[$0].podsWithRequiredAntiAffinity > 0 }
    }

    /// Labels of a namespace; none for an unknown one.
    func labels(ofNamespace name: String) -> [String: String] { namespaceLabels[name] ?? [:] }

    /// A term of the pod that is being placed, its namespace selector replaced by the namespaces it selects
    /// (interpodaffinity/plugin.go, mergeAffinityTermNamespacesIfNotEmpty).
    func resolvingNamespaces(_ term: AffinityTerm) -> AffinityTerm {
        guard let selector = term.namespaceSelector, !selector.isEmpty else { return term }
        var term = term
        term.namespaces.formUnion(namespaceLabels.filter { selector.matches($0.value) }.keys)
        term.namespaceSelector = nil
        return term
    }
}

/// Pods on nodes that have (anti-)affinity terms: all of them, those with required anti-affinity, and with preferred terms.
struct AffinityCounts: Sendable, BitwiseCopyable {
    var any = 0
    var requiredAnti = 0
    var preferred = 0
}
