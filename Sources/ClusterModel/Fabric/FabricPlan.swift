import Quantities

/// Derives a `Fabric` from its specification and the pools; the steps follow the order of `Fabric.switches` and `.links`.
struct FabricPlan {
    /// Ports of one spine, when the number of spines is not given: 64, as switches of 400 Gb/s generation have.
    private static let spinePorts = 64

    let spec: FabricSpec
    let pools: [NodePool]
    private var groups: [Fabric.LeafGroup] = []
    private var switches: [Fabric.Switch] = []
    private var links: [Fabric.Link] = []
    private var groupOfNode: [LeafGroupID] = []
    private var firstNodeLink: [Int32] = []
    private var uplinkOfLeaf: [Int32] = []
    private var podCount = 1

    init(spec: FabricSpec, pools: [NodePool]) {
        self.spec = spec
        self.pools = pools
    }

    /// The fabric.
    mutating func fabric() -> Fabric {
        addGroups()
        addNodeLinks()
        let spines = addSpines()
        let uplinkOfPod = addCore(above: spines)
        return Fabric(
            spec: spec, groups: groups, switches: switches, links: links, podCount: podCount, groupOfNode: groupOfNode,
            firstNodeLink: firstNodeLink, uplinkOfLeaf: uplinkOfLeaf, uplinkOfPod: uplinkOfPod)
    }

    /// Cuts each pool into leaf groups and gives each group its leaves. A single switch is one leaf that all groups share.
    private mutating func addGroups() {
        let oneSwitch = spec.kind == .singleSwitch
        if oneSwitch, pools.contains(where: { $0.shape.nics > 0 && $0.count > 0 }) {
            switches = [.init(name: "switch", tier: .leaf, group: nil, rail: nil, pod: 0, count: 1)]
        }
        var node = 0
        for (poolIndex, pool) in pools.enumerated() {
            var left = pool.count
            while left > 0 {
                let size = oneSwitch ? left : min(left, spec.nodesPerLeaf)
                let id = LeafGroupID(groups.count)
                let pod = spec.kind == .singleSwitch ? 0 : groups.count / (spec.leafGroupsPerPod ?? .max)
                let firstLeaf = oneSwitch ? 0 : switches.count
                if !oneSwitch { addLeaves(of: id, pool: pool, pod: pod) }
                groups.append(
                    .init(
                        firstNode: NodeID(node), nodeCount: size, pool: PoolID(poolIndex), pod: pod,
                        leaves: pool.shape.nics == 0 ? 0..<0 : firstLeaf..<switches.count))
                groupOfNode += repeatElement(oneSwitch ? LeafGroupID(0) : id, count: size)
                podCount = max(podCount, pod + 1)
                node += size
                left -= size
            }
        }
        if oneSwitch { mergeGroups() }
    }

    private mutating func addLeaves(of group: LeafGroupID, pool: NodePool, pod: Int) {
        guard pool.shape.nics > 0 else { return }
        let number = Cluster.padded(group.position, width: 4)
        let rails = spec.kind == .railOptimized ? pool.shape.nics : 1
        for rail in 0..<rails {
            let railed = spec.kind == .railOptimized
            switches.append(
                .init(
                    name: railed ? "leaf-\(number)-r\(rail)" : "leaf-\(number)", tier: .leaf, group: group,
                    rail: railed ? rail : nil, pod: pod, count: 1))
        }
    }

    /// Behind one switch all nodes are one group, whatever their pools.
    private mutating func mergeGroups() {
        guard let first = groups.first else { return }
        groups = [
            .init(
                firstNode: first.firstNode, nodeCount: groupOfNode.count, pool: nil, pod: 0,
                leaves: 0..<switches.count)
        ]
    }

    private mutating func addNodeLinks() {
        var node = 0
        for pool in pools {
            for _ in 0..<pool.count {
                firstNodeLink.append(Int32(links.count))
                addLinks(of: NodeID(node), shape: pool.shape)
                node += 1
            }
        }
        firstNodeLink.append(Int32(links.count))
    }

