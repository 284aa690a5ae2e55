import Configuration
import Testing

/// The documents of `text` in a file called `t.yaml`.
func documents(_ text: String) throws(InvalidInput) -> [YAMLNode] {
    try YAMLReader.documents(in: SourceText(name: "t.yaml", text: text))
}

/// What is wrong with `text`, one line per finding; empty if nothing is.
func faults(_ text: String) -> [String] {
    do throws(InvalidInput) {
        _ = try YAMLReader.document(in: SourceText(name: "t.yaml", text: text))
        return []
    } catch {
        return error.diagnostics.map(\.description)
    }
}

@Suite("YAML reader")
struct YAMLReaderTests {
    @Test func everyKeyAndValueKnowsItsPlace() throws {
        let root = try #require(documents("spec:\n  seed: 7\n  pools: [a, {name: ä, count: 2}]\n").first)
        let pools = try #require(root["spec"]?["pools"])
        guard case .sequence(let elements) = pools.content else {
            Issue.record("pools is a list")
            return
        }
        #expect(root["spec"]?["seed"]?.origin.position == SourcePosition(file: "t.yaml", line: 2, column: 9))
        #expect(pools.origin.position?.description == "t.yaml:3:10")
        #expect(elements[0].origin.position?.column == 11)
        // Columns count characters, not bytes: ä is one.
        #expect(elements[1]["count"]?.origin.position?.column == 31)
        guard case .mapping(let entries) = elements[1].content else { return }
        #expect(entries.map(\.keyOrigin.position?.column) == [15, 24])
    }

    @Test(arguments: [
        ("", YAMLNode.Kind.null), ("~", .null), ("null", .null), ("Null", .null), ("nul", .string),
        ("true", .boolean), ("FALSE", .boolean), ("yes", .string), ("off", .string), ("tRue", .string),
        ("0", .integer), ("-12", .integer), ("+3", .integer), ("0x1F", .integer), ("0o17", .integer),
        ("0x", .string), ("0x-1", .string), ("0o8", .string), ("1_000", .string), ("1e3", .number),
        ("1.", .number), (".5", .number), (".", .string), ("-.inf", .number), (".NaN", .number),
        ("-.nan", .string), ("1e", .string), ("1.5.2", .string), ("7d", .string), ("0x1p3", .string),
        ("inf", .string), ("nan", .string), ("99999999999999999999", .integer), ("- 1", .sequence),
    ])
    func plainScalarsFollowTheCoreSchema(text: String, kind: YAMLNode.Kind) throws {
        let root = try #require(documents("a: \n  \(text)\n").first)
        #expect(root["a"]?.kind == kind)
    }

    @Test func quotedScalarsAreStrings() throws {
        let root = try #require(documents("a: '1'\nb: \"true\"\nc: |\n  2\nd: !!str 3\ne: ! 4\n").first)
        for key in ["a", "b", "c", "d", "e"] { #expect(root[key]?.kind == .string, "\(key)") }
    }

    @Test func aliasesStandForTheirAnchors() throws {
        let root = try #require(documents("a: &x {n: 1}\nb: *x\nc: [*x, *x]\n").first)
        #expect(root["b"] == root["a"])
        #expect(root["b"]?["n"]?.origin.position?.line == 1)
    }

    @Test func mergedKeysYieldToTheMappingsOwn() throws {
        let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  y: 3\n  <<: [*a, *b]\n  w: 3\n"
        let merged = try #require(documents(text).first?["c"])
        guard case .mapping(let entries) = merged.content else { return }
        #expect(entries.map(\.key) == ["y", "w", "x", "z"])
        #expect(merged["z"]?.origin.position?.line == 2)
        #expect(merged["y"]?.origin.position?.line == 4)
    }

    @Test func documentsOfOneText() throws {
        #expect(try documents("a: 1\n---\nb: 2\n...\n---\n# nothing\n---\nc: 3\n").count == 3)
        #expect(
            faults("a: 1\n---\nb: 2\n") == ["t.yaml:3:1: a second document in one file; keep one document per file"])
    }

