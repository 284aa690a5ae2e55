import Configuration
import Glibc
import Testing

/// Mutated texts may be refused, but they neither crash nor hang the reader, and what is accepted is sound.
@Suite("YAML fuzzing")
struct YAMLFuzzTests {
    /// 2,000 inputs; with ORRERY_FUZZ=full this reader's part of the 100,000.
    static let count = getenv("ORRERY_FUZZ").map { String(cString: $0) } == "full" ? 25_000 : 2_000

    static let seeds: [String] = [
        "apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nspec:\n  clusters:\n    - {name: a, count: 3}\n",
        "a: &x [1, \"two\", 'three', *y]\nb: &y {<<: *x, ? k : v}\n--- !!map\nc: |\n  text\n  more\nd: >-\n folded\n",
        "%YAML 1.2\n---\n- - - deep\n  - &a !!str 12\n- *a\n...\n# comment\n---\n\"\\u263A\\x41\": ~\n",
        "[[[[[[[[[{a: [b, {c: d}]}]]]]]]]]]",
    ]

    @Test func mutatedTextsNeverTrap() {
        var random = SplitMix64(state: 20_260_101)
        for _ in 0..<Self.count {
            var bytes = Array(Self.seeds[Int(random.next() % UInt64(Self.seeds.count))].utf8)
            for _ in 0...(random.next() % 8) { Self.mutate(&bytes, &random) }
            guard let source = try? SourceText(name: "fuzz", bytes: bytes) else { continue }
            do throws(InvalidInput) {
                for document in try YAMLReader.documents(in: source) {
                    #expect(Self.depth(document) <= YAMLReader.depthLimit)
                }
            } catch {
                for finding in error.diagnostics where finding.position.line < 1 || finding.position.column < 1 {
                    Issue.record("a finding without a place in \(bytes): \(finding)")
                }
            }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let special = Array("[]{}:,-?&*!|>'\"%@`#\n\t \\<".utf8)
        let index = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 5 {
        case 0: bytes.insert(special[Int(random.next() % UInt64(special.count))], at: index)
        case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        case 2: if index < bytes.count { bytes.remove(at: index) }
        case 3: if index < bytes.count { bytes[index] ^= 1 << UInt8(random.next() % 8) }
        default:
            let end = min(bytes.count, index + Int(random.next() % 40))
            bytes.insert(contentsOf: bytes[index..<end], at: Int(random.next() % UInt64(bytes.count + 1)))
        }
    }

    private static func depth(_ node: YAMLNode) -> Int {
        switch node.content {
        case .scalar: 0
        case .sequence(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .mapping(let entries): 1 + (entries.map { depth($0.value) }.max() ?? 0)
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
}
