import KubernetesObjects

/// NodeAffinity (plugins/nodeaffinity): node selector and required terms refuse, preferred terms score.
enum NodeAffinity {
    /// Whether the pod asks for anything that a node must match.
    static func constrains(_ pod: PodInfo) -> Bool {
        !pod.traits.nodeSelector.isEmpty || pod.traits.requiredNodeTerms != nil
    }

    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        pod.traits.admits(node.node) ? .success : .unresolvable(.nodeAffinity, .nodeAffinity)
    }

    /// The node names to which required terms on `metadata.name` confine the pod; nil where some term does not name
    /// nodes.
    static func namedNodes(_ pod: PodInfo) -> Set<String>? {
        guard let terms = pod.traits.requiredNodeTerms, !terms.isEmpty else { return nil }
        var names: Set<String> = []
        for term in terms {
            var named: Set<String>?
            for field in term.matchFields where field.key == "metadata.name" && field.operator == "In" {
                named = named.map { $0.intersection(field.values) } ?? Set(field.values)
            }
            guard let named else { return nil }
            names.formUnion(named)
        }
        return names
    }

    /// Score: sum of the weights of the preferred terms that match; nil for a pod that prefers nothing.
    struct Score: PreparedScore {
        private let terms: [PreferredNodeTerm]

        init?(_ pod: PodInfo) {
            if pod.traits.preferredNodeTerms.isEmpty { return nil }
            terms = pod.traits.preferredNodeTerms.filter { $0.weight != 0 }
        }

        func raw(_ node: NodeState) -> Int64 {
            terms.reduce(0) { $1.term.matches(node.node) ? $0 + Int64($1.weight) : $0 }
        }

        func normalize(_ scores: inout [Int64]) { scores.normalizeToMaximum(reversed: false) }
    }
}

extension PodTraits {
    /// Whether labels and taints of a node let the pod run there, whatever room there is.
    public func mayRun(on node: Node) -> Bool { admits(node) && tolerations.firstUntolerated(of: node.taints) == nil }

    /// Whether the pod asks for anything that a node's labels must match.
    public var isChoosy: Bool { !nodeSelector.isEmpty || requiredNodeTerms != nil }

    /// Whether the node matches the node selector and one of the required terms
    /// (k8s.io/component-helpers/scheduling/corev1/nodeaffinity, RequiredNodeAffinity).
    func admits(_ node: Node) -> Bool {
        guard nodeSelector.allSatisfy({ node.metadata.labels[$0.key] == $0.value }) else { return false }
        guard let terms = requiredNodeTerms else { return true }
        return terms.contains { $0.matches(node) }
    }
}
