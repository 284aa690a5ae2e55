import Dispatch
import Scheduling
import Synchronization

/// How often a cycle decides what, when the orders that Volcano leaves open are drawn at random.
public struct CycleSampling: Sendable {
    /// Decisions about one pod, over all samples.
    public struct Pod: Sendable, Equatable {
        public var name: String
        public var group: String
        public var bound = 0
        public var pipelined = 0
        public var evicted = 0
        /// Nodes on which it was bound or pipelined, with the number of samples, most frequent first.
        public var nodes: [(node: String, count: Int)] = []

        /// Equal in every number.
        public static func == (a: Self, b: Self) -> Bool {
            a.name == b.name && a.counts == b.counts && a.nodes.elementsEqual(b.nodes, by: ==)
        }

        /// Samples per kind of decision: bound, pipelined, evicted.
        public var counts: [Int] { [bound, pipelined, evicted] }
    }

    /// Phases of one PodGroup after the cycle, over all samples.
    public struct Group: Sendable {
        public var name: String
        /// With the number of samples, most frequent first.
        public var phases: [(phase: String, count: Int)]
    }

    /// Number of samples, and the seed of the first; the others follow it.
    public let samples: Int
    public let seed: UInt64
    /// Pods about which something was decided in some sample, by name.
    public var pods: [Pod] = []
    /// PodGroups whose phase changed in some sample, by name.
    public var groups: [Group] = []

    /// Whether what happens to a pod is the same in every sample; its node may differ.
    public func isCertain(_ pod: Pod) -> Bool { pod.counts.contains(samples) }
    /// Whether the pod's node is the same in every sample too.
    public func isCertainInPlace(_ pod: Pod) -> Bool { isCertain(pod) && pod.nodes.count <= 1 }
    /// Whether the phase is the same in every sample.
    public func isCertain(_ group: Group) -> Bool { group.phases.count == 1 }

    /// Pods and phases of which the decision is open.
    public var openPods: Int { pods.count { !isCertain($0) } }
    public var openPhases: Int { groups.count { !isCertain($0) } }
    /// Pods of which only the node is open.
    public var openPlaces: Int { pods.count { isCertain($0) && !isCertainInPlace($0) } }

    /// Plays a cycle under `samples` seeds from `seed` on, by `width` threads; the result does not depend on these.
    public init(_ cycle: Cycle, samples: Int, seed: UInt64, width: Int) {
        self.samples = samples
        self.seed = seed
        let tally = Mutex(Tally())
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(width, samples))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < samples else { return }
                let outcome = cycle.outcome(.seeded(seed &+ UInt64(index)))
                tally.withLock { $0.add(outcome) }
            }
        }
        tally.withLock { $0.report(in: &self, cycle.snapshot) }
    }
}

/// Sums over samples, which do not depend on the order of the samples.
private struct Tally: Sendable {
    private var pods: [TaskRef: [PodDecision: Int]] = [:]
    private var phases: [JobRef: [String: Int]] = [:]

    mutating func add(_ outcome: CycleOutcome) {
        for pod in outcome.pods { pods[pod.task, default: [:]][pod.decision, default: 0] += 1 }
        for change in outcome.phases { phases[change.job, default: [:]][change.phase, default: 0] += 1 }
    }

    func report(in sampling: inout CycleSampling, _ snapshot: ClusterSnapshot) {
        sampling.pods = pods.map { task, decisions in
            var pod = CycleSampling.Pod(name: snapshot.name(task), group: snapshot.group(task))
            var nodes: [String: Int] = [:]
            for (decision, count) in decisions {
                switch decision {
                case .bound(let node):
                    pod.bound += count
                    nodes[snapshot.name(node), default: 0] += count
                case .pipelined(let node):
                    pod.pipelined += count
                    if let node { nodes[snapshot.name(node), default: 0] += count }
                case .evicted: pod.evicted += count
                }
            }
            pod.nodes = Self.byCount(nodes).map { (node: $0.0, count: $0.1) }
            return pod
        }.sorted { $0.name < $1.name }
        sampling.groups = phases.map { job, counts in
            let before = snapshot.jobs[job].phase
            var counts = counts
            let unchanged = sampling.samples - counts.values.reduce(0, +)
            if unchanged > 0 { counts[before.isEmpty ? "Pending" : before, default: 0] += unchanged }
            return CycleSampling.Group(
                name: snapshot.jobs[job].uid,
                phases: Self.byCount(counts).map { (phase: $0.0.isEmpty ? "Pending" : $0.0, count: $0.1) })
        }.sorted { $0.name < $1.name }
    }

    private static func byCount(_ counts: [String: Int]) -> [(String, Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
}

extension CycleSampling {
    /// Pods of one PodGroup that fare alike: bound, pipelined and evicted equally often.
    public struct PodsAlike: Sendable {
        public var group: String
        public var pods: [String]
        public var bound: Int
        public var pipelined: Int
        public var evicted: Int
        /// Nodes of all these pods with the number of samples, most frequent first.
        public var nodes: [(node: String, count: Int)]
    }

    /// All pods by PodGroup and fate, in the order of their names; pods of which something is open come first.
    public var podsAlike: [PodsAlike] {
        var places: [[String]: Int] = [:]
        var rows: [PodsAlike] = []
        for pod in pods {
            let key = [pod.group] + pod.counts.map(String.init)
            if let place = places[key] {
                rows[place].pods.append(pod.name)
                rows[place].nodes += pod.nodes
            } else {
                places[key] = rows.count
                rows.append(
                    PodsAlike(
                        group: pod.group, pods: [pod.name], bound: pod.bound, pipelined: pod.pipelined,
                        evicted: pod.evicted, nodes: pod.nodes))
            }
        }
        for index in rows.indices {
            let sums = Dictionary(rows[index].nodes.map { ($0.node, $0.count) }, uniquingKeysWith: +)
            rows[index].nodes = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                (node: $0.key, count: $0.value)
            }
        }
        func isOpen(_ row: PodsAlike) -> Bool { ![row.bound, row.pipelined, row.evicted].contains(samples) }
        return rows.filter(isOpen) + rows.filter { !isOpen($0) }
    }
}
