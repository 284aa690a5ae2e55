extension Queue: Described {
    static let schema = Schema<Queue>(
        "a Queue", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<Queue>(
        "the spec of a Queue", otherKeys: .refused,
        [
            .init("weight") { $1.read(&$0.weight) },
            .init("capability") { $1.read(&$0.capability) },
            .init("deserved") { $1.read(&$0.deserved) },
            .init("guarantee") { $1.read(&$0, guarantee) },
            .init("reclaimable") { $1.read(&$0.reclaimable) },
            .init("priority") { $1.read(&$0.priority) },
            .init("parent") { $1.read(&$0.parent) },
            .init("affinity") { $1.read(&$0.affinity) },
            .init("dequeueStrategy") { $1.read(&$0.dequeueStrategy, oneOf: ["fifo", "traverse"]) },
        ])

    private static let guarantee = Schema<Queue>(
        "the guarantee of a Queue", otherKeys: .refused, [.init("resource") { $1.read(&$0.guarantee) }])

    private static let status = Schema<Queue>(
        "the status of a Queue", otherKeys: .refused,
        [
            .init("state") { $1.read(&$0.state, oneOf: ["Open", "Closed", "Closing", "Unknown"]) },
            .init("allocated") { $1.read(&$0.allocated) },
        ])
}

extension QueueAffinity: Described {
    static let schema = Schema<QueueAffinity>(
        "the affinity of a Queue", otherKeys: .refused,
        [
            .init("nodeGroupAffinity") { $1.read(&$0, affinity) },
            .init("nodeGroupAntiAffinity") { $1.read(&$0, antiAffinity) },
        ])

    private static let affinity = Schema<QueueAffinity>(
        "a node group affinity", otherKeys: .refused,
        [
            .init("requiredDuringSchedulingIgnoredDuringExecution") { $1.read(&$0.requiredGroups) },
            .init("preferredDuringSchedulingIgnoredDuringExecution") { $1.read(&$0.preferredGroups) },
        ])

    private static let antiAffinity = Schema<QueueAffinity>(
        "a node group anti-affinity", otherKeys: .refused,
        [
            .init("requiredDuringSchedulingIgnoredDuringExecution") { $1.read(&$0.requiredAntiGroups) },
            .init("preferredDuringSchedulingIgnoredDuringExecution") { $1.read(&$0.preferredAntiGroups) },
        ])
}
