import KubernetesObjects

/// Plugin `priority`: higher first (upstream: `plugins/priority/priority.go`; reference section 9.2).
final class PriorityPlugin: VolcanoPlugin {
    static let name = "priority"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints {
        [.taskOrder, .jobOrder, .subJobOrder, .preemptable, .unifiedEvictable, .jobStarving]
    }

    func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int {
        Self.higherFirst(session.tasks[Int(l.index)].priority, session.tasks[Int(r.index)].priority)
    }
    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        Self.higherFirst(session.jobs[Int(l.index)].priority, session.jobs[Int(r.index)].priority)
    }
    func jobOrderKey(_ job: JobRef) -> Double? { -Double(session.jobs[Int(job.index)].priority) }
    var ordersAreLocal: Bool { true }
    func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int {
        Self.higherFirst(session[l].priority, session[r].priority)
    }

    private static func higherFirst(_ l: Int32, _ r: Int32) -> Int { l == r ? 0 : l > r ? -1 : 1 }

    /// Pods of other jobs by job priority, pods of the same job by their own.
    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard let job = session[preemptor].job else { return ([], .abstain) }
        let victims = candidates.filter { candidate in
            guard let other = session[candidate].job else { return false }
            return other == job
                ? session[candidate].priority < session[preemptor].priority
                : session[other].priority < session[job].priority
        }
        return (victims, .permit)
    }

    /// Preemption takes lower jobs only; across queues priority plays no part.
    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) {
        guard purpose == .preempt else { return (candidates, .permit) }
        let victims = candidates.filter { candidate in
            session[candidate].job.map { session[$0].priority < session[preemptor].priority } ?? false
        }
        return (victims, .permit)
    }

    func jobStarving(_ job: JobRef) -> Bool {
        session[job].readyCount + session[job].waitingCount < session[job].tasks.count
    }
}
