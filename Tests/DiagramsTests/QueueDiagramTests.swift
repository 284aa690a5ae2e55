import Diagrams
import Testing

@Suite struct QueueDiagramTests {
    private let queues = [
        QueueShare(name: "root", allocated: 48, deserved: 64, capability: 64),
        QueueShare(name: "b", parent: 0, allocated: 16, deserved: 32, waitingJobs: 3),
        QueueShare(name: "a", parent: 0, allocated: 32.5, capability: 128),
    ]

    @Test func treeAndNumbers() {
        let lines = QueueDiagram(queues).dot.split(separator: "\n").map(String.init)
        #expect(lines.first == "digraph queues {" && lines.last == "}")
        #expect(lines.contains("  q0 -> q1;") && lines.contains("  q0 -> q2;"))
        #expect(lines[4].contains("48 GPUs") && lines[4].contains("64 GPUs"))
        #expect(lines[5].contains("3 waiting") && lines[5].contains("no limit"))
        #expect(lines[7].contains("32.5 GPUs") && !lines[7].contains("deserved"))
    }

    /// One scale for all: 128 GPUs fill 150 points.
    @Test func barsShareOneScale() {
        let dot = QueueDiagram(queues).dot
        #expect(dot.contains("WIDTH=\"56\" HEIGHT=\"9\" FIXEDSIZE=\"TRUE\" BGCOLOR=\"#009e73\""), "48 of root")
        #expect(dot.contains("WIDTH=\"150\" HEIGHT=\"9\" FIXEDSIZE=\"TRUE\" BGCOLOR=\"#b8c0ca\""), "128 of a")
        #expect(dot.contains("WIDTH=\"38\" HEIGHT=\"9\" FIXEDSIZE=\"TRUE\" BGCOLOR=\"#0072b2\""), "32.5 of a")
    }

    @Test func nothingAtAll() throws {
        #expect(try !Graphviz.render(QueueDiagram([]).dot, as: .svg).isEmpty)
        let idle = [QueueShare(name: "", allocated: 0, deserved: 0, capability: 0)]
        #expect(try !Graphviz.render(QueueDiagram(idle).dot, as: .svg).isEmpty)
    }
}
