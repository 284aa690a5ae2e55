import KubernetesObjects

/// Where plugins can take part (upstream: `framework/session_plugins.go`).
public struct ExtensionPoints: OptionSet, Sendable {
    public let rawValue: UInt64
    /// Points by their bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let jobOrder = Self(rawValue: 1 << 0)
    public static let subJobOrder = Self(rawValue: 1 << 1)
    public static let queueOrder = Self(rawValue: 1 << 2)
    public static let victimQueueOrder = Self(rawValue: 1 << 3)
    public static let taskOrder = Self(rawValue: 1 << 4)
    public static let preemptable = Self(rawValue: 1 << 5)
    public static let reclaimable = Self(rawValue: 1 << 6)
    public static let unifiedEvictable = Self(rawValue: 1 << 7)
    public static let overused = Self(rawValue: 1 << 8)
    public static let allocatable = Self(rawValue: 1 << 9)
    public static let preemptive = Self(rawValue: 1 << 10)
    public static let jobReady = Self(rawValue: 1 << 11)
    public static let subJobReady = Self(rawValue: 1 << 12)
    public static let jobPipelined = Self(rawValue: 1 << 13)
    public static let subJobPipelined = Self(rawValue: 1 << 14)
    public static let jobValid = Self(rawValue: 1 << 15)
    public static let jobStarving = Self(rawValue: 1 << 16)
    public static let jobEnqueueable = Self(rawValue: 1 << 17)
    public static let jobEnqueued = Self(rawValue: 1 << 18)
    public static let prePredicate = Self(rawValue: 1 << 19)
    public static let predicate = Self(rawValue: 1 << 20)
    public static let nodeOrder = Self(rawValue: 1 << 21)
    public static let batchNodeOrder = Self(rawValue: 1 << 22)
    public static let bestNode = Self(rawValue: 1 << 23)
    public static let hyperNodeOrder = Self(rawValue: 1 << 24)
    public static let hyperNodeGradientForJob = Self(rawValue: 1 << 25)
    public static let hyperNodeGradientForSubJob = Self(rawValue: 1 << 26)
    public static let victimTasks = Self(rawValue: 1 << 27)
    /// `taskAllocated` and `taskDeallocated`; no flag.
    public static let events = Self(rawValue: 1 << 28)
    /// Dry runs of topology-aware preemption: `simulateRemove`, `simulateAdd`, `simulatePredicate`, `simulateAllocatable`.
    public static let simulateRemove = Self(rawValue: 1 << 29)
    public static let simulateAdd = Self(rawValue: 1 << 30)
    public static let simulatePredicate = Self(rawValue: 1 << 31)
    public static let simulateAllocatable = Self(rawValue: 1 << 32)

    /// The configuration flag that switches a point; nil for points without flag.
    var flag: String? {
        switch self {
        case .jobOrder: "enableJobOrder"
        case .subJobOrder: "enabledSubJobOrder"
        case .queueOrder: "enableQueueOrder"
        case .taskOrder: "enableTaskOrder"
        case .preemptable, .simulateRemove, .simulateAdd: "enablePreemptable"
        case .reclaimable: "enableReclaimable"
        case .overused: "enabledOverused"
        case .allocatable, .simulateAllocatable: "enabledAllocatable"
        case .preemptive: "enablePreemptive"
        case .jobReady: "enableJobReady"
        case .subJobReady: "enabledSubJobReady"
        case .jobPipelined: "enableJobPipelined"
        case .subJobPipelined: "enabledSubJobPipelined"
        case .jobStarving: "enableJobStarving"
        case .jobEnqueueable, .jobEnqueued: "enableJobEnqueued"
        case .prePredicate, .predicate, .simulatePredicate: "enablePredicate"
        case .nodeOrder, .batchNodeOrder: "enableNodeOrder"
        case .bestNode: "enableBestNode"
        case .hyperNodeOrder: "enabledHyperNodeOrder"
        case .hyperNodeGradientForJob, .hyperNodeGradientForSubJob: "enabledHyperNodeGradient"
        case .victimTasks: "enabledVictim"
        default: nil
        }
    }
}

/// A plugin's vote.
public enum Vote: Int, Sendable {
    case reject = -1
    case abstain = 0
    case permit = 1
}

/// Why a job is not worth trying.
public struct ValidationFailure: Sendable, Equatable {
    /// Reason code such as `NotEnoughPods`.
    public var reason: String
    public var message: String
}

/// What gang eviction is for (upstream: `api.EvictionContext`).
public enum EvictionPurpose: Sendable { case preempt, reclaim }

