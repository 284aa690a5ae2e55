import KubernetesObjects

/// Where plugins can take part (upstream: `framework/session_plugins.go`).
public struct ExtensionPoints: OptionSet, Sendable {
    public let rawValue: UInt64
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
    public static let reservedNodes = Self(rawValue: 1 << 33)

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
        case .reservedNodes: "enableReservedNodes"
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

    init(session: VolcanoSession, option: PluginOption)

    func open() -> ExtensionPoints
    func close()

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int
    func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int
    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int
    func compareVictimQueues(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Int
    func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote)
    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote)
    func unifiedEvictable(_ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose) -> (
        victims: [TaskRef], vote: Vote
    )
    func overused(_ queue: QueueRef) -> Bool
    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool
    func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool

    func jobReady(_ job: JobRef) -> Bool
    func subJobReady(_ subJob: SubJobRef) -> Bool
    func jobPipelined(_ job: JobRef) -> Vote
    func subJobPipelined(_ subJob: SubJobRef) -> Vote
    func jobValid(_ job: JobRef) -> ValidationFailure?
    func jobStarving(_ job: JobRef) -> Bool
    func jobEnqueueable(_ job: JobRef) -> Vote
    func jobEnqueued(_ job: JobRef)

    /// nil: go on. A refusal that holds for every node.
    func prePredicate(_ task: TaskRef) -> FitStatus?
    /// Empty: the node will do.
    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus]
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
    func hyperNodeGradient(forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef]

    /// The numbers behind a refusal of `jobEnqueueable`, `allocatable` or `overused`; nil where there are none.
    func shortage(enqueuing job: JobRef) -> QuotaShortage?
    func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage?
    func shortage(overused queue: QueueRef) -> QuotaShortage?

    /// An error undoes the operation.
    func taskAllocated(_ task: TaskRef) -> String?
    func taskDeallocated(_ task: TaskRef)

    /// When the plugin's answers may differ though nothing changed but time; nil for never. Asked after the session,
    /// about instants later than `now`.
    func nextWake(after now: Timestamp) -> Timestamp?

    /// A dry run on one node begins: what the simulate hooks change from here on is forgotten when the next one begins
    /// (upstream: a clone of the preemptor's cycle state per node).
    func simulationBegins(for preemptor: TaskRef)
    func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef)
    func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef)
    func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus]
    func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool
}

/// What a gradient of HyperNodes is wanted for.
public enum GradientPurpose: Sendable { case allocate, evict }

extension VolcanoPlugin {
    public func close() {}
    public func compareJobs(_ l: JobRef, _ r: JobRef) -> Int { 0 }
    public func compareSubJobs(_ l: SubJobRef, _ r: SubJobRef) -> Int { 0 }
    public func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int { 0 }
    public func compareVictimQueues(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Int { 0 }
    public func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int { 0 }
    public func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ([], .abstain)
    }
    public func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ([], .abstain)
    }
    public func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) { ([], .abstain) }
    public func overused(_ queue: QueueRef) -> Bool { false }
    public func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool { true }
    public func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool { true }
    public func jobReady(_ job: JobRef) -> Bool { true }
    public func subJobReady(_ subJob: SubJobRef) -> Bool { true }
    public func jobPipelined(_ job: JobRef) -> Vote { .abstain }
    public func subJobPipelined(_ subJob: SubJobRef) -> Vote { .abstain }
    public func jobValid(_ job: JobRef) -> ValidationFailure? { nil }
    public func jobStarving(_ job: JobRef) -> Bool { false }
    public func jobEnqueueable(_ job: JobRef) -> Vote { .abstain }
    public func jobEnqueued(_ job: JobRef) {}
    public func prePredicate(_ task: TaskRef) -> FitStatus? { nil }
    public func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] { [] }
    public func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double { 0 }
    public func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] { [] }
    public func bestNode(_ task: TaskRef, _ nodes: [NodeRef], _ scores: [Double]) -> NodeRef? { nil }
    public func isClassKeyed(_ task: TaskRef) -> Bool { false }
    public func hyperNodeOrder(_ subJob: SubJobRef, _ hyperNodes: [HyperNodeRef]) -> [Double] { [] }
    public func hyperNodeGradient(forJob job: JobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    { [[root]] }
    public func hyperNodeGradient(forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose)
        -> [[HyperNodeRef]]
    { [[root]] }
    public func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] { [] }
    public func shortage(enqueuing job: JobRef) -> QuotaShortage? { nil }
    public func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage? { nil }
    public func shortage(overused queue: QueueRef) -> QuotaShortage? { nil }
    public func taskAllocated(_ task: TaskRef) -> String? { nil }
    public func taskDeallocated(_ task: TaskRef) {}
    public func nextWake(after now: Timestamp) -> Timestamp? { nil }
    public func simulationBegins(for preemptor: TaskRef) {}
    public func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {}
    public func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {}
    public func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] { [] }
    public func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool { true }
}

/// One action of a cycle.
public protocol VolcanoAction: SendableMetatype {
    /// Name in the configuration.
    static var name: String { get }

    init(arguments: PluginArguments)
    func execute(_ session: VolcanoSession)
}
