/// Small multiples over one time axis: each panel asks its own question in its own unit, and all share the crosshair.
struct TimePanels: Chart {
    let title: String
    let description: String
    /// The run, in nanoseconds.
    let start: Int64
    let end: Int64
    let epochUnixSeconds: Int64?
    let panels: [TimePanel]

    var emptyReason: String? {
        if panels.isEmpty { return "no samples were taken" }
        return end > start ? nil : "the run has no length: nothing happened after its start"
    }

    func draw(_ width: ChartWidth) -> Drawing {
        var marks = Markup()
        let left = width == .narrow ? 44.0 : 56.0
        let right = width.points - width.labelMargin
        let time = TimeScale(start: start, end: end, from: left, to: right, epochUnixSeconds: epochUnixSeconds)
        var y = 0.0
        for panel in panels {
            panel.draw(into: &marks, time: time, top: y, width: width)
            y += panel.fullHeight(width)
        }
        let bottom = y - TimePanel.gap
        time.drawAxis(into: &marks, y: bottom, rightLimit: width.points)
        marks.empty(
            "rect",
            [
                "class": "hit", "x": Figures.coordinate(left), "y": "0", "width": Figures.coordinate(right - left),
                "height": Figures.coordinate(bottom), "data-t0": Figures.machine(Double(start) / 1e9),
                "data-t1": Figures.machine(Double(end) / 1e9),
            ])
        return Drawing(height: bottom + time.depth, marks: marks)
    }

    /// Series of all panels, each once, for the legend.
    var legend: [LegendKey] {
        var keys: [Int: LegendKey] = [:]
        for panel in panels {
            for series in panel.series {
                keys[series.key] = LegendKey(index: series.key, name: series.name, paint: series.paint)
            }
        }
        return keys.values.sorted { $0.index < $1.index }
    }

    /// Means of all series over round lengths of time, at most 48 of them.
    var table: DataTable {
        let step = TimeScale.roundStep(dividing: end - start, into: 48)
        let shown = panels.flatMap { panel in panel.series.map { (panel: panel, series: $0) } }
        let rows = Int((end - start + step - 1) / max(step, 1))
        let means = shown.map { Self.means($0.series, start: start, step: step, rows: rows) }
        var table = DataTable(
            "Means over \(Figures.duration(nanoseconds: Double(step)))",
            [.text("from")] + shown.map { .number("\($0.panel.name), \($0.series.name) (\($0.panel.scaling.label))") },
            emptyReason: "no samples were taken")
        for row in 0..<rows where means.contains(where: { $0[row].isFinite }) {
            let instant = start + Int64(row) * step
            let cells = zip(shown, means).map { DataTable.Cell($0.panel.scaling.number($1[row]), $1[row]) }
            table.rows.append([DataTable.Cell(Figures.instant(nanoseconds: instant), Double(instant))] + cells)
        }
        return table
    }

    /// Mean of the samples within each step; not a number where there are none.
    private static func means(_ series: TimeSeries, start: Int64, step: Int64, rows: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: rows)
        var counts = [Double](repeating: 0, count: rows)
        for (instant, value) in zip(series.times, series.values) where value.isFinite && rows > 0 {
            let row = min(max(Int((instant - start) / step), 0), rows - 1)
            sums[row] += value
            counts[row] += 1
        }
        return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
    }

    /// Values for the crosshair: thinned as in the widest drawing, divided as on the axes.
    var crosshairJSON: String {
        var times: [String] = []
        var entries: [String] = []
        for panel in panels where panel.emptyReason == nil {
            var series: [String] = []
            var timeIndex = 0
            for line in panel.series {
                let thinned = Decimation(times: line.times, values: line.values, limit: 480)
                let instants = "[" + thinned.times.map { String($0 / 1_000_000_000) }.joined(separator: ",") + "]"
                timeIndex = times.firstIndex(of: instants) ?? times.count
                if timeIndex == times.count { times.append(instants) }
                let values = thinned.median.map { Figures.machine(rounded($0 / panel.scaling.divisor)) }
                series.append(
                    "[\(json(line.name)),\(json(line.paint.cssClass)),\(timeIndex),[\(values.joined(separator: ","))]]")
            }
            entries.append(
                "{\"n\":\(json(panel.name)),\"u\":\(json(panel.scaling.label)),\"s\":[\(series.joined(separator: ","))]}"
            )
        }
        return "{\"t\":[\(times.joined(separator: ","))],\"p\":[\(entries.joined(separator: ","))]}"
    }

    /// Four significant digits are all that a crosshair shows.
    private func rounded(_ value: Double) -> Double {
        guard abs(value) >= 100 else { return value }
        return value.rounded()
    }

    /// A string of JSON that is safe inside an HTML script element.
    private func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "<", ">", "&", "\u{2028}", "\u{2029}": result += unicodeEscape(scalar)
            case _ where scalar.value < 0x20: result += unicodeEscape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private func unicodeEscape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// A value over time.
