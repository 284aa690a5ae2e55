/// Changes of state that keep every count in step.
///
/// Upstream's tasks are objects, and more than one can stand for a pod: a dry run that is replayed works on copies that
/// carry the status of its end. A sub-job strikes a task off the list of the status that the object at hand has, so the
/// replayed task stays in the sub-job's list of pending tasks (`TaskInfo.listedAs`) and may be placed a second time by
/// `allocate`, `gangpreempt` or `gangreclaim`. Its earlier place then stays taken on the node (`leftovers`).
extension VolcanoSession {
    /// Moves a task to a status: counts of its job, role and sub-job, and the job's allocated sum follow.
    ///
    /// `listed` is the status of upstream's object, where it is not that of the task.
    public func setStatus(_ task: TaskRef, _ status: TaskStatus, listedAs listed: TaskStatus? = nil) {
        let old = self[task].status
        relist(task, from: listed ?? old, to: status)
        guard old != status else { return }
        tasks[Int(task.index)].status = status
        guard let job = self[task].job else { return }
        changes.noteParts(of: job)
        let (bestEffort, role) = (self[task].isBestEffort, Int(self[task].role))
        let pendingChange = bestEffort ? (status == .pending ? 1 : 0) - (old == .pending ? 1 : 0) : 0
        let request = self[task].request
        update(&jobs[Int(job.index)]) { info in
            info.counts[old] -= 1
            info.counts[status] += 1
            info.pendingBestEffort += pendingChange
            if role >= 0 {
                info.roles[role].counts[old] -= 1
                info.roles[role].counts[status] += 1
                info.roles[role].pendingBestEffort += pendingChange
            }
            if old.isAllocated != status.isAllocated {
                if status.isAllocated { info.allocated.add(request) } else { info.allocated.sub(request) }
            }
        }
    }

    /// Moves a task between the lists of its sub-job.
    private func relist(_ task: TaskRef, from old: TaskStatus, to status: TaskStatus) {
        guard let subJob = self[task].subJob else { return }
        changes.noteParts(of: subJobs[Int(subJob.index)].job)
        let bestEffort = self[task].isBestEffort ? 1 : 0
        if tasks[Int(task.index)].listedAs.remove(old) {
            subJobs[Int(subJob.index)].counts[old] -= 1
            if old == .pending { subJobs[Int(subJob.index)].pendingBestEffort -= bestEffort }
        }
        if tasks[Int(task.index)].listedAs.insert(status) {
            subJobs[Int(subJob.index)].counts[status] += 1
            if status == .pending { subJobs[Int(subJob.index)].pendingBestEffort += bestEffort }
        }
    }

    /// Tasks that a sub-job lists as pending, in the order upstream walks its map; some may be placed already.
    func pendingTasks(of subJob: SubJobRef) -> [TaskRef] {
        ties.arranged(self[subJob].tasks.filter { self[$0].listedAs.contains(.pending) })
    }

    private func update<T>(_ value: inout T, _ change: (inout T) -> Void) { change(&value) }

    /// Puts a task on a node: what it takes there follows from its status. False if a Binding task does not fit.
    @discardableResult
    func addTask(_ task: TaskRef, to node: NodeRef) -> Bool {
        let (status, request) = (self[task].status, self[task].request)
        if status == .binding, !request.lessEqual(self[node].idle) { return false }
        changes.note(node)
        nodes[Int(node.index)].take(request, status)
        nodes[Int(node.index)].tasks.append(task)
        if classesAreReady { classes.change(node, shape: self[task].shape, status: status, sign: 1) }
        return true
    }

    /// Takes a task off a node; `status` is the one it was put there with.
    func removeTask(_ task: TaskRef, from node: NodeRef, status: TaskStatus) {
        guard let place = self[node].tasks.lastIndex(of: task) else { return }
        changes.note(node)
        nodes[Int(node.index)].tasks.remove(at: place)
        nodes[Int(node.index)].give(self[task].request, status)
        if classesAreReady { classes.change(node, shape: self[task].shape, status: status, sign: -1) }
    }

    /// Tells the classes of equal nodes that filters no longer see a task that stays on its node, or see it again
    /// (`sign` −1).
    func noteAbsence(of task: TaskRef, from node: NodeRef, sign: Int32 = 1) {
        guard classesAreReady else { return }
        changes.note(node)
        classes.change(node, absent: self[task].shape, sign: sign)
    }

    /// Runs every allocation handler; the first error is returned, the others run nevertheless.
    func fireAllocated(_ task: TaskRef) -> String? {
        var failure: String?
        for plugin in eventHandlers { if let error = plugin.taskAllocated(task), failure == nil { failure = error } }
        return failure
    }

    func fireDeallocated(_ task: TaskRef) {
        for plugin in eventHandlers { plugin.taskDeallocated(task) }
    }
}

/// A place that a pod keeps on a node after it was placed a second time.
struct Leftover {
    var task: TaskRef
    var node: NodeRef
    /// What the node holds it as.
    var status: TaskStatus
}

extension NodeInfo {
    /// Accounts for a task of this status (upstream: AddTask).
    mutating func take(_ request: Resource, _ status: TaskStatus) {
        switch status {
        case .releasing:
            idle.sub(request)
            releasing.add(request)
            used.add(request)
        case .pipelined:
            pipelined.add(request)
        default:
            idle.sub(request)
            used.add(request)
        }
    }

    /// Undoes `take` (upstream: RemoveTask).
    mutating func give(_ request: Resource, _ status: TaskStatus) {
        switch status {
        case .releasing:
            releasing.sub(request)
            idle.add(request)
            used.sub(request)
        case .pipelined:
            pipelined.sub(request)
        default:
            idle.add(request)
            used.sub(request)
        }
    }
}
