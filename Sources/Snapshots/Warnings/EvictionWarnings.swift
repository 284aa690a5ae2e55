import KubernetesObjects
import Scheduling

/// Groups that wait although others could give way: no action asks them, or gang or enqueue stands before it.
struct EvictionWarnings {
    private let report: CycleReport
    private let session: VolcanoSession
    private let preempts: Bool
    private let reclaims: Bool
    /// Answers that jobs of one queue and priority share.
    private var holders: [HolderQuestion: (groups: Int, pods: Int)] = [:]
    private var protected: [ProtectionQuestion: [String]] = [:]

    private struct HolderQuestion: Hashable {
        var queue: QueueRef
        var priority: Int32
        var dimensions: [Int]
    }

    private struct ProtectionQuestion: Hashable {
        var queue: QueueRef
        var priority: Int32
        var byPreempt: Bool
    }

    init(_ report: CycleReport, _ session: VolcanoSession) {
        self.report = report
        self.session = session
        let actions = session.configuration.actions
        preempts = !Set(actions).isDisjoint(with: ["preempt", "gangpreempt", "preempt-gangs"])
        reclaims = actions.contains("reclaim") || actions.contains("gangreclaim")
    }

    mutating func find() -> [CycleWarning] {
        var found: [CycleWarning] = []
        let waiting = session.jobs.filter { job in
            job.counts[.pending] > 0 && job.tasks.contains { session[$0].status == .pending && !session[$0].isGated }
        }
        let admitted = waiting.filter { !$0.isPending }
        if !preempts { found += admitted.compactMap { withoutPreempt($0) } }
        if !reclaims { found += withoutReclaim(admitted) }
        for job in waiting {
            let reasons = report.groups[Int(job.id.index)].reasons
            if let warning = protectedVictims(job, reasons) { found.append(warning) }
            if let warning = stopsAtMinimum(job) { found.append(warning) }
            if let warning = notServed(job, reasons) { found.append(warning) }
        }
        return found
    }

    /// Pods of a job that could be asked to leave, and what they hold.
    private func preemptablePods(_ job: JobInfo) -> [TaskRef] {
        job.tasks.filter {
            (session[$0].status == .running || session[$0].status == .bound) && session[$0].isPreemptable
        }
    }

    /// Pods of lower priority in the same queue hold what the job waits for, and nothing makes them leave.
    private mutating func withoutPreempt(_ job: JobInfo) -> CycleWarning? {
        let question = HolderQuestion(queue: job.queue, priority: job.priority, dimensions: scarceDimensions(job))
        let (groups, pods) = holders[question] ?? lowerHolders(question)
        holders[question] = (groups, pods)
        guard pods > 0 else { return nil }
        return CycleWarning(
            .noPreempt, "PodGroup \(job.uid)",
            "waits while \(pods) pods of \(groups) PodGroups of lower priority run in its queue: the actions lack preempt"
        )
    }

    private func lowerHolders(_ question: HolderQuestion) -> (groups: Int, pods: Int) {
        var (groups, pods) = (0, 0)
        for other in session[question.queue].jobs where session[other].priority < question.priority {
            let held = preemptablePods(session[other]).count { task in
                question.dimensions.contains { session[task].request[$0] >= Resource.epsilon }
            }
            if held > 0 { (groups, pods) = (groups + 1, pods + held) }
        }
        return (groups, pods)
    }

    /// The dimensions that a job's pods are short of: extended resources where they ask for any.
    private func scarceDimensions(_ job: JobInfo) -> [Int] {
        guard let task = job.tasks.first(where: { session[$0].status == .pending }) else { return [] }
        let asked = session[task].request.namedDimensions.filter { $0 != session.names.pods + 2 }
        let extended = asked.filter { session.names.name(of: $0).contains("/") }
        return extended.isEmpty ? asked : extended
    }

