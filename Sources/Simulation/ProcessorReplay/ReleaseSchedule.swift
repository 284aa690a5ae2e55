import Quantities

/// Processors that running jobs give back, by the time at which each is expected to end.
struct ReleaseSchedule {
    struct Release: BitwiseCopyable {
        var time: SimTime
        var processors: Int32
    }

    /// Sorted by time; one entry for each running job.
    private(set) var releases: [Release] = []

    mutating func insert(at time: SimTime, processors: Int32) {
        releases.insert(Release(time: time, processors: processors), at: firstIndex(notBefore: time))
    }

    /// Removes one release of exactly this time and size, which must be there.
    mutating func remove(at time: SimTime, processors: Int32) {
        var index = firstIndex(notBefore: time)
        while releases[index].processors != processors { index += 1 }
        precondition(releases[index].time == time, "a job ended that was not running")
        releases.remove(at: index)
    }

    /// The first time at which `processors` are free, more than are `free` now, and how many are free then: every
    /// release at that time counts.
    func reservation(for processors: Int32, free: Int32) -> (time: SimTime, free: Int32) {
        var free = free
        var index = 0
        while free < processors {
            free += releases[index].processors
            index += 1
        }
        let time = releases[index - 1].time
        while index < releases.count, releases[index].time == time {
            free += releases[index].processors
            index += 1
        }
        return (time, free)
    }

    private func firstIndex(notBefore time: SimTime) -> Int {
        var low = 0
        var high = releases.count
        while low < high {
            let middle = (low + high) / 2
            if releases[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
