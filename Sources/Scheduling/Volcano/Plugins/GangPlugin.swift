import KubernetesObjects

/// Plugin `gang`: all or nothing (upstream: `plugins/gang/gang.go`; reference section 9.1).
///
/// Ties: the victims among a job's surplus pods are the first candidates in the order given.
final class GangPlugin: VolcanoPlugin {
    static let name = "gang"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints {
        [
            .jobValid, .preemptable, .reclaimable, .unifiedEvictable, .jobOrder, .subJobOrder, .jobReady, .subJobReady,
            .jobPipelined, .subJobPipelined, .jobStarving,
        ]
    }

    // MARK: Validity

    func jobValid(_ job: JobRef) -> ValidationFailure? {
        let place = Int(job.index)
        if !session.jobs[place].checkTaskValid {
            return ValidationFailure(
                reason: "NotEnoughPodsOfTask", message: "Not enough valid pods of each task for gang-scheduling")
        }
        if let group = session.subGroupShort(job, { _ in true }) {
            return ValidationFailure(
                reason: "NotEnoughPodsOfTask", message: "Not enough sub-groups of \(group) for gang-scheduling")
        }
        let (valid, needed) = (session.jobs[place].counts.valid, session.jobs[place].minAvailable)
        guard valid < needed else { return nil }
        return ValidationFailure(
            reason: "NotEnoughPods",
            message: "Not enough valid tasks for gang-scheduling, valid: \(valid), min: \(needed)")
    }

    // MARK: Victims: only pods above minAvailable are given up.

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        surplus(candidates)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        surplus(candidates)
    }

    private func surplus(_ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        var occupied: [JobRef: Int] = [:]
        var victims: [TaskRef] = []
        for candidate in candidates {
            guard let job = session[candidate].job else { continue }
            let left = occupied[job] ?? session[job].readyCount
            if left > session[job].minAvailable {
                occupied[job] = left - 1
                victims.append(candidate)
            } else {
                occupied[job] = left
            }
        }
        return (victims, .permit)
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) { (candidates, .permit) }

    // MARK: Orders: what is not ready comes first.

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        Self.unreadyFirst(session.jobs[Int(l.index)].isReady, session.jobs[Int(r.index)].isReady)
    }

    func jobOrderKey(_ job: JobRef) -> Double? { session.jobs[Int(job.index)].isReady ? 1 : 0 }
    var ordersAreLocal: Bool { true }

    func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int {
        Self.unreadyFirst(session[l].isReady, session[r].isReady)
    }

    private static func unreadyFirst(_ l: Bool, _ r: Bool) -> Int { l == r ? 0 : l ? 1 : -1 }

    // MARK: Readiness

    func jobReady(_ job: JobRef) -> Bool {
        let place = Int(job.index)
        return session.jobs[place].checkTaskReady && session.subGroupShort(job, { session[$0].isReady }) == nil
            && session.jobs[place].isReady
    }

    func subJobReady(_ subJob: SubJobRef) -> Bool { session[subJob].isReady }

    func jobPipelined(_ job: JobRef) -> Vote {
        let place = Int(job.index)
        return session.jobs[place].checkTaskPipelined
            && session.subGroupShort(job, { session[$0].isPipelined }) == nil
            && session.jobs[place].isPipelined ? .permit : .reject
    }

    func subJobPipelined(_ subJob: SubJobRef) -> Vote { session[subJob].isPipelined ? .permit : .reject }

    func jobStarving(_ job: JobRef) -> Bool { session[job].isStarving }

    // MARK: Close: unready jobs get the Unschedulable condition.

    func close() {
        for job in session.jobsToClose {
            let index = Int(job.index)
            // Without its text the condition only tells Unknown from Running.
            guard !session.jobs[index].isReady, !session.jobs[index].tasks.isEmpty,
                session.writesMessages || session.jobs[index].counts[.running] > 0,
                !session.waitsOnlyForReleasing(job)
            else { continue }
            guard session.writesMessages else {
                session[job].unschedulable = ("NotEnoughResources", "")
                continue
            }
            let info = session[job]
            let givenUp = info.tasks.count {
                session[$0].status == .pending && session[$0].givenUp?.status == .allocated
            }
            let unready = info.minAvailable - info.readyCount - givenUp
            session[job].unschedulable = (
                "NotEnoughResources",
                "\(unready)/\(info.tasks.count) tasks in gang unschedulable: " + session.fitErrorText(of: job)
            )
        }
    }
}

extension VolcanoSession {
    /// The first sub-group policy of which fewer sub-jobs than `minSubGroups` pass; nil if all hold.
    func subGroupShort(_ job: JobRef, _ passes: (SubJobRef) -> Bool) -> String? {
        guard jobs[Int(job.index)].hasSubGroups else { return nil }
        for (group, minimum) in self[job].minSubGroups where minimum > 0 {
            let count = self[job].subJobs.count { self[$0].group == group && passes($0) }
            if count < minimum { return group }
        }
        return nil
    }

    /// Whether a job is below its minimum only because members on their way out still hold their place, and no
    /// replacement waits (upstream: skipUnschedulableForReleasing).
    package func waitsOnlyForReleasing(_ job: JobRef) -> Bool {
        let counts = self[job].counts
        guard counts[.pending] == 0, counts[.pipelined] == 0 else { return false }
        let releasing = self[job].tasks.count { self[$0].status == .releasing && self[$0].node != nil }
        let scheduled = counts[.running] + counts[.bound] + counts[.succeeded] + counts[.failed] + releasing
        return releasing > 0 && scheduled >= self[job].minAvailable
    }
}
