import Scheduling
import Simulation

// The rows of the tables that give names to codes. Codes are the raw values of Simulation's enumerations.

extension GPUTimeCause {
    /// What reports call it.
    var label: String {
        switch self {
        case .productive: "productive"
        case .recomputed: "recomputed after preemption or failure"
        case .checkpoint: "checkpoint and restore"
        case .starting: "starting"
        case .incompleteGang: "held by incomplete gangs"
        case .slowed: "slowed by contention or stragglers"
        case .fragmented: "fragmented: free, but no pending request fits"
        case .blocked: "blocked by order, quota or policy"
        case .idle: "idle with nothing to run"
        case .down: "down or cordoned"
        }
    }

    /// Whether a job holds the GPU meanwhile, so that a team pays for it.
    var isAllocated: Bool {
        switch self {
        case .productive, .recomputed, .checkpoint, .starting, .incompleteGang, .slowed: true
        case .fragmented, .blocked, .idle, .down: false
        }
    }
}

/// What `decision.other` points at.
public enum OtherKind: String, Sendable {
    case job, queue, node
}

extension DecisionReason {
    /// The reason in a few words, without the numbers of a decision.
    public var label: String {
        switch self {
        case .none: "no reason recorded"
        case .placed: "placed as a whole"
        case .backfilled: "backfilled before a reservation"
        case .podBound: "some of its pods are bound"
        case .insufficientGPUs: "not enough free GPUs"
        case .fragmentedGPUs: "enough free GPUs, but too scattered"
        case .insufficientOther: "CPU, memory, network cards or storage are short"
        case .behindHead: "behind the head of its queue"
        case .wouldDelayReservation: "would delay a reservation"
        case .queueCap: "its queue's cap"
        case .preemptedFor: "evicted for another job"
        case .nodeFailure: "node failure"
        case .gpuFailure: "GPU failure"
        case .userAbort: "cancelled by its user"
        case .restartsExhausted: "too many restarts"
        case .neverFits: "does not fit even the empty cluster"
        case .gangDeadlock: "gang deadlock"
        case .notAdmitted: "its queue has admitted all it may"
        case .queueOverused: "its queue has what it deserves"
        case .awaitsRelease: "its place is still held by others"
        case .evicted: "evicted by the scheduler"
        case .nicFailure: "network card failure"
        case .switchFailure: "switch failure"
        case .softwareFailure: "software failure"
        case .reclaimed: "spot node reclaimed"
        case .overcommitted: "the cluster has admitted all it may"
        case .roomAgain: "room for more of its pods"
        }
    }

    /// The reason with places for the numbers of a decision; the view `decision_text` fills them in.
    var sentence: String {
        switch self {
        case .none: ""
        case .placed: "placed as a whole on {needed_gpus}"
        case .backfilled: "fits before {other}, which is due at {available_time}"
        case .podBound: "{available_count} of its {needed_count} pods are bound"
        case .insufficientGPUs: "it needs {needed_gpus}; free in the pools it may use: {available_gpus}"
        case .fragmentedGPUs: "free in all: {available_gpus}, but no set of nodes fits {needed_gpus}"
        case .insufficientOther: "GPUs fit, but CPU, memory, network cards or local storage are short"
        case .behindHead: "behind {other}, the head of its queue"
        case .wouldDelayReservation: "it would delay {other}, which is due at {available_time}"
        case .queueCap: "queue {other} would exceed its cap: needs {needed_gpus}, left: {available_gpus}"
        case .preemptedFor: "evicted for {other}"
        case .nodeFailure: "node {other} failed"
        case .gpuFailure: "a GPU of node {other} failed"
        case .userAbort: "its user cancelled it"
        case .restartsExhausted: "restarts used: {available_count}, allowed: {needed_count}"
        case .neverFits: "does not fit even the empty cluster"
        case .gangDeadlock: "half-placed gangs hold what each other needs; {other} is one of them"
        case .notAdmitted: "queue {other} has no room to admit {needed_gpus}"
        case .queueOverused: "queue {other} has what it deserves already; it needs {needed_gpus}"
        case .awaitsRelease: "it has a place for {needed_gpus} that others still hold"
        case .evicted: "evicted by the scheduler"
        case .nicFailure: "a network card of {other} failed"
        case .switchFailure: "the switch of {other} failed"
        case .softwareFailure: "software failed on {other}"
        case .reclaimed: "the provider took {other} back"
        case .overcommitted: "the cluster has admitted as much as overcommit allows; it asks for {needed_gpus} more"
        case .roomAgain: "there is room again: it goes on with {available_count} of its {needed_count} pods"
        }
    }

    /// What `other` points at.
    public var otherKind: OtherKind {
        switch self {
        case .queueCap, .notAdmitted, .queueOverused: .queue
        case .nodeFailure, .gpuFailure, .nicFailure, .switchFailure, .softwareFailure, .reclaimed: .node
        default: .job
        }
    }
}

extension DecisionAction {
    /// What happened, after the name of the job or node.
    var phrase: String {
        switch self {
        case .submit: "was submitted"
        case .start: "started"
        case .reject: "waits"
        case .preempt: "was preempted"
        case .restart: "restarted"
        case .complete: "completed"
        case .abort: "was cancelled"
        case .fail: "failed for good"
        case .nodeDown: "went down"
        case .nodeUp: "is up again"
        case .deadlock: "is deadlocked"
        }
    }
}
