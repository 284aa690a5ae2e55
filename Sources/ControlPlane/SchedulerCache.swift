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
    /// What outlives sessions besides the objects.
    public private(set) var memory = SchedulerMemory()
    /// Pods (`namespace/name`) that were bound and that the objects still show as pending, with their nodes.
    public private(set) var assumed: [String: String] = [:]
    /// Pods that were evicted and that the objects still show as staying.
    public private(set) var leaving: Set<String> = []

    /// A scheduler that has just started.
    public init(_ configuration: VolcanoConfiguration, tieRule: TieRule, enqueueConfigured: Bool? = nil) {
        self.configuration = configuration
        self.tieRule = tieRule
        self.enqueueConfigured = enqueueConfigured
    }

    /// One cycle over the objects as they are visible `now`: opens a session, runs the actions, closes it.
    ///
    /// `observe` sees the session after it was closed.
    public mutating func runCycle(
        over objects: ObjectSet, now: Timestamp, observe: (VolcanoSession) -> Void = { _ in }
    ) -> CycleOutcome {
        var snapshot = ClusterSnapshot(withDecisions(objects, now: now), binding: assumed)
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
        for bind in outcome.binds { assumed[bind.pod] = bind.node }
        for eviction in outcome.evictions { leaving.insert(eviction.pod) }
        memory = session.memory
        cycles += 1
        return outcome
    }

    /// A rule of its own for every cycle, so that chance does not repeat itself.
    private var cycleRule: TieRule {
        switch tieRule {
        case .lowestName: .lowestName
        case .seeded(let seed): .seeded(seed ^ (UInt64(truncatingIfNeeded: cycles) &* 0x9E37_79B9_7F4A_7C15))
        }
    }

    /// The objects with what was decided and does not show yet; what shows, or is gone, is no longer remembered.
    private mutating func withDecisions(_ objects: ObjectSet, now: Timestamp) -> ObjectSet {
        if assumed.isEmpty, leaving.isEmpty { return objects }
        var objects = objects
        var (stillAssumed, stillLeaving): ([String: String], Set<String>) = ([:], [])
        for index in objects.pods.indices {
            let key = objects.pods[index].metadata.key
            if let node = assumed[key], objects.pods[index].spec.nodeName.isEmpty { stillAssumed[key] = node }
            if leaving.contains(key), objects.pods[index].metadata.deletionTimestamp == nil {
                stillLeaving.insert(key)
                objects.pods[index].metadata.deletionTimestamp = now
            }
        }
        (assumed, leaving) = (stillAssumed, stillLeaving)
        return objects
    }
}

/// What one cycle decided, and what it writes to the objects.
public struct CycleOutcome: Sendable, Equatable {
    /// A pod (`namespace/name`) bound to a node.
    public struct Bind: Sendable, Equatable {
        public var pod: String
        public var node: String
    }

    /// A pod evicted, with the action that did it.
    public struct Eviction: Sendable, Equatable {
        public var pod: String
        public var action: String
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
    /// PodGroups found unready, with what is written about them; the others are `Scheduled`.
    public var unschedulable: [String: Condition] = [:]
    /// Nominations of pods; a pod without one here keeps the one it has until it is bound.
    public var nominations: [String: String] = [:]

    /// Whether something was bound or evicted.
    public var movesPods: Bool { !binds.isEmpty || !evictions.isEmpty }

    init(actionsOf session: VolcanoSession) {
        func name(_ task: TaskRef) -> String { session[task].namespace + "/" + session[task].name }
        binds = session.binds.map { Bind(pod: name($0.task), node: session[$0.node].name) }
        evictions = session.evictions.map { Eviction(pod: name($0.task), action: $0.by) }
        for task in session.tasks where task.status == .pipelined {
            if let node = task.node { pipelined[name(task.id)] = session[node].name }
        }
    }

    mutating func noteClose(of session: VolcanoSession) {
        for job in session.jobs {
            phases[job.uid] = job.phase
            if let condition = job.unschedulable {
                unschedulable[job.uid] = Condition(reason: condition.reason, message: condition.message)
            }
        }
        for (task, node) in session.nominations {
            nominations[session[task].namespace + "/" + session[task].name] = session[node].name
        }
    }
}
