import KubernetesObjects

/// A node with the pods on it, in kube-scheduler's terms.
///
/// Mirrors `framework.NodeInfo` (pkg/scheduler/framework/types.go). A copy costs one reference count and can be changed
/// for a dry run.
public struct NodeState: Sendable {
    private var storage: Storage

    /// What a node holds; shared by copies until one of them changes.
    private final class Storage: @unchecked Sendable {
        let node: Node
        let allocatable: ResourceVector
        var requested = ResourceVector()
        var nonZeroMilliCPU: Int64 = 0
        var nonZeroMemory: Int64 = 0
        var pods: [PodInfo] = []
        var podsWithAffinity = 0
        var podsWithRequiredAntiAffinity = 0
        var usedPorts: [HostPort] = []

        init(_ node: Node, _ allocatable: ResourceVector) {
            self.node = node
            self.allocatable = allocatable
        }

        func copy() -> Storage {
            let copy = Storage(node, allocatable)
            copy.requested = requested
            (copy.nonZeroMilliCPU, copy.nonZeroMemory) = (nonZeroMilliCPU, nonZeroMemory)
            copy.pods = pods
            copy.podsWithAffinity = podsWithAffinity
            copy.podsWithRequiredAntiAffinity = podsWithRequiredAntiAffinity
            copy.usedPorts = usedPorts
            return copy
        }

        func count(_ pod: PodInfo, sign: Int64) {
            requested.add(pod.traits.requests, sign: sign)
            nonZeroMilliCPU = nonZeroMilliCPU.clampedAdding(pod.traits.nonZeroMilliCPU, sign)
            nonZeroMemory = nonZeroMemory.clampedAdding(pod.traits.nonZeroMemory, sign)
            if pod.hasAffinity { podsWithAffinity += Int(sign) }
            if pod.hasRequiredAntiAffinity { podsWithRequiredAntiAffinity += Int(sign) }
        }
    }

    /// An empty node.
    public init(_ node: Node) { storage = Storage(node, ResourceVector(node.allocatable)) }

    /// A node with `pods`, of which the sums are known; none of them has terms on other pods or host ports.
    init(_ node: Node, requested: ResourceVector, nonZeroMilliCPU: Int64, nonZeroMemory: Int64, pods: [PodInfo]) {
        self.init(node)
        storage.requested = requested
        (storage.nonZeroMilliCPU, storage.nonZeroMemory) = (nonZeroMilliCPU, nonZeroMemory)
        storage.pods = pods
    }

    public var node: Node { _read { yield storage.node } }
    public var name: String { storage.node.metadata.name }
    var labels: [String: String] { storage.node.metadata.labels }
    /// What pods may use; `podSlots` is the number of pods.
    public var allocatable: ResourceVector { _read { yield storage.allocatable } }
    /// Sum of the pods' requests.
    public var requested: ResourceVector { _read { yield storage.requested } }
    /// Sum of the pods' milli-CPU with the scoring default for containers that name none.
    public var nonZeroMilliCPU: Int64 { storage.nonZeroMilliCPU }
    /// Sum of the pods' bytes with the scoring default for containers that name none.
    public var nonZeroMemory: Int64 { storage.nonZeroMemory }
    /// Pods on the node, also those assumed there.
    public var pods: [PodInfo] { _read { yield storage.pods } }
    /// How many of the pods have affinity or anti-affinity terms of any kind.
    public var podsWithAffinity: Int { storage.podsWithAffinity }
    /// How many of the pods have required anti-affinity terms.
    public var podsWithRequiredAntiAffinity: Int { storage.podsWithRequiredAntiAffinity }
    var usedPorts: [HostPort] { _read { yield storage.usedPorts } }

    /// Puts a pod on the node.
    public mutating func add(_ pod: PodInfo) {
        makeUnique()
        storage.pods.append(pod)
        storage.count(pod, sign: 1)
        storage.usedPorts += pod.traits.hostPorts
    }

    /// Takes the pod with this id off the node; nil where it is not there.
    @discardableResult
    public mutating func remove(_ id: String) -> PodInfo? {
        guard let index = storage.pods.lastIndex(where: { $0.id == id }) else { return nil }
        makeUnique()
        let pod = storage.pods.remove(at: index)
        storage.count(pod, sign: -1)
        for port in pod.traits.hostPorts {
            if let used = storage.usedPorts.firstIndex(of: port) { storage.usedPorts.remove(at: used) }
        }
        return pod
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    }
}
