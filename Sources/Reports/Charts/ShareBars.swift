/// Horizontal bars of shares of a capacity, each with its mean as a bar and its peak as a mark.
struct ShareBars: Chart {
    /// One bar.
    struct Bar: Sendable {
        let name: String
        /// What it belongs to: bars of one group have one colour.
        let group: String
        let paint: Paint
        let mean: Double
        /// Nil where only the mean is known.
        let peak: Double?

        /// The numbers as they stand beside the bar.
        var text: String {
            let mean = Figures.percent(self.mean, decimals: 0)
            return peak.map { "\(mean), at most \(Figures.percent($0, decimals: 0))" } ?? mean
        }
    }

    let title: String
    /// What the shares are of, for the table.
    let measure: String
    let bars: [Bar]
    /// Said instead of a drawing without bars.
    let absence: String

    var emptyReason: String? { bars.isEmpty ? absence : nil }

    var description: String { bars.map { "\($0.name): \($0.text)" }.joined(separator: "; ") }

    var table: DataTable {
        DataTable(
            measure, [.text("link"), .text("tier"), .number("mean"), .number("peak")],
            rows: bars.map { bar in
                [
                    DataTable.Cell(bar.name, paint: bar.paint), DataTable.Cell(bar.group),
                    DataTable.Cell(Figures.percent(bar.mean), bar.mean),
                    DataTable.Cell(bar.peak.map { Figures.percent($0) } ?? Figures.missing, bar.peak ?? -1),
                ]
            },
            emptyReason: absence)
    }

    func draw(_ width: ChartWidth) -> Drawing {
        var marks = Markup()
        let isNarrow = width == .narrow
        let widest = bars.map { TextWidth.estimate($0.name, size: FontSize.label) }.max() ?? 0
        let left = isNarrow ? 0 : min(widest + 16, width.points * 0.4)
        let right = width.points - (isNarrow ? 0 : 140)
        let most = bars.reduce(1) { max($0, $1.mean, $1.peak ?? 0) }
        let scale = LinearScale(domain: 0...most, from: left, to: right)
        let rowHeight = isNarrow ? 40.0 : 24.0
        let bottom = rowHeight * Double(bars.count)
        for share in [0, 0.25, 0.5, 0.75, 1] {
            let x = scale.position(share)
            marks.line(x, 0, x, bottom, style: "gr")
            let anchor = share == 0 ? "start" : share == 1 && isNarrow ? "end" : "middle"
            marks.label(Figures.percent(share, decimals: 0), x: x, y: bottom + 18, anchor: anchor, style: "t m")
        }
        for (index, bar) in bars.enumerated() {
            let top = rowHeight * Double(index)
            let y = isNarrow ? top + 20 : top + 5
            if isNarrow {
                marks.label(bar.name, x: 0, y: top + 14)
                marks.label(bar.text, x: width.points, y: top + 14, anchor: "end", style: "t m")
            } else {
                marks.label(bar.name, x: left - 10, y: top + 16, anchor: "end")
                marks.label(bar.text, x: right + 10, y: top + 16, style: "t m")
            }
            marks.rectangle(
                x: left, y: y, width: max(scale.position(bar.mean) - left, 1), height: 14,
                style: "a \(bar.paint.cssClass)")
            guard let peak = bar.peak else { continue }
            let x = scale.position(peak)
            marks.line(scale.position(bar.mean), y + 7, x, y + 7, style: "l \(bar.paint.cssClass)")
            marks.line(x, y + 2, x, y + 12, style: "l \(bar.paint.cssClass)")
        }
        return Drawing(height: bottom + 24, marks: marks)
    }
}
