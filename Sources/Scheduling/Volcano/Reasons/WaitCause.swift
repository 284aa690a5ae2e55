/// What keeps a job from starting, in one word: for logs over many cycles, where `reasons(for:)` would say too much.
public enum WaitCause: Sendable {
    /// `enqueue` did not let it in.
    case notAdmitted
    /// Its queue has all it deserves.
    case queueOverused
    /// Its queue is at a limit.
    case queueLimit
    /// It will start where others are on their way out.
    case reserved
    /// No node, or not enough nodes at once.
    case noRoom
}

extension VolcanoSession {
    /// The cause for a job after the actions ran; nil for a job that has all its places, or was let in just now.
    public func waitCause(of job: JobRef) -> WaitCause? {
        if let notes = waitNotes[job] {
            if notes.notAdmitted != nil { return .notAdmitted }
            if notes.queueOverused != nil { return .queueOverused }
            if notes.queueLimit != nil { return .queueLimit }
        }
        if self[job].isPending { return .notAdmitted }
        if self[job].counts[.pipelined] > 0 { return .reserved }
        return self[job].counts[.pending] > 0 ? .noRoom : nil
    }
}
