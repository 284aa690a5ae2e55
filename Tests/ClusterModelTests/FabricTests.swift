import ClusterModel
import Quantities
import Testing

@Suite struct FabricTests {
    private func cluster(_ spec: FabricSpec, _ pools: (String, Int)...) throws -> Cluster {
        var builder = ClusterBuilder(name: "c", fabric: spec)
        for (index, pool) in pools.enumerated() {
            let shape = try #require(HardwareCatalogue.builtIn.shape(named: pool.0))
            builder.add(NodePool(name: "p\(index)", count: pool.1, shape: shape))
        }
        return try builder.build()
    }

    private func names(_ fabric: Fabric) -> [String] { fabric.switches.map(\.name) }

    @Test func railOptimized() throws {
        let spec = FabricSpec(kind: .railOptimized, nodesPerLeaf: 4, spineOversubscription: 2)
        let fabric = try cluster(spec, ("dgx-h100", 6)).fabric
        #expect(fabric.groups.map(\.nodeCount) == [4, 2])
        #expect(names(fabric).first == "leaf-0000-r0" && names(fabric).last == "spine")
        #expect(fabric.switches.count == 2 * 8 + 1)
        #expect(fabric.links.count == 6 * 8 + 16)
        // A node reaches rail r through one 400 Gbit/s cable; a leaf's uplink carries 4 of them over 2.
        #expect(fabric.links[0].capacity.rawValue == 50e9)
        let uplink = try #require(fabric.uplink(ofLeaf: SwitchID(0)))
        #expect(fabric.links[uplink.position].capacity.rawValue == 100e9)
        #expect(fabric.links[uplink.position].cables == 2)
        #expect(fabric.route(NodeID(0), NodeID(3), rail: 2) == [2, 26])
        #expect(fabric.route(NodeID(0), NodeID(4), rail: 2).count == 4)
        #expect(fabric.links(from: NodeID(0), to: NodeID(3)).count == 16)
        #expect(fabric.links(from: NodeID(0), to: NodeID(4)).count == 32)
        #expect(fabric.links(joining: [NodeID(1), NodeID(1)]) == [])
    }

    @Test func fatTree() throws {
        let spec = FabricSpec(kind: .fatTree, nodesPerLeaf: 2, spineOversubscription: 4)
        let fabric = try cluster(spec, ("dgx-a100", 4)).fabric
        #expect(names(fabric) == ["leaf-0000", "leaf-0001", "spine"])
        #expect(fabric.links.count == 4 + 2)
        #expect(fabric.links[0].capacity.rawValue == 200e9 && fabric.links[0].cables == 8)
        #expect(fabric.links[4].capacity.rawValue == 100e9)
        #expect(fabric.route(NodeID(0), NodeID(3), rail: 5) == [0, 4, 3, 5])
    }

    @Test func podsHaveACore() throws {
        let spec = FabricSpec(kind: .fatTree, nodesPerLeaf: 2, leafGroupsPerPod: 2, coreOversubscription: 2)
        let fabric = try cluster(spec, ("dgx-a100", 10)).fabric
        #expect(fabric.podCount == 3)
        #expect(names(fabric).suffix(4) == ["spine-00", "spine-01", "spine-02", "core"])
        #expect(fabric.distance(NodeID(0), NodeID(0)) == 0)
        #expect(fabric.distance(NodeID(0), NodeID(1)) == 1)
        #expect(fabric.distance(NodeID(0), NodeID(3)) == 2)
        #expect(fabric.distance(NodeID(0), NodeID(9)) == 3)
        #expect(fabric.tierSpanned(by: [NodeID(4), NodeID(5), NodeID(6)]) == 2)
        #expect(fabric.tierSpanned(by: []) == 0)
        #expect(fabric.leafGroupCount(of: [NodeID(6), NodeID(0), NodeID(7), NodeID(1)]) == 2)
        #expect(fabric.route(NodeID(0), NodeID(9)).count == 6)
        let core = try #require(fabric.uplink(ofPod: 0))
        #expect(fabric.links[core.position].capacity.rawValue == 400e9)
        #expect(fabric.links(joining: [NodeID(0), NodeID(9)]).count == 2 + 2 + 2)
    }

    @Test func singleSwitchJoinsAllPools() throws {
        let fabric = try cluster(.singleSwitch, ("dgx-a100", 3), ("cpu-96", 2)).fabric
        #expect(names(fabric) == ["switch"])
        #expect(fabric.groups.count == 1 && fabric.links.count == 5)
        #expect(fabric.distance(NodeID(0), NodeID(4)) == 1)
        #expect(fabric.route(NodeID(0), NodeID(4)) == [0, 4])
    }

