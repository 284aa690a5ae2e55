/// How far a run has come `elapsed` nanoseconds after its work began, with periodic checkpoints.
///
/// The run alternates `interval` of work and `write` of standing still; nothing is written after the last piece.
/// Closed forms in integers: no event per checkpoint.
struct WorkProgress: Sendable, Equatable {
    /// Work between checkpoints; `Int64.max`: none are written.
    var intervalNs: Int64
    /// Standstill per checkpoint.
    var writeNs: Int64

    /// Longest wall time of one run, 127 years: beyond it nothing is simulated, and sums of times stay in range.
    static let longestNs: Int64 = 4_000_000_000_000_000_000

    /// Wall time of `work` nanoseconds of work, checkpoints included; at most `longestNs`.
    func wall(work: Int64) -> Int64 {
        guard work > 0 else { return 0 }
        guard intervalNs < .max else { return min(work, Self.longestNs) }
        let writes = Int128((work - 1) / intervalNs) * Int128(writeNs)
        return Int64(min(Int128(work) + writes, Int128(Self.longestNs)))
    }

    /// Work done in the first `elapsed` nanoseconds.
    func work(elapsed: Int64) -> Int64 {
        guard intervalNs < .max else { return elapsed }
        let cycle = intervalNs + writeNs
        return elapsed / cycle * intervalNs + min(elapsed % cycle, intervalNs)
    }

    /// Work safe in checkpoints after `elapsed` nanoseconds.
    func kept(elapsed: Int64) -> Int64 {
        guard intervalNs < .max else { return 0 }
        return elapsed / (intervalNs + writeNs) * intervalNs
    }

    /// Elapsed time at which the last finished checkpoint was complete.
    func keptElapsed(elapsed: Int64) -> Int64 {
        guard intervalNs < .max else { return 0 }
        let cycle = intervalNs + writeNs
        return elapsed / cycle * cycle
    }
}
