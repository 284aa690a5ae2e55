import Controllers
import KubernetesObjects
import Quantities

/// What happened to the objects of a control plane, and when.
public struct ControlPlaneLog: Sendable {
    /// Jobs in the order they were created, one record per name.
    public private(set) var jobs: [StateHistory] = []
    /// PodGroup objects in the order they were created.
    public private(set) var podGroups: [PodGroupHistory] = []
    /// Pod objects in the order they were created.
    public private(set) var pods: [PodHistory] = []
    /// Queues, one record per name.
    public private(set) var queues: [StateHistory] = []
    /// JobFlows, one record per name.
    public private(set) var jobFlows: [StateHistory] = []
    /// Cycles that did something.
    public private(set) var cycles: [CycleRecord] = []
    /// What the webhooks refused.
    public private(set) var refusals: [(time: SimTime, object: String, message: String)] = []
    /// Number of cycles that were played; those that can change nothing are skipped.
    public internal(set) var playedCycles = 0

    private var rowOfJob: [String: Int] = [:]
    private var rowOfQueue: [String: Int] = [:]
    private var rowOfFlow: [String: Int] = [:]
    private var rowOfPodGroup: [String: Int] = [:]
    private var rowOfPod: [String: Int] = [:]

    /// Nothing happened.
    init() {}

    /// Name of the state of an object that was deleted.
    public static let gone = "gone"

    mutating func note(_ record: CycleRecord) { cycles.append(record) }

    mutating func noteRefusal(of object: String, _ message: String, at time: SimTime) {
        refusals.append((time, object, message))
    }

    mutating func note(_ change: Change, at time: SimTime) {
        switch change {
        case .job(let change):
            Self.note(change, change.new.map { $0.status.phase?.rawValue ?? "" }, in: &jobs, &rowOfJob, time)
        case .queue(let change): Self.note(change, change.new?.state, in: &queues, &rowOfQueue, time)
        case .jobFlow(let change): Self.note(change, change.new?.phase, in: &jobFlows, &rowOfFlow, time)
        case .podGroup(let change): note(change, time)
        case .pod(let change): note(change, time)
        default: return
        }
    }

    /// `state` is nil for an object that is gone.
    private static func note<Object: StoredObject>(
        _ change: ObjectChange<Object>, _ state: String?, in list: inout [StateHistory], _ rows: inout [String: Int],
        _ time: SimTime
    ) {
        let key = change.object.key
        if rows[key] == nil {
            rows[key] = list.count
            list.append(StateHistory(key: key))
        }
        if let row = rows[key] { list[row].enter(state ?? gone, at: time) }
    }

    private mutating func note(_ change: ObjectChange<PodGroup>, _ time: SimTime) {
        let group = change.object
        if rowOfPodGroup[group.metadata.uid] == nil {
            rowOfPodGroup[group.metadata.uid] = podGroups.count
            podGroups.append(PodGroupHistory(group))
        }
        guard let row = rowOfPodGroup[group.metadata.uid] else { return }
        podGroups[row].states.enter(change.new?.phase ?? Self.gone, at: time)
    }

    private mutating func note(_ change: ObjectChange<Pod>, _ time: SimTime) {
        let pod = change.object
        if rowOfPod[pod.metadata.uid] == nil {
            rowOfPod[pod.metadata.uid] = pods.count
            pods.append(PodHistory(pod, at: time))
        }
        if let row = rowOfPod[pod.metadata.uid] { pods[row].note(change, at: time) }
    }

    mutating func noteEviction(ofPod uid: String, by action: String) {
        if let row = rowOfPod[uid] { pods[row].evictedBy = action }
    }
}

/// States of one object with the time each was entered.
public struct StateHistory: Sendable, Equatable {
    /// `namespace/name`, or the name of an object without namespace.
    public let key: String
    /// Without repetitions; an object that is deleted ends in `gone`.
    public private(set) var states: [(state: String, since: SimTime)] = []

    init(key: String) { self.key = key }

    mutating func enter(_ state: String, at time: SimTime) {
        if state.isEmpty || states.last?.state == state { return }
        states.append((state, time))
    }

    /// Whether both tell the same.
    public static func == (a: Self, b: Self) -> Bool {
        a.key == b.key && a.states.elementsEqual(b.states) { $0 == $1 }
    }
}

/// One PodGroup object.
public struct PodGroupHistory: Sendable, Equatable {
    public let uid: String
    /// Kind and name of the object that it was made for; empty for a PodGroup of its own.
    public let ownerKind: String
    public let ownerName: String
    public internal(set) var states: StateHistory

    init(_ group: PodGroup) {
        uid = group.metadata.uid
        states = StateHistory(key: group.metadata.key)
        ownerKind = group.metadata.ownerReferences.first?.kind ?? ""
        ownerName = group.metadata.ownerReferences.first?.name ?? ""
    }
}

/// One pod object.
public struct PodHistory: Sendable, Equatable {
    /// How a pod's run ended.
    public enum End: String, Sendable { case succeeded = "Succeeded", failed = "Failed", deleted = "Deleted" }

    public let uid: String
    /// `namespace/name`.
    public let key: String
    /// The Job it belongs to; empty for none.
    public let job: String
    /// Its task in the Job; empty for none.
    public let task: String
    public let created: SimTime
    /// Name of its PodGroup; empty for none.
    public private(set) var podGroup = ""
    /// Where it was bound; empty for nowhere.
    public private(set) var node = ""
    public private(set) var bound: SimTime?
    /// When it turned Running.
    public private(set) var started: SimTime?
    /// When it ended, or its deletion was requested, whatever came first.
    public private(set) var ended: SimTime?
    public private(set) var end: End?
    /// When its node had its place again: it had ended, or was gone.
    public private(set) var freed: SimTime?
    /// When the object was gone.
    public private(set) var gone: SimTime?
    /// The action that evicted it; empty for none.
    public internal(set) var evictedBy = ""

    init(_ pod: Pod, at time: SimTime) {
        uid = pod.metadata.uid
        key = pod.metadata.key
        job = pod.metadata.annotations["volcano.sh/job-name"] ?? ""
        task = pod.metadata.annotations["volcano.sh/task-spec"] ?? ""
        created = time
    }

    mutating func note(_ change: ObjectChange<Pod>, at time: SimTime) {
        let pod = change.object
        podGroup = pod.metadata.annotations["scheduling.k8s.io/group-name"] ?? ""
        if bound == nil, !pod.spec.nodeName.isEmpty {
            node = pod.spec.nodeName
            bound = time
        }
        if started == nil, pod.status.phase == "Running" { started = time }
        if change.isDeletion { gone = time }
        let hasEnded = pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
        if freed == nil, bound != nil, hasEnded || change.isDeletion { freed = time }
        guard ended == nil else { return }
        switch pod.status.phase {
        case "Succeeded": (ended, end) = (time, .succeeded)
        case "Failed": (ended, end) = (time, .failed)
        case _ where change.isDeletion || pod.metadata.deletionTimestamp != nil: (ended, end) = (time, .deleted)
        default: return
        }
    }
}

/// What one cycle did.
public struct CycleRecord: Sendable, Equatable {
    public let start: SimTime
    /// Pods with their nodes, in the order of commitment.
    public let binds: [CycleOutcome.Bind]
    /// Pods with the action that evicted them, in the order of commitment.
    public let evictions: [CycleOutcome.Eviction]
}
