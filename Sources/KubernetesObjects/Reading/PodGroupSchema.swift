extension PodGroup: Described {
    static let schema = Schema<PodGroup>(
        "a PodGroup", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<PodGroup>(
        "the spec of a PodGroup", otherKeys: .refused,
        [
            .init("minMember") { $1.read(&$0.minMember) },
            .init("minTaskMember") { $1.read(&$0.minTaskMember, in: 0...Int32.max) },
            .init("minResources") { $1.read(&$0.minResources) },
            .init("queue") { $1.read(&$0.queue) },
            .init("priorityClassName") { $1.read(&$0.priorityClassName) },
            .init("networkTopology") { $1.read(&$0.networkTopology) },
            .init("subGroupPolicy") { $1.read(&$0.subGroupPolicy) },
        ])

    private static let status = Schema<PodGroup>(
        "the status of a PodGroup", otherKeys: .refused,
        [
            .init("phase") {
                $1.read(&$0.phase, oneOf: ["Pending", "Inqueue", "Running", "Unknown", "Completed"])
            },
            .init("conditions") { $1.read(&$0.conditions) },
            .init("running") { $1.read(&$0.running) },
            .init("succeeded") { $1.read(&$0.succeeded) },
            .init("failed") { $1.read(&$0.failed) },
        ])
}

extension NetworkTopology: Described {
    static let schema = Schema<NetworkTopology>(
        "a network topology", otherKeys: .refused,
        [
            .init("mode") { $1.read(&$0.mode, oneOf: ["hard", "soft"]) },
            .init("highestTierAllowed") { $1.read(&$0.highestTierAllowed) },
            .init("highestTierName") { $1.read(&$0.highestTierName) },
        ])
}

extension SubGroupPolicy: Described {
    static let schema = Schema<SubGroupPolicy>(
        "a sub-group policy", otherKeys: .refused,
        [
            .init("name") { $1.read(&$0.name) },
            .init("labelSelector") { $1.read(&$0.labelSelector) },
            .init("matchLabelKeys") { $1.read(&$0.matchLabelKeys) },
            .init("subGroupSize") { $1.read(&$0.subGroupSize) },
            .init("minSubGroups") { $1.read(&$0.minSubGroups) },
            .init("networkTopology") { $1.read(&$0.networkTopology) },
        ])
}
