/// An instant of the API, in nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Nanoseconds since the epoch.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Earlier or later.
    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}

/// The fields of `metadata` that decide something.
public struct ObjectMeta: Sendable, Equatable {
    public var name = ""
    /// Empty for cluster-scoped objects.
    public var namespace = ""
    public var uid = ""
    public var labels: [String: String] = [:]
    public var annotations: [String: String] = [:]
    public var creationTimestamp: Timestamp?
    public var deletionTimestamp: Timestamp?
    public var deletionGracePeriodSeconds: Int64?
    public var ownerReferences: [OwnerReference] = []

    /// Metadata of an object without a name.
    public init() {}

    /// Metadata of an object called `name`.
    public init(name: String, namespace: String = "") {
        self.name = name
        self.namespace = namespace
    }

    /// `namespace/name`.
    public var key: String { namespace + "/" + name }
}

/// One of an object's owners.
public struct OwnerReference: Sendable, Hashable {
    public var kind = ""
    public var name = ""
    public var uid = ""
    public var isController = false

    /// An empty reference.
    public init() {}
}
