import ClusterModel
import Quantities
import Testing

@Suite struct ClusterBuilderTests {
    private let catalogue = HardwareCatalogue.builtIn

    private func pool(_ name: String, _ count: Int, _ machine: String = "dgx-h100") throws -> NodePool {
        NodePool(name: name, count: count, shape: try #require(catalogue.shape(named: machine)))
    }

    /// The paths of the issues that a change to a sound cluster brings.
    private func issues(_ change: (inout ClusterBuilder) -> Void) throws -> [String] {
        var builder = ClusterBuilder(name: "c")
        builder.add(try pool("a", 2))
        builder.add(try pool("b", 1, "t4-4"))
        change(&builder)
        do {
            _ = try builder.build()
            return []
        } catch {
            return error.issues.map(\.path)
        }
    }

    @Test func namesOffsetsAndHandles() throws {
        var builder = ClusterBuilder(name: "c", fabric: FabricSpec(kind: .fatTree, nodesPerLeaf: 4))
        builder.add(try pool("a", 10))
        builder.add(try pool("cpu", 2, "cpu-96"))
        builder.add(try pool("t", 3, "t4-4"))
        let cluster = try builder.build()
        #expect(cluster.nodeCount == 15 && cluster.totalGPUs == 92)
        #expect(cluster.nodeName(NodeID(7)) == "a-0007")
        #expect(cluster.nodeName(NodeID(12)) == "t-0000")
        #expect(cluster.pool(of: NodeID(11)) == PoolID(1))
        #expect(cluster.gpuOffset(of: NodeID(12)) == 80 && cluster.gpuCount(of: NodeID(12)) == 4)
        #expect(cluster.gpuModel(of: NodeID(10)) == nil)
        #expect(cluster.gpuCard(try #require(cluster.gpuModel(of: NodeID(14)))).name == "t4")
        #expect(cluster.pool(named: "t") == PoolID(2))
        for gpu in 0..<cluster.totalGPUs {
            let node = cluster.node(ofGPU: gpu)
            let first = cluster.gpuOffset(of: node)
            #expect(first <= gpu && gpu < first + cluster.gpuCount(of: node))
        }
    }

    @Test func racksAndNVLinkDomains() throws {
        var builder = ClusterBuilder(name: "c")
        builder.add(try pool("a", 10))
        builder.add(try pool("nvl", 36, "gb200-nvl72"))
        builder.add(try pool("t", 3, "t4-4"))
        var islands = try pool("i", 2)
        islands.shape.nvlinkDomainGPUs = 4
        builder.add(islands)
        let cluster = try builder.build()
        #expect(cluster.rackCount == 3 + 2 + 1 + 1)
        #expect(cluster.rack(of: NodeID(9)) == RackID(2))
        #expect(cluster.rackName(cluster.rack(of: NodeID(28))) == "nvl-rack-01")
        #expect(cluster.rackName(cluster.rack(of: NodeID(50))) == "i-rack-00")
        #expect(cluster.nvlinkDomain(of: NodeID(3)) == NVLinkDomainID(3))
        #expect(cluster.nvlinkDomain(of: NodeID(10)) == cluster.nvlinkDomain(of: NodeID(27)))
        #expect(cluster.nvlinkDomain(of: NodeID(27)) != cluster.nvlinkDomain(of: NodeID(28)))
        #expect(cluster.nvlinkDomain(of: NodeID(46)) == nil)
        #expect(cluster.nvlinkDomain(of: NodeID(49)) == nil, "two islands")
        #expect(cluster.nvlinkDomain(of: NodeID(49), gpu: 3) == NVLinkDomainID(12))
        #expect(cluster.nvlinkDomain(of: NodeID(49), gpu: 4) == NVLinkDomainID(13))
        #expect(cluster.nvlinkDomainCount == 10 + 2 + 0 + 4)
    }

    @Test func labelsAreSorted() throws {
        var builder = ClusterBuilder(name: "c")
        var labelled = try pool("a", 1)
        labelled.labels = [Label("zone", "2"), Label("arch", "x")]
        labelled.taints = [Taint(key: "gpu", value: "yes", effect: .noSchedule)]
        builder.add(labelled)
        let cluster = try builder.build()
        #expect(cluster.labels(of: NodeID(0)).map(\.key) == ["arch", "zone"])
        #expect(cluster.taints(of: NodeID(0)).first?.effect == .noSchedule)
    }

    @Test func soundClusterHasNoIssues() throws {
        #expect(try issues { _ in } == [])
        #expect(try issues { $0.pools[0].count = 0 } == [], "an empty pool is allowed")
    }

    @Test func everyFaultIsNamed() throws {
        #expect(try issues { $0.pools = [] } == ["nodePools"])
        #expect(try issues { $0.name = "" } == ["name"])
        #expect(try issues { $0.pools[1].name = "a" } == ["nodePools[1].name"])
        #expect(try issues { $0.pools[0].count = -1 } == ["nodePools[0].count"])
        #expect(try issues { $0.pools[0].count = .max } == ["nodePools"])
        #expect(try issues { $0.pools[0].shape.gpuCount = 33 }.first == "nodePools[0].gpuCount")
        #expect(try issues { $0.pools[0].shape.gpuModel = nil } == ["nodePools[0].gpu"])
        #expect(try issues { $0.pools[0].shape.gpuModel = GPUModelID(999) } == ["nodePools[0].gpu"])
        #expect(try issues { $0.pools[0].shape.cpuMilli = -1 } == ["nodePools[0].cpu"])
        #expect(try issues { $0.pools[0].shape.nvlinkDomainGPUs = 12 } == ["nodePools[0].nvlinkDomainGPUs"])
        #expect(try issues { $0.pools[0].shape.nicRate = BytesPerSecond(rawValue: .nan) } == ["nodePools[0].nicRate"])
        #expect(try issues { $0.pools[0].shape.nodesPerRack = 0 } == ["nodePools[0].nodesPerRack"])
        #expect(try issues { $0.pools[0].labels = [Label("a", "1"), Label("a", "2")] } == ["nodePools[0].labels"])
        #expect(try issues { $0.pools[0].nodeNames = ["x"] } == ["nodePools[0].nodeNames"])
        #expect(try issues { $0.pools[0].nodeNames = ["x", "x"] } == ["nodePools[0].nodeNames"])
        #expect(try issues { $0.pools[0].nodeNames = ["x", "b-0000"] } == ["nodePools[1].name"])
        #expect(try issues { $0.fabric.nodesPerLeaf = 0 } == ["fabric.nodesPerLeaf"])
        #expect(try issues { $0.fabric.spineOversubscription = 0 } == ["fabric.spineOversubscription"])
        #expect(try issues { $0.fabric.coreOversubscription = .infinity } == ["fabric.coreOversubscription"])
        #expect(try issues { $0.fabric.leafGroupsPerPod = 0 } == ["fabric.leafGroupsPerPod"])
        #expect(try issues { $0.fabric.spines = 0 } == ["fabric.spines"])
        #expect(
            try issues { builder in
                (0..<70).forEach { builder.add(NodePool(name: "x\($0)", count: 1, shape: builder.pools[1].shape)) }
            } == ["nodePools"])
    }

    @Test func allFaultsAtOnce() throws {
        let found = try issues {
            $0.pools[0].count = -1
            $0.pools[1].shape.nics = -2
            $0.fabric.nodesPerLeaf = -3
        }
        #expect(found == ["nodePools[0].count", "nodePools[1].nics", "fabric.nodesPerLeaf"])
    }
}
