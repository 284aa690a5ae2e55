import Controllers
import KubernetesObjects

extension CycleOutcome {
    /// Writes the decisions to the objects, as far as these are still there: evicted pods are asked to go, pods get their
    /// nodes and nominations, PodGroups their status (upstream: `cache/cache.go`, `framework/job_updater.go`).
    public func apply(to store: inout ObjectStore, now: Timestamp) {
        for eviction in evictions where store.pods[eviction.pod]?.metadata.uid == eviction.uid {
            store.requestDeletion(ofPod: eviction.pod, now: now)
        }
        for (pod, node) in nominations.sorted(by: { $0.key < $1.key }) {
            store.modify(Pod.self, pod) { if $0.spec.nodeName.isEmpty { $0.status.nominatedNodeName = node } }
        }
        for bind in binds {
            guard let pod = store.pods[bind.pod], pod.metadata.uid == bind.uid, pod.spec.nodeName.isEmpty else {
                continue
            }
            store.modify(Pod.self, bind.pod) { pod in
                pod.spec.nodeName = bind.node
                pod.status.nominatedNodeName = ""
                pod.status.noteBinding(now)
            }
        }
        for (group, phase) in phases.sorted(by: { $0.key < $1.key }) {
            guard uids[group] == store.podGroups[group]?.metadata.uid else { continue }
            store.modify(PodGroup.self, group) { object in
                object.phase = phase
                object.take(members[group])
                if let condition = unschedulable[group] { object.take(condition, now) }
            }
        }
    }
}

extension PodGroup {
    fileprivate mutating func take(_ members: CycleOutcome.Members?) {
        guard let members else { return }
        running = members.running
        succeeded = members.succeeded
        failed = members.failed
    }

    /// A condition that says the same as before keeps its time.
    fileprivate mutating func take(_ found: CycleOutcome.Condition, _ now: Timestamp) {
        var condition = PodCondition()
        condition.type = "Unschedulable"
        condition.status = "True"
        condition.reason = found.reason
        condition.message = found.message
        guard let place = conditions.firstIndex(where: { $0.type == condition.type }) else {
            condition.lastTransitionTime = now.wholeSeconds
            return conditions.append(condition)
        }
        condition.lastTransitionTime = conditions[place].lastTransitionTime
        if condition == conditions[place] { return }
        condition.lastTransitionTime = now.wholeSeconds
        conditions[place] = condition
    }
}

extension PodStatus {
    /// Notes that the pod has a node (upstream: the API server's binding).
    fileprivate mutating func noteBinding(_ now: Timestamp) {
        var condition = PodCondition()
        condition.type = "PodScheduled"
        condition.status = "True"
        condition.lastTransitionTime = now.wholeSeconds
        conditions.removeAll { $0.type == condition.type }
        conditions.append(condition)
    }
}
