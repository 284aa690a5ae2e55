import KubernetesObjects

/// Action `allocate`: places the pods of jobs that were let in (upstream: `actions/allocate/allocate.go`; reference section 8.2).
///
/// One job of one queue at a time, then the queue goes back into its heap, so that fairness is weighed again after
/// every attempt. Ties: equal nodes at random (lowest name).
struct AllocateAction: VolcanoAction {
    static let name = "allocate"
    let cachesErrors: Bool

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
    }

    func execute(_ session: VolcanoSession) {
        var queues = BinaryHeap(less: session.queueLess)
        var jobs: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var worksheets: [JobRef: JobWorksheet] = [:]
        for job in session.jobsInMapOrder() {
            guard isEligible(job, session) else { continue }
            let worksheet = JobWorksheet(job, session)
            guard !worksheet.isEmpty else { continue }
            worksheets[job] = worksheet
            let queue = session[job].queue
            if jobs[Int(queue.index)] == nil {
                jobs[Int(queue.index)] = BinaryHeap(less: session.jobLess)
                queues.push(queue)
            }
            jobs[Int(queue.index)]?.push(job)
        }
        while let queue = queues.pop() {
            if session.overused(queue) { continue }
            guard let job = jobs[Int(queue.index)]?.pop(), let worksheet = worksheets[job] else { continue }
            if allocate(job, worksheet, session), !worksheet.isEmpty { jobs[Int(queue.index)]?.push(job) }
            queues.push(queue)
        }
    }

    /// Jobs that wait for `enqueue` stay out; without that action they are promoted here.
    private func isEligible(_ job: JobRef, _ session: VolcanoSession) -> Bool {
        if session[job].isPending {
            if session.enqueueConfigured { return false }
            session[job].phase = "Inqueue"
        }
        return session.jobValid(job) == nil
    }

    /// Tries one job; true if its operations were committed. A merely pipelined job keeps its reservations, uncommitted.
    private func allocate(_ job: JobRef, _ worksheet: JobWorksheet, _ session: VolcanoSession) -> Bool {
        guard let subJob = session[job].subJobs.first(where: { session[$0].isDefault }) else { return false }
        guard let tasks = worksheet.tasks(of: subJob),
            let statement = allocateTasks(of: subJob, tasks, among: session.nodeList, session),
            session.jobReady(job)
        else { return false }
        statement.commit()
        return true
    }

    /// Places tasks of a sub-job one after the other until it is ready. nil, with everything undone, if it is neither
    /// ready nor pipelined in the end.
    func allocateTasks(
        of subJob: SubJobRef, _ tasks: TaskHeap, among nodes: [NodeRef], _ session: VolcanoSession
    ) -> VolcanoStatement? {
        guard !nodes.isEmpty else { return nil }
        let job = session[subJob].job
        let statement = VolcanoStatement(session)
        var search = NodeSearch(cachesErrors: cachesErrors)
        placing: while let task = tasks.pop() {
            guard session.allocatable(session[job].queue, task), !session[task].isGated else { continue }
            if session.roleHasFitErrors(of: task, in: subJob) {
                session.recordFitErrors(
                    task, of: job,
                    message:
                        "Task \(session[task].name) with role spec \(session[task].roleName) has already predicated failed, skip"
                )
                continue
            }
            if let refusal = session.prePredicate(task) {
                session.recordFitErrors(task, of: job, everywhere: [refusal])
                break
            }
            var errors = FitErrors()
            guard let node = findNode(task, nodes, &search, &errors, session) else {
                guard !errors.statuses.isEmpty else { continue }
                session[job].fitErrors[task] = errors
                if session.needContinueAllocating(subJob) { continue placing } else { break placing }
            }
            place(task, on: node, statement, session)
            if session.subJobReady(subJob) { break }
        }
        if session.subJobReady(subJob) || session.subJobPipelined(subJob) { return statement }
        statement.discard()
        return nil
    }

    /// The node for a task; nil with `errors` filled if none is feasible.
    ///
    /// Over the whole cluster by classes of equal nodes where every plugin allows it and upstream's error cache cannot
    /// make a difference (all tasks of the role ask for the same).
    private func findNode(
        _ task: TaskRef, _ nodes: [NodeRef], _ search: inout NodeSearch, _ errors: inout FitErrors,
        _ session: VolcanoSession
    ) -> NodeRef? {
        if session[task].nominatedNode == nil, nodes.count == session.nodes.count,
            !cachesErrors || session.isUniformRole(of: task), session.isClassKeyed(task)
        {
            return session.allocateByClass(task, errors: &errors)
        }
        let feasible = feasibleNodes(task, nodes, &search, &errors, session)
        guard !feasible.isEmpty else { return nil }
        errors = FitErrors()
        return session.bestNodeForAllocate(task, feasible)
    }

    /// The nominated node alone if it will do, else all.
    private func feasibleNodes(
        _ task: TaskRef, _ nodes: [NodeRef], _ search: inout NodeSearch, _ errors: inout FitErrors,
        _ session: VolcanoSession
    ) -> [NodeRef] {
        if let nominated = session[task].nominatedNode,
            session[task].request.lessEqual(session[nominated].futureIdle)
        {
            let feasible = search.feasibleNodes(
                task, among: [nominated], session, errors: &errors, inOpenOrder: false, filter: session.fitForAllocate)
            if !feasible.isEmpty { return feasible }
            errors = FitErrors()
        }
        return search.feasibleNodes(
            task, among: nodes, session, errors: &errors, inOpenOrder: false, filter: session.fitForAllocate)
    }

    private func place(
        _ task: TaskRef, on node: NodeRef, _ statement: VolcanoStatement, _ session: VolcanoSession
    ) {
        if session[task].request.lessEqual(session[node].idle) {
            statement.allocate(task, on: node)
        } else {
            statement.pipeline(task, on: node)
        }
    }
}

/// A heap of tasks shared by the attempts of one action: what was popped stays out.
final class TaskHeap {
    private var heap: BinaryHeap<TaskRef>

    init(_ session: VolcanoSession) { heap = BinaryHeap(less: session.taskLess) }

    var isEmpty: Bool { heap.isEmpty }
    func push(_ task: TaskRef) { heap.push(task) }
    func pop() -> TaskRef? { heap.pop() }
}

/// What is left to place of one job: tasks by sub-job.
final class JobWorksheet {
    private var heaps: [SubJobRef: TaskHeap] = [:]

    /// Pending tasks that ask for something and are not gated by others.
    init(_ job: JobRef, _ session: VolcanoSession) {
        for subJob in session.ties.arranged(session[job].subJobs) {
            let pending = session[subJob].tasks.filter { session[$0].status == .pending }
            let heap = TaskHeap(session)
            for task in session.ties.arranged(pending) where !session[task].isGated && !session[task].isBestEffort {
                heap.push(task)
            }
            if !heap.isEmpty { heaps[subJob] = heap }
        }
    }

    var isEmpty: Bool { heaps.values.allSatisfy(\.isEmpty) }

    func tasks(of subJob: SubJobRef) -> TaskHeap? { heaps[subJob] }
}
