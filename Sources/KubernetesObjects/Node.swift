/// A node of the cluster.
public struct Node: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var unschedulable = false
    public var taints: [Taint] = []
    public var allocatable = ResourceList()
    public var capacity = ResourceList()
    public var conditions: [NodeCondition] = []
    public var images: [NodeImage] = []

    /// A node without resources.
    public init() {}
}

/// What keeps pods off a node.
public struct Taint: Sendable, Hashable {
    public var key = ""
    public var value = ""
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    public var effect = ""

    /// An empty taint.
    public init() {}
}

/// One condition of a node.
public struct NodeCondition: Sendable, Equatable {
    public var type = ""
    public var status = ""

    /// An empty condition.
    public init() {}
}

/// An image on a node.
public struct NodeImage: Sendable, Hashable {
    public var names: [String] = []
    public var sizeBytes: Int64 = 0

    /// An image without a name.
    public init() {}
}
