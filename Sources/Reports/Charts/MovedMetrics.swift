/// How far metrics moved from their recorded values: from zero to the change, in percent of the recorded value, with
/// what the tolerance allows as a band, or the interval that it judges by as a whisker.
struct MovedMetrics: Chart {
    /// One metric.
    struct Row: Sendable {
        let name: String
        /// (now − was) / |was|; nil where the recorded value is zero or one of the two is missing.
        let change: Double?
        /// Half of the band, as a share of the recorded value; nil for none.
        let reach: Double?
        /// Interval of the change that a statistical tolerance judges by.
        let interval: ClosedRange<Double>?
        let isBeyond: Bool
        /// "15.2 min → 16.5 min".
        let values: String
        /// "+8.9 %".
        let told: String
    }

    let title: String
    let rows: [Row]
    /// Rows that are left to the table.
    var omitted = 0
    let table: DataTable

    var emptyReason: String? { rows.isEmpty ? "no metric moved" : nil }

    var description: String {
        rows.map { "\($0.name) \($0.values) (\($0.told))\($0.isBeyond ? ", beyond its tolerance" : "")" }
            .joined(separator: "; ")
    }

    private static let rowHeight = 24.0

    func draw(_ width: ChartWidth) -> Drawing {
        var svg = Markup()
        let isNarrow = width == .narrow
        let texts = rows.map { isNarrow ? $0.told : "\($0.values) · \($0.told)" }
        let named = rows.map { TextWidth.estimate($0.name, size: FontSize.small) }.max() ?? 0
        let told = texts.map { TextWidth.estimate($0, size: FontSize.small) * 1.06 }.max() ?? 0
        let labelRoom = min(named + 10, width.points * (isNarrow ? 0.44 : 0.26))
        let textRoom = min(told + 12, width.points * 0.34)
        let scale = LinearScale(domain: domain, from: labelRoom + 12, to: width.points - textRoom - 12)
        let bottom = 8 + Self.rowHeight * Double(rows.count)
        for tick in AxisTicks(scale, divisor: 0.01, limit: 6, suffix: " %", signed: true).ticks {
            let x = scale.position(tick.value)
            svg.line(x, 8, x, bottom, style: "gr")
            svg.label(tick.label, x: x, y: bottom + 16, anchor: "middle", style: "t m")
        }
        let zero = scale.position(0)
        for (index, row) in rows.enumerated() {
            let y = 8 + Self.rowHeight * (Double(index) + 0.5)
            svg.label(
                TextWidth.truncate(row.name, toFit: labelRoom, size: FontSize.small), x: 0, y: y + 4,
                style: row.isBeyond ? "t ts" : "t m")
            drawBand(row, into: &svg, scale: scale, y: y)
            draw(row, into: &svg, scale: scale, y: y)
            svg.label(
                TextWidth.truncate(texts[index], toFit: textRoom, size: FontSize.small), x: width.points, y: y + 4,
                anchor: "end", style: row.isBeyond ? "t tbad" : "t m")
        }
        svg.line(zero, 4, zero, bottom + 4, style: "ax")
        let more = omitted > 0 ? " · \(Figures.count(omitted)) more in the table" : ""
        svg.label("change in % of the recorded value" + more, x: 0, y: bottom + 36, style: "t m")
        return Drawing(height: bottom + 42, marks: svg)
    }

    private func drawBand(_ row: Row, into svg: inout Markup, scale: LinearScale, y: Double) {
        guard let reach = row.reach, reach > 0 else { return }
        let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
        let ends = [-reach, reach].map { scale.position(min(max($0, low), high)) }
        svg.rectangle(x: ends[0], y: y - 8, width: ends[1] - ends[0], height: 16, style: "bd cnone")
    }

    private func draw(_ row: Row, into svg: inout Markup, scale: LinearScale, y: Double) {
        guard let change = row.change else { return }
        let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
        func position(_ value: Double) -> Double { scale.position(min(max(value, low), high)) }
        let style = row.isBeyond ? "cbad" : "cnone"
        if let interval = row.interval {
            svg.whisker(position(interval.lowerBound), position(interval.upperBound), y: y, style: style)
        }
        svg.line(scale.position(0), y, position(change), y, style: "l " + style)
        svg.circle(x: scale.position(0), y: y, radius: 4, style: "hollow")
        if change < low || change > high {
            svg.arrow(x: change < low ? scale.from : scale.to, y: y, toRight: change > high, style: style)
        } else {
            svg.circle(x: scale.position(change), y: y, radius: 4.5, style: "mean " + style)
        }
    }

    /// From the lowest to the highest change, zero in it, with the bands as far as they matter.
    private var domain: ClosedRange<Double> {
        let changes = rows.flatMap { [$0.change, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
            .filter(\.isFinite)
        let widest = changes.map(\.magnitude).max() ?? 0
        let bands = rows.compactMap(\.reach).filter { $0 <= max(2 * widest, 0.02) }
        let low = max(-ForestChart.largest, min(0, changes.min() ?? 0, -(bands.max() ?? 0)))
        let high = min(ForestChart.largest, max(0, changes.max() ?? 0, bands.max() ?? 0))
        let room = max((high - low) * 0.05, 0.002)
        return (low - room)...(high + room)
    }
}
