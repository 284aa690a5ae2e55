import KubernetesObjects

/// InterPodAffinity, score (plugins/interpodaffinity/scoring.go): per domain, weights of the pod's preferred terms that
/// find running pods and of running pods' terms that find the pod, those against with a minus.
struct AffinityScore: PreparedScore {
    private var counts = TopologyCounts()

    /// nil where no term finds anything.
    init?(_ pod: PodInfo, hardWeight: Int64, in cluster: ClusterState) {
        let wishes = (pod.terms?.preferred ?? []).map { WeightedAffinityTerm(resolving: $0, cluster, sign: 1) }
        let aversions = (pod.terms?.preferredAnti ?? []).map { WeightedAffinityTerm(resolving: $0, cluster, sign: -1) }
        let own = wishes + aversions
        let namespaceLabels = cluster.labels(ofNamespace: pod.namespace)
        for index in own.isEmpty ? cluster.nodesWithAffinity : Array(cluster.nodes.indices) {
            let node = cluster.nodes[index]
            for existing in node.pods where !own.isEmpty || existing.hasAffinity {
                for wish in own where wish.term.matches(existing, namespaceLabels: [:]) {
                    counts.add(wish.weight, wish.term.topologyKey, of: node)
                }
                guard let terms = existing.terms else { continue }
                func count(_ term: AffinityTerm, _ weight: Int64) {
                    if term.matches(pod, namespaceLabels: namespaceLabels) {
                        counts.add(weight, term.topologyKey, of: node)
                    }
                }
                if hardWeight > 0 { for term in terms.required { count(term, hardWeight) } }
                for term in terms.preferred { count(term.term, term.weight) }
                for term in terms.preferredAnti { count(term.term, -term.weight) }
            }
        }
        if counts.isEmpty { return nil }
    }

    func raw(_ node: NodeState) -> Int64 {
        counts.byKey.reduce(0) { sum, domains in
            sum + (node.labels[domains.key].flatMap { domains.value[$0] } ?? 0)
        }
    }

    func normalize(_ scores: inout [Int64]) {
        guard let lowest = scores.min(), let highest = scores.max(), highest > lowest else {
            for index in scores.indices { scores[index] = 0 }
            return
        }
        for index in scores.indices {
            scores[index] = Int64(100 * (Double(scores[index] - lowest) / Double(highest - lowest)))
        }
    }
}

extension WeightedAffinityTerm {
    /// A preferred term of the pod that is being placed.
    fileprivate init(resolving term: WeightedAffinityTerm, _ cluster: ClusterState, sign: Int64) {
        self.init(weight: sign * term.weight, term: cluster.resolvingNamespaces(term.term))
    }
}
