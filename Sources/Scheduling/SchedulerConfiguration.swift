import Quantities

/// The schedulers that are built in, by the name users write.
public enum SchedulingPolicy: String, CaseIterable, Sendable {
    /// Pod by pod in priority and arrival order, as the default Kubernetes scheduler does: gangs may be half placed.
    case kubeDefault = "kube-default"
    /// Whole gangs in arrival order; a blocked head blocks its queue.
    case fifoGang = "fifo-gang"
    /// EASY backfilling: the blocked head holds a reservation, others may start if they do not delay it.
    case backfill
    /// Highest priority first; may preempt lower priorities.
    case priority
    /// Shortest requested duration first.
    case sjf
    /// Shortest remaining time first; preempts.
    case srtf
    /// Least attained service (GPU-time) first in discretised levels, as Tiresias; preempts.
    case las
    /// Queue with the lowest dominant share first.
    case drf
    /// The scheduler of Volcano itself, cycle by cycle, under its own configuration (`VolcanoSession`).
    case volcano
}

/// What decides among equals that a real scheduler leaves to chance.
public enum TieBreak: String, CaseIterable, Sendable {
    /// A named random stream of the scenario's seed.
    case seeded
    /// The lowest node index (creation order) or name.
    case lowestName = "lowest-name"
}

/// Everything that is set on a scheduler in a scenario.
public struct SchedulerConfiguration: Sendable, Equatable {
    /// Order, blocking and preemption rules.
    public var policy: SchedulingPolicy
    /// How a node is chosen among those that fit. Nil: the policy's own habit (`kubernetes` for kube-default, else
    /// `best-fit`).
    public var placement: NodePolicy?
    /// Choice among equals.
    public var tieBreak: TieBreak
    /// Whether running jobs may be evicted for jobs that order before them. Nil: the policy's own habit
    /// (on for srtf, las and priority).
    public var preemption: Bool?
    /// Least time a job runs before it may be evicted, against thrashing.
    public var minimumRuntime: SimDuration
    /// Attained service that ends each LAS level but the last, in GPU-seconds, ascending (Tiresias NSDI'19 uses
    /// one threshold, 3,250 s in its artifact).
    public var lasThresholdGPUSeconds: [Int64]
    /// Waiting time after which a demoted LAS job returns to the first level, as a multiple of its run time so far
    /// (Tiresias' STARVELIMIT); 0 turns it off.
    public var lasPromoteRatio: Double
    /// How many waiting jobs behind a blocked head one pass looks at (backfill and non-blocking orders).
    public var searchDepth: Int

    /// A configuration with the policy's documented defaults.
    public init(
        policy: SchedulingPolicy = .fifoGang, placement: NodePolicy? = nil, tieBreak: TieBreak = .seeded,
        preemption: Bool? = nil, minimumRuntime: SimDuration = .seconds(600),
        lasThresholdGPUSeconds: [Int64] = [3_250], lasPromoteRatio: Double = 8, searchDepth: Int = 1_000
    ) {
        self.policy = policy
        self.placement = placement
        self.tieBreak = tieBreak
        self.preemption = preemption
        self.minimumRuntime = minimumRuntime
        self.lasThresholdGPUSeconds = lasThresholdGPUSeconds
        self.lasPromoteRatio = lasPromoteRatio
        self.searchDepth = searchDepth
    }

    /// How this configuration chooses nodes.
    public var nodePolicy: NodePolicy { placement ?? (policy == .kubeDefault ? .kubernetes : .bestFit) }

    /// Whether this configuration evicts running jobs.
    public var preempts: Bool {
        preemption ?? [.priority, .srtf, .las].contains(policy)
    }
}
