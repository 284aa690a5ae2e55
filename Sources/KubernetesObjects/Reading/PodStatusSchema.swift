extension PodStatus: Described {
    static let schema = Schema<PodStatus>(
        "the status of a Pod",
        [
            .init("phase") { $1.read(&$0.phase, oneOf: ["Pending", "Running", "Succeeded", "Failed", "Unknown"]) },
            .init("startTime") { $1.read(&$0.startTime) },
            .init("nominatedNodeName") { $1.read(&$0.nominatedNodeName) },
            .init("reason") { $1.read(&$0.reason) },
            .init("conditions") {
                $1.read(&$0.conditions)
                $1.pools.conditions.share(&$0.conditions)
            },
            .init("containerStatuses") {
                $1.read(&$0.containerStatuses)
                $1.pools.statuses.share(&$0.containerStatuses)
            },
            .init("initContainerStatuses") {
                $1.read(&$0.initContainerStatuses)
                $1.pools.statuses.share(&$0.initContainerStatuses)
            },
            .init("resourceClaimStatuses") { status, decoder in
                var claims: [PodResourceClaim] = []
                decoder.read(&claims)
                for claim in claims { status.resourceClaimNames[claim.name] = claim.resourceClaimName }
            },
        ])
}

extension PodCondition: Described {
    static let schema = Schema<PodCondition>(
        "a condition",
        [
            .init("type") { $1.read(&$0.type) },
            .init("status") { $1.read(&$0.status) },
            .init("reason") { $1.read(&$0.reason) },
            .init("message") { $1.read(&$0.message) },
            .init("lastTransitionTime") { $1.read(&$0.lastTransitionTime) },
        ])
}

extension ContainerStatus: Described {
    static let schema = Schema<ContainerStatus>(
        "the status of a container",
        [
            .init("name") { $1.read(&$0.name) },
            .init("ready") { $1.read(&$0.ready) },
            .init("restartCount") { $1.read(&$0.restartCount) },
            .init("state") { $1.read(&$0, state) },
            .init("allocatedResources") { $1.read(&$0.allocatedResources) },
            .init("resources") { $1.read(&$0.resources) },
        ])

    private static let state = Schema<ContainerStatus>(
        "the state of a container", [.init("terminated") { $1.read(&$0, terminated) }])

    private static let terminated = Schema<ContainerStatus>(
        "the end of a container",
        [
            .init("exitCode") { $1.read(&$0.exitCode) },
            .init("finishedAt") { $1.read(&$0.finishedAt) },
        ])
}
