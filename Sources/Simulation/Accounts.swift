import ClusterModel
import Quantities
import Scheduling
import Workloads

/// Entering placements into facts and into the GPU-time ledger.
extension Simulation {
    /// A whole gang was just placed: its GPUs leave the free accounts, its traffic enters the links.
    mutating func takeAccounts(_ job: Int32) {
        guard recording else { return }
        if world.scheduler.policy != .kubeDefault { takeNewBinds(job) }
        if training(of: job) < 0 { links.add(job, session, sign: 1) }
    }

    /// Newly bound cells, which stand at the front of the job's list, leave the free accounts.
    mutating func takeNewBinds(_ job: Int32) {
        guard recording else { return }
        let entry = session.jobs[Int(job)]
        var cell = entry.firstPlacement
        for _ in runs[Int(job)].accountedPods..<entry.boundPods {
            let placed = session.slab.cells[Int(cell)]
            Self.move(placed.allocation, sign: 1, world.cluster, &accounting)
            cell = placed.next
        }
        runs[Int(job)].accountedPods = entry.boundPods
    }

    static func move(
        _ allocation: Allocation, sign: Int32, _ cluster: Cluster, _ ledger: inout GPUTimeLedger
    ) {
        let first = cluster.gpuOffset(of: allocation.node)
        var mask = allocation.gpuMask
        while mask != 0 {
            ledger.move(gpu: first + mask.trailingZeroBitCount, milli: allocation.gpuMilli, sign: sign)
            mask &= mask - 1
        }
    }

    /// A run ends now: its pods' placements and GPU time are entered, its GPUs become free again.
    mutating func recordRun(_ job: Int32, _ end: PlacementEnd, kept: Kept) {
        guard recording else { return }
        let index = Int(job)
        let run = runs[index]
        if let phases = phased[job] { return recordPhases(job, end, phases.stretches, kept: kept) }
        let start = session.jobs[index].startNs
        let span = RunSpan(run, start: start, end: now.nanoseconds, kept: kept)
        links.add(job, session, sign: -1)
        runs[index].accountedPods = 0
        var cell = session.jobs[index].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            enter(placed, span, run, account: run.account)
            append(placed, job, end, workNs: span.worked > 0 || span.end > span.workStart ? span.workStart : -1)
            cell = placed.next
        }
    }

    /// Pods of a half-placed gang are given up: all their time was held for nothing.
    mutating func recordHolding(_ job: Int32, _ end: PlacementEnd) {
        guard recording else { return }
        let account = runs[Int(job)].account
        runs[Int(job)].accountedPods = 0
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            hold(placed, from: placed.boundNs, to: now.nanoseconds, account: account)
            Self.move(placed.allocation, sign: -1, world.cluster, &accounting)
            append(placed, job, end, workNs: -1)
            cell = placed.next
        }
    }

    mutating func append(_ placed: PlacementSlab.Cell, _ job: Int32, _ end: PlacementEnd, workNs: Int64) {
        facts.placements.append(
            PlacementFact(
                job: job, attempt: runs[Int(job)].attempts, task: placed.task, node: placed.allocation.node.index,
                gpuMask: placed.allocation.gpuMask, gpuMilli: placed.allocation.gpuMilli, startNs: placed.boundNs,
                endNs: now.nanoseconds, workNs: workNs, reason: end))
    }

    /// Time held before the gang was whole.
    mutating func hold(_ placed: PlacementSlab.Cell, from: Int64, to: Int64, account: Int32) {
        guard to > from else { return }
        spend(placed, .incompleteGang, ns: to - from, account: account)
        let pool = Int(world.cluster.pool(of: placed.allocation.node).index)
        let milli = Int64(placed.allocation.gpuMask.nonzeroBitCount) * Int64(placed.allocation.gpuMilli)
        accounting.addPool(pool, .incompleteGang, milli: milli, from: from, to: to)
    }

    private mutating func enter(_ placed: PlacementSlab.Cell, _ span: RunSpan, _ run: JobRun, account: Int32) {
        let allocation = placed.allocation
        Self.move(allocation, sign: -1, world.cluster, &accounting)
        guard allocation.gpuMask != 0 else { return }
        hold(placed, from: placed.boundNs, to: span.start, account: account)
        spend(placed, .starting, ns: span.restoreStart - span.start, account: account)
        spend(placed, .checkpoint, ns: span.workStart - span.restoreStart, account: account)
        spend(placed, .productive, ns: span.keptWork, account: account)
        spend(placed, .recomputed, ns: span.worked - span.keptWork, account: account)
        spend(placed, .checkpoint, ns: span.end - span.workStart - span.worked, account: account)
        let pool = Int(world.cluster.pool(of: allocation.node).index)
        let milli = Int64(allocation.gpuMask.nonzeroBitCount) * Int64(allocation.gpuMilli)
        accounting.addPool(pool, .starting, milli: milli, from: span.start, to: span.restoreStart)
        accounting.addPool(pool, .checkpoint, milli: milli, from: span.restoreStart, to: span.workStart)
        accounting.addPoolWork(
            pool, milli: milli, workNs: span.workStart, end: span.end, keptUntil: span.keptUntil, run.progress)
    }

    /// Enters time of GPUs of a pod, all unless some are named, per GPU and on its team's account.
    mutating func spend(
        _ placed: PlacementSlab.Cell, gpus: UInt32 = .max, _ cause: GPUTimeCause, ns: Int64, account: Int32
    ) {
        let allocation = placed.allocation
        let spent = allocation.gpuMask & gpus
        guard ns > 0, spent != 0 else { return }
        let first = world.cluster.gpuOffset(of: allocation.node)
        var mask = spent
        while mask != 0 {
            accounting.addGPU(first + mask.trailingZeroBitCount, cause, milli: allocation.gpuMilli, ns: ns)
            mask &= mask - 1
        }
        let milli = Int64(spent.nonzeroBitCount) * Int64(allocation.gpuMilli)
        let pool = Int(world.cluster.pool(of: allocation.node).index)
        showback.add(account, pool, cause, Int128(milli) * Int128(ns))
    }
}

/// One run of a job cut into its parts, in absolute nanoseconds.
private struct RunSpan {
    var start: Int64
    /// End of pull, load and rendezvous; checkpoints are read and written from here to `workStart`.
    var restoreStart: Int64
    var workStart: Int64
    var end: Int64
    /// Work done, and the part of it that was kept.
    var worked: Int64
    var keptWork: Int64
    /// Up to this instant work was kept.
    var keptUntil: Int64

    init(_ run: JobRun, start: Int64, end: Int64, kept: Simulation.Kept) {
        self.start = start
        self.end = end
        workStart = min(run.workStartNs, end)
        restoreStart = min(end, max(start, run.workStartNs - run.restoreNs))
        let elapsed = end - workStart
        worked = run.progress.work(elapsed: elapsed)
        switch kept {
        case .everything:
            keptWork = worked
            keptUntil = end
        case .checkpointed:
            keptWork = run.progress.kept(elapsed: elapsed)
            keptUntil = workStart + run.progress.keptElapsed(elapsed: elapsed)
        }
    }
}
