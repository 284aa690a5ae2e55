import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Workloads

/// The state machine of a job: waiting → running → completed, with evictions, failures and cancellations between.
extension Simulation {
    mutating func arrive(_ job: Int32) {
        if isClosed { return }
        let next = Int(job) + 1
        if next < runs.count {
            schedule(at: world.workload.jobs[next].submit, .arrival(job: Int32(next)))
        }
        arrivalsLeft -= 1
        if world.scheduler.policy != .kubeDefault,
            hardware.neverFits(job, session) || volcano.map({ !$0.canExpress(job) }) ?? false
        {
            runs[Int(job)].reason = .neverFits
            session.jobs[Int(job)].state = .finished
            note(.fail, .neverFits, job)
            endJob(job, .failed)
            return
        }
        if let abortAt = world.workload.jobs[Int(job)].abortAt {
            let event = SimulationEvent.abort(job: job)
            runs[Int(job)].abort = queue.schedule(at: max(abortAt, now), phase: event.phase, event)
            hardware.pendingAborts += 1
        }
        enqueue(job)
    }

    /// Puts a job in its queue.
    mutating func enqueue(_ job: Int32) {
        runs[Int(job)].queuedSinceNs = now.nanoseconds
        waiting += 1
        waitingByShape[Int(session.jobs[Int(job)].shape)] += 1
        counters.pending(world.workload.jobs[Int(job)], gpuMilli: session.jobs[Int(job)].gpuMilli, 1)
        scheduler.submit(job, to: &session)
        volcano?.submit(job, attempt: runs[Int(job)].submissions, now: now)
        runs[Int(job)].submissions += 1
        needsPass = true
    }

    /// A job leaves the queue: it starts or is cancelled.
    private mutating func leaveQueue(_ job: Int32) {
        runs[Int(job)].waitNs += now.nanoseconds - runs[Int(job)].queuedSinceNs
        waiting -= 1
        waitingByShape[Int(session.jobs[Int(job)].shape)] -= 1
        counters.pending(world.workload.jobs[Int(job)], gpuMilli: session.jobs[Int(job)].gpuMilli, -1)
    }

    /// The gang is placed.
    mutating func start(_ job: Int32) {
        leaveQueue(job)
        begin(job)
    }

    /// A run begins: start-up first; the end of the work is scheduled, if the run is not played phase by phase.
    mutating func begin(_ job: Int32) {
        let index = Int(job)
        let entry = session.jobs[index]
        var run = runs[index]
        let life = world.lifecycle
        run.pods = Int64(entry.pods)
        // The step of a training on fewer GPUs is longer by itself.
        run.boundPods = training(of: job) < 0 ? Int64(entry.boundPods) : run.pods
        if run.firstStartNs < 0 { run.firstStartNs = now.nanoseconds }
        run.status = .running
        runs[index] = run
        counters.running(world.workload.jobs[index], gpuMilli: entry.gpuMilli, 1)
        if isPhased(job) { beginPhases(job) } else { beginInClosedForm(job, life) }
        armReorder(job)
        takeAccounts(job)
        noteShortage(job, isRunning: true)
    }

    private mutating func beginInClosedForm(_ job: Int32, _ life: LifecycleModel) {
        let index = Int(job)
        var run = runs[index]
        var restore = SimTime.zero
        if run.hasCheckpoint { restore = restore.later(by: life.restore.nanoseconds) }
        if run.owesCheckpointWrite { restore = restore.later(by: life.checkpointWrite.nanoseconds) }
        run.owesCheckpointWrite = false
        run.restoreNs = restore.nanoseconds
        let noticed = max(now, SimTime(nanoseconds: run.noticedNs))
        run.workStartNs = noticed.later(by: life.startup.nanoseconds).later(by: run.restoreNs).nanoseconds
        let interval = world.workload.jobs[index].checkpointInterval ?? life.checkpointInterval
        run.progress = WorkProgress(
            intervalNs: interval.flatMap { $0 > .zero ? $0.nanoseconds : nil } ?? .max,
            writeNs: life.checkpointWrite.nanoseconds)
        let work = scaledUp(run.workLeftNs, run)
        let end = SimTime(nanoseconds: run.workStartNs).later(by: run.progress.wall(work: work))
        // A job that would outlast simulated time itself runs on without an end.
        if end < .distantFuture {
            let event = SimulationEvent.finish(job: job)
            run.finish = queue.schedule(at: end, phase: event.phase, event)
        }
        runs[index] = run
    }

