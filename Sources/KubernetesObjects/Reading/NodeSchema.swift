extension Node: Described {
    static let schema = Schema<Node>(
        "a Node",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ],
        finish: { node, _, _ in
            // As the API server and the kubelet have it: one defaults to the other.
            if node.capacity.isEmpty { node.capacity = node.allocatable }
            if node.allocatable.isEmpty { node.allocatable = node.capacity }
        })

    private static let spec = Schema<Node>(
        "the spec of a Node",
        [
            .init("unschedulable") { $1.read(&$0.unschedulable) },
            .init("taints") { $1.read(&$0.taints) },
        ])

    private static let status = Schema<Node>(
        "the status of a Node",
        [
            .init("allocatable") { $1.read(&$0.allocatable) },
            .init("capacity") { $1.read(&$0.capacity) },
            .init("conditions") { $1.read(&$0.conditions) },
            .init("images") {
                $1.read(&$0.images)
                $1.pools.images.share(&$0.images)
            },
        ])
}

extension Taint: Described {
    static let schema = Schema<Taint>(
        "a taint",
        [
            .init("key") { $1.read(&$0.key) },
            .init("value") { $1.read(&$0.value) },
            .init("effect") { $1.read(&$0.effect, oneOf: effects) },
        ])

    static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
}

extension NodeCondition: Described {
    static let schema = Schema<NodeCondition>(
        "a condition of a node",
        [
            .init("type") { $1.read(&$0.type) },
            .init("status") { $1.read(&$0.status) },
        ])
}

extension NodeImage: Described {
    static let schema = Schema<NodeImage>(
        "an image of a node",
        [
            .init("names") { $1.read(&$0.names) },
            .init("sizeBytes") { $1.read(&$0.sizeBytes) },
        ])
}
