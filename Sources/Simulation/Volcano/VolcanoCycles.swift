import ClusterModel
import Quantities
import Scheduling

/// Volcano's cycles in the event loop.
///
/// Cycles begin at multiples of the period. A cycle is played only if something has changed since the beginning of the last
/// one, or if a plugin has asked for it by the clock; a cycle that is skipped would have decided nothing.
extension Simulation {
    /// Sees to it that the next cycle that can decide something is played.
    mutating func armVolcanoCycle() {
        if needsPass {
            needsPass = false
            if recording { attributeFreeCapacity() }
        }
        guard let state = volcano, !state.isArmed else { return }
        var earliest = now
        if state.hasChanged || !state.skipsCycles {
            if state.skipsCycles, waiting == 0, state.restsWithoutWaiting { return }
        } else {
            guard state.wakeNs < .max else { return }
            earliest = max(now, SimTime(nanoseconds: state.wakeNs - 1))
        }
        let next = (earliest.nanoseconds / state.periodNs + 1).multipliedReportingOverflow(by: state.periodNs)
        guard !next.overflow else { return }
        volcano?.isArmed = true
        schedule(at: SimTime(nanoseconds: next.partialValue), .cycle)
    }

    /// Plays one cycle and carries out what it decided.
    mutating func volcanoCycle() {
        guard var state = volcano.take() else { return }
        let outcome = state.play(at: now, nextEvent: queue.peekTime() ?? .distantFuture)
        session.cycle = now.nanoseconds / state.periodNs
        volcano = consume state
        for eviction in outcome.evictions { carryOut(eviction) }
        let evicted = Set(outcome.evictions.map(\.job))
        for (job, binds) in outcome.binds where !evicted.contains(job) { carryOut(binds, of: job) }
        for (job, cause) in outcome.waiting where [.waiting, .holding].contains(session.jobs[Int(job)].state) {
            session.noteWaiting(job, cause)
        }
        applyDecisions()
        needsPass = true
    }

    private mutating func applyDecisions() {
        let decisions = session.decisions
        session.decisions.removeAll(keepingCapacity: true)
        for decision in decisions { apply(decision, session.cycle) }
    }

    /// A pod was evicted: its job, which was submitted with the policy PodEvicted → RestartJob, stops as a whole.
    private mutating func carryOut(_ eviction: VolcanoCycle.Eviction) {
        switch session.jobs[Int(eviction.job)].state {
        case .running:
            session.evictRunning(eviction.job, for: eviction.other)
            applyDecisions()
        case .holding:
            recordHolding(eviction.job, .preempted)
            session.release(eviction.job)
            session.jobs[Int(eviction.job)].state = .waiting
            restartHolding(eviction.job)
        default: break
        }
    }

    /// A half-placed job lost its pods: it is submitted again.
    mutating func restartHolding(_ job: Int32) {
        volcano?.submit(job, attempt: runs[Int(job)].submissions, now: now)
        runs[Int(job)].submissions += 1
        needsPass = true
    }

    private mutating func carryOut(_ binds: [VolcanoCycle.Bind], of job: Int32) {
        guard [.waiting, .holding].contains(session.jobs[Int(job)].state) else { return }
        for bind in binds {
            let request = session.groups[group(of: bind.pod, in: job)].request
            guard session.bindPod(job, task: Int32(bind.pod), request, on: NodeID(bind.node)) else {
                preconditionFailure("whole GPUs that a node has idle can be given out")
            }
            volcano?.run(job, pod: bind.pod, on: bind.node, now: now)
        }
        scheduler.noteBinds(job, in: &session)
        guard session.jobs[Int(job)].state == .running else { return }
        volcano?.cluster.dropPendingPods(of: job)
        volcano?.unsettled.append((job, now.nanoseconds))
    }

    /// The group that a pod of a job, counted over all its groups, belongs to.
    private func group(of pod: Int, in job: Int32) -> Int {
        var first = 0
        for index in session.groupIndexes(of: job) {
            first += Int(session.groups[index].count)
            if pod < first { return index }
        }
        preconditionFailure("a pod of the job")
    }
}

/// What one cycle decided, in terms of the simulation.
struct VolcanoCycle {
    struct Bind {
        var pod: Int
        var node: Int
    }

    struct Eviction {
        var job: Int32
        /// The job that was given the place, −1 for none.
        var other: Int32
    }

    var binds: [(job: Int32, binds: [Bind])] = []
    var evictions: [Eviction] = []
    var waiting: [(job: Int32, cause: WaitCause)] = []
}

