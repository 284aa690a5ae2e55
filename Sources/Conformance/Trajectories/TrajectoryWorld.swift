import ControlPlane
import KubernetesObjects

/// The world of a trajectory between the scheduler's cycles: what becomes visible, who starts, ends, leaves and is replaced.
///
/// Nothing plays the job controller: pods exist from their creation on, and nothing is deleted after completion.
struct TrajectoryWorld {
    private(set) var objects: ObjectSet
    private let grace: Int
    private let runLength: [String: Int]
    /// Pod to the first cycle in which it runs; pods that run in the beginning count as started at cycle 0.
    private var runsSince: [String: Int] = [:]
    /// Pod to the cycle of its eviction, until it vanishes.
    private var evictedIn: [String: Int] = [:]

    init(_ trajectory: TrajectoryCase) {
        objects = trajectory.objects
        grace = trajectory.grace
        runLength = trajectory.runLength
        for pod in objects.pods where pod.status.phase == "Running" { runsSince[pod.metadata.key] = 0 }
    }

    // MARK: - Between cycles

    /// Goes on from the cycle that ended with `outcome` to the moment before `cycle`, the next one.
    mutating func advance(to cycle: Int, now: Timestamp, after outcome: CycleOutcome) {
        for index in objects.podGroups.indices {
            if let phase = outcome.phases[objects.podGroups[index].metadata.key] {
                objects.podGroups[index].phase = phase
            }
        }
        showNominations(outcome)
        startBoundPods(outcome, cycle, now)
        for eviction in outcome.evictions { evictedIn[eviction.pod] = cycle - 1 }
        let (evictedIn, grace) = (evictedIn, grace)
        replacePods(now: now) { pod in evictedIn[pod.metadata.key].map { cycle >= $0 + 1 + grace } ?? false }
        for index in objects.pods.indices
        where evictedIn[objects.pods[index].metadata.key] != nil
            && objects.pods[index].metadata.deletionTimestamp == nil
        {
            objects.pods[index].metadata.deletionTimestamp = now
        }
        endPods(before: cycle)
    }

    private mutating func showNominations(_ outcome: CycleOutcome) {
        for index in objects.pods.indices where objects.pods[index].spec.nodeName.isEmpty {
            if let node = outcome.nominations[objects.pods[index].metadata.key] {
                objects.pods[index].status.nominatedNodeName = node
            }
        }
    }

    private mutating func startBoundPods(_ outcome: CycleOutcome, _ cycle: Int, _ now: Timestamp) {
        let nodes = Dictionary(outcome.binds.map { ($0.pod, $0.node) }, uniquingKeysWith: { $1 })
        for index in objects.pods.indices {
            let key = objects.pods[index].metadata.key
            guard let node = nodes[key] else { continue }
            objects.pods[index].spec.nodeName = node
            objects.pods[index].status.phase = "Running"
            objects.pods[index].status.startTime = now
            objects.pods[index].status.nominatedNodeName = ""
            runsSince[key] = cycle
        }
    }

    /// Pods that have run their length, and are not being evicted, succeed.
    private mutating func endPods(before cycle: Int) {
        for index in objects.pods.indices {
            let pod = objects.pods[index]
            guard pod.status.phase == "Running", evictedIn[pod.metadata.key] == nil,
                let group = podGroup(of: pod), let length = runLength[group],
                let since = runsSince[pod.metadata.key], cycle >= since + length
            else { continue }
            objects.pods[index].status.phase = "Succeeded"
        }
    }

    /// Removes pods, and puts replacements at the end, in ascending names of those replaced.
    private mutating func replacePods(now: Timestamp, _ goes: (Pod) -> Bool) {
        let gone = objects.pods.filter(goes).sorted { $0.metadata.key < $1.metadata.key }
        guard !gone.isEmpty else { return }
        objects.pods.removeAll(where: goes)
        for pod in gone {
            evictedIn[pod.metadata.key] = nil
            runsSince[pod.metadata.key] = nil
            objects.pods.append(Self.replacement(for: pod, now: now))
        }
    }

    /// The same pod anew: unbound, its name with a raised `-r1`, `-r2`, ….
    private static func replacement(for pod: Pod, now: Timestamp) -> Pod {
        var fresh = pod
        fresh.metadata.name = raised(pod.metadata.name)
        fresh.metadata.uid = pod.metadata.namespace + "-" + fresh.metadata.name
        fresh.metadata.creationTimestamp = now
        fresh.metadata.deletionTimestamp = nil
        fresh.spec.nodeName = ""
        fresh.status = PodStatus()
        fresh.status.phase = "Pending"
        return fresh
    }

    static func raised(_ name: String) -> String {
        if let dash = name.lastIndex(of: "-") {
            let suffix = name[name.index(after: dash)...]
            if suffix.first == "r", let number = Int(suffix.dropFirst()) { return "\(name[..<dash])-r\(number + 1)" }
        }
        return name + "-r1"
    }

    // MARK: - From outside

    /// Does what the timeline says, before a cycle.
    mutating func apply(_ event: TrajectoryEvent, now: Timestamp) {
        switch event {
        case .create(let created): objects.append(created)
        case .removeNode(let name):
            replacePods(now: now) { $0.spec.nodeName == name && $0.status.phase == "Running" }
            objects.nodes.removeAll { $0.metadata.name == name }
        case .cordon(let name): setUnschedulable(name, true)
        case .uncordon(let name): setUnschedulable(name, false)
        case .updateQueue(let update):
            for index in objects.queues.indices where objects.queues[index].metadata.name == update.name {
                if let weight = update.weight { objects.queues[index].weight = Int32(clamping: weight) }
                if let state = update.state { objects.queues[index].state = state }
                if let capability = update.capability { objects.queues[index].capability = capability }
                if let deserved = update.deserved { objects.queues[index].deserved = deserved }
            }
        }
    }

    /// A cordon is the field and a taint; pods stay.
    private mutating func setUnschedulable(_ name: String, _ isOn: Bool) {
        let key = "node.kubernetes.io/unschedulable"
        for index in objects.nodes.indices where objects.nodes[index].metadata.name == name {
            objects.nodes[index].unschedulable = isOn
            objects.nodes[index].taints.removeAll { $0.key == key }
            guard isOn else { continue }
            var taint = Taint()
            taint.key = key
            taint.effect = "NoSchedule"
            objects.nodes[index].taints.append(taint)
        }
    }

    // MARK: - Counting

    /// Pods per PodGroup in a phase.
    func podsPerGroup(in phase: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for pod in objects.pods where pod.status.phase == phase {
            if let group = podGroup(of: pod) { counts[group, default: 0] += 1 }
        }
        return counts
    }

    /// Puts the pods bound in the last cycle on their nodes: at the end they count as running.
    mutating func countAsRunning(_ outcome: CycleOutcome) {
        let bound = Set(outcome.binds.map(\.pod))
        for index in objects.pods.indices where bound.contains(objects.pods[index].metadata.key) {
            objects.pods[index].status.phase = "Running"
        }
    }

    private func podGroup(of pod: Pod) -> String? {
        pod.metadata.annotations["scheduling.k8s.io/group-name"].map { pod.metadata.namespace + "/" + $0 }
    }
}
