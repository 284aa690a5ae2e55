import Controllers
import KubernetesObjects
import Quantities
import SimulationKernel

/// Lives of bound pods.
struct Kubelet: Sendable {
    /// One bound pod.
    struct Life: Sendable {
        let key: String
        let uid: String
        let node: String
        let run: PodRun
        /// Start, end or removal that is to come.
        var next: EventHandle?
        var isTerminating = false
        var hasEnded = false
    }

    var lives: [Life] = []
    var lifeOfUID: [String: Int] = [:]
    /// When the last report is delivered.
    var isBusyUntil: SimTime = .zero
    /// Nodes that were lost, and when.
    var losses: [(node: String, at: SimTime)] = []
}

/// The kubelets: bound pods run as their rules say.
///
/// A kubelet whose node is gone does nothing any more: its pods neither start nor end, and go by force only, or when the
/// pod garbage collector finds them.
extension ControlPlane {
    mutating func kubeletSees(_ change: ObjectChange<Pod>) {
        guard let pod = change.new else { return forget(uid: change.object.metadata.uid) }
        guard !pod.spec.nodeName.isEmpty else { return }
        if let life = kubelet.lifeOfUID[pod.metadata.uid] { return follow(pod, life) }
        let life = kubelet.lives.count
        kubelet.lives.append(
            Kubelet.Life(
                key: pod.metadata.key, uid: pod.metadata.uid, node: pod.spec.nodeName, run: runs.run(of: pod, in: store)
            ))
        kubelet.lifeOfUID[pod.metadata.uid] = life
        follow(pod, life)
        guard kubelet.lives[life].next == nil, !kubelet.lives[life].hasEnded else { return }
        if pod.status.phase == "Running" {
            awaitEnd(life)
            return
        }
        begin(.podStart, life, after: kubelet.lives[life].run.startAfter)
    }

    mutating func nodeChanged(_ change: ObjectChange<Node>) {
        guard change.isDeletion else { return }
        kubelet.losses.append((change.object.metadata.name, now))
        schedule(.nodeLost, kubelet.losses.count - 1, after: timing.orphanedPods)
    }

    /// The pod garbage collector removes the pods of a node that has been missing all the time.
    mutating func collectOrphans(_ loss: Int) {
        let node = kubelet.losses[loss].node
        let isLatest = !kubelet.losses[(loss + 1)...].contains { $0.node == node }
        guard isLatest, !store.nodes.contains(node) else { return }
        for pod in store.pods where pod.spec.nodeName == node { store.remove(Pod.self, pod.key) }
    }

    /// Waits for a start, an end or a removal; what is due at once and takes no time happens now.
    private mutating func begin(_ kind: Event.Kind, _ life: Int, after delay: SimDuration) {
        if delay > .zero {
            kubelet.lives[life].next = schedule(kind, life, after: delay)
        } else {
            switch kind {
            case .podStart: report(.podStartReport, life)
            case .podEnd: report(.podEndReport, life)
            default: report(.podVanishReport, life)
            }
        }
    }

    /// Hands a report in: the kubelets' reports are delivered one after the other.
    mutating func report(_ kind: Event.Kind, _ life: Int) {
        kubelet.lives[life].next = nil
        if timing.kubelet > .zero {
            let delivery = max(now, kubelet.isBusyUntil) + timing.kubelet
            kubelet.isBusyUntil = delivery
            kubelet.lives[life].next = schedule(kind, life, after: delivery - now)
            return
        }
        switch kind {
        case .podStartReport: start(life)
        case .podEndReport: end(life)
        default: vanish(life)
        }
    }

    mutating func start(_ life: Int) {
        guard isAlive(life) else { return }
        let time = timestamp
        store.modify(Pod.self, kubelet.lives[life].key) { pod in
            pod.status.phase = "Running"
            pod.status.startTime = time.wholeSeconds
            pod.status.report { $0.ready = true }
        }
        kubelet.lives[life].next = nil
        awaitEnd(life)
    }

    mutating func end(_ life: Int) {
        guard isAlive(life) else { return }
        let code = kubelet.lives[life].run.exitCode
        report(pod: kubelet.lives[life].key, phase: code == 0 ? "Succeeded" : "Failed", exitCode: code)
    }

    /// The kubelet's report of a pod's end.
    mutating func report(pod key: String, phase: String, exitCode: Int32) {
        store.modify(Pod.self, key) { pod in
            pod.status.phase = phase
            pod.status.report {
                $0.ready = false
                $0.exitCode = exitCode
            }
        }
    }

    mutating func vanish(_ life: Int) {
        guard store.pods[kubelet.lives[life].key]?.metadata.uid == kubelet.lives[life].uid,
            store.nodes.contains(kubelet.lives[life].node)
        else { return }
        store.remove(Pod.self, kubelet.lives[life].key)
    }

    /// Reacts to a new state of a bound pod: an end that came from outside, a request of deletion.
    private mutating func follow(_ pod: Pod, _ life: Int) {
        let hasEnded = pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
        if hasEnded, !kubelet.lives[life].hasEnded {
            kubelet.lives[life].hasEnded = true
            if !kubelet.lives[life].isTerminating { cancelNext(life) }
        }
        guard pod.metadata.deletionTimestamp != nil, !kubelet.lives[life].isTerminating else { return }
        kubelet.lives[life].isTerminating = true
        cancelNext(life)
        begin(.podVanish, life, after: kubelet.lives[life].run.terminateAfter)
    }

    private mutating func awaitEnd(_ life: Int) {
        if let duration = kubelet.lives[life].run.duration { begin(.podEnd, life, after: duration) }
    }

    private mutating func cancelNext(_ life: Int) {
        if let next = kubelet.lives[life].next { events.cancel(next) }
        kubelet.lives[life].next = nil
    }

    private mutating func forget(uid: String) {
        guard let life = kubelet.lifeOfUID.removeValue(forKey: uid) else { return }
        cancelNext(life)
    }

    /// Whether a pod's kubelet has it in its hands, and nobody asked for its deletion.
    private func isAlive(_ life: Int) -> Bool {
        let life = kubelet.lives[life]
        guard let pod = store.pods[life.key], pod.metadata.uid == life.uid else { return false }
        return !life.isTerminating && !life.hasEnded && store.nodes.contains(life.node)
    }
}

extension PodStatus {
    /// Changes what the kubelet says about the pod's container.
    fileprivate mutating func report(_ body: (inout ContainerStatus) -> Void) {
        if containerStatuses.isEmpty { containerStatuses = [ContainerStatus()] }
        body(&containerStatuses[0])
    }
}
