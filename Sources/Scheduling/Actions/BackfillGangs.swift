import ClusterModel
import Quantities

/// The promise to a blocked head: when it will start if running jobs end as requested.
private struct Reservation {
    var job: Int32
    var poolMask: UInt64
    var startNs: Int64
    /// Resources at `startNs`, before the head takes its own: those of running jobs that last longer, and of jobs
    /// backfilled beyond that instant, are taken.
    var shadow: AllocationLedger
}

extension Session {
    /// EASY backfilling on nodes (Mu'alem & Feitelson, IEEE TPDS 2001): jobs start in arrival order over all queues;
    /// the first that does not fit gets a reservation, and later ones may start if they end before it or leave it
    /// enough room.
    ///
    /// One reservation per set of overlapping pools. Reservations are worked out anew in every pass, from requested
    /// run times; a running job that has outlived its request is taken to end now.
    mutating func backfillGangs(_ options: PassOptions) {
        var heads = queues.map { $0.waiting.first }
        var reservations: [Reservation] = []
        var looked = 0
        while let queue = earliest(heads) {
            guard let key = heads[queue] else { break }
            heads[queue] = queues[queue].waiting.successor(of: key)
            let mask = jobs[Int(key.job)].poolMask
            let started: Bool
            if let r = reservations.firstIndex(where: { $0.poolMask & mask != 0 }) {
                started = startAround(&reservations[r], key.job)
            } else {
                started = tryStart(key.job, .placed)
                if !started, jobs[Int(key.job)].reason != .queueCap, let reservation = reserve(key.job) {
                    reservations.append(reservation)
                }
            }
            if started {
                queues[queue].waiting.remove(key)
            } else {
                looked += 1
                if looked >= options.searchDepth { return }
            }
        }
    }

    private func earliest(_ heads: [WaitingKey?]) -> Int? {
        var best: Int?
        for q in heads.indices {
            guard let head = heads[q] else { continue }
            if let b = best, let leader = heads[b], leader < head { continue }
            best = q
        }
        return best
    }

    /// Finds the first instant at which the gang fits if every running job lasts its requested time.
    private mutating func reserve(_ job: Int32) -> Reservation? {
        let mask = jobs[Int(job)].poolMask
        var ends: [(endNs: Int64, job: Int32)] = []
        for other in running where jobs[Int(other)].poolMask & mask != 0 {
            ends.append((now.later(by: jobs[Int(other)].remaining(at: now)).nanoseconds, other))
        }
        ends.sort { a, b in
            a.endNs != b.endNs ? a.endNs < b.endNs : jobs[Int(a.job)].sequence < jobs[Int(b.job)].sequence
        }
        let present = ledger
        defer { ledger = present }
        let needed = jobs[Int(job)].gpuMilli
        var free = freeGPUMilli(in: mask)
        for (i, end) in ends.enumerated() {
            releaseInShadow(end.job)
            free += jobs[Int(end.job)].gpuMilli
            let isLastOfInstant = i + 1 == ends.count || ends[i + 1].endNs > end.endNs
            guard isLastOfInstant, free >= needed else { continue }
            let statement = openStatement()
            guard placeGang(job) else { continue }
            rollback(statement)
            return Reservation(job: job, poolMask: mask, startNs: end.endNs, shadow: ledger)
        }
        return nil
    }

    private mutating func releaseInShadow(_ job: Int32) {
        var cell = jobs[Int(job)].firstPlacement
        while cell >= 0 {
            ledger.release(slab.cells[Int(cell)].allocation)
            cell = slab.cells[Int(cell)].next
        }
    }

    /// Starts a job behind a reservation if that does not delay it.
    private mutating func startAround(_ reservation: inout Reservation, _ job: Int32) -> Bool {
        let entry = jobs[Int(job)]
        let queue = queues[Int(entry.queue)]
        if queue.capGPUMilli < .max, queue.gpuMilli + entry.gpuMilli > queue.capGPUMilli {
            return tryStart(job, .backfilled)
        }
        guard shapeFailed[Int(entry.shape)] != releaseEpoch else {
            rejectUnplaced(job)
            return false
        }
        let statement = openStatement()
        guard placeGang(job) else {
            shapeFailed[Int(entry.shape)] = releaseEpoch
            rejectUnplaced(job)
            return false
        }
        let endsInTime = now.later(by: entry.estimateNs).nanoseconds <= reservation.startNs
        guard endsInTime || leavesRoom(&reservation, job) else {
            rollback(statement)
            reject(job, .wouldDelayReservation, other: reservation.job, available: reservation.startNs)
            return false
        }
        commit(statement)
        charge(job, 1)
        start(job, .backfilled, other: reservation.job, available: reservation.startNs)
        return true
    }

    /// Takes in the shadow what the job holds now; false, and no change, if the reserved head would not fit any more.
    private mutating func leavesRoom(_ reservation: inout Reservation, _ job: Int32) -> Bool {
        swap(&ledger, &reservation.shadow)
        defer { swap(&ledger, &reservation.shadow) }
        let taken = reinstate(job)
        precondition(taken, "what is free now is free when more jobs have ended")
        let statement = openStatement()
        if placeGang(reservation.job) {
            rollback(statement)
            return true
        }
        releaseInShadow(job)
        return false
    }
}
