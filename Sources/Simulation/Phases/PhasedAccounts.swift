import ClusterModel
import CostModel
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
        let standstill = past.stretches.map(\.standingBy)
        let standbyTotals = Self.totals(standstill, kept: past.kept)
        let account = runs[Int(job)].account
        let start = session.jobs[Int(job)].startNs
        let last = lastRank(of: job)
        var milliOfPool = Array(repeating: (ranks: Int64(0), standby: Int64(0)), count: world.cluster.pools.count)
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            let allocation = placed.allocation
            Self.move(allocation, sign: -1, world.cluster, &accounting)
            if allocation.gpuMask != 0 {
                hold(placed, from: placed.boundNs, to: start, account: account)
                let ranks = Self.ranks(among: allocation, upTo: last)
                for (cause, ns) in totals { spend(placed, gpus: ranks, cause, ns: ns, account: account) }
                for (cause, ns) in standbyTotals { spend(placed, gpus: ~ranks, cause, ns: ns, account: account) }
                let pool = Int(world.cluster.pool(of: allocation.node).index)
                let milli = Int64(allocation.gpuMilli)
                milliOfPool[pool].ranks += Int64((allocation.gpuMask & ranks).nonzeroBitCount) * milli
                milliOfPool[pool].standby += Int64((allocation.gpuMask & ~ranks).nonzeroBitCount) * milli
            }
            append(placed, job, end, workNs: run.workStartNs)
            cell = placed.next
        }
        for (pool, milli) in milliOfPool.enumerated() {
            for (index, stretch) in past.stretches.enumerated() {
                let isKept = index < past.kept
                if milli.ranks > 0 { accounting.addPoolStretch(pool, milli: milli.ranks, stretch, isKept: isKept) }
                guard milli.standby > 0 else { continue }
                accounting.addPoolStretch(pool, milli: milli.standby, standstill[index], isKept: isKept)
            }
        }
    }

    /// The last GPU that a training's plan uses: those behind it are no whole replica and stand by. Nil: all are used.
    private func lastRank(of job: Int32) -> PlacedPlan.Place? {
        let slot = runs[Int(job)].trainingSlot
        return slot < 0 ? nil : training[slot].plan.places.last
    }

    /// The GPUs of a pod's node that are ranks, one bit each; ranks are numbered by node, then GPU.
    private static func ranks(among allocation: Allocation, upTo last: PlacedPlan.Place?) -> UInt32 {
        guard let last, allocation.node >= last.node else { return .max }
        return allocation.node == last.node ? UInt32.max >> UInt32(31 - last.gpu) : 0
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

extension Stretches.Stretch {
    /// The stretch for a GPU that stands by: where the others work, it is held for nothing.
    fileprivate var standingBy: Self {
        var copy = self
        if cause == nil {
            copy.cause = .incompleteGang
            copy.useful = 0
        }
        return copy
    }
}
