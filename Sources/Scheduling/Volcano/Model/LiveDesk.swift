import KubernetesObjects

/// The workspace that a live cluster keeps from session to session, and what it takes to keep it current.
struct LiveDesk: Sendable {
    /// Whether the workspace is in use: not before the first session, and not after changes of the nodes.
    var isLaidOut = false
    /// Nobody's while a session has it.
    var workspace: SessionWorkspace?
    var pods: ContiguousArray<PodInfo> = []
    /// As in snapshots.
    var queues: ContiguousArray<QueueInfo> = []
    /// Keys of jobs that the workspace does not show as they are, and such nodes.
    var unwritten: [Int32] = []
    var dirtyNodes: [Int32] = []
    /// Places that nobody holds: of jobs, and first ones of runs of tasks by their length.
    var vacantJobs: [Int32] = []
    var vacantTasks: [Int: [Int32]] = [:]
    /// Pods on each node, ascending.
    var tenants: [[Tenant]] = []
    var used = BlockSum()
}

/// A pod on a node.
struct Tenant: Sendable, BitwiseCopyable {
    var key: Int32
    var pod: Int32

    static func < (l: Tenant, r: Tenant) -> Bool { l.key == r.key ? l.pod < r.pod : l.key < r.key }
}

/// The sum of what nodes use, kept by blocks of nodes so that few changes cost little; see `Standings` on exactness.
struct BlockSum: Sendable {
    private static let size = 32
    private var blocks: [Resource] = []
    private var isStale: [Bool] = []
    private var total: Resource?

    init(nodes: Int = 0) {
        let count = (nodes + Self.size - 1) / Self.size
        blocks = Array(repeating: Resource(), count: count)
        isStale = Array(repeating: true, count: count)
    }

    mutating func note(_ node: Int) {
        isStale[node / Self.size] = true
        total = nil
    }

    mutating func sum(_ nodes: ContiguousArray<NodeInfo>) -> Resource {
        if let total { return total }
        var sum = Resource()
        for block in blocks.indices {
            if isStale[block] {
                isStale[block] = false
                blocks[block] = Resource()
                for node in block * Self.size..<min((block + 1) * Self.size, nodes.count) {
                    blocks[block].add(nodes[node].used)
                }
            }
            sum.add(blocks[block])
        }
        total = sum
        return sum
    }
}

// MARK: Sessions on a kept workspace

extension LiveCluster {
    /// Opens a session on the world as it stands; `close` must follow before the cluster is asked for another.
    ///
    /// It decides as one over `snapshot()` does, and costs time in proportion to what has changed since the last one. The
    /// configuration must be the same every time, and one that `keepsDesk` accepts.
    public mutating func openSession(
        configuration: VolcanoConfiguration, now: Timestamp, tieRule: TieRule, memory: consuming SchedulerMemory
    ) -> VolcanoSession {
        if !desk.isLaidOut { layOut() }
        for key in desk.unwritten {
            guard let place = find(key), !jobs[place].isWritten else { continue }
            assignPlaces(place)
            write(place)
            forgetStanding(of: jobs[place], stays: true)
        }
        desk.unwritten.removeAll(keepingCapacity: true)
        for node in desk.dirtyNodes { remake(Int(node)) }
        desk.dirtyNodes.removeAll(keepingCapacity: true)
        desk.workspace?.standings.used = desk.used.sum(nodes)
        var arrays = SnapshotArrays(queues: [])
        arrays.pods = desk.pods
        arrays.queues = desk.queues
        let snapshot = ClusterSnapshot(
            base, arrays, nodes: nodes, kubernetes: nil, descriptions: descriptions, shapeCount: shapeCount)
        return VolcanoSession(
            snapshot, lendWorkspace(), configuration: configuration, now: now, tieRule: tieRule, memory: memory)
    }

    private mutating func lendWorkspace() -> SessionWorkspace {
        var workspace = desk.workspace.take() ?? SessionWorkspace()
        workspace.cluster = exchange(&kubernetes, with: .empty)
        return workspace
    }

