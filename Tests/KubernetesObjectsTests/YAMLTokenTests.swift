import Configuration
import Glibc
import Testing

@testable import KubernetesObjects

/// What the fast scanner accepts it reads as the general reader does.
@Suite("YAML tokens")
struct YAMLTokenTests {
    static let isFull = getenv("ORRERY_FUZZ").map { String(cString: $0) } == "full"

    /// Whether the fast scanner accepts the text; a difference to the general reader is an issue.
    static func isAccepted(_ text: SourceText) -> Bool {
        let outcome = text.bytes.withUnsafeBufferPointer { bytes in
            TokenTree.outcome(YAMLTokens(bytes, file: text.name))
        }
        guard case .documents(let documents) = outcome else { return false }
        do throws(InvalidInput) {
            let expected = try YAMLReader.documents(in: text)
            if documents.map(\.withoutEmptyPlaces) != expected.map(\.withoutEmptyPlaces) {
                Issue.record(
                    "read differently: \(String(decoding: text.bytes, as: UTF8.self).debugDescription)\n\(documents.map(\.json))\n\(expected.map(\.json))"
                )
            }
        } catch {
            // Keys given twice are found by the decoder, where they matter.
            if !error.diagnostics.allSatisfy({ $0.message.contains("is already given") }) {
                Issue.record("accepted: \(String(decoding: text.bytes, as: UTF8.self).debugDescription): \(error)")
            }
        }
        return true
    }

    @Test func whatKubectlWritesIsRead() throws {
        let texts = [
            "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  spec: {}\n- b\nkind: List\n",
            "a:\n  b: 'it''s'\n  c: \"x\\ty \\u263a\"\n  d: []\n  e: {}\n  f: \"\"\n",
            "message: 'containers with unready status: [a] and a long text that is\n  folded once\n\n\n  and thrice'\n",
            "message: a long text\n  that goes on\n  and on # with a comment\nnext: \"a\\\n  b \\\n  \\ c\n  d\"\n",
            "a: |\n  {\n    \"b\": 1\n  }\nc: |-\n  d\n\n  e\n\nf: |+\n  g\n\nh: |2\n    i\nj: k\n",
            "? a\n: b: 1\n  c: 2\n? \"d\"\n:\n  - e\nf:\n",
            "- - a\n  - b\n-\n  c: d\n- e:\n  - f\n  g: h\n-\n",
            "---\n# a comment\na: b # another\n\n---\n---\n- 1\n",
            "a: {b: [1, -2, c d, 'e', \"f\", {}], g: {h: i}, # comment\n  j: k:l, m: n/o}\np: q\n",
            "f:metadata:\n  k:{\"type\":\"Ready\"}:\n    .: {}\n  x: http://a:80/b#c\n",
            "a: null\nb: ~\nc: -1\nd: -x\ne: ?y\nf: :z\ng: a-b: c\n".replacing("g: a-b: c\n", with: ""),
            "pod-0:\n        deep:\n                deeper: 1\n        next: 2\nlast: é ü 漢字\n",
            "a:\n- b\n-   c: 1\n    d: 2\n",
            "a: \"b\"   # c\n'd' : e\n\"f\":   g\n",
        ]
        for text in texts {
            let isAccepted = Self.isAccepted(try SourceText(name: "a.yaml", text: text))
            #expect(isAccepted, "\(text)")
        }
    }

    @Test func whatItDoesNotKnowItLeavesToTheGeneralReader() throws {
        let texts = [
            "a: &x 1\nb: *x\n", "a: !!str 1\n", "a: >\n  b\n", "a\n", "a: b: c\n", "a: - b\n", "a:\n\t- b\n",
            "- a\nb: c\n",
            "a: [b\n", "a: {b}\n", "a: [b: c]\n", "a: 'b\n", "a: b\n c: d\n", "<<: {a: b}\n", "a: @b\n", "a: `b\n",
            "a: b\r\n", "a: \"\\q\"\n", "--- a\n", "a: b\n...\n", "%YAML 1.2\n---\na: b\n",
            "a: |\n b\n  c\n d\n e: f\n g\nh\n",
        ]
        for text in texts {
            let isAccepted = Self.isAccepted(try SourceText(name: "a.yaml", text: text))
            #expect(!isAccepted, "\(text)")
        }
    }

    @Test func randomTextsInAllStylesAreReadAsTheGeneralReaderDoes() throws {
        var accepted = 0
        let count = Self.isFull ? 20_000 : 1_000
        for seed in 0..<count {
            var writer = StyledYAML(seed: UInt64(seed))
            let text = try SourceText(name: "a.yaml", text: writer.document())
            if Self.isAccepted(text) { accepted += 1 }
        }
        #expect(accepted > count * 9 / 10)
    }

    @Test func mutatedTextsAreReadAsTheGeneralReaderDoes() {
        var random = SplitMix64(state: 7)
        var accepted = 0
        let count = Self.isFull ? 200_000 : 4_000
        for seed in 0..<count {
            var writer = StyledYAML(seed: UInt64(seed % 997))
            var bytes = Array(writer.document().utf8)
            for _ in 0...random.below(3) { Mutation.apply(to: &bytes, &random) }
            guard let text = try? SourceText(name: "a.yaml", bytes: bytes) else { continue }
            if Self.isAccepted(text) { accepted += 1 }
        }
        #expect(accepted > count / 4)
    }
}

