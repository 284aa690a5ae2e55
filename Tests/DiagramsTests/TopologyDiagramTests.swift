import ClusterModel
import Quantities
import Testing

@testable import Diagrams

@Suite struct TopologyDiagramTests {
    private func cluster(_ spec: FabricSpec = .singleSwitch, _ pools: (String, Int)...) throws -> Cluster {
        var builder = ClusterBuilder(name: "c", fabric: spec)
        for (index, pool) in pools.enumerated() {
            let shape = try #require(HardwareCatalogue.builtIn.shape(named: pool.0))
            builder.add(NodePool(name: "p\(index)", count: pool.1, shape: shape))
        }
        return try builder.build()
    }

    @Test func smallWorldAsText() throws {
        let dot = TopologyDiagram(try cluster(.singleSwitch, ("t4-4", 1)), utilization: [0.42]).dot
        let open = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\""
        let lines = dot.split(separator: "\n").map(String.init)
        #expect(lines.first == "digraph topology {" && lines.last == "}")
        #expect(
            lines[4] == "  n0 [label=<\(open) CELLPADDING=\"4\"><TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"#17202a\" "
                + "POINT-SIZE=\"13\"><B>switch</B></FONT></TD></TR></TABLE>>];")
        #expect(
            lines[5] == "  n1 [label=<\(open) CELLPADDING=\"4\"><TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"#17202a\" "
                + "POINT-SIZE=\"13\"><B>p0-0000</B></FONT></TD></TR><TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"#5b6775\" "
                + "POINT-SIZE=\"11\">4 × t4</FONT></TD></TR></TABLE>>];")
        #expect(
            lines[6] == "  n0 -> n1 [color=\"#0072b2\", penwidth=5, label=<\(open) CELLPADDING=\"2\"><TR><TD "
                + "ALIGN=\"LEFT\"><FONT COLOR=\"#5b6775\" POINT-SIZE=\"11\">50 Gb/s</FONT></TD></TR><TR><TD "
                + "ALIGN=\"LEFT\"><FONT COLOR=\"#17202a\" POINT-SIZE=\"11\">42 %</FONT></TD></TR></TABLE>>];")
        #expect(lines.count == 8)
    }

    @Test func moreThanEightSiblingsAreAStack() throws {
        #expect(!TopologyDiagram(try cluster(.singleSwitch, ("t4-4", 8))).dot.contains("×\u{20}8"))
        let nine = TopologyDiagram(try cluster(.singleSwitch, ("t4-4", 9))).dot
        #expect(nine.contains("p0-0000 … p0-0008") && nine.contains("× 9<") && nine.contains("peripheries=2"))
    }

    @Test func stacksKeepTheHighestLoad() throws {
        let cluster = try cluster(.singleSwitch, ("t4-4", 20))
        var utilization = [Double](repeating: 0.1, count: 20)
        utilization[13] = 0.95
        let dot = TopologyDiagram(cluster, utilization: utilization).dot
        #expect(dot.contains("14 %, max 95 %") && dot.contains("color=\"\(DiagramTheme.light.load[4])\""))
    }

    @Test func nvlinkDomainsStandBetweenLeafAndNode() throws {
        let dot = TopologyDiagram(try cluster(FabricSpec(kind: .railOptimized, nodesPerLeaf: 18), ("gb200-nvl72", 30)))
            .dot
        #expect(dot.contains("NVLink domain 0") && dot.contains("48 of 72 GPUs here"))
        #expect(dot.contains("3.6 TB/s each"))
    }

    /// Whatever is stacked, the picture stands for every node once, and stays small.
    @Test(arguments: FabricSpec.Kind.allCases, [1, 5, 40, 700])
    func everyNodeIsInThePictureOnce(kind: FabricSpec.Kind, nodes: Int) throws {
        for pods in [nil, 3] {
            let spec = FabricSpec(kind: kind, nodesPerLeaf: 7, spineOversubscription: 3, leafGroupsPerPod: pods)
            let cluster = try cluster(spec, ("dgx-h100", nodes), ("gb200-nvl72", nodes), ("cpu-96", nodes / 3))
            for shown in [1, 8] {
                let builder = TopologyBuilder(cluster: cluster, utilization: nil, siblingsShown: shown)
                #expect(builder.roots().reduce(0) { $0 + $1.nodes } == cluster.nodeCount)
            }
            let boxes = TopologyDiagram(cluster).dot.split(separator: "\n").count { $0.contains(" [label=<<TABLE") }
            #expect(boxes < 150)
        }
    }

    @Test func emptyAndUnwiredClusters() throws {
        var builder = ClusterBuilder(name: "none", fabric: FabricSpec(kind: .fatTree, nodesPerLeaf: 2))
        builder.add(NodePool(name: "p", count: 0, shape: NodeShape(name: "m", cpuMilli: 1, memoryBytes: 1)))
        #expect(try !Graphviz.render(TopologyDiagram(builder.build()).dot, as: .svg).isEmpty)
        builder.add(NodePool(name: "q", count: 3, shape: NodeShape(name: "m", cpuMilli: 1500, memoryBytes: 1)))
        let dot = TopologyDiagram(try builder.build()).dot
        #expect(dot.contains("no network cards") && dot.contains("1.5 CPUs"))
        #expect(try !Graphviz.render(dot, as: .svg).isEmpty)
    }
}

extension TopologyBox {
    /// Nodes that this box stands for.
    fileprivate var nodes: Int { count * (kind == .node ? 1 : children.reduce(0) { $0 + $1.nodes }) }
}
