import KubernetesObjects

/// Handle of a HyperNode. Ascending by name, the virtual top included.
public struct HyperNodeRef: Hashable, Sendable, BitwiseCopyable, Comparable {
    public let index: Int32
    /// The handle at a place.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
    /// By place.
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// HyperNodes with the virtual top that holds all nodes (upstream: `api/hyper_node_info.go`, `framework/session.go`
/// addClusterTopHyperNode; reference section 10).
public struct HyperNodeTree: Sendable {
    /// Name of the virtual top.
    public static let topName = "<cluster-top-hypernode>"

    /// Names, ascending.
    public let names: [String]
    /// The virtual top: one tier above the highest HyperNode, at least 1; parent of all that have none.
    public let top: HyperNodeRef
    /// Tiers that occur, ascending, the top's last.
    public let tiers: [Int]
    /// False where the objects form no forest (two parents, a cycle): jobs with a topology wait then.
    public let isReady: Bool
    /// Tier of a tier name.
    public let tierOfName: [String: Int]
    private let tierOf: [Int]
    private let parents: [HyperNodeRef?]
    private let childLists: [[HyperNodeRef]]
    private let nodeLists: [[NodeRef]]
    /// Per node: the HyperNodes that hold it, ascending by tier, then name.
    private let holders: [[HyperNodeRef]]
    private let indexes: [String: HyperNodeRef]

    /// The tree over the HyperNode objects; without any, only the virtual top.
    ///
    /// Of objects with the same name the last counts. A member that names no HyperNode or node is passed over.
    public init(objects: ObjectSet, nodeIndex: [String: NodeRef], nodeCount: Int) {
        var builder = HyperNodeTreeBuilder(objects.hyperNodes, top: Self.topName)
        builder.connect()
        builder.collectNodes(objects.nodes, nodeIndex, nodeCount)
        names = builder.names
        top = builder.top
        isReady = builder.isForest
        tierOfName = builder.tierOfName
        tierOf = builder.tiers
        tiers = Set(builder.tiers).sorted()
        parents = builder.parents
        childLists = builder.children
        nodeLists = builder.nodes
        indexes = builder.indexes
        var holders: [[HyperNodeRef]] = Array(repeating: [], count: nodeCount)
        let bottomUp = builder.names.indices.sorted { (builder.tiers[$0], $0) < (builder.tiers[$1], $1) }
        for place in bottomUp {
            for node in builder.nodes[place] { holders[Int(node.index)].append(HyperNodeRef(place)) }
        }
        self.holders = holders
    }

    /// Number of HyperNodes, the top included.
    public var count: Int { names.count }
    /// All HyperNodes, ascending by name.
    public var all: [HyperNodeRef] { names.indices.map { HyperNodeRef($0) } }
    /// The HyperNode of this name; nil for an unknown one.
    public func named(_ name: String) -> HyperNodeRef? { indexes[name] }
    /// Name of a HyperNode.
    public func name(of hyperNode: HyperNodeRef) -> String { names[Int(hyperNode.index)] }
    /// Lower means closer.
    public func tier(of hyperNode: HyperNodeRef) -> Int { tierOf[Int(hyperNode.index)] }
    /// nil for the top.
    public func parent(of hyperNode: HyperNodeRef) -> HyperNodeRef? { parents[Int(hyperNode.index)] }
    /// Ascending by name.
    public func children(of hyperNode: HyperNodeRef) -> [HyperNodeRef] { childLists[Int(hyperNode.index)] }
    /// All nodes below, in order of arrival (upstream: RealNodesList).
    public func nodes(in hyperNode: HyperNodeRef) -> [NodeRef] { nodeLists[Int(hyperNode.index)] }
    /// The HyperNodes that hold a node, ascending by tier, then name; the top is the last.
    public func holders(of node: NodeRef) -> [HyperNodeRef] { holders[Int(node.index)] }
    /// Whether a node lies below a HyperNode.
    public func holds(_ hyperNode: HyperNodeRef, _ node: NodeRef) -> Bool {
        holders[Int(node.index)].contains(hyperNode)
    }

    /// The HyperNode of the lowest tier of all that holds the node; nil where it is in none of that tier
    /// (upstream: FindHyperNodeForNode).
    public func leaf(of node: NodeRef) -> HyperNodeRef? {
        holders[Int(node.index)].first.flatMap { tier(of: $0) == tiers.first ? $0 : nil }
    }

    /// The HyperNode itself and everything above it, upwards.
    public func ancestors(of hyperNode: HyperNodeRef) -> [HyperNodeRef] {
        Self.ancestors(of: hyperNode) { parents[Int($0.index)] }
    }

    /// Lowest HyperNode above both; the other one where one is nil.
    public func lowestCommonAncestor(_ a: HyperNodeRef?, _ b: HyperNodeRef?) -> HyperNodeRef? {
        Self.lowestCommonAncestor(a, b) { parents[Int($0.index)] }
    }

