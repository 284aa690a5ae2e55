import KubernetesObjects

/// Action `preempt`: starving jobs take the place of other pods of their queue (upstream: `actions/preempt/preempt.go`;
/// reference section 8.4).
///
/// Ties: nodes of equal score in the order of the feasibility search (ascending names); candidate victims in map order of
/// the node's tasks (ascending names); the second phase visits a queue's jobs in map order (ascending UID).
struct PreemptAction: VolcanoAction {
    static let name = "preempt"
    private let cachesErrors: Bool
    /// Set if `enableTopologyAwarePreemption` is on.
    private let topologyAware: TopologyAwarePreemption?

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
        topologyAware =
            arguments.bool("enableTopologyAwarePreemption", default: false)
            ? TopologyAwarePreemption(arguments: arguments) : nil
    }

    func execute(_ session: VolcanoSession) {
        var preemptors = StarvingJobs(session)
        var queues = BinaryHeap(less: session.queueLess)
        for queue in session.queuesInMapOrder() where preemptors.jobs[Int(queue.index)] != nil { queues.push(queue) }
        var search = NodeSearch(cachesErrors: cachesErrors)
        while let queue = queues.pop() {
            preemptOtherJobs(of: queue, &preemptors, &search, session)
            for job in preemptors.inMapOrder[Int(queue.index)] { preemptOwnTasks(of: job, &search, session) }
        }
    }

    /// Between jobs: one statement per job, kept if the job is pipelined in the end.
    private func preemptOtherJobs(
        of queue: QueueRef, _ preemptors: inout StarvingJobs, _ search: inout NodeSearch, _ session: VolcanoSession
    ) {
        while let job = preemptors.jobs[Int(queue.index)]?.pop() {
            let statement = VolcanoStatement(session)
            var assigned = false
            while session.jobStarving(job), let task = preemptors.tasks[job]?.pop() {
                assigned = preempt(task, statement, &search, session) { victim in
                    session[victim].job.map { $0 != job && session[$0].queue == queue } ?? false
                }
            }
            guard session.jobPipelined(job) else {
                statement.discard()
                continue
            }
            statement.commit()
            if assigned { preemptors.jobs[Int(queue.index)]?.push(job) }
        }
    }

    /// Within a job: each pending task for itself, until one finds no victims.
    private func preemptOwnTasks(of job: JobRef, _ search: inout NodeSearch, _ session: VolcanoSession) {
        var tasks = StarvingJobs.pendingTasks(of: job, session)
        while let task = tasks.pop() {
            let statement = VolcanoStatement(session)
            guard preempt(task, statement, &search, session, { session[$0].job == job }) else {
                statement.discard()
                break
            }
            statement.commit()
        }
    }

    /// Finds a node and victims among the tasks that `isFair` admits; true if the task was pipelined in `statement`.
    private func preempt(
        _ task: TaskRef, _ statement: VolcanoStatement, _ search: inout NodeSearch, _ session: VolcanoSession,
        _ isFair: (TaskRef) -> Bool
    ) -> Bool {
        guard isEligible(task, session), session.prePredicate(task) == nil else { return false }
        let feasible = session.feasibleForEviction(
            task, among: session.nodesWherePreemptionMayHelp(task), &search)
        let isBestEffort = session[task].isBestEffort
        let isCandidate = { (victim: TaskRef) in
            session.isRunningOrBound(victim) && (!isBestEffort || session[victim].isBestEffort)
                && session[victim].isPreemptable && isFair(victim)
        }
        for group in session.shardGroups(feasible) {
            if let topologyAware {
                if topologyAware.preempt(task, among: group, statement, session, isCandidate) { return true }
            } else if preempt(task, among: group, statement, session, isCandidate) {
                return true
            }
        }
        return false
    }

    /// The best-scored node on which evictions, as few as the victim order allows, make the task fit.
    private func preempt(
        _ task: TaskRef, among nodes: [NodeRef], _ statement: VolcanoStatement, _ session: VolcanoSession,
        _ isCandidate: (TaskRef) -> Bool
    ) -> Bool {
        guard let queue = session.queue(of: task) else { return false }
        for node in session.nodesByScore(task, nodes) {
            let candidates = session.tasks(on: node, where: isCandidate)
            let victims = candidates.isEmpty ? [] : session.preemptable(task, candidates)
            guard session.wouldFit(task, on: node, without: victims) else { continue }
            let attempt = VolcanoStatement(session)
            var heap = session.victimHeap(victims, for: task)
            var freed = Resource()
            var fits = Self.fits(task, queue, node, session)
            while !fits, let victim = heap.pop() {
                attempt.evict(victim)
                freed.add(session[victim].request)
                fits = Self.fits(task, queue, node, session)
            }
            let evicted = !freed.isEmpty(pods: session.names.pods)
            if fits, attempt.pipeline(task, on: node, afterEvictions: evicted) {
                statement.merge(attempt)
                return true
            }
            attempt.discard()
        }
        return false
    }

    private static func fits(_ task: TaskRef, _ queue: QueueRef, _ node: NodeRef, _ session: VolcanoSession) -> Bool {
        session.allocatable(queue, task) && session[task].request.lessEqual(session[node].futureIdle)
            && session.predicate(task, node).isEmpty
    }

    /// Whether the pod may preempt at all (upstream: taskEligibleToPreempt).
    ///
    /// A pod nominated to a node waits while the node can take it already, or while a pod of lower priority is still
    /// terminating there. The predicates plugin answers with an error until PrePredicate has run for the task in this
    /// cycle, so the first of these is only noticed after an earlier attempt.
    private func isEligible(_ task: TaskRef, _ session: VolcanoSession) -> Bool {
        let pod = session.pod(task)
        if pod.spec.preemptionPolicy == "Never" { return false }
        if session[task].isNominatedInVain { return false }
        guard let node = session[task].nominatedNode else { return true }
        let refusals = session.predicate(task, node)
        if refusals.isEmpty { return false }
        if refusals.contains(where: { $0.code == .unschedulableAndUnresolvable }) { return true }
        let priority = pod.spec.priority ?? 0
        return !session[node].tasks.contains { other in
            let other = session.pod(other)
            return (other.spec.priority ?? 0) < priority && Self.isTerminatingByPreemption(other)
        }
    }

    private static func isTerminatingByPreemption(_ pod: Pod) -> Bool {
        guard pod.metadata.deletionTimestamp != nil, let condition = pod.status.condition("DisruptionTarget") else {
            return false
        }
        return condition.status == "True" && condition.reason == "PreemptionByScheduler"
    }
}

