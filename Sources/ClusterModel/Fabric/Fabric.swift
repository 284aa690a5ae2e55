import Quantities

/// The RDMA fabric of a cluster: leaf groups, switches, and full-duplex links with capacities.
///
/// Traffic is assumed to spread evenly over the spines of a pod (ECMP or adaptive routing), so those spines are one
/// switch with a multiplicity and each leaf has one aggregated link to them. Nodes without network cards belong to a leaf
/// group (they have neighbours) but have no links.
public struct Fabric: Sendable {
    /// What a switch is for.
    public enum Tier: Int, Comparable, Sendable {
        /// Nearest to the nodes.
        case leaf = 1
        /// Joins the leaves of a pod.
        case spine = 2
        /// Joins pods.
        case core = 3

        public static func < (a: Tier, b: Tier) -> Bool { a.rawValue < b.rawValue }
    }

    /// A switch, or `count` equal ones taken together.
    public struct Switch: Hashable, Sendable {
        /// Deterministic name: `leaf-0003-r2`, `spine-01`, `core`.
        public let name: String
        /// Its tier.
        public let tier: Tier
        /// The leaf group of a leaf; nil above.
        public let group: LeafGroupID?
        /// The rail of a leaf in a rail-optimized fabric; nil elsewhere.
        public let rail: Int?
        /// The pod of a leaf or spine; nil for the core.
        public let pod: Int?
        /// Physical switches it stands for.
        public let count: Int
    }

    /// One end of a link.
    public enum Endpoint: Hashable, Sendable {
        /// A node's network cards.
        case node(NodeID)
        /// A switch.
        case `switch`(SwitchID)
    }

    /// A full-duplex link.
    public struct Link: Hashable, Sendable {
        /// The end nearer to the nodes.
        public let lower: Endpoint
        /// The end nearer to the core.
        public let upper: SwitchID
        /// Capacity in each direction.
        public let capacity: BytesPerSecond
        /// Physical cables (or ports) it stands for.
        public let cables: Int
    }

    /// Nodes behind the same leaf or leaves; consecutive, and of one pool unless behind a single switch.
    public struct LeafGroup: Hashable, Sendable {
        /// The first node.
        public let firstNode: NodeID
        /// Number of nodes.
        public let nodeCount: Int
        /// The pool of its nodes; nil behind a single switch, which joins all pools.
        public let pool: PoolID?
        /// The pod, from zero.
        public let pod: Int
        /// The group's leaves: consecutive switches, one per rail; empty when its nodes have no network cards.
        public let leaves: Range<Int>
    }

    /// The specification it was derived from.
    public let spec: FabricSpec
    /// Leaf groups in node order.
    public let groups: [LeafGroup]
    /// Switches: all leaves in group and rail order, then spines in pod order, then the core.
    public let switches: [Switch]
    /// Links: node links in node (and rail) order, then leaf uplinks, then pod uplinks.
    public let links: [Link]
    /// Number of pods; 1 without a core.
    public let podCount: Int

    @usableFromInline let groupOfNode: [LeafGroupID]
    /// First link of each node; one more entry than nodes.
    @usableFromInline let firstNodeLink: [Int32]
    /// Uplink of each leaf (by leaf order), -1 for none.
    @usableFromInline let uplinkOfLeaf: [Int32]
    /// Uplink of each pod's spines, -1 for none.
    @usableFromInline let uplinkOfPod: [Int32]

    /// The leaf group of a node.
    @inlinable
    public func group(of node: NodeID) -> LeafGroupID { groupOfNode[node.position] }

    /// The pod of a node, from zero.
    @inlinable
    public func pod(of node: NodeID) -> Int { groups[groupOfNode[node.position].position].pod }

    /// Number of links between a node and its leaves: one per rail, or one for all its cards; 0 without cards.
    @inlinable
    public func linkCount(of node: NodeID) -> Int {
        Int(firstNodeLink[node.position + 1] - firstNodeLink[node.position])
    }

    /// The links of a node to its leaves: one per rail, or one for all its cards.
    public func links(of node: NodeID) -> [LinkID] {
        (firstNodeLink[node.position]..<firstNodeLink[node.position + 1]).map { LinkID(index: $0) }
    }

    /// The link from a leaf to the spines of its pod, or nil when it has none.
    public func uplink(ofLeaf leaf: SwitchID) -> LinkID? {
        guard leaf.position < uplinkOfLeaf.count, uplinkOfLeaf[leaf.position] >= 0 else { return nil }
        return LinkID(index: uplinkOfLeaf[leaf.position])
    }

    /// The link from a pod's spines to the core, or nil when there is no core.
    public func uplink(ofPod pod: Int) -> LinkID? {
        uplinkOfPod[pod] < 0 ? nil : LinkID(index: uplinkOfPod[pod])
    }
}

