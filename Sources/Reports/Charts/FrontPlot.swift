/// Candidates as points of price against one measure with its interval, the front that none beats in both, and the bound
/// of the measure. Verdicts differ by the form of their marks: a disc is met, a cross missed, a hollow diamond undecided.
struct FrontPlot: Chart {
    /// One candidate.
    struct Point: Sendable {
        let name: String
        let x: Double
        let y: Double
        let interval: ClosedRange<Double>
        let verdict: CapacityPlan.Verdict
        let isOnFront: Bool
        /// Said beside the mark; empty for most.
        let label: String
        /// The answer, drawn larger.
        let isAnswer: Bool
    }

    let title: String
    let xTitle: String
    let xUnit: MeasureUnit
    let yTitle: String
    let yUnit: MeasureUnit
    let limit: Double
    let isLowerLimit: Bool
    let points: [Point]
    let table: DataTable

    var emptyReason: String? { points.isEmpty ? "no capacity was simulated" : nil }

    var description: String {
        points.map { "\($0.name): \(xUnit.text($0.x)), \(yUnit.text($0.y)), \($0.verdict.rawValue)" }
            .joined(separator: "; ")
    }

    // MARK: Axes

    /// An upright axis: even, or by the logarithm where values of very different size must be told apart.
    private struct Upright {
        let ticks: [Tick]
        let title: String
        let position: @Sendable (Double) -> Double
    }

    private func upright(from: Double, to: Double) -> Upright {
        let ends = points.flatMap { [$0.interval.lowerBound, $0.interval.upperBound, $0.y] } + [limit]
        let means = points.map(\.y) + [limit]
        let (least, most) = (means.min() ?? 0, ends.max() ?? 1)
        guard least > 0, most / least > Self.logarithmic else {
            let scale = LinearScale(domain: AxisTicks.domain(around: ends), from: from, to: to)
            let scaling = yUnit.axis(toExtent: most)
            return Upright(
                ticks: AxisTicks(scale, divisor: scaling.divisor).ticks, title: "\(yTitle), \(scaling.label)"
            ) { scale.position($0) }
        }
        let scale = LogScale(domain: least / 1.6...most * 1.3, from: from, to: to)
        let isTime = yUnit == .seconds
        return Upright(
            ticks: isTime ? scale.durationTicks() : scale.decadeTicks(),
            title: yTitle + (isTime ? " (logarithmic)" : ", \(yUnit.axis(toExtent: 1).label) (logarithmic)")
        ) { scale.position($0) }
    }

    /// Values further apart than this factor stand on a logarithmic axis.
    private static let logarithmic = 20.0

    // MARK: Drawing

    func draw(_ width: ChartWidth) -> Drawing {
        let height = width == .narrow ? 260.0 : 340.0
        var svg = Markup()
        let top = drawKey(into: &svg, within: width.points) + 30
        let y = upright(from: top + height, to: top)
        let left = (y.ticks.map { TextWidth.estimate($0.label, size: FontSize.small) }.max() ?? 0) + 12
        let x = LinearScale(
            domain: AxisTicks.domain(around: points.map(\.x)), from: left, to: width.points - 12)
        svg.label(
            TextWidth.truncate(y.title, toFit: width.points, size: FontSize.small), x: 0, y: top - 12, style: "t m")
        for tick in y.ticks {
            let height = y.position(tick.value)
            svg.line(left, height, x.to, height, style: "gr")
            svg.label(tick.label, x: left - 7, y: height + 4, anchor: "end", style: "t m")
        }
        svg.line(left, top + height, x.to, top + height, style: "ax")
        let scaling = xUnit.axis(toExtent: points.map(\.x).max() ?? 1)
        for tick in AxisTicks(x, divisor: scaling.divisor, limit: width == .narrow ? 4 : 6).ticks {
            let position = x.position(tick.value)
            svg.line(position, top + height, position, top + height + 5, style: "ax")
            svg.label(tick.label, x: position, y: top + height + 19, anchor: "middle", style: "t m")
        }
        svg.label("\(xTitle), \(scaling.label)", x: x.to, y: top + height + 37, anchor: "end", style: "t m")
        drawFront(into: &svg, x, y)
        let bound = y.position(limit)
        svg.line(left, bound, x.to, bound, style: "l d")
        svg.label(
            (isLowerLimit ? "at least " : "at most ") + yUnit.text(limit), x: x.to,
            y: isLowerLimit ? bound + 16 : bound - 6, anchor: "end", style: "t m halo")
        for point in points { draw(point, into: &svg, x, y, bottom: top + height) }
        drawLabels(into: &svg, x, y, within: left...width.points, top: top, bottom: top + height)
        return Drawing(height: top + height + 46, marks: svg)
    }

