import ClusterModel
import KubernetesObjects
import Quantities

/// All that filters and scores of the default profile can tell two nodes of cards apart by, as long as pods come from
/// `CardObjects`: the pool, and sums over the pods.
struct NodeLoad: Hashable, Sendable, BitwiseCopyable {
    let pool: Int32
    private(set) var pods: Int32 = 0
    private var gpus: Int32 = 0
    private var nics: Int32 = 0
    private var cpuMilli: Int64 = 0
    private var memory: Int64 = 0
    private var ephemeral: Int64 = 0
    /// Pods that name no CPU, and no memory, which scores count with a default.
    private var withoutCPU: Int32 = 0
    private var withoutMemory: Int32 = 0

    /// An empty node of a pool.
    init(pool: PoolID) { self.pool = Int32(pool.position) }

    /// Counts a pod in (`sign` 1) or out (-1).
    mutating func count(_ allocation: Allocation, _ sign: Int32) {
        pods += sign
        if allocation.holdsWholeGPUs { gpus += sign * Int32(allocation.gpuCount) }
        nics += sign * allocation.rdmaNICs
        cpuMilli += Int64(sign) * allocation.cpuMilli
        memory += Int64(sign) * allocation.memoryBytes
        ephemeral += Int64(sign) * allocation.ephemeralBytes
        if allocation.cpuMilli == 0 { withoutCPU += sign }
        if allocation.memoryBytes == 0 { withoutMemory += sign }
    }

    /// The node with that load, in kube-scheduler's terms. `pod` stands in for each of the pods, of which only their
    /// number is read.
    func state(_ node: KubernetesObjects.Node, pod: PodInfo) -> NodeState {
        var requested = ResourceVector()
        requested.milliCPU = cpuMilli
        requested.memory = memory
        requested.ephemeralStorage = ephemeral
        var scalars = ResourceList()
        scalars["nvidia.com/gpu"] = KubernetesQuantity(Int64(gpus))
        scalars["rdma/hca"] = KubernetesQuantity(Int64(nics))
        requested.add(ResourceVector(scalars))
        return NodeState(
            node, requested: requested,
            nonZeroMilliCPU: cpuMilli + Int64(withoutCPU) * PodTraits.defaultMilliCPU,
            nonZeroMemory: memory + Int64(withoutMemory) * PodTraits.defaultMemory,
            pods: Array(repeating: pod, count: max(0, Int(pods))))
    }
}
