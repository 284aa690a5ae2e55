/// NodeName (plugins/nodename): a pod that names its node fits nowhere else.
enum NodeName {
    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        let wanted = pod.traits.nodeName
        return wanted.isEmpty || wanted == node.name ? .success : .unresolvable(.nodeName, .nodeName)
    }
}
