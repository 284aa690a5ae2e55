extension Command: Described {
    static let schema = Schema<Command>(
        "a Command", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("action") { $1.read(&$0.action) },
            .init("target") { $1.read(&$0.target) },
            .init("reason") { $1.read(&$0.reason) },
            .init("message") { $1.read(&$0.message) },
        ])
}

extension JobTemplate: Described {
    static let schema = Schema<JobTemplate>(
        "a JobTemplate", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0.spec) },
        ])
}

extension JobFlow: Described {
    static let schema = Schema<JobFlow>(
        "a JobFlow", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<JobFlow>(
        "the spec of a JobFlow", otherKeys: .refused,
        [
            .init("flows") { $1.read(&$0.flows) },
            .init("jobRetainPolicy") { $1.read(&$0.jobRetainPolicy, oneOf: ["retain", "delete"]) },
        ])

    private static let status = Schema<JobFlow>("the status of a JobFlow", [.init("state") { $1.read(&$0, state) }])

    private static let state = Schema<JobFlow>("the state of a JobFlow", [.init("phase") { $1.read(&$0.phase) }])
}

extension JobFlowStep: Described {
    static let schema = Schema<JobFlowStep>(
        "a step of a JobFlow", otherKeys: .refused,
        [
            .init("name") { $1.read(&$0.name) },
            .init("dependsOn") { $1.read(&$0, dependency) },
            .init("patch") { $1.read(&$0, patch) },
        ])

    private static let dependency = Schema<JobFlowStep>(
        "a dependency of a JobFlow", otherKeys: .refused,
        [
            .init("targets") { $1.read(&$0.targets) },
            .init("probe") { $1.readPresence(&$0.hasProbe) },
        ])

    private static let patch = Schema<JobFlowStep>(
        "a patch of a JobFlow", otherKeys: .refused, [.init("jobSpec") { $1.read(&$0.patch) }])
}