    /// Takes the workspace back and undoes what the session wrote to it; what is to stay of its decisions is told by the
    /// other methods.
    public mutating func close(_ session: VolcanoSession) {
        desk.workspace = session.takeWorkspace()
        if let cluster = desk.workspace?.cluster.take() { kubernetes = cluster }
        // Classes that no node is in any more are never forgotten one by one.
        if let count = desk.workspace?.classes?.count, count > 4096 + 8 * nodes.count { desk.workspace?.classes = nil }
        for node in desk.workspace?.changes.nodes ?? [] {
            desk.workspace?.nodes[Int(node.index)] = nodes[Int(node.index)]
            desk.workspace?.reclassify(node)
        }
        for index in 0..<(desk.workspace?.changes.jobs.count ?? 0) {
            guard let job = desk.workspace?.changes.jobs[index], let place = find(keyOfJob[Int(job.index)]),
                jobs[place].slot == job.index
            else { continue }
            if desk.workspace?.jobs[Int(job.index)].hasScheduleStart == true {
                jobs[place].info.hasScheduleStart = true
            }
            guard jobs[place].isWritten else { continue }
            if desk.workspace?.changes.containsParts(of: job) == true { write(place) } else { writeJob(place) }
        }
        desk.workspace?.changes.clear()
    }

    /// Whether sessions of this configuration leave nothing in the workspace that `close` does not undo: its plugins judge
    /// nodes by class only, and look at jobs in order.
    public static func keepsDesk(_ configuration: VolcanoConfiguration, topology: Bool) -> Bool {
        let plugins: Set<String> = [
            "priority", "gang", "conformance", "overcommit", "drf", "predicates", "proportion", "capacity",
            "nodeorder", "binpack",
        ]
        let actions: Set<String> = ["enqueue", "allocate", "preempt", "reclaim", "backfill"]
        return !topology && configuration.actions.allSatisfy(actions.contains)
            && configuration.tiers.joined().allSatisfy {
                plugins.contains($0.name) && !$0.isEnabled("enableHierarchy")
            }
    }

    /// Makes the workspace anew.
    private mutating func layOut() {
        var workspace = SessionWorkspace()
        workspace.nodes = nodes
        workspace.writesMessages = false
        workspace.mayHaveTopology =
            jobTemplates.contains { $0?.topology != nil } || subJobTemplates.contains { $0?.topology != nil }
        desk.queues = base.queues
        for index in desk.queues.indices { desk.queues[index].jobs = [] }
        workspace.standings.reserve(jobs: 0, queues: desk.queues.count)
        workspace.changes.reserve(jobs: 0, nodes: nodes.count)
        desk.workspace = workspace
        desk.isLaidOut = true
        desk.pods = []
        (desk.vacantJobs, desk.vacantTasks) = ([], [:])
        (keyOfJob, firstTask) = ([], [])
        desk.used = BlockSum(nodes: nodes.count)
        desk.unwritten = []
        for place in jobs.indices where !jobs[place].isGone {
            jobs[place].slot = -1
            (jobs[place].firstTask, jobs[place].taskRoom) = (-1, 0)
            jobs[place].isWritten = false
            desk.unwritten.append(jobs[place].key)
        }
        for node in isDirty.indices { isDirty[node] = true }
        desk.dirtyNodes = nodes.indices.map { Int32($0) }
    }

    /// Forgets the workspace, not who is where.
    mutating func clearDesk() {
        desk.workspace = nil
        desk.isLaidOut = false
        desk.unwritten = []
        desk.dirtyNodes = []
    }

    // MARK: Changes

    mutating func noteWrite(_ place: Int) {
        guard desk.isLaidOut, jobs[place].isWritten || jobs[place].slot < 0 else { return }
        jobs[place].isWritten = false
        desk.unwritten.append(jobs[place].key)
    }

