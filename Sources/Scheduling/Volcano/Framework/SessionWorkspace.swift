/// What a session works on. A `LiveCluster` keeps it from one session to the next, so that only what changed is made anew.
///
/// Places of jobs and tasks may be vacant then: a vacant job has no tasks and is in no queue, a vacant task has no job.
struct SessionWorkspace: Sendable {
    var tasks: ContiguousArray<TaskInfo> = []
    var jobs: ContiguousArray<JobInfo> = []
    var subJobs: ContiguousArray<SubJobInfo> = []
    var nodes: ContiguousArray<NodeInfo> = []
    /// The jobs, ascending by UID.
    var jobOrder: [JobRef] = []
    /// By job: `JobInfo.isSettled` as it stood when the session opened.
    var isSettled: ContiguousArray<Bool> = []
    /// Classes of equal nodes with what is known about them; nil where they are not divided yet.
    var classes: NodeClasses?
    var fitTable = FitTable()
    var standings = Standings()
    var changes = SessionChanges()
    /// The nodes as Kubernetes' filters see them; nil where the snapshot has them.
    var cluster: ClusterState?
    /// Whether conditions of PodGroups are to get their texts.
    var writesMessages = true
    /// False where no job asks for a network topology.
    var mayHaveTopology = true

    init() {}

    init(_ snapshot: ClusterSnapshot, _ memory: SchedulerMemory) {
        tasks = snapshot.tasks
        jobs = snapshot.jobs
        subJobs = snapshot.subJobs
        nodes = snapshot.nodes
        jobOrder = snapshot.jobs.map(\.id)
        for index in jobs.indices where memory.scheduleStart[jobs[index].uid] != nil {
            jobs[index].hasScheduleStart = true
        }
        isSettled = ContiguousArray(jobs.map(\.isSettled))
        changes.reserve(jobs: jobs.count, nodes: nodes.count)
        standings.reserve(jobs: jobs.count, queues: snapshot.queues.count)
    }

    /// Puts a node into the class of the tasks on it.
    mutating func reclassify(_ node: NodeRef) {
        guard classes != nil else { return }
        let (here, tasks) = (nodes[Int(node.index)].tasks, tasks)
        classes?.reset(node, here.lazy.map { (tasks[Int($0.index)].shape, tasks[Int($0.index)].status) })
    }
}

/// Which jobs and which nodes a session has written to, and of which jobs to tasks or sub-jobs, too.
struct SessionChanges: Sendable {
    private(set) var jobs: [JobRef] = []
    private(set) var nodes: [NodeRef] = []
    private var isJobNoted: ContiguousArray<Bool> = []
    private var hasPartsNoted: ContiguousArray<Bool> = []
    private var isNodeNoted: ContiguousArray<Bool> = []

    mutating func reserve(jobs: Int, nodes: Int) {
        while isJobNoted.count < jobs {
            isJobNoted.append(false)
            hasPartsNoted.append(false)
        }
        while isNodeNoted.count < nodes { isNodeNoted.append(false) }
    }

    func contains(_ job: JobRef) -> Bool { isJobNoted[Int(job.index)] }
    /// Whether tasks or sub-jobs of a job were written to.
    func containsParts(of job: JobRef) -> Bool { hasPartsNoted[Int(job.index)] }

    @inline(__always)
    mutating func note(_ job: JobRef) {
        if isJobNoted[Int(job.index)] { return }
        isJobNoted[Int(job.index)] = true
        jobs.append(job)
    }

    @inline(__always)
    mutating func noteParts(of job: JobRef) {
        note(job)
        hasPartsNoted[Int(job.index)] = true
    }

    @inline(__always)
    mutating func note(_ node: NodeRef) {
        if isNodeNoted[Int(node.index)] { return }
        isNodeNoted[Int(node.index)] = true
        nodes.append(node)
    }

    mutating func clear() {
        for job in jobs {
            isJobNoted[Int(job.index)] = false
            hasPartsNoted[Int(job.index)] = false
        }
        for node in nodes { isNodeNoted[Int(node.index)] = false }
        jobs.removeAll(keepingCapacity: true)
        nodes.removeAll(keepingCapacity: true)
    }
}

