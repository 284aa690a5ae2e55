/// The past of a run, cut into stretches: standing still under one cause, or at work at one pace.
///
/// Work is counted in nanoseconds of undisturbed run time. What is done up to a snapshot is kept once the checkpoint that
/// was begun with it is durable.
struct Stretches: Sendable {
    /// Work per elapsed time, as fractions of whole numbers, so that the books close to the nanosecond.
    struct Pace: Sendable, Equatable {
        /// Work, in time of the hardware that it is counted on.
        var work: Int64
        /// Time that an undisturbed run on the present hardware would need for it.
        var useful: Int64
        var elapsed: Int64

        /// Undisturbed.
        static let full = Pace(work: 1, useful: 1, elapsed: 1)

        /// Work done in so much time, rounded down.
        func work(in nanoseconds: Int64) -> Int64 {
            work == elapsed ? nanoseconds : Int64(Int128(nanoseconds) * Int128(work) / Int128(elapsed))
        }

        /// The part of so much time that an undisturbed run would have needed, rounded down.
        func useful(in nanoseconds: Int64) -> Int64 {
            useful == elapsed ? nanoseconds : Int64(Int128(nanoseconds) * Int128(useful) / Int128(elapsed))
        }

        /// Least time in which so much work is done.
        func time(for amount: Int64) -> Int64 {
            guard work != elapsed else { return amount }
            guard work > 0 else { return WorkProgress.longestNs }
            let exact = (Int128(amount) * Int128(elapsed) + Int128(work) - 1) / Int128(work)
            return Int64(min(exact, Int128(WorkProgress.longestNs)))
        }
    }

    struct Stretch: Sendable, Equatable {
        /// nil: at work.
        var cause: GPUTimeCause?
        var startNs: Int64
        var endNs: Int64
        /// What an undisturbed run would have needed for the work done in it.
        var useful: Int64
    }

    private(set) var closed: [Stretch] = []
    /// The stretch that is going on.
    private(set) var cause: GPUTimeCause?
    private(set) var sinceNs: Int64
    private(set) var pace = Pace.full
    /// So many closed stretches, the work in them, and the time at work.
    private struct Past: Sendable {
        var stretches = 0
        var work: Int64 = 0
        var elapsed: Int64 = 0
    }
    /// All of it, what the last snapshot holds, and what is durable.
    private var past = Past()
    private var atSnapshot = Past()
    private var durable = Past()
    /// When work first began; -1 if it has not.
    private(set) var workStartNs: Int64 = -1

    /// A run that begins at `startNs` with standing still under `cause`.
    init(startNs: Int64, cause: GPUTimeCause) {
        sinceNs = startNs
        self.cause = cause
    }

    /// Ends the present stretch; what follows stands still under `cause`, or works if that is nil.
    mutating func turn(to cause: GPUTimeCause?, at now: Int64) {
        close(at: now)
        self.cause = cause
        if cause == nil, workStartNs < 0 { workStartNs = now }
    }

    /// From now on work goes at another pace.
    mutating func setPace(_ pace: Pace, at now: Int64) {
        guard pace != self.pace else { return }
        close(at: now)
        self.pace = pace
    }

    /// What is done by now is being saved.
    mutating func snapshot(at now: Int64) {
        close(at: now)
        atSnapshot = past
    }

    /// The last snapshot is durable.
    mutating func commit() { durable = atSnapshot }

    /// Work done by now.
    func worked(at now: Int64) -> Int64 { past.work + (cause == nil ? pace.work(in: now - sinceNs) : 0) }

    /// Time at work by now.
    func elapsed(at now: Int64) -> Int64 { past.elapsed + (cause == nil ? now - sinceNs : 0) }

    /// Work that is durable, and the time in which it was done.
    var kept: Int64 { durable.work }
    var keptElapsed: Int64 { durable.elapsed }

    /// All stretches up to now, and how many of them, from the first, are kept.
    func all(until now: Int64, keepsEverything: Bool) -> (stretches: [Stretch], kept: Int) {
        var copy = self
        copy.close(at: now)
        return (copy.closed, keepsEverything ? copy.closed.count : durable.stretches)
    }

    private mutating func close(at now: Int64) {
        guard now > sinceNs else { return }
        let useful = cause == nil ? pace.useful(in: now - sinceNs) : 0
        // Stretches alike become one, unless a snapshot lies between them.
        if let last = closed.last, last.cause == cause, cause != nil, last.endNs == sinceNs,
            closed.count > max(atSnapshot.stretches, durable.stretches)
        {
            closed[closed.count - 1].endNs = now
        } else {
            closed.append(Stretch(cause: cause, startNs: sinceNs, endNs: now, useful: useful))
        }
        past = Past(stretches: closed.count, work: worked(at: now), elapsed: elapsed(at: now))
        sinceNs = now
    }
}

extension Stretches.Stretch {
    /// Useful time by `time` in the stretch, rounded down; all of it at its end.
    func useful(until time: Int64) -> Int64 {
        guard time < endNs else { return useful }
        return Int64(Int128(useful) * Int128(time - startNs) / Int128(endNs - startNs))
    }
}
