/// What one measure costs in another: a point for each variant with the intervals of both as a cross.
struct TradeOffPlot: Chart {
    /// One of the two measures.
    struct Axis: Sendable {
        let name: String
        let unit: MeasureUnit
        let isBetterWhenHigher: Bool

        /// "p95 wait, min (less is better)".
        func title(_ scaling: AxisScaling) -> String {
            "\(name), \(scaling.label) (\(isBetterWhenHigher ? "more" : "less") is better)"
        }
    }

    /// One variant.
    struct Point: Sendable {
        let name: String
        let paint: Paint
        let x: Double
        let y: Double
        /// Nil with a single replication.
        let xInterval: ClosedRange<Double>?
        let yInterval: ClosedRange<Double>?
    }

    let title: String
    let x: Axis
    let y: Axis
    /// The first is what the others are compared with.
    let points: [Point]

    var emptyReason: String? { points.count < 2 ? "no two variants have both numbers" : nil }

    var description: String {
        points.map { "\($0.name): \(x.name) \(x.unit.text($0.x)), \(y.name) \(y.unit.text($0.y))" }
            .joined(separator: "; ")
    }

    var table: DataTable {
        DataTable(
            title, [.text("variant"), .number(x.name), .number(y.name)],
            rows: points.map {
                [
                    DataTable.Cell($0.name, paint: $0.paint),
                    DataTable.Cell(Self.text($0.x, $0.xInterval, x.unit), $0.x),
                    DataTable.Cell(Self.text($0.y, $0.yInterval, y.unit), $0.y),
                ]
            })
    }

    private static func text(_ mean: Double, _ interval: ClosedRange<Double>?, _ unit: MeasureUnit) -> String {
        unit.text(mean) + (interval.map { " [\(unit.text($0.lowerBound)), \(unit.text($0.upperBound))]" } ?? "")
    }

    /// Names of the variants that no other beats in both measures, by their means.
    static func front(_ points: [Point], x: Axis, y: Axis) -> [String] {
        func isNoWorse(_ a: Double, _ b: Double, _ axis: Axis) -> Bool { axis.isBetterWhenHigher ? a >= b : a <= b }
        return points.filter { point in
            !points.contains { other in
                (other.x != point.x || other.y != point.y) && isNoWorse(other.x, point.x, x)
                    && isNoWorse(other.y, point.y, y)
            }
        }.map(\.name)
    }

    func draw(_ width: ChartWidth) -> Drawing {
        let height = width == .narrow ? 270.0 : 340.0
        let xDomain = Self.domain(points.map { ($0.x, $0.xInterval) })
        let yDomain = Self.domain(points.map { ($0.y, $0.yInterval) })
        let xScaling = x.unit.axis(toExtent: max(xDomain.upperBound.magnitude, xDomain.lowerBound.magnitude))
        let yScaling = y.unit.axis(toExtent: max(yDomain.upperBound.magnitude, yDomain.lowerBound.magnitude))
        let top = 30.0
        let yScale = LinearScale(domain: yDomain, from: top + height, to: top)
        let yTicks = AxisTicks(yScale, divisor: yScaling.divisor).ticks
        let left = (yTicks.map { TextWidth.estimate($0.label, size: FontSize.small) }.max() ?? 0) + 12
        let xScale = LinearScale(domain: xDomain, from: left, to: width.points - 12)
        var svg = Markup()
        let limit = width.points
        svg.label(TextWidth.truncate(y.title(yScaling), toFit: limit, size: FontSize.small), x: 0, y: 13, style: "t m")
        for tick in yTicks {
            let height = yScale.position(tick.value)
            svg.line(xScale.from, height, xScale.to, height, style: "gr")
            svg.label(tick.label, x: left - 7, y: height + 4, anchor: "end", style: "t m")
        }
        svg.line(xScale.from, yScale.from, xScale.to, yScale.from, style: "ax")
        for tick in AxisTicks(xScale, divisor: xScaling.divisor, limit: 6).ticks {
            let position = xScale.position(tick.value)
            svg.line(position, yScale.from, position, yScale.from + 5, style: "ax")
            svg.label(tick.label, x: position, y: yScale.from + 19, anchor: "middle", style: "t m")
        }
        svg.label(
            TextWidth.truncate(x.title(xScaling), toFit: limit, size: FontSize.small), x: xScale.to,
            y: yScale.from + 37, anchor: "end", style: "t m")
        for point in points { draw(point, into: &svg, xScale, yScale) }
        for (name, box) in labels(xScale, yScale) { svg.label(name, x: box.x, y: box.y + 12, style: "t halo") }
        return Drawing(height: top + height + 46, marks: svg)
    }

    private func draw(_ point: Point, into svg: inout Markup, _ xScale: LinearScale, _ yScale: LinearScale) {
        let (px, py) = (xScale.position(point.x), yScale.position(point.y))
        if let range = point.xInterval {
            svg.whisker(
                xScale.position(range.lowerBound), xScale.position(range.upperBound), y: py,
                style: "x " + point.paint.cssClass)
        }
        if let range = point.yInterval {
            var path = PathBuilder()
            let ends = [yScale.position(range.lowerBound), yScale.position(range.upperBound)]
            path.move(px, ends[0])
            path.vertical(ends[1])
            for end in ends {
                path.move(px - 4, end)
                path.horizontal(px + 4)
            }
            svg.path(path.commands, style: "w x " + point.paint.cssClass)
        }
        svg.circle(x: px, y: py, radius: 5.5, style: "mean " + point.paint.cssClass, title: point.name)
    }

    /// Names beside their points, on the first of several sides where they cover no other name and no point. A name
    /// that finds no room is left to the table.
    private func labels(_ xScale: LinearScale, _ yScale: LinearScale) -> [(String, LabelBox)] {
        let spots = points.map {
            LabelBox(x: xScale.position($0.x) - 7, y: yScale.position($0.y) - 7, width: 14, height: 14)
        }
        var placed: [(String, LabelBox)] = []
        for (index, point) in points.enumerated() {
            let name = TextWidth.truncateMiddle(point.name, toFit: 180, size: FontSize.label)
            let size = TextWidth.estimate(name, size: FontSize.label)
            let (cx, cy) = (xScale.position(point.x), yScale.position(point.y))
            let sides = [
                (cx + 10, cy - 20), (cx - 10 - size, cy - 20), (cx + 10, cy + 5), (cx - 10 - size, cy + 5),
                (cx - size / 2, cy - 34), (cx - size / 2, cy + 20), (cx - size / 2, cy - 50), (cx - size / 2, cy + 36),
            ]
            let boxes = sides.map { LabelBox(x: $0.0, y: $0.1, width: size, height: 15) }.filter {
                $0.x >= xScale.from && $0.x + $0.width <= xScale.to && $0.y >= yScale.to - 16
                    && $0.y + 15 <= yScale.from
            }
            let free = boxes.first { box in
                !placed.contains { $0.1.overlaps(box) }
                    && !spots.enumerated().contains { $0.offset != index && $0.element.overlaps(box) }
            }
            if let free { placed.append((name, free)) }
        }
        return placed
    }

    private static func domain(_ values: [(Double, ClosedRange<Double>?)]) -> ClosedRange<Double> {
        let ends = values.flatMap { [$0.0, $0.1?.lowerBound, $0.1?.upperBound].compactMap { $0 } }
        let domain = AxisTicks.domain(around: ends)
        return domain.lowerBound...(domain.upperBound + (domain.upperBound - domain.lowerBound) * 0.04)
    }
}
