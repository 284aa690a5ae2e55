import Controllers
import KubernetesObjects
import Quantities
import Scheduling

/// Plays the arrivals of a live cluster again, and compares who was bound where and when.
///
/// From one dump: nodes, queues and priority classes stand from the beginning, PodGroups and pods arrive at their
/// creation timestamps. From two: what the first one shows stands as it was, the rest arrives. Jobs are left out: their
/// PodGroups and pods are played as they arrived. A pod runs as long as its `Ready` condition says it did; one that the
/// second dump no longer shows has ended halfway between the two.
public struct ReplayCheck: Sendable {
    /// What the live cluster did with a pod.
    struct Record: Sendable {
        var bound: Timestamp
        var node: String
    }

    public let configuration: VolcanoConfiguration
    /// Period and latencies of the loop played.
    public var timing = LoopTiming()
    let standing: ObjectSet
    let arrivals: [(time: Timestamp, objects: ObjectSet)]
    let records: [String: Record]
    let runs: [PodRunRule]
    let epoch: Timestamp
    let end: Timestamp

    /// A check of what `later` shows, from the state that `earlier` shows or from the first arrival on.
    public init(earlier: ObjectSet?, later: ObjectSet, configuration: VolcanoConfiguration) {
        self.configuration = configuration
        let standingPods = Set(earlier?.pods.map(\.metadata.key) ?? [])
        let standingGroups = Set(earlier?.podGroups.map(\.metadata.key) ?? [])
        let instants = Self.instants(of: later)
        end = instants.max() ?? Timestamp(nanoseconds: 0)
        let first = earlier.flatMap { Self.instants(of: $0).max() }
        epoch = first ?? later.podGroups.compactMap(\.metadata.creationTimestamp).min() ?? end
        var world = earlier ?? later
        world.jobs = []
        if earlier == nil {
            world.pods = []
            world.podGroups = []
        }
        standing = Self.withoutOwners(world)
        var arriving: [Timestamp: ObjectSet] = [:]
        for group in later.podGroups where !standingGroups.contains(group.metadata.key) {
            var fresh = group
            (fresh.phase, fresh.conditions, fresh.metadata.ownerReferences) = ("", [], [])
            arriving[max(group.metadata.creationTimestamp ?? epoch, epoch), default: ObjectSet()].podGroups.append(
                fresh)
        }
        var records: [String: Record] = [:]
        var runs: [PodRunRule] = []
        let running = Set(earlier?.pods.filter { !$0.spec.nodeName.isEmpty }.map(\.metadata.key) ?? [])
        for pod in later.pods {
            if !running.contains(pod.metadata.key), !pod.spec.nodeName.isEmpty, let bound = Self.bound(pod) {
                records[pod.metadata.key] = Record(bound: bound, node: pod.spec.nodeName)
            }
            if let length = Self.length(pod, from: epoch) { runs.append(Self.rule(pod, length)) }
            guard !standingPods.contains(pod.metadata.key) else { continue }
            arriving[max(pod.metadata.creationTimestamp ?? epoch, epoch), default: ObjectSet()].pods.append(
                Self.fresh(pod))
        }
        let shown = Set(later.pods.map(\.metadata.key))
        let half = SimDuration(nanoseconds: max(0, (end.nanoseconds - epoch.nanoseconds) / 2))
        for pod in earlier?.pods ?? [] where !shown.contains(pod.metadata.key) { runs.append(Self.rule(pod, half)) }
        self.records = records
        self.runs = runs
        arrivals = arriving.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// How far the replay agrees.
    public struct Report: Sendable, Equatable {
        /// Pods that the live cluster bound.
        public var bound = 0
        /// Those that the replay bound too, and of these on the same node.
        public var boundToo = 0
        public var sameNode = 0
        /// Distances between their times of binding, ascending.
        public var distances: [SimDuration] = []
        /// Pods that only the replay bound.
        public var extra = 0
        /// Where they first part: when, and how; nil where they never do.
        public var parting: (time: Timestamp, text: String)?

        /// The `percent` quantile of the distances by nearest rank.
        public func distance(_ percent: Int) -> SimDuration? {
            distances.isEmpty ? nil : distances[max(0, (distances.count * percent + 99) / 100 - 1)]
        }

        /// Whether both say the same.
        public static func == (a: Self, b: Self) -> Bool {
            a.bound == b.bound && a.boundToo == b.boundToo && a.sameNode == b.sameNode && a.distances == b.distances
                && a.extra == b.extra && a.parting?.time == b.parting?.time && a.parting?.text == b.parting?.text
        }
    }

    /// Distances up to this are no difference: timestamps have whole seconds, and the phase of the cycles is unknown.
    static let tolerance = SimDuration.seconds(3)

    /// Plays and compares.
    public func report(tieRule: TieRule = .lowestName) -> Report {
        var plane = ControlPlane(
            standing, scheduler: configuration, epoch: epoch, timing: timing, tieRule: tieRule, runs: runs)
        for (time, objects) in arrivals where time <= end { plane.add(.create(objects), at: offset(time)) }
        plane.run(until: offset(end) + .seconds(2))
        var report = Report()
        report.bound = records.count
        var played: [String: (time: SimTime, node: String)] = [:]
        for pod in plane.log.pods {
            if let bound = pod.bound, played[pod.key] == nil { played[pod.key] = (bound, pod.node) }
        }
        let stood = Set(standing.pods.filter { !$0.spec.nodeName.isEmpty }.map(\.metadata.key))
        report.extra = played.keys.count { records[$0] == nil && !stood.contains($0) }
        for (pod, record) in records.sorted(by: { ($0.value.bound, $0.key) < ($1.value.bound, $1.key) }) {
            guard let other = played[pod] else {
                note(&report, record.bound, "\(pod) was bound to \(record.node); in the replay it waits")
                continue
            }
            report.boundToo += 1
            let distance = abs(other.time.nanoseconds - offset(record.bound).nanoseconds)
            report.distances.append(SimDuration(nanoseconds: distance))
            if other.node == record.node { report.sameNode += 1 }
            if other.node != record.node {
                note(&report, record.bound, "\(pod) was bound to \(record.node), in the replay to \(other.node)")
            } else if distance > Self.tolerance.nanoseconds {
                let way = other.time > offset(record.bound) ? "later" : "earlier"
                note(&report, record.bound, "\(pod) starts \(SimDuration(nanoseconds: distance)) \(way) in the replay")
            }
        }
        report.distances.sort()
        return report
    }

    private func note(_ report: inout Report, _ time: Timestamp, _ text: String) {
        if report.parting == nil { report.parting = (time, text) }
    }

    private func offset(_ time: Timestamp) -> SimTime {
        SimTime(nanoseconds: max(0, time.nanoseconds - epoch.nanoseconds))
    }
}

// MARK: - What the objects say

extension ReplayCheck {
    private static func bound(_ pod: Pod) -> Timestamp? {
        pod.status.conditions.first { $0.type == "PodScheduled" && $0.status == "True" }?.lastTransitionTime
            ?? pod.status.startTime
    }

