import KubernetesObjects
import Scheduling

/// What one cycle decided, in the names of the cluster.
public struct CycleReport: Sendable {
    /// A pod about which something was decided.
    public struct Pod: Sendable, Equatable {
        /// `namespace/name`.
        public var name: String
        /// `namespace/name` of its PodGroup.
        public var group: String
        /// Where it starts, will start or ran.
        public var node: String
        /// Action that evicts it; empty for others.
        public var action = ""
    }

    /// A PodGroup whose queue exists.
    public struct Group: Sendable {
        /// `namespace/name`.
        public var name: String
        public var queue: String
        public var minAvailable: Int
        /// Phases before and after the cycle; an empty one counts as Pending.
        public var phaseBefore: String
        public var phaseAfter: String
        /// Pods that have not ended; those that ran before the cycle (or were bound) and stay; those that the cycle
        /// binds, evicts, gives a place that is still taken, and leaves waiting.
        public var pods = 0
        public var running = 0
        public var bound = 0
        public var evicted = 0
        public var pipelined = 0
        public var waiting = 0
        /// Nodes of the bound and pipelined pods with their number, by name.
        public var places: [(node: String, pods: Int)] = []
        /// Why pods wait, from what stopped them first to what followed; empty if none does.
        public var reasons: [WaitReason] = []
        /// The scheduler's own words about a group that waits.
        public var message = ""

        /// Whether the cycle did anything for it or to it, or left pods waiting.
        public var isConcerned: Bool {
            bound + evicted + pipelined + waiting > 0 || phaseBefore != phaseAfter
        }
    }

    /// In the order of commitment.
    public var binds: [Pod] = []
    public var evictions: [Pod] = []
    /// By name.
    public var pipelined: [Pod] = []
    /// All PodGroups, by name.
    public var groups: [Group] = []
    /// Surprises that the configuration holds for this cluster.
    public var warnings: [CycleWarning] = []
    /// Groups whose reasons were asked for; the others have none.
    public var explained = 0

    /// Groups with pods that wait.
    public var waitingGroups: Int { groups.count { $0.waiting > 0 } }

    /// Plays the cycle; reasons are looked for in at most `explained` groups, those first by name.
    public init(_ cycle: Cycle, _ tieRule: TieRule, explained limit: Int = .max) {
        let session = cycle.opened(tieRule)
        session.runActions()
        groups = session.jobs.map { Group($0, session, cycle.snapshot) }
        let waiting = groups.indices.filter { groups[$0].waiting + session.jobs[$0].counts[.pipelined] > 0 }.prefix(
            limit)
        explained = waiting.count
        for (index, reasons) in zip(waiting, session.reasons(for: waiting.map { session.jobs[$0].id })) {
            groups[index].reasons = reasons
            groups[index].message = session.fitErrorText(of: session.jobs[index].id)
        }
        warnings = CycleWarning.all(for: self, session)
        session.close()
        for index in groups.indices {
            let phase = session.jobs[index].phase
            groups[index].phaseAfter = phase.isEmpty ? "Pending" : phase
        }
        note(CycleOutcome(session, cycle.snapshot), session, cycle.snapshot)
    }

    private mutating func note(_ outcome: CycleOutcome, _ session: VolcanoSession, _ snapshot: ClusterSnapshot) {
        func pod(_ task: TaskRef, _ node: NodeRef?, _ action: String = "") -> Pod {
            Pod(name: snapshot.name(task), group: snapshot.group(task), node: snapshot.name(node), action: action)
        }
        binds = session.binds.map { pod($0.task, $0.node) }
        evictions = session.evictions.map { pod($0.task, snapshot.tasks[$0.task].node, $0.by) }
        var places: [JobRef: [String: Int]] = [:]
        for entry in outcome.pods {
            let job = snapshot.tasks[entry.task].job
            var node: NodeRef?
            switch entry.decision {
            case .bound(let place):
                node = place
                if let job { groups[Int(job.index)].bound += 1 }
            case .pipelined(let place):
                node = place
                pipelined.append(pod(entry.task, place))
                if let job { groups[Int(job.index)].pipelined += 1 }
            case .evicted:
                if let job { groups[Int(job.index)].evicted += 1 }
            }
            if let job, let node { places[job, default: [:]][snapshot.name(node), default: 0] += 1 }
        }
        pipelined.sort { $0.name < $1.name }
        for (job, counts) in places {
            groups[Int(job.index)].places = counts.sorted { $0.key < $1.key }.map { (node: $0.key, pods: $0.value) }
        }
    }
}

extension CycleReport.Group {
    fileprivate init(_ job: JobInfo, _ session: VolcanoSession, _ snapshot: ClusterSnapshot) {
        let before = snapshot.jobs[job.id]
        name = job.uid
        queue = session[job.queue].name
        minAvailable = job.minAvailable
        phaseBefore = before.phase.isEmpty ? "Pending" : before.phase
        phaseAfter = phaseBefore
        pods = job.tasks.count { !session[$0].status.isCompleted }
        running = job.tasks.count {
            let (old, new) = (snapshot.tasks[$0].status, session[$0].status)
            return (old == .running || old == .bound) && new == old
        }
        waiting = job.counts[.pending]
    }
}
