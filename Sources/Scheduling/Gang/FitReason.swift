import ClusterModel

extension Session {
    /// This session's jobs over a cluster in which everything is free and nothing has been tried.
    public func emptied() -> Session {
        var jobs = jobs
        for index in jobs.indices {
            jobs[index].firstPlacement = -1
            jobs[index].boundPods = 0
            jobs[index].runningIndex = -1
        }
        return Session(
            ledger: AllocationLedger(ledger.cluster), jobs: jobs, groups: groups,
            queues: queues.map { QueueEntry(weight: $0.weight, capGPUMilli: $0.capGPUMilli) },
            placement: placement.emptied())
    }

    /// Whether the gang minimum of a job fits right now, queue order and caps aside. Nothing changes.
    public mutating func fitsNow(_ job: Int32) -> Bool {
        let shape = Int(jobs[Int(job)].shape)
        if shapeFailed[shape] == releaseEpoch { return false }
        // A trial must not use up the random numbers of real decisions.
        let chance = placement.chance
        defer { placement.chance = chance }
        let statement = openStatement()
        guard placeGang(job) else {
            shapeFailed[shape] = releaseEpoch
            return false
        }
        rollback(statement)
        return true
    }

    /// Why a gang that was just tried did not fit, with its numbers.
    func reasonNotPlaced(_ job: Int32) -> (reason: DecisionReason, needed: Int64, available: Int64) {
        var needed: Int64 = 0
        var countsSuffice = true
        for g in groupIndexes(of: job) {
            let group = groups[g]
            needed += Int64(group.minMember) * group.request.totalGPUMilli
            let perPod = group.request.wholeGPUs
            guard perPod > 0 else { continue }
            var room = 0
            var pools = group.poolMask & ledger.poolBits
            while pools != 0 {
                room += podCapacity(PoolID(index: Int32(pools.trailingZeroBitCount)), gpusPerPod: perPod)
                pools &= pools - 1
            }
            if room < Int(group.minMember) { countsSuffice = false }
        }
        let free = freeGPUMilli(in: jobs[Int(job)].poolMask)
        if needed == 0 || (countsSuffice && free >= needed) { return (.insufficientOther, needed, free) }
        return (free >= needed ? .fragmentedGPUs : .insufficientGPUs, needed, free)
    }
}
