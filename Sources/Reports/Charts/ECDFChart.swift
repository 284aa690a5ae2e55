/// Distributions of a time as cumulative shares over a logarithmic axis, with the median and the tails marked.
struct ECDFChart: Chart {
    /// One distribution.
    struct Line: Sendable {
        let key: Int
        let name: String
        let paint: Paint
        /// Seconds, ascending.
        let sorted: [Double]

        /// The least value that at least `share` of the values do not exceed (nearest rank).
        func quantile(_ share: Double) -> Double {
            guard !sorted.isEmpty else { return .nan }
            let rank = (share * Double(sorted.count) - 1e-9).rounded(.up)
            return sorted[min(max(Int(rank) - 1, 0), sorted.count - 1)]
        }
    }

    let title: String
    /// What is measured, with its unit, below the axis.
    let axis: String
    let lines: [Line]
    /// Values up to this are drawn at the left edge.
    var floor = 1.0
    var plotHeight = 260.0
    /// What the axis is marked in.
    var marks: Marks = .durations

    /// How the logarithmic axis is marked.
    enum Marks: Sendable {
        /// Seconds as 1 s, 1 min, 1 h.
        case durations
        /// Multiples of a reference: 1, 10, 100.
        case multiples
    }

    static let shares = [0.5, 0.95, 0.99]

    var emptyReason: String? {
        lines.contains { !$0.sorted.isEmpty } ? nil : "no job has a value to show"
    }

