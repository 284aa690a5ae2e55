import KubernetesObjects

/// Plugin `head-of-line`: a job that was tried and could not start keeps the later ones of its queue waiting (the blocking
/// of `fifo-gang`, `sjf` and `drf`, see `Policies/FIFOGang.swift`).
///
/// Whoever is asked about first is the head: the order is that of the actions, so there are no ties here. Jobs that are
/// ready block nobody, whatever else they would like to have. It must be asked before plugins that refuse pods
/// (`allocatable`), so it stands first in its configuration.
final class HeadOfLinePlugin: VolcanoPlugin {
    static let name = "head-of-line"
    private unowned(unsafe) let session: VolcanoSession
    /// By queue index: the job tried last.
    private var tried: [JobRef?]
    /// By queue index: whether those behind the head were told.
    private var told: [Bool]

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        tried = Array(repeating: nil, count: session.queues.count)
        told = Array(repeating: false, count: session.queues.count)
    }

    func open() -> ExtensionPoints { [.overused, .allocatable] }

    func overused(_ queue: QueueRef) -> Bool {
        guard let head = blocker(of: queue) else { return false }
        tell(queue, head)
        return true
    }

    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        guard let job = session[task].job else { return true }
        if let head = blocker(of: queue), head != job { return false }
        tried[Int(queue.index)] = job
        return true
    }

    /// The job that was tried last, if it could not start.
    private func blocker(of queue: QueueRef) -> JobRef? {
        tried[Int(queue.index)].flatMap { session.jobReady($0) ? nil : $0 }
    }

    /// Notes the reason of all that wait behind the head, once.
    private func tell(_ queue: QueueRef, _ head: JobRef) {
        guard !told[Int(queue.index)] else { return }
        told[Int(queue.index)] = true
        let name = session[head].uid
        for job in session[queue].jobs where job != head && !session.jobReady(job) {
            session.note(job) { $0.heldBack = (Self.name, name, "waits behind") }
        }
    }
}