/// Jobs that want victims: by queue in job order and in map order, with their pending tasks in task order.
private struct StarvingJobs {
    /// By queue index.
    var jobs: [BinaryHeap<JobRef>?]
    var inMapOrder: [[JobRef]]
    var tasks: [JobRef: BinaryHeap<TaskRef>] = [:]

    /// Starving jobs that were let in and are valid; jobs with a network topology are not served by this action.
    init(_ session: VolcanoSession) {
        jobs = Array(repeating: nil, count: session.queues.count)
        inMapOrder = Array(repeating: [], count: session.queues.count)
        for job in session.jobsInMapOrder() {
            guard !session[job].isPending, session.jobValid(job) == nil, session.jobStarving(job),
                !session.hasTopology(job)
            else { continue }
            let place = Int(session[job].queue.index)
            if jobs[place] == nil { jobs[place] = BinaryHeap(less: session.jobLess) }
            jobs[place]?.push(job)
            inMapOrder[place].append(job)
            tasks[job] = Self.pendingTasks(of: job, session)
        }
    }

    static func pendingTasks(of job: JobRef, _ session: VolcanoSession) -> BinaryHeap<TaskRef> {
        var heap = BinaryHeap(less: session.taskLess)
        for task in session.tasks(of: job, in: .pending) where !session[task].hasGates { heap.push(task) }
        return heap
    }
}

extension VolcanoSession {
    /// Whether the pod's place can be taken by preemption (upstream: PreemptableStatus).
    func isRunningOrBound(_ task: TaskRef) -> Bool {
        self[task].status == .running || self[task].status == .bound
    }
}
