import KubernetesObjects

/// One scheduling cycle over a snapshot: the state that actions and plugins read and change.
///
/// A class, because plugins keep a reference to it; it is confined to one thread. Its decisions are `binds`,
/// `evictions`, the Pipelined tasks, and after `close` the phases of the PodGroups.
public final class VolcanoSession {
    public let snapshot: ClusterSnapshot
    public let configuration: VolcanoConfiguration
    /// What the scheduler's clock says.
    public let now: Timestamp
    public internal(set) var ties: TieOrder
    /// State that outlives sessions.
    public internal(set) var memory: SchedulerMemory

    public internal(set) var tasks: ContiguousArray<TaskInfo>
    public internal(set) var jobs: ContiguousArray<JobInfo>
    public internal(set) var subJobs: ContiguousArray<SubJobInfo>
    public internal(set) var nodes: ContiguousArray<NodeInfo>
    public internal(set) var queues: ContiguousArray<QueueInfo>
    /// Sum of the nodes' allocatable.
    public internal(set) var totalResource: Resource
    public internal(set) var fitTable = FitTable()

    /// All nodes in order of arrival.
    let nodeList: [NodeRef]
    /// The jobs, ascending by UID.
    public let jobOrder: [JobRef]
    /// Those of them that are not settled, and which ones are.
    let openJobs: [JobRef]
    private(set) var isSettled: ContiguousArray<Bool>
    /// Pods bound, in the order of commitment.
    public internal(set) var binds: [(task: TaskRef, node: NodeRef)] = []
    /// What the scheduler's cache holds idle on nodes to which pods were bound.
    var cacheIdle: [NodeRef: Resource] = [:]
    /// Pods evicted, in the order of commitment, with the action that did it.
    public internal(set) var evictions: [(task: TaskRef, by: String)] = []
    /// What kept jobs from a place, as far as it was noted.
    var waitNotes: [JobRef: WaitNotes] = [:]
    /// HyperNodes; see `HyperNodeTree`.
    public let hyperNodes: HyperNodeTree
    /// Jobs whose allocated HyperNodes changed in this session.
    var topologyChanges: Set<JobRef> = []

    public private(set) var plugins: [any VolcanoPlugin] = []
    var hooks = HookTable()
    private var hookLayout: HookLayout
    var eventHandlers: [any VolcanoPlugin] = []
    /// Places still held by pods that were placed again.
    var leftovers: [Leftover] = []
    /// Name of the action at work, for the log of evictions.
    public internal(set) var action = ""
    /// Whether pending jobs must pass `enqueue` first.
    public let enqueueConfigured: Bool
    public let sharding: Sharding
    let searchMode: NodeSearchMode
    private let extraActions: [String: any VolcanoAction.Type]
    /// Whether conditions of PodGroups get their texts; who plays many cycles has no use for them.
    let writesMessages: Bool
    let mayHaveTopology: Bool
    /// Plugins that filter or score nodes.
    var nodePlugins: [any VolcanoPlugin] = []
    /// The nodes as Kubernetes' filters and scores see them.
    let kubernetes: KubernetesView
    var classes: NodeClasses
    var classesAreReady: Bool
    var standings: Standings
    /// What was written to.
    var changes: SessionChanges
    var classScoreMemo: [ScoreKey: [Double]] = [:]

    /// Opens a session: clones the snapshot's state, prepares HyperNodes, opens the plugins.
    ///
    /// `extraPlugins` and `extraActions` are found by name before the built-in ones (test plugins of conformance cases,
    /// `PolicyConfigurations`).
    public convenience init(
        _ snapshot: ClusterSnapshot, configuration: VolcanoConfiguration, now: Timestamp, tieRule: TieRule,
        memory: SchedulerMemory = SchedulerMemory(), sharding: Sharding = Sharding(),
        enqueueConfigured: Bool? = nil, searchMode: NodeSearchMode = .byClass,
        extraPlugins: [String: any VolcanoPlugin.Type] = [:], extraActions: [String: any VolcanoAction.Type] = [:]
    ) {
        self.init(
            snapshot, SessionWorkspace(snapshot, memory), configuration: configuration, now: now, tieRule: tieRule,
            memory: memory, sharding: sharding, enqueueConfigured: enqueueConfigured, searchMode: searchMode,
            extraPlugins: extraPlugins, extraActions: extraActions)
    }

