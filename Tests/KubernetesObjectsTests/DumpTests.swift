import Configuration
import Foundation
import Testing

@testable import KubernetesObjects

@Suite("Dumps")
struct DumpTests {
    private static func read(_ bytes: [UInt8]) throws -> (ObjectSet, [String]) {
        var reader = ObjectReader()
        try reader.read(SourceText(name: "dump", bytes: bytes))
        return (reader.objects, reader.skipped.map { "\($0.kind) \($0.count)" })
    }

    @Test func jsonAndYAMLOfOneWorldGiveTheSameObjects() throws {
        for seed in 0..<UInt64(YAMLTokenTests.isFull ? 500 : 60) {
            var dump = RandomDump(seed: seed)
            let world = dump.world()
            let (json, yaml) = (DumpText.json(world), DumpText.yaml(world))
            let fromJSON = try Self.read(json)
            let fromYAML = try Self.read(yaml)
            #expect(fromJSON.0 == fromYAML.0, "\(seed)")
            #expect(fromJSON.1 == fromYAML.1)
            #expect(YAMLTokenTests.isAccepted(try SourceText(name: "dump", bytes: yaml)), "\(seed)")
            var general = ObjectReader()
            for document in try YAMLReader.documents(in: SourceText(name: "dump", bytes: yaml)) {
                try general.add(document, path: "")
            }
            #expect(general.objects == fromYAML.0)
            #expect(fromJSON.0.count + Self.number(of: "Service", in: world) == world.count)
        }
    }

    private static func number(of kind: String, in world: [JSONValue]) -> Int {
        world.count { $0["kind"] == .string(kind) }
    }

    @Test func mutatedDumpsAreReadOrRefusedWithAPlace() {
        var random = SplitMix64(state: 99)
        for seed in 0..<UInt64(YAMLTokenTests.isFull ? 10_000 : 300) {
            var dump = RandomDump(seed: seed % 50)
            let world = dump.world()
            var bytes = random.below(2) == 0 ? DumpText.json(world) : DumpText.yaml(world)
            for _ in 0...random.below(4) { Mutation.apply(to: &bytes, &random) }
            do {
                _ = try Self.read(bytes)
            } catch let error as InvalidInput {
                #expect(error.diagnostics.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 })
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test func findingsOfJSONHaveTheirPlaces() {
        #expect(
            findings(
                "{\"kind\": \"Pod\",\n \"metadata\": {\"name\": \"é\", \"uid\": 5},\n \"spec\": {\"priority\": 1.5}}")
                == [
                    "dump.yaml:2:35: metadata.uid: expected a string, found the number 5; put it in quotes",
                    "dump.yaml:3:23: spec.priority: expected a whole number, found the number 1.5",
                ])
        #expect(
            findings("{\"kind\": \"Pod\",\n \"metadata\": {\"name\": \"a\" \"uid\": 5}}\n") == [
                "dump.yaml:2:27: not valid JSON: expected , or } after a value"
            ])
        #expect(
            findings("{\"kind\": \"Pod\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\", \"name\": \"b\"}}").count
                == 1)
    }

    @Test func keysGivenTwiceAreErrorsWhereTheyMatter() {
        for text in [
            "{\"kind\": \"Node\", \"metadata\": {\"name\": \"a\", \"labels\": {\"x\": \"1\", \"x\": \"2\"}}}",
            "{\"kind\": \"Node\", \"metadata\": {\"name\": \"a\"}, \"status\": {\"capacity\": {\"cpu\": 1, \"cpu\": 2}}}",
            "{\"kind\": \"Node\", \"metadata\": {\"name\": \"a\", \"annotations\": {\"x\": \"1\", \"x\": \"2\"}}}",
        ] {
            let found = findings(text)
            #expect(found.count == 1 && found.first?.contains("is given twice") == true, "\(found)")
        }
        #expect(
            findings("kind: Node\nmetadata: {name: a, labels: {x: b, x: c}}\n").first?.contains("is given twice")
                == true)
    }

    @Test func aTextTooLargeForATreeMustBePlain() throws {
        var reader = ObjectReader()
        reader.treeLimit = 10
        let plain = try SourceText(name: "a.yaml", text: "kind: Node\nmetadata:\n  name: a\n")
        try reader.read(plain)
        let anchored = try SourceText(name: "a.yaml", text: "kind: Node\nmetadata:\n  name: &a a\n")
        let error = #expect(throws: InvalidInput.self) { try reader.read(anchored) }
        #expect(
            error?.description
                == "a.yaml:3:9: not plain YAML, or not valid: an anchor, alias or tag; a text this large must be JSON or YAML as kubectl writes it"
        )
        #expect(reader.objects.nodes.count == 1)
    }

    @Test func clustersAsTheyAreDumpedAreReadWithoutATree() throws {
        var cluster = LargeCluster()
        let json = try SourceText(name: "a.json", bytes: cluster.dump(nodes: 3, pods: 5, isJSON: true))
        cluster = LargeCluster()
        let yaml = try SourceText(name: "a.yaml", bytes: cluster.dump(nodes: 3, pods: 5, isJSON: false))
        var readers = [ObjectReader(), ObjectReader()]
        readers[0].treeLimit = 0
        readers[1].treeLimit = 0
        try readers[0].read(json)
        try readers[1].read(yaml)
        #expect(readers[0].objects == readers[1].objects && readers[0].objects.count == 8)
    }

    @Test func severalJSONValuesAndFlowYAMLAreRead() throws {
        let node = #"{"kind": "Node", "metadata": {"name": "a"}}"#
        #expect(try objects("\(node)\n\(node)").nodes.count == 2)
        #expect(try objects("[\(node), \(node)]").nodes.count == 2)
        #expect(try objects("{kind: Node, metadata: {name: a}}") == objects(node))
        #expect(try objects("kind: &k Node\nmetadata: {name: a}\n") == objects(node))
    }
}

