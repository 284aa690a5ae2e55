import ClusterModel
import Quantities
import Workloads

/// Running totals per queue and per team, so that a sample looks at no job.
struct ShareCounters: Sendable {
    struct Share: Sendable {
        var pendingJobs: Int32 = 0
        var runningJobs: Int32 = 0
        var pendingGPUMilli: Int64 = 0
        var allocatedGPUMilli: Int64 = 0
    }

    private(set) var queues: [Share]
    private(set) var teams: [Share]

    init(queues: Int, teams: Int) {
        self.queues = Array(repeating: Share(), count: queues)
        self.teams = Array(repeating: Share(), count: teams)
    }

    mutating func pending(_ job: Job, gpuMilli: Int64, _ sign: Int32) {
        queues[Int(job.queue)].pendingJobs += sign
        queues[Int(job.queue)].pendingGPUMilli += Int64(sign) * gpuMilli
        teams[Int(job.team)].pendingJobs += sign
        teams[Int(job.team)].pendingGPUMilli += Int64(sign) * gpuMilli
    }

    mutating func running(_ job: Job, gpuMilli: Int64, _ sign: Int32) {
        queues[Int(job.queue)].runningJobs += sign
        queues[Int(job.queue)].allocatedGPUMilli += Int64(sign) * gpuMilli
        teams[Int(job.team)].runningJobs += sign
        teams[Int(job.team)].allocatedGPUMilli += Int64(sign) * gpuMilli
    }
}

extension Simulation {
    /// Samples at every sampling instant before `time`: the state after all events up to each of them.
    mutating func takeSamples(before time: SimTime) {
        guard recording, world.sampleInterval.nanoseconds > 0 else { return }
        while nextSample < time {
            sample(at: nextSample.nanoseconds)
            nextSample = nextSample.later(by: world.sampleInterval.nanoseconds)
        }
    }

    /// Node samples are thinned so that a run holds about 200,000 of them at most.
    func sampleStride() -> Int64 {
        let span = world.horizon?.nanoseconds ?? Self.expectedEnd(of: world).nanoseconds
        let expected = max(1, span / max(1, world.sampleInterval.nanoseconds))
        return max(1, expected * Int64(world.cluster.nodeCount) / 200_000)
    }

    private mutating func sample(at time: Int64) {
        for (q, share) in counters.queues.enumerated() { facts.queueSamples.append(Self.fact(time, q, share)) }
        for (t, share) in counters.teams.enumerated() { facts.teamSamples.append(Self.fact(time, t, share)) }
        for pool in 0..<world.cluster.pools.count { samplePool(pool, time) }
        if samples % nodeSampleStride == 0 { sampleNodes(time) }
        links.sample(time, training, into: &facts.linkSamples)
        if let steps = training.sample(time) { facts.stepSamples.append(steps) }
        samples += 1
    }

    private static func fact(_ time: Int64, _ index: Int, _ share: ShareCounters.Share) -> ShareSampleFact {
        ShareSampleFact(
            timeNs: time, index: Int32(index), pendingJobs: share.pendingJobs, runningJobs: share.runningJobs,
            pendingGPUMilli: share.pendingGPUMilli, allocatedGPUMilli: share.allocatedGPUMilli)
    }

    private mutating func samplePool(_ index: Int, _ time: Int64) {
        let pool = PoolID(index: Int32(index))
        let free = accounting.free(index)
        var largest = session.ledger.maxGPUsPerNode(in: pool)
        while largest > 0, session.ledger.nodesWithFreeGPUs(in: pool, exactly: largest) == 0 { largest -= 1 }
        facts.poolSamples.append(
            PoolSampleFact(
                timeNs: time, pool: Int32(index), freeGPUMilli: free.milli,
                freeWholeGPUs: Int32(session.ledger.freeGPUs(in: pool)), largestFreeNode: Int32(largest),
                unusableGPUMilli: free.cause == .fragmented ? free.milli : 0))
    }

    private mutating func sampleNodes(_ time: Int64) {
        for n in 0..<world.cluster.nodeCount {
            let node = NodeID(index: Int32(n))
            let first = world.cluster.gpuOffset(of: node)
            let broken = (first..<first + world.cluster.gpuCount(of: node)).count {
                hardware.brokenGPUs[$0] != nil
            }
            facts.nodeSamples.append(
                NodeSampleFact(
                    timeNs: time, node: Int32(n),
                    allocatedGPUMilli: Int32(session.ledger.allocatedGPUMilli(node) - broken * 1000),
                    allocatedCPUMilli: world.cluster.shape(of: node).cpuMilli - session.ledger.freeCPU(node),
                    up: session.ledger.isSchedulable(node)))
        }
    }

    /// Ends the run: open placements, jobs and accounts are closed at `now`.
    mutating func close(_ outcome: RunOutcome) -> RunSummary {
        let pathologies = pathologies(atEnd: outcome)
        if recording {
            takeSamples(before: now)
            accounting.advance(to: now)
            session.now = now
            closeOpenJobs()
            links.close(at: now, into: &facts.linkSamples)
            let time = accounting.close(at: now)
            facts.gpuTime = time.perGPU
            facts.poolTime = time.perBucket
            facts.teamTime = showback.facts
            facts.failures = hardware.failures
        }
        fingerprint.fold(now.nanoseconds)
        let dropped = runs.count { $0.reason == .neverFits && $0.status == .failed }
        if dropped > 0 {
            warnings.append("\(dropped) jobs can never fit this cluster even when it is empty; they were refused")
        }
        if outcome == .stuck, !session.running.isEmpty {
            warnings.append(
                "\(session.running.count) jobs would run beyond the end of simulated time (292 years); "
                    + "\(waiting) wait behind them")
        } else if outcome == .stuck, reportedDeadlock.isEmpty {
            warnings.append("\(waiting) jobs wait for ever: nothing runs and nothing is to come")
        }
        return RunSummary(
            outcome: outcome, end: now, fingerprint: fingerprint.value, events: events,
            cycles: volcano.map { now.nanoseconds / $0.periodNs } ?? session.cycle,
            warnings: warnings, pathologies: pathologies)
    }

    private mutating func closeOpenJobs() {
        for index in runs.indices {
            let job = Int32(index)
            switch session.jobs[index].state {
            case .future, .finished: continue
            case .running:
                keepEverything(job)
                recordRun(job, .runEnded, kept: .everything)
            case .holding: recordHolding(job, .runEnded)
            case .waiting: break
            }
            facts.jobs.append(jobFact(job))
        }
    }
}