extension VolcanoState {
    /// Plays the cycle that begins now; phases and nominations are written, binds and evictions are left to the caller.
    mutating func play(at now: SimTime, nextEvent: SimTime) -> VolcanoCycle {
        isArmed = false
        settle(before: now)
        hasChanged = false
        let nextNode = memory.nextNode
        let session = openSession(at: now)
        session.runActions()
        session.close()
        played += 1
        wakeNs = session.nextWake.map { $0.nanoseconds - clock(.zero).nanoseconds } ?? .max
        memory = session.takeMemory()
        if memory.nextNode != nextNode { hasChanged = true }
        var outcome = decisions(of: session)
        for job in session.concernedJobs { follow(job, in: session, &outcome, now: now) }
        nominate(session)
        if !outcome.binds.isEmpty || !outcome.evictions.isEmpty { noteChange() }
        observe(session, at: now, next: hasChanged ? min(nextEvent, now.later(by: periodNs)) : nextEvent)
        if keepsDesk { cluster.close(session) }
        return outcome
    }

    /// The session has the memory until it ends.
    private mutating func openSession(at now: SimTime) -> VolcanoSession {
        let memory = exchange(&self.memory, with: SchedulerMemory())
        guard keepsDesk else {
            return VolcanoSession(
                cluster.snapshot(), configuration: configuration, now: clock(now), tieRule: tieRule,
                memory: consume memory)
        }
        return cluster.openSession(
            configuration: configuration, now: clock(now), tieRule: tieRule, memory: consume memory)
    }

    /// Phases that skipped cycles would have written.
    private mutating func settle(before now: SimTime) {
        for (job, cycle) in unsettled where cycle + periodNs < now.nanoseconds && cluster.phase(of: job) == "Inqueue" {
            cluster.setPhase("Running", of: job)
        }
        unsettled.removeAll(keepingCapacity: true)
    }

    private func decisions(of session: VolcanoSession) -> VolcanoCycle {
        var outcome = VolcanoCycle()
        var takers: [NodeRef: JobRef] = [:]
        if !session.evictions.isEmpty {
            for task in session.tasks where task.status == .pipelined {
                if let node = task.node, let job = task.job, takers[node] == nil { takers[node] = job }
            }
        }
        var seen: Set<Int32> = []
        for (task, _) in session.evictions {
            guard let job = session[task].job else { continue }
            let key = cluster.key(of: job)
            guard seen.insert(key).inserted else { continue }
            let taker = session[task].node.flatMap { takers[$0] }.map { cluster.key(of: $0) }
            outcome.evictions.append(VolcanoCycle.Eviction(job: key, other: taker == key ? -1 : taker ?? -1))
        }
        var place: [Int32: Int] = [:]
        for (task, node) in session.binds {
            guard let job = session[task].job else { continue }
            let (key, pod) = cluster.locate(task, of: job)
            if place[key] == nil {
                place[key] = outcome.binds.count
                outcome.binds.append((key, []))
            }
            if let index = place[key] {
                outcome.binds[index].binds.append(VolcanoCycle.Bind(pod: pod, node: cluster.place(of: node)))
            }
        }
        return outcome
    }

    /// The PodGroup's new phase; a job that was let in gets its pods; one that waits gets a reason.
    private mutating func follow(
        _ job: JobRef, in session: VolcanoSession, _ outcome: inout VolcanoCycle, now: SimTime
    ) {
        let key = cluster.key(of: job)
        let phase = session.phase(of: job)
        if session.hasWritten(to: job), phase != cluster.phase(of: key) {
            cluster.setPhase(phase, of: key)
            // A skipped cycle may have written Running before: the choice among equals must not hang on it.
            if phase == "Running" { hasChanged = true } else { noteChange() }
        }
        if !session.hasPods(job), phase == "Inqueue" { makePods(key, now: now) }
        if let cause = session.waitCause(of: job) { outcome.waiting.append((key, cause)) }
    }

    private mutating func nominate(_ session: VolcanoSession) {
        let nominations = session.nominations
        for task in nominations.keys.sorted() {
            guard let job = session[task].job, let node = nominations[task] else { continue }
            let (key, pod) = cluster.locate(task, of: job)
            // What a cycle merely writes down is no new state for the choice among equals: else a job that tries in vain
            // to displace others would be nominated elsewhere in every cycle, and none could be skipped.
            if cluster.nominate(key, pod: pod, to: cluster.place(of: node)) { hasChanged = true }
        }
    }
}
