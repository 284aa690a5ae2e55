import ClusterModel
import Diagrams
import Glibc
import Testing

@Suite(.serialized) struct GraphvizTests {
    private func svg(_ dot: String) throws -> String {
        String(decoding: try Graphviz.render(dot, as: .svg), as: UTF8.self)
    }

    @Test(arguments: [DiagramTheme.light, .dark])
    func svgShowsTheLabels(theme: DiagramTheme) throws {
        var builder = ClusterBuilder(name: "east", fabric: FabricSpec(kind: .railOptimized, nodesPerLeaf: 16))
        let shape = try #require(HardwareCatalogue.builtIn.shape(named: "dgx-h100"))
        builder.add(NodePool(name: "h100", count: 64, shape: shape))
        let picture = try svg(TopologyDiagram(builder.build(), theme: theme).dot)
        #expect(picture.hasPrefix("<?xml") && picture.contains("</svg>"))
        for text in ["Cluster east", "h100&#45;0048 … h100&#45;0063", "× 16", "51.2 Tb/s", theme.page] {
            #expect(picture.contains(text), "\(text)")
        }
    }

    /// Names are data: nothing in them is read as markup, and the picture stays well-formed.
    @Test(arguments: ["<b>bold</b>", "a & b", "\"q\" \\n \\", "]]>", "--> <!--", "\u{1}\u{7F}\n", "ゼロ 🚀", "&amp;", "}"])
    func namesAreEscaped(name: String) throws {
        let picture = try svg(QueueDiagram([QueueShare(name: name, allocated: 1)], title: name).dot)
        #expect(picture.contains("</svg>") && !picture.contains("<b>") && !picture.contains("\u{1}"))
        if name == "<b>bold</b>" { #expect(picture.contains("&lt;b&gt;bold&lt;/b&gt;")) }
        if name == "&amp;" { #expect(picture.contains("&amp;amp;")) }
    }

    @Test func malformedTextIsAnErrorAndLeavesNoTrace() throws {
        let good = try svg("digraph { a -> b }")
        for bad in ["digraph { a -> ", "digraph { a [label=<<TABLE><TR></TABLE>>] }", "", "hello", "graph { \0 }"] {
            #expect(throws: GraphvizError.self) { _ = try Graphviz.render(bad, as: .svg) }
        }
        do {
            _ = try Graphviz.render("digraph {\n a -> ", as: .svg)
        } catch {
            #expect(error.description.contains("syntax error in line"))
        }
        #expect(try svg("digraph { a -> b }") == good)
    }

    /// Pixels and PDF need a plugin that not every machine has: then the message says so.
    @Test(arguments: [(Graphviz.Format.png, [0x89, 0x50, 0x4E, 0x47] as [UInt8]), (.pdf, Array("%PDF".utf8))])
    func otherFormats(format: Graphviz.Format, magic: [UInt8]) {
        do {
            let bytes = try Graphviz.render("digraph { a -> b }", as: format)
            #expect(bytes.starts(with: magic))
        } catch {
            #expect(error.description.contains("pango"))
        }
    }

    @Test func threadsTakeTurns() async throws {
        let expected = try svg("digraph { a -> b -> c }")
        let same = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? svg("digraph { a -> b -> c }")) == expected } }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(same)
    }

    @Test func aHundredPicturesLeaveNoMemoryBehind() throws {
        let dot = QueueDiagram((0..<20).map { QueueShare(name: "q\($0)", allocated: Double($0)) }).dot
        let bytes = try Graphviz.render(dot, as: .svg).count
        // Other suites run beside this one, so one quiet round out of several is enough; a leak shows in all of them.
        let quiet = try (0..<5).contains { _ in
            let before = residentPages()
            for _ in 0..<100 { _ = try Graphviz.render(dot, as: .svg) }
            return (residentPages() - before) * 4096 < 100 * bytes / 2
        }
        #expect(quiet)
    }

    /// Resident memory of the process in pages of 4 KiB.
    private func residentPages() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        guard fgets(&buffer, 128, file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return Int(text.split(separator: " ")[1]) ?? 0
    }
}
