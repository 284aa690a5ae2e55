import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Workloads

/// One pod of a packing replay.
public struct PackedPod: Hashable, Sendable {
    /// What it asks of its node.
    public var request: ResourceRequest
    /// Pools whose GPU model it accepts, one bit each.
    public var pools: UInt64

    /// A pod that may run in `pools`.
    public init(request: ResourceRequest, pools: UInt64 = .max) {
        self.request = request
        self.pools = pools
    }
}

/// A cluster, the pods that stand for its workload, and what is typical among them.
public struct PackingWorkload: Sendable {
    /// The cluster; nothing in it is taken at the start.
    public var cluster: Cluster
    /// The pods, in the order of the list.
    public var pods: [PackedPod]
    /// What fragmentation is measured against.
    public var typicalPods: [TypicalPod]

    /// A workload as given.
    public init(cluster: Cluster, pods: [PackedPod], typicalPods: [TypicalPod]) {
        self.cluster = cluster
        self.pods = pods
        self.typicalPods = typicalPods
    }

    /// An openb pod list on the cluster of an openb node list.
    ///
    /// Nodes that are alike make a pool, in order of first appearance. Throws if the node list makes no valid cluster
    /// (no nodes, or more than 64 kinds of them). The names of GPU models are compared as they are written.
    public init(nodes: [OpenbNode], pods list: OpenbPodList) throws(ClusterError) {
        var models: [String] = []
        (cluster, models) = try Self.cluster(of: nodes)
        let allPools: UInt64 = models.count >= 64 ? .max : (1 << UInt64(models.count)) - 1
        let masks = list.gpuModelSets.map { allowed in
            allowed.isEmpty
                ? allPools
                : models.indices.reduce(UInt64(0)) { $0 | (allowed.contains(models[$1]) ? 1 << UInt64($1) : 0) }
        }
        pods = []
        var census = TypicalPodCensus()
        for pod in list.pods {
            // A model is asked of the GPUs only; pods without GPU may run anywhere.
            let set = pod.gpus == 0 ? 0 : Int(pod.gpuModels)
            pods.append(PackedPod(request: pod.request, pools: masks[set]))
            census.count(pod.request, pools: masks[set], models: list.gpuModelSets[set])
        }
        typicalPods = census.typicalPods()
    }

    /// The cluster, and the GPU model of each pool.
    private static func cluster(of nodes: [OpenbNode]) throws(ClusterError) -> (Cluster, [String]) {
        struct Kind: Hashable {
            var cpuMilli: Int64
            var memoryMiB: Int64
            var gpus: Int32
            var model: String
        }
        var poolOf: [Kind: Int] = [:]
        var kinds: [Kind] = []
        var names: [[String]] = []
        for node in nodes {
            let kind = Kind(
                cpuMilli: node.cpuMilli, memoryMiB: node.memoryMiB, gpus: node.gpus,
                model: node.gpus == 0 ? "" : node.model)
            let pool = poolOf[kind] ?? kinds.count
            if pool == kinds.count {
                poolOf[kind] = pool
                kinds.append(kind)
                names.append([])
            }
            names[pool].append(node.name)
        }
        var builder = ClusterBuilder(name: "openb")
        for (kind, names) in zip(kinds, names) {
            let cores = Double(kind.cpuMilli) / 1000
            let name = "\(kind.gpus)x\(kind.model.isEmpty ? "cpu" : kind.model)-\(cores)c-\(kind.memoryMiB / 1024)g"
            let shape = NodeShape(
                name: name, cpuMilli: kind.cpuMilli, memoryBytes: kind.memoryMiB << 20,
                gpuModel: kind.gpus == 0 ? nil : builder.catalogue.gpuAddingUnknown(named: kind.model),
                gpuCount: Int(kind.gpus))
            builder.add(NodePool(name: name, count: names.count, shape: shape, nodeNames: names))
        }
        return (try builder.build(), kinds.map(\.model))
    }

    /// Thousandths of a GPU installed.
    public var capacityMilli: Int64 { Int64(cluster.totalGPUs) * 1000 }

    /// The pods in order of arrival, brought to `ratio` times the GPUs installed.
    ///
    /// pkg/simulator/core.go and simulator.go of the FGD authors (`SortClusterPods`, `TunePodsByNodeTotalResource`):
    /// the list is shuffled; then pods drawn from it with replacement are added at the end, as long as the next would
    /// not pass the target (of a pod on several GPUs only one is counted in that test, as there); or, if the list
    /// asks for too much, pods are taken out at random.
    public func arrivals(ratio: Double, seed: UInt64) -> [PackedPod] {
        var random = RandomStream(seed: seed, name: "pod arrivals")
        var arriving = pods
        for index in stride(from: arriving.count - 1, to: 0, by: -1) {
            arriving.swapAt(index, random.below(index + 1))
        }
        let target = ratio * Double(capacityMilli)
        var demand = arriving.reduce(0) { $0 + $1.request.totalGPUMilli }
        guard demand > 0 else { return arriving }
        while Double(demand) > target, !arriving.isEmpty {
            demand -= arriving.remove(at: random.below(arriving.count)).request.totalGPUMilli
        }
        guard arriving.count == pods.count else { return arriving }
        while true {
            let pod = pods[random.below(pods.count)]
            if Double(demand + Int64(pod.request.gpuMilli)) > target { return arriving }
            demand += pod.request.totalGPUMilli
            arriving.append(pod)
        }
    }

    /// A place for every node when scores are equal: a new order for every seed, as the authors' simulator renames
    /// the nodes at random and takes the lexicographically first of equals.
    public func nodeOrder(seed: UInt64) -> [Int32] {
        var random = RandomStream(seed: seed, name: "node order")
        var order = (0..<Int32(cluster.nodeCount)).map { $0 }
        for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, random.below(index + 1)) }
        return order
    }
}