/// One plugin in one session. Its state lives as long as the session.
///
/// `open` computes that state and says which points it takes part in; every other requirement has a default, so that a
/// plugin implements only what it registers. Comparisons are negative when the first comes first.
public protocol VolcanoPlugin: AnyObject, SendableMetatype {
    /// Name in the configuration.
    static var name: String { get }

    /// Made when a session opens, with the flags and arguments of the configuration.
    init(session: VolcanoSession, option: PluginOption)

    /// Computes the state of the session; the points in which the plugin takes part.
    func open() -> ExtensionPoints
    /// Called before phases are computed at the end of the session.
    func close()

    /// Order of jobs within a queue.
    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int
    /// A number by which `compareJobs` orders jobs, lower first; nil where it does not go by a number.
    func jobOrderKey(_ job: JobRef) -> Double?
    /// Whether what places of jobs and queues in their orders hang on is their own, and not their phase: neither letting jobs
    /// in nor placing pods of others moves them.
    var ordersAreLocal: Bool { get }
    /// Order of sub-jobs within a job.
    func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int
    /// Order of queues.
    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int
    /// Which queue gives way first to the preemptor's.
    func compareVictimQueues(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Int
    /// Order of tasks within a job.
    func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int

    /// Candidates of the same queue that may give way to a pod; a vote other than `abstain` makes the list count.
    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote)
    /// Candidates of other queues that may give way to a pod.
    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote)
    /// Candidates that may give way to a gang.
    func unifiedEvictable(_ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose) -> (
        victims: [TaskRef], vote: Vote
    )
    /// Whether a queue has all it deserves, and is left out of allocate.
    func overused(_ queue: QueueRef) -> Bool
    /// Whether a pod may take resources on account of its queue.
    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool
    /// Whether `allocatable` and its `shortage` say the same of all tasks of one shape as long as no pod is placed, and note
    /// nothing.
    var limitsGoByShape: Bool { get }
    /// Whether a queue may reclaim for these pods.
    func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool

    /// Whether a job can start with what it has.
    func jobReady(_ job: JobRef) -> Bool
    /// Whether a sub-job can start with what it has.
    func subJobReady(_ subJob: SubJobRef) -> Bool
    /// Whether a job can start once what is releasing is free.
    func jobPipelined(_ job: JobRef) -> Vote
    /// Whether a sub-job can start once what is releasing is free.
    func subJobPipelined(_ subJob: SubJobRef) -> Vote
    /// Why a job is not worth trying; nil: it is.
    func jobValid(_ job: JobRef) -> ValidationFailure?
    /// Whether a job may displace others.
    func jobStarving(_ job: JobRef) -> Bool
    /// Whether a job may leave Pending.
    func jobEnqueueable(_ job: JobRef) -> Vote
    /// A job was let in: reserve for it.
    func jobEnqueued(_ job: JobRef)

    /// nil: go on. A refusal that holds for every node.
    func prePredicate(_ task: TaskRef) -> FitStatus?
    /// Empty: the node will do.
    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus]
    /// Score of one node; higher is better.
    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double
    /// Scores in the order of `nodes`; empty adds nothing.
    func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double]
    /// Choice among scored nodes; nil leaves it to the others.
    func bestNode(_ task: TaskRef, _ nodes: [NodeRef], _ scores: [Double]) -> NodeRef?
    /// Whether `predicate`, `nodeOrder` and `batchNodeOrder` of this task depend on a node only through its static
    /// description (labels, taints, allocatable) and its resource totals, so that equal nodes get equal answers.
    func isClassKeyed(_ task: TaskRef) -> Bool

    /// Scores of a sub-job per candidate HyperNode, in their order; empty adds nothing.
    func hyperNodeOrder(_ subJob: SubJobRef, _ hyperNodes: [HyperNodeRef]) -> [Double]
    /// HyperNodes to try, in groups of which the first with a solution decides.
    func hyperNodeGradient(forJob job: JobRef, root: HyperNodeRef, purpose: GradientPurpose) -> [[HyperNodeRef]]
    /// As for a job.
    func hyperNodeGradient(forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    /// Running tasks that `shuffle` is to evict.
    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef]

    /// The numbers behind a refusal of `jobEnqueueable`, `allocatable` or `overused`; nil where there are none.
    func shortage(enqueuing job: JobRef) -> QuotaShortage?
    /// As for enqueueing.
    func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage?
    /// As for enqueueing.
    func shortage(overused queue: QueueRef) -> QuotaShortage?

    /// A task took resources; an error message undoes the operation.
    func taskAllocated(_ task: TaskRef) -> String?
    /// A task gave its resources back, or is on its way out.
    func taskDeallocated(_ task: TaskRef)

    /// When the plugin's answers may differ though nothing changed but time; nil for never. Asked after the session,
    /// about instants later than `now`.
    func nextWake(after now: Timestamp) -> Timestamp?

    /// A dry run on one node begins: what the simulate hooks change from here on is forgotten when the next one begins
    /// (upstream: a clone of the preemptor's cycle state per node).
    func simulationBegins(for preemptor: TaskRef)
    /// A victim leaves a node in a dry run.
    func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef)
    /// A victim is back on a node in a dry run.
    func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef)
    /// As `predicate`, on the state of the dry run.
    func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus]
    /// As `allocatable`, on the state of the dry run.
    func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool
}

