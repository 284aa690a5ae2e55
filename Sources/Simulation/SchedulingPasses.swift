import ClusterModel
import Quantities
import Scheduling

/// Passes of the scheduler and what follows from their decisions.
extension Simulation {
    /// One pass at the present instant; evictions ask for another, so that victims may find another place at once.
    mutating func schedulingPass() {
        needsPass = false
        growthIsDue = !short.isEmpty
        let cycle = session.cycle
        scheduler.pass(&session)
        var evictions = false
        // Applying a decision may add new ones (an evicted job queues up again): those belong to the next pass.
        let count = session.decisions.count
        for i in 0..<count {
            let decision = session.decisions[i]
            apply(decision, cycle)
            if decision.kind == .evict { evictions = true }
        }
        session.decisions.removeFirst(count)
        if evictions { needsPass = true }
        if session.wakeAtNs < .max { wake(at: session.wakeAtNs) }
        guard !needsPass else { return }
        if world.scheduler.policy == .kubeDefault { reportDeadlock() }
        if recording { attributeFreeCapacity() }
    }

    mutating func apply(_ decision: Decision, _ cycle: Int64) {
        let job = decision.job
        switch decision.kind {
        case .start:
            foldPlacements(job)
            record(decision, .start, cycle)
            start(job)
        case .evict:
            record(decision, .preempt, cycle)
            evicted(job, for: decision.other)
        case .reject: reject(decision, cycle)
        case .bind:
            record(decision, .start, cycle)
            takeNewBinds(job)
        case .deadlock:
            record(decision, .deadlock, cycle)
        }
    }

    /// Records a new reason for waiting. Reasons that flip back and forth within one sampling interval (a pass finds
    /// no room, the next one room that is reserved) would fill the log: of those the first stands until the interval
    /// is over.
    private mutating func reject(_ decision: Decision, _ cycle: Int64) {
        let index = Int(decision.job)
        // The pass may have started the job since.
        guard [.waiting, .holding].contains(session.jobs[index].state) else { return }
        let since = now.nanoseconds - runs[index].rejectedNs
        if runs[index].rejectedNs >= runs[index].queuedSinceNs, since < world.sampleInterval.nanoseconds {
            session.jobs[index].reason = runs[index].reason
            session.jobs[index].reasonOther = runs[index].reasonOther
            return
        }
        runs[index].rejectedNs = now.nanoseconds
        runs[index].reason = decision.reason
        runs[index].reasonOther = decision.other
        record(decision, .reject, cycle)
    }

    private mutating func record(_ decision: Decision, _ action: DecisionAction, _ cycle: Int64) {
        guard recording else { return }
        facts.decisions.append(
            DecisionFact(
                cycle: cycle, timeNs: now.nanoseconds, job: decision.job, other: decision.other,
                needed: decision.needed, available: decision.available, action: action, reason: decision.reason))
    }

    /// Where a job starts is part of the run's identity.
    mutating func foldPlacements(_ job: Int32) {
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            fingerprint.fold(UInt64(UInt32(bitPattern: job)) << 32 | UInt64(placed.allocation.gpuMask))
            fingerprint.fold(Int64(placed.allocation.node.index))
            cell = placed.next
        }
    }

    private mutating func wake(at nanoseconds: Int64) {
        guard nanoseconds > now.nanoseconds, hardware.wakeNs != nanoseconds else { return }
        hardware.wakeNs = nanoseconds
        schedule(at: SimTime(nanoseconds: nanoseconds), .wake)
    }

    /// Decides for every pool why its free GPUs are free: nothing waits (idle), something waits that would fit
    /// (blocked by order, quota or policy), or nothing that waits fits (fragmented).
    mutating func attributeFreeCapacity() {
        var wanted: UInt64 = 0
        var fitting: UInt64 = 0
        let all = session.ledger.poolBits
        for shape in waitingByShape.indices where waitingByShape[shape] > 0 {
            let job = jobOfShape[shape]
            let mask = session.jobs[Int(job)].poolMask
            wanted |= mask
            if fitting & mask != mask & all, world.scheduler.policy != .kubeDefault, session.fitsNow(job) {
                fitting |= mask
            }
        }
        for pool in 0..<world.cluster.pools.count {
            let bit: UInt64 = 1 << UInt64(pool)
            let cause: GPUTimeCause = fitting & bit != 0 ? .blocked : wanted & bit != 0 ? .fragmented : .idle
            accounting.setCause(pool, cause)
        }
    }

    /// Tells once about every new set of gangs that wait for each other for ever.
    private mutating func reportDeadlock() {
        // What waits for a repair does not wait for ever.
        guard hardware.down == 0 else { return }
        let stuck = session.findDeadlock()
        guard !stuck.isEmpty, stuck != reportedDeadlock else { return }
        reportedDeadlock = stuck
        for job in stuck {
            let other = stuck.first { $0 != job } ?? job
            runs[Int(job)].reason = .gangDeadlock
            note(
                .deadlock, .gangDeadlock, job, other: other, needed: Int64(session.jobs[Int(job)].pods),
                available: Int64(session.jobs[Int(job)].boundPods))
        }
        let names = stuck.prefix(4).map { world.workload.name(of: world.workload.jobs[Int($0)]) }
        let more = stuck.count > 4 ? " and \(stuck.count - 4) more" : ""
        warnings.append(
            "gang deadlock at \(SimDuration(nanoseconds: now.nanoseconds)): \(names.joined(separator: ", "))\(more)"
                + " each hold part of their pods and wait for GPUs that the others hold")
    }
}
