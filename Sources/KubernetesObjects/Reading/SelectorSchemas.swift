extension LabelSelector: Described {
    static let schema = Schema<LabelSelector>(
        "a label selector", otherKeys: .refused,
        [
            .init("matchLabels") { $1.read(&$0.matchLabels) },
            .init("matchExpressions") { $1.read(&$0.matchExpressions) },
        ])
}

extension LabelRequirement: Described {
    static let schema = Schema<LabelRequirement>(
        "a requirement on labels", otherKeys: .refused,
        [
            .init("key") { $1.read(&$0.key) },
            .init("operator") { $1.read(&$0.operator, oneOf: ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]) },
            .init("values") { $1.read(&$0.values) },
            // A quota's scope selector names a scope instead of a key.
            .init("scopeName") { $1.read(&$0.key) },
        ])
}

extension NodeSelectorTerm: Described {
    static let schema = Schema<NodeSelectorTerm>(
        "a node selector term", otherKeys: .refused,
        [
            .init("matchExpressions") { $1.read(&$0.matchExpressions) },
            .init("matchFields") { $1.read(&$0.matchFields) },
        ])
}

/// Node selector terms under their own key; nil where that is absent.
struct NodeSelectorTerms: Described {
    var terms: [NodeSelectorTerm] = []

    static let schema = Schema<NodeSelectorTerms>(
        "node selector terms", [.init("nodeSelectorTerms") { $1.read(&$0.terms) }])
}

extension Affinity: Described {
    static let schema = Schema<Affinity>(
        "the affinity of a Pod", otherKeys: .refused,
        [
            .init("nodeAffinity") { $1.read(&$0, node) },
            .init("podAffinity") { $1.read(&$0, pod) },
            .init("podAntiAffinity") { $1.read(&$0, podAnti) },
        ])

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

    private static let node = Schema<Affinity>(
        "a node affinity", otherKeys: .refused,
        [
            .init(required) { affinity, decoder in
                var selector: NodeSelectorTerms?
                decoder.read(&selector)
                affinity.requiredNodeTerms = selector?.terms
            },
            .init(preferred) { $1.read(&$0.preferredNodeTerms) },
        ])

    private static let pod = Schema<Affinity>(
        "a pod affinity", otherKeys: .refused,
        [
            .init(required) { $1.read(&$0.requiredPodAffinity) },
            .init(preferred) { $1.read(&$0.preferredPodAffinity) },
        ])

    private static let podAnti = Schema<Affinity>(
        "a pod anti-affinity", otherKeys: .refused,
        [
            .init(required) { $1.read(&$0.requiredPodAntiAffinity) },
            .init(preferred) { $1.read(&$0.preferredPodAntiAffinity) },
        ])
}

extension PreferredNodeTerm: Described {
    static let schema = Schema<PreferredNodeTerm>(
        "a preferred node term", otherKeys: .refused,
        [
            .init("weight") { $1.read(&$0.weight) },
            .init("preference") { $1.read(&$0.term) },
        ])
}

extension PodAffinityTerm: Described {
    static let schema = Schema<PodAffinityTerm>(
        "a pod affinity term", otherKeys: .refused,
        [
            .init("labelSelector") { $1.read(&$0.labelSelector) },
            .init("topologyKey") { $1.read(&$0.topologyKey) },
            .init("namespaces") { $1.read(&$0.namespaces) },
            .init("namespaceSelector") { $1.read(&$0.namespaceSelector) },
            .init("matchLabelKeys") { $1.read(&$0.matchLabelKeys) },
            .init("mismatchLabelKeys") { $1.read(&$0.mismatchLabelKeys) },
        ])
}

extension WeightedPodAffinityTerm: Described {
    static let schema = Schema<WeightedPodAffinityTerm>(
        "a weighted pod affinity term", otherKeys: .refused,
        [
            .init("weight") { $1.read(&$0.weight) },
            .init("podAffinityTerm") { $1.read(&$0.term) },
        ])
}

extension TopologySpreadConstraint: Described {
    static let schema = Schema<TopologySpreadConstraint>(
        "a topology spread constraint", otherKeys: .refused,
        [
            .init("maxSkew") { $1.read(&$0.maxSkew) },
            .init("topologyKey") { $1.read(&$0.topologyKey) },
            .init("whenUnsatisfiable") {
                $1.read(&$0.whenUnsatisfiable, oneOf: ["DoNotSchedule", "ScheduleAnyway"])
            },
            .init("labelSelector") { $1.read(&$0.labelSelector) },
            .init("minDomains") { $1.read(&$0.minDomains) },
            .init("nodeAffinityPolicy") { $1.read(&$0.nodeAffinityPolicy, oneOf: ["Honor", "Ignore"]) },
            .init("nodeTaintsPolicy") { $1.read(&$0.nodeTaintsPolicy, oneOf: ["Honor", "Ignore"]) },
            .init("matchLabelKeys") { $1.read(&$0.matchLabelKeys) },
        ])
}