/// What a gradient of HyperNodes is wanted for.
public enum GradientPurpose: Sendable { case allocate, evict }

extension VolcanoPlugin {
    /// Nothing to do.
    public func close() {}
    /// No order.
    public func compareJobs(_ l: JobRef, _ r: JobRef) -> Int { 0 }
    /// None.
    public func jobOrderKey(_ job: JobRef) -> Double? { nil }
    /// Nobody vouches for it.
    public var ordersAreLocal: Bool { false }
    /// No order.
    public func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int { 0 }
    /// No order.
    public func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int { 0 }
    /// No order.
    public func compareVictimQueues(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Int { 0 }
    /// No order.
    public func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int { 0 }
    /// Abstains.
    public func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ([], .abstain)
    }
    /// Abstains.
    public func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ([], .abstain)
    }
    /// Abstains.
    public func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) { ([], .abstain) }
    /// No.
    public func overused(_ queue: QueueRef) -> Bool { false }
    /// No objection.
    public func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool { true }
    /// Nobody vouches for it.
    public var limitsGoByShape: Bool { false }
    /// No objection.
    public func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool { true }
    /// No objection.
    public func jobReady(_ job: JobRef) -> Bool { true }
    /// No objection.
    public func subJobReady(_ subJob: SubJobRef) -> Bool { true }
    /// Abstains.
    public func jobPipelined(_ job: JobRef) -> Vote { .abstain }
    /// Abstains.
    public func subJobPipelined(_ subJob: SubJobRef) -> Vote { .abstain }
    /// No refusal.
    public func jobValid(_ job: JobRef) -> ValidationFailure? { nil }
    /// No.
    public func jobStarving(_ job: JobRef) -> Bool { false }
    /// Abstains.
    public func jobEnqueueable(_ job: JobRef) -> Vote { .abstain }
    /// Nothing to do.
    public func jobEnqueued(_ job: JobRef) {}
    /// No refusal.
    public func prePredicate(_ task: TaskRef) -> FitStatus? { nil }
    /// No refusal.
    public func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] { [] }
    /// No score.
    public func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double { 0 }
    /// No score.
    public func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] { [] }
    /// No choice.
    public func bestNode(_ task: TaskRef, _ nodes: [NodeRef], _ scores: [Double]) -> NodeRef? { nil }
    /// Nodes are asked one by one.
    public func isClassKeyed(_ task: TaskRef) -> Bool { false }
    /// No score.
    public func hyperNodeOrder(_ subJob: SubJobRef, _ hyperNodes: [HyperNodeRef]) -> [Double] { [] }
    /// The root alone.
    public func hyperNodeGradient(forJob job: JobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    { [[root]] }
    /// The root alone.
    public func hyperNodeGradient(forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    { [[root]] }
    /// No victims.
    public func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] { [] }
    /// No numbers.
    public func shortage(enqueuing job: JobRef) -> QuotaShortage? { nil }
    /// No numbers.
    public func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage? { nil }
    /// No numbers.
    public func shortage(overused queue: QueueRef) -> QuotaShortage? { nil }
    /// Nothing to do.
    public func taskAllocated(_ task: TaskRef) -> String? { nil }
    /// Nothing to do.
    public func taskDeallocated(_ task: TaskRef) {}
    /// Never.
    public func nextWake(after now: Timestamp) -> Timestamp? { nil }
    /// Nothing to do.
    public func simulationBegins(for preemptor: TaskRef) {}
    /// Nothing to do.
    public func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {}
    /// Nothing to do.
    public func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {}
    /// No refusal.
    public func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] { [] }
    /// No objection.
    public func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool { true }
}

/// One action of a cycle.
public protocol VolcanoAction: SendableMetatype {
    /// Name in the configuration.
    static var name: String { get }

    init(arguments: PluginArguments)
    func execute(_ session: VolcanoSession)
}
