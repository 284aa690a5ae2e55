import Configuration
import Glibc
import Testing

@testable import Scenarios

/// The reference part of docs/scenario-file.md is made from the field tables; UPDATE_GOLDEN=1 writes it anew.
@Suite("Reference page")
struct ReferenceTests {
    private static let path = scenarioFolder.replacing("/scenarios", with: "/docs/scenario-file.md")
    private static let marker = "<!-- Below this line: made from the program by UPDATE_GOLDEN=1 swift test. -->\n"

    @Test func thePageIsCurrent() throws {
        let source = try SourceText(path: Self.path)
        let page = String(decoding: source.bytes, as: UTF8.self)
        let start = try #require(page.firstRange(of: Self.marker))
        let current = page[..<start.upperBound] + "\n" + ScenarioReference.markdown
        if getenv("UPDATE_GOLDEN") != nil {
            let file = try #require(fopen(Self.path, "w"))
            fputs(String(current), file)
            fclose(file)
        } else {
            #expect(page == current, "UPDATE_GOLDEN=1 swift test --filter ReferenceTests")
        }
    }

    @Test func everyFieldIsExplained() {
        for row in ScenarioReference.markdown.split(separator: "\n") where row.hasPrefix("| `") {
            #expect(!row.hasSuffix("|  |"), "\(row)")
        }
    }
}
