import KubernetesObjects

/// Action `enqueue`: lets pending jobs in (upstream: `actions/enqueue/enqueue.go`; reference section 8.1).
///
/// A job that is refused is not tried again in this cycle; the next job of its queue is.
struct EnqueueAction: VolcanoAction {
    static let name = "enqueue"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {
        let jobs = session.openJobsInMapOrder()
        for job in jobs where !session[job].hasScheduleStart { noteScheduleStart(of: job, session) }
        if let order = EnqueueOrder(session) {
            for job in order.jobs { letIn(job, session) }
        } else {
            executeByHeaps(jobs, session)
        }
    }

    /// As upstream does it: the first queue gives its first job, then goes back into the heap.
    func executeByHeaps(_ jobs: [JobRef], _ session: VolcanoSession) {
        var queues = BinaryHeap(less: session.queueLess)
        var pending: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var isListed = Array(repeating: false, count: session.queues.count)
        for job in jobs {
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
            letIn(job, session)
            queues.push(queue)
        }
    }

    private func letIn(_ job: JobRef, _ session: VolcanoSession) {
        if session[job].minResources == nil || session.jobEnqueueable(job) {
            session.jobEnqueued(job)
            session[job].phase = "Inqueue"
        } else {
            let shortage = session.shortage(enqueuing: job)
            session.note(job) { $0.notAdmitted = shortage }
        }
    }

    private func noteScheduleStart(of job: JobRef, _ session: VolcanoSession) {
        let uid = session[job].uid
        if session.memory.scheduleStart[uid] == nil { session.memory.scheduleStart[uid] = session.now }
        session[job].hasScheduleStart = true
    }
}

/// The order in which `enqueue` takes the pending jobs, where nothing that it does can change it: a queue that comes first
/// stays first until its jobs are through, so queues follow each other, and jobs within them are sorted once.
struct EnqueueOrder {
    let jobs: [JobRef]

    /// nil where a plugin does not vouch for its orders, or orders jobs otherwise than by a number.
    init?(_ session: VolcanoSession) {
        guard session.ordersAreLocal else { return nil }
        var pending: [[JobRef]] = Array(repeating: [], count: session.queues.count)
        for job in session.openJobs where session[job].isPending { pending[Int(session[job].queue.index)].append(job) }
        let queues = session.queues.indices.filter { !pending[$0].isEmpty }.map { QueueRef($0) }
        var jobs: [JobRef] = []
        for queue in queues.sorted(by: session.queueLess) {
            guard let sorted = session.inJobOrder(pending[Int(queue.index)]) else { return nil }
            jobs += sorted
        }
        self.jobs = jobs
    }
}
