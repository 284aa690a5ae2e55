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

extension Toleration {
    /// Whether the taint is put up with (k8s.io/component-helpers, ToleratesTaint).
    ///
    /// `Gt` and `Lt` compare the taint's value with the toleration's, both whole decimal numbers.
    func tolerates(_ taint: Taint) -> Bool {
        guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else { return false }
        switch self.operator {
        case "", "Equal": return value == taint.value
        case "Exists": return true
        case "Gt", "Lt":
            guard let limit = Self.canonicalInteger(value), let amount = Self.canonicalInteger(taint.value) else {
                return false
            }
            return self.operator == "Gt" ? amount > limit : amount < limit
        default: return false
        }
    }

    /// The number that `text` writes without sign `+`, `-0` or leading zeros; nil for other texts.
    private static func canonicalInteger(_ text: String) -> Int64? { Int64(text).flatMap { "\($0)" == text ? $0 : nil } }
}
