/// One horizontal bar of parts that close to a whole: where the GPU time went.
struct LedgerBar: Chart {
    /// One part.
    struct Part: Sendable {
        let name: String
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
    var percents: [String] { Figures.closingPercents(parts.map(\.hours)) }

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
        var outside: [(text: String, centre: Double, x: Double)] = []
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
            let text = "\(shortName(part.name)) \(percent)"
            if TextWidth.estimate(text, size: FontSize.label) + 16 < right - left {
                marks.label(text, x: left + 9, y: 28, style: "t on \(part.paint.cssClass)")
            } else if part.hours >= total * 0.004 {
                outside.append((text, (left + right) / 2, (left + right) / 2))
            }
            start += part.hours
        }
        let depth = drawOutside(outside, into: &marks, top: barHeight, width: width)
        return Drawing(height: barHeight + depth, marks: marks)
    }

    /// Names of parts too thin to carry them, below the bar in as many rows as they need.
    private func drawOutside(
        _ labels: [(text: String, centre: Double, x: Double)], into marks: inout Markup, top: Double, width: ChartWidth
    ) -> Double {
        guard !labels.isEmpty else { return 0 }
        let sizes = labels.map { TextWidth.estimate($0.text, size: FontSize.label) + 18 }
        let rows = min(max(1, Int((sizes.reduce(0, +) / width.points).rounded(.up))), labels.count)
        for row in 0..<rows {
            let members = labels.indices.filter { $0 % rows == row }
            let placed = LabelPlacement.spread(
                members.map { labels[$0].centre }, sizes: members.map { sizes[$0] }, within: 0...width.points)
            let y = top + 26 + Double(rows - 1 - row) * 20
            for (member, centre) in zip(members, placed) {
                var leader = PathBuilder()
                leader.add(labels[member].x, top + 2)
                leader.add(labels[member].x, top + 6)
                leader.add(centre, y - 13)
                marks.path(leader.commands, style: "ld")
                marks.label(labels[member].text, x: centre, y: y, anchor: "middle")
            }
        }
        return 12 + Double(rows) * 20
    }

    /// The part of a name before its explanation.
    private func shortName(_ name: String) -> String {
        name.split(separator: ":", maxSplits: 1).first.map(String.init) ?? name
    }
}