    var description: String {
        lines.map { line in
            line.name + ": "
                + Self.shares.map { "p\(Int($0 * 100)) \(text(line.quantile($0)))" }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    var table: DataTable {
        let levels = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]
        return DataTable(
            axis,
            [.text(""), .number("jobs")] + levels.map { .number($0 == 1 ? "max" : "p\(Int($0 * 100))") },
            rows: lines.map { line in
                [
                    DataTable.Cell(line.name, paint: line.paint),
                    DataTable.Cell(Figures.count(line.sorted.count), Double(line.sorted.count)),
                ] + levels.map { DataTable.Cell(text(line.quantile($0)), line.quantile($0)) }
            })
    }

    func draw(_ width: ChartWidth) -> Drawing {
        var svg = Markup()
        let left = 52.0
        let right = width.points - (width == .narrow ? 34 : 44)
        let top = 10.0
        let bottom = top + plotHeight
        let x = LogScale(domain: floor...upperEnd, from: left, to: right)
        let y = TailScale(from: bottom, to: top)
        drawGrid(into: &svg, x: x, y: y)
        for line in lines where !line.sorted.isEmpty {
            svg.path(
                steps(line, x: x, y: y, limit: width.maximumPoints / 2), style: "l k\(line.key) \(line.paint.cssClass)")
        }
        for line in lines where !line.sorted.isEmpty { drawMarks(line, into: &svg, x: x, y: y) }
        for (line, box) in labels(x: x, y: y) {
            svg.label(
                line.name, x: box.x, y: box.y + 12, style: "t halo k\(line.key)")
            svg.rectangle(
                x: box.x - 13, y: box.y + 3, width: 9, height: 9, style: "a k\(line.key) \(line.paint.cssClass)")
        }
        return Drawing(height: bottom + 42, marks: svg)
    }

    /// Where each line's name goes: right below its curve, on the first of several heights where it covers no other
    /// name and no other curve.
    func labels(x: LogScale, y: TailScale) -> [(Line, LabelBox)] {
        var placed: [(Line, LabelBox)] = []
        for line in lines where !line.sorted.isEmpty {
            let width = TextWidth.estimate(line.name, size: FontSize.label) + 4
            var best: (box: LabelBox, cost: Int)?
            for share in [0.9, 0.75, 0.95, 0.6, 0.97, 0.5, 0.99, 0.4, 0.85, 0.3, 0.2, 0.1, 0.05] {
                let anchor = min(x.position(line.quantile(share)) + 24, x.to - width)
                let box = LabelBox(x: anchor, y: min(y.position(share) + 3, y.from - 17), width: width, height: 16)
                let covers = placed.contains { $0.1.overlaps(widened(box)) }
                if covers { continue }
                let cost = lines.reduce(0) { $0 + crossings($1, widened(box), x: x, y: y) }
                if cost < best?.cost ?? .max { best = (box, cost) }
                if cost == 0 { break }
            }
            if let best { placed.append((line, best.box)) }
        }
        return placed
    }

    /// The box with the swatch before the name.
    private func widened(_ box: LabelBox) -> LabelBox {
        LabelBox(x: box.x - 14, y: box.y, width: box.width + 14, height: box.height)
    }

    /// How often the steps of a line run through a box.
    private func crossings(_ line: Line, _ box: LabelBox, x: LogScale, y: TailScale) -> Int {
        guard !line.sorted.isEmpty else { return 0 }
        var count = 0
        var (lastX, lastY) = (x.position(line.sorted[0]), y.from)
        for index in 0...120 {
            let rest = 1 - Double(index) / 120
            let share = 1 - rest * rest * rest
            let (nextX, nextY) = (x.position(line.quantile(share)), y.position(share))
            let across = LabelBox(x: lastX, y: lastY - 0.5, width: nextX - lastX + 1, height: 1)
            let up = LabelBox(x: nextX - 0.5, y: nextY, width: 1, height: lastY - nextY + 1)
            if across.overlaps(box) || up.overlaps(box) { count += 1 }
            (lastX, lastY) = (nextX, nextY)
        }
        return count
    }

    /// A decade at least, but for multiples that stay within one.
    private var upperEnd: Double {
        guard marks == .multiples, largest <= 10 * floor else { return max(largest, floor * 10) }
        return max(1.5, (largest / floor * 2).rounded(.up) / 2) * floor
    }

    private var largest: Double { lines.compactMap(\.sorted.last).max() ?? floor }

    private func text(_ value: Double) -> String {
        switch marks {
        case .durations: Figures.duration(seconds: value)
        case .multiples: value.isFinite ? Figures.short(value) + " ×" : Figures.missing
        }
    }

    private func drawGrid(into svg: inout Markup, x: LogScale, y: TailScale) {
        for share in TailScale.ticks {
            let height = y.position(share)
            svg.line(x.from, height, x.to, height, style: Self.shares.contains(share) ? "gr d" : "gr")
            let percent = Figures.percent(share, decimals: 0)
            svg.label(percent, x: x.from - 7, y: height + 4, anchor: "end", style: "t m")
            if Self.shares.contains(share) {
                svg.label("p\(Int(share * 100))", x: x.to + 7, y: height + 4, style: "t m")
            }
        }
        svg.line(x.from, y.from, x.to, y.from, style: "ax")
        for tick in ticks(x) {
            let position = x.position(tick.value)
            svg.line(position, y.from, position, y.from + 5, style: "ax")
            svg.label(tick.label, x: position, y: y.from + 19, anchor: "middle", style: "t m")
        }
        svg.label(axis, x: (x.from + x.to) / 2, y: y.from + 36, anchor: "middle", style: "t m")
    }

    private func ticks(_ x: LogScale) -> [Tick] {
        let limit = x.to - x.from < 320 ? 4 : Scales.maximumTicks
        switch marks {
        case .durations:
            return x.durationTicks(limit: limit).map { tick in
                Tick(value: tick.value, label: tick.value <= floor ? "≤ " + tick.label : tick.label)
            }
        case .multiples:
            let span = upperEnd / floor
            guard span < 10 else { return x.decadeTicks(limit: limit) }
            var step = span <= 3 ? 0.5 : 1.0
            while (span - 1) / step + 1 > Double(limit) { step *= 2 }
            return stride(from: 1, through: span, by: step).map {
                Tick(value: $0 * floor, label: Figures.machine($0 * floor))
            }
        }
    }

    /// The empirical distribution as steps, thinned evenly in share but keeping every value of the last hundredth
    /// (up to the limit).
    private func steps(_ line: Line, x: LogScale, y: TailScale, limit: Int) -> String {
        let count = line.sorted.count
        var ranks = count <= limit ? Array(1...count) : (1...limit).map { $0 * count / limit }
        if count > limit { ranks = Array(Set(ranks + (max(1, count - 40)...count))).sorted() }
        var path = PathBuilder()
        path.move(x.position(line.sorted[0]), y.from)
        for rank in ranks {
            path.horizontal(x.position(line.sorted[rank - 1]))
            path.vertical(y.position(Double(rank) / Double(count)))
        }
        return path.commands
    }

    private func drawMarks(_ line: Line, into svg: inout Markup, x: LogScale, y: TailScale) {
        for share in Self.shares {
            svg.element(
                "circle",
                [
                    "class": "dot k\(line.key) \(line.paint.cssClass)",
                    "cx": Figures.coordinate(x.position(line.quantile(share))),
                    "cy": Figures.coordinate(y.position(share)), "r": "3.5",
                ]
            ) { $0.leaf("title", "\(line.name) p\(Int(share * 100)): \(text(line.quantile(share)))") }
        }
    }
}
