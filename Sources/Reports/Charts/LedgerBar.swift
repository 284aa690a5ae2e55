/// One horizontal bar of parts that close to a whole: where the GPU time went.
struct LedgerBar: Chart {
    /// One part.
    struct Part: Sendable {
        let name: String
        /// A word or two, for the drawing.
        let shortName: String
        let paint: Paint
        /// GPU-hours.
        let hours: Double
    }

    let title: String
    /// In the order drawn.
    let parts: [Part]

    var total: Double { parts.reduce(0) { $0 + $1.hours } }

    var emptyReason: String? { total > 0 ? nil : "the run has no GPU time: no GPUs, or no length" }

    var description: String {
        zip(parts, percents).filter { $0.0.hours > 0 }.map { "\($0.0.name) \($0.1)" }.joined(separator: ", ")
    }

    /// Shares as printed; they add up to 100.0 %.
    var percents: [String] { Figures.closingTenths(parts.map(\.hours)).map(Figures.percent(tenths:)) }

    var table: DataTable {
        let scaling = AxisUnit.gpuHours.scaled(toExtent: total)
        return DataTable(
            "GPU time by cause", [.text("cause"), .number(scaling.label), .number("share")],
            rows: zip(parts, percents).map { part, percent in
                [
                    DataTable.Cell(part.name, paint: part.paint),
                    DataTable.Cell(scaling.number(part.hours), part.hours),
                    DataTable.Cell(percent, part.hours / total),
                ]
            },
            total: [
                DataTable.Cell("capacity"), DataTable.Cell(scaling.number(total)), DataTable.Cell("100.0 %"),
            ],
            emptyReason: emptyReason ?? "")
    }

    func draw(_ width: ChartWidth) -> Drawing {
        var marks = Markup()
        let scale = LinearScale(domain: 0...total, from: 0, to: width.points)
        let barHeight = 46.0
        var start = 0.0
        var outside: [(text: String, x: Double)] = []
        for (part, percent) in zip(parts, percents) where part.hours > 0 {
            let left = scale.position(start)
            let right = scale.position(start + part.hours)
            marks.element(
                "rect",
                [
                    "class": "a seg \(part.paint.cssClass)", "x": Figures.coordinate(left), "y": "0",
                    "width": Figures.coordinate(max(right - left, 0.5)), "height": Figures.coordinate(barHeight),
                ]
            ) { $0.leaf("title", "\(part.name): \(percent)") }
            let text = "\(part.shortName) \(percent)"
            if TextWidth.estimate(text, size: FontSize.label) + 16 < right - left {
                marks.label(text, x: left + 9, y: 28, style: "t on \(part.paint.cssClass)")
            } else if part.hours >= total * 0.002 {
                outside.append((text, (left + right) / 2))
            }
            start += part.hours
        }
        let callouts = Self.callouts(outside, top: barHeight, width: width.points)
        for callout in callouts {
            marks.line(callout.x, barHeight + 2, callout.x, callout.box.y + 7, style: "ld")
            let end = callout.box.x < callout.x ? callout.box.x + callout.box.width : callout.box.x
            marks.line(callout.x, callout.box.y + 7, end, callout.box.y + 7, style: "ld")
            let anchor = callout.box.x < callout.x ? "end" : "start"
            let x = anchor == "end" ? end - 3 : end + 3
            marks.label(callout.text, x: x, y: callout.box.y + 12, anchor: anchor)
        }
        let depth = callouts.map { $0.box.y + $0.box.height }.max() ?? barHeight
        return Drawing(height: depth + 2, marks: marks)
    }

    /// The name of a part too thin to carry it: a line down from the part, and the text beside the line's end.
    struct Callout: Equatable, Sendable {
        let text: String
        let x: Double
        let box: LabelBox
    }

    /// Places names below the bar so that no text touches another or a line. A name for which no row is free is left
    /// out: the table has it.
    static func callouts(_ labels: [(text: String, x: Double)], top: Double, width: Double) -> [Callout] {
        var placed: [Callout] = []
        var lines: [LabelBox] = []
        let right = labels.filter { $0.x > width / 2 }
        let left = labels.filter { $0.x <= width / 2 }
        for label in right + left.reversed() {
            let size = TextWidth.estimate(label.text, size: FontSize.label) + 12
            let sides = label.x > width / 2 ? [label.x - size, label.x] : [label.x, label.x - size]
            if let callout = place(label, size: size, sides: sides, top: top, width: width, among: placed, lines) {
                placed.append(callout)
                lines.append(LabelBox(x: label.x - 1, y: top, width: 2, height: callout.box.y + 8 - top))
            }
        }
        return placed
    }

    /// The first free place: the preferred side of the line on any row, then the other side.
    private static func place(
        _ label: (text: String, x: Double), size: Double, sides: [Double], top: Double, width: Double,
        among placed: [Callout], _ lines: [LabelBox]
    ) -> Callout? {
        for x in sides where x >= 0 && x + size <= width {
            for row in 0..<8 {
                let box = LabelBox(x: x, y: top + 8 + Double(row) * 18, width: size, height: 16)
                let line = LabelBox(x: label.x - 1, y: top, width: 2, height: box.y + 8 - top)
                let isFree =
                    !placed.contains { $0.box.overlaps(box) || $0.box.overlaps(line) }
                    && !lines.contains { $0.overlaps(box) }
                if isFree { return Callout(text: label.text, x: label.x, box: box) }
            }
        }
        return nil
    }
}
