import KubernetesObjects

/// Action `backfill`: places pods without requests (upstream: `actions/backfill/backfill.go`; reference section 8.3).
///
/// No fit check of resources, no Overused or Allocatable. Ties among equal scores as everywhere.
struct BackfillAction: VolcanoAction {
    static let name = "backfill"
    private let cachesErrors: Bool

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
    }

    func execute(_ session: VolcanoSession) {
        var search = NodeSearch(cachesErrors: cachesErrors)
        for task in pendingTasks(session) {
            guard let job = session[task].job else { continue }
            if let refusal = session.prePredicate(task) {
                session.recordFitErrors(task, of: job, everywhere: [refusal])
                continue
            }
            var errors = FitErrors()
            let feasible = search.feasibleNodes(
                task, among: session.nodeList, session, errors: &errors, filter: session.predicate)
            guard !feasible.isEmpty else {
                session[job].fitErrors[task] = errors
                continue
            }
            let node = feasible.count == 1 ? feasible[0] : choose(task, feasible, session)
            session.allocate(task, on: node)
        }
    }

    /// With soft sharding the nodes of the own shard come first.
    private func choose(_ task: TaskRef, _ feasible: [NodeRef], _ session: VolcanoSession) -> NodeRef {
        for group in session.shardGroups(feasible) where !group.isEmpty {
            if group.count == 1 { return group[0] }
            if let choice = session.chooseNode(task, group) { return choice.node }
        }
        return feasible[0]
    }

    /// BestEffort tasks, Pending or Pipelined (these lose their place first), by queue, job and task order.
    func pendingTasks(_ session: VolcanoSession) -> [TaskRef] {
        if hasNothingToDo(session) { return [] }
        var queues = BinaryHeap(less: session.queueLess)
        var jobs: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var tasks: [JobRef: BinaryHeap<TaskRef>] = [:]
        for job in session.openJobsInMapOrder() {
            let counts = session[job].counts
            guard counts[.pending] + counts[.pipelined] > 0, !session[job].isPending, session.jobValid(job) == nil
            else { continue }
            var heap = BinaryHeap(less: session.taskLess)
            for task in session.tasks(of: job, in: .pending) where session[task].isBestEffort && !session[task].isGated
            {
                heap.push(task)
            }
            for task in session.tasks(of: job, in: .pipelined)
            where session[task].isBestEffort && !session[task].isGated {
                if let node = session[task].node { session.unmark(task, on: node) }
                heap.push(task)
            }
            guard !heap.isEmpty else { continue }
            tasks[job] = heap
            let queue = session[job].queue
            if jobs[Int(queue.index)] == nil {
                jobs[Int(queue.index)] = BinaryHeap(less: session.jobLess)
                queues.push(queue)
            }
            jobs[Int(queue.index)]?.push(job)
        }
        var order: [TaskRef] = []
        while let queue = queues.pop() {
            while let job = jobs[Int(queue.index)]?.pop() {
                while let task = tasks[job]?.pop() { order.append(task) }
            }
        }
        return order
    }

    /// Whether no job can have a pod for it. Orders are drawn all the same if a later action draws, too.
    private func hasNothingToDo(_ session: VolcanoSession) -> Bool {
        guard session.ties.isLowestName || session.configuration.actions.last == Self.name else { return false }
        return session.openJobs.allSatisfy { job in
            let place = Int(job.index)
            return session.jobs[place].pendingBestEffort == 0 && session.jobs[place].counts[.pipelined] == 0
        }
    }
}

extension VolcanoSession {
    /// The order in which `backfill` picks its tasks; Pipelined ones lose their place.
    public func backfillOrder() -> [TaskRef] { BackfillAction(arguments: PluginArguments()).pendingTasks(self) }
}
