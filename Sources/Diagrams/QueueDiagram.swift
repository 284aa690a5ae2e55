/// One queue of a queue tree, in GPUs.
public struct QueueShare: Hashable, Sendable {
    /// The queue's name.
    public var name: String
    /// Position of the parent queue in the list; parents come before their children. Nil at the root.
    public var parent: Int?
    /// What it holds.
    public var allocated: Double
    /// What it should get under contention; nil when not stated.
    public var deserved: Double?
    /// What it may hold at most; nil: no limit.
    public var capability: Double?
    /// Jobs waiting in it; nil when not known.
    public var waitingJobs: Int?

    /// A queue.
    public init(
        name: String, parent: Int? = nil, allocated: Double, deserved: Double? = nil, capability: Double? = nil,
        waitingJobs: Int? = nil
    ) {
        self.name = name
        self.parent = parent
        self.allocated = allocated
        self.deserved = deserved
        self.capability = capability
        self.waitingJobs = waitingJobs
    }
}

/// The tree of queues as a picture, left to right, each with bars of what it holds, deserves and may hold.
///
/// All bars have one scale: the largest number in the picture. A queue has the colour of its place among the names in
/// sorted order, as in every chart of a report.
public struct QueueDiagram {
    /// The picture in the DOT language.
    public let dot: String

    /// Draws the queues; a parent must come before its children.
    public init(_ queues: [QueueShare], title: String = "Queues", theme: DiagramTheme = .light) {
        for (index, queue) in queues.enumerated() {
            precondition((queue.parent ?? -1) < index, "The parent of a queue must come before it.")
        }
        let numbers = queues.map { max($0.allocated, $0.deserved ?? 0, $0.capability ?? 0) }
        let writer = QueueWriter(
            theme: theme, scale: numbers.max() ?? 0, names: queues.map(\.name).sorted())
        dot = writer.text(queues, title: title)
    }
}

/// Writes queues and edges as DOT.
private struct QueueWriter {
    let theme: DiagramTheme
    /// The number that fills a bar, in GPUs.
    let scale: Double
    /// All names, sorted.
    let names: [String]
    /// Length of a full bar in points.
    private let barWidth = 150.0

    init(theme: DiagramTheme, scale: Double, names: [String]) {
        self.theme = theme
        self.scale = scale
        self.names = names
    }

    func text(_ queues: [QueueShare], title: String) -> String {
        let heading = DOTText.font(title, color: theme.text, size: 18, bold: true)
        var lines = [
            "digraph queues {",
            "  graph [rankdir=LR, bgcolor=\"\(theme.page)\", fontname=\"Helvetica\", labelloc=t, labeljust=l, pad=0.3, "
                + "nodesep=0.2, ranksep=0.6, label=<\(heading)>];",
            "  node [shape=box, style=filled, margin=0, fillcolor=\"\(theme.panel)\", color=\"\(theme.idle)\", "
                + "fontname=\"Helvetica\"];",
            "  edge [dir=none, color=\"\(theme.idle)\"];",
        ]
        for (index, queue) in queues.enumerated() {
            lines.append("  q\(index) [label=<\(label(queue))>];")
            if let parent = queue.parent { lines.append("  q\(parent) -> q\(index);") }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private func label(_ queue: QueueShare) -> String {
        let color = theme.series[(names.firstIndex(of: queue.name) ?? 0) % theme.series.count]
        var head = DOTText.font(queue.name, color: theme.text, size: 13, bold: true)
        if let waiting = queue.waitingJobs {
            head += "  " + DOTText.font("\(waiting) waiting", color: theme.muted, size: 11)
        }
        var rows = DOTText.row(head, columns: 3)
        rows += bar("allocated", queue.allocated, color)
        if let deserved = queue.deserved { rows += bar("deserved", deserved, theme.muted) }
        if let capability = queue.capability {
            rows += bar("capability", capability, theme.idle)
        } else {
            rows += textRow("capability", "no limit")
        }
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\">\(rows)</TABLE>"
    }

    private func bar(_ name: String, _ value: Double, _ color: String) -> String {
        let filled = scale > 0 ? (min(1, max(0, value / scale)) * barWidth).rounded() : 0
        var cells = ""
        for (width, fill) in [(filled, color), (barWidth - filled, theme.hairline)] where width >= 1 {
            cells += "<TD WIDTH=\"\(Int(width))\" HEIGHT=\"9\" FIXEDSIZE=\"TRUE\" BGCOLOR=\"\(fill)\"></TD>"
        }
        let table = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR>\(cells)</TR></TABLE>"
        return "<TR>\(nameCell(name))<TD>\(table)</TD>\(valueCell("\(DOTText.number(value)) GPUs"))</TR>"
    }

    private func textRow(_ name: String, _ text: String) -> String {
        "<TR>\(nameCell(name))<TD></TD>\(valueCell(text))</TR>"
    }

    private func nameCell(_ name: String) -> String {
        "<TD ALIGN=\"LEFT\" WIDTH=\"62\">\(DOTText.font(name, color: theme.muted, size: 11))</TD>"
    }

    private func valueCell(_ text: String) -> String {
        "<TD ALIGN=\"RIGHT\" WIDTH=\"76\">\(DOTText.font(text, color: theme.text, size: 11))</TD>"
    }
}
