import KubernetesObjects
import Quantities
import Scheduling

/// When something was seen: simulated time, and the number of the cycle, counted from 0 with skipped ones.
public struct Moment: Sendable, Equatable, Comparable {
    public var time: SimTime
    public var cycle: Int

    /// A cycle and when it started.
    public init(time: SimTime, cycle: Int) {
        self.time = time
        self.cycle = cycle
    }

    /// By time, then cycle.
    public static func < (a: Self, b: Self) -> Bool { (a.time, a.cycle) < (b.time, b.cycle) }
}

/// What scheduler cycles were seen to do to PodGroups and queues, compressed to stretches in which nothing changed.
///
/// Whoever plays cycles fills it through `HistoryRecorder`; explanations and the search for pathologies read it.
public struct ClusterHistory: Sendable {
    public let configuration: VolcanoConfiguration
    /// In the order they were first seen. A PodGroup made again under an old name is a new one.
    public internal(set) var groups: [GroupHistory] = []
    /// In the order they were first seen.
    public internal(set) var queues: [QueueHistory] = []
    public internal(set) var binds: [ObservedBind] = []
    public internal(set) var evictions: [ObservedEviction] = []
    /// What was idle on all nodes together, from each cycle in which it changed.
    public internal(set) var free: [(from: Moment, amounts: Amounts)] = []
    /// Sum of the nodes' allocatable, when last seen.
    public internal(set) var total = Amounts()
    /// First and last cycle seen.
    public internal(set) var first = Moment(time: .zero, cycle: 0)
    public internal(set) var last = Moment(time: .zero, cycle: 0)
    /// Whether a job that loses a pod stops as a whole and starts anew: the policy PodEvicted → RestartJob on every job.
    public internal(set) var restartsEvictedJobs = false

    /// Nothing seen yet.
    public init(configuration: VolcanoConfiguration) { self.configuration = configuration }

    /// Binds of the cycles from `start` on and before `end`; binds are in order of time.
    func binds(from start: Moment, to end: Moment) -> ArraySlice<ObservedBind> {
        let first = binds.partitionPoint { $0.moment >= start }
        return binds[first..<max(first, binds.partitionPoint { $0.moment >= end })]
    }

    /// A queue stands so from the beginning of the span on; one that stood so before goes on.
    mutating func note(_ span: QueueSpan, of row: Int) {
        var stretched = span
        if let last = queues[row].spans.indices.last {
            stretched.from = queues[row].spans[last].from
            stretched.to = queues[row].spans[last].to
            if stretched == queues[row].spans[last] { return }
            queues[row].spans[last].to = span.from
        }
        queues[row].spans.append(span)
    }
}

