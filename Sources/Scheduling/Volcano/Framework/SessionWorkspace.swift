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
    /// Of the configuration that the last session had.
    var hookLayout = HookLayout()
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

extension VolcanoSession {
    /// Jobs that the session may have something to tell of, ascending by UID.
    public var concernedJobs: [JobRef] {
        let isAnySettledChanged = changes.jobs.contains { isSettled[Int($0.index)] }
        return (isAnySettledChanged ? jobOrder : openJobs).filter(concerns)
    }

    /// The phase of a job's PodGroup.
    public func phase(of job: JobRef) -> String { jobs[Int(job.index)].phase }
    /// Whether it wrote to a job.
    public func hasWritten(to job: JobRef) -> Bool { changes.contains(job) }
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
