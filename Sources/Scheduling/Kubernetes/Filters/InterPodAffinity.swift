import KubernetesObjects

/// Counts per topology domain: label key, then label value. Counts of zero are not kept.
struct TopologyCounts: Sendable {
    private(set) var byKey: [String: [String: Int64]] = [:]

    var isEmpty: Bool { byKey.isEmpty }

    /// Adds to the domain in which `node` lies; nothing where the node lacks the key.
    mutating func add(_ amount: Int64, _ key: String, of node: NodeState) {
        guard let value = node.labels[key] else { return }
        let count = (byKey[key]?[value] ?? 0) + amount
        byKey[key, default: [:]][value] = count == 0 ? nil : count
        if byKey[key]?.isEmpty == true { byKey[key] = nil }
    }

    /// The count of the domain in which `node` lies; nil where the node lacks the key.
    func count(_ key: String, at node: NodeState) -> Int64? {
        node.labels[key].map { byKey[key]?[$0] ?? 0 }
    }

    /// Whether `node` lies in some domain with a positive count.
    func touches(_ node: NodeState) -> Bool {
        byKey.contains { key, values in node.labels[key].map { (values[$0] ?? 0) > 0 } ?? false }
    }
}

/// InterPodAffinity, filter (plugins/interpodaffinity/filtering.go): the pod's required affinity, its required
/// anti-affinity, and the required anti-affinity of pods that run.
public struct AffinityFilterState: Sendable {
    private let affinity: [AffinityTerm]
    private let antiAffinity: [AffinityTerm]
    private let namespaceLabels: [String: String]
    private let matchesItself: Bool
    /// Running pods that match all of the pod's affinity terms, per domain of each term.
    private var affinityCounts = TopologyCounts()
    /// Running pods that match an anti-affinity term of the pod.
    private var antiAffinityCounts = TopologyCounts()
    /// Running pods whose anti-affinity terms match the pod.
    private var existingAntiAffinityCounts = TopologyCounts()

    /// nil where neither the pod nor a running pod asks for anything.
    init?(_ pod: PodInfo, in cluster: ClusterState) {
        let affinity = (pod.terms?.required ?? []).map(cluster.resolvingNamespaces)
        self.affinity = affinity
        antiAffinity = (pod.terms?.requiredAnti ?? []).map(cluster.resolvingNamespaces)
        let namespaceLabels = cluster.labels(ofNamespace: pod.namespace)
        self.namespaceLabels = namespaceLabels
        matchesItself = !affinity.isEmpty && affinity.allSatisfy { $0.matches(pod, namespaceLabels: [:]) }
        for index in cluster.nodesWithRequiredAntiAffinity {
            let node = cluster.nodes[index]
            for existing in node.pods where existing.hasRequiredAntiAffinity {
                countExisting(existing, node, incoming: pod, sign: 1)
            }
        }
        if affinity.isEmpty, antiAffinity.isEmpty {
            if existingAntiAffinityCounts.isEmpty { return nil }
            return
        }
        for node in cluster.nodes {
            for existing in node.pods { countIncoming(existing, node, sign: 1) }
        }
    }

    private mutating func countExisting(_ existing: PodInfo, _ node: NodeState, incoming: PodInfo, sign: Int64) {
        for term in existing.terms?.requiredAnti ?? [] where term.matches(incoming, namespaceLabels: namespaceLabels) {
            existingAntiAffinityCounts.add(sign, term.topologyKey, of: node)
        }
    }

    private mutating func countIncoming(_ existing: PodInfo, _ node: NodeState, sign: Int64) {
        if !affinity.isEmpty, affinity.allSatisfy({ $0.matches(existing, namespaceLabels: [:]) }) {
            for term in affinity { affinityCounts.add(sign, term.topologyKey, of: node) }
        }
        for term in antiAffinity where term.matches(existing, namespaceLabels: [:]) {
            antiAffinityCounts.add(sign, term.topologyKey, of: node)
        }
    }

    func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        if !satisfiesAffinity(node) { return .unresolvable(.podAffinity, .interPodAffinity) }
        if antiAffinity.contains(where: { (antiAffinityCounts.count($0.topologyKey, at: node) ?? 0) > 0 }) {
            return .unschedulable(.podAntiAffinity, .interPodAffinity)
        }
        if existingAntiAffinityCounts.touches(node) {
            return .unschedulable(.existingPodAntiAffinity, .interPodAffinity)
        }
        return .success
    }

    /// Every term finds a pod in the node's domain; or the pod is the first of a group that wants to be together.
    private func satisfiesAffinity(_ node: NodeState) -> Bool {
        var allFound = true
        for term in affinity {
            guard let count = affinityCounts.count(term.topologyKey, at: node) else { return false }
            if count <= 0 { allFound = false }
        }
        return allFound || affinityCounts.isEmpty && matchesItself
    }

    mutating func update(_ pod: PodInfo, _ node: NodeState, incoming: PodInfo, sign: Int) {
        countExisting(pod, node, incoming: incoming, sign: Int64(sign))
        countIncoming(pod, node, sign: Int64(sign))
    }
}