/// Writes random trees as YAML in all the styles that the fast scanner knows.
struct StyledYAML {
    private var random: SplitMix64
    private var text = ""

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    mutating func document() -> String {
        text = random.below(4) == 0 ? "---\n" : ""
        if random.below(5) == 0 { text += "# a comment\n" }
        if random.below(3) == 0 { list(indent: 0, depth: 0) } else { mapping(indent: 0, depth: 0, startsInLine: false) }
        return text
    }

    private mutating func mapping(indent: Int, depth: Int, startsInLine: Bool) {
        for index in 0...random.below(4) {
            if index > 0 || !startsInLine { startLine(indent) }
            let isLong = random.below(12) == 0
            text += (isLong ? "? " : "") + key(index)
            if isLong { text += "\n" + String(repeating: " ", count: indent) }
            text += ":"
            value(indent: indent, depth: depth, isItem: false)
        }
    }

    private mutating func list(indent: Int, depth: Int) {
        for _ in 0...random.below(3) {
            startLine(indent)
            text += "-"
            value(indent: indent, depth: depth, isItem: true)
        }
    }

    private mutating func startLine(_ indent: Int) {
        if !text.isEmpty, text.last != "\n" { text += "\n" }
        if random.below(12) == 0 { text += random.below(2) == 0 ? "\n" : "   # note\n" }
        text += String(repeating: " ", count: indent)
    }

    /// What follows a colon or a dash.
    private mutating func value(indent: Int, depth: Int, isItem: Bool) {
        switch depth < 4 ? random.below(10) : 9 {
        case 0, 1:
            list(indent: indent + (isItem ? 1 : 0) + random.below(3), depth: depth + 1)
        case 2, 3: mapping(indent: indent + 1 + random.below(4), depth: depth + 1, startsInLine: false)
        case 4 where isItem:
            let blanks = 1 + random.below(3)
            text += String(repeating: " ", count: blanks)
            mapping(indent: indent + 1 + blanks, depth: depth + 1, startsInLine: true)
        case 5: text += " " + flow(depth: depth + 1)
        case 6: literal(indent: indent)
        case 7: break
        default:
            text += random.below(6) == 0 ? "\n" + String(repeating: " ", count: indent + 1 + random.below(3)) : " "
            text += scalar(indent: indent)
            if random.below(8) == 0 { text += " # c" }
        }
    }

    private mutating func key(_ index: Int) -> String {
        let name = ["key", "a-b", "x/y.z", "f:spec", "k:{\"t\":1}", "é", "with blank", "1", "#x"][random.below(9)]
        return name.hasPrefix("#") || random.below(5) == 0
            ? "\"\(name.replacing("\"", with: "\\\""))\(index)\"" : name + "\(index)"
    }

    private mutating func scalar(indent: Int) -> String {
        let fold = "\n" + String(repeating: " ", count: indent + 1 + random.below(4))
        let breaks = random.below(4) == 0 ? fold : " "
        switch random.below(9) {
        case 0: return "plain\(breaks)text"
        case 1: return "'it''s\(breaks)quoted'"
        case 2: return "\"a\\tb\(breaks)c\\\"\\u00e9\""
        case 3: return "\"a\\\(fold)b\(fold)\n  c  \""
        case 4: return ["1", "-2.5e3", "true", "null", "~", "0x1F", "1Gi", "''", "\"\""][random.below(9)]
        case 5: return "http://a:80/b?c=d#e"
        case 6: return "漢字 ü\(breaks)é"
        case 7: return "-x :y a#b [c"
        default: return "word"
        }
    }

    private mutating func literal(indent: Int) {
        let inner = indent + 1 + random.below(3)
        let blanks = String(repeating: " ", count: inner)
        text += " |" + ["", "-", "+"][random.below(3)] + (random.below(6) == 0 ? "\(inner - indent)" : "") + "\n"
        if random.below(6) == 0 { text += "\n" }
        for _ in 0...random.below(3) {
            text += blanks + ["text", "# no comment", "- item: x", "a\tb", "{"][random.below(5)] + "\n"
            if random.below(3) == 0 { text += ["\n", "  \n", blanks + "  more\n", blanks + " \n"][random.below(4)] }
        }
    }

    private mutating func flow(depth: Int) -> String {
        let gap = random.below(5) == 0 ? "\n  " : ""
        let elements = (0..<random.below(4)).map { index -> String in
            let element =
                depth < 5 && random.below(3) == 0
                ? flow(depth: depth + 1)
                : ["a", "1", "'b c'", "\"d\\n\"", "e f", "x/y", "-3", "1.5Gi"][random.below(8)]
            return element + gap
        }
        if random.below(2) == 0 { return "[" + gap + elements.joined(separator: ", ") + "]" }
        return "{" + gap + elements.enumerated().map { "k\($0.offset): \($0.element)" }.joined(separator: ", ") + "}"
    }
}

/// Random changes of a text's bytes.
enum Mutation {
    static func apply(to bytes: inout [UInt8], _ random: inout SplitMix64) {
        let special = Array("[]{}:,-?&*!|>'\"%@`#\n\n  \t\\<~=".utf8)
        let index = random.below(bytes.count + 1)
        switch random.below(6) {
        case 0, 1: bytes.insert(special[random.below(special.count)], at: index)
        case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        case 3: if index < bytes.count { bytes.remove(at: index) }
        case 4: if index < bytes.count { bytes[index] ^= 1 << UInt8(random.below(8)) }
        default:
            let end = min(bytes.count, index + random.below(40))
            bytes.insert(contentsOf: bytes[index..<end], at: random.below(bytes.count + 1))
        }
    }
}

/// Sebastiano Vigna's SplitMix64; enough to choose mutations.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to `limit` - 1.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
