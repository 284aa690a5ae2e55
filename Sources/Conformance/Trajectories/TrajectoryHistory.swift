import ControlPlane
import KubernetesObjects
import Quantities
import Scheduling

extension TrajectoryCase {
    /// What an observer of all its cycles sees.
    func history() -> ClusterHistory {
        let configuration = VolcanoConfiguration(
            actions: scheduler.actions, tiers: scheduler.tiers, actionArguments: scheduler.actionArguments)
        var world = TrajectoryWorld(self)
        var cache = SchedulerCache(
            configuration, tieRule: .lowestName, enqueueConfigured: scheduler.enqueueConfigured)
        cache.ignoredProvisioners = Set(scheduler.ignoredProvisioners)
        var recorder = HistoryRecorder(configuration: configuration)
        var outcome: CycleOutcome?
        for cycle in 0..<cycles {
            let now = Timestamp(nanoseconds: now.nanoseconds + Int64(cycle) * 1_000_000_000)
            if let outcome { world.advance(to: cycle, now: now, after: outcome) }
            for (moment, event) in timeline where moment == cycle { world.apply(event, now: now) }
            let moment = Moment(time: .zero + .seconds(Int64(cycle)), cycle: cycle)
            outcome = cache.runCycle(over: world.objects, now: now) { recorder.observe($0, at: moment) }
        }
        return recorder.history
    }
}
