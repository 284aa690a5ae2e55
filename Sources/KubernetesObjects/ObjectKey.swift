/// What an object is called in its cluster: no two objects of a dump have the same.
public struct ObjectKey: Hashable, Sendable {
    /// Such as `Pod`.
    public var kind: String
    /// Empty for cluster-scoped objects.
    public var namespace: String
    public var name: String

    /// The object `name` of a kind.
    public init(kind: String, namespace: String = "", name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

extension ObjectKey: Comparable, CustomStringConvertible {
    /// By kind, namespace, name.
    public static func < (a: Self, b: Self) -> Bool {
        (a.kind, a.namespace, a.name) < (b.kind, b.namespace, b.name)
    }

    /// `Pod namespace/name` or `Node name`.
    public var description: String { kind + " " + (namespace.isEmpty ? "" : namespace + "/") + name }
}
