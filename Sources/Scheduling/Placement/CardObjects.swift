import ClusterModel
import KubernetesObjects
import Quantities

/// The Kubernetes objects that stand for a cluster of cards and for what its ledger hands out.
///
/// Whole GPUs are `nvidia.com/gpu`, network cards `rdma/hca`, local NVMe `ephemeral-storage`. Parts of GPUs and MIG
/// slices have no resource here: which GPU has room for them only the ledger knows.
public enum CardObjects {
    /// Most pods on a node: the kubelet's default.
    public static let podsPerNode: Int64 = 110
    /// Label with the name of a node's pool.
    public static let poolLabel = "orrery.dev/pool"

    /// One object for every node of the cluster, in the cluster's order.
    public static func nodes(of cluster: Cluster) -> [KubernetesObjects.Node] {
        cluster.nodes.map { node($0, of: cluster) }
    }

    /// The object of one node: name, labels and taints of its pool, host name, and all it has as allocatable.
    public static func node(_ id: NodeID, of cluster: Cluster) -> KubernetesObjects.Node {
        var node = KubernetesObjects.Node()
        node.metadata.name = cluster.nodeName(id)
        for label in cluster.labels(of: id) { node.metadata.labels[label.key] = label.value }
        node.metadata.labels["kubernetes.io/hostname"] = cluster.nodeName(id)
        node.metadata.labels[poolLabel] = cluster.pools[cluster.pool(of: id).position].name
        node.taints = cluster.taints(of: id).map { taint in
            var object = KubernetesObjects.Taint()
            (object.key, object.value, object.effect) = (taint.key, taint.value, taint.effect.rawValue)
            return object
        }
        let shape = cluster.shape(of: id)
        node.allocatable = resources(
            cpuMilli: shape.cpuMilli, memory: shape.memoryBytes, gpus: Int64(shape.gpuCount), nics: Int64(shape.nics),
            ephemeral: Int64(shape.localStorage.rawValue))
        node.allocatable["pods"] = KubernetesQuantity(podsPerNode)
        node.capacity = node.allocatable
        return node
    }

    /// A pod of one container with this request that may run in `pools` (one bit each): it tolerates all their taints
    /// and asks for one of them by label.
    public static func pod(
        named name: String, _ request: ResourceRequest, pools: UInt64, of cluster: Cluster
    ) -> KubernetesObjects.Pod {
        var pod = KubernetesObjects.Pod()
        pod.metadata.name = name
        var container = KubernetesObjects.Container()
        container.name = "main"
        container.resources.requests = resources(
            cpuMilli: request.cpuMilli, memory: request.memoryBytes, gpus: Int64(request.wholeGPUs),
            nics: Int64(request.rdmaNICs), ephemeral: request.ephemeralBytes)
        pod.spec.containers = [container]
        let allowed = cluster.pools.indices.filter { pools >> UInt64($0) & 1 == 1 }
        if allowed.count < cluster.pools.count {
            var requirement = LabelRequirement()
            requirement.key = poolLabel
            requirement.operator = "In"
            requirement.values = allowed.map { cluster.pools[$0].name }
            var term = NodeSelectorTerm()
            term.matchExpressions = [requirement]
            var affinity = Affinity()
            affinity.requiredNodeTerms = [term]
            pod.spec.affinity = affinity
        }
        for taint in allowed.flatMap({ cluster.pools[$0].taints }) {
            var toleration = Toleration()
            toleration.key = taint.key
            toleration.operator = "Equal"
            toleration.value = taint.value
            toleration.effect = taint.effect.rawValue
            if !pod.spec.tolerations.contains(toleration) { pod.spec.tolerations.append(toleration) }
        }
        return pod
    }

    /// Nodes in the order in which kube-scheduler walks them: one of every zone in turn, zones and their nodes in the
    /// cluster's order (pkg/scheduler/backend/cache/node_tree.go).
    public static func searchOrder(of cluster: Cluster) -> [NodeID] {
        var zones: [(key: [String], nodes: [NodeID])] = []
        for pool in cluster.poolIDs {
            let key = zone(of: cluster.pools[pool.position])
            let place = zones.firstIndex { $0.key == key } ?? zones.count
            if place == zones.count { zones.append((key, [])) }
            zones[place].nodes += cluster.nodes(in: pool)
        }
        let longest = zones.map(\.nodes.count).max() ?? 0
        return (0..<longest).flatMap { turn in zones.compactMap { turn < $0.nodes.count ? $0.nodes[turn] : nil } }
    }

    /// Region and zone by label, the labels before Kubernetes 1.17 first (k8s.io/component-helpers/node/topology).
    private static func zone(of pool: NodePool) -> [String] {
        ["region", "zone"].map { level in
            ["failure-domain.beta.kubernetes.io/", "topology.kubernetes.io/"].lazy.compactMap { prefix in
                pool.labels.first { $0.key == prefix + level }?.value
            }.first ?? ""
        }
    }

    /// A resource list with what is not zero.
    private static func resources(
        cpuMilli: Int64, memory: Int64, gpus: Int64, nics: Int64, ephemeral: Int64
    ) -> ResourceList {
        var list = ResourceList()
        if cpuMilli > 0 { list["cpu"] = KubernetesQuantity(milli: cpuMilli) }
        if memory > 0 { list["memory"] = KubernetesQuantity(memory, format: .binarySI) }
        if gpus > 0 { list["nvidia.com/gpu"] = KubernetesQuantity(gpus) }
        if nics > 0 { list["rdma/hca"] = KubernetesQuantity(nics) }
        if ephemeral > 0 { list["ephemeral-storage"] = KubernetesQuantity(ephemeral, format: .binarySI) }
        return list
    }
}