@Suite("JSON tokens")
struct JSONTokenTests {
    /// What Foundation reads is read, and nothing else.
    @Test func mutatedJSONIsAcceptedAsFoundationDoes() throws {
        var random = SplitMix64(state: 5)
        var accepted = 0
        for seed in 0..<UInt64(YAMLTokenTests.isFull ? 100_000 : 3_000) {
            var bytes = Array(Self.seeds[random.below(Self.seeds.count)].utf8)
            if seed >= Self.seeds.count { Mutation.apply(to: &bytes, &random) }
            guard let text = try? SourceText(name: "a.json", bytes: bytes) else { continue }
            let outcome = text.bytes.withUnsafeBufferPointer { TokenTree.outcome(JSONTokens($0, file: "a.json")) }
            let expected = try? JSONSerialization.jsonObject(with: Data(text.bytes), options: .fragmentsAllowed)
            if case .documents(let documents) = outcome, documents.count == 1 {
                accepted += 1
                if expected == nil { Issue.record("accepted: \(String(decoding: bytes, as: UTF8.self))") }
            } else if expected != nil, !Self.isLenient(bytes) {
                Issue.record("refused: \(String(decoding: bytes, as: UTF8.self)): \(outcome)")
            }
        }
        #expect(accepted > 100)
    }

    /// Whether a comma stands before a closing bracket, which Foundation overlooks.
    private static func isLenient(_ bytes: [UInt8]) -> Bool {
        let text = bytes.filter { !" \n\r\t".utf8.contains($0) }
        return zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: ",") && "]},".utf8.contains($1) }
    }

    @Test func textsAreUnescaped() throws {
        let text = try SourceText(
            name: "a.json", text: #"["\"\\\/\b\f\n\r\t", "\u00e9\ud83d\ude00", "\ud83d", "\ude00x", "é😀"]"#)
        let outcome = text.bytes.withUnsafeBufferPointer { TokenTree.outcome(JSONTokens($0, file: "a.json")) }
        guard case .documents(let documents) = outcome, case .sequence(let elements)? = documents.first?.content else {
            Issue.record("\(outcome)")
            return
        }
        let texts = elements.map { if case .scalar(let text, .quoted) = $0.content { text } else { "" } }
        #expect(texts == ["\"\\/\u{8}\u{C}\n\r\t", "é😀", "\u{FFFD}", "\u{FFFD}x", "é😀"])
    }

    @Test func whatBreaksTheRulesIsTold() throws {
        let cases = [
            ("{\"a\": 1,}", "1:9: not valid JSON: expected a key in double quotes"),
            ("[1", "1:3: not valid JSON: the text ends inside an array"),
            ("[01]", "1:2: not valid JSON: expected a number"), ("[nul]", "1:2: not valid JSON: expected a value"),
            ("{\"a\" 1}", "1:6: not valid JSON: expected : after a key"),
            ("[\"\\x\"]", "1:3: not valid JSON: unknown escape in a string"),
            (
                "[\"a\n\"]",
                "1:4: not valid JSON: a line break or control character inside a string; write \\n and the like"
            ),
            ("[\"\\u12\"]", "1:3: not valid JSON: \\u needs four hexadecimal digits"),
            ("[\"a", "1:4: not valid JSON: the text ends inside a string"),
            (String(repeating: "[", count: 201), "1:201: not valid JSON: nested deeper than 200 levels"),
        ]
        for (json, message) in cases {
            let text = try SourceText(name: "a", text: json)
            let outcome = text.bytes.withUnsafeBufferPointer { TokenTree.outcome(JSONTokens($0, file: "a")) }
            guard case .refused(let failure) = outcome else {
                Issue.record("accepted \(json)")
                continue
            }
            #expect(failure.description == "a:" + message)
        }
    }

    private static let seeds = [
        #"{"a": [1, -2.5e+3, 0, true, false, null], "b": {"c": "d\n\u00e9", "": ""}, "e": []}"#,
        "[[[{\"a\": {}}]], \"a rather long text without escapes\", 1E5, 0.25]", "  \"text\"  ", "-0", "[\n\t1 , 2\r\n]",
    ]
}
