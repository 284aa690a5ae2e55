import KubernetesObjects

/// Gives a PodGroup to every pod of the scheduler that has none (upstream: pkg/controllers/podgroup).
///
/// The group is owned by the pod's controller, so that all its pods share it, or by the pod itself; it stays when its pods
/// have ended. One that the webhook refuses, because its queue is closed or missing, is tried again without end.
struct PodGroupController: Sendable {
    /// Pods of these schedulers get a PodGroup.
    var schedulerNames: Set<String> = ["volcano"]
    private var waiting: [String] = []
    private var retries = Retries<String>(limit: nil)

    init() {}

    /// When a PodGroup is tried again.
    var nextDeadline: Timestamp? { retries.next }

    mutating func observe(_ change: Change) {
        guard case .pod(let change) = change else { return }
        guard let pod = change.new else { return retries.forget(change.object.key) }
        guard change.isCreation, schedulerNames.contains(pod.spec.schedulerName),
            pod.metadata.annotations[JobKeys.groupName, default: ""].isEmpty
        else { return }
        waiting.append(pod.key)
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let keys = waiting + retries.takeDue(now)
        guard !keys.isEmpty else { return false }
        waiting = []
        for key in keys {
            if Self.provide(key, &store, now: now) { retries.forget(key) } else { retries.add(key, now: now) }
        }
        return true
    }

    /// False if the webhook refuses the pod's group.
    private static func provide(_ key: String, _ store: inout ObjectStore, now: Timestamp) -> Bool {
        guard let pod = store.pods[key], pod.metadata.annotations[JobKeys.groupName, default: ""].isEmpty else {
            return true
        }
        let group = pod.ownPodGroup
        if !store.podGroups.contains(group.key), case .failure = store.submit(group, now: now) { return false }
        store.modify(Pod.self, key) { $0.metadata.annotations[JobKeys.groupName] = group.metadata.name }
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
