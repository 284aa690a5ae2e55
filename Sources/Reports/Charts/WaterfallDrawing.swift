/// A waterfall as a drawing of its own: bars that begin where the one before ends, from an ideal to a whole.
///
/// The SVG carries both themes and follows the reader's preference, as the pages do.
public struct WaterfallDrawing: Sendable {
    /// One bar.
    public struct Bar: Sendable {
        /// What it stands for.
        public var name: String
        /// Position of its group.
        public var group: Int
        /// Where it begins, and how long it is, in seconds.
        public var start: Double
        /// Length in seconds.
        public var seconds: Double

        /// A bar of a group, from `start` on, in seconds.
        public init(name: String, group: Int, start: Double, seconds: Double) {
            self.name = name
            self.group = group
            self.start = start
            self.seconds = seconds
        }
    }

    /// Heading.
    public let title: String
    /// A sentence below it.
    public let note: String
    /// Names of the groups, in the order of their positions.
    public let groups: [String]
    /// From the ideal on.
    public let bars: [Bar]

    /// A waterfall; every bar's group is one of `groups`.
    public init(title: String, note: String, groups: [String], bars: [Bar]) {
        self.title = title
        self.note = note
        self.groups = groups
        self.bars = bars
    }

    private static let width = 960.0, rowHeight = 26.0, top = 92.0, nameWidth = 226.0, valueWidth = 128.0
    private static let paints = [Paint.series(0), .series(1), .series(5), .series(2), .series(3)]

    private var total: Double { bars.map { $0.start + $0.seconds }.max() ?? 0 }

    private func paint(_ group: Int) -> String { Self.paints[group % Self.paints.count].cssClass }

    /// The drawing as an SVG document.
    public var svg: String {
        let bottom = Self.top + Double(bars.count) * Self.rowHeight
        let height = bottom + 36
        var markup = Markup()
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "plot", "role": "img", "aria-labelledby": "t d",
                "viewBox": "0 0 \(Figures.coordinate(Self.width)) \(Figures.coordinate(height))",
                "width": Figures.coordinate(Self.width), "height": Figures.coordinate(height),
            ]
        ) { svg in
            svg.leaf("title", ["id": "t"], title)
            svg.leaf("desc", ["id": "d"], description)
            svg.leaf("style", Self.style)
            svg.rectangle(x: 0, y: 0, width: Self.width, height: height, style: "paper")
            svg.label(title, x: 16, y: 28, style: "t head")
            svg.label(
                TextWidth.truncate(note, toFit: Self.width - 32, size: FontSize.label), x: 16, y: 48, style: "t m")
            drawLegend(&svg)
            drawGrid(&svg, bottom: bottom)
            for (row, bar) in bars.enumerated() { draw(bar, row: row, &svg) }
        }
        return markup.text + "\n"
    }

    private var description: String {
        bars.map { "\($0.name) \(Figures.duration(seconds: $0.seconds))" }.joined(separator: ", ")
    }

    private var scale: LinearScale {
        LinearScale(
            domain: 0...max(total, 1e-12), from: 16 + Self.nameWidth, to: Self.width - 16 - Self.valueWidth)
    }

    private func drawLegend(_ svg: inout Markup) {
        var x = 16.0
        for (index, group) in groups.enumerated() {
            let share = bars.reduce(0) { $0 + ($1.group == index ? $1.seconds : 0) } / max(total, 1e-12)
            let text = "\(group) \(Figures.percent(share))"
            svg.rectangle(x: x, y: 62, width: 12, height: 12, style: "a " + paint(index))
            svg.label(text, x: x + 18, y: 73)
            x += 18 + TextWidth.estimate(text, size: FontSize.label) + 28
        }
    }

    private func drawGrid(_ svg: inout Markup, bottom: Double) {
        for quarter in 0...4 {
            let value = total * Double(quarter) / 4, x = scale.position(value)
            svg.line(x, Self.top - 6, x, bottom + 4, style: "gr")
            svg.label(
                Figures.duration(seconds: value), x: x, y: bottom + 22, anchor: "middle", style: "t m")
        }
    }

    private func draw(_ bar: Bar, row: Int, _ svg: inout Markup) {
        let y = Self.top + Double(row) * Self.rowHeight
        let left = scale.position(bar.start), right = scale.position(bar.start + bar.seconds)
        svg.label(
            TextWidth.truncate(bar.name, toFit: Self.nameWidth - 12, size: FontSize.label), x: 16, y: y + 15)
        svg.rectangle(x: left, y: y + 3, width: max(right - left, 0.8), height: 16, style: "a " + paint(bar.group))
        if row + 1 < bars.count { svg.line(right, y + 19, right, y + 3 + Self.rowHeight, style: "ld") }
        let share = Figures.percent(bar.seconds / max(total, 1e-12))
        let value = Figures.duration(seconds: bar.seconds)
        svg.label("\(value) · \(share)", x: Self.width - 16, y: y + 15, anchor: "end")
    }

    private static let style = """
        svg{\(PageStyle.light);font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        @media (prefers-color-scheme:dark){svg{\(PageStyle.dark)}}
        .paper{fill:var(--page)}.t{fill:var(--text)}.m{fill:var(--muted);font-size:12px}.head{font-size:16px;font-weight:650}
        .gr{stroke:var(--line);fill:none}.ld{stroke:var(--muted);fill:none}.a{fill:var(--k)}
        .s1{--k:var(--s1)}.s2{--k:var(--s2)}.s3{--k:var(--s3)}.s4{--k:var(--s4)}.s6{--k:var(--s6)}
        """
}
