import KubernetesObjects
import Scheduling

/// Objects that the scheduler does not serve at all.
struct ObjectWarnings {
    private let session: VolcanoSession

    init(_ session: VolcanoSession) { self.session = session }

    var found: [CycleWarning] { nodes + queues + pods }

    private var nodes: [CycleWarning] {
        guard session.nodes.isEmpty else { return [] }
        return [CycleWarning(.noNodes, "cluster", "the dump holds no nodes: nothing can be bound")]
    }

    /// PodGroups of queues that do not exist, or that let nobody in.
    private var queues: [CycleWarning] {
        let snapshot = session.snapshot
        return snapshot.objects.podGroups.sorted { $0.metadata.key < $1.metadata.key }.compactMap { group in
            let name = group.queue.isEmpty ? "default" : group.queue
            guard let queue = snapshot.queueIndex[name] else {
                return CycleWarning(
                    .queueMissing, "PodGroup \(group.metadata.key)",
                    "queue \(name) does not exist in the dump: the scheduler does not look at the group")
            }
            guard !snapshot.queues[queue].isOpen, let job = snapshot.jobIndex[group.metadata.key],
                session[job].counts[.pending] > 0 || session[job].isPending
            else { return nil }
            let state = snapshot.objects.queues[Int(snapshot.queues[queue].object)].state
            return CycleWarning(
                .queueClosed, "PodGroup \(group.metadata.key)", "queue \(name) is \(state): it takes no new pods")
        }
    }

    /// Pods for Volcano that no PodGroup holds.
    private var pods: [CycleWarning] {
        let groups = Set(session.snapshot.objects.podGroups.map(\.metadata.key))
        return session.tasks.filter { $0.job == nil && $0.status == .pending }.compactMap { task in
            let pod = session.pod(task.id)
            guard pod.spec.schedulerName == "volcano" else { return nil }
            let group = pod.metadata.annotations["scheduling.k8s.io/group-name"] ?? ""
            if groups.contains(task.namespace + "/" + group) { return nil }
            return CycleWarning(
                .podWithoutGroup, "Pod \(pod.metadata.key)",
                group.isEmpty
                    ? "names no PodGroup: the scheduler does not look at it before the controller has made one"
                    : "its PodGroup \(group) is not in the dump: the scheduler does not look at it")
        }
    }
}
