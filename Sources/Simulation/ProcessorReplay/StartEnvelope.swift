import Quantities

/// How many processors stay free from now until a given time, as a falling staircase.
///
/// A job can start now exactly if it fits under it. Planning a job only lowers it, so within one pass what does not fit
/// any more need not be tried again.
struct StartEnvelope {
    /// For jobs that end by `until` there are `level` processors.
    private struct Stair: BitwiseCopyable {
        var until: SimTime
        var level: Int32
    }

    /// Times rise and levels fall.
    private var stairs: [Stair] = []
    private var now = SimTime.zero
    private var smallest: Int32 = 1

    /// All of `free` stays free. Levels below `smallest`, which no waiting job can use, count as nothing.
    mutating func reset(now: SimTime, free: Int32, smallest: Int32) {
        self.now = now
        self.smallest = smallest
        stairs.removeAll(keepingCapacity: true)
        if free >= smallest { stairs.append(Stair(until: .distantFuture, level: free)) }
    }

    /// From this time on nothing stays free.
    var end: SimTime { stairs.last?.until ?? now }

    /// From `time` on no more than `level` processors stay free. Returns whether that is news.
    mutating func lower(from time: SimTime, to level: Int32) -> Bool {
        guard let cut = stairs.firstIndex(where: { $0.until > time && $0.level > level }) else { return false }
        let above = stairs[cut].level
        let below = stairs[cut...].firstIndex { $0.level <= level } ?? stairs.endIndex
        let until = stairs[below - 1].until
        stairs.removeSubrange(cut..<below)
        if level >= smallest { stairs.insert(Stair(until: until, level: level), at: cut) }
        if time > now { stairs.insert(Stair(until: time, level: above), at: cut) }
        return true
    }

    /// Whether a job of this size can start now.
    func admits(_ job: RigidJob) -> Bool {
        stairs.contains { job.processors <= $0.level && job.requested <= $0.until.remaining(from: now) }
    }

    /// The first waiting job at or after `place` that can start now.
    func firstAdmitted(of waiting: WaitingIndex, from place: Int) -> Int? {
        var first: Int?
        for stair in stairs {
            let job = waiting.first(from: place, fitting: stair.level, requesting: stair.until.remaining(from: now))
            if let job, job < first ?? .max { first = job }
        }
        return first
    }
}
