/// Objectives of one or two capacities against their limits: a row for each objective and situation, values as shares of
/// the limit with their intervals, and the limit as a line. The answer has a disc, the capacity below it a hollow one.
struct LimitChart: Chart {
    /// One objective in one situation.
    struct Row: Sendable {
        let objective: String
        let situation: String
        let unit: MeasureUnit
        let limit: Double
        let isLowerLimit: Bool
        /// Of the answer, and of the capacity below it, if that was looked at so far.
        let values: [CapacityPlan.Judgement?]
    }

    let title: String
    /// What the marks stand for: the plan, the capacity below.
    let names: [String]
    let rows: [Row]
    let table: DataTable

    var emptyReason: String? { rows.isEmpty ? "the capacity survives; there are no bounds" : nil }

    var description: String {
        rows.map { row in
            let values = zip(names, row.values).compactMap { name, value in
                value.map { "\(name) \(row.unit.text($0.estimate.mean))" }
            }
            return "\(row.objective) \(row.situation): \(values.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    /// Values beyond twice the limit end in an arrow: else one of them would press all others together.
    private static let most = 2.0

    func draw(_ width: ChartWidth) -> Drawing {
        var svg = Markup()
        let isNarrow = width == .narrow
        let top = drawKey(into: &svg, within: width.points) + 12
        let told = rows.map { TextWidth.estimate(text($0), size: FontSize.small) }.max() ?? 0
        let named =
            rows.flatMap { [$0.objective, $0.situation] }
            .map { TextWidth.estimate($0, size: FontSize.label) }.max() ?? 0
        let left = isNarrow ? 8 : min(named + 20, width.points * 0.4)
        let scale = LinearScale(
            domain: 0...Self.most, from: left, to: width.points - (isNarrow ? 16 : min(told, width.points * 0.3) + 26))
        let rowHeight = isNarrow ? 78.0 : 46.0
        let bottom = top + rowHeight * Double(rows.count)
        for share in [0, 0.5, 1, 1.5, 2] {
            let x = scale.position(share)
            svg.line(x, top, x, bottom, style: share == 1 ? "ax" : "gr")
            svg.label(
                Figures.percent(share, decimals: 0), x: x, y: bottom + 18, anchor: "middle", style: "t m")
        }
        svg.label("share of the limit", x: scale.to, y: bottom + 36, anchor: "end", style: "t m")
        for (index, row) in rows.enumerated() {
            let y = top + rowHeight * Double(index)
            if isNarrow {
                svg.label(row.objective, x: 0, y: y + 16)
                svg.label(row.situation.isEmpty ? "as it is" : row.situation, x: 0, y: y + 33, style: "t m")
                svg.label(text(row), x: width.points, y: y + 33, anchor: "end", style: "t m halo")
            } else {
                let room = left - 14
                svg.label(
                    TextWidth.truncate(row.objective, toFit: room, size: FontSize.label), x: 0, y: y + 20)
                svg.label(row.situation.isEmpty ? "as it is" : row.situation, x: 0, y: y + 37, style: "t m")
                svg.label(text(row), x: scale.to + 16, y: y + 28, style: "t m")
            }
            for (place, judgement) in row.values.enumerated() {
                guard let judgement else { continue }
                draw(judgement, row, place, into: &svg, scale, y: y + (isNarrow ? 47 : 17) + 14 * Double(place))
            }
        }
        return Drawing(height: bottom + 44, marks: svg)
    }

    private func drawKey(into svg: inout Markup, within width: Double) -> Double {
        var (left, line) = (0.0, 0.0)
        for (place, name) in names.enumerated() {
            let words = TextWidth.truncate(name, toFit: width - 20, size: FontSize.small)
            let size = TextWidth.estimate(words, size: FontSize.small)
            if left + 20 + size > width { (left, line) = (0, line + 20) }
            svg.circle(x: left + 7, y: line + 10, radius: 5, style: place == 0 ? "mean cnone" : "hollow")
            svg.label(words, x: left + 20, y: line + 14, style: "t m")
            left += size + 44
        }
        return line + 20
    }

    /// "2.1 h, limit 4 h".
    private func text(_ row: Row) -> String {
        let value = row.values.first.flatMap { $0 }.map { row.unit.text($0.estimate.mean) + "; " } ?? ""
        return value + (row.isLowerLimit ? "at least " : "at most ") + row.unit.text(row.limit)
    }

    private func draw(
        _ judgement: CapacityPlan.Judgement, _ row: Row, _ place: Int, into svg: inout Markup, _ scale: LinearScale,
        y: Double
    ) {
        guard row.limit > 0 else { return }
        func share(_ value: Double) -> Double { min(Self.most, max(0, value / row.limit)) }
        let estimate = judgement.estimate
        let colour = judgement.verdict == .met ? "cgood" : judgement.verdict == .missed ? "cbad" : "cnone"
        if let lower = estimate.lower, let upper = estimate.upper, lower < Self.most * row.limit {
            svg.whisker(scale.position(share(lower)), scale.position(share(upper)), y: y, style: colour)
        }
        if estimate.mean > Self.most * row.limit {
            svg.arrow(x: scale.to, y: y, toRight: true, style: colour)
            svg.label(
                row.unit.text(estimate.mean), x: scale.to - 6, y: y + 4, anchor: "end", style: "t m halo")
        } else {
            svg.circle(
                x: scale.position(share(estimate.mean)), y: y, radius: 5,
                style: place == 0 ? "mean " + colour : "hollow")
        }
    }
}
