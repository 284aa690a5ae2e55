import Configuration
import KubernetesObjects
import Scheduling

/// Tables about HyperNodes and the plugin that scores them.
enum TopologyTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("ancestors", ancestors),
        ("lowestCommonAncestor", lowestCommonAncestor),
        ("gradientPreFilter", gradientPreFilter),
        ("pluginArguments", pluginArguments),
    ]

    private static let ancestors: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var objects = ObjectSet()
        for node in try check.fields.elements("initialHyperNodes") {
            objects.append(try readObject(node, apiVersion: "topology.volcano.sh/v1alpha1", kind: "HyperNode"))
        }
        let tree = HyperNodeTree(objects: objects, nodeIndex: [:], nodeCount: 0)
        let name = try check.fields.string("hyperNodeName")
        guard let hyperNode = tree.named(name) else { throw .malformed("no HyperNode \(name)") }
        differences.compare(
            check.subject, expected: try check.fields.strings("expectedAncestors"),
            got: tree.ancestors(of: hyperNode).filter { $0 != tree.top }.map(tree.name))
    }

    private static let lowestCommonAncestor: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var parents: [String: String] = [:]
        for (name, fields) in try check.context.mappings("hyperNodes") {
            fields.ignore("tier")
            let parent = try fields.string("parent")
            if !parent.isEmpty { parents[name] = parent }
        }
        let got = HyperNodeTree.lowestCommonAncestor(
            try check.fields.string("hypernode"), try check.fields.string("jobHyperNode")
        ) { parents[$0] }
        differences.compare(check.subject, expected: try check.fields.string("expectedLCA"), got: got ?? "")
    }

    /// The HyperNode judged is of tier 1. What is allocatable is not stated: it is taken as twice what is idle.
    private static let gradientPreFilter: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        check.context.ignore("setup")
        _ = try check.fields.boolean("isSubJob")
        let names = ResourceNames(scalars: [])
        func amount(_ key: String) throws(CaseProblem) -> Resource {
            try ResourceAmount(check.fields.fields(key)).resource(names)
        }
        let idle = try amount("idleResource")
        let passes = NetworkTopologyPreFilter.passes(
            try amount("minResource"), idle: idle, futureIdle: try amount("futureIdleResource"),
            allocatable: idle.adding(idle), try check.fields.integer("purpose") == 1 ? .evict : .allocate)
        let boundary = try check.fields.integer("highestAllowedTier") ?? 0
        differences.compare(
            check.subject, expected: try check.fields.boolean("expectTier1Selected"), got: passes && boundary >= 1)
    }

    private static let pluginArguments: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let arguments = NetworkTopologyArguments(
            PluginArguments(try check.fields.map("arguments") { (node, _) throws(CaseProblem) in node.json }))
        let expected = try check.fields.fields("expectedPlugin")
        let weight = try expected.fields("weight")
        func compare<Value: Equatable>(_ key: String, _ expected: Value, _ got: Value) {
            differences.compare(check.subject + " " + key, expected: expected, got: got)
        }
        compare("weight", try weight.integer("globalWeight"), arguments.weight)
        compare("cpu", try weight.integer("hyperNodeBinPackingCPU"), arguments.cpuWeight)
        compare("memory", try weight.integer("hyperNodeBinPackingMemory"), arguments.memoryWeight)
        compare("resources", try weight.integerMap("hyperNodeBinPackingResources"), arguments.scalarWeights)
        let normal = try expected.fields("normalPodConfig")
        compare("normal-pod.enable", try normal.boolean("hyperNodeBinPackingEnable"), arguments.scoresNormalPods)
        compare("normal-pod.fading", try normal.number("hyperNodeBinPackingFading"), arguments.fading)
    }
}
