/// A label selector: all requirements must hold; an empty selector matches everything.
public struct LabelSelector: Sendable, Hashable {
    public var matchLabels: [String: String] = [:]
    public var matchExpressions: [LabelRequirement] = []

    /// Matches everything.
    public init() {}

    /// Whether nothing is required.
    public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }
}

/// One requirement on labels or node fields.
public struct LabelRequirement: Sendable, Hashable {
    public var key = ""
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`; for nodes also `Gt`, `Lt`.
    public var `operator` = ""
    public var values: [String] = []

    /// An empty requirement.
    public init() {}
}

/// Where a pod wants to be.
public struct Affinity: Sendable, Hashable {
    /// Terms of `requiredDuringSchedulingIgnoredDuringExecution`; nil where absent (an empty list matches no node).
    public var requiredNodeTerms: [NodeSelectorTerm]?
    public var preferredNodeTerms: [PreferredNodeTerm] = []
    public var requiredPodAffinity: [PodAffinityTerm] = []
    public var preferredPodAffinity: [WeightedPodAffinityTerm] = []
    public var requiredPodAntiAffinity: [PodAffinityTerm] = []
    public var preferredPodAntiAffinity: [WeightedPodAffinityTerm] = []

    /// No wish.
    public init() {}
}

/// All expressions and fields must match; a term without either matches nothing.
public struct NodeSelectorTerm: Sendable, Hashable {
    public var matchExpressions: [LabelRequirement] = []
    public var matchFields: [LabelRequirement] = []

    /// Matches nothing.
    public init() {}
}

/// A node term with its weight, 1 to 100.
public struct PreferredNodeTerm: Sendable, Hashable {
    public var weight: Int32 = 0
    public var term = NodeSelectorTerm()

    /// No preference.
    public init() {}
}

/// Pods a pod wants near, or far.
public struct PodAffinityTerm: Sendable, Hashable {
    /// nil matches no pod.
    public var labelSelector: LabelSelector?
    public var topologyKey = ""
    public var namespaces: [String] = []
    /// nil where absent; an empty selector means all namespaces.
    public var namespaceSelector: LabelSelector?
    public var matchLabelKeys: [String] = []
    public var mismatchLabelKeys: [String] = []

    /// Matches no pod.
    public init() {}
}

/// A pod term with its weight, 1 to 100.
public struct WeightedPodAffinityTerm: Sendable, Hashable {
    public var weight: Int32 = 0
    public var term = PodAffinityTerm()

    /// No preference.
    public init() {}
}

/// How evenly pods must spread.
public struct TopologySpreadConstraint: Sendable, Hashable {
    public var maxSkew: Int32 = 1
    public var topologyKey = ""
    /// `DoNotSchedule` or `ScheduleAnyway`.
    public var whenUnsatisfiable = "DoNotSchedule"
    public var labelSelector: LabelSelector?
    public var minDomains: Int32?
    /// Empty means `Honor`.
    public var nodeAffinityPolicy = ""
    /// Empty means `Ignore`.
    public var nodeTaintsPolicy = ""
    public var matchLabelKeys: [String] = []

    /// A constraint over no topology.
    public init() {}
}
