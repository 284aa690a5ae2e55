import KubernetesObjects
import SimulationKernel

/// PodTopologySpread, score (plugins/podtopologyspread/scoring.go): few pods in the node's domains, over the
/// ScheduleAnyway constraints of the pod.
struct SpreadScore: PreparedScore {
    private let constraints: [SpreadConstraint]
    private let namespace: String
    /// Per constraint: domain among the candidates to its pods on all nodes; empty for the host name, which is counted
    /// node by node.
    private var counts: [[String: Int]]
    /// Per constraint: ln(domains + 2).
    private let weights: [Double]

    private static let hostName = "kubernetes.io/hostname"
    /// Raw score of a node that lacks a topology key.
    private static let ignored: Int64 = -1

    /// nil for a pod without ScheduleAnyway constraints.
    init?(_ pod: PodInfo, over candidates: [Int], in cluster: ClusterState) {
        let constraints = SpreadConstraint.all(of: pod, action: "ScheduleAnyway")
        if constraints.isEmpty { return nil }
        self.constraints = constraints
        namespace = pod.namespace
        func hasAllKeys(_ node: NodeState) -> Bool {
            constraints.allSatisfy { node.labels[$0.topologyKey] != nil }
        }
        let counted = candidates.lazy.map { cluster.nodes[$0] }.filter(hasAllKeys)
        var hosts = 0
        var counts: [[String: Int]] = Array(repeating: [:], count: constraints.count)
        for node in counted {
            hosts += 1
            for (i, constraint) in constraints.enumerated() where constraint.topologyKey != Self.hostName {
                if let domain = node.labels[constraint.topologyKey] { counts[i][domain] = 0 }
            }
        }
        weights = constraints.indices.map {
            let domains = constraints[$0].topologyKey == Self.hostName ? hosts : counts[$0].count
            return PinnedMath.log(Double(domains + 2))
        }
        if constraints.contains(where: { $0.topologyKey != Self.hostName }) {
            for node in cluster.nodes where hasAllKeys(node) {
                for (i, constraint) in constraints.enumerated() {
                    guard let domain = node.labels[constraint.topologyKey], let count = counts[i][domain],
                        constraint.includes(node, for: pod)
                    else { continue }
                    counts[i][domain] = count + constraint.count(on: node, namespace: pod.namespace)
                }
            }
        }
        self.counts = counts
    }

    func raw(_ node: NodeState) -> Int64 {
        var score = 0.0
        for (i, constraint) in constraints.enumerated() {
            guard let domain = node.labels[constraint.topologyKey] else { return Self.ignored }
            let count =
                constraint.topologyKey == Self.hostName
                ? constraint.count(on: node, namespace: namespace) : counts[i][domain] ?? 0
            score += Double(count) * weights[i] + Double(constraint.maxSkew - 1)
        }
        return Int64(score.rounded(.toNearestOrAwayFromZero))
    }

    func normalize(_ scores: inout [Int64]) {
        let counted = scores.filter { $0 != Self.ignored }
        let (lowest, highest) = (counted.min() ?? 0, max(counted.max() ?? 0, 0))
        for index in scores.indices {
            if scores[index] == Self.ignored {
                scores[index] = 0
            } else {
                scores[index] = highest == 0 ? 100 : 100 * (highest + lowest - scores[index]) / highest
            }
        }
    }
}
