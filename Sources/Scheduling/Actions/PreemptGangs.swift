import Quantities

extension Session {
    /// Evicts running jobs that `job` outranks until its gang fits, starts it, and gives back every victim that turned
    /// out not to be needed. False, and nothing changed, if even all of them are not enough.
    ///
    /// Victims go in the rules' order, ties by latest start, then latest arrival; they are reprieved in the reverse
    /// order, as kube-scheduler's preemption does. A job younger than the minimum run time is no victim.
    mutating func preempt<Rules: SchedulingRules>(for job: Int32, _ rules: Rules, _ options: PassOptions) -> Bool {
        let waiting = jobs[Int(job)]
        guard preemptFailed[Int(waiting.shape)] != cycle, jobs[Int(job)].reason != .queueCap else { return false }
        let candidates = victims(for: waiting, rules, options)
        let obtainable = candidates.reduce(freeMilli(in: waiting.poolMask)) { $0 + jobs[Int($1)].gpuMilli }
        guard !candidates.isEmpty, obtainable >= waiting.minGPUMilli else {
            preemptFailed[Int(waiting.shape)] = cycle
            return false
        }
        let statement = openStatement()
        var evicted: [Int32] = []
        var free = freeMilli(in: waiting.poolMask)
        var placed = false
        for victim in candidates {
            evict(victim)
            evicted.append(victim)
            free += jobs[Int(victim)].gpuMilli
            if free >= waiting.minGPUMilli, placeGang(job) {
                placed = true
                break
            }
        }
        guard placed else {
            rollback(statement)
            preemptFailed[Int(waiting.shape)] = cycle
            return false
        }
        evicted = evicted.reversed().filter { !reprieve($0) }.reversed()
        commit(statement)
        for victim in evicted { finishEviction(victim, for: job) }
        charge(job, 1)
        start(job, .placed)
        return true
    }

    /// Running jobs that may be evicted for `waiting`, best victim first.
    private mutating func victims<Rules: SchedulingRules>(
        for waiting: JobEntry, _ rules: Rules, _ options: PassOptions
    ) -> [Int32] {
        var found: [(order: Int64, job: Int32)] = []
        for job in running {
            let entry = jobs[Int(job)]
            guard entry.preemptible, entry.poolMask & waiting.poolMask != 0,
                rules.outranks(waiting, entry, now: now)
            else { continue }
            let evictableFrom = SimTime(nanoseconds: entry.startNs).later(by: options.minimumRuntimeNs).nanoseconds
            if evictableFrom > now.nanoseconds {
                wakeAtNs = min(wakeAtNs, evictableFrom)
                continue
            }
            found.append((rules.victimOrder(entry, now: now), job))
        }
        found.sort { a, b in
            if a.order != b.order { return a.order > b.order }
            let (x, y) = (jobs[Int(a.job)], jobs[Int(b.job)])
            return x.startNs != y.startNs ? x.startNs > y.startNs : x.sequence > y.sequence
        }
        return found.map(\.job)
    }

    /// Takes an evicted job off the books; its bound pods stay listed until the caller has recorded them.
    private mutating func finishEviction(_ victim: Int32, for job: Int32) {
        jobs[Int(victim)].state = .waiting
        leaveRunning(victim)
        charge(victim, -1)
        noteRelease(jobs[Int(victim)].poolMask)
        decisions.append(
            Decision(
                kind: .evict, reason: .preemptedFor, job: victim, other: job, needed: jobs[Int(job)].gpuMilli,
                available: 0))
    }
}
