import KubernetesObjects
import Scheduling

/// The scheduler process: what it carries from one cycle to the next (upstream: `pkg/scheduler/cache`).
///
/// It assumes that a pod it bound stays bound and that a pod it evicted leaves, from the moment it decides so, however
/// late the objects show it. Everything else it knows comes from the objects, and what it writes (`CycleOutcome`) is for
/// its surroundings to make visible there.
public struct SchedulerCache: Sendable {
    public var configuration: VolcanoConfiguration
    public let tieRule: TieRule
    /// Whether `enqueue` counts as configured; nil: as the configuration says.
    public var enqueueConfigured: Bool?
    public var sharding = Sharding()
    public var nodeSearch = NodeSearchOptions()
    /// Measured usage of nodes, by name.
    public var nodeUsage: [String: NodeUsage] = [:]
    /// CSI provisioners whose volumes do not count against attach limits.
    public var ignoredProvisioners: Set<String> = []
    /// Who answers for the `extender` plugin, by `extender.urlPrefix`.
    public var extenders: [String: any SchedulerExtender] = [:]

    /// Cycles run so far.
    public private(set) var cycles = 0
    /// States that were scheduled: cycles, less those that found nothing changed.
    private var states: UInt64 = 0
    /// What outlives sessions besides the objects.
    public private(set) var memory = SchedulerMemory()
    /// Pods that were bound and that the objects still show as pending, with their nodes; by uid, or by name where a pod
    /// has none.
    public private(set) var assumed: [String: String] = [:]
    /// Pods that were evicted and that the objects still show as staying, named likewise.
    public private(set) var leaving: Set<String> = []
    /// Uid of each PodGroup at the last cycle, by `namespace/name`.
    private var groupUIDs: [String: String] = [:]

    /// A scheduler that has just started.
    public init(_ configuration: VolcanoConfiguration, tieRule: TieRule, enqueueConfigured: Bool? = nil) {
        self.configuration = configuration
        self.tieRule = tieRule
        self.enqueueConfigured = enqueueConfigured
    }

    /// One cycle over the objects as they are visible `now`: opens a session, runs the actions, closes it.
    ///
    /// Where chance decides, it draws anew for every state and repeats itself while the state is the same
    /// (`stateIsNew` = false), so that a cycle that changed nothing would change nothing again.
    /// `observe` sees the session after it was closed.
    public mutating func runCycle(
        over objects: ObjectSet, now: Timestamp, stateIsNew: Bool = true, observe: (VolcanoSession) -> Void = { _ in }
    ) -> CycleOutcome {
        forgetWhatIsGone(objects)
        if stateIsNew { states &+= 1 }
        var binding: [String: String] = [:]
        let visible = withDecisions(objects, now: now, binding: &binding)
        var snapshot = ClusterSnapshot(visible, binding: binding)
        snapshot.nodeSearch = nodeSearch
        snapshot.nodeUsage = nodeUsage
        snapshot.ignoredProvisioners = ignoredProvisioners
        snapshot.extenders = extenders
        let session = VolcanoSession(
            snapshot, configuration: configuration, now: now, tieRule: cycleRule, memory: memory, sharding: sharding,
            enqueueConfigured: enqueueConfigured)
        session.runActions()
        var outcome = CycleOutcome(actionsOf: session)
        session.close()
        outcome.noteClose(of: session)
        observe(session)
        for bind in outcome.binds { assumed[Self.identity(bind.uid, bind.pod)] = bind.node }
        for eviction in outcome.evictions { leaving.insert(Self.identity(eviction.uid, eviction.pod)) }
        outcome.changedMemory = session.memory != memory
        memory = session.memory
        cycles += 1
        return outcome
    }

    /// A rule of its own for every state, so that chance does not repeat itself.
    private var cycleRule: TieRule {
        switch tieRule {
        case .lowestName: .lowestName
        case .seeded(let seed): .seeded(seed ^ (states &* 0x9E37_79B9_7F4A_7C15))
        }
    }

    private static func identity(_ uid: String, _ key: String) -> String { uid.isEmpty ? key : uid }

    /// The objects with what was decided and does not show yet; what shows, or is gone, is no longer remembered.
    private mutating func withDecisions(
        _ objects: ObjectSet, now: Timestamp, binding: inout [String: String]
    ) -> ObjectSet {
        if assumed.isEmpty, leaving.isEmpty { return objects }
        var objects = objects
        var (stillAssumed, stillLeaving): ([String: String], Set<String>) = ([:], [])
        for index in objects.pods.indices {
            let (key, uid) = (objects.pods[index].metadata.key, objects.pods[index].metadata.uid)
            let identity = Self.identity(uid, key)
            if let node = assumed[identity], objects.pods[index].spec.nodeName.isEmpty {
                stillAssumed[identity] = node
                binding[key] = node
            }
            if leaving.contains(identity), objects.pods[index].metadata.deletionTimestamp == nil {
                stillLeaving.insert(identity)
                objects.pods[index].metadata.deletionTimestamp = now
            }
        }
        (assumed, leaving) = (stillAssumed, stillLeaving)
        return objects
    }

