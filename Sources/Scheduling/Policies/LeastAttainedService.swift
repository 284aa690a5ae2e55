import Quantities

/// `las`: discretised two-dimensional least attained service, as Tiresias (Gu et al., NSDI 2019, section 3.2).
///
/// Attained service = GPUs × run time. Jobs fall through levels at the thresholds; lower levels go first, arrival
/// order within a level; a waiting job evicts running jobs of strictly higher levels. Does not block.
/// Promotion back to the first level after a long wait is done by the simulation's timer (`lasPromoteRatio`).
struct LASRules: SchedulingRules {
    /// Ends of all levels but the last, in GPU-nanoseconds.
    let thresholds: [Int64]

    init(thresholdGPUSeconds: [Int64]) {
        thresholds = thresholdGPUSeconds.map { $0 * 1_000_000_000 }
    }

    /// Level of a job with this attained service.
    func level(_ attained: Int64) -> Int64 {
        var level: Int64 = 0
        for threshold in thresholds where attained >= threshold { level += 1 }
        return level
    }

    func order(_ job: JobEntry) -> Int64 { level(job.attainedGPUNs) }
    var blocksQueue: Bool { false }
    func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool {
        level(waiting.attainedGPUNs) < level(running.attained(at: now))
    }
    func victimOrder(_ running: JobEntry, now: SimTime) -> Int64 { level(running.attained(at: now)) }

    func nextReorder(_ running: JobEntry, now: SimTime) -> SimTime? {
        guard running.gpuMilli > 0 else { return nil }
        let attained = running.attained(at: now)
        guard let next = thresholds.first(where: { $0 > attained }) else { return nil }
        // Rounded up, so that the level has changed when the timer fires.
        let wait = Int128(next - attained) * 1000 / Int128(running.gpuMilli) + 1
        let reorder = now.later(by: Int64(min(wait, Int128(Int64.max))))
        return reorder < .distantFuture ? reorder : nil
    }
}
