import KubernetesObjects

/// A node with the pods on it, in kube-scheduler's terms.
///
/// Mirrors `framework.NodeInfo` (pkg/scheduler/framework/types.go). A copy can be changed for a dry run.
public struct NodeState: Sendable {
    public let node: Node
    /// What pods may use; `podSlots` is the number of pods.
    public let allocatable: ResourceVector
    /// Sum of the pods' requests.
    public private(set) var requested = ResourceVector()
    /// Sum of the pods' milli-CPU with the scoring default for containers that name none.
    public private(set) var nonZeroMilliCPU: Int64 = 0
    /// Sum of the pods' bytes with the scoring default for containers that name none.
    public private(set) var nonZeroMemory: Int64 = 0
    /// Pods on the node, also those assumed there.
    public private(set) var pods: [PodInfo] = []
    /// How many of the pods have affinity or anti-affinity terms of any kind.
    public private(set) var podsWithAffinity = 0
    /// How many of the pods have required anti-affinity terms.
    public private(set) var podsWithRequiredAntiAffinity = 0
    private(set) var usedPorts: [HostPort] = []

    /// An empty node.
    public init(_ node: Node) {
        self.node = node
        allocatable = ResourceVector(node.allocatable)
    }

    public var name: String { node.metadata.name }

    var labels: [String: String] { node.metadata.labels }

    /// Puts a pod on the node.
    public mutating func add(_ pod: PodInfo) {
        pods.append(pod)
        count(pod, sign: 1)
        usedPorts += pod.traits.hostPorts
    }

    /// Takes the pod with this id off the node; nil where it is not there.
    @discardableResult
    public mutating func remove(_ id: String) -> PodInfo? {
        guard let index = pods.lastIndex(where: { $0.id == id }) else { return nil }
        let pod = pods.remove(at: index)
        count(pod, sign: -1)
        for port in pod.traits.hostPorts {
            if let used = usedPorts.firstIndex(of: port) { usedPorts.remove(at: used) }
        }
        return pod
    }

    private mutating func count(_ pod: PodInfo, sign: Int64) {
        requested.add(pod.traits.requests, sign: sign)
        nonZeroMilliCPU = nonZeroMilliCPU.clampedAdding(pod.traits.nonZeroMilliCPU, sign)
        nonZeroMemory = nonZeroMemory.clampedAdding(pod.traits.nonZeroMemory, sign)
        if pod.hasAffinity { podsWithAffinity += Int(sign) }
        if pod.hasRequiredAntiAffinity { podsWithRequiredAntiAffinity += Int(sign) }
    }
}