    @Test(arguments: [
        ("", "t.yaml:1:1: is empty; a YAML document is expected"),
        ("# only a comment\n", "t.yaml:1:1: is empty; a YAML document is expected"),
        ("a: 1\na: 2\n", "t.yaml:2:1: key \"a\" is already given in line 1, column 1"),
        ("a: [1, 2\nb: 3\n", "t.yaml:2:2: not valid YAML while parsing a flow sequence: did not find expected"),
        ("a:\n\tb: 1\n", "t.yaml:2:1: not valid YAML while scanning for the next token: found character that cannot"),
        ("a: b: c\n", "t.yaml:1:5: not valid YAML: mapping values are not allowed in this context"),
        ("a: *x\n", "t.yaml:1:4: alias *x has no anchor; write &x before the first value that is meant"),
        ("a: &x [1, *x]\n", "t.yaml:1:11: alias *x stands inside what it names"),
        ("? [a]\n: 1\n", "t.yaml:1:3: a key must be a single value, not a list"),
        ("a: !gpu 3\n", "t.yaml:1:4: tag \"!gpu\" is not supported; remove it"),
        ("<<: 3\n", "t.yaml:1:5: << merges mappings, not the number 3"),
        ("a: \"open\n", "not valid YAML while scanning a quoted scalar: found unexpected end of stream"),
        ("a: \"\\q\"\n", "t.yaml:1:5: not valid YAML while parsing a quoted scalar: found unknown escape character"),
        ("a: b\0c\n", "t.yaml:1:5: is a binary file (it contains zero bytes)"),
        ("a: 1\nb: \u{7}\n", "t.yaml:2:4: control character U+7 is not allowed"),
        ("%YAML 9.9\n---\na: 1\n", "t.yaml:1:1: not valid YAML: found incompatible YAML document"),
    ])
    func badTextsAreExplained(text: String, expected: String) {
        let found = faults(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test func allDuplicateKeysAreReportedBeforeTheSyntaxError() {
        let found = faults("a: 1\na: 2\nb: {c: 1, c: 2}\nd: [\n")
        #expect(found.map { String($0.prefix(11)) } == ["t.yaml:2:1:", "t.yaml:3:11", "t.yaml:5:1:"])
    }

    @Test func nestingIsBounded() throws {
        let nested = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(faults(nested(200)).isEmpty)
        #expect(faults(nested(201)) == ["t.yaml:1:201: nested deeper than 200 levels"])
        #expect(faults(String(repeating: "[", count: 200_000)) == ["t.yaml:1:201: nested deeper than 200 levels"])
        // Each line nests all lines before it: 2 levels a line through aliases alone.
        var chain = "a0: &a0 [[1]]\n"
        for line in 1...120 { chain += "a\(line): &a\(line) [[*a\(line - 1)]]\n" }
        #expect(faults(chain).first?.contains("nested deeper than 200 levels") == true)
    }

    @Test func aliasBombsAreRefused() {
        var bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for line in 1...9 {
            let copies = Array(repeating: "*a\(line - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(line): &a\(line) [\(copies)]\n"
        }
        #expect(faults(bomb).first?.contains("more than 1000000 values in one document") == true)
    }

    @Test func filesThatAreNoText() {
        let reason = { (path: String) in
            do throws(InvalidInput) {
                _ = try SourceText(path: path)
                return ""
            } catch { return error.description }
        }
        #expect(reason("/") == "/:1:1: is a directory; a file is expected")
        #expect(reason("/nonexistent/x.yaml") == "/nonexistent/x.yaml:1:1: cannot be opened: No such file or directory")
        #expect(reason("/dev/zero").contains("at most 16777216 are read"))
        #expect(throws: InvalidInput.self) { try SourceText(name: "t", bytes: [0x61, 0xFF]) }
        #expect(throws: InvalidInput.self) { try SourceText(name: "t", bytes: [0xFF, 0xFE, 0x61, 0x00]) }
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        let source = try SourceText(name: "t", bytes: [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))
        #expect(try YAMLReader.document(in: source)["a"]?.origin.position?.column == 4)
    }

    @Test func encodingFaultsHaveAPlace() throws {
        let text = Array("ä: 1\nbé: ".utf8) + [0xC3]
        let error = #expect(throws: InvalidInput.self) { try SourceText(name: "t", bytes: text) }
        #expect(error?.description == "t:2:5: is not UTF-8 text; save the file as UTF-8")
    }
}
