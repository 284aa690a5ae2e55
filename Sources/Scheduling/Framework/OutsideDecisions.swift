import ClusterModel

/// Decisions of a scheduler that works outside the session (Volcano), carried out on the ledger and the books.
extension Session {
    /// Binds one pod of a waiting job. False if no set of cards of the node can hold it.
    public mutating func bindPod(_ job: Int32, task: Int32, _ request: ResourceRequest, on node: NodeID) -> Bool {
        guard let allocation = ledger.allocate(request, on: node) else { return false }
        let statement = openStatement()
        if jobs[Int(job)].boundPods == 0 { charge(job, 1) }
        bind(job, task: task, allocation)
        commit(statement)
        return true
    }

    /// Records that a job holds pods but not enough of them to start.
    mutating func hold(_ job: Int32) {
        let entry = jobs[Int(job)]
        jobs[Int(job)].state = .holding
        decisions.append(
            Decision(
                kind: .bind, reason: .podBound, job: job, other: -1, needed: Int64(entry.pods),
                available: Int64(entry.boundPods)))
    }

    /// Takes a running job off the ledger and the books; its pods stay listed until the caller has recorded them.
    /// `other` is the job it makes room for, −1 where that is not known.
    public mutating func evictRunning(_ job: Int32, for other: Int32) {
        let statement = openStatement()
        evict(job)
        commit(statement)
        jobs[Int(job)].state = .waiting
        leaveRunning(job)
        charge(job, -1)
        noteRelease(jobs[Int(job)].poolMask)
        decisions.append(
            Decision(
                kind: .evict, reason: other < 0 ? .evicted : .preemptedFor, job: job, other: other,
                needed: other < 0 ? 0 : jobs[Int(other)].gpuMilli, available: 0))
    }

    /// Records why a job waits, if that is new. For lack of room, which resource is short is worked out from the ledger.
    public mutating func noteWaiting(_ job: Int32, _ cause: WaitCause) {
        let entry = jobs[Int(job)]
        switch cause {
        case .notAdmitted: reject(job, .notAdmitted, other: entry.queue, needed: entry.minGPUMilli)
        case .overcommitted: reject(job, .overcommitted, needed: entry.minGPUMilli)
        case .queueOverused: reject(job, .queueOverused, other: entry.queue, needed: entry.minGPUMilli)
        case .queueLimit:
            let queue = queues[Int(entry.queue)]
            let left = queue.capGPUMilli == .max ? 0 : max(0, queue.capGPUMilli - queue.gpuMilli)
            reject(job, .queueCap, other: entry.queue, needed: entry.minGPUMilli, available: left)
        case .reserved: reject(job, .awaitsRelease, needed: entry.minGPUMilli)
        case .noRoom: rejectUnplaced(job)
        }
    }
}
