import ClusterModel
import CostModel
import Quantities
import Scheduling

/// The phases of a run in the event loop: start-up through storage, work, checkpoints.
extension Simulation {
    /// Whether a job's runs are played phase by phase.
    func isPhased(_ job: Int32) -> Bool {
        training(of: job) >= 0 || world.storage?.usage(of: Int(job)) != nil
    }

    private func usage(of job: Int32) -> StorageModel.Usage {
        world.storage?.usage(of: Int(job)) ?? StorageModel.Usage()
    }

    /// The gang is placed: the first phase begins.
    mutating func beginPhases(_ job: Int32) {
        let held = nodesAndGPUs(of: job)
        phased[job] = PhasedRun(
            stretches: Stretches(startNs: now.nanoseconds, cause: .starting), nodes: held.nodes, gpus: held.gpus,
            intervalNs: checkpointIntervalNs(job, nodes: held.nodes.count, gpus: held.gpus))
        runs[Int(job)].workStartNs = .max
        enter(job, .detection, timer: max(0, runs[Int(job)].noticedNs - now.nanoseconds))
    }

    func nodesAndGPUs(of job: Int32) -> (nodes: [NodeID], gpus: Int) {
        var nodes: [NodeID] = []
        var gpus = 0
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let allocation = session.slab.cells[Int(cell)].allocation
            nodes.append(allocation.node)
            gpus += allocation.gpuMask.nonzeroBitCount
            cell = session.slab.cells[Int(cell)].next
        }
        nodes.sort()
        var distinct: [NodeID] = []
        for node in nodes where node != distinct.last { distinct.append(node) }
        return (distinct, gpus)
    }

    // MARK: From phase to phase

    /// A phase of known length.
    private mutating func enter(_ job: Int32, _ phase: PhasedRun.Phase, timer length: Int64) {
        turn(job, to: phase)
        guard length > 0 else { return phaseIsOver(job) }
        setTimer(job, after: length)
    }

    /// A phase that lasts as long as a storage operation.
    private mutating func enter(
        _ job: Int32, _ phase: PhasedRun.Phase, _ fill: (inout StorageState, Int32) -> Void
    ) {
        turn(job, to: phase)
        guard var state = storage.take() else { return phaseIsOver(job) }
        let operation = state.open(.foreground(job: job), at: now.nanoseconds)
        fill(&state, operation)
        let waits = state.seal(operation)
        storage = state
        storageChanged = true
        phased[job]?.foreground = waits ? operation : -1
        if !waits { phaseIsOver(job) }
    }

    private mutating func turn(_ job: Int32, to phase: PhasedRun.Phase) {
        phased[job]?.phase = phase
        phased[job]?.stretches.turn(to: phase.cause, at: now.nanoseconds)
    }

    private mutating func setTimer(_ job: Int32, after length: Int64) {
        let end = now.later(by: length)
        guard end < .distantFuture else { return }
        let event = SimulationEvent.phase(job: job)
        phased[job]?.timer = queue.schedule(at: end, phase: event.phase, event)
    }

    /// The timer of a job's phase.
    mutating func phaseTimer(_ job: Int32) {
        phased[job]?.timer = nil
        phaseIsOver(job)
    }

    /// The present phase of a job has come to its end: the next one begins.
    private mutating func phaseIsOver(_ job: Int32) {
        guard let run = phased[job] else { return }
        phased[job]?.foreground = -1
        let usage = usage(of: job)
        switch run.phase {
        case .detection:
            enter(job, .image) { state, operation in
                if let image = usage.image { state.read(image, by: run.nodes, operation) }
            }
        case .image, .load:
            guard run.nextLoad < usage.loads.count else {
                return enter(job, .startup, timer: world.lifecycle.startup.nanoseconds)
            }
            let reading = usage.loads[run.nextLoad]
            phased[job]?.nextLoad += 1
            enter(job, .load) { state, operation in state.read(reading, by: run.nodes, operation) }
        case .startup: beginOwedWrite(job, usage)
        case .owedWrite: beginRestore(job, usage)
        case .restore: beginWork(job)
        case .work: checkpointIsDue(job)
        case .waitForWrite: beginCheckpoint(job)
        case .snapshot:
            if run.leaving != nil { return beginLastWrite(job) }
            beginBackgroundWrite(job)
            beginWork(job)
        case .write: writeIsDone(job)
        case .lastWrite: leave(job)
        }
    }

    /// The checkpoint that a job was allowed to write when it was preempted, entered now.
    private mutating func beginOwedWrite(_ job: Int32, _ usage: StorageModel.Usage) {
        guard runs[Int(job)].owesCheckpointWrite else { return beginRestore(job, usage) }
        runs[Int(job)].owesCheckpointWrite = false
        guard let checkpoint = usage.checkpoint else {
            return enter(job, .owedWrite, timer: world.lifecycle.checkpointWrite.nanoseconds)
        }
        let writers = max(1, runs[Int(job)].owedWriteNodes)
        enter(job, .owedWrite) { state, operation in
            _ = state.write(checkpoint, of: job, nodes: writers, operation)
        }
    }

    private mutating func beginRestore(_ job: Int32, _ usage: StorageModel.Usage) {
        guard runs[Int(job)].hasCheckpoint, let checkpoint = usage.checkpoint, let run = phased[job] else {
            let known = runs[Int(job)].hasCheckpoint ? world.lifecycle.restore.nanoseconds : 0
            return enter(job, .restore, timer: known)
        }
        enter(job, .restore) { state, operation in
            state.restore(checkpoint, of: job, nodes: run.nodes.count, operation)
        }
    }

    // MARK: Work

    private mutating func beginWork(_ job: Int32) {
        turn(job, to: .work)
        if runs[Int(job)].workStartNs == .max { runs[Int(job)].workStartNs = now.nanoseconds }
        workBegins(job)
        armFinish(job)
        if !short.isEmpty { growthIsDue = true }
        if let interval = phased[job]?.intervalNs, interval < .max { setTimer(job, after: interval) }
    }

    /// (Re)arms the end of the work at the present pace.
    private mutating func armFinish(_ job: Int32) {
        let index = Int(job)
        if let handle = runs[index].finish { queue.cancel(handle) }
        runs[index].finish = nil
        guard let run = phased[job], run.phase == .work else { return }
        let left = max(0, scaledUp(runs[index].workLeftNs, runs[index]) - run.stretches.worked(at: now.nanoseconds))
        let end = now.later(by: run.stretches.pace.time(for: left))
        guard end < .distantFuture else { return }
        let event = SimulationEvent.finish(job: job)
        runs[index].finish = queue.schedule(at: end, phase: event.phase, event)
    }

    /// The work of a phased run goes at another pace from now on.
    mutating func setPace(_ job: Int32, _ pace: Stretches.Pace) {
        phased[job]?.stretches.setPace(pace, at: now.nanoseconds)
        armFinish(job)
    }

    /// Work stands still for a checkpoint.
    private mutating func suspendWork(_ job: Int32) {
        if let handle = runs[Int(job)].finish { queue.cancel(handle) }
        runs[Int(job)].finish = nil
        workStops(job)
    }

    // MARK: Checkpoints

    private mutating func checkpointIsDue(_ job: Int32) {
        suspendWork(job)
        guard let run = phased[job], run.background >= 0 else { return beginCheckpoint(job) }
        turn(job, to: .waitForWrite)
    }

    private mutating func beginCheckpoint(_ job: Int32) {
        guard let run = phased[job] else { return }
        guard let checkpoint = usage(of: job).checkpoint else {
            phased[job]?.stretches.snapshot(at: now.nanoseconds)
            return enter(job, .write, timer: world.lifecycle.checkpointWrite.nanoseconds)
        }
        phased[job]?.stretches.snapshot(at: now.nanoseconds)
        if checkpoint.isAsync {
            enter(job, .snapshot, timer: snapshotNs(checkpoint, gpus: run.gpus))
        } else {
            write(job, checkpoint, .write)
        }
    }

    private mutating func write(_ job: Int32, _ checkpoint: StorageModel.Checkpoint, _ phase: PhasedRun.Phase) {
        guard let run = phased[job] else { return }
        var owesFlush = false
        enter(job, phase) { state, operation in
            owesFlush = state.write(checkpoint, of: job, nodes: run.nodes.count, operation)
        }
        phased[job]?.owesFlush = owesFlush
    }

    private func snapshotNs(_ checkpoint: StorageModel.Checkpoint, gpus: Int) -> Int64 {
        Int64((checkpoint.bytes / (checkpoint.snapshotRate * Double(max(1, gpus))) * 1e9).rounded(.up))
    }

    /// A synchronous write is done: durable, or still to be copied to the origin.
    private mutating func writeIsDone(_ job: Int32) {
        if phased[job]?.owesFlush == true, let checkpoint = usage(of: job).checkpoint {
            if phased[job]?.leaving != nil { return beginLastWrite(job) }
            beginFlush(job, checkpoint)
        } else {
            if phased[job]?.leaving != nil { return leave(job) }
            commit(job)
        }
        beginWork(job)
    }

    private mutating func beginBackgroundWrite(_ job: Int32) {
        guard let checkpoint = usage(of: job).checkpoint, let run = phased[job] else { return }
        var owesFlush = false
        background(job) { state, operation in
            owesFlush = state.write(checkpoint, of: job, nodes: run.nodes.count, operation)
        }
        phased[job]?.owesFlush = owesFlush
    }

    private mutating func beginFlush(_ job: Int32, _ checkpoint: StorageModel.Checkpoint) {
        guard let run = phased[job] else { return }
        phased[job]?.owesFlush = false
        background(job) { state, operation in state.flush(checkpoint, nodes: run.nodes.count, operation) }
    }

    private mutating func background(_ job: Int32, _ fill: (inout StorageState, Int32) -> Void) {
        guard var state = storage.take() else { return }
        let operation = state.open(.background(job: job), at: now.nanoseconds)
        fill(&state, operation)
        phased[job]?.background = state.seal(operation) ? operation : -1
        storage = state
        storageChanged = true
        if phased[job]?.background == -1 { commit(job) }
    }

    private mutating func backgroundIsDone(_ job: Int32) {
        phased[job]?.background = -1
        guard let run = phased[job], let checkpoint = usage(of: job).checkpoint else { return }
        if run.owesFlush { return beginFlush(job, checkpoint) }
        storage?.release(checkpoint, of: job)
        commit(job)
        if run.phase == .waitForWrite { phaseIsOver(job) }
    }

    private mutating func commit(_ job: Int32) { phased[job]?.stretches.commit() }

    // MARK: Storage

    /// Transfers that end now.
    mutating func storageEvent() {
        storageChanged = true
        guard let over = storage?.finish(at: now.nanoseconds) else { return }
        for purpose in over {
            switch purpose {
            case .foreground(let job): phaseIsOver(job)
            case .background(let job): backgroundIsDone(job)
            case .fill: continue
            }
        }
    }

    /// Sees to it that the loop wakes when the next transfer ends.
    mutating func armStorage() {
        guard storageChanged else { return }
        storageChanged = false
        guard var state = storage.take() else { return }
        state.bandwidth.advance(to: now.nanoseconds)
        let end = state.bandwidth.nextEnd()
        storage = state
        guard end != storageWake?.time else { return }
        if let wake = storageWake { queue.cancel(wake.handle) }
        storageWake = nil
        guard let end else { return }
        let event = SimulationEvent.storage
        let at = SimTime(nanoseconds: max(end, now.nanoseconds))
        storageWake = (end, queue.schedule(at: at, phase: event.phase, event))
    }

    // MARK: Ends

    /// A phased run is over: nothing of it waits or is written any more.
    mutating func endPhases(_ job: Int32) {
        guard let run = phased.removeValue(forKey: job) else { return }
        if run.phase == .work { workStops(job) }
        endTraining(job)
        if let timer = run.timer { queue.cancel(timer) }
        for operation in [run.foreground, run.background] where operation >= 0 {
            storage?.bandwidth.advance(to: now.nanoseconds)
            storage?.cancel(operation)
            storageChanged = true
        }
        if let checkpoint = usage(of: job).checkpoint { storage?.release(checkpoint, of: job) }
    }

    /// What the present run has done so far.
    func progress(of job: Int32) -> RunProgress {
        if let run = phased[job]?.stretches {
            return RunProgress(
                worked: run.worked(at: now.nanoseconds), elapsed: run.elapsed(at: now.nanoseconds), kept: run.kept,
                keptElapsed: run.keptElapsed)
        }
        let run = runs[Int(job)]
        let elapsed = max(0, now.nanoseconds - run.workStartNs)
        let worked = run.progress.work(elapsed: elapsed)
        let kept = run.progress.kept(elapsed: elapsed)
        return RunProgress(worked: worked, elapsed: worked, kept: kept, keptElapsed: kept)
    }

    /// Time at work between checkpoints; `Int64.max` for none.
    private func checkpointIntervalNs(_ job: Int32, nodes: Int, gpus: Int) -> Int64 {
        let fixed = world.workload.jobs[Int(job)].checkpointInterval ?? world.lifecycle.checkpointInterval
        let given = fixed.map { $0 > .zero ? $0.nanoseconds : .max } ?? .max
        guard let storage = world.storage, let checkpoint = usage(of: job).checkpoint else { return given }
        let write = storage.blockingTime(checkpoint, nodes: nodes, gpus: gpus)
        let mtbf = world.failures.mtbfSeconds(nodes: nodes, gpus: gpus)
        switch checkpoint.interval {
        case .none: return given
        case .every(let interval): return interval.nanoseconds
        case .young, .daly:
            guard mtbf < .infinity else { return .max }
            let seconds =
                checkpoint.interval == .young
                ? CheckpointInterval.young(write: write, mtbf: mtbf) : CheckpointInterval.daly(write: write, mtbf: mtbf)
            return Int64(max(1e9, min(seconds * 1e9, 4e18)))
        }
    }

    /// A job must leave a node that goes within `notice`: it saves its work if there is time for that.
    mutating func prepareToLeave(_ job: Int32, _ node: NodeID, within notice: SimDuration) {
        guard let run = phased[job], run.leaving == nil else { return }
        switch run.phase {
        case .detection, .image, .load, .startup, .owedWrite, .restore: leaveReclaimed(job, node: node)
        case .snapshot, .write: phased[job]?.leaving = .reclaimed(node: node.index)
        case .work, .waitForWrite: writeLastCheckpoint(job, leaving: node, within: notice)
        case .lastWrite: return
        }
    }

    /// Writes a last checkpoint, past all caches, if there is time for it; the job leaves when it is done.
    private mutating func writeLastCheckpoint(_ job: Int32, leaving node: NodeID, within notice: SimDuration) {
        guard let run = phased[job], lastWriteSeconds(job, run) <= notice.seconds else { return }
        if let timer = run.timer { queue.cancel(timer) }
        phased[job]?.timer = nil
        if run.phase == .work { suspendWork(job) }
        if run.background >= 0 {
            storage?.bandwidth.advance(to: now.nanoseconds)
            storage?.cancel(run.background)
            phased[job]?.background = -1
        }
        phased[job]?.stretches.snapshot(at: now.nanoseconds)
        phased[job]?.leaving = .reclaimed(node: node.index)
        beginLastWrite(job)
    }

    /// How long a job would stand still for its last checkpoint; infinity if it writes none.
    private func lastWriteSeconds(_ job: Int32, _ run: PhasedRun) -> Double {
        guard let storage = world.storage, let checkpoint = lastCheckpoint(of: job) else {
            return run.intervalNs < .max ? world.lifecycle.checkpointWrite.seconds : .infinity
        }
        return storage.blockingTime(checkpoint, nodes: run.nodes.count, gpus: run.gpus)
    }

    /// The checkpoint as it is written last: durable when the job stops waiting for it.
    private func lastCheckpoint(of job: Int32) -> StorageModel.Checkpoint? {
        guard let storage = world.storage, var checkpoint = usage(of: job).checkpoint else { return nil }
        checkpoint.isAsync = false
        let tier = storage.tiers[Int(checkpoint.tier)]
        if tier.writesBack { checkpoint.tier = tier.origin }
        return checkpoint
    }

    private mutating func beginLastWrite(_ job: Int32) {
        if let checkpoint = lastCheckpoint(of: job) {
            write(job, checkpoint, .lastWrite)
        } else {
            enter(job, .lastWrite, timer: world.lifecycle.checkpointWrite.nanoseconds)
        }
    }

    private mutating func leave(_ job: Int32) {
        commit(job)
        guard case .reclaimed(let node)? = phased[job]?.leaving else { return }
        leaveReclaimed(job, node: NodeID(index: node))
    }
}
