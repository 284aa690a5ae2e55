/// The frame around every chart: heading, legend, the drawing in each width, and the numbers behind it.
struct ChartFigure: Sendable {
    /// Identity within the page.
    let id: String
    let chart: any Chart
    /// A sentence under the heading.
    var note: String?
    /// Series that can be switched off, by the index their marks carry.
    var legend: [LegendKey] = []
    /// Numbers for the crosshair, as JSON; empty when the chart has none.
    var crosshair = ""
    /// Whether the numbers follow in a box that opens; false where the page shows them openly.
    var hasNumbers = true

    /// The figure as HTML.
    var html: String {
        var markup = Markup()
        markup.element("figure", ["class": "chart", "id": id]) { figure in
            figure.element("figcaption") { caption in
                caption.leaf("h3", chart.title)
                if let note { caption.leaf("p", ["class": "note"], note) }
            }
            if let reason = chart.emptyReason {
                figure.raw(DataTable.note(reason))
                return
            }
            if !legend.isEmpty { figure.raw(legendMarkup) }
            for width in chart.widths { figure.raw(svg(width)) }
            if !crosshair.isEmpty {
                figure.element("script", ["type": "application/json", "class": "data"]) { $0.raw(crosshair) }
            }
            guard hasNumbers else { return }
            figure.element("details", ["class": "numbers"]) { details in
                details.leaf("summary", "Numbers")
                details.raw(chart.table.html())
            }
        }
        return markup.text
    }

    /// One drawing with its title and description for readers that cannot see it.
    func svg(_ width: ChartWidth) -> String {
        let drawing = chart.draw(width)
        let name = id + "-" + width.rawValue
        var markup = Markup()
        markup.element(
            "svg",
            [
                "class": classes(width), "role": "img", "aria-labelledby": "\(name)-t \(name)-d",
                "viewBox": "0 0 \(Figures.coordinate(width.points)) \(Figures.coordinate(drawing.height))",
            ]
        ) { svg in
            svg.leaf("title", ["id": name + "-t"], chart.title)
            svg.leaf("desc", ["id": name + "-d"], chart.description)
            svg.raw(drawing.marks.text)
        }
        return markup.text
    }

    private func classes(_ width: ChartWidth) -> String {
        // A width that is not drawn is covered by the next larger one.
        let covered = ChartWidth.allCases.filter {
            chart.widths.contains($0) ? $0 == width : isNextLarger(width, than: $0)
        }
        return "plot " + covered.map { "v-" + $0.rawValue }.joined(separator: " ")
    }

    private func isNextLarger(_ width: ChartWidth, than missing: ChartWidth) -> Bool {
        chart.widths.last { $0.points > missing.points } == width
    }

    private var legendMarkup: String {
        var markup = Markup()
        markup.element("div", ["class": "legend", "role": "group", "aria-label": "Series"]) { box in
            for key in legend {
                box.element(
                    "button", ["type": "button", "class": "key", "data-k": "\(key.index)", "aria-pressed": "true"]
                ) { button in
                    button.leaf("i", ["class": "swatch " + key.paint.cssClass], "")
                    button.write(key.name)
                }
            }
        }
        return markup.text
    }
}

/// One entry of a legend.
struct LegendKey: Equatable, Sendable {
    let index: Int
    let name: String
    let paint: Paint
}
