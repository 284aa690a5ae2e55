/// Differences as a forest plot: a row for each measure, its change relative to a reference with its interval, and a
/// line at "no change". What is shown to differ is filled and coloured, the rest is hollow and grey.
struct ForestChart: Chart {
    /// One change.
    struct Row: Sendable {
        let name: String
        /// Difference over the reference, as a share; nil where the reference is zero.
        let change: Double?
        let interval: ClosedRange<Double>?
        let standing: Standing
        /// Said in place of a mark where there is no relative change.
        let remark: String
    }

    /// What one variant changes.
    struct Panel: Sendable {
        let title: String
        let rows: [Row]
        /// Rows that are left to the table.
        let omitted: Int
    }

    let title: String
    let description: String
    /// Says below each axis what the change is relative to.
    let axis: String
    let panels: [Panel]
    /// All rows, those too for which the drawing has no room.
    let table: DataTable

    var emptyReason: String? {
        panels.contains { !$0.rows.isEmpty } ? nil : "nothing was measured in both variants"
    }

    /// Changes beyond ±100 % end in an arrow: else one of them would press all others together.
    static let largest = 1.0
    /// A narrow drawing has the names above the marks: there is no room beside them.
    private static func rowHeight(_ isNarrow: Bool) -> Double { isNarrow ? 36 : 23 }
    private static let heading = 30.0
    private static let axisRoom = 62.0

    func draw(_ width: ChartWidth) -> Drawing {
        let columns = width == .wide && panels.count > 1 ? 2 : 1
        let gap = 48.0
        let panelWidth = (width.points - Double(columns - 1) * gap) / Double(columns)
        var svg = Markup()
        var tops = Array(repeating: 0.0, count: columns)
        for (index, panel) in panels.enumerated() {
            // Panels of one line of the grid begin at the same height.
            let column = index % columns
            if column == 0, let lowest = tops.max() { tops = tops.map { _ in lowest } }
            let left = Double(column) * (panelWidth + gap)
            draw(panel, into: &svg, left: left, top: tops[column], width: panelWidth, isNarrow: width == .narrow)
            tops[column] +=
                Self.heading + Self.rowHeight(width == .narrow) * Double(panel.rows.count) + Self.axisRoom
        }
        return Drawing(height: (tops.max() ?? 0) - 10, marks: svg)
    }

    private func draw(
        _ panel: Panel, into svg: inout Markup, left: Double, top: Double, width: Double, isNarrow: Bool
    ) {
        svg.label(TextWidth.truncateMiddle(panel.title, toFit: width, size: 14), x: left, y: top + 14, style: "t tb")
        let texts = panel.rows.map { isNarrow ? Self.shortText($0) : Self.text($0) }
        let named = panel.rows.map { TextWidth.estimate($0.name, size: FontSize.small) }.max() ?? 0
        let told = texts.map { TextWidth.estimate($0, size: FontSize.small) * 1.06 }.max() ?? 0
        let textRoom = min(told + 14, width * 0.42)
        let labelRoom = isNarrow ? 0 : min(named + 10, width * 0.36)
        let scale = LinearScale(domain: domain, from: left + labelRoom + 12, to: left + width - textRoom - 12)
        let from = top + Self.heading
        let rowHeight = Self.rowHeight(isNarrow)
        let bottom = from + rowHeight * Double(panel.rows.count)
        for tick in AxisTicks(scale, divisor: 0.01, limit: 6, suffix: " %", signed: true).ticks {
            let x = scale.position(tick.value)
            svg.line(x, from, x, bottom, style: "gr")
            svg.label(tick.label, x: x, y: bottom + 15, anchor: "middle", style: "t m")
        }
        svg.line(scale.position(0), from - 4, scale.position(0), bottom + 4, style: "ax")
        let more = panel.omitted > 0 ? " · \(Figures.count(panel.omitted)) more in the table" : ""
        svg.label(
            TextWidth.truncate(axis + more, toFit: width, size: FontSize.small), x: left, y: bottom + 33, style: "t m")
        for (index, row) in panel.rows.enumerated() {
            let y = from + rowHeight * (Double(index) + (isNarrow ? 0.68 : 0.5))
            let name = TextWidth.truncate(row.name, toFit: isNarrow ? width : labelRoom, size: FontSize.small)
            svg.label(
                name, x: left, y: isNarrow ? y - 12 : y + 4,
                style: "halo " + (row.standing == .notShown ? "t m" : "t ts"))
            draw(row, into: &svg, scale: scale, y: y)
            let text = TextWidth.truncate(texts[index], toFit: textRoom, size: FontSize.small)
            svg.label(text, x: left + width, y: y + 4, anchor: "end", style: row.standing.textStyle)
        }
    }

    private func draw(_ row: Row, into svg: inout Markup, scale: LinearScale, y: Double) {
        guard let change = row.change else { return }
        let style = row.standing.markStyle
        let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
        func inside(_ value: Double) -> Double { min(max(value, low), high) }
        if let interval = row.interval {
            let ends = (inside(interval.lowerBound), inside(interval.upperBound))
            svg.whisker(scale.position(ends.0), scale.position(ends.1), y: y, style: style)
            if interval.lowerBound < low { svg.arrow(x: scale.from, y: y, toRight: false, style: style) }
            if interval.upperBound > high { svg.arrow(x: scale.to, y: y, toRight: true, style: style) }
        }
        if change < low || change > high {
            svg.arrow(x: change < low ? scale.from : scale.to, y: y, toRight: change > high, style: style)
        } else {
            let shape = row.standing == .notShown ? "hollow" : "mean"
            svg.circle(x: scale.position(change), y: y, radius: 4.5, style: "\(shape) \(style)")
        }
    }

    /// From the lowest to the highest end, zero always in it.
    private var domain: ClosedRange<Double> {
        let ends = panels.flatMap(\.rows).flatMap { row in
            [row.change, row.interval?.lowerBound, row.interval?.upperBound].compactMap { $0 }.filter(\.isFinite)
        }
        let low = max(-Self.largest, min(0, ends.min() ?? 0))
        let high = min(Self.largest, max(0, ends.max() ?? 0))
        let room = max((high - low) * 0.05, 0.005)
        return (low - room)...(high + room)
    }

    /// "−31.2 % [−38.0, −24.1]".
    static func text(_ row: Row) -> String {
        guard let change = row.change else { return row.remark }
        guard let interval = row.interval else { return percent(change) }
        return percent(change) + " [\(number(interval.lowerBound)), \(number(interval.upperBound))]"
    }

    private static func shortText(_ row: Row) -> String { row.change.map(percent) ?? "from 0" }

    /// "+4.2 %".
    static func percent(_ change: Double) -> String { number(change) + " %" }

    /// A share in percent with its sign; a decimal below a hundred.
    static func number(_ change: Double) -> String {
        guard change.isFinite else { return Figures.missing }
        let text = Figures.fixed(change * 100, change.magnitude < 0.9995 ? 1 : 0)
        if text == "0.0" || text == "−0.0" { return "0" }
        return change > 0 ? "+" + text : text
    }
}
