import Configuration
import KubernetesObjects
import Scheduling

/// Tables about resource-strategy-fit and numa-aware.
enum ScoreTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("mostRequestedScore", mostRequestedScore),
        ("resourceConfigWithPrefix", resourceConfigWithPrefix),
        ("score", score),
        (
            "bestEffortMerge",
            { (check, differences) throws(CaseProblem) in try merge(check, &differences, .bestEffort) }
        ),
        (
            "singleNumaNodeMerge",
            { (check, differences) throws(CaseProblem) in try merge(check, &differences, .singleNUMANode) }
        ),
    ]

    private static let mostRequestedScore: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let args = try check.fields.fields("args")
        let got = ResourceStrategy.mostRequested(
            try args.number("requested") ?? 0, used: try args.number("used") ?? 0,
            capacity: try args.number("capacity") ?? 0, weight: try args.integer("weight") ?? 0)
        differences.compare(
            check.subject + " error", expected: try check.fields.boolean("wantErr"), got: got == nil)
        differences.compare(check.subject, expected: try check.fields.number("want") ?? 0, got: got ?? 0)
    }

    private static let resourceConfigWithPrefix: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let args = try check.fields.fields("args")
        let strategy = ResourceStrategy(weight: 1, rules: try rules(args))
        let got = strategy.rule(for: try args.string("resourceName"))
        differences.compare(
            check.subject + " found", expected: try check.fields.boolean("wantFound"), got: got != nil)
        let expected = try check.fields.fields("wantConfig")
        differences.compare(
            check.subject + " type", expected: try expected.string("type"), got: got?.kind?.rawValue ?? "")
        differences.compare(
            check.subject + " weight", expected: try expected.integer("weight") ?? 0, got: got?.weight ?? 0)
    }

    private static let score: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let args = try check.fields.fields("args")
        let task = try args.fields("task")
        let request = try ResourceAmount(task.fields("resreq"))
        let node = try args.fields("node")
        let (used, allocatable) = try (ResourceAmount(node.fields("used")), ResourceAmount(node.fields("allocatable")))
        let names = ResourceNames(
            scalars: [request, used, allocatable].flatMap { Array($0.scalars.keys) })
        let weight = try args.fields("weight")
        let strategy = ResourceStrategy(weight: try weight.integer("weight") ?? 0, rules: try rules(weight))
        let annotations = try task.optional("pod").map { (node) throws(CaseProblem) in try readPod(node) }?
            .metadata.annotations
        let terms = strategy.terms(of: request.resource(names), annotations: annotations ?? [:], names: names)
        let got = terms.map {
            strategy.score($0, used: used.resource(names), allocatable: allocatable.resource(names))
        }
        differences.compare(
            check.subject, expected: try check.fields.number("want") ?? 0, got: got ?? 0, tolerance: 1e-6)
    }

    private static func rules(_ fields: CaseFields) throws(CaseProblem) -> [String: ResourceStrategy.Rule] {
        var rules: [String: ResourceStrategy.Rule] = [:]
        for (name, rule) in try fields.mappings("resources") {
            rules[name] = ResourceStrategy.Rule(
                kind: ResourceStrategy.Kind(rawValue: try rule.string("type")), weight: try rule.integer("weight") ?? 0)
        }
        return rules
    }

    /// The machine has the NUMA nodes 0 and 1.
    private static func merge(
        _ check: UnitCheck, _ differences: inout Differences, _ policy: NUMAPolicy
    ) throws(CaseProblem) {
        var providers: [NUMAProviderHints] = []
        for provider in try check.fields.list("providersHints") {
            var hints: NUMAProviderHints = []
            for entry in provider.entries {
                var list: [NUMAHint] = []
                for fields in try provider.list(entry.key) { list.append(try hint(fields)) }
                hints.append((resource: entry.key, hints: list))
            }
            providers.append(hints)
        }
        let got = policy.judge(providers, nodes: NUMANodeSet([0, 1])).best
        let expected = try hint(check.fields.fields("expect"))
        differences.compare(
            check.subject + " nodes", expected: (expected.nodes?.ids ?? []).map(String.init),
            got: (got.nodes?.ids ?? []).map(String.init))
        differences.compare(check.subject + " preferred", expected: expected.isPreferred, got: got.isPreferred)
    }

    private static func hint(_ fields: CaseFields) throws(CaseProblem) -> NUMAHint {
        let ids = try fields.strings("numaNodeAffinity").compactMap { Int($0) }
        return NUMAHint(nodes: NUMANodeSet(ids), isPreferred: try fields.boolean("preferred"))
    }
}
