import KubernetesObjects

/// Deletes what has lost its owner, and Jobs whose time after their end is over.
///
/// Sources: kube-controller-manager (garbage collector) and upstream pkg/controllers/garbagecollector
/// (ttlSecondsAfterFinished, which counts from the Job's last phase). Pods whose node is gone are the kubelets' matter.
struct GarbageCollector: Sendable {
    private var orphaned: [String] = []
    private var wantsDeletion: [String] = []
    /// When finished Jobs are deleted, by key.
    private var expiring = Deadlines()

    init() {}

    /// When a Job expires.
    var nextDeadline: Timestamp? { expiring.next }

    mutating func observe(_ change: Change) {
        switch change {
        case .job(let change): observe(change)
        case .jobFlow(let change): if change.isDeletion { orphaned.append(change.object.metadata.uid) }
        case .cronJob(let change): if change.isDeletion { orphaned.append(change.object.metadata.uid) }
        case .pod(let change):
            guard change.isDeletion else { break }
            orphaned.append(change.object.metadata.uid)
            noteDependent(of: change.object.metadata)
        case .podGroup(let change): if change.isDeletion { noteDependent(of: change.object.metadata) }
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let hasWork = !orphaned.isEmpty || !wantsDeletion.isEmpty || (nextDeadline.map { $0 <= now } ?? false)
        guard hasWork else { return false }
        let owners = orphaned
        orphaned = []
        for uid in owners { deleteDependents(of: uid, &store, now: now) }
        for key in expiring.takeDue(now) { if let job = store.jobs[key] { expire(job, &store, now: now) } }
        let candidates = wantsDeletion
        wantsDeletion = []
        for key in candidates { Self.finish(key, &store) }
        return true
    }

    private mutating func observe(_ change: ObjectChange<VCJob>) {
        guard let job = change.new else {
            expiring[change.object.key] = nil
            orphaned.append(change.object.metadata.uid)
            return
        }
        if job.metadata.deletionTimestamp != nil { wantsDeletion.append(job.key) }
        // An aborted Job has not finished: it may be resumed.
        guard let ttl = job.spec.ttlSecondsAfterFinished, let phase = job.status.phase,
            phase == .completed || phase == .failed || phase == .terminated,
            let end = job.status.lastTransition
        else {
            expiring[job.key] = nil
            return
        }
        expiring[job.key] = Timestamp(nanoseconds: end.nanoseconds &+ Int64(ttl) &* 1_000_000_000)
    }

    private mutating func noteDependent(of metadata: ObjectMeta) {
        for owner in metadata.ownerReferences where owner.kind == VCJob.kind {
            wantsDeletion.append(metadata.namespace + "/" + owner.name)
        }
    }

    /// A Job that expires goes after its dependents (foreground deletion).
    private func expire(_ job: VCJob, _ store: inout ObjectStore, now: Timestamp) {
        store.modify(VCJob.self, job.key) { $0.metadata.deletionTimestamp = now }
        deleteDependents(of: job.metadata.uid, &store, now: now)
        Self.finish(job.key, &store)
    }

    /// Takes away a Job that is being deleted and owns nothing more.
    private static func finish(_ key: String, _ store: inout ObjectStore) {
        guard let job = store.jobs[key], job.metadata.deletionTimestamp != nil else { return }
        let uid = job.metadata.uid
        guard store.keys(of: Pod.self, ownedBy: uid).isEmpty, store.keys(of: PodGroup.self, ownedBy: uid).isEmpty else {
            return
        }
        store.remove(VCJob.self, key)
    }

    private func deleteDependents(of uid: String, _ store: inout ObjectStore, now: Timestamp) {
        for key in store.keys(of: VCJob.self, ownedBy: uid) { store.remove(VCJob.self, key) }
        for key in store.keys(of: Pod.self, ownedBy: uid) { store.requestDeletion(ofPod: key, now: now) }
        for key in store.keys(of: PodGroup.self, ownedBy: uid) { store.remove(PodGroup.self, key) }
        for key in store.keys(of: Command.self, ownedBy: uid) { store.remove(Command.self, key) }
    }
}