    mutating func noteDirty(_ node: Int) {
        if isDirty[node] { return }
        isDirty[node] = true
        if desk.isLaidOut { desk.dirtyNodes.append(Int32(node)) }
    }

    mutating func settle(_ tenant: Tenant, on node: Int) {
        let place = desk.tenants[node].firstIndex { tenant < $0 } ?? desk.tenants[node].count
        desk.tenants[node].insert(tenant, at: place)
    }

    /// The places of a job that is gone.
    mutating func vacate(_ job: LiveJob) {
        guard desk.isLaidOut, job.slot >= 0 else { return }
        let slot = Int(job.slot)
        forgetStanding(of: job, stays: false)
        let queue = Int(job.info.queue.index)
        if let place = queuePlace(job.key, queue) { desk.queues[queue].jobs.remove(at: place) }
        if let place = orderPlace(job.key) { desk.workspace?.jobOrder.remove(at: place) }
        vacateTasks(job)
        desk.workspace?.jobs[slot].tasks = []
        desk.workspace?.jobs[slot].phase = ""
        desk.workspace?.jobs[slot].counts = StatusCounts()
        desk.workspace?.jobs[slot].allocated = Resource()
        desk.vacantJobs.append(job.slot)
    }

    private mutating func vacateTasks(_ job: LiveJob) {
        guard job.taskRoom > 0 else { return }
        for task in Int(job.firstTask)..<Int(job.firstTask) + job.taskRoom {
            desk.workspace?.tasks[task].job = nil
            desk.workspace?.tasks[task].node = nil
        }
        desk.vacantTasks[job.taskRoom, default: []].append(job.firstTask)
    }

    private mutating func forgetStanding(of job: LiveJob, stays: Bool) {
        desk.workspace?.standings.forget(JobRef(Int(job.slot)), of: job.info.queue, stays: stays)
    }

    private func orderPlace(_ key: Int32) -> Int? {
        desk.workspace.flatMap { Self.place(of: key, in: $0.jobOrder, keyOfJob) }
    }

    private func queuePlace(_ key: Int32, _ queue: Int) -> Int? {
        Self.place(of: key, in: desk.queues[queue].jobs, keyOfJob)
    }

    private static func place(of key: Int32, in list: [JobRef], _ keys: [Int32]) -> Int? {
        let place = insertionPlace(of: key, in: list, keys)
        return place < list.count && keys[Int(list[place].index)] == key ? place : nil
    }

