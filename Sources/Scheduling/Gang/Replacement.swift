import ClusterModel

/// Restarting a gang where it is: lost pods are bound elsewhere, the others keep their nodes.
extension Session {
    /// Gives back the lost pods of a running job and binds every pod that it lacks where the node policy says; all its
    /// pods count as bound now. Nodes that must not be used are unschedulable in the ledger.
    ///
    /// - Returns: whether the job has all its pods again, or at least the minimum of every group where `mayShrink`. If
    ///   not, it holds fewer than it needs and the caller must release it.
    public mutating func replacePods(of job: Int32, mayShrink: Bool, isLost: (Allocation) -> Bool) -> Bool {
        let index = Int(job)
        var kept: [(task: Int32, allocation: Allocation)] = []
        while jobs[index].firstPlacement >= 0 {
            let cell = slab.cells[Int(jobs[index].firstPlacement)]
            jobs[index].firstPlacement = slab.pop(jobs[index].firstPlacement)
            if isLost(cell.allocation) {
                ledger.release(cell.allocation)
                placement.note(released: cell.allocation)
            } else {
                kept.append((cell.task, cell.allocation))
            }
        }
        jobs[index].boundPods = Int32(kept.count)
        for pod in kept.reversed() {
            jobs[index].firstPlacement = slab.push(
                pod.allocation, task: pod.task, boundNs: now.nanoseconds, head: jobs[index].firstPlacement)
        }
        noteRelease(jobs[index].poolMask)
        let statement = openStatement()
        let isEnough = bindMissing(job, tasks: Set(kept.map(\.task)), mayShrink: mayShrink)
        commit(statement)
        // Releasing a job without pods leaves its queue's account alone.
        if jobs[index].firstPlacement < 0 { charge(job, -1) }
        return isEnough
    }

    /// How many pods a running gang would have if all that it lacks, and that find room now, were bound; nothing is bound.
    public mutating func podsWithinReach(of job: Int32) -> Int32 {
        var tasks: Set<Int32> = []
        var cell = jobs[Int(job)].firstPlacement
        while cell >= 0 {
            tasks.insert(slab.cells[Int(cell)].task)
            cell = slab.cells[Int(cell)].next
        }
        let statement = openStatement()
        _ = bindMissing(job, tasks: tasks, mayShrink: true)
        let pods = jobs[Int(job)].boundPods
        rollback(statement)
        return pods
    }

    private mutating func bindMissing(_ job: Int32, tasks: Set<Int32>, mayShrink: Bool) -> Bool {
        var firstTask: Int32 = 0
        var isEnough = true
        for g in groupIndexes(of: job) {
            let group = groups[g]
            var bound: Int32 = 0
            for task in firstTask..<firstTask + group.count {
                if tasks.contains(task) || bindOnePod(job, group, task: task) { bound += 1 }
            }
            if bound < (mayShrink ? group.minMember : group.count) { isEnough = false }
            firstTask += group.count
        }
        return isEnough
    }
}
