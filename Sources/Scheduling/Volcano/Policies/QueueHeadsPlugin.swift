import KubernetesObjects

/// Plugin `queue-heads`: queues compete by their first waiting jobs, in the order of jobs (`allocateGangs` of the card-based
/// schedulers: among equal queues the heads' own order decides).
///
/// Queues without a waiting job come last; ties of these are left to the next plugin.
final class QueueHeadsPlugin: VolcanoPlugin {
    static let name = "queue-heads"
    private unowned(unsafe) let session: VolcanoSession
    /// By queue index: waiting jobs in job order, worked out at the first comparison; and how many are done with.
    private var waiting: [[JobRef]]?
    private var passed: [Int]
    /// By job index: pods that waited, and how many of them were tried.
    private let pending: [Int]
    private var tried: [Int]

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        passed = Array(repeating: 0, count: session.queues.count)
        pending = session.jobs.map { $0.counts[.pending] - $0.pendingBestEffort }
        tried = Array(repeating: 0, count: session.jobs.count)
    }

    func open() -> ExtensionPoints { [.queueOrder, .allocatable] }

    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int {
        switch (head(of: l), head(of: r)) {
        case (nil, nil): 0
        case (nil, _): 1
        case (_, nil): -1
        case (let a?, let b?): a == b ? 0 : session.jobLess(a, b) ? -1 : 1
        }
    }

    /// Only watches which pods are tried.
    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        if let job = session[task].job { tried[Int(job.index)] += 1 }
        return true
    }

    private func head(of queue: QueueRef) -> JobRef? {
        let lists = waiting ?? listWaiting()
        waiting = lists
        let (list, place) = (lists[Int(queue.index)], Int(queue.index))
        while passed[place] < list.count, isDone(list[passed[place]]) { passed[place] += 1 }
        return passed[place] < list.count ? list[passed[place]] : nil
    }

    /// Whether a job was tried and gave up, or has no pods left to try.
    private func isDone(_ job: JobRef) -> Bool {
        let (all, tried) = (pending[Int(job.index)], tried[Int(job.index)])
        return tried > 0 && (tried >= all || !session.jobReady(job))
    }

    private func listWaiting() -> [[JobRef]] {
        session.queues.map { queue in
            queue.jobs.filter { job in
                pending[Int(job.index)] > 0 && session.jobValid(job) == nil
            }.sorted(by: session.jobLess)
        }
    }
}
