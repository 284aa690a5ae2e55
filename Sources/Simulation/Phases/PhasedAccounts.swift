import ClusterModel
import Scheduling

/// Entering runs that were played phase by phase into the GPU-time ledger.
extension Simulation {
    /// A phased run ends now: every stretch is entered under its cause, for every GPU and for every pool and time bucket.
    mutating func recordPhases(_ job: Int32, _ end: PlacementEnd, _ run: Stretches, kept: Kept) {
        if training(of: job) < 0 { links.add(job, session, sign: -1) }
        runs[Int(job)].accountedPods = 0
        let past = run.all(until: now.nanoseconds, keepsEverything: kept == .everything)
        noteTraining(job, past.stretches)
        let totals = Self.totals(past.stretches, kept: past.kept)
        let account = runs[Int(job)].account
        let start = session.jobs[Int(job)].startNs
        var milliOfPool = Array(repeating: Int64(0), count: world.cluster.pools.count)
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            Self.move(placed.allocation, sign: -1, world.cluster, &accounting)
            if placed.allocation.gpuMask != 0 {
                hold(placed, from: placed.boundNs, to: start, account: account)
                for (cause, ns) in totals { spend(placed, cause, ns: ns, account: account) }
                let pool = Int(world.cluster.pool(of: placed.allocation.node).index)
                milliOfPool[pool] +=
                    Int64(placed.allocation.gpuMask.nonzeroBitCount) * Int64(placed.allocation.gpuMilli)
            }
            append(placed, job, end, workNs: run.workStartNs)
            cell = placed.next
        }
        for (pool, milli) in milliOfPool.enumerated() where milli > 0 {
            for (index, stretch) in past.stretches.enumerated() {
                accounting.addPoolStretch(pool, milli: milli, stretch, isKept: index < past.kept)
            }
        }
    }

    /// Nanoseconds of one GPU under each cause.
    private static func totals(_ stretches: [Stretches.Stretch], kept: Int) -> [(GPUTimeCause, Int64)] {
        var sums = Array(repeating: Int64(0), count: GPUTimeCause.allCases.count)
        for (index, stretch) in stretches.enumerated() {
            let length = stretch.endNs - stretch.startNs
            if let cause = stretch.cause {
                sums[Int(cause.rawValue)] += length
            } else {
                let work: GPUTimeCause = index < kept ? .productive : .recomputed
                sums[Int(work.rawValue)] += stretch.useful
                sums[Int(GPUTimeCause.slowed.rawValue)] += length - stretch.useful
            }
        }
        return GPUTimeCause.allCases.map { ($0, sums[Int($0.rawValue)]) }.filter { $0.1 > 0 }
    }
}

extension GPUTimeLedger {
    /// Enters one stretch of a run: standstill under its cause; work as productive or recomputed, and what it took longer
    /// than undisturbed as slowed.
    mutating func addPoolStretch(_ pool: Int, milli: Int64, _ stretch: Stretches.Stretch, isKept: Bool) {
        if let cause = stretch.cause {
            return addPool(pool, cause, milli: milli, from: stretch.startNs, to: stretch.endNs)
        }
        forEachBucket(from: stretch.startNs, to: stretch.endNs) { ledger, from, to in
            let work = stretch.useful(until: to) - stretch.useful(until: from)
            ledger.add(pool, from, isKept ? .productive : .recomputed, Int128(milli) * Int128(work))
            ledger.add(pool, from, .slowed, Int128(milli) * Int128(to - from - work))
        }
    }
}
