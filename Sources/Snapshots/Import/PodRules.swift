import KubernetesObjects

/// Which nodes a pod may use, as far as a scenario can say it.
struct PodRules: Hashable {
    /// `nodeSelector`, ascending by key, without the name of one node.
    var selector: [Pair]
    /// Required node affinity, without names of nodes; nil where absent.
    var terms: [NodeSelectorTerm]?
    var tolerations: [Toleration]
    /// Whether a single node was asked for.
    var namesNodes: Bool

    struct Pair: Hashable {
        var key: String
        var value: String
    }

    /// The label with a node's name: a scenario's nodes have other names.
    static let hostLabel = "kubernetes.io/hostname"

    init(_ pod: Pod) {
        let selector = pod.spec.nodeSelector.sorted { $0.key < $1.key }.map { Pair(key: $0.key, value: $0.value) }
        self.selector = selector.filter { $0.key != Self.hostLabel }
        namesNodes = self.selector.count < selector.count
        tolerations = pod.spec.tolerations
        terms = pod.spec.affinity?.requiredNodeTerms
        for index in (terms ?? []).indices {
            let term = terms?[index] ?? NodeSelectorTerm()
            let expressions = term.matchExpressions.filter { $0.key != Self.hostLabel }
            if expressions.count < term.matchExpressions.count || !term.matchFields.isEmpty { namesNodes = true }
            terms?[index].matchExpressions = expressions
            terms?[index].matchFields = []
        }
        // A term that only named nodes allows all of them now.
        if namesNodes, terms?.contains(where: \.matchExpressions.isEmpty) == true { terms = nil }
    }

    /// Labels that decide.
    var labels: [String] {
        selector.map(\.key) + (terms ?? []).flatMap { $0.matchExpressions.map(\.key) }
    }

    /// Whether the required affinity holds on the nodes of a pool.
    func termsAllow(_ pool: ImportedPool) -> Bool {
        guard let terms else { return true }
        let labels = Dictionary(pool.labels.map { ($0.key, $0.value) }) { first, _ in first }
        return terms.contains { $0.matches(nodeName: "", labels: labels) }
    }

    /// Tolerations that some taint of the pools asks for.
    func tolerations(needed pools: [ImportedPool]) -> [Toleration] {
        let taints = pools.flatMap(\.taints)
        var needed: [Toleration] = []
        for toleration in tolerations {
            var plain = toleration
            plain.tolerationSeconds = nil
            if taints.contains(where: plain.tolerates), !needed.contains(plain) { needed.append(plain) }
        }
        return needed
    }
}

extension Toleration {
    /// Tolerates every taint.
    static var everything: Toleration {
        var toleration = Toleration()
        toleration.operator = "Exists"
        return toleration
    }
}

/// The rules of all pods of a job: a scenario has one set of them for each job.
struct JobRules: Equatable {
    /// Names of the only pools allowed; empty for all.
    var pools: [String] = []
    var selector: [PodRules.Pair] = []
    var tolerations: [Toleration] = []
    /// Whether roles had different ones, so that each may use the pools of all.
    var isUnion = false

    init(_ roles: [JobRole], _ pools: [ImportedPool]) {
        for role in roles {
            for toleration in role.rules.tolerations(needed: pools) where !tolerations.contains(toleration) {
                tolerations.append(toleration)
            }
        }
        let first = roles.first?.rules
        let areAlike = roles.allSatisfy {
            $0.rules.selector == first?.selector && $0.rules.terms == first?.terms
                && $0.rules.tolerations(needed: pools) == first?.tolerations(needed: pools)
        }
        if areAlike {
            selector = first?.selector ?? []
            let allowed = pools.filter { first?.termsAllow($0) ?? true }
            if allowed.count < pools.count { self.pools = allowed.map(\.name) }
            allowsNothing = allowed.isEmpty
        } else {
            isUnion = true
            let allowed = pools.filter { pool in roles.contains { Self.allows($0.rules, pool) } }
            if allowed.count < pools.count { self.pools = allowed.map(\.name) }
            allowsNothing = allowed.isEmpty
        }
    }

    private var allowsNothing: Bool

    private static func allows(_ rules: PodRules, _ pool: ImportedPool) -> Bool {
        rules.selector.allSatisfy { pair in pool.labels.contains { $0.key == pair.key && $0.value == pair.value } }
            && rules.termsAllow(pool)
            && pool.taints.allSatisfy { taint in rules.tolerations.contains { $0.tolerates(taint) } }
    }

    /// The pools that the scenario's reader will allow.
    func allowed(_ all: [ImportedPool]) -> [ImportedPool] {
        if allowsNothing { return [] }
        return all.filter { pool in
            (pools.isEmpty || pools.contains(pool.name))
                && selector.allSatisfy { pair in
                    pool.labels.contains { $0.key == pair.key && $0.value == pair.value }
                }
                && pool.taints.allSatisfy { taint in tolerations.contains { $0.tolerates(taint) } }
        }
    }
}
