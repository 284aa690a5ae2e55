import KubernetesObjects

/// Action `reclaim`: starving jobs take back what other queues hold too much of (upstream: `actions/reclaim/reclaim.go`;
/// reference section 8.5).
///
/// Ties: nodes are tried unscored in the order of the feasibility search (ascending names); candidate victims in map
/// order of the node's tasks (ascending names).
struct ReclaimAction: VolcanoAction {
    static let name = "reclaim"
    private let cachesErrors: Bool

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
    }

    func execute(_ session: VolcanoSession) {
        var queues = BinaryHeap(less: session.queueLess)
        var listed: Set<QueueRef> = []
        var jobs: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var tasks: [JobRef: BinaryHeap<TaskRef>] = [:]
        for job in session.jobsInMapOrder() {
            guard !session[job].isPending, session.jobValid(job) == nil else { continue }
            let queue = session[job].queue
            if listed.insert(queue).inserted { queues.push(queue) }
            guard session.jobStarving(job) else { continue }
            if jobs[Int(queue.index)] == nil { jobs[Int(queue.index)] = BinaryHeap(less: session.jobLess) }
            jobs[Int(queue.index)]?.push(job)
            var heap = BinaryHeap(less: session.taskLess)
            for task in session.tasks(of: job, in: .pending) where !session[task].hasGates { heap.push(task) }
            tasks[job] = heap
        }
        while let queue = queues.pop() {
            if session.overused(queue) { continue }
            while let job = jobs[Int(queue.index)]?.pop() {
                let statement = VolcanoStatement(session)
                while session.jobStarving(job), let task = tasks[job]?.pop() {
                    guard session.pod(task).spec.preemptionPolicy != "Never", session.preemptive(queue, [task]),
                        session.prePredicate(task) == nil
                    else { continue }
                    reclaim(for: task, of: job, statement, session)
                }
                if session.jobPipelined(job) { statement.commit() } else { statement.discard() }
                // Upstream's queue comes back while it has jobs, though this loop empties it.
                if jobs[Int(queue.index)]?.isEmpty == false { queues.push(queue) }
            }
        }
    }

    /// Evicts on the first node where the reclaimable pods suffice, and pipelines the task there.
    private func reclaim(
        for task: TaskRef, of job: JobRef, _ statement: VolcanoStatement, _ session: VolcanoSession
    ) {
        var search = NodeSearch(cachesErrors: cachesErrors)
        let feasible = session.feasibleForEviction(
            task, among: session.nodesWherePreemptionMayHelp(task), &search)
        let queue = session[job].queue
        for node in session.shardGroups(feasible).joined() {
            let candidates = session.tasks(on: node) { session.isReclaimable($0, by: queue) }
            guard !candidates.isEmpty else { continue }
            let victims = session.reclaimable(task, candidates)
            guard session.wouldFit(task, on: node, without: victims) else { continue }
            let attempt = VolcanoStatement(session)
            var heap = session.victimHeap(victims, for: task)
            var available = session[node].futureIdle
            var evicted = false
            // Nobody goes where the task fits already.
            while !session[task].request.lessEqual(available), let victim = heap.pop() {
                attempt.evict(victim)
                evicted = true
                available.add(session[victim].request)
            }
            if session[task].request.lessEqual(available),
                attempt.pipeline(task, on: node, afterEvictions: evicted)
            {
                statement.merge(attempt)
                return
            }
            attempt.discard()
        }
    }
}

extension VolcanoSession {
    /// Whether a pod may be reclaimed for a queue at all: it runs, may be preempted, and belongs to another queue that
    /// allows reclaim.
    func isReclaimable(_ task: TaskRef, by queue: QueueRef) -> Bool {
        guard self[task].status == .running, self[task].isPreemptable, let owner = self.queue(of: task) else {
            return false
        }
        return owner != queue && isReclaimable(owner)
    }
}