    /// From its start (or the beginning) to its end, of a pod that ended.
    private static func length(_ pod: Pod, from epoch: Timestamp) -> SimDuration? {
        guard ["Succeeded", "Failed"].contains(pod.status.phase), let start = pod.status.startTime ?? bound(pod),
            let ready = pod.status.conditions.first(where: { $0.type == "Ready" && $0.status == "False" }),
            let end = ready.lastTransitionTime
        else { return nil }
        return SimDuration(nanoseconds: max(1, end.nanoseconds - max(start, epoch).nanoseconds))
    }

    private static func rule(_ pod: Pod, _ length: SimDuration) -> PodRunRule {
        var run = PodRun()
        run.duration = length
        run.exitCode = pod.status.phase == "Failed" ? 1 : 0
        return PodRunRule(.pod(pod.metadata.name), run)
    }

    private static func fresh(_ pod: Pod) -> Pod {
        var fresh = pod
        fresh.metadata.ownerReferences = []
        fresh.metadata.deletionTimestamp = nil
        fresh.spec.nodeName = ""
        fresh.status = PodStatus()
        fresh.status.phase = "Pending"
        return fresh
    }

    private static func withoutOwners(_ objects: ObjectSet) -> ObjectSet {
        var objects = objects
        for index in objects.podGroups.indices { objects.podGroups[index].metadata.ownerReferences = [] }
        for index in objects.pods.indices { objects.pods[index].metadata.ownerReferences = [] }
        return objects
    }

    private static func instants(of objects: ObjectSet) -> [Timestamp] {
        var instants = objects.podGroups.compactMap(\.metadata.creationTimestamp)
        for pod in objects.pods {
            if let created = pod.metadata.creationTimestamp { instants.append(created) }
            if let start = pod.status.startTime { instants.append(start) }
            instants += pod.status.conditions.compactMap(\.lastTransitionTime)
        }
        return instants
    }
}
