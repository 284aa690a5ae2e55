import KubernetesObjects

/// Action `enqueue`: lets pending jobs in (upstream: `actions/enqueue/enqueue.go`; reference section 8.1).
///
/// A job that is refused is not tried again in this cycle; the next job of its queue is.
struct EnqueueAction: VolcanoAction {
    static let name = "enqueue"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {
        var queues = BinaryHeap(less: session.queueLess)
        var pending: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var isListed = Array(repeating: false, count: session.queues.count)
        for job in session.openJobsInMapOrder() {
            if !session[job].hasScheduleStart { noteScheduleStart(of: job, session) }
            let queue = session[job].queue
            if !isListed[Int(queue.index)] {
                isListed[Int(queue.index)] = true
                queues.push(queue)
            }
            guard session[job].isPending else { continue }
            let place = Int(queue.index)
            if pending[place] == nil { pending[place] = BinaryHeap(less: session.jobLess) }
            pending[place]?.push(job)
        }
        while let queue = queues.pop() {
            guard let job = pending[Int(queue.index)]?.pop() else { continue }
            if session[job].minResources == nil || session.jobEnqueueable(job) {
                session.jobEnqueued(job)
                session[job].phase = "Inqueue"
            } else {
                let shortage = session.shortage(enqueuing: job)
                session.note(job) { $0.notAdmitted = shortage }
            }
            queues.push(queue)
        }
    }

    private func noteScheduleStart(of job: JobRef, _ session: VolcanoSession) {
        let uid = session[job].uid
        if session.memory.scheduleStart[uid] == nil { session.memory.scheduleStart[uid] = session.now }
        session[job].hasScheduleStart = true
    }
}
