/// A small integer that names one entity of a cluster; it indexes the arrays of the `Cluster` (or catalogue) it came from.
///
/// One type per kind of entity, so that a rack cannot be passed where a node is meant.
public protocol EntityHandle: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// Position in the owner's arrays, from zero.
    var index: Int32 { get }
    /// The handle of the entity at `index`.
    init(index: Int32)
}

extension EntityHandle {
    /// The handle of the entity at `position`.
    @inlinable
    public init(_ position: Int) { self.init(index: Int32(truncatingIfNeeded: position)) }

    /// The index as an array subscript.
    @inlinable
    public var position: Int { Int(index) }
    /// By place.

    @inlinable
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }

    /// The bare index; names are the owner's business.
    public var description: String { "#\(index)" }
}

/// A node of a cluster. Nodes of one pool have consecutive handles.
@frozen
public struct NodeID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A pool: nodes of one shape, with the same labels and taints.
@frozen
public struct PoolID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A GPU model of a `HardwareCatalogue`.
@frozen
public struct GPUModelID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A set of GPUs joined by NVLink (or its like): part of a node, a node, or the nodes of a rack.
@frozen
public struct NVLinkDomainID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A rack.
@frozen
public struct RackID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A leaf group of the fabric: the nodes that reach each other through one leaf switch (per rail).
@frozen
public struct LeafGroupID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A switch of the fabric (or the spines of one pod, taken together).
@frozen
public struct SwitchID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A full-duplex link of the fabric.
@frozen
public struct LinkID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}

/// A HyperNode: a set of nodes that are equally near to each other.
@frozen
public struct HyperNodeID: EntityHandle {
    public let index: Int32
    /// The handle with this index.
    @inlinable
    public init(index: Int32) { self.index = index }
}
