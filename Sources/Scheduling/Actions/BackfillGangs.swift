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
    /// One reservation per set of overlapping pools; a job that may use the pools of several must delay none of them. Reservations are worked out anew in every pass, from requested
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
            if reservations.contains(where: { $0.poolMask & mask != 0 }) {
                started = startAround(&reservations, key.job)
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

    /// The queue whose head goes first by key.
    func earliest(_ heads: [WaitingKey?]) -> Int? {
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
        let needed = jobs[Int(job)].minGPUMilli
        var free = freeMilli(in: mask)
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

    /// Starts a job behind the reservations of its pools if that delays none of them.
    private mutating func startAround(_ reservations: inout [Reservation], _ job: Int32) -> Bool {
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
        let end = now.later(by: entry.estimateNs).nanoseconds
        let asked = reservations.indices.filter {
            reservations[$0].poolMask & entry.poolMask != 0 && end > reservations[$0].startNs
        }
        for (i, r) in asked.enumerated() where !leavesRoom(&reservations[r], job) {
            for earlier in asked[..<i] { leaveShadow(&reservations[earlier], job) }
            rollback(statement)
            reject(
                job, .wouldDelayReservation, other: reservations[r].job, available: reservations[r].startNs)
            return false
        }
        commit(statement)
        charge(job, 1)
        let first = reservations.first { $0.poolMask & entry.poolMask != 0 }
        start(job, .backfilled, other: first?.job ?? -1, available: first?.startNs ?? 0)
        return true
    }

    /// Takes a job out of a shadow that it had entered.
    private mutating func leaveShadow(_ reservation: inout Reservation, _ job: Int32) {
        swap(&ledger, &reservation.shadow)
        releaseInShadow(job)
        swap(&ledger, &reservation.shadow)
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
