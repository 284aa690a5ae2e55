/// The kind and proportions of a cluster's RDMA fabric, from which `Fabric` is derived.
public struct FabricSpec: Hashable, Sendable {
    /// How the nodes are wired.
    public enum Kind: String, CaseIterable, Sendable {
        /// Network card r of every node of a group goes to the group's leaf r ("rail"), leaves go to spines.
        case railOptimized = "rail-optimized"
        /// All network cards of a node go to its group's one leaf, leaves go to spines.
        case fatTree = "fat-tree"
        /// Every network card goes to one switch that never blocks.
        case singleSwitch = "single-switch"
    }

    /// The kind.
    public var kind: Kind
    /// Nodes of one leaf group; groups never mix pools.
    public var nodesPerLeaf: Int
    /// A leaf's capacity towards its nodes over its capacity towards the spines; 1 does not block.
    public var spineOversubscription: Double
    /// Leaf groups that share spines; nil: all of them, and there is no core layer.
    public var leafGroupsPerPod: Int?
    /// A pod's spine capacity towards its leaves over its capacity towards the core; only with `leafGroupsPerPod`.
    public var coreOversubscription: Double
    /// Spine switches of one pod, for the record and the diagrams; nil: as many as the leaves' uplinks need.
    public var spines: Int?

    /// A fabric; not oversubscribed and without a core unless told.
    public init(
        kind: Kind, nodesPerLeaf: Int = 16, spineOversubscription: Double = 1, leafGroupsPerPod: Int? = nil,
        coreOversubscription: Double = 1, spines: Int? = nil
    ) {
        self.kind = kind
        self.nodesPerLeaf = nodesPerLeaf
        self.spineOversubscription = spineOversubscription
        self.leafGroupsPerPod = leafGroupsPerPod
        self.coreOversubscription = coreOversubscription
        self.spines = spines
    }

    /// One switch for all nodes.
    public static var singleSwitch: FabricSpec { FabricSpec(kind: .singleSwitch) }
}
