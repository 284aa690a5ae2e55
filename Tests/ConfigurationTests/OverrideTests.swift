import Configuration
import Testing

@Suite("Overrides")
struct OverrideTests {
    static let text = """
        spec:
          seed: 7
          clusters:
            - name: east
              nodePools:
                - {name: h100, count: 32, labels: {topology.kubernetes.io/zone: a}}
                - {name: a100, count: 4}
        """

    private func applying(_ arguments: String...) throws -> YAMLNode {
        var root = try #require(documents(Self.text).first)
        for (index, argument) in arguments.enumerated() {
            try Override(argument: argument, number: index + 1).apply(to: &root)
        }
        return root
    }

    private func pool(_ root: YAMLNode, _ index: Int) -> YAMLNode? {
        guard case .sequence(let clusters)? = root["spec"]?["clusters"]?.content,
            case .sequence(let pools)? = clusters.first?["nodePools"]?.content
        else { return nil }
        return index < pools.count ? pools[index] : nil
    }

    @Test func valuesAreSetByIndexAndByName() throws {
        let root = try applying("spec.clusters[0].nodePools[0].count=40", "spec.clusters[east].nodePools[a100].count=5")
        #expect(pool(root, 0)?["count"]?.content == .scalar(text: "40", style: .plain))
        #expect(pool(root, 0)?["count"]?.origin == .override(SourcePosition(file: "--set", line: 1, column: 37)))
        #expect(pool(root, 1)?["count"]?.origin.position?.description == "--set:2:43")
        #expect(pool(root, 1)?["name"]?.origin.position?.file == "t.yaml")
    }

    @Test func valuesAreYAML() throws {
        let root = try applying("spec.failures.node={mtbf: 90d, repair: \"4h\"}", "spec.note='a=b'")
        let node = root["spec"]?["failures"]?["node"]
        #expect(node?["repair"]?.content == .scalar(text: "4h", style: .quoted))
        #expect(node?["repair"]?.origin.position?.column == 40)
        #expect(root["spec"]?["note"]?.content == .scalar(text: "a=b", style: .quoted))
    }

    @Test func quotedKeysMayHoldDots() throws {
        let root = try applying("spec.clusters[0].nodePools[0].labels[\"topology.kubernetes.io/zone\"]=b")
        #expect(pool(root, 0)?["labels"]?["topology.kubernetes.io/zone"]?.content == .scalar(text: "b", style: .plain))
    }

    @Test func nullRemoves() throws {
        let root = try applying("spec.seed=null", "spec.clusters[0].nodePools[0]=")
        #expect(root["spec"]?["seed"] == nil)
        #expect(pool(root, 0)?["name"]?.content == .scalar(text: "a100", style: .plain))
        #expect(pool(root, 1) == nil)
    }

    @Test(arguments: [
        ("spec.seed", "--set:1:1: expected path=value, found \"spec.seed\""),
        ("=3", "--set:1:1: a key is missing in the path"),
        ("spec..seed=3", "--set:1:6: a key is missing in the path"),
        ("spec.clusters[0=3", "--set:1:16: \"]\" is missing in the path"),
        ("spec.clusters[]=3", "--set:1:15: an index or name is missing in the path"),
        ("spec.\"seed=3", "--set:1:1: expected path=value"),
        ("spec.clusters[0]x=3", "--set:1:17: unexpected \"x\" in the path"),
        ("spec.clusters[3].name=w", "--set:1:15: spec.clusters: has 1 element, so none with index 3"),
        ("spec.clusters[eats].name=w", "has no element named \"eats\"; did you mean \"east\"?"),
        ("spec.clusters.name=w", "--set:1:15: spec.clusters: is a list, which has no \"name\"; choose an element"),
        ("spec.seed.low=1", "--set:1:11: spec.seed: is the number 7, which has no \"low\"; set the whole value"),
        ("spec.queues[0].name=a", "--set:1:13: spec.queues: does not exist, so it has no element 0"),
        ("spec.seed=[1", "--set:1:13: not valid YAML"),
        ("spec.seed={a: 1, a: 2}", "--set:1:18: key \"a\" is already given"),
    ])
    func badOverridesAreExplained(argument: String, expected: String) throws {
        let error = #expect(throws: InvalidInput.self) { try applying(argument) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }

    @Test func endlessPathsAreRefused() {
        let path = Array(repeating: "a", count: 100_000).joined(separator: ".")
        let error = #expect(throws: InvalidInput.self) { try Override(argument: path + "=1", number: 1) }
        #expect(error?.description.contains("more than 50 parts") == true)
    }
}