struct TimeSeries: Sendable {
    /// Number within the figure: equal for the same thing in several panels.
    let key: Int
    let name: String
    /// Label at the line's end, if not its name.
    var endLabel: String?
    let paint: Paint
    /// Instants, ascending; of an area, the starts of its buckets.
    let times: [Int64]
    let values: [Double]
}

/// One panel of small multiples.
struct TimePanel: Sendable {
    /// What is drawn.
    enum Content: Sendable {
        /// Parts of a whole, stacked in the order given, over buckets that follow one another until `end`.
        case areas([TimeSeries], end: Int64)
        /// Lines, and dashed levels that they are held against.
        case lines([TimeSeries], levels: [Level])
    }

    /// A constant to compare with.
    struct Level: Sendable {
        let name: String
        /// Name where room is short.
        let shortName: String
        let paint: Paint
        let value: Double
    }

    /// The finding or the question.
    let title: String
    /// What the crosshair calls it; panels of equal name are listed together.
    let name: String
    let content: Content
    /// Height of the plot in pixels.
    let height: Double
    /// Upper end of the axis (a capacity), or nil: a round number above the greatest value.
    let ceiling: Double?
    /// Why nothing can be drawn.
    let emptyReason: String?
    /// Greatest value to be drawn.
    let maximum: Double
    /// Unit and prefix of the axis.
    let scaling: AxisScaling

    init(
        title: String, name: String, unit: AxisUnit, content: Content, height: Double, ceiling: Double? = nil,
        emptyReason: String? = nil
    ) {
        self.title = title
        self.name = name
        self.content = content
        self.height = emptyReason == nil ? height : Self.emptyHeight
        self.ceiling = ceiling
        self.emptyReason = emptyReason
        maximum = ceiling ?? Self.greatest(content)
        scaling = unit.scaled(toExtent: maximum)
    }

    static let gap = 26.0
    private static let emptyHeight = 24.0
    private static let titleLine = 17.0

    /// Heading with the unit, in as many lines as it needs.
    func heading(_ width: ChartWidth) -> [String] {
        TextWidth.wrap("\(title) (\(scaling.label))", toFit: width.points - 4, size: FontSize.label * 1.06, lines: 3)
    }

    func titleHeight(_ width: ChartWidth) -> Double { Double(heading(width).count) * Self.titleLine + 9 }

    func fullHeight(_ width: ChartWidth) -> Double { titleHeight(width) + height + Self.gap }

    var series: [TimeSeries] {
        switch content {
        case .areas(let series, _): series
        case .lines(let series, _): series
        }
    }

    private static func greatest(_ content: Content) -> Double {
        switch content {
        case .areas(let series, _):
            let count = series.map(\.values.count).min() ?? 0
            return (0..<count).map { index in series.reduce(0) { $0 + $1.values[index] } }.max() ?? 0
        case .lines(let series, let levels):
            return max(
                series.flatMap { $0.values.filter(\.isFinite) }.max() ?? 0, levels.map(\.value).max() ?? 0)
        }
    }
}
