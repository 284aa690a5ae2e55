extension PriorityClass: Described {
    static let schema = Schema<PriorityClass>(
        "a PriorityClass",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("value") { $1.read(&$0.value) },
            .init("globalDefault") { $1.read(&$0.globalDefault) },
            .init("preemptionPolicy") { $1.read(&$0.preemptionPolicy, oneOf: policies) },
        ])

    static let policies = ["Never", "PreemptLowerPriority"]
}

extension PodDisruptionBudget: Described {
    static let schema = Schema<PodDisruptionBudget>(
        "a PodDisruptionBudget",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<PodDisruptionBudget>(
        "the spec of a PodDisruptionBudget", [.init("selector") { $1.read(&$0.selector) }])

    private static let status = Schema<PodDisruptionBudget>(
        "the status of a PodDisruptionBudget",
        [
            .init("disruptionsAllowed") { $1.read(&$0.disruptionsAllowed) },
            .init("disruptedPods") { budget, decoder in
                decoder.readNamed("a mapping from pod names") { decoder, name in
                    budget.disruptedPods.insert(name)
                    decoder.skipValue()
                }
            },
        ])
}

extension ResourceQuota: Described {
    static let schema = Schema<ResourceQuota>(
        "a ResourceQuota",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<ResourceQuota>(
        "the spec of a ResourceQuota",
        [
            .init("hard") { $1.read(&$0.specHard) },
            .init("scopes") { $1.read(&$0.scopes) },
            .init("scopeSelector") { $1.read(&$0, scopeSelector) },
        ])

    private static let scopeSelector = Schema<ResourceQuota>(
        "a scope selector", [.init("matchExpressions") { $1.read(&$0.scopeSelector) }])

    private static let status = Schema<ResourceQuota>(
        "the status of a ResourceQuota",
        [
            .init("hard") { $1.read(&$0.hard) },
            .init("used") { $1.read(&$0.used) },
        ])
}

extension Namespace: Described {
    static let schema = Schema<Namespace>("a Namespace", [.init("metadata") { $1.read(&$0.metadata) }])
}
