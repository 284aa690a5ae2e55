import KubernetesObjects
import Scheduling

/// One scheduling cycle on a dump, ready to be played under any tie rule.
public struct Cycle: Sendable {
    public let snapshot: ClusterSnapshot
    public let configuration: VolcanoConfiguration
    /// What the scheduler's clock says.
    public let now: Timestamp

    /// A cycle over `objects`.
    public init(_ objects: ObjectSet, configuration: VolcanoConfiguration, now: Timestamp) {
        snapshot = ClusterSnapshot(objects)
        self.configuration = configuration
        self.now = now
    }

    /// Plays the cycle; the session is closed.
    func played(_ tieRule: TieRule) -> VolcanoSession {
        let session = opened(tieRule)
        session.runActions()
        session.close()
        return session
    }

    /// A session whose actions have not run.
    func opened(_ tieRule: TieRule) -> VolcanoSession {
        // A scheduler that has been up for long: what it does at intervals is due.
        var memory = SchedulerMemory()
        memory.lastRescheduling = Timestamp(nanoseconds: 0)
        return VolcanoSession(
            snapshot, configuration: configuration, now: now, tieRule: tieRule, memory: memory,
            extraPlugins: PolicyConfigurations.plugins, extraActions: PolicyConfigurations.actions)
    }

    /// Plays the cycle and keeps what was decided.
    public func outcome(_ tieRule: TieRule) -> CycleOutcome { CycleOutcome(played(tieRule), snapshot) }
}

/// What a cycle decided about one pod.
public enum PodDecision: Hashable, Sendable {
    /// It starts on the node.
    case bound(NodeRef)
    /// It has a place that others have to leave first (upstream: pipelined); nil where the place is given up again.
    case pipelined(NodeRef?)
    /// It has to go, by this action.
    case evicted(by: String)
}

/// The decisions of one cycle, in the handles of its snapshot.
public struct CycleOutcome: Sendable, Equatable {
    /// Pods about which something was decided, ascending.
    public struct Pod: Sendable, Equatable {
        public var task: TaskRef
        public var decision: PodDecision
    }

    /// PodGroups whose phase changed, ascending.
    public struct Phase: Sendable, Equatable {
        public var job: JobRef
        public var phase: String
    }

    public var pods: [Pod]
    public var phases: [Phase]

    init(_ session: VolcanoSession, _ snapshot: ClusterSnapshot) {
        var decisions: [TaskRef: PodDecision] = [:]
        for task in session.tasks where task.status == .pipelined && snapshot.tasks[task.id].status != .pipelined {
            decisions[task.id] = .pipelined(task.node)
        }
        for eviction in session.evictions { decisions[eviction.task] = .evicted(by: eviction.by) }
        for bind in session.binds { decisions[bind.task] = .bound(bind.node) }
        pods = decisions.sorted { $0.key < $1.key }.map { Pod(task: $0.key, decision: $0.value) }
        phases = session.jobs.filter { $0.phase != snapshot.jobs[$0.id].phase }.map {
            Phase(job: $0.id, phase: $0.phase)
        }
    }
}

extension ContiguousArray where Element == TaskInfo {
    subscript(task: TaskRef) -> TaskInfo { self[Int(task.index)] }
}

extension ContiguousArray where Element == JobInfo {
    subscript(job: JobRef) -> JobInfo { self[Int(job.index)] }
}

extension ContiguousArray where Element == NodeInfo {
    subscript(node: NodeRef) -> NodeInfo { self[Int(node.index)] }
}

extension ContiguousArray where Element == QueueInfo {
    subscript(queue: QueueRef) -> QueueInfo { self[Int(queue.index)] }
}

extension ClusterSnapshot {
    /// `namespace/name` of a task's pod.
    func name(_ task: TaskRef) -> String { tasks[task].namespace + "/" + tasks[task].name }
    /// `namespace/name` of the PodGroup of a task; empty for none.
    func group(_ task: TaskRef) -> String { tasks[task].job.map { jobs[$0].uid } ?? "" }
    /// Name of a node; empty for none.
    func name(_ node: NodeRef?) -> String { node.map { nodes[$0].name } ?? "" }
}