    /// Wall work of a gang that runs below its full size.
    func scaledUp(_ work: Int64, _ run: JobRun) -> Int64 {
        guard run.boundPods < run.pods else { return work }
        let longer = Int128(work) * Int128(run.pods) / Int128(run.boundPods)
        return Int64(min(longer, Int128(WorkProgress.longestNs)))
    }

    /// Reference work of so much wall work.
    func scaledDown(_ work: Int64, _ run: JobRun) -> Int64 {
        run.boundPods == run.pods ? work : Int64(Int128(work) * Int128(run.boundPods) / Int128(run.pods))
    }

    mutating func armReorder(_ job: Int32) {
        guard session.jobs[Int(job)].state == .running, let at = scheduler.nextReorder(job, session) else { return }
        let event = SimulationEvent.reorder(job: job)
        runs[Int(job)].reorder = queue.schedule(at: at, phase: event.phase, event)
    }

    /// All work is done.
    mutating func complete(_ job: Int32) {
        runs[Int(job)].finish = nil
        let done = runs[Int(job)].workLeftNs
        runs[Int(job)].workingNs += progress(of: job).elapsed
        stop(job, .completed, kept: .everything)
        runs[Int(job)].workLeftNs = 0
        runs[Int(job)].productiveNs += done
        session.release(job)
        session.jobs[Int(job)].state = .finished
        endJob(job, .completed)
        needsPass = true
    }

    /// The user cancels, whatever the job is doing.
    mutating func abort(_ job: Int32) {
        runs[Int(job)].abort = nil
        hardware.pendingAborts -= 1
        note(.abort, .userAbort, job)
        if session.jobs[Int(job)].state == .running {
            keepEverything(job)
            stop(job, .aborted, kept: .everything)
            session.release(job)
            session.jobs[Int(job)].state = .finished
        } else {
            recordHolding(job, .aborted)
            leaveQueue(job)
            scheduler.withdraw(job, from: &session)
            volcano?.remove(job, now: now)
        }
        endJob(job, .aborted)
        needsPass = true
    }

    /// A running job loses its place to `other`; the scheduler has already taken its resources back.
    mutating func evicted(_ job: Int32, for other: Int32) {
        runs[Int(job)].preemptions += 1
        if world.lifecycle.checkpointOnPreemption {
            saveAndInterrupt(job, .preempted)
        } else {
            interrupt(job, .preempted, safe: false)
        }
        session.forgetPlacements(job)
        armPromotion(job)
        enqueue(job)
    }

    /// Stops a run whose work is saved first: the time of the writing is entered at the next start.
    mutating func saveAndInterrupt(_ job: Int32, _ end: PlacementEnd) {
        let worked = now.nanoseconds > runs[Int(job)].workStartNs
        let nodes = phased[job]?.nodes.count ?? 0
        interrupt(job, end, safe: true)
        runs[Int(job)].owesCheckpointWrite = worked
        runs[Int(job)].owedWriteNodes = nodes
    }

    /// What a job is doing now counts to the last moment.
    mutating func keepEverything(_ job: Int32) {
        let progress = progress(of: job)
        runs[Int(job)].productiveNs += scaledDown(progress.worked, runs[Int(job)])
        runs[Int(job)].workingNs += progress.elapsed
    }

    /// A running or half-placed job loses a node or GPU: it restarts where it is, goes back to the queue or fails for good.
    mutating func failed(_ job: Int32, _ part: FailedPart, node: NodeID, gpuMask: UInt32 = .max) {
        let index = Int(job)
        guard session.jobs[index].state == .running else {
            recordHolding(job, part.end)
            session.release(job)
            session.jobs[index].state = .waiting
            note(.restart, part.reason, job, other: node.index)
            restartHolding(job)
            return
        }
        if part == .spot { runs[index].preemptions += 1 } else { runs[index].failures += 1 }
        interrupt(job, part.end, safe: part == .spot && savesInTime(job, on: node))
        restart(job, part, node: node, gpuMask: gpuMask)
    }

    /// A job that was stopped by a failure goes on: where it is, from the queue, or not at all.
    mutating func restart(_ job: Int32, _ part: FailedPart, node: NodeID, gpuMask: UInt32) {
        let index = Int(job)
        let allowed = world.workload.jobs[index].maxRestarts
        if part != .spot { runs[index].noticedNs = now.later(by: world.failures.detection.nanoseconds).nanoseconds }
        if runs[index].failures > allowed {
            session.release(job)
            session.jobs[index].state = .finished
            note(
                .fail, .restartsExhausted, job, other: node.index, needed: Int64(allowed), available: Int64(allowed) + 1
            )
            runs[index].reason = .restartsExhausted
            endJob(job, .failed)
        } else if restartsInPlace(job, part, node: node, gpuMask: gpuMask) {
            note(.restart, part.reason, job, other: node.index)
            begin(job)
        } else {
            session.release(job)
            note(.restart, part.reason, job, other: node.index)
            armPromotion(job)
            enqueue(job)
        }
        needsPass = true
    }

