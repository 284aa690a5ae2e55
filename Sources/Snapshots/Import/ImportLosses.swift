import KubernetesObjects

/// What a job asks for that no scenario can say.
struct JobLosses {
    private let source: JobSource
    private let roles: [JobRole]

    init(_ source: JobSource, _ roles: [JobRole]) { (self.source, self.roles) = (source, roles) }

    func note(_ notes: inout ImportNotes) {
        for text in texts { notes.note("job", text, source.key) }
    }

    private var texts: [String] {
        if roles.contains(where: \.isGuessed) {
            return [
                "pods not made yet: equal shares of minResources, every taint tolerated, no selector (Volcano Jobs in the dump would tell)"
            ]
        }
        let asked = Set(roles.flatMap(\.request.others)).sorted()
        var texts = asked.map { "requests for \($0) are not carried over" }
        let specs = roles.map(\.pod.spec)
        let affinities = specs.compactMap(\.affinity)
        func lost(_ isLost: Bool, _ what: String) { if isLost { texts.append(what + " not carried over") } }
        lost(roles.contains(where: \.rules.namesNodes), "names of single nodes in selectors and affinity are")
        lost(affinities.contains { !$0.preferredNodeTerms.isEmpty }, "preferred node affinity is")
        lost(
            affinities.contains { !$0.requiredPodAffinity.isEmpty || !$0.preferredPodAffinity.isEmpty },
            "pod affinity is")
        lost(
            affinities.contains { !$0.requiredPodAntiAffinity.isEmpty || !$0.preferredPodAntiAffinity.isEmpty },
            "pod anti-affinity is")
        lost(specs.contains { !$0.topologySpreadConstraints.isEmpty }, "topology spread constraints are")
        lost(specs.contains { $0.volumes.contains { !$0.claimName.isEmpty } }, "volume claims are")
        lost(specs.contains { !$0.resourceClaims.isEmpty }, "device claims are")
        lost(
            specs.contains { $0.containers.contains { $0.ports.contains { $0.hostPort > 0 } } || $0.hostNetwork },
            "host ports are")
        lost(specs.contains { $0.preemptionPolicy == "Never" }, "preemptionPolicy Never is")
        lost(source.group?.networkTopology != nil, "networkTopology (see spec.clusters[0].scheduler.topology) is")
        lost(source.group?.subGroupPolicy.isEmpty == false, "sub-groups are")
        lost(source.job?.spec.tasks.contains { $0.dependsOn != nil } == true, "dependencies between tasks are")
        let restarts = source.pods.contains { $0.status.containerStatuses.contains { $0.restartCount > 0 } }
        if restarts || (source.job?.status.retryCount ?? 0) > 0 {
            texts.append("was restarted: the run counts from the last start of its pods")
        }
        if roles.contains(where: { $0.minimum == 0 }) {
            texts.append("a role of which no pod is required: one is, in the scenario")
        }
        let ages = source.group?.metadata.annotations ?? [:]
        for key in ages.keys.sorted() where Self.deciding.contains(key) {
            texts.append("annotation \(key) is not carried over")
        }
        return texts
    }

    /// Annotations of PodGroups by which plugins decide.
    private static let deciding: Set<String> = [
        "sla-waiting-time", "volcano.sh/sla-waiting-time", "volcano.sh/revocable-zone", "volcano.sh/jdb-min-available",
        "volcano.sh/jdb-max-unavailable", "volcano.sh/task-topology-affinity",
        "volcano.sh/task-topology-anti-affinity", "volcano.sh/task-topology-task-order", "volcano.sh/cooldown-time",
    ]
}

/// What a dump holds besides that no scenario can say.
struct ImportLosses {
    private let objects: ObjectSet
    private let sources: JobSources
    private let skipped: [(kind: String, count: Int)]

    init(_ objects: ObjectSet, _ sources: JobSources, _ skipped: [(kind: String, count: Int)]) {
        (self.objects, self.sources, self.skipped) = (objects, sources, skipped)
    }

    func note(_ notes: inout ImportNotes) {
        for (namespace, count) in sources.others.sorted(by: { $0.key < $1.key }) {
            notes.note("pod", "of other schedulers and without GPUs, left out", namespace, count: count)
        }
        let daemons = sources.daemons.values.reduce(0) { $0 + $1.count }
        notes.note(
            "pod", "of DaemonSets and of the nodes themselves: what they ask for is taken off inline machines",
            count: daemons)
        let unused: [(kind: String, count: Int)] = [
            ("HyperNode", objects.hyperNodes.count), ("PodDisruptionBudget", objects.disruptionBudgets.count),
            ("ResourceQuota", objects.resourceQuotas.count), ("Numatopology", objects.numatopologies.count),
            ("CronJob", objects.cronJobs.count), ("JobFlow", objects.jobFlows.count),
            ("JobTemplate", objects.jobTemplates.count), ("Command", objects.commands.count),
            ("PersistentVolumeClaim", objects.volumes.claims.count),
            ("PersistentVolume", objects.volumes.volumes.count), ("StorageClass", objects.volumes.classes.count),
            ("CSINode", objects.volumes.csiNodes.count), ("ResourceClaim", objects.devices.claims.count),
            ("ResourceSlice", objects.devices.slices.count), ("DeviceClass", objects.devices.classes.count),
            ("ResourceClaimTemplate", objects.devices.templates.count),
        ]
        for (kind, count) in unused { notes.note("object", "\(kind), not carried over", count: count) }
        for (kind, count) in skipped { notes.note("object", "\(kind), decides nothing here", count: count) }
    }
}
