import KubernetesObjects

/// TaintToleration (plugins/tainttoleration): taints NoSchedule and NoExecute refuse, PreferNoSchedule scores.
enum TaintToleration {
    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        guard let taint = pod.traits.tolerations.firstUntolerated(of: node.node.taints) else { return .success }
        return .unresolvable(.untoleratedTaint(taint), .taintToleration)
    }

    /// Score: PreferNoSchedule taints that are not tolerated, the fewer the better.
    struct Score: PreparedScore {
        private let tolerations: [Toleration]

        init(_ pod: PodInfo) {
            tolerations = pod.traits.tolerations.filter { $0.effect.isEmpty || $0.effect == "PreferNoSchedule" }
        }

        func raw(_ node: NodeState) -> Int64 {
            Int64(
                node.node.taints.count { taint in
                    taint.effect == "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) }
                })
        }

        func normalize(_ scores: inout [Int64]) { scores.normalizeToMaximum(reversed: true) }
    }
}

extension [Toleration] {
    /// The first taint with effect NoSchedule or NoExecute that no toleration covers.
    func firstUntolerated(of taints: [Taint]) -> Taint? {
        taints.first { taint in
            (taint.effect == "NoSchedule" || taint.effect == "NoExecute") && !contains { $0.tolerates(taint) }
        }
    }
}