    /// Stops a run before its end: what is in a checkpoint stays done, the rest will be done again.
    mutating func interrupt(_ job: Int32, _ end: PlacementEnd, safe: Bool) {
        let index = Int(job)
        let run = runs[index]
        let progress = progress(of: job)
        let worked = progress.worked
        let kept = safe ? worked : progress.kept
        let keptWork = min(run.workLeftNs, scaledDown(kept, run))
        runs[index].workingNs += safe ? progress.elapsed : progress.keptElapsed
        stop(job, end, kept: safe ? .everything : .checkpointed)
        runs[index].productiveNs += keptWork
        runs[index].lostNs += scaledDown(worked, run) - keptWork
        runs[index].workLeftNs -= keptWork
        if keptWork > 0 { runs[index].hasCheckpoint = true }
        runs[index].status = .pending
        let entry = session.jobs[index]
        let attained = entry.service(from: entry.startNs, to: now.nanoseconds)
        session.jobs[index].attainedGPUNs = min(entry.attainedGPUNs + attained, 1 << 61)
        session.jobs[index].estimateNs = max(1, session.jobs[index].estimateNs - keptWork)
    }

    /// Which part of a run's work survives its end.
    enum Kept { case everything, checkpointed }

    /// Ends a run: cancels its timers, writes its placements and accounts. The caller releases the resources.
    private mutating func stop(_ job: Int32, _ end: PlacementEnd, kept: Kept) {
        let index = Int(job)
        if let handle = runs[index].finish { queue.cancel(handle) }
        if let handle = runs[index].reorder { queue.cancel(handle) }
        runs[index].finish = nil
        runs[index].reorder = nil
        recordRun(job, end, kept: kept)
        endPhases(job)
        noteShortage(job, isRunning: false)
        runs[index].attempts += 1
        volcano?.remove(job, now: now)
        counters.running(world.workload.jobs[index], gpuMilli: session.jobs[index].gpuMilli, -1)
    }

    /// The job's life is over: its fact is written.
    private mutating func endJob(_ job: Int32, _ status: JobStatus) {
        let index = Int(job)
        if let handle = runs[index].abort {
            queue.cancel(handle)
            runs[index].abort = nil
            hardware.pendingAborts -= 1
        }
        runs[index].status = status
        runs[index].endNs = now.nanoseconds
        if recording { facts.jobs.append(jobFact(job)) }
    }

    func jobFact(_ job: Int32) -> JobFact {
        let run = runs[Int(job)]
        let open: Int64 = run.status == .pending && run.queuedSinceNs >= 0 ? now.nanoseconds - run.queuedSinceNs : 0
        return JobFact(
            job: job, status: run.status, preemptions: run.preemptions, failures: run.failures,
            firstStartNs: run.firstStartNs, endNs: run.endNs, waitNs: run.waitNs + open,
            productiveNs: run.productiveNs, lostNs: run.lostNs, workingNs: run.workingNs, reason: run.reason)
    }

    /// An evicted LAS job goes back to the first level when it has waited `lasPromoteRatio` times what it has run.
    private mutating func armPromotion(_ job: Int32) {
        guard world.scheduler.policy == .las, world.scheduler.lasPromoteRatio > 0 else { return }
        let ran = runs[Int(job)].productiveNs + runs[Int(job)].lostNs
        let wait = (Double(ran) * world.scheduler.lasPromoteRatio).rounded()
        schedule(afterNanoseconds: wait, .promote(job: job, attempt: runs[Int(job)].attempts))
    }

    mutating func promote(_ job: Int32, _ attempt: Int32) {
        guard session.jobs[Int(job)].state == .waiting, runs[Int(job)].attempts == attempt else { return }
        scheduler.withdraw(job, from: &session)
        session.jobs[Int(job)].attainedGPUNs = 0
        scheduler.submit(job, to: &session)
        needsPass = true
    }

    /// Adds a decision to the log.
    mutating func note(
        _ action: DecisionAction, _ reason: DecisionReason, _ job: Int32, other: Int32 = -1, needed: Int64 = 0,
        available: Int64 = 0
    ) {
        guard recording else { return }
        facts.decisions.append(
            DecisionFact(
                cycle: session.cycle, timeNs: now.nanoseconds, job: job, other: other, needed: needed,
                available: available, action: action, reason: reason))
    }
}
