/// One active job between cycles.
struct LiveJob: Sendable {
    let key: Int32
    /// As in snapshots, without what depends on the other jobs.
    var info: JobInfo
    var subJob: SubJobInfo
    let members: [LiveCluster.Members]
    var tasks: ContiguousArray<TaskInfo> = []
    var pods: [PodInfo] = []
    /// Places of the nodes the pods run on and are nominated to; −1 for none.
    var nodes: [Int32] = []
    var nominations: [Int32] = []
    /// Whether the sums of `info` and `subJob` are to be made anew.
    var isStale = false
    /// Its place in the workspace, and its tasks': the first, and how many there is room for; −1 and 0 for none.
    var slot: Int32 = -1
    var firstTask: Int32 = -1
    var taskRoom = 0
    /// Whether the workspace shows it as it is.
    var isWritten = false
    /// Whether it is no longer active, and has only its key.
    private(set) var isGone = false

    init(key: Int32, info: JobInfo, subJob: SubJobInfo, members: [LiveCluster.Members]) {
        self.key = key
        self.info = info
        self.subJob = subJob
        self.members = members
    }

    /// The job is no longer active.
    mutating func leave() {
        isGone = true
        tasks = []
        pods = []
        nodes = []
        nominations = []
        info.tasks = []
    }

    /// Sums over the tasks, as `SnapshotBuilder` makes them.
    mutating func recount() {
        isStale = false
        info.counts = StatusCounts()
        info.pendingBestEffort = 0
        info.allocated = Resource()
        info.totalRequest = Resource()
        info.roles = info.roles.map { RoleInfo(name: $0.name, minimum: $0.minimum) }
        subJob.counts = StatusCounts()
        subJob.pendingBestEffort = 0
        subJob.priority = 0
        for index in tasks.indices { count(index) }
    }

    private mutating func count(_ index: Int) {
        let status = tasks[index].status
        let role = roleIndex(tasks[index].roleName)
        tasks[index].role = Int32(role)
        tasks[index].listedAs = StatusSet(status)
        info.counts[status] += 1
        info.roles[role].counts[status] += 1
        let (shape, common) = (tasks[index].shape, info.roles[role].shape)
        info.roles[role].shape = common == -1 || common == shape ? shape : -2
        info.totalRequest.add(tasks[index].request)
        if status.isAllocated { info.allocated.add(tasks[index].request) }
        subJob.counts[status] += 1
        subJob.priority = max(subJob.priority, tasks[index].priority)
        guard status == .pending, tasks[index].isBestEffort else { return }
        info.pendingBestEffort += 1
        info.roles[role].pendingBestEffort += 1
        subJob.pendingBestEffort += 1
    }

    private mutating func roleIndex(_ name: String) -> Int {
        if let known = info.roles.firstIndex(where: { $0.name == name }) { return known }
        info.roles.append(RoleInfo(name: name, minimum: 0))
        return info.roles.count - 1
    }
}

/// The parts of a snapshot that are made anew for every cycle.
struct SnapshotArrays {
    var tasks: ContiguousArray<TaskInfo> = []
    var jobs: ContiguousArray<JobInfo> = []
    var subJobs: ContiguousArray<SubJobInfo> = []
    var pods: ContiguousArray<PodInfo> = []
    var queues: ContiguousArray<QueueInfo>

    init(queues: ContiguousArray<QueueInfo>) {
        self.queues = queues
        for index in self.queues.indices { self.queues[index].jobs = [] }
    }

    mutating func reserve(jobs count: Int, tasks taskCount: Int) {
        jobs.reserveCapacity(count)
        subJobs.reserveCapacity(count)
        tasks.reserveCapacity(taskCount)
        pods.reserveCapacity(taskCount)
    }
}
