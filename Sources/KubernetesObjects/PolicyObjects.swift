/// `scheduling.k8s.io/v1` PriorityClass.
public struct PriorityClass: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var value: Int32 = 0
    public var globalDefault = false
    public var preemptionPolicy = ""

    /// A class of value 0.
    public init() {}
}

/// `policy/v1` PodDisruptionBudget.
public struct PodDisruptionBudget: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// nil where absent; nil and empty select nothing here.
    public var selector: LabelSelector?
    public var disruptionsAllowed: Int32 = 0
    /// Pods already counted.
    public var disruptedPods: Set<String> = []

    /// A budget that allows nothing.
    public init() {}
}

/// `v1` ResourceQuota.
public struct ResourceQuota: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// `spec.hard`.
    public var specHard = ResourceList()
    /// `status.hard`.
    public var hard = ResourceList()
    /// `status.used`.
    public var used = ResourceList()
    public var scopes: [String] = []
    public var scopeSelector: [LabelRequirement] = []

    /// A quota over nothing.
    public init() {}
}

/// `v1` Namespace: only its labels decide something.
public struct Namespace: Sendable, Equatable {
    public var metadata = ObjectMeta()

    /// An unlabelled namespace.
    public init() {}
}