    private mutating func addLinks(of node: NodeID, shape: NodeShape) {
        guard shape.nics > 0 else { return }
        let leaves = groups[groupOfNode[node.position].position].leaves
        let cards = shape.nics / leaves.count
        for leaf in leaves {
            links.append(
                .init(
                    lower: .node(node), upper: SwitchID(leaf),
                    capacity: BytesPerSecond(rawValue: Double(cards) * shape.nicRate.rawValue), cables: cards))
        }
    }

    /// The spines of one pod and what their leaves' uplinks carry together.
    private struct SpineLayer {
        let id: SwitchID
        let capacity: Double
        let cables: Int
    }

    /// One spine layer per pod that has leaves to join, and the leaves' uplinks to it.
    private mutating func addSpines() -> [SpineLayer?] {
        let leafCount = switches.count
        uplinkOfLeaf = [Int32](repeating: -1, count: leafCount)
        var layers = [SpineLayer?](repeating: nil, count: podCount)
        guard spec.kind != .singleSwitch else { return layers }
        var leaf = 0
        for pod in 0..<podCount {
            let first = leaf
            while leaf < leafCount, switches[leaf].pod == pod { leaf += 1 }
            guard leaf - first > 1 || (podCount > 1 && leaf > first) else { continue }
            layers[pod] = addSpine(of: pod, leaves: first..<leaf)
        }
        return layers
    }

    private mutating func addSpine(of pod: Int, leaves: Range<Int>) -> SpineLayer {
        let spine = SwitchID(switches.count)
        var capacity = 0.0
        var cables = 0
        for leaf in leaves {
            let link = uplink(of: leaf, to: spine)
            uplinkOfLeaf[leaf] = Int32(links.count)
            links.append(link)
            capacity += link.capacity.rawValue
            cables += link.cables
        }
        let count = spec.spines ?? max(1, (cables + Self.spinePorts - 1) / Self.spinePorts)
        let name = podCount == 1 ? "spine" : "spine-\(Cluster.padded(pod, width: 2))"
        switches.append(.init(name: name, tier: .spine, group: nil, rail: nil, pod: pod, count: count))
        return SpineLayer(id: spine, capacity: capacity, cables: cables)
    }

    /// The uplink of a leaf carries what its nodes can send, divided by the oversubscription.
    private func uplink(of leaf: Int, to spine: SwitchID) -> Fabric.Link {
        let group = groups[switches[leaf].group!.position]
        let shape = pools[group.pool!.position].shape
        let cards = spec.nodesPerLeaf * (shape.nics / group.leaves.count)
        let capacity = Double(cards) * shape.nicRate.rawValue / spec.spineOversubscription
        return .init(
            lower: .switch(SwitchID(leaf)), upper: spine, capacity: BytesPerSecond(rawValue: capacity),
            cables: Self.cables(cards, oversubscription: spec.spineOversubscription))
    }

    /// The core above the pods, when there are several.
    private mutating func addCore(above layers: [SpineLayer?]) -> [Int32] {
        var uplinks = [Int32](repeating: -1, count: podCount)
        guard podCount > 1, layers.contains(where: { $0 != nil }) else { return uplinks }
        let core = SwitchID(switches.count)
        for (pod, layer) in layers.enumerated() {
            guard let layer else { continue }
            uplinks[pod] = Int32(links.count)
            links.append(
                .init(
                    lower: .switch(layer.id), upper: core,
                    capacity: BytesPerSecond(rawValue: layer.capacity / spec.coreOversubscription),
                    cables: Self.cables(layer.cables, oversubscription: spec.coreOversubscription)))
        }
        switches.append(.init(name: "core", tier: .core, group: nil, rail: nil, pod: nil, count: 1))
        return uplinks
    }

    /// Cables towards the core for so many towards the nodes: rounded up, at least one.
    private static func cables(_ below: Int, oversubscription: Double) -> Int {
        max(1, Int((Double(below) / oversubscription).rounded(.up)))
    }
}
