import KubernetesObjects

/// One topology spread constraint of a pod, ready for counting (plugins/podtopologyspread/common.go).
///
/// Constraints that upstream adds for pods of Services and ReplicaSets when a pod states none are left out: those
/// objects are not part of the cluster here.
struct SpreadConstraint: Sendable {
    let maxSkew: Int64
    let topologyKey: String
    /// Fewer domains than this make the global minimum 0; at least 1.
    let minDomains: Int
    private let selector: LabelSelector?
    private let honorsAffinity: Bool
    private let honorsTaints: Bool

    /// The constraints of a pod with this action (`DoNotSchedule` or `ScheduleAnyway`); pod labels named by
    /// `matchLabelKeys` join the selector.
    static func all(of pod: PodInfo, action: String) -> [Self] {
        pod.traits.spreadConstraints.filter { $0.whenUnsatisfiable == action }.map { Self($0, pod) }
    }

    private init(_ constraint: TopologySpreadConstraint, _ pod: PodInfo) {
        maxSkew = Int64(constraint.maxSkew)
        topologyKey = constraint.topologyKey
        minDomains = Int(constraint.minDomains ?? 1)
        honorsAffinity = constraint.nodeAffinityPolicy != "Ignore"
        honorsTaints = constraint.nodeTaintsPolicy == "Honor"
        var selector = constraint.labelSelector
        for key in constraint.matchLabelKeys {
            guard let value = pod.labels[key] else { continue }
            var requirement = LabelRequirement()
            requirement.key = key
            requirement.operator = "In"
            requirement.values = [value]
            selector?.matchExpressions.append(requirement)
        }
        self.selector = selector
    }

    /// Whether the constraint counts a pod with these labels.
    func selects(_ labels: [String: String]) -> Bool { selector?.matches(labels) ?? false }

    /// Pods on the node that count: same namespace, not being deleted, selected by a selector that is not empty.
    func count(on node: NodeState, namespace: String) -> Int {
        guard let selector, !selector.isEmpty else { return 0 }
        return node.pods.count {
            !$0.isTerminating && $0.namespace == namespace && selector.matches($0.labels)
        }
    }

    /// Whether a node's pods count for the pod, by `nodeAffinityPolicy` and `nodeTaintsPolicy`.
    func includes(_ node: NodeState, for pod: PodInfo) -> Bool {
        if honorsAffinity, !pod.traits.admits(node.node) { return false }
        return !honorsTaints || pod.traits.tolerations.firstUntolerated(of: node.node.taints) == nil
    }
}

/// PodTopologySpread, filter (plugins/podtopologyspread/filtering.go): pods per domain of each DoNotSchedule
/// constraint, counted over nodes that have all topology keys.
public struct SpreadFilterState: Sendable {
    private let constraints: [SpreadConstraint]
    /// Per constraint: domain to number of pods; every domain of a counted node is there, be it with 0.
    private var counts: [[String: Int]]
    /// Per constraint the smallest count; 0 without domains.
    private var minimums: [Int]

    /// nil for a pod without DoNotSchedule constraints.
    init?(_ pod: PodInfo, in cluster: ClusterState) {
        constraints = SpreadConstraint.all(of: pod, action: "DoNotSchedule")
        if constraints.isEmpty { return nil }
        counts = Array(repeating: [:], count: constraints.count)
        minimums = []
        for node in cluster.nodes where constraints.allSatisfy({ node.labels[$0.topologyKey] != nil }) {
            for (i, constraint) in constraints.enumerated() where constraint.includes(node, for: pod) {
                guard let domain = node.labels[constraint.topologyKey] else { continue }
                counts[i][domain, default: 0] += constraint.count(on: node, namespace: pod.namespace)
            }
        }
        minimums = counts.map { $0.values.min() ?? 0 }
    }

    func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        for (i, constraint) in constraints.enumerated() {
            guard let domain = node.labels[constraint.topologyKey] else {
                return .unresolvable(.topologyLabelMissing, .podTopologySpread)
            }
            let minimum = counts[i].count < constraint.minDomains ? 0 : minimums[i]
            let own = constraint.selects(pod.labels) ? 1 : 0
            if Int64((counts[i][domain] ?? 0) + own - minimum) > constraint.maxSkew {
                return .unschedulable(.topologySpread, .podTopologySpread)
            }
        }
        return .success
    }

    mutating func update(_ pod: PodInfo, _ node: NodeState, incoming: PodInfo, sign: Int) {
        guard pod.namespace == incoming.namespace else { return }
        guard constraints.allSatisfy({ node.labels[$0.topologyKey] != nil }) else { return }
        for (i, constraint) in constraints.enumerated() {
            guard constraint.selects(pod.labels), constraint.includes(node, for: incoming),
                let domain = node.labels[constraint.topologyKey]
            else { continue }
            counts[i][domain, default: 0] += sign
            minimums[i] = counts[i].values.min() ?? 0
        }
    }
}
