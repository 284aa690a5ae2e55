import ClusterModel

/// The fabric as a picture, left to right: core, spines, leaves, NVLink domains, nodes.
///
/// More than eight siblings of one kind become stacks with a count (fewer, when the picture would still be too tall). Edges are as wide as their capacity allows and, where
/// the use of links is known, coloured by the busiest link that they stand for.
public struct TopologyDiagram {
    /// The picture in the DOT language.
    public let dot: String

    /// - Parameter utilization: share of capacity used per link of `cluster.fabric.links`, 0…1, for the same moment or as
    ///   means over a run; nil draws the bare topology.
    public init(_ cluster: Cluster, utilization: [Double]? = nil, theme: DiagramTheme = .light) {
        precondition(
            utilization.map { $0.count == cluster.fabric.links.count } ?? true,
            "The utilization of links needs one number for each link of the fabric.")
        let roots = Self.boxes(cluster, utilization)
        var writer = TopologyWriter(theme: theme, widest: Self.widest(roots))
        writer.begin(cluster, showsLoad: utilization != nil)
        for root in roots { _ = writer.add(root) }
        dot = writer.end()
    }

    /// Boxes in the rightmost column that still make a picture to look at.
    private static let tallest = 40

    private static func boxes(_ cluster: Cluster, _ utilization: [Double]?) -> [TopologyBox] {
        var roots: [TopologyBox] = []
        for siblingsShown in [8, 4, 2, 1] {
            roots = TopologyBuilder(cluster: cluster, utilization: utilization, siblingsShown: siblingsShown).roots()
            if roots.reduce(0, { $0 + $1.height }) <= tallest { break }
        }
        return roots
    }

    private static func widest(_ boxes: [TopologyBox]) -> Double {
        boxes.reduce(0) { widest, box in
            max(widest, box.uplink.map { $0.isNVLink ? 0 : $0.capacity } ?? 0, Self.widest(box.children))
        }
    }
}

/// Writes boxes and edges as DOT.
private struct TopologyWriter {
    let theme: DiagramTheme
    /// Highest network capacity of an edge, which gets the widest line.
    let widest: Double
    private var lines: [String] = []
    private var columns: [[Int]] = Array(repeating: [], count: TopologyBox.Kind.allCases.count)
    private var boxes = 0

    init(theme: DiagramTheme, widest: Double) {
        self.theme = theme
        self.widest = widest
    }

    mutating func begin(_ cluster: Cluster, showsLoad: Bool) {
        lines.append("digraph topology {")
        lines.append(
            "  graph [rankdir=LR, bgcolor=\"\(theme.page)\", fontname=\"Helvetica\", labelloc=t, labeljust=l, pad=0.3, "
                + "nodesep=0.18, ranksep=0.5, label=<\(heading(cluster, showsLoad: showsLoad))>];")
        lines.append(
            "  node [shape=box, style=filled, margin=0, fillcolor=\"\(theme.panel)\", color=\"\(theme.idle)\", "
                + "fontname=\"Helvetica\"];")
        lines.append("  edge [dir=none, color=\"\(theme.idle)\", fontname=\"Helvetica\"];")
    }

    /// Draws a box and all that lies to the right of it; gives its number.
    mutating func add(_ box: TopologyBox) -> Int {
        let number = boxes
        boxes += 1
        columns[box.kind.rawValue].append(number)
        // A second border makes a stack of it.
        lines.append("  n\(number) [label=<\(label(box))>\(box.count > 1 ? ", peripheries=2" : "")];")
        for child in box.children {
            let other = add(child)
            lines.append("  n\(number) -> n\(other) [\(edge(child))];")
        }
        return number
    }