    private static func insertionPlace(of key: Int32, in list: [JobRef], _ keys: [Int32]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[Int(list[middle].index)] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Writing

    /// Gives a job its place, and room for its tasks.
    private mutating func assignPlaces(_ place: Int) {
        if jobs[place].slot < 0 { assignSlot(place) }
        let count = jobs[place].tasks.count
        if jobs[place].taskRoom < count {
            vacateTasks(jobs[place])
            let first: Int32
            if let vacant = desk.vacantTasks[count]?.popLast() {
                first = vacant
            } else {
                first = Int32(desk.pods.count)
                desk.pods.append(contentsOf: jobs[place].pods)
                desk.workspace?.tasks.append(contentsOf: jobs[place].tasks)
            }
            (jobs[place].firstTask, jobs[place].taskRoom) = (first, count)
        }
        let slot = Int(jobs[place].slot)
        firstTask[slot] = jobs[place].firstTask
        if jobs[place].info.tasks.count != count {
            let first = Int(jobs[place].firstTask)
            jobs[place].info.tasks = (first..<first + count).map { TaskRef($0) }
            jobs[place].subJob.tasks = jobs[place].info.tasks
        }
    }

    private mutating func assignSlot(_ place: Int) {
        let key = jobs[place].key
        let slot: Int
        if let vacant = desk.vacantJobs.popLast() {
            slot = Int(vacant)
            keyOfJob[slot] = key
        } else {
            slot = keyOfJob.count
            keyOfJob.append(key)
            firstTask.append(-1)
            desk.workspace?.jobs.append(jobs[place].info)
            desk.workspace?.isSettled.append(false)
            desk.workspace?.subJobs.append(jobs[place].subJob)
            desk.workspace?.changes.reserve(jobs: slot + 1, nodes: 0)
            desk.workspace?.standings.reserve(jobs: slot + 1, queues: 0)
        }
        jobs[place].slot = Int32(slot)
        let (job, subJob) = (JobRef(slot), SubJobRef(slot))
        jobs[place].info.id = job
        jobs[place].info.subJobs = [subJob]
        jobs[place].info.tasks = []
        jobs[place].subJob.id = subJob
        jobs[place].subJob.job = job
        jobs[place].subJob.tasks = []
        let queue = Int(jobs[place].info.queue.index)
        let inQueue = Self.insertionPlace(of: key, in: desk.queues[queue].jobs, keyOfJob)
        desk.queues[queue].jobs.insert(job, at: inQueue)
        let order = desk.workspace?.jobOrder ?? []
        desk.workspace?.jobOrder.insert(job, at: Self.insertionPlace(of: key, in: order, keyOfJob))
    }

    /// Shows a job as it is, but for its sub-job and tasks.
    private mutating func writeJob(_ place: Int) {
        if jobs[place].isStale { jobs[place].recount() }
        jobs[place].isWritten = true
        let slot = Int(jobs[place].slot)
        desk.workspace?.jobs[slot] = jobs[place].info
        desk.workspace?.isSettled[slot] = jobs[place].info.isSettled
    }

    /// Shows a job as it is.
    private mutating func write(_ place: Int) {
        writeJob(place)
        let slot = Int(jobs[place].slot)
        desk.workspace?.subJobs[slot] = jobs[place].subJob
        let first = Int(jobs[place].firstTask)
        for pod in jobs[place].tasks.indices {
            var task = jobs[place].tasks[pod]
            task.id = TaskRef(first + pod)
            task.job = JobRef(slot)
            task.subJob = SubJobRef(slot)
            task.nameRank = Int64(jobs[place].key) << 32 | Int64(pod)
            let (node, nomination) = (jobs[place].nodes[pod], jobs[place].nominations[pod])
            if node >= 0, refOfPlace[Int(node)] >= 0 { task.node = NodeRef(Int(refOfPlace[Int(node)])) }
            if nomination >= 0, refOfPlace[Int(nomination)] >= 0 {
                task.nominatedNode = NodeRef(Int(refOfPlace[Int(nomination)]))
            }
            task.isNominatedInVain = nomination >= 0 && task.nominatedNode == nil
            desk.workspace?.tasks[first + pod] = task
            // Sessions do not change pods, but share the list until they end.
            if desk.pods[first + pod] !== jobs[place].pods[pod] { desk.pods[first + pod] = jobs[place].pods[pod] }
        }
        for task in first + jobs[place].tasks.count..<first + jobs[place].taskRoom {
            desk.workspace?.tasks[task].job = nil
            desk.workspace?.tasks[task].node = nil
        }
    }

    /// Sums up a node's tenants.
    private mutating func remake(_ ref: Int) {
        isDirty[ref] = false
        nodes[ref].idle = nodes[ref].allocatable
        nodes[ref].used = Resource()
        nodes[ref].tasks.removeAll(keepingCapacity: true)
        for tenant in desk.tenants[ref] {
            guard let place = find(tenant.key) else { preconditionFailure("tenants are active") }
            let pod = Int(tenant.pod)
            nodes[ref].take(jobs[place].tasks[pod].request, jobs[place].tasks[pod].status)
            nodes[ref].tasks.append(TaskRef(Int(jobs[place].firstTask) + pod))
        }
        desk.used.note(ref)
        desk.workspace?.nodes[ref] = nodes[ref]
        desk.workspace?.reclassify(NodeRef(ref))
    }
}