/// What jobs hold and reserve when the session opens, per job and summed per queue.
///
/// Sums are of whole numbers below 2⁵³ (milli-cores, bytes, thousandths), so their order does not matter.
struct Standings: Sendable {
    var jobs: ContiguousArray<Standing?> = []
    var queues: ContiguousArray<Standing?> = []
    /// What is used on all nodes; nil where nobody has counted it.
    var used: Resource?

    mutating func reserve(jobs count: Int, queues queueCount: Int) {
        while jobs.count < count { jobs.append(nil) }
        while queues.count < queueCount { queues.append(nil) }
    }
}

/// What a job, or all jobs of a queue, hold and reserve.
struct Standing: Sendable {
    /// Requests of the allocated set.
    var allocated = Resource()
    /// Requests of the pending tasks.
    var pending = Resource()
    /// What is held beyond minResources.
    var elastic = Resource()
    /// What jobs that were let in still reserve in their queue (`VolcanoSession.inqueueReservation`).
    var reserved = Resource()
    /// The same with the whole minResources of Inqueue jobs, as the plugin overcommit counts.
    var overcommitted = Resource()

    mutating func add(_ other: Standing) {
        allocated.add(other.allocated)
        pending.add(other.pending)
        elastic.add(other.elastic)
        reserved.add(other.reserved)
        overcommitted.add(other.overcommitted)
    }
}

extension VolcanoSession {
    /// Jobs that the session may have something to tell of, ascending by UID.
    public var concernedJobs: [JobRef] {
        let isAnySettledChanged = changes.jobs.contains { isSettled[Int($0.index)] }
        return (isAnySettledChanged ? jobOrder : openJobs).filter(concerns)
    }

    /// The phase of a job's PodGroup.
    public func phase(of job: JobRef) -> String { jobs[Int(job.index)].phase }
    /// Whether a job's pods are made.
    public func hasPods(_ job: JobRef) -> Bool { !jobs[Int(job.index)].tasks.isEmpty }

    /// Whether it wrote to a job, or noted something, or the job waits.
    private func concerns(_ job: JobRef) -> Bool {
        let place = Int(job.index)
        if changes.contains(job) { return true }
        if isSettled[place] { return false }
        if jobs[place].isPending || jobs[place].counts[.pending] + jobs[place].counts[.pipelined] > 0 { return true }
        return waitNotes[job] != nil
    }

    /// Jobs whose end of the cycle is to be looked at: the open ones, and settled ones that were written to.
    var jobsToClose: [JobRef] { openJobs + changes.jobs.filter { isSettled[Int($0.index)] } }

    /// What the jobs of a queue hold and reserve; to be asked before any action has run.
    func openingStanding(of queue: QueueRef) -> Standing {
        if let known = standings.queues[Int(queue.index)] { return known }
        var sum = Standing()
        for job in self[queue].jobs { sum.add(openingStanding(of: job)) }
        standings.queues[Int(queue.index)] = sum
        return sum
    }

    /// What a job held when the session opened; to be asked first before any action has run.
    func openingStanding(of job: JobRef) -> Standing {
        if let known = standings.jobs[Int(job.index)] { return known }
        var standing = Standing()
        standing.allocated = self[job].allocated
        standing.elastic = elasticPart(of: job)
        if self[job].counts[.pending] > 0 {
            for task in self[job].tasks where self[task].status == .pending { standing.pending.add(self[task].request) }
        }
        if let reserved = inqueueReservation(of: job) { standing.reserved = reserved }
        if reservesMinimum(job) {
            let minimum = self[job].phase == "Inqueue" ? self[job].minResources : unallocatedMinimum(of: job)
            if let minimum { standing.overcommitted = deductingGated(minimum, of: job) }
        }
        standings.jobs[Int(job.index)] = standing
        return standing
    }

    /// What is used on all nodes when the session opens.
    var openingUsed: Resource { standings.used ?? nodes.reduce(into: Resource()) { $0.add($1.used) } }
}

extension JobInfo {
    /// Whether enqueue, allocate and backfill have nothing to do with the job, and the end of the cycle nothing to change:
    /// it was let in, is complete, and nobody of it is on the way in or out.
    var isSettled: Bool {
        guard hasScheduleStart, !isPending, subJobs.count < 2 else { return false }
        guard counts[.pending] + counts[.pipelined] + counts[.releasing] == 0 else { return false }
        return isReady && phaseAtClose(releasing: 0) == nil
    }
}