    /// Opens a session on a workspace that stands as the snapshot says.
    init(
        _ snapshot: ClusterSnapshot, _ workspace: consuming SessionWorkspace, configuration: VolcanoConfiguration,
        now: Timestamp, tieRule: TieRule, memory: SchedulerMemory, sharding: Sharding = Sharding(),
        enqueueConfigured: Bool? = nil, searchMode: NodeSearchMode = .byClass,
        extraPlugins: [String: any VolcanoPlugin.Type] = [:], extraActions: [String: any VolcanoAction.Type] = [:]
    ) {
        self.snapshot = snapshot
        self.configuration = configuration
        self.now = now
        self.ties = TieOrder(tieRule)
        self.memory = memory
        self.tasks = workspace.tasks
        self.jobs = workspace.jobs
        self.subJobs = workspace.subJobs
        self.nodes = workspace.nodes
        self.jobOrder = workspace.jobOrder
        self.isSettled = workspace.isSettled
        let settled = workspace.isSettled
        self.openJobs = workspace.jobOrder.filter { !settled[Int($0.index)] }
        self.writesMessages = workspace.writesMessages
        self.fitTable = workspace.fitTable
        self.standings = workspace.standings
        self.changes = workspace.changes
        self.hookLayout = workspace.hookLayout
        self.classes = workspace.classes ?? NodeClasses()
        self.classesAreReady = workspace.classes != nil
        self.kubernetes = KubernetesView(snapshot.kubernetes, workspace.cluster.take())
        self.mayHaveTopology = workspace.mayHaveTopology
        // From here on the session alone has the arrays, so that changes copy nothing.
        workspace = SessionWorkspace()
        self.nodeList = snapshot.nodeList
        self.queues = snapshot.queues
        self.hyperNodes = snapshot.hyperNodes
        self.totalResource = snapshot.totalResource
        self.enqueueConfigured = enqueueConfigured ?? configuration.actions.contains("enqueue")
        self.sharding = sharding
        self.searchMode = searchMode
        self.extraActions = extraActions
        if sharding.mode != .none {
            for index in nodes.indices { nodes[index].isInShard = sharding.nodes.contains(nodes[index].name) }
        }
        if mayHaveTopology { openHyperNodes() }
        openPlugins(extraPlugins)
    }

    private func openPlugins(_ extraPlugins: [String: any VolcanoPlugin.Type]) {
        func kind(_ option: PluginOption) -> (any VolcanoPlugin.Type)? {
            extraPlugins[option.name] ?? VolcanoPlugins.byName[option.name]
        }
        var registered: [ExtensionPoints] = []
        for option in configuration.tiers.joined() {
            guard let plugin = kind(option)?.init(session: self, option: option) else { continue }
            let points = plugin.open()
            plugins.append(plugin)
            if !points.isDisjoint(with: [.predicate, .nodeOrder, .batchNodeOrder]) { nodePlugins.append(plugin) }
            if points.contains(.events) { eventHandlers.append(plugin) }
            registered.append(points)
        }
        if hookLayout.points != registered {
            let tiers = configuration.tiers.map { $0.filter { kind($0) != nil } }
            hookLayout = HookLayout(tiers, registered)
        }
        hooks = HookTable(hookLayout, ContiguousArray(plugins))
    }

    /// Gives up the workspace, with all that was written to it; the session can no longer be asked anything.
    func takeWorkspace() -> SessionWorkspace {
        var workspace = SessionWorkspace()
        swap(&workspace.tasks, &tasks)
        swap(&workspace.jobs, &jobs)
        swap(&workspace.subJobs, &subJobs)
        swap(&workspace.nodes, &nodes)
        swap(&workspace.fitTable, &fitTable)
        swap(&workspace.standings, &standings)
        swap(&workspace.changes, &changes)
        swap(&workspace.isSettled, &isSettled)
        swap(&workspace.hookLayout, &hookLayout)
        workspace.jobOrder = jobOrder
        workspace.writesMessages = writesMessages
        workspace.mayHaveTopology = mayHaveTopology
        workspace.cluster = kubernetes.takeCluster()
        if classesAreReady {
            workspace.classes = classes
            classes = NodeClasses()
        }
        return workspace
    }

    /// Gives up what outlives the session.
    public func takeMemory() -> SchedulerMemory { exchange(&memory, with: SchedulerMemory()) }

    /// Runs the configured actions in order.
    public func runActions() {
        for name in configuration.actions { run(action: name) }
    }

    /// Runs one action; an unknown name does nothing (readers refuse it earlier).
    public func run(action name: String) {
        guard let kind = extraActions[name] ?? VolcanoActions.byName[name] else { return }
        action = name
        kind.init(arguments: configuration.actionArguments[name] ?? PluginArguments()).execute(self)
        action = ""
    }

