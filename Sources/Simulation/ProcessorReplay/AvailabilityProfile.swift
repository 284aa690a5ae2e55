import Quantities

/// How many processors are free from now on, as a step function of time.
///
/// Step `i` begins at `times[i]` with `free[i]` processors; the last one lasts for ever and has all of them. Behind it
/// stands a sentinel at the end of time, so that a search needs no other test for the end.
struct AvailabilityProfile {
    private var times: [SimTime] = []
    private var free: [Int32] = []
    /// Steps `first ..< sentinel` are the present and the future.
    private var first = 0
    private var sentinel = 0

    /// The profile of a machine with `freeNow` processors free and these releases to come.
    mutating func rebuild(now: SimTime, freeNow: Int32, releases: [ReleaseSchedule.Release]) {
        times.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        times.append(now)
        free.append(freeNow)
        var available = freeNow
        for release in releases {
            available += release.processors
            if release.time == times[times.count - 1] {
                free[free.count - 1] = available
            } else {
                times.append(release.time)
                free.append(available)
            }
        }
        first = 0
        sentinel = times.count
        times.append(.distantFuture)
        free.append(0)
    }

    /// Forgets what lies before `now`.
    mutating func advance(to now: SimTime) {
        while first + 1 < sentinel, times[first + 1] <= now { first += 1 }
        times[first] = now
    }

    /// Takes `processors` for `duration` from the earliest time at which so many are free for so long; returns the steps
    /// that they are taken from. Does nothing and returns nil if that time is not before `horizon`.
    ///
    /// The earliest start is now or the beginning of a step, so a placement adds at most one step: that of its end.
    mutating func place(processors: Int32, duration: SimDuration, before horizon: SimTime) -> Range<Int>? {
        let found = times.withUnsafeBufferPointer { times in
            free.withUnsafeBufferPointer { free -> (steps: Range<Int>, finish: SimTime)? in
                var begin = first
                while true {
                    while free[begin] < processors, times[begin] < horizon { begin &+= 1 }
                    if times[begin] >= horizon { return nil }
                    let finish = times[begin].later(by: duration)
                    var end = begin &+ 1
                    while times[end] < finish, free[end] >= processors { end &+= 1 }
                    if times[end] >= finish { return (begin..<end, finish) }
                    begin = end &+ 1
                }
            }
        }
        guard let (steps, finish) = found else { return nil }
        if times[steps.upperBound] > finish {
            times.insert(finish, at: steps.upperBound)
            free.insert(free[steps.upperBound - 1], at: steps.upperBound)
            sentinel += 1
        }
        for step in steps { free[step] -= processors }
        return steps
    }

    /// When a step begins.
    func time(ofStep step: Int) -> SimTime { times[step] }

    /// Lowers the envelope to these steps; returns whether that changes it.
    func lower(_ envelope: inout StartEnvelope, to steps: Range<Int>) -> Bool {
        var lowered = false
        for step in steps {
            if times[step] >= envelope.end { break }
            if envelope.lower(from: times[step], to: free[step]) { lowered = true }
        }
        return lowered
    }

    /// Lowers the envelope to all steps.
    func lower(_ envelope: inout StartEnvelope) { _ = lower(&envelope, to: first..<sentinel) }

    /// How many processors are free now.
    var freeNow: Int32 { free[first] }
}
