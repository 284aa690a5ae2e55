import KubernetesObjects
import SimulationKernel

/// The default profile of kube-scheduler v1.36: pods one after the other, each filtered, scored and placed
/// (pkg/scheduler/schedule_one.go).
///
/// No preemption, no back-off: a pod that fits nowhere is reported and left.
public struct KubeScheduler: Sendable {
    /// Who wins among nodes of the highest score.
    public enum EqualNodes: Sendable {
        /// The node whose name sorts first.
        case lowestName
        /// A node drawn from a stream, as upstream draws one.
        case drawn(RandomStream)
    }

    public internal(set) var cluster: ClusterState
    /// Nodes to look for, in percent of all; 0 adapts it to their number.
    public var percentageOfNodesToScore = 0
    public var equalNodes = EqualNodes.lowestName
    /// Where the next search starts.
    var nextStart = 0

    /// A scheduler over a cluster; `running` pods that name a known node are on it, finished ones are not.
    public init(_ cluster: ClusterState, running: [Pod] = []) {
        self.cluster = cluster
        for pod in running where pod.status.phase != "Succeeded" && pod.status.phase != "Failed" {
            if let index = cluster.index(of: pod.spec.nodeName) { self.cluster.add(PodInfo(pod), toNodeAt: index) }
        }
    }

    /// Places one pod, which stays for the following ones.
    public mutating func schedule(_ pod: Pod) -> KubeDecision {
        let pod = PodInfo(pod)
        let cycle = CycleState(pod, in: cluster)
        var decision = KubeDecision()
        let candidates = feasibleNodes(cycle, &decision)
        guard let first = candidates.first else { return decision }
        let chosen: Int
        if candidates.count == 1 {
            chosen = first
        } else {
            let totals = scores(pod, over: candidates)
            decision.scores = zip(candidates, totals).map {
                KubeDecision.Score(node: cluster.nodes[$0].name, total: $1)
            }
            chosen = best(candidates, totals)
        }
        decision.node = cluster.nodes[chosen].name
        _ = cluster.reserveDevices(cycle, on: cluster.nodes[chosen].name)
        cluster.add(pod, toNodeAt: chosen)
        return decision
    }

    /// How many feasible nodes end a search: all of up to 100, else at least 100 and 5 %
    /// (numFeasibleNodesToFind).
    static func feasibleNodesToFind(of nodes: Int, percentage: Int) -> Int {
        guard nodes >= 100 else { return nodes }
        let percent = percentage == 0 ? max(50 - nodes / 125, 5) : percentage
        return min(max(nodes * percent / 100, 100), nodes)
    }

    /// Nodes that pass all filters, in search order from the rotating start; refusals go to `decision`.
    private mutating func feasibleNodes(_ cycle: CycleState, _ decision: inout KubeDecision) -> [Int] {
        let nodes = cluster.nodes
        let wanted = Self.feasibleNodesToFind(of: nodes.count, percentage: percentageOfNodesToScore)
        var found: [Int] = []
        var searched = 0
        while searched < nodes.count, found.count < wanted {
            let index = (nextStart + searched) % nodes.count
            searched += 1
            let status = cycle.status(on: nodes[index], in: cluster)
            if status.isSuccess {
                found.append(index)
            } else {
                decision.refusals.append(KubeDecision.Refusal(node: nodes[index].name, status: status))
            }
        }
        if !nodes.isEmpty { nextStart = (nextStart + searched) % nodes.count }
        return found
    }

    /// Weighted sums of the default scorers.
    private func scores(_ pod: PodInfo, over candidates: [Int]) -> [Int64] {
        var totals = Array(repeating: Int64(0), count: candidates.count)
        for (scorer, weight) in NodeScorer.defaultProfile {
            guard let scores = scorer.scores(pod, over: candidates, in: cluster) else { continue }
            for index in totals.indices { totals[index] += scores[index] * weight }
        }
        return totals
    }

    private mutating func best(_ candidates: [Int], _ totals: [Int64]) -> Int {
        let highest = totals.max() ?? 0
        let equal = zip(candidates, totals).filter { $1 == highest }.map(\.0)
        switch equalNodes {
        case .lowestName: return equal.min { cluster.nodes[$0].name < cluster.nodes[$1].name } ?? candidates[0]
        case .drawn(var stream):
            let drawn = equal[stream.below(equal.count)]
            equalNodes = .drawn(stream)
            return drawn
        }
    }
}

/// What became of one pod.
public struct KubeDecision: Sendable {
    /// The node it was put on; nil where none fits.
    public var node: String?
    /// Weighted totals of the feasible nodes, in search order; empty where at most one was feasible.
    public var scores: [Score] = []
    /// Nodes that were refused.
    public var refusals: [Refusal] = []

    /// The weighted total of one node.
    public struct Score: Sendable, Equatable {
        public var node: String
        public var total: Int64
    }

    /// One node and why it does not fit.
    public struct Refusal: Sendable, Equatable {
        public var node: String
        public var status: FilterStatus
    }

    /// Number of refused nodes per reason, in Kubernetes' words, ascending; a node may count under several.
    public var reasonCounts: [(reason: String, nodes: Int)] {
        var counts: [String: Int] = [:]
        for refusal in refusals { for reason in refusal.status.reasons { counts[reason.text, default: 0] += 1 } }
        return counts.sorted { $0.key < $1.key }.map { (reason: $0.key, nodes: $0.value) }
    }
}