    /// Drops what is remembered about PodGroups and pods that are gone, or came anew under an old name.
    private mutating func forgetWhatIsGone(_ objects: ObjectSet) {
        var uids: [String: String] = [:]
        for group in objects.podGroups { uids[group.metadata.key] = group.metadata.uid }
        for (key, uid) in groupUIDs where uids[key] != uid {
            memory.scheduleStart[key] = nil
            memory.placements[key] = nil
        }
        groupUIDs = uids
        if memory.cpuAssignments.isEmpty, memory.deviceAnnotations.isEmpty { return }
        let pods = Set(objects.pods.map { Self.identity($0.metadata.uid, $0.metadata.key) })
        memory.cpuAssignments = memory.cpuAssignments.filter { pods.contains($0.key) }
        memory.deviceAnnotations = memory.deviceAnnotations.filter { pods.contains($0.key) }
    }
}

/// What one cycle decided, and what it writes to the objects.
public struct CycleOutcome: Sendable, Equatable {
    /// A pod (`namespace/name`) bound to a node.
    public struct Bind: Sendable, Equatable {
        public var pod: String
        public var uid: String
        public var node: String
    }

    /// A pod evicted, with the action that did it.
    public struct Eviction: Sendable, Equatable {
        public var pod: String
        public var uid: String
        public var action: String
    }

    /// Members of a PodGroup by status, as its own status counts them.
    public struct Members: Sendable, Equatable {
        public var running: Int32
        public var succeeded: Int32
        public var failed: Int32
    }

    /// The Unschedulable condition of a PodGroup.
    public struct Condition: Sendable, Equatable {
        public var reason: String
        public var message: String
    }

    /// In the order of decision.
    public var binds: [Bind] = []
    /// In the order of decision.
    public var evictions: [Eviction] = []
    /// Pods that are Pipelined when the last action has ended, with their nodes.
    public var pipelined: [String: String] = [:]
    /// Phase per PodGroup (`namespace/name`) whose queue exists.
    public var phases: [String: String] = [:]
    /// Uid per PodGroup (`namespace/name`) whose queue exists.
    public var uids: [String: String] = [:]
    /// Members per PodGroup (`namespace/name`) whose queue exists.
    public var members: [String: Members] = [:]
    /// PodGroups found unready, with what is written about them; the others are `Scheduled`.
    public var unschedulable: [String: Condition] = [:]
    /// Nominations of pods; a pod without one here keeps the one it has until it is bound.
    public var nominations: [String: String] = [:]
    /// Whether the scheduler remembers something else than before the cycle.
    public var changedMemory = false
    /// When the same state may be scheduled differently because time has passed; nil for never.
    public var nextWake: Timestamp?

    /// Whether something was bound or evicted.
    public var movesPods: Bool { !binds.isEmpty || !evictions.isEmpty }

    init(actionsOf session: VolcanoSession) {
        func name(_ task: TaskRef) -> String { session[task].namespace + "/" + session[task].name }
        binds = session.binds.map {
            Bind(pod: name($0.task), uid: session.pod($0.task).metadata.uid, node: session[$0.node].name)
        }
        evictions = session.evictions.map {
            Eviction(pod: name($0.task), uid: session.pod($0.task).metadata.uid, action: $0.by)
        }
        for task in session.tasks where task.status == .pipelined {
            if let node = task.node { pipelined[name(task.id)] = session[node].name }
        }
    }

    mutating func noteClose(of session: VolcanoSession) {
        for job in session.jobs {
            phases[job.uid] = job.phase
            uids[job.uid] = session.podGroup(job.id).metadata.uid
            members[job.uid] = Members(
                running: Int32(clamping: job.counts[.running]), succeeded: Int32(clamping: job.counts[.succeeded]),
                failed: Int32(clamping: job.counts[.failed]))
            if let condition = job.unschedulable {
                unschedulable[job.uid] = Condition(reason: condition.reason, message: condition.message)
            }
        }
        for (task, node) in session.nominations {
            nominations[session[task].namespace + "/" + session[task].name] = session[node].name
        }
        nextWake = session.nextWake
    }
}