    /// The marks and what they mean, in one line or in two; returns the height used.
    private func drawKey(into svg: inout Markup, within width: Double) -> Double {
        var (left, line) = (0.0, 0.0)
        let keys: [(CapacityPlan.Verdict?, String)] = [
            (.met, "meets all objectives"), (.missed, "misses one"), (.undecided, "undecided"),
            (nil, "not beaten in both"),
        ]
        for (verdict, words) in keys {
            if let verdict, !points.contains(where: { $0.verdict == verdict }) { continue }
            let size = TextWidth.estimate(words, size: FontSize.small)
            if left + 20 + size > width { (left, line) = (0, line + 20) }
            if let verdict {
                Self.mark(verdict, x: left + 7, y: line + 10, radius: 5, into: &svg)
            } else {
                svg.line(left, line + 10, left + 14, line + 10, style: "ld")
            }
            svg.label(words, x: left + 20, y: line + 14, style: "t m")
            left += size + 44
        }
        return line + 20
    }

    private static func mark(
        _ verdict: CapacityPlan.Verdict, x: Double, y: Double, radius: Double, into svg: inout Markup
    ) {
        var path = PathBuilder()
        switch verdict {
        case .met: svg.circle(x: x, y: y, radius: radius, style: "mean cgood")
        case .missed:
            path.move(x - radius * 0.8, y - radius * 0.8)
            path.add(x + radius * 0.8, y + radius * 0.8)
            path.move(x - radius * 0.8, y + radius * 0.8)
            path.add(x + radius * 0.8, y - radius * 0.8)
            svg.path(path.commands, style: "w cbad")
        case .undecided:
            path.move(x, y - radius * 1.2)
            path.add(x + radius * 1.2, y)
            path.add(x, y + radius * 1.2)
            path.add(x - radius * 1.2, y)
            path.close()
            svg.path(path.commands, style: "hollow")
        }
    }

    private func draw(_ point: Point, into svg: inout Markup, _ x: LinearScale, _ y: Upright, bottom: Double) {
        let (px, py) = (x.position(point.x), y.position(point.y))
        let colour = point.verdict == .met ? "cgood" : point.verdict == .missed ? "cbad" : "cnone"
        var path = PathBuilder()
        let ends = [min(bottom, y.position(point.interval.lowerBound)), y.position(point.interval.upperBound)]
        path.move(px, ends[0])
        path.vertical(ends[1])
        for end in ends {
            path.move(px - 3, end)
            path.horizontal(px + 3)
        }
        svg.path(path.commands, style: "l " + colour)
        Self.mark(point.verdict, x: px, y: py, radius: point.isAnswer ? 8 : 5, into: &svg)
    }

    /// Steps from one point of the front to the next: what a price buys at most.
    private func drawFront(into svg: inout Markup, _ x: LinearScale, _ y: Upright) {
        let front = points.filter(\.isOnFront).sorted { $0.x < $1.x }
        guard let first = front.first, front.count > 1 else { return }
        var path = PathBuilder()
        path.move(x.position(first.x), y.position(first.y))
        for point in front.dropFirst() {
            path.horizontal(x.position(point.x))
            path.vertical(y.position(point.y))
        }
        svg.path(path.commands, style: "ld")
    }

    /// Each label on the first side of its mark where it covers no mark and no other label.
    private func drawLabels(
        into svg: inout Markup, _ x: LinearScale, _ y: Upright, within width: ClosedRange<Double>, top: Double,
        bottom: Double
    ) {
        let spots = points.map { point in
            let (high, low) = (y.position(point.interval.upperBound), y.position(point.interval.lowerBound))
            let at = y.position(point.y)
            return LabelBox(
                x: x.position(point.x) - 8, y: min(high, at - 8), width: 16,
                height: max(low, at + 8) - min(high, at - 8))
        }
        var placed: [LabelBox] = []
        for (point, spot) in zip(points, spots) where !point.label.isEmpty {
            let size = TextWidth.estimate(point.label, size: FontSize.label)
            let (cx, cy) = (spot.x + 8, y.position(point.y))
            let (above, below) = (spot.y - 20, spot.y + spot.height + 4)
            let sides = [
                (cx + 14, cy - 24), (cx + 14, cy + 8), (cx - 14 - size, cy + 8), (cx - 14 - size, cy - 24),
                (cx - size / 2, below), (cx - size / 2, above), (cx - size, below + 16), (cx - size, above - 16),
                (cx - size / 2, below + 34), (cx - size, below + 50),
            ]
            let boxes = sides.map { LabelBox(x: $0.0, y: $0.1, width: size, height: 16) }.filter {
                $0.x >= width.lowerBound && $0.x + $0.width <= width.upperBound && $0.y >= top - 8
                    && $0.y + 16 <= bottom
            }
            let free = boxes.first { box in
                !placed.contains { $0.overlaps(box) } && !spots.contains { $0.overlaps(box) }
            }
            guard let box = free ?? boxes.first else { continue }
            placed.append(box)
            svg.label(point.label, x: box.x, y: box.y + 13, style: "t halo" + (point.isAnswer ? " tb" : ""))
        }
    }
}
