/// Changes of state that keep every count in step.
extension VolcanoSession {
    /// Moves a task to a status: counts of its job, role and sub-job, and the job's allocated sum follow.
    public func setStatus(_ task: TaskRef, _ status: TaskStatus) {
        let old = self[task].status
        guard old != status else { return }
        tasks[Int(task.index)].status = status
        guard let job = self[task].job else { return }
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
        guard let subJob = self[task].subJob else { return }
        update(&subJobs[Int(subJob.index)]) { info in
            info.counts[old] -= 1
            info.counts[status] += 1
            info.pendingBestEffort += pendingChange
        }
    }

    private func update<T>(_ value: inout T, _ change: (inout T) -> Void) { change(&value) }

    /// Puts a task on a node: what it takes there follows from its status. False if a Binding task does not fit.
    @discardableResult
    func addTask(_ task: TaskRef, to node: NodeRef) -> Bool {
        let (status, request) = (self[task].status, self[task].request)
        if status == .binding, !request.lessEqual(self[node].idle) { return false }
        nodes[Int(node.index)].take(request, status)
        nodes[Int(node.index)].tasks.append(task)
        if classesAreReady { classes.change(node, shape: self[task].shape, status: status, sign: 1) }
        return true
    }

    /// Takes a task off a node; `status` is the one it was put there with.
    func removeTask(_ task: TaskRef, from node: NodeRef, status: TaskStatus) {
        guard let place = self[node].tasks.lastIndex(of: task) else { return }
        nodes[Int(node.index)].tasks.remove(at: place)
        nodes[Int(node.index)].give(self[task].request, status)
        if classesAreReady { classes.change(node, shape: self[task].shape, status: status, sign: -1) }
    }

    /// Tells the classes of equal nodes that filters no longer see a task that stays on its node, or see it again
    /// (`sign` −1).
    func noteAbsence(of task: TaskRef, from node: NodeRef, sign: Int32 = 1) {
        if classesAreReady { classes.change(node, absent: self[task].shape, sign: sign) }
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
