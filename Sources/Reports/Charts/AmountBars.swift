/// Horizontal bars of amounts, each with words beside it; what is not known for certain is hatched, and a line may mark
/// what they are compared with.
struct AmountBars: Chart {
    /// One bar.
    struct Bar: Sendable {
        let name: String
        let value: Double
        /// Where the uncertain part ends; nil for none.
        var upTo: Double?
        let text: String
        let paint: Paint
    }

    /// A line across all bars.
    struct Mark: Sendable {
        let value: Double
        let text: String
    }

    let title: String
    /// What the axis counts, without its unit.
    let measure: String
    let unit: MeasureUnit
    let bars: [Bar]
    var mark: Mark?
    let table: DataTable
    /// Said instead of a drawing without bars.
    var absence = "nothing to show"

    var emptyReason: String? { bars.isEmpty ? absence : nil }

    var description: String { bars.map { "\($0.name): \($0.text)" }.joined(separator: "; ") }

    func draw(_ width: ChartWidth) -> Drawing {
        var svg = Markup()
        let named = bars.map { TextWidth.estimate($0.name, size: FontSize.label) }.max() ?? 0
        let left = width == .narrow ? 0 : min(named + 16, width.points * 0.3)
        let most = bars.reduce(mark?.value ?? 0) { max($0, $1.value, $1.upTo ?? 0) }
        let scaling = unit.axis(toExtent: most)
        let scale = LinearScale.fromZero(
            to: most, divisor: scaling.divisor, from: left, to: width.points - 24, ticks: width == .narrow ? 4 : 6)
        let top = mark == nil ? 0.0 : 20
        let words = bars.map {
            TextWidth.wrap(
                $0.text, toFit: width.points - left - 4, size: FontSize.small, lines: width == .narrow ? 3 : 1)
        }
        let lines = Double(words.map(\.count).max() ?? 1)
        let rowHeight = width == .narrow ? 42 + 16 * lines : 44.0
        let barTop = width == .narrow ? 20 + 16 * lines : 21.0
        let bottom = top + rowHeight * Double(bars.count)
        for tick in AxisTicks(scale, divisor: scaling.divisor, limit: width == .narrow ? 4 : 6).ticks {
            let x = scale.position(tick.value)
            svg.line(x, top, x, bottom, style: "gr")
            svg.label(tick.label, x: x, y: bottom + 18, anchor: x <= left ? "start" : "middle", style: "t m")
        }
        svg.label("\(measure), \(scaling.label)", x: scale.to, y: bottom + 36, anchor: "end", style: "t m")
        if let mark {
            let x = scale.position(mark.value)
            svg.line(x, top - 4, x, bottom, style: "ax")
            let half = TextWidth.estimate(mark.text, size: FontSize.small) / 2
            svg.label(
                mark.text, x: min(max(x, half), width.points - half), y: top - 8, anchor: "middle", style: "t m")
        }
        for (index, bar) in bars.enumerated() {
            let y = top + rowHeight * Double(index)
            let height = y + barTop
            if width == .narrow {
                svg.label(bar.name, x: 0, y: y + 14)
                for (line, text) in words[index].enumerated() {
                    svg.label(text, x: 0, y: y + 30 + 16 * Double(line), style: "t m halo")
                }
            } else {
                svg.label(bar.name, x: left - 10, y: y + 32, anchor: "end")
                svg.label(words[index][0], x: left + 2, y: y + 16, style: "t m halo")
            }
            let end = scale.position(bar.value)
            svg.rectangle(
                x: left, y: height, width: max(end - left, 1), height: 15, style: "a \(bar.paint.cssClass)")
            if let upTo = bar.upTo, upTo > bar.value {
                svg.rectangle(
                    x: end, y: height, width: scale.position(upTo) - end, height: 15,
                    style: "h\(bar.paint.cssClass)")
            }
        }
        if let mark {
            // Over the bars again, but not over their words.
            for index in bars.indices {
                let height = top + rowHeight * Double(index) + barTop
                svg.line(scale.position(mark.value), height, scale.position(mark.value), height + 15, style: "ax")
            }
        }
        return Drawing(height: bottom + 44, marks: svg)
    }
}
