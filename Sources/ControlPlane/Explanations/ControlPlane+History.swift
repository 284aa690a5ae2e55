import Quantities
import Scheduling

extension ControlPlane {
    /// Lets everything happen up to and at `end`, and tells what the scheduler's cycles did to PodGroups and queues.
    ///
    /// Cycles are counted from the first, skipped ones included.
    public mutating func record(until end: SimTime) -> ClusterHistory {
        var recorder = HistoryRecorder(configuration: configuration)
        let timing = timing
        run(until: end) { time, session in
            recorder.observe(session, at: Moment(time: time, cycle: timing.cycles(before: time)))
        }
        recorder.extend(to: Moment(time: end, cycle: max(0, timing.cycles(before: end))))
        return recorder.history
    }
}

extension LoopTiming {
    /// Cycles that start before `time`, when none is skipped.
    func cycles(before time: SimTime) -> Int {
        guard time > firstCycle else { return 0 }
        let stride = max((period + cycle).nanoseconds, 1)
        return Int(((time - firstCycle).nanoseconds + stride - 1) / stride)
    }
}
