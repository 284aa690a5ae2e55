/// A Kubernetes taint.
public struct Taint: Hashable, Sendable {
    /// What a taint does to pods that do not tolerate it.
    public enum Effect: String, CaseIterable, Sendable {
        /// Pods without a toleration are not placed.
        case noSchedule = "NoSchedule"
        /// Pods without a toleration are placed elsewhere if possible.
        case preferNoSchedule = "PreferNoSchedule"
        /// Pods without a toleration are not placed, and those running are evicted.
        case noExecute = "NoExecute"
    }

    /// The key.
    public var key: String
    /// The value; may be empty.
    public var value: String
    /// The effect.
    public var effect: Effect

    /// A taint `key=value:effect`.
    public init(key: String, value: String = "", effect: Effect) {
        self.key = key
        self.value = value
        self.effect = effect
    }
}

/// A Kubernetes label.
public struct Label: Hashable, Comparable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// A label `key: value`.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    public static func < (a: Label, b: Label) -> Bool { (a.key, a.value) < (b.key, b.value) }
}

/// Nodes of one shape, with the same labels and taints.
public struct NodePool: Hashable, Sendable {
    /// The pool's name; unique in its cluster, and the stem of its nodes' names.
    public var name: String
    /// Number of nodes.
    public var count: Int
    /// What each node has.
    public var shape: NodeShape
    /// Labels of every node.
    public var labels: [Label]
    /// Taints of every node.
    public var taints: [Taint]
    /// The nodes' own names where a trace gives them; nil: `<pool>-0000`, `<pool>-0001`, …
    public var nodeNames: [String]?

    /// A pool of `count` nodes.
    public init(
        name: String, count: Int, shape: NodeShape, labels: [Label] = [], taints: [Taint] = [],
        nodeNames: [String]? = nil
    ) {
        self.name = name
        self.count = count
        self.shape = shape
        self.labels = labels
        self.taints = taints
        self.nodeNames = nodeNames
    }
}
