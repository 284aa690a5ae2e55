/// When growing demand reaches the end of each objective and each pool: a line from today to that day for each, with the
/// day beside it. What does not run out within the axis goes on to its edge as an arrow.
struct RunOutChart: Chart {
    /// One thing that runs out.
    struct Row: Sendable {
        let name: String
        /// From today on; nil if it does not run out.
        let days: Double?
        let text: String
        let paint: Paint
    }

    let title: String
    /// "2026-01-01", or "today".
    let start: String
    let rows: [Row]
    let table: DataTable

    var emptyReason: String? { rows.isEmpty ? "nothing grows in this plan" : nil }

    var description: String { rows.map { "\($0.name): \($0.text)" }.joined(separator: "; ") }

    /// Later days are beyond the axis.
    private static let farthest = 5 * 365.25

    func draw(_ width: ChartWidth) -> Drawing {
        var svg = Markup()
        let isNarrow = width == .narrow
        let named = rows.map { TextWidth.estimate($0.name, size: FontSize.label) }.max() ?? 0
        let told = rows.map { TextWidth.estimate($0.text, size: FontSize.small) }.max() ?? 0
        let left = isNarrow ? 6 : min(named + 20, width.points * 0.36)
        let right = width.points - (isNarrow ? 14 : min(told + 26, width.points * 0.3))
        let longest = rows.compactMap(\.days).filter { $0 <= Self.farthest }.max() ?? 365.25
        let isYears = longest > 3 * 365.25
        let unit = isYears ? 365.25 : 365.25 / 12
        let scale = LinearScale.fromZero(to: max(longest * 1.05, unit), divisor: unit, from: left, to: right, ticks: 6)
        let rowHeight = isNarrow ? 46.0 : 30.0
        let bottom = rowHeight * Double(rows.count) + 4
        for tick in AxisTicks(scale, divisor: unit, limit: isNarrow ? 4 : 6).ticks {
            let x = scale.position(tick.value)
            svg.line(x, 0, x, bottom, style: "gr")
            svg.label(tick.label, x: x, y: bottom + 18, anchor: "middle", style: "t m")
        }
        svg.label(
            "\(isYears ? "years" : "months") from \(start)", x: right, y: bottom + 36, anchor: "end", style: "t m")
        for (index, row) in rows.enumerated() {
            let top = rowHeight * Double(index)
            let y = top + (isNarrow ? 32 : 18)
            if isNarrow {
                let room = width.points - TextWidth.estimate(row.text, size: FontSize.small) - 12
                svg.label(TextWidth.truncate(row.name, toFit: room, size: FontSize.label), x: 0, y: top + 16)
                svg.label(row.text, x: width.points, y: top + 16, anchor: "end", style: "t m halo")
            } else {
                svg.label(
                    TextWidth.truncate(row.name, toFit: left - 14, size: FontSize.label), x: left - 10, y: y + 4,
                    anchor: "end")
            }
            let isBeyond = row.days.map { $0 > scale.domain.upperBound } ?? true
            let end = isBeyond ? right : scale.position(row.days ?? 0)
            svg.line(left, y, end, y, style: "w \(row.paint.cssClass)")
            if isBeyond {
                svg.arrow(x: end, y: y, toRight: true, style: row.paint.cssClass)
            } else {
                svg.circle(x: end, y: y, radius: 5, style: "mean \(row.paint.cssClass)")
            }
            if !isNarrow { svg.label(row.text, x: end + 14, y: y + 4, style: "t m halo") }
        }
        return Drawing(height: bottom + 44, marks: svg)
    }
}
