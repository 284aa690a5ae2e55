/// A scorer prepared for one pod and one set of candidate nodes.
public protocol PreparedScore: Sendable {
    /// The score of a node before normalisation.
    func raw(_ node: NodeState) -> Int64
    /// Turns the raw scores of all candidates into 0…100, in place.
    func normalize(_ scores: inout [Int64])
}

extension PreparedScore {
    /// Raw scores that are 0…100 already.
    public func normalize(_ scores: inout [Int64]) {}
}

/// The scorers of the default profile (v1.36), and the one Volcano adds.
public enum NodeScorer: Sendable, Hashable {
    case taintToleration
    case nodeAffinity
    case podTopologySpread
    /// `hardWeight` counts each required affinity term of running pods that matches the pod.
    case interPodAffinity(hardWeight: Int64)
    case leastAllocated
    case mostAllocated
    /// Over these resources.
    case balancedAllocation([String])
    case imageLocality

    /// The scorers of the default profile with their weights (apis/config/v1/default_plugins.go).
    public static let defaultProfile: [(scorer: NodeScorer, weight: Int64)] = [
        (.taintToleration, 3), (.nodeAffinity, 2), (.leastAllocated, 1), (.podTopologySpread, 2),
        (.interPodAffinity(hardWeight: 1), 2), (.balancedAllocation(["cpu", "memory"]), 1), (.imageLocality, 1),
    ]

    /// The scorer for a pod over `candidates` (places in `cluster.nodes`); nil where it adds nothing to any node.
    public func prepare(_ pod: PodInfo, over candidates: [Int], in cluster: ClusterState) -> (any PreparedScore)? {
        switch self {
        case .taintToleration: TaintToleration.Score(pod)
        case .nodeAffinity: NodeAffinity.Score(pod)
        case .podTopologySpread: SpreadScore(pod, over: candidates, in: cluster)
        case .interPodAffinity(let hardWeight): AffinityScore(pod, hardWeight: hardWeight, in: cluster)
        case .leastAllocated: AllocationScore(pod, .least)
        case .mostAllocated: AllocationScore(pod, .most)
        case .balancedAllocation(let resources): BalancedScore(pod, resources)
        case .imageLocality: cluster.images.isEmpty ? nil : ImageScore(pod, cluster.images)
        }
    }

    /// Normalised scores of the candidates, in their order; nil where the scorer adds nothing.
    public func scores(_ pod: PodInfo, over candidates: [Int], in cluster: ClusterState) -> [Int64]? {
        guard let prepared = prepare(pod, over: candidates, in: cluster) else { return nil }
        var scores = candidates.map { prepared.raw(cluster.nodes[$0]) }
        prepared.normalize(&scores)
        return scores
    }

    /// Whether the raw score of a node follows from the same properties as in `NodeFilter.isClassKeyed`, images among
    /// them.
    public func isClassKeyed(_ pod: PodInfo, in cluster: ClusterState) -> Bool {
        switch self {
        case .taintToleration, .nodeAffinity, .leastAllocated, .mostAllocated, .balancedAllocation, .imageLocality: true
        case .podTopologySpread: pod.traits.spreadConstraints.isEmpty
        case .interPodAffinity(let hardWeight):
            !(hardWeight > 0 ? cluster.hasPodsWithAffinity : cluster.hasPodsWithPreferredAffinity)
                && pod.terms.map { $0.preferred.isEmpty && $0.preferredAnti.isEmpty } ?? true
        }
    }
}

extension [Int64] {
    /// 100 × score / maximum, or 100 less that; with a maximum of 0 all are 0, or 100
    /// (plugins/helper/normalize_score.go, DefaultNormalizeScore).
    mutating func normalizeToMaximum(reversed: Bool) {
        let maximum = Swift.max(self.max() ?? 0, 0)
        for index in indices {
            let share = maximum == 0 ? 0 : 100 * self[index] / maximum
            self[index] = reversed ? 100 - share : share
        }
    }
}