    @Test func nodesWithoutCardsHaveNeighboursButNoLinks() throws {
        var builder = ClusterBuilder(name: "c", fabric: FabricSpec(kind: .railOptimized, nodesPerLeaf: 2))
        builder.add(NodePool(name: "p", count: 5, shape: NodeShape(name: "m", cpuMilli: 1, memoryBytes: 1)))
        let fabric = try builder.build().fabric
        #expect(fabric.switches.isEmpty && fabric.links.isEmpty)
        #expect(fabric.groups.map(\.nodeCount) == [2, 2, 1])
        #expect(fabric.distance(NodeID(0), NodeID(1)) == 1 && fabric.distance(NodeID(0), NodeID(2)) == 2)
        #expect(fabric.links(from: NodeID(0), to: NodeID(4)) == [])
        #expect(fabric.route(NodeID(0), NodeID(4)) == [])
    }

    /// Every link lies between two neighbouring tiers and is the route of some pair of nodes, for all kinds and many sizes.
    @Test(arguments: FabricSpec.Kind.allCases, [1, 3, 8])
    func wiringIsSound(kind: FabricSpec.Kind, nodes: Int) throws {
        for pods in [nil, 1, 2] {
            let spec = FabricSpec(kind: kind, nodesPerLeaf: 3, leafGroupsPerPod: pods)
            let cluster = try cluster(spec, ("dgx-h100", nodes), ("t4-4", 2))
            let fabric = cluster.fabric
            var used: Set<LinkID> = []
            for a in cluster.nodes {
                for b in cluster.nodes where a != b {
                    var routes: Set<LinkID> = []
                    for rail in 0..<8 {
                        let route = fabric.route(a, b, rail: rail)
                        if route.count != fabric.distance(a, b) * 2 { Issue.record("\(a) to \(b): \(route)") }
                        routes.formUnion(route)
                    }
                    used.formUnion(routes)
                    if !routes.isSubset(of: fabric.links(from: a, to: b)) { Issue.record("\(a) to \(b): \(routes)") }
                }
            }
            #expect(used.count == fabric.links.count)
            for link in fabric.links {
                #expect(link.capacity.rawValue > 0 && link.cables > 0)
                guard case .switch(let lower) = link.lower else { continue }
                #expect(
                    fabric.switches[lower.position].tier.rawValue + 1
                        == fabric.switches[link.upper.position].tier.rawValue)
            }
        }
    }

    @Test func hyperNodes() throws {
        let flat = try cluster(FabricSpec(kind: .fatTree, nodesPerLeaf: 2), ("dgx-a100", 3))
        #expect(flat.hyperNodes.map(\.name) == ["leaf-0000", "leaf-0001", "all"])
        #expect(flat.hyperNodes.map(\.tier) == [1, 1, 2])
        #expect(flat.hyperNodes[1].nodes == [NodeID(2)] && flat.hyperNodes[1].parent == HyperNodeID(2))
        let pods = try cluster(FabricSpec(kind: .fatTree, nodesPerLeaf: 2, leafGroupsPerPod: 1), ("dgx-a100", 3))
        #expect(pods.hyperNodes.map(\.name) == ["leaf-0000", "leaf-0001", "pod-00", "pod-01", "all"])
        #expect(pods.hyperNodes[1].parent == HyperNodeID(3) && pods.hyperNodes[3].parent == HyperNodeID(4))
        let one = try cluster(.singleSwitch, ("dgx-a100", 3))
        #expect(one.hyperNodes.map(\.name) == ["leaf-0000"])
    }

    @Test func nvlinkRacksAreTheNearestTier() throws {
        let spec = FabricSpec(kind: .railOptimized, nodesPerLeaf: 8)
        let cluster = try cluster(spec, ("dgx-a100", 4), ("gb200-nvl72", 36), ("t4-4", 3))
        #expect(cluster.hyperNodes.map(\.name) == ["leaf-0000", "nvl-0000", "nvl-0001", "leaf-0006", "all"])
        #expect(cluster.hyperNodes[1].nodes.count == 18)
        let covered = cluster.hyperNodes.filter { $0.tier == 1 }.flatMap(\.nodes)
        #expect(covered == cluster.nodes)
    }
}

extension Fabric {
    /// The links of a route, as `forEachLink` visits them.
    fileprivate func route(_ a: NodeID, _ b: NodeID, rail: Int = 0) -> [LinkID] {
        var result: [LinkID] = []
        forEachLink(from: a, to: b, rail: rail) { result.append($0) }
        return result
    }
}

extension LinkID: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int32) { self.init(index: value) }
}
