import ClusterModel

extension Session {
    /// Binds the gang minimum of every group of a job, then as many further pods as fit.
    ///
    /// All or nothing: false, and nothing changed, if a minimum does not fit. On success the steps stay in the undo
    /// log for the caller's statement.
    mutating func placeGang(_ job: Int32) -> Bool {
        let statement = openStatement()
        for (g, firstTask) in placementOrder(of: job) {
            guard placePods(job, groups[g], count: groups[g].minMember, firstTask: firstTask) else {
                rollback(statement)
                return false
            }
        }
        if jobs[Int(job)].minPods < jobs[Int(job)].pods { placeOptionalPods(job) }
        return true
    }

    /// Groups in the order in which they are placed, with the number of their first pod: those with the fewest pools to
    /// choose from first, then the largest pods, so that a group that may go anywhere does not take the only place of
    /// another; ties in the order of the job.
    private func placementOrder(of job: Int32) -> [(group: Int, firstTask: Int32)] {
        var order: [(group: Int, firstTask: Int32)] = []
        var firstTask: Int32 = 0
        for g in groupIndexes(of: job) {
            order.append((g, firstTask))
            firstTask += groups[g].count
        }
        guard order.count > 1 else { return order }
        return order.sorted { a, b in
            let (x, y) = (groups[a.group], groups[b.group])
            let choices =
                (x.poolMask & ledger.poolBits).nonzeroBitCount - (y.poolMask & ledger.poolBits).nonzeroBitCount
            if choices != 0 { return choices < 0 }
            let larger = x.request.totalGPUMilli - y.request.totalGPUMilli
            return larger != 0 ? larger > 0 : a.group < b.group
        }
    }

    /// Binds pods above the minimum one by one while they fit.
    private mutating func placeOptionalPods(_ job: Int32) {
        var firstTask: Int32 = 0
        for g in groupIndexes(of: job) {
            var task = firstTask + groups[g].minMember
            while task < firstTask + groups[g].count, placePods(job, groups[g], count: 1, firstTask: task) { task += 1 }
            firstTask += groups[g].count
        }
    }

    /// Binds `count` pods of a group, or none and false.
    private mutating func placePods(_ job: Int32, _ group: GroupEntry, count: Int32, firstTask: Int32) -> Bool {
        if placement.policy == .bestFit, group.request.wholeGPUs > 0 {
            return placeConsolidated(job, group, count: count, firstTask: firstTask)
        }
        let statement = openStatement()
        for i in 0..<count where !bindOnePod(job, group, task: firstTask + i) {
            rollback(statement)
            return false
        }
        return true
    }

    /// Binds one pod where the node policy says.
    mutating func bindOnePod(_ job: Int32, _ group: GroupEntry, task: Int32) -> Bool {
        guard let choice = placement.choose(group.request, pools: group.poolMask, ledger: ledger) else { return false }
        let allocation: Allocation? =
            if let mask = choice.gpuMask {
                ledger.allocate(group.request, on: choice.node, gpuMask: mask)
            } else {
                ledger.allocate(group.request, on: choice.node)
            }
        guard let allocation else { return false }
        bind(job, task: task, allocation)
        return true
    }

    /// Consolidated placement of whole-GPU pods (`best-fit`): as few nodes as possible, the tightest that do.
    ///
    /// In the first pool that holds the whole group, else over all allowed pools. Ties: lowest node index, which
    /// also keeps neighbours of one leaf together because nodes are numbered leaf by leaf.
    private mutating func placeConsolidated(
        _ job: Int32, _ group: GroupEntry, count: Int32, firstTask: Int32
    ) -> Bool {
        let perPod = group.request.wholeGPUs
        var total = 0
        var pools = group.poolMask & ledger.poolBits
        while pools != 0 {
            let pool = PoolID(index: Int32(pools.trailingZeroBitCount))
            pools &= pools - 1
            let room = podCapacity(pool, gpusPerPod: perPod)
            total += room
            guard room >= Int(count) else { continue }
            let statement = openStatement()
            if fillPool(job, group, pool, count: count, firstTask: firstTask) == count { return true }
            rollback(statement)
        }
        guard total >= Int(count) else { return false }
        return placeAcrossPools(job, group, count: count, firstTask: firstTask)
    }

