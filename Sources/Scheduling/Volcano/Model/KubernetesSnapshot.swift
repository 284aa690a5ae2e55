import KubernetesObjects

/// Pods and nodes of a snapshot as Kubernetes' filters and scores see them (upstream: `plugins/util`,
/// GenerateNodeMapAndSlice: each node with the pods of all its tasks).
struct KubernetesSnapshot: Sendable {
    /// By task.
    let pods: ContiguousArray<PodInfo>
    let cluster: ClusterState

    /// Pods on nodes that are kept up to date elsewhere (`LiveCluster`).
    init(pods: ContiguousArray<PodInfo>, cluster: ClusterState) {
        self.pods = pods
        self.cluster = cluster
    }

    init(_ objects: ObjectSet, tasks: ContiguousArray<TaskInfo>, nodes: ContiguousArray<NodeInfo>) {
        var traits: [PodTraits?] = Array(repeating: nil, count: Int(tasks.map(\.shape).max() ?? -1) + 1)
        var pods: ContiguousArray<PodInfo> = []
        pods.reserveCapacity(tasks.count)
        for task in tasks {
            let pod = objects.pods[Int(task.pod)]
            let info = PodInfo(pod, sharing: task.shape >= 0 ? traits[Int(task.shape)] : nil)
            // Claims for devices are not part of a shape.
            if task.shape >= 0, pod.spec.resourceClaims.isEmpty { traits[Int(task.shape)] = info.traits }
            pods.append(info)
        }
        var cluster = ClusterState(
            nodes: nodes.map { objects.nodes[Int($0.object)] }, namespaces: objects.namespaces,
            volumes: objects.volumes, devices: objects.devices)
        for node in nodes {
            for task in node.tasks { cluster.add(pods[Int(task.index)], toNodeAt: Int(node.id.index)) }
        }
        cluster.freezeAffinityNodes()
        self.pods = pods
        self.cluster = cluster
    }
}
