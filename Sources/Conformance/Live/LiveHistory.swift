import ControlPlane
import KubernetesObjects
import Quantities
import Scheduling

extension LiveCase {
    /// What an observer of the scheduler's cycles sees when the recording is played once.
    func history() -> ClusterHistory {
        let configuration = VolcanoConfiguration(
            actions: scheduler.actions, tiers: scheduler.tiers, actionArguments: scheduler.actionArguments)
        var timing = LoopTiming()
        timing.firstCycle = SimTime(nanoseconds: 500_000_000)
        let epoch = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
        var plane = ControlPlane(
            objects, scheduler: configuration, epoch: epoch, timing: timing, tieRule: .seeded(0), runs: runs)
        for step in steps where step.at <= until { plane.add(step.operation, at: step.at) }
        return plane.record(until: until)
    }
}
