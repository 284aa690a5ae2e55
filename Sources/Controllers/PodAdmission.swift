import KubernetesObjects
import Quantities

extension ObjectStore {
    /// Creates a pod as the API server does: with its priority resolved, requests that are missing taken from limits, in
    /// phase Pending.
    ///
    /// - Returns: the pod; nil where a ResourceQuota has no room for it, or a pod of that name exists.
    @discardableResult
    public mutating func admit(_ pod: Pod, now: Timestamp) -> Pod? {
        let pod = completed(pod)
        return hasQuota(for: pod) ? create(pod, now: now) : nil
    }

    /// The pod with what the API server fills in.
    func completed(_ pod: Pod) -> Pod {
        var pod = pod
        if pod.metadata.namespace.isEmpty { pod.metadata.namespace = "default" }
        if pod.spec.schedulerName.isEmpty { pod.spec.schedulerName = "default-scheduler" }
        if pod.status.phase.isEmpty { pod.status.phase = "Pending" }
        let named = priorityClasses[pod.spec.priorityClassName]
        let inForce = pod.spec.priorityClassName.isEmpty ? defaultPriorityClass : named
        if let inForce {
            pod.spec.priorityClassName = inForce.metadata.name
            pod.spec.priority = inForce.value
            if pod.spec.preemptionPolicy.isEmpty { pod.spec.preemptionPolicy = inForce.preemptionPolicy }
        } else if pod.spec.priority == nil {
            pod.spec.priority =
                ["system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000][
                    pod.spec.priorityClassName, default: 0]
        }
        for index in pod.spec.containers.indices { pod.spec.containers[index].resources.fillRequests() }
        for index in pod.spec.initContainers.indices { pod.spec.initContainers[index].resources.fillRequests() }
        return pod
    }

    /// The class of pods that name none: of several default ones that of the lowest value.
    private var defaultPriorityClass: PriorityClass? {
        priorityClasses.lazy.filter(\.globalDefault)
            .min { ($0.value, $0.metadata.name) < ($1.value, $1.metadata.name) }
    }

    private func hasQuota(for pod: Pod) -> Bool {
        if resourceQuotas.isEmpty { return true }
        let usage = pod.spec.quotaUsage
        return resourceQuotas.allSatisfy { quota in
            guard quota.metadata.namespace == pod.metadata.namespace, quota.scopes.isEmpty,
                quota.scopeSelector.isEmpty
            else { return true }
            return quota.specHard.entries.allSatisfy { hard in
                guard let wanted = usage[hard.name] else { return true }
                return (quota.used[hard.name] ?? KubernetesQuantity(0)) + wanted <= hard.quantity
            }
        }
    }
}

extension ResourceRequirements {
    /// What is limited but not requested is requested up to its limit.
    fileprivate mutating func fillRequests() {
        for entry in limits.entries where requests[entry.name] == nil { requests[entry.name] = entry.quantity }
    }
}

/// Keeps the status of ResourceQuotas in line with the pods of their namespace (kube-controller-manager: resource quota
/// controller). Pods that have ended count no more. Scopes are not looked at.
struct QuotaController: Sendable {
    private var stale: Set<String> = []

    init() {}

    mutating func observe(_ change: Change, in store: ObjectStore) {
        switch change {
        case .pod(let change):
            if store.resourceQuotas.isEmpty { return }
            if let old = change.old, let new = change.new, old.hasEnded == new.hasEnded { return }
            stale.insert(change.object.metadata.namespace)
        case .resourceQuota(let change):
            if let old = change.old, let new = change.new, old.specHard == new.specHard { return }
            stale.insert(change.object.metadata.namespace)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore) -> Bool {
        guard !stale.isEmpty else { return false }
        for quota in store.resourceQuotas where stale.contains(quota.metadata.namespace) {
            var used = ResourceList()
            for pod in store.pods where pod.metadata.namespace == quota.metadata.namespace && !pod.hasEnded {
                used.add(pod.spec.quotaUsage)
            }
            var updated = quota
            updated.hard = quota.specHard
            updated.used = ResourceList()
            for entry in quota.specHard.entries { updated.used[entry.name] = used[entry.name] ?? KubernetesQuantity(0) }
            store.update(updated)
        }
        stale = []
        return true
    }
}
