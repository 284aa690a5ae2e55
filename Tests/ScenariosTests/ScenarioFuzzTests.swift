import Configuration
import Glibc
import SimulationKernel
import Testing

@testable import Scenarios

/// Scenarios with words exchanged, lost and doubled: refused with a message or resolved, never a trap.
@Suite("Scenario fuzzing")
struct ScenarioFuzzTests {
    /// 300 inputs; with ORRERY_FUZZ=full this reader's part of the 100,000.
    private static let count = getenv("ORRERY_FUZZ").map { String(cString: $0) } == "full" ? 10_000 : 300

    private static let values = [
        "-1", "0", "1", "1e308", ".nan", ".inf", "99999999999999999999", "9223372036854775807", "true", "null", "~", "",
        "[]", "{}", "[[]]", "1ns", "100y", "0s", "-5m", "8", "1Ei", "500m", "$1000000/h", "x", "é", "\"\"", "0.001",
        "*a",
    ]

    @Test func mutatedScenariosNeverTrap() throws {
        let names = ShippedScenarioTests.names
        let texts = try names.map { name in
            let source = try SourceText(path: "\(scenarioFolder)/\(name).yaml")
            return String(decoding: source.bytes, as: UTF8.self)
        }
        var random = RandomStream(seed: 1, name: "scenario-fuzz")
        var resolved = 0
        for _ in 0..<Self.count {
            let text = mutate(texts[random.below(texts.count)], &random)
            guard let source = try? SourceText(name: "\(scenarioFolder)/fuzz.yaml", text: text) else { continue }
            do throws(InvalidInput) {
                let scenario = try ScenarioFile(source).scenario
                _ = scenario.explanation
                resolved += 1
            } catch {
                #expect(error.diagnostics.allSatisfy { $0.position.line > 0 && !$0.message.isEmpty })
            }
        }
        #expect(resolved > 0 && resolved < Self.count)
    }

    private func mutate(_ text: String, _ random: inout RandomStream) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...random.below(3) {
            let index = random.below(words.count)
            switch random.below(5) {
            case 0: words[index] = words[random.below(words.count)]
            case 1: words.remove(at: index)
            case 2: words.insert(words[random.below(words.count)], at: index)
            default:
                let value = Self.values[random.below(Self.values.count)]
                words[index] = value + words[index].drop { !",}]\n".contains($0) }
            }
        }
        return words.joined(separator: " ")
    }
}
