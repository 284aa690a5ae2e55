import Quantities

/// How many processors are free from now on, as a step function of time.
///
/// Steps begin at `times[i]` with `free[i]` processors; the last one lasts for ever. The first step holds now.
struct AvailabilityProfile {
    private var times: [SimTime] = []
    private var free: [Int32] = []
    /// Steps before this one are in the past.
    private var first = 0

    /// The profile of a machine with `freeNow` processors free and these releases to come.
    mutating func rebuild(now: SimTime, freeNow: Int32, releases: [ReleaseSchedule.Release]) {
        times.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        first = 0
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
    }

    /// Forgets what lies before `now`.
    mutating func advance(to now: SimTime) {
        while first + 1 < times.count, times[first + 1] <= now { first += 1 }
        times[first] = now
    }

    /// Takes `processors` for `duration` from the earliest time at which so many are free for so long; returns it.
    ///
    /// The earliest start is now or the beginning of a step, so a placement adds at most one step: that of its end.
    mutating func place(processors: Int32, duration: SimDuration) -> SimTime {
        var begin = first
        var end = first
        search: while true {
            while free[begin] < processors { begin += 1 }
            let finish = times[begin] + duration
            end = begin + 1
            while end < times.count, times[end] < finish {
                if free[end] < processors {
                    begin = end + 1
                    continue search
                }
                end += 1
            }
            if end == times.count || times[end] > finish {
                times.insert(finish, at: end)
                free.insert(free[end - 1], at: end)
            }
            break
        }
        for step in begin..<end { free[step] -= processors }
        return times[begin]
    }
}