extension Array {
    /// The first index whose element `isAfter`, where those that are follow those that are not; `endIndex` for none.
    func partitionPoint(_ isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A pod that a cycle bound.
public struct ObservedBind: Sendable, Equatable {
    public var moment: Moment
    /// `namespace/name`.
    public var pod: String
    /// Index into the history's groups.
    public var group: Int
    public var node: String
    public var request: Amounts
}

/// A pod that a cycle evicted.
public struct ObservedEviction: Sendable, Equatable {
    public var moment: Moment
    /// `namespace/name`.
    public var pod: String
    /// Index into the history's groups.
    public var group: Int
    public var node: String
    public var action: String
    /// Groups that got a place on this node in the same cycle, as indexes into the history's groups.
    public var gainers: [Int]

    /// The pod without the numbers that its successors carry: what evictions of one member have in common.
    public var lineage: String {
        guard let dash = pod.lastIndex(of: "-") else { return pod }
        let tail = pod[pod.index(after: dash)...]
        return tail.first == "r" && Int(tail.dropFirst()) != nil ? String(pod[..<dash]) : pod
    }
}

/// One PodGroup object over time.
public struct GroupHistory: Sendable {
    /// `namespace/name`.
    public var key: String
    /// What people call it: `namespace/name` of the Job it was made for, else its own.
    public var name: String
    public var uid: String
    public var queue: String
    public var priority: Int32
    public var created: Timestamp
    public var minMember: Int
    /// What `minMember` of its pods ask for together; the smallest ones.
    public var demand: Amounts
    /// The largest request of one pod.
    public var largestPod: Amounts
    /// In order; the last one stands until the end of the history unless `isGone`.
    public internal(set) var spans: [GroupSpan] = []
    /// Whether it was no longer there in a later cycle.
    public internal(set) var isGone = false
}

/// A stretch of cycles in which a PodGroup stood the same.
public struct GroupSpan: Sendable, Equatable {
    public var from: Moment
    /// Start of the cycle that saw it otherwise, or the last one of the history.
    public var to: Moment
    public var state: GroupState
    /// Why pods have no place: the chain of the first cycle of the stretch.
    public var reasons: [WaitReason]
    /// What its members hold on nodes.
    public var held: Amounts

    var length: SimDuration { to.time - from.time }
}

/// Where a PodGroup stands after a cycle.
public struct GroupState: Sendable, Equatable {
    /// Whether its missing members would find nodes, by their requests alone.
    public enum Room: String, Sendable {
        /// Nothing is missing.
        case notNeeded
        /// The nodes would have to be larger for one of its pods.
        case podFitsNoNode
        /// The pods do not fit the nodes even if all of them were empty.
        case gangFitsNever
        /// There are free places for all that is missing.
        case free
        /// Places are taken by others.
        case taken
    }

    public var phase: String
    public var minMember: Int
    /// Members bound or running.
    public var holding: Int
    /// Members that have ended well, besides.
    public var succeeded: Int
    public var pending: Int
    public var pipelined: Int
    /// Whether none of its pods has been made.
    public var awaitsPods: Bool
    public var room: Room
    /// The first reason of its chain; nil where nothing waits.
    public var wait: WaitClass?
    /// Whether its queue is open.
    public var queueIsOpen: Bool
    /// Whether, even if all complete groups were gone, incomplete ones would keep what its missing members need.
    public var isLocked: Bool
    /// Whether pods of lower priority run in its queue that an eviction could have taken.
    public var couldPreempt: Bool

    /// Whether all needed members have their places.
    public var isComplete: Bool { holding + succeeded >= minMember }
    /// Whether it holds some places and lacks others.
    public var isIncomplete: Bool { holding > 0 && !isComplete }
    /// Whether it waits for its first start, or for all its places after it lost them.
    public var waits: Bool { !isComplete && (pending + pipelined > 0 || awaitsPods) }
}

/// What kind of reason a wait has, without numbers.
public struct WaitClass: Sendable, Equatable {
    /// Name of the reason, as in `WaitReason.json`: `NotAdmitted`, `QueueLimit`, `NoNode`, ...
    public var name: String
    /// Plugin that refused, where one did.
    public var plugin: String
    /// Which of its limits, where it has several.
    public var limit: String
    /// Whether what is asked exceeds the limit even with nothing held.
    public var isHopeless: Bool

    /// The class of a reason.
    public init(_ reason: WaitReason) {
        (name, plugin, limit, isHopeless) = ("", "", "", false)
        switch reason {
        case .notAdmitted(let shortage): (name, plugin, limit, isHopeless) = Self.parts("NotAdmitted", shortage)
        case .notEnqueued: name = "NotEnqueued"
        case .invalid: name = "Invalid"
        case .queueOverused(let shortage): (name, plugin, limit, isHopeless) = Self.parts("QueueOverused", shortage)
        case .queueLimit(let shortage, _): (name, plugin, limit, isHopeless) = Self.parts("QueueLimit", shortage)
        case .gated: name = "Gated"
        case .noNode: name = "NoNode"
        case .podRefused: name = "PodRefused"
        case .gang: name = "GangIncomplete"
        case .reserved: name = "Reserved"
        case .noVictims: name = "NoVictims"
        case .heldBack: name = "HeldBack"
        }
    }

    private static func parts(_ name: String, _ shortage: QuotaShortage) -> (String, String, String, Bool) {
        let isHopeless = !shortage.dimension.isEmpty && shortage.asked > shortage.limit + Resource.epsilon
        return (name, shortage.plugin, shortage.limitName, isHopeless)
    }
}

/// One queue over time.
public struct QueueHistory: Sendable {
    public var name: String
    /// In order; the last one stands until the end of the history.
    public internal(set) var spans: [QueueSpan] = []

    /// The stretch at a moment; nil before the first.
    func span(at moment: Moment) -> QueueSpan? {
        let next = spans.partitionPoint { $0.from > moment }
        return next > 0 ? spans[next - 1] : nil
    }
}

/// A stretch of cycles in which a queue stood the same.
public struct QueueSpan: Sendable, Equatable {
    public var from: Moment
    public var to: Moment
    /// What the first plugin that says so lets it deserve; nil where none does.
    public var deserved: Amounts?
    /// What its pods hold.
    public var allocated: Amounts
    /// Whether its specification limits what it may hold.
    public var hasCapability: Bool
    /// The first of its waiting groups that would still be within deserved with what it lacks; nil if there is none.
    public var claim: ShareClaim?
    /// Why none of its pods can be taken back; nil if some can.
    public var protection: ShareProtection?

    var length: SimDuration { to.time - from.time }
}

/// A group that waits for something that its queue deserves.
public struct ShareClaim: Sendable, Equatable {
    /// Identity of the PodGroup.
    public var uid: String
    /// What it lacks: its missing members together; one pod, where it has minMember.
    public var lacks: Amounts
    /// Whether it has minMember and asks for more.
    public var isElastic: Bool
    /// Who did not let it in; nil if it is let in.
    public var refusal: WaitClass?
}

/// What keeps reclaim from the pods of a queue.
public enum ShareProtection: Sendable, Equatable {
    /// The queue says that it is not reclaimable.
    case queue
    /// No running pod may be evicted.
    case pods
    /// The pods that may be evicted are all needed by their gangs.
    case gangs
}
