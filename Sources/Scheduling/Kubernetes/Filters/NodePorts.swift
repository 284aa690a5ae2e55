/// NodePorts (plugins/nodeports): host ports of pods on one node must not collide.
enum NodePorts {
    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        let collides = pod.traits.hostPorts.contains { wanted in node.usedPorts.contains { $0.conflicts(with: wanted) }
        }
        return collides ? .unschedulable(.hostPorts, .nodePorts) : .success
    }
}