    /// A queue waits below what it deserves while others hold more than they deserve, and nothing takes it back.
    private func withoutReclaim(_ waiting: [JobInfo]) -> [CycleWarning] {
        let plugins = session.plugins.compactMap { plugin -> (any ShareAccounts)? in
            ["proportion", "capacity"].contains(type(of: plugin).name) ? plugin as? any ShareAccounts : nil
        }
        guard let accounts = plugins.first else { return [] }
        let allocated = session.queues.map { queue in
            queue.jobs.reduce(into: Resource()) { $0.add(session[$1].allocated) }
        }
        let waitingIn = Dictionary(grouping: waiting, by: \.queue)
        return session.queues.compactMap { queue in
            guard let deserved = accounts.deserved(of: queue.id) else { return nil }
            let short = Set((waitingIn[queue.id] ?? []).flatMap(scarceDimensions)).sorted().filter {
                allocated[Int(queue.id.index)][$0] + Resource.epsilon < deserved[$0]
            }
            for dimension in short {
                let borrowers = session.queues.filter { other in
                    guard other.id != queue.id, session.isReclaimable(other.id),
                        let share = accounts.deserved(of: other.id)
                    else { return false }
                    return allocated[Int(other.id.index)][dimension] > share[dimension] + Resource.epsilon
                }
                guard !borrowers.isEmpty else { continue }
                let name = session.names.name(of: dimension)
                func amount(_ resource: Resource) -> String { ResourceAmount.text(resource[dimension], name) }
                return CycleWarning(
                    .noReclaim, "Queue \(queue.name)",
                    "has \(name) \(amount(allocated[Int(queue.id.index)])) of the \(amount(deserved)) it deserves and waits, "
                        + "while others hold more than they deserve (\(borrowers.map(\.name).joined(separator: ", "))): "
                        + "the actions lack reclaim")
            }
            return nil
        }
    }

    /// gang keeps every pod of a running gang that has no more than minMember of them.
    private mutating func protectedVictims(_ job: JobInfo, _ reasons: [WaitReason]) -> CycleWarning? {
        for case .noVictims(let action, let candidates, let vetoes) in reasons {
            guard let veto = vetoes.first(where: { $0.plugin == "gang" }),
                !vetoes.contains(where: { $0.plugin != "gang" && $0.kept == candidates })
            else { continue }
            let flag = action == "preempt" ? "enablePreemptable" : "enableReclaimable"
            let question = ProtectionQuestion(
                queue: job.queue, priority: job.priority, byPreempt: action == "preempt")
            let gangs = protected[question] ?? protectedGangs(question)
            protected[question] = gangs
            guard !gangs.isEmpty else { continue }
            let shown = gangs.prefix(3).joined(separator: ", ") + (gangs.count > 3 ? ", …" : "")
            return CycleWarning(
                .gangProtectsVictims, "PodGroup \(job.uid)",
                "\(action): gang keeps \(veto.kept) of \(candidates) candidates (\(shown)) because "
                    + "their gangs have no pods above minMember; \(flag): false in gang's options lets whole gangs go")
        }
        return nil
    }

    /// Gangs whose pods could give way, but for gang; one that waits has no pods to give.
    private func protectedGangs(_ question: ProtectionQuestion) -> [String] {
        session.jobs.filter { other in
            guard question.byPreempt == (other.queue == question.queue), other.readyCount <= other.minAvailable,
                question.byPreempt ? other.priority < question.priority : session.isReclaimable(other.queue)
            else { return false }
            return !preemptablePods(other).isEmpty
        }.map(\.uid)
    }

    /// Evicting actions serve a job only while it starves: up to minMember.
    private func stopsAtMinimum(_ job: JobInfo) -> CycleWarning? {
        guard preempts || reclaims, job.isReady, !job.isPending, !session.jobStarving(job.id) else { return nil }
        return CycleWarning(
            .evictionStopsAtMinimum, "PodGroup \(job.uid)",
            "\(job.readyCount) pods run, minMember is \(job.minAvailable): preempt and reclaim do nothing for its other "
                + "\(job.counts[.pending]) pods")
    }

    /// What enqueue keeps out is never looked at by the evicting actions.
    private func notServed(_ job: JobInfo, _ reasons: [WaitReason]) -> CycleWarning? {
        guard preempts || reclaims, case .notAdmitted(let shortage)? = reasons.first else { return nil }
        return CycleWarning(
            .notAdmittedNotServed, "PodGroup \(job.uid)",
            "\(shortage.plugin) keeps it from being enqueued, so preempt and reclaim never look at it")
    }
}