    /// Spreads a group over several pools, in pool order.
    private mutating func placeAcrossPools(
        _ job: Int32, _ group: GroupEntry, count: Int32, firstTask: Int32
    ) -> Bool {
        let statement = openStatement()
        var placed: Int32 = 0
        var pools = group.poolMask & ledger.poolBits
        while pools != 0, placed < count {
            let pool = PoolID(index: Int32(pools.trailingZeroBitCount))
            pools &= pools - 1
            placed += fillPool(job, group, pool, count: count - placed, firstTask: firstTask + placed)
        }
        guard placed == count else {
            rollback(statement)
            return false
        }
        return true
    }

    /// Pods of `gpusPerPod` whole GPUs that the pool's free GPUs could hold, CPU and memory aside.
    func podCapacity(_ pool: PoolID, gpusPerPod: Int) -> Int {
        var pods = 0
        var free = ledger.maxGPUsPerNode(in: pool)
        while free >= gpusPerPod {
            pods += ledger.nodesWithFreeGPUs(in: pool, exactly: free) * (free / gpusPerPod)
            free -= 1
        }
        return pods
    }

    /// Binds up to `count` pods in one pool, node by node; returns how many.
    private mutating func fillPool(
        _ job: Int32, _ group: GroupEntry, _ pool: PoolID, count: Int32, firstTask: Int32
    ) -> Int32 {
        let perPod = group.request.wholeGPUs
        let perNode = ledger.maxGPUsPerNode(in: pool) / perPod
        guard perNode > 0 else { return 0 }
        var placed: Int32 = 0
        while placed < count {
            var chunk = min(Int(count - placed), perNode)
            var node = tightestFit(group.request, pods: chunk, in: pool)
            while node == nil, chunk > 1 {
                // No node takes this many: fill the emptiest one instead, and fewer if CPU or memory is short.
                let emptiest = ledger.emptiestNode(in: pool, withFreeGPUs: perPod).map { ledger.freeWholeGPUs($0) }
                chunk = min(chunk - 1, (emptiest ?? 0) / perPod)
                guard chunk > 0 else { break }
                node = tightestFit(group.request, pods: chunk, in: pool)
            }
            guard let node, chunk > 0 else { return placed }
            for _ in 0..<chunk {
                guard let allocation = ledger.allocate(group.request, on: node) else { return placed }
                bind(job, task: firstTask + placed, allocation)
                placed += 1
            }
        }
        return placed
    }

    /// The node with the fewest free GPUs that takes `pods` such pods at once; ties: lowest index.
    private func tightestFit(_ request: ResourceRequest, pods: Int, in pool: PoolID) -> NodeID? {
        let wanted = request.times(pods)
        let gpus = Int(wanted.gpuCount)
        guard let best = ledger.tightestNode(in: pool, withFreeGPUs: gpus) else { return nil }
        if ledger.fits(wanted, on: best) { return best }
        // CPU, memory or NICs are short there: the first node that takes them all, from the tightest set upwards.
        var found: NodeID?
        for free in gpus...ledger.maxGPUsPerNode(in: pool) where found == nil {
            ledger.forEachNode(in: pool, withExactlyFreeGPUs: free) { node in
                if ledger.fits(wanted, on: node) { found = node }
                return found == nil
            }
        }
        return found
    }
}

extension ResourceRequest {
    /// The request of `pods` such pods on one node (whole GPUs only).
    func times(_ pods: Int) -> ResourceRequest {
        var sum = self
        sum.cpuMilli *= Int64(pods)
        sum.memoryBytes *= Int64(pods)
        sum.gpuCount *= Int32(pods)
        sum.rdmaNICs *= Int32(pods)
        sum.ephemeralBytes *= Int64(pods)
        return sum
    }
}
