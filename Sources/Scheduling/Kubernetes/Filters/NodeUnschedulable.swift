import KubernetesObjects

/// NodeUnschedulable (plugins/nodeunschedulable): a cordoned node, unless the pod tolerates the mark as a taint.
enum NodeUnschedulable {
    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        guard node.node.unschedulable else { return .success }
        var mark = Taint()
        mark.key = "node.kubernetes.io/unschedulable"
        mark.effect = "NoSchedule"
        return pod.traits.tolerations.contains { $0.tolerates(mark) }
            ? .success : .unresolvable(.nodeUnschedulable, .nodeUnschedulable)
    }
}
