import ClusterModel
import Quantities

/// Puts every GPU-nanosecond of a run under exactly one cause, per GPU and per pool and time bucket.
///
/// Unit inside: milli-GPU-nanoseconds in 128-bit integers, so that shared GPUs are exact and years do not overflow.
/// Allocated time is entered when a placement ends (only then is it known whether its work was kept); free time runs
/// on one clock per pool and cause, because all free GPUs of a pool have the same cause at any instant.
struct GPUTimeLedger: Sendable {
    private static let causes = GPUTimeCause.allCases.count
    private static let freeCauses: [GPUTimeCause] = [.fragmented, .blocked, .idle]

    /// Free time of one pool.
    private struct PoolClock {
        var gpus: Int64
        var freeMilli: Int64
        var downMilli: Int64 = 0
        var cause = GPUTimeCause.idle
        /// Nanoseconds so far under fragmented, blocked, idle.
        var elapsed: SIMD4<Int64> = .zero
    }

    /// Free or down milli of one GPU and the clock readings when it last changed.
    private struct GPUMark {
        var pool: Int32
        var freeMilli: Int32 = 1000
        var downReasons: Int32 = 0
        var downSinceNs: Int64 = 0
        var seen: SIMD4<Int64> = .zero
    }

    private var clocks: [PoolClock]
    private var marks: [GPUMark]
    private var perGPU: [Int128]
    private var buckets: [[Int128]]
    private let bucketNs: Int64
    private var nowNs: Int64 = 0

    /// A ledger at time zero with every GPU free.
    init(cluster: Cluster, bucket: SimDuration) {
        clocks = cluster.pools.indices.map { _ in PoolClock(gpus: 0, freeMilli: 0) }
        marks = []
        marks.reserveCapacity(cluster.totalGPUs)
        for n in 0..<cluster.nodeCount {
            let node = NodeID(index: Int32(n))
            let pool = cluster.pool(of: node)
            for _ in 0..<cluster.gpuCount(of: node) {
                marks.append(GPUMark(pool: pool.index))
                clocks[Int(pool.index)].gpus += 1
                clocks[Int(pool.index)].freeMilli += 1000
            }
        }
        perGPU = Array(repeating: 0, count: marks.count * Self.causes)
        buckets = clocks.map { _ in [] }
        bucketNs = bucket.nanoseconds
    }

    /// Free milli-GPUs on schedulable nodes of a pool, and the cause they are under.
    func free(_ pool: Int) -> (milli: Int64, cause: GPUTimeCause) { (clocks[pool].freeMilli, clocks[pool].cause) }

    /// Milli-GPUs of a pool that are down.
    func down(_ pool: Int) -> Int64 { clocks[pool].downMilli }

    /// Moves the clocks to `now`; must be called before anything changes at a new instant.
    mutating func advance(to now: SimTime) {
        let dt = now.nanoseconds - nowNs
        guard dt > 0 else { return }
        for pool in clocks.indices {
            let clock = clocks[pool]
            if clock.freeMilli > 0 { enter(pool, clock.cause, clock.freeMilli, nowNs, now.nanoseconds) }
            if clock.downMilli > 0 { enter(pool, .down, clock.downMilli, nowNs, now.nanoseconds) }
            switch clock.cause {
            case .fragmented: clocks[pool].elapsed[0] += dt
            case .blocked: clocks[pool].elapsed[1] += dt
            default: clocks[pool].elapsed[2] += dt
            }
        }
        nowNs = now.nanoseconds
    }

    /// Says why the free GPUs of a pool are free from now on.
    mutating func setCause(_ pool: Int, _ cause: GPUTimeCause) { clocks[pool].cause = cause }

    /// Takes (`sign` 1) or gives back (-1) `milli` of one GPU.
    mutating func move(gpu: Int, milli: Int32, sign: Int32) {
        settle(gpu)
        marks[gpu].freeMilli -= sign * milli
        guard marks[gpu].downReasons == 0 else {
            // Released by the failure itself: what comes free is down, not free.
            clocks[Int(marks[gpu].pool)].downMilli -= Int64(sign * milli)
            return
        }
        clocks[Int(marks[gpu].pool)].freeMilli -= Int64(sign * milli)
    }

    /// A GPU leaves service (its placements must be released by now) or one reason for that ends.
    mutating func setDown(gpu: Int, _ down: Bool) {
        settle(gpu)
        let pool = Int(marks[gpu].pool)
        let free = Int64(marks[gpu].freeMilli)
        marks[gpu].downReasons += down ? 1 : -1
        if down, marks[gpu].downReasons == 1 {
            marks[gpu].downSinceNs = nowNs
            clocks[pool].freeMilli -= free
            clocks[pool].downMilli += free
        } else if !down, marks[gpu].downReasons == 0 {
            clocks[pool].freeMilli += free
            clocks[pool].downMilli -= free
        }
    }

    /// Enters allocated time of one GPU over the whole of `[start, end)` under one cause.
    mutating func addGPU(_ gpu: Int, _ cause: GPUTimeCause, milli: Int32, ns: Int64) {
        perGPU[gpu * Self.causes + Int(cause.rawValue)] += Int128(milli) * Int128(ns)
    }

    /// Enters allocated time of `milli` in a pool, from `start` to `end`, into the time buckets.
    mutating func addPool(_ pool: Int, _ cause: GPUTimeCause, milli: Int64, from start: Int64, to end: Int64) {
        enter(pool, cause, milli, start, end)
    }

