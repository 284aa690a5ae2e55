import Quantities

/// What a gang-scheduling pass needs to know besides the rules.
struct PassOptions: Sendable {
    var preempts: Bool
    var minimumRuntimeNs: Int64
    /// Waiting jobs looked at behind those that cannot start.
    var searchDepth: Int
    var totals: ClusterTotals
}

extension Session {
    /// Starts waiting gangs in the order of the rules until nothing more can start.
    ///
    /// Among queues: `queueOrder`, then the heads' own order. A head that does not fit blocks its queue, or is passed,
    /// as the rules say; with preemption it may first evict running jobs that it outranks.
    mutating func allocateGangs<Rules: SchedulingRules>(_ rules: Rules, _ options: PassOptions) {
        var heads = openHeads(rules)
        var looked = 0
        while let queue = firstQueue(heads, rules, options.totals) {
            guard let key = heads[queue] else { break }
            let started =
                tryStart(key.job, .placed)
                || (options.preempts && preempt(for: key.job, rules, options))
            heads[queue] = queues[queue].waiting.successor(of: key)
            if started {
                queues[queue].waiting.remove(key)
                continue
            }
            if rules.blocksQueue {
                queues[queue].blocked = true
                heads[queue] = nil
            } else if jobs[Int(key.job)].reason != .queueCap {
                looked += 1
                if looked >= options.searchDepth { return }
            }
        }
    }

    /// The head of each queue that may be tried; nil for queues that are empty or still blocked.
    private mutating func openHeads<Rules: SchedulingRules>(_ rules: Rules) -> [WaitingKey?] {
        queues.indices.map { q in
            guard let head = queues[q].waiting.first else { return nil }
            if rules.blocksQueue, queues[q].blocked, jobs[Int(head.job)].poolMask & freedPools == 0 { return nil }
            queues[q].blocked = false
            return head
        }
    }

    /// The queue whose head goes next.
    private func firstQueue<Rules: SchedulingRules>(
        _ heads: [WaitingKey?], _ rules: Rules, _ totals: ClusterTotals
    ) -> Int? {
        var best: Int?
        var bestOrder = 0.0
        for q in heads.indices {
            guard let head = heads[q] else { continue }
            let order = rules.queueOrder(queues[q], totals)
            if let b = best, let leader = heads[b] {
                if order > bestOrder || (order == bestOrder && leader < head) { continue }
            }
            best = q
            bestOrder = order
        }
        return best
    }

    /// Starts a job if its queue's cap and the free resources allow it.
    mutating func tryStart(_ job: Int32, _ reason: DecisionReason) -> Bool {
        let entry = jobs[Int(job)]
        let queue = queues[Int(entry.queue)]
        if queue.capGPUMilli < .max, queue.gpuMilli + entry.gpuMilli > queue.capGPUMilli {
            reject(
                job, .queueCap, other: entry.queue, needed: entry.gpuMilli,
                available: max(0, queue.capGPUMilli - queue.gpuMilli))
            return false
        }
        let statement = openStatement()
        if shapeFailed[Int(entry.shape)] != releaseEpoch, placeGang(job) {
            commit(statement)
            charge(job, 1)
            start(job, reason)
            return true
        }
        shapeFailed[Int(entry.shape)] = releaseEpoch
        rejectUnplaced(job)
        return false
    }

    /// Records why the gang did not fit; the numbers are worked out only when nothing is on record yet.
    mutating func rejectUnplaced(_ job: Int32) {
        if jobs[Int(job)].reason.isLackOfResources { return }
        let why = reasonNotPlaced(job)
        reject(job, why.reason, needed: why.needed, available: why.available)
    }
}
