/// Small multiples, one panel for each measure: a row for each variant with its mean, the interval of the mean as a
/// whisker, the single replications as faint dots, and the mean of the first variant as a line of reference.
struct IntervalPanels: Chart {
    /// One variant in one panel.
    struct Row: Sendable {
        let name: String
        let paint: Paint
        /// Nil where the variant has no such number.
        let mean: Double?
        /// Nil with a single replication.
        let interval: ClosedRange<Double>?
        let samples: [Double]
        let standing: Standing
    }

    /// One measure.
    struct Panel: Sendable {
        let title: String
        let unit: MeasureUnit
        let isBetterWhenHigher: Bool
        /// The same variants in the same order in every panel.
        let rows: [Row]
    }

    let title: String
    let panels: [Panel]
    /// Coverage of the intervals.
    let level: Double

    var emptyReason: String? { panels.isEmpty ? "no measure differs from zero in any variant" : nil }

    var description: String {
        panels.map { panel in
            panel.title + ": "
                + panel.rows.map { "\($0.name) \(Self.text($0, panel.unit))" }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    var table: DataTable {
        DataTable(
            "Means, with their \(Figures.percent(level, decimals: 0)) intervals in brackets",
            [.text("measure"), .text("better")] + (panels.first?.rows ?? []).map { .number($0.name) },
            rows: panels.map { panel in
                [DataTable.Cell(panel.title), DataTable.Cell(panel.isBetterWhenHigher ? "more" : "less")]
                    + panel.rows.map { DataTable.Cell(Self.text($0, panel.unit), $0.mean ?? -1) }
            })
    }

    private static func text(_ row: Row, _ unit: MeasureUnit) -> String {
        guard let mean = row.mean else { return Figures.missing }
        guard let interval = row.interval else { return unit.text(mean) }
        return "\(unit.text(mean)) [\(unit.text(interval.lowerBound)), \(unit.text(interval.upperBound))]"
    }

    // MARK: Drawing

    private static let gap = 36.0
    private static let heading = 42.0
    private static let axisRoom = 50.0

    func draw(_ width: ChartWidth) -> Drawing {
        let columns = min(panels.count, width == .wide ? 3 : width == .medium ? 2 : 1)
        let across = width == .wide ? 3.0 : width == .medium ? 2.0 : 1.0
        let panelWidth = (width.points - (across - 1) * Self.gap) / across
        let rowHeight = (panels.first?.rows.count ?? 0) > 8 ? 19.0 : 24.0
        let panelHeight = Self.heading + rowHeight * Double(panels.first?.rows.count ?? 0) + Self.axisRoom
        var svg = Markup()
        for (index, panel) in panels.enumerated() {
            draw(
                panel, into: &svg, left: Double(index % columns) * (panelWidth + Self.gap),
                top: Double(index / columns) * panelHeight, width: panelWidth, rowHeight: rowHeight)
        }
        let lines = (panels.count + columns - 1) / max(columns, 1)
        return Drawing(height: Double(lines) * panelHeight - 12, marks: svg)
    }

    private func draw(
        _ panel: Panel, into svg: inout Markup, left: Double, top: Double, width: Double, rowHeight: Double
    ) {
        let domain = Self.domain(panel)
        let scaling = panel.unit.axis(toExtent: max(domain.lowerBound.magnitude, domain.upperBound.magnitude))
        let title = TextWidth.truncate(panel.title, toFit: width, size: FontSize.label * 1.06)
        svg.label(title, x: left, y: top + 14, style: "t tb")
        let direction = panel.isBetterWhenHigher ? "more is better" : "less is better"
        svg.label("\(scaling.label) · \(direction)", x: left, y: top + 31, style: "t m")

        let named = panel.rows.map { TextWidth.estimate($0.name, size: FontSize.small) }.max() ?? 0
        let labelRoom = min(named + 10, width * 0.34)
        // Values have the unit of the axis, and one digit more than its marks.
        let valueRoom = (panel.rows.map { Self.valueWidth($0, panel.unit, scaling) }.max() ?? 0) + 18
        let scale = LinearScale(domain: domain, from: left + labelRoom + 6, to: left + width - valueRoom - 4)
        let axis = AxisTicks(scale, divisor: scaling.divisor)
        let isLarge = domain.upperBound / scaling.divisor >= 1000
        let decimals = axis.decimals + (isLarge ? 0 : 1)
        let bottom = top + Self.heading + rowHeight * Double(panel.rows.count)
        for tick in axis.ticks {
            let x = scale.position(tick.value)
            svg.line(x, top + Self.heading, x, bottom, style: "gr")
            svg.label(tick.label, x: x, y: bottom + 15, anchor: "middle", style: "t m")
        }
        if let reference = panel.rows.first?.mean {
            let x = scale.position(reference)
            svg.line(x, top + Self.heading, x, bottom, style: "ax d")
        }
        for (index, row) in panel.rows.enumerated() {
            let y = top + Self.heading + rowHeight * (Double(index) + 0.5)
            svg.label(
                TextWidth.truncateMiddle(row.name, toFit: labelRoom, size: FontSize.small), x: left, y: y + 4,
                style: "t m")
            draw(row, into: &svg, scale: scale, y: y)
            let text = row.mean.map { Self.text($0, panel.unit, scaling, decimals: decimals) } ?? Figures.missing
            svg.label(text, x: left + width, y: y + 4, anchor: "end", style: row.standing.textStyle)
        }
    }

    private func draw(_ row: Row, into svg: inout Markup, scale: LinearScale, y: Double) {
        let paint = row.paint.cssClass
        for sample in row.samples {
            svg.circle(x: scale.position(sample), y: y, radius: 2.2, style: "sm " + paint)
        }
        guard let mean = row.mean else { return }
        if let interval = row.interval {
            svg.whisker(scale.position(interval.lowerBound), scale.position(interval.upperBound), y: y, style: paint)
        }
        svg.circle(x: scale.position(mean), y: y, radius: 4.5, style: "mean " + paint)
    }

    /// A mean in the unit of the axis; where nothing would be left of it, a time in its own unit and others with more digits.
    private static func text(_ mean: Double, _ unit: MeasureUnit, _ scaling: AxisScaling, decimals: Int) -> String {
        let text = Figures.fixed(mean / scaling.divisor, decimals)
        let isLost = mean != 0 && !text.contains { $0.isNumber && $0 != "0" }
        guard isLost else { return text }
        return unit == .seconds ? unit.text(mean) : Figures.short(mean / scaling.divisor)
    }

    /// Room for a mean, before the decimals of the axis are known.
    private static func valueWidth(_ row: Row, _ unit: MeasureUnit, _ scaling: AxisScaling) -> Double {
        guard let mean = row.mean else { return 0 }
        let texts = [text(mean, unit, scaling, decimals: 0), text(mean, unit, scaling, decimals: 2)]
        return texts.map { TextWidth.estimate($0, size: FontSize.small) }.max() ?? 0
    }

    /// All means, interval ends and replications, with some room; from zero where zero is near.
    static func domain(_ panel: Panel) -> ClosedRange<Double> {
        let values = panel.rows.flatMap { row in
            row.samples + [row.mean, row.interval?.lowerBound, row.interval?.upperBound].compactMap { $0 }
        }.filter(\.isFinite)
        return AxisTicks.domain(around: values)
    }
}

/// Whether a variant is shown to differ from the first one, and how.
enum Standing: Sendable {
    case better, worse, notShown

    /// Style of a text that tells its value.
    var textStyle: String {
        switch self {
        case .better: "t tgood"
        case .worse: "t tbad"
        case .notShown: "t m"
        }
    }

    /// Colour of its mark.
    var markStyle: String {
        switch self {
        case .better: "cgood"
        case .worse: "cbad"
        case .notShown: "cnone"
        }
    }

    /// In words, for tables.
    var words: String {
        switch self {
        case .better: "better"
        case .worse: "worse"
        case .notShown: "no difference shown"
        }
    }
}