// MARK: - Routes

extension Fabric {
    /// Every link that traffic among these nodes can use, ascending; empty for fewer than two distinct nodes.
    ///
    /// Node links always; leaf uplinks when the nodes span leaf groups; pod uplinks when they span pods. On a
    /// rail-optimized fabric a transfer between different local GPUs changes rail inside the node (over NVLink), so traffic
    /// within a group never needs the spines.
    public func links(joining nodes: some Sequence<NodeID>) -> [LinkID] {
        let nodes = Set(nodes).sorted()
        guard nodes.count > 1 else { return [] }
        let groupsUsed = Self.distinct(nodes.map { group(of: $0) })
        let podsUsed = Self.distinct(groupsUsed.map { groups[$0.position].pod })
        var result = nodes.flatMap { links(of: $0) }
        if groupsUsed.count > 1 {
            for group in groupsUsed {
                result += groups[group.position].leaves.compactMap { uplink(ofLeaf: SwitchID($0)) }
            }
        }
        if podsUsed.count > 1 { result += podsUsed.compactMap { uplink(ofPod: $0) } }
        return result.sorted()
    }

    /// Every link that traffic between two nodes can use, over all rails, ascending.
    public func links(from a: NodeID, to b: NodeID) -> [LinkID] { links(joining: [a, b]) }

    /// Visits the links that a transfer from `a` to `b` passes on one rail, from each end upwards, without allocating.
    ///
    /// Nothing is visited within a node or where a node has no network cards. Where the fabric has fewer rails than asked
    /// for (`rail` counts from zero), rails wrap around.
    @inlinable
    public func forEachLink(from a: NodeID, to b: NodeID, rail: Int, _ body: (LinkID) -> Void) {
        guard a != b, linkCount(of: a) > 0, linkCount(of: b) > 0 else { return }
        let layers = distance(a, b)
        climb(from: a, rail: rail, layers: layers, body)
        climb(from: b, rail: rail, layers: layers, body)
    }

    /// Channels of the fabric: two for each link, `2 · link` towards the core and `2 · link + 1` away from it.
    public var channelCapacities: [Double] {
        links.flatMap { [$0.capacity.rawValue, $0.capacity.rawValue] }
    }

    /// Visits the channels that a transfer from `a` to `b` passes on one rail; see `forEachLink`.
    @inlinable
    public func forEachChannel(from a: NodeID, to b: NodeID, rail: Int, _ body: (Int32) -> Void) {
        guard a != b, linkCount(of: a) > 0, linkCount(of: b) > 0 else { return }
        let layers = distance(a, b)
        climb(from: a, rail: rail, layers: layers) { body(2 * $0.index) }
        climb(from: b, rail: rail, layers: layers) { body(2 * $0.index + 1) }
    }

    /// Visits the first `layers` links from a node towards the core.
    @inlinable
    func climb(from node: NodeID, rail: Int, layers: Int, _ body: (LinkID) -> Void) {
        let own = Int(firstNodeLink[node.position]) + rail % linkCount(of: node)
        body(LinkID(own))
        guard layers > 1, case let up = uplinkOfLeaf[links[own].upper.position], up >= 0 else { return }
        body(LinkID(index: up))
        guard layers > 2, case let top = uplinkOfPod[pod(of: node)], top >= 0 else { return }
        body(LinkID(index: top))
    }

    /// Number of distinct leaf groups among the nodes.
    public func leafGroupCount(of nodes: some Sequence<NodeID>) -> Int {
        Self.distinct(nodes.map { group(of: $0) }.sorted()).count
    }

    /// How far apart two nodes are: 0 the same node, 1 one leaf group, 2 one pod, 3 different pods.
    @inlinable
    public func distance(_ a: NodeID, _ b: NodeID) -> Int {
        if a == b { return 0 }
        let (ga, gb) = (groupOfNode[a.position], groupOfNode[b.position])
        if ga == gb { return 1 }
        return groups[ga.position].pod == groups[gb.position].pod ? 2 : 3
    }

    /// The widest distance in a set of nodes: 0 for one node (or none), else as `distance`.
    public func tierSpanned(by nodes: some Sequence<NodeID>) -> Int {
        var iterator = nodes.makeIterator()
        guard let first = iterator.next() else { return 0 }
        var tier = 0
        while let node = iterator.next() { tier = max(tier, distance(first, node)) }
        return tier
    }

    /// Sorted input without repetitions.
    private static func distinct<T: Equatable>(_ sorted: [T]) -> [T] {
        sorted.enumerated().filter { $0.offset == 0 || sorted[$0.offset - 1] != $0.element }.map(\.element)
    }
}
