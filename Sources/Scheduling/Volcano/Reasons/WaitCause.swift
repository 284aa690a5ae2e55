/// What keeps a job from starting, in one word: for logs over many cycles, where `reasons(for:)` would say too much.
public enum WaitCause: Sendable {
    /// `enqueue` did not let it in, by its queue's limits.
    case notAdmitted
    /// `enqueue` did not let it in: the cluster has admitted as much as overcommit allows.
    case overcommitted
    /// Its queue has all it deserves.
    case queueOverused
    /// Its queue is at a limit.
    case queueLimit
    /// It will start where others are on their way out.
    case reserved
    /// No node, or not enough nodes at once.
    case noRoom
}

extension QuotaShortage {
    /// Whether the cluster as a whole is full, not a queue.
    fileprivate var isOfCluster: Bool { holder == "cluster" }
    /// Whether the queue's share is at its end, which moves with what other queues ask, not a limit that was configured.
    fileprivate var isOfShare: Bool { limitName == "deserved" }
}

extension VolcanoSession {
    /// The cause for a job after the actions ran; nil for a job that has all its places, or was let in just now.
    public func waitCause(of job: JobRef) -> WaitCause? {
        if let notes = waitNotes[job] {
            if let shortage = notes.notAdmitted { return shortage.isOfCluster ? .overcommitted : .notAdmitted }
            if notes.queueOverused != nil { return .queueOverused }
            if let shortage = notes.queueLimit { return shortage.isOfShare ? .queueOverused : .queueLimit }
        }
        if self[job].isPending { return .notAdmitted }
        if self[job].counts[.pipelined] > 0 { return .reserved }
        return self[job].counts[.pending] > 0 ? .noRoom : nil
    }
}
