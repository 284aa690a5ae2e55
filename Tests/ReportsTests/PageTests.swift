import Foundation
import Testing

@testable import Reports

@Suite("The page")
struct PageTests {
    @Test("A page of hostile names is well-formed, and every link and identity is sound")
    func wellFormed() {
        for seed in [UInt64(1), 2] {
            let nodes = seed == 1 ? 20 : 260
            let data = SampleData.random(seed, nodes: nodes, days: 3, jobs: 400, teams: seed == 1 ? 3 : 9, samples: 200)
            let diagram = Diagram(
                name: "fabric", title: "fabric", light: Self.graphviz, dark: Self.graphviz)
            let html = ReportPage(data: data, fabric: diagram, queueTree: diagram).html
            let check = MarkupCheck(html)
            #expect(check.problem == nil)
            #expect(check.links.allSatisfy { $0.hasPrefix("#") })
            let ids = Set(check.ids)
            #expect(check.links.filter { !ids.contains(String($0.dropFirst())) }.isEmpty)
            // The same diagram was embedded twice on purpose; everything else is named once.
            let own = check.ids.filter { !$0.hasPrefix("fabric-") }
            #expect(own.count == Set(own).count)
        }
    }

    @Test("Nothing is fetched")
    func selfContained() {
        let html = ReportPage(
            data: SampleData.random(5, nodes: 10, days: 1, jobs: 50, teams: 3, samples: 20),
            fabric: Diagram(name: "fabric", title: "f", light: Self.graphviz, dark: Self.graphviz)
        ).html
        for forbidden in [
            "http:", "https:", " src=\"", "@import", "<link", "url(h", "fetch(", "XMLHttpRequest", "//www",
        ] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("@media print") && html.contains("prefers-color-scheme"))
    }

    @Test("Sections stand in the order of the questions")
    func order() {
        let html = ReportPage(data: SampleData.tiny).html
        var rest = html[...]
        for part in [
            "<h1>", "class=\"facts\"", "id=\"hours\"", "id=\"course\"", "id=\"spread\"", "id=\"reasons\"",
            "id=\"space\"", "id=\"method\"",
        ] {
            let found = rest.firstRange(of: part)
            #expect(found != nil, "\(part)")
            if let found { rest = rest[found.upperBound...] }
        }
    }

    @Test("An interrupted run says so first")
    func partial() {
        var data = SampleData.tiny
        #expect(!ReportPage(data: data).html.contains("class=\"partial\""))
        data.header.isPartial = true
        data.header.outcome = "interrupted"
        let html = ReportPage(data: data).html
        #expect(html.contains("Partial result: the run was interrupted at day 0 02:00"))
        #expect(RunTables(data).text().hasPrefix("PARTIAL RESULT"))
    }

    @Test("A run in which nothing happened still makes a page")
    func empty() {
        let check = MarkupCheck(ReportPage(data: RunData()).html)
        #expect(check.problem == nil)
        #expect(check.textPieces.contains("No job was submitted in this run; there is nothing to wait for."))
        #expect(check.textPieces.contains("no preemptions in this run"))
    }

    @Test("Script and style stay small")
    func script() {
        #expect(PageScript.javascript.utf8.count < 10_000)
        #expect(PageStyle.css.utf8.count < 16_000)
    }

    @Test("A month of a thousand nodes stays under 3 MB")
    func size() {
        let data = SampleData.random(8, nodes: 1000, days: 30, jobs: 12_000, teams: 9, samples: 2160)
        let bytes = ReportPage(data: data).html.utf8.count
        #expect(bytes < 3_000_000 && bytes > 300_000, "\(bytes) bytes")
    }

    @Test("Text keeps a contrast of 4.5 in both themes")
    func contrast() {
        for tokens in [PageStyle.light, PageStyle.dark] {
            let colours = Self.colours(tokens)
            func ratio(_ a: String, _ b: String) -> Double {
                guard let a = colours[a], let b = colours[b] else { return 0 }
                return (max(a, b) + 0.05) / (min(a, b) + 0.05)
            }
            for ground in ["page", "panel", "badbg"] {
                for text in ["text", "muted"] { #expect(ratio(text, ground) >= 4.5, "\(text) on \(ground)") }
            }
            for fill in ["s1", "brown", "down"] { #expect(ratio("on", fill) >= 4.5, "on \(fill)") }
            for fill in ["s2", "s3", "s4", "s5", "s6", "s7"] { #expect(ratio("ondark", fill) >= 4.5, "ondark \(fill)") }
            #expect(ratio("text", "so") >= 4.5)
        }
    }

    @Test("The text of a tiny page, without its drawings, as kept in Golden; UPDATE_GOLDEN=1 rewrites it")
    func golden() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let file = folder.appendingPathComponent("tiny-page.txt")
        let pieces = MarkupCheck(ReportPage(data: SampleData.tiny).html).textPieces
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data((pieces.joined(separator: "\n") + "\n").utf8).write(to: file)
        }
        let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let first = zip(pieces, expected).enumerated().first { $0.element.0 != $0.element.1 }
        let line = first.map { "line \($0.offset + 1): \"\($0.element.0)\" instead of \"\($0.element.1)\"" }
        #expect(line == nil && pieces.count == expected.count)
    }

    /// Relative luminance of each token (WCAG 2).
    private static func colours(_ tokens: String) -> [String: Double] {
        var result: [String: Double] = [:]
        for token in tokens.split(separator: ";") {
            let parts = token.split(separator: ":")
            guard parts.count == 2, parts[1].hasPrefix("#") else { continue }
            var digits = parts[1].dropFirst().map(String.init)
            if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
            let channels = stride(from: 0, to: 6, by: 2).map { index -> Double in
                let value = Double(Int(digits[index] + digits[index + 1], radix: 16) ?? 0) / 255
                return value <= 0.03928 ? value / 12.92 : power((value + 0.055) / 1.055)
            }
            result[String(parts[0].dropFirst(2))] = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }
        return result
    }

    /// x to the power of 2.4, as x² × the fifth root of x².
    private static func power(_ x: Double) -> Double {
        let square = x * x
        var root = 1.0
        for _ in 0..<60 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
        return square * root
    }

    private static let graphviz = """
        <?xml version="1.0" encoding="UTF-8" standalone="no"?>
        <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
        <!-- a comment -->
        <svg width="64pt" height="45pt" viewBox="0 0 64 45" xmlns="http://www.w3.org/2000/svg" \
        xmlns:xlink="http://www.w3.org/1999/xlink"><g id="graph0"><title>t</title><!-- x > y --><path id="p" d="M0 0"/>\
        <use xlink:href="#p"/><rect fill="url(#p)"/></g></svg>
        """
}
