import Quantities

/// `sjf`: shortest requested duration first, head blocking, never evicts.
struct SJFRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { job.estimateNs }
    var blocksQueue: Bool { true }
}

/// `srtf`: shortest remaining time first; a shorter waiting job evicts longer running ones. Does not block.
///
/// Remaining time is the requested duration (or the true one when the trace has no request) less the work kept.
struct SRTFRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { job.estimateNs }
    var blocksQueue: Bool { false }
    func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool {
        waiting.estimateNs < running.remaining(at: now)
    }
    func victimOrder(_ running: JobEntry, now: SimTime) -> Int64 { running.remaining(at: now) }
}