    /// Enters work that began at `workNs` and stopped at `end`: up to `keptUntil` it was kept, the rest recomputed;
    /// checkpoint standstill apart.
    mutating func addPoolWork(
        _ pool: Int, milli: Int64, workNs: Int64, end: Int64, keptUntil: Int64, _ progress: WorkProgress
    ) {
        var from = workNs
        while from < end {
            let to = min(end, bucketEnd(from))
            let work = progress.work(elapsed: to - workNs) - progress.work(elapsed: from - workNs)
            let keptTo = min(to, max(from, keptUntil))
            let kept = progress.work(elapsed: keptTo - workNs) - progress.work(elapsed: from - workNs)
            add(pool, from, .productive, Int128(milli) * Int128(kept))
            add(pool, from, .recomputed, Int128(milli) * Int128(work - kept))
            add(pool, from, .checkpoint, Int128(milli) * Int128(to - from - work))
            from = to
        }
    }

    /// Free and down time of the GPU up to now.
    private mutating func settle(_ gpu: Int) {
        let mark = marks[gpu]
        if mark.downReasons > 0 {
            addGPU(gpu, .down, milli: mark.freeMilli, ns: nowNs - mark.downSinceNs)
            marks[gpu].downSinceNs = nowNs
        } else if mark.freeMilli > 0 {
            let passed = clocks[Int(mark.pool)].elapsed &- mark.seen
            for (i, cause) in Self.freeCauses.enumerated() where passed[i] > 0 {
                addGPU(gpu, cause, milli: mark.freeMilli, ns: passed[i])
            }
        }
        marks[gpu].seen = clocks[Int(mark.pool)].elapsed
    }

    /// End of the bucket that holds an instant; the last one ends with simulated time.
    private func bucketEnd(_ at: Int64) -> Int64 {
        let (end, overflow) = (at / bucketNs + 1).multipliedReportingOverflow(by: bucketNs)
        return overflow ? .max : end
    }

    /// Walks through the buckets that a span of time touches.
    mutating func forEachBucket(
        from start: Int64, to end: Int64, _ body: (inout GPUTimeLedger, _ from: Int64, _ to: Int64) -> Void
    ) {
        var from = start
        while from < end {
            let to = min(end, bucketEnd(from))
            body(&self, from, to)
            from = to
        }
    }

    private mutating func enter(_ pool: Int, _ cause: GPUTimeCause, _ milli: Int64, _ start: Int64, _ end: Int64) {
        var from = start
        while from < end {
            let to = min(end, bucketEnd(from))
            add(pool, from, cause, Int128(milli) * Int128(to - from))
            from = to
        }
    }

    mutating func add(_ pool: Int, _ at: Int64, _ cause: GPUTimeCause, _ amount: Int128) {
        let index = Int(at / bucketNs) * Self.causes + Int(cause.rawValue)
        while buckets[pool].count <= index { buckets[pool].append(0) }
        buckets[pool][index] += amount
    }

    /// Closes the books at the end of the run: facts per GPU and per pool and bucket, in whole GPU-nanoseconds.
    ///
    /// Traps if any GPU or bucket does not sum to its capacity: that would be an error of this program.
    mutating func close(at end: SimTime) -> (perGPU: [GPUTimeFact], perBucket: [GPUTimeFact]) {
        advance(to: end)
        var gpuFacts: [GPUTimeFact] = []
        gpuFacts.reserveCapacity(marks.count * 4)
        for gpu in marks.indices {
            settle(gpu)
            let amounts = perGPU[gpu * Self.causes..<(gpu + 1) * Self.causes]
            appendFacts(amounts, capacityNs: Int128(end.nanoseconds), 0, end.nanoseconds, gpu, &gpuFacts)
        }
        var bucketFacts: [GPUTimeFact] = []
        for pool in clocks.indices {
            var start: Int64 = 0
            while start < end.nanoseconds {
                let stop = min(end.nanoseconds, bucketEnd(start))
                let index = Int(start / bucketNs) * Self.causes
                while buckets[pool].count < index + Self.causes { buckets[pool].append(0) }
                let capacity = Int128(clocks[pool].gpus) * Int128(stop - start)
                appendFacts(
                    buckets[pool][index..<index + Self.causes], capacityNs: capacity, start, stop, pool, &bucketFacts)
                start = stop
            }
        }
        return (gpuFacts, bucketFacts)
    }

    /// Rounds milli amounts to whole nanoseconds by largest remainder (ties: first cause), so that they still close.
    private func appendFacts(
        _ amounts: ArraySlice<Int128>, capacityNs: Int128, _ start: Int64, _ end: Int64, _ index: Int,
        _ facts: inout [GPUTimeFact]
    ) {
        let amounts = Array(amounts)
        precondition(
            amounts.reduce(0, +) == capacityNs * 1000, "every GPU-nanosecond belongs to exactly one cause")
        var whole = amounts.map { $0 / 1000 }
        var missing = Int(capacityNs - whole.reduce(0, +))
        let byRemainder = amounts.indices.sorted { a, b in
            let (x, y) = (amounts[a] % 1000, amounts[b] % 1000)
            return x != y ? x > y : a < b
        }
        for i in byRemainder where missing > 0 {
            whole[i] += 1
            missing -= 1
        }
        for (i, cause) in GPUTimeCause.allCases.enumerated() where whole[i] > 0 {
            facts.append(
                GPUTimeFact(startNs: start, endNs: end, index: Int32(index), cause: cause, gpuNs: Int64(whole[i])))
        }
    }
}
