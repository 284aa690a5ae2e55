import KubernetesObjects

/// Gives a PodGroup to every pod of the scheduler that has none (upstream: pkg/controllers/podgroup).
///
/// The group is owned by the pod's controller, so that all its pods share it, or by the pod itself; it stays when its pods
/// have ended.
struct PodGroupController: Sendable {
    /// Pods of these schedulers get a PodGroup.
    var schedulerNames: Set<String> = ["volcano"]
    private var waiting: [String] = []

    init() {}

    mutating func observe(_ change: Change) {
        guard case .pod(let change) = change, change.isCreation, let pod = change.new else { return }
        guard schedulerNames.contains(pod.spec.schedulerName),
            pod.metadata.annotations[JobKeys.groupName, default: ""].isEmpty
        else { return }
        waiting.append(pod.key)
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        guard !waiting.isEmpty else { return false }
        for key in waiting {
            guard let pod = store.pods[key], pod.metadata.annotations[JobKeys.groupName, default: ""].isEmpty else {
                continue
            }
            let group = pod.ownPodGroup
            if !store.podGroups.contains(group.key) { store.create(group, now: now) }
            store.modify(Pod.self, key) { $0.metadata.annotations[JobKeys.groupName] = group.metadata.name }
        }
        waiting = []
        return true
    }
}

extension Pod {
    /// The PodGroup of a pod that names none.
    fileprivate var ownPodGroup: PodGroup {
        var group = PodGroup()
        let owner = metadata.controller
        group.metadata = ObjectMeta(name: "podgroup-" + (owner?.uid ?? metadata.uid), namespace: metadata.namespace)
        group.metadata.ownerReferences = owner.map { [$0] } ?? [.controller(self)]
        group.minMember = 1
        group.minResources = spec.quotaUsage
        group.priorityClassName = spec.priorityClassName
        group.phase = "Pending"
        group.queue = metadata.annotations["scheduling.volcano.sh/queue-name"] ?? ""
        group.networkTopology = networkTopology
        for key in [JobKeys.preemptable, JobKeys.cooldownTime, JobKeys.revocableZone] {
            if let value = metadata.annotations[key] { group.metadata.annotations[key] = value }
        }
        for key in [JobKeys.preemptable, JobKeys.cooldownTime] {
            if let value = metadata.labels[key] { group.metadata.labels[key] = value }
        }
        for key in [JobKeys.budgetMinAvailable, JobKeys.budgetMaxUnavailable] {
            guard let value = metadata.annotations[key] else { continue }
            group.metadata.annotations[key] = value
            break
        }
        return group
    }

    private var networkTopology: NetworkTopology? {
        let mode = metadata.annotations["topology.volcano.sh/network-topology-mode"]
        let tier = metadata.annotations["topology.volcano.sh/network-topology-highest-tier"]
        guard mode != nil || tier != nil else { return nil }
        var topology = NetworkTopology()
        topology.mode = mode?.lowercased() == "soft" ? "soft" : "hard"
        topology.highestTierAllowed = tier.flatMap { Int($0) }
        return topology
    }
}
