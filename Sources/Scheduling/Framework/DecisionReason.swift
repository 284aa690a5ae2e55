/// Why: the reason code of a decision; `needed`, `available` and `other` of the fact give its numbers.
public enum DecisionReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// No reason applies.
    case none
    /// Placed as a whole; `needed` GPUs (milli).
    case placed
    /// Placed ahead of the reserved head `other` (backfill); `available` = reservation time, ns.
    case backfilled
    /// One pod of a gang bound alone (kube-default); `needed` pods in all, `available` bound so far.
    case podBound
    /// Not enough free GPUs (milli) in the allowed pools.
    case insufficientGPUs
    /// Enough free GPUs in total (`available`, milli) but no set of nodes fits the gang (`needed`, milli).
    case fragmentedGPUs
    /// CPU, memory, NIC or local storage is short although GPUs fit.
    case insufficientOther
    /// Waits behind `other`, the head of the queue.
    case behindHead
    /// Would delay the reservation of `other` at `available` ns.
    case wouldDelayReservation
    /// Queue `other` would exceed its cap: `needed` and `available` in milli-GPUs.
    case queueCap
    /// Evicted for job `other`, which orders first.
    case preemptedFor
    /// Node `other` failed.
    case nodeFailure
    /// One GPU of node `other` failed.
    case gpuFailure
    /// The user's cancel time was reached.
    case userAbort
    /// More restarts than allowed (`needed` allowed, `available` used).
    case restartsExhausted
    /// Can never fit this cluster even when it is empty.
    case neverFits
    /// Half-placed gangs hold capacity that each other needs; `other` is one of them.
    case gangDeadlock
    /// The scheduler's admission (Volcano: `enqueue`) holds the job back: queue `other` has no room for `needed` milli-GPUs.
    case notAdmitted
    /// Queue `other` already holds what it deserves; `needed` milli-GPUs.
    case queueOverused
    /// Has a place that others still hold; `needed` milli-GPUs.
    case awaitsRelease
    /// Evicted; the scheduler does not say for which job.
    case evicted
    /// A network card of node `other` failed.
    case nicFailure
    /// The leaf switch of node `other` failed.
    case switchFailure
    /// Software failed on node `other`.
    case softwareFailure
    /// The provider took back the spot node `other`.
    case reclaimed
    /// The scheduler's admission holds the job back: the cluster has admitted as much as it may (Volcano: `overcommit`), and
    /// `needed` milli-GPUs are more.
    case overcommitted
    /// An elastic job takes up nodes that it lacked: `available` of its `needed` pods are bound now.
    case roomAgain

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .none: "none"
        case .placed: "placed"
        case .backfilled: "backfilled"
        case .podBound: "pod_bound"
        case .insufficientGPUs: "insufficient_gpus"
        case .fragmentedGPUs: "fragmented_gpus"
        case .insufficientOther: "insufficient_other"
        case .behindHead: "behind_head"
        case .wouldDelayReservation: "would_delay_reservation"
        case .queueCap: "queue_cap"
        case .preemptedFor: "preempted_for"
        case .nodeFailure: "node_failure"
        case .gpuFailure: "gpu_failure"
        case .userAbort: "user_abort"
        case .restartsExhausted: "restarts_exhausted"
        case .neverFits: "never_fits"
        case .gangDeadlock: "gang_deadlock"
        case .notAdmitted: "not_admitted"
        case .queueOverused: "queue_overused"
        case .awaitsRelease: "awaits_release"
        case .evicted: "evicted"
        case .nicFailure: "nic_failure"
        case .switchFailure: "switch_failure"
        case .softwareFailure: "software_failure"
        case .reclaimed: "reclaimed"
        case .overcommitted: "overcommitted"
        case .roomAgain: "room_again"
        }
    }

    /// Whether the job did not start because its pods found no room.
    public var isLackOfResources: Bool {
        self == .insufficientGPUs || self == .fragmentedGPUs || self == .insufficientOther
    }
}