    /// State of the object behind a handle.
    public subscript(task: TaskRef) -> TaskInfo {
        _read { yield tasks[Int(task.index)] }
        _modify {
            if let job = tasks[Int(task.index)].job { changes.noteParts(of: job) }
            yield &tasks[Int(task.index)]
        }
    }
    /// State of the object behind a handle.
    public subscript(job: JobRef) -> JobInfo {
        _read { yield jobs[Int(job.index)] }
        _modify {
            changes.note(job)
            yield &jobs[Int(job.index)]
        }
    }
    /// State of the object behind a handle.
    public subscript(subJob: SubJobRef) -> SubJobInfo {
        _read { yield subJobs[Int(subJob.index)] }
        _modify {
            changes.noteParts(of: subJobs[Int(subJob.index)].job)
            yield &subJobs[Int(subJob.index)]
        }
    }
    /// State of the object behind a handle.
    public subscript(node: NodeRef) -> NodeInfo {
        _read { yield nodes[Int(node.index)] }
        _modify {
            changes.note(node)
            yield &nodes[Int(node.index)]
        }
    }
    /// State of the object behind a handle.
    public subscript(queue: QueueRef) -> QueueInfo {
        _read { yield queues[Int(queue.index)] }
        _modify { yield &queues[Int(queue.index)] }
    }

    public var names: ResourceNames { snapshot.names }
    /// The pod behind a task.
    public func pod(_ task: TaskRef) -> Pod { snapshot.objects.pods[Int(self[task].pod)] }
    /// The PodGroup behind a job.
    public func podGroup(_ job: JobRef) -> PodGroup { snapshot.objects.podGroups[Int(self[job].podGroup)] }
    /// The Node behind a node.
    public func object(_ node: NodeRef) -> Node { snapshot.objects.nodes[Int(self[node].object)] }
    /// The Queue behind a queue.
    public func object(_ queue: QueueRef) -> Queue { snapshot.objects.queues[Int(self[queue].object)] }

    /// All jobs in the order upstream walks its map.
    public func jobsInMapOrder() -> [JobRef] { ties.arranged(jobOrder) }
    /// The jobs that are not settled in the order upstream walks its map.
    func openJobsInMapOrder() -> [JobRef] { ties.arranged(openJobs) }
    /// All queues in the order upstream walks its map.
    public func queuesInMapOrder() -> [QueueRef] { ties.arranged(queues.map(\.id)) }
    /// Tasks of a job in a status, in the order upstream walks its map.
    public func tasks(of job: JobRef, in status: TaskStatus) -> [TaskRef] {
        ties.arranged(self[job].tasks.filter { self[$0].status == status })
    }
    /// Tasks on a node in the order upstream walks its map (ascending `namespace/name` under `lowest-name`).
    public func tasks(on node: NodeRef) -> [TaskRef] {
        ties.arranged(self[node].tasks.sorted { self[$0].nameRank < self[$1].nameRank })
    }
    /// The queue of a task's job.
    public func queue(of task: TaskRef) -> QueueRef? { self[task].job.map { self[$0].queue } }
    /// Whether the queue's reclaimable field allows reclaim.
    public func isReclaimable(_ queue: QueueRef) -> Bool { self[queue].reclaimable ?? true }
}

/// State of the scheduler process that outlives sessions.
public struct SchedulerMemory: Sendable, Equatable {
    /// Where the next search for feasible nodes starts (upstream: `util.lastProcessedNodeIndex`).
    public var nextNode = 0
    /// When tdm last evicted, and rescheduling last ran; nil for never.
    public var lastTDMEviction: Timestamp?
    public var lastRescheduling: Timestamp?
    /// When a job was first seen by `enqueue` (schedule start), by UID.
    public var scheduleStart: [String: Timestamp] = [:]
    /// HyperNodes that jobs occupy, by job UID.
    public var placements: [String: JobPlacement] = [:]
    /// Cpus that numa-aware gave to pods, by UID.
    public var cpuAssignments: [String: CPUAssignment] = [:]
    /// Annotations with which deviceshare gave devices to pods, by UID.
    public var deviceAnnotations: [String: [String: String]] = [:]

    /// A fresh scheduler.
    public init() {}
}

/// Which nodes belong to this scheduler when several share a cluster.
public struct Sharding: Sendable {
    /// How strictly the shard is kept.
    public enum Mode: String, Sendable { case none, soft, hard }
    public var mode: Mode
    /// Names of the shard's nodes.
    public var nodes: Set<String>

    /// No sharding unless told otherwise.
    public init(mode: Mode = .none, nodes: Set<String> = []) {
        self.mode = mode
        self.nodes = nodes
    }
}