    /// `start` and everything above it, upwards, under any naming of the nodes of a forest.
    public static func ancestors<Name: Hashable>(of start: Name, parent: (Name) -> Name?) -> [Name] {
        var chain = [start]
        while let last = chain.last, let next = parent(last), !chain.contains(next) { chain.append(next) }
        return chain
    }

    /// Lowest node above both, under any naming of the nodes of a forest; the other one where one is nil.
    public static func lowestCommonAncestor<Name: Hashable>(
        _ a: Name?, _ b: Name?, parent: (Name) -> Name?
    ) -> Name? {
        guard let a, let b else { return a ?? b }
        let above = Set(ancestors(of: a, parent: parent))
        return ancestors(of: b, parent: parent).first(where: above.contains)
    }
}

/// Links HyperNodes by their members and gathers the nodes below each.
private struct HyperNodeTreeBuilder {
    let objects: [HyperNode?]
    let names: [String]
    let indexes: [String: HyperNodeRef]
    let top: HyperNodeRef
    let tiers: [Int]
    var tierOfName: [String: Int] = [:]
    var parents: [HyperNodeRef?]
    var children: [[HyperNodeRef]]
    var nodes: [[NodeRef]]
    var isForest = true

    init(_ list: [HyperNode], top topName: String) {
        var byName: [String: HyperNode] = [:]
        for object in list where object.metadata.name != topName { byName[object.metadata.name] = object }
        let names = (Array(byName.keys) + [topName]).sorted()
        self.names = names
        objects = names.map { byName[$0] }
        indexes = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, HyperNodeRef($0)) })
        top = HyperNodeRef(names.firstIndex(of: topName) ?? 0)
        let highest = byName.values.map(\.tier).max() ?? 0
        let topTier = max(1, highest < .max ? highest + 1 : highest)
        tiers = objects.map { $0?.tier ?? topTier }
        for object in objects { if let object, !object.tierName.isEmpty { tierOfName[object.tierName] = object.tier } }
        parents = Array(repeating: nil, count: names.count)
        children = Array(repeating: [], count: names.count)
        nodes = Array(repeating: [], count: names.count)
    }

    /// Sets parents and children. A second parent, or one that closes a cycle, is refused.
    mutating func connect() {
        for (place, object) in objects.enumerated() {
            let parent = HyperNodeRef(place)
            for member in object?.members ?? [] where member.type == "HyperNode" {
                guard let name = member.exactMatch, let child = indexes[name], child != top else { continue }
                let known = parents[Int(child.index)]
                if known == parent { continue }
                let above = HyperNodeTree.ancestors(of: parent) { parents[Int($0.index)] }
                guard known == nil, !above.contains(child) else {
                    isForest = false
                    continue
                }
                parents[Int(child.index)] = parent
                children[place].append(child)
            }
        }
        for place in names.indices where parents[place] == nil && place != Int(top.index) {
            parents[place] = top
            children[Int(top.index)].append(HyperNodeRef(place))
        }
        for place in children.indices { children[place].sort() }
    }

    /// Nodes of a HyperNode: those its members select and those of its children. The top has all.
    mutating func collectNodes(_ list: [Node], _ index: [String: NodeRef], _ count: Int) {
        var selected = objects.map { object in
            (object?.members ?? []).filter { $0.type == "Node" }.reduce(into: Set<NodeRef>()) {
                $0.formUnion(Self.select($1, list, index))
            }
        }
        // Parents come after their children: by distance from the top, farthest first.
        let depth = names.indices.map { place in
            HyperNodeTree.ancestors(of: HyperNodeRef(place)) { parents[Int($0.index)] }.count
        }
        for place in names.indices.sorted(by: { (depth[$0], $0) > (depth[$1], $1) }) where place != Int(top.index) {
            nodes[place] = selected[place].sorted()
            if let parent = parents[place], parent != top { selected[Int(parent.index)].formUnion(nodes[place]) }
        }
        nodes[Int(top.index)] = (0..<count).map { NodeRef($0) }
    }

    /// Nodes that a member names, by exact name, by a regular expression found anywhere in the name, or by labels.
    /// A selector that does not parse selects nothing.
    private static func select(_ member: HyperNodeMember, _ list: [Node], _ index: [String: NodeRef]) -> Set<NodeRef> {
        var found: Set<NodeRef> = []
        if let name = member.exactMatch {
            if name.isEmpty { return found }
            if let node = index[name] { found.insert(node) }
        }
        if let pattern = member.regexMatch {
            guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return [] }
            for node in list where node.metadata.name.contains(regex) {
                if let node = index[node.metadata.name] { found.insert(node) }
            }
        }
        if let selector = member.labelMatch, !selector.isEmpty {
            for node in list where selector.matches(node.metadata.labels) {
                if let node = index[node.metadata.name] { found.insert(node) }
            }
        }
        return found
    }
}