    mutating func end() -> String {
        for column in columns where column.count > 1 {
            lines.append("  { rank=same; \(column.map { "n\($0);" }.joined(separator: " ")) }")
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading(_ cluster: Cluster, showsLoad: Bool) -> String {
        let spec = cluster.fabric.spec
        var facts = ["\(cluster.nodeCount) nodes", "\(cluster.totalGPUs) GPUs", spec.kind.rawValue]
        if spec.kind != .singleSwitch { facts.append("\(spec.nodesPerLeaf) nodes per leaf") }
        var rows = [
            DOTText.row(DOTText.font("Cluster \(cluster.name)", color: theme.text, size: 18, bold: true)),
            DOTText.row(DOTText.font(facts.joined(separator: " · "), color: theme.muted, size: 12)),
        ]
        if showsLoad { rows.append(DOTText.row(legend())) }
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"2\" CELLPADDING=\"0\">\(rows.joined())</TABLE>"
    }

    private func legend() -> String {
        var cells = "<TD>\(DOTText.font("busiest link:", color: theme.muted, size: 12))</TD>"
        for (index, color) in theme.load.enumerated() {
            let low = Int(LinkLoad.steps[index] * 100)
            let text =
                index + 1 < LinkLoad.steps.count
                ? "\(low)–\(Int(LinkLoad.steps[index + 1] * 100)) %" : "\(low) % and more"
            cells += "<TD WIDTH=\"22\" HEIGHT=\"6\" FIXEDSIZE=\"TRUE\" BGCOLOR=\"\(color)\"></TD>"
            cells += "<TD>\(DOTText.font(text, color: theme.muted, size: 12))</TD>"
        }
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"3\" CELLPADDING=\"0\"><TR>\(cells)</TR></TABLE>"
    }

    private func label(_ box: TopologyBox) -> String {
        let same = box.names.first == box.names.last
        let name = same ? box.names.first : "\(box.names.first) … \(box.names.last)"
        var rows = "<TR><TD ALIGN=\"LEFT\">\(DOTText.font(name, color: theme.text, size: 13, bold: true))</TD>"
        if let badge = badge(box) {
            rows += "<TD ALIGN=\"RIGHT\">\(DOTText.font(badge, color: accent(box.kind), size: 13, bold: true))</TD>"
        }
        rows += "</TR>"
        for detail in box.details {
            rows += DOTText.row(DOTText.font(detail, color: theme.muted, size: 11), columns: badge(box) == nil ? 1 : 2)
        }
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\">\(rows)</TABLE>"
    }

    private func badge(_ box: TopologyBox) -> String? {
        if box.isPerParent { return "× \(box.count) each" }
        return box.count > 1 ? "× \(box.count)" : nil
    }

    private func accent(_ kind: TopologyBox.Kind) -> String {
        switch kind {
        case .core, .spine: theme.series[6]
        case .leaf: theme.series[0]
        case .nvlink: theme.series[2]
        case .node: theme.series[5]
        }
    }

    private func edge(_ box: TopologyBox) -> String {
        guard let uplink = box.uplink else { return "style=dotted, label=\"\"" }
        let rate = uplink.isNVLink ? DOTText.byteRate(uplink.capacity) : DOTText.bitRate(uplink.capacity)
        let shared = box.count > 1 || box.isPerParent ? " each" : ""
        var rows = DOTText.row(DOTText.font(rate + shared, color: theme.muted, size: 11))
        // Line widths follow the square root, so that a hundredth of the capacity is still a line.
        let share = widest > 0 ? (uplink.capacity / widest).squareRoot() : 0
        var color = uplink.isNVLink ? theme.series[2] : theme.idle
        if let load = uplink.load {
            color = load.color(theme)
            let spread = load.links > 1 ? "\(percent(load.mean)), max \(percent(load.highest))" : percent(load.mean)
            rows += DOTText.row(DOTText.font(spread, color: theme.text, size: 11))
        }
        let width = DOTText.number(uplink.isNVLink ? 2.5 : 1 + 4 * share)
        // The padding keeps the text clear of its own line.
        let text = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\">\(rows)</TABLE>"
        return "color=\"\(color)\", penwidth=\(width), label=<\(text)>"
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
