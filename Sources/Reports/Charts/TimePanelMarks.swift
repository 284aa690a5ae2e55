// How a panel draws itself: grid, areas or lines, and the names at their right ends.

extension TimePanel {
    /// Draws the panel between the time scale's ends, its heading at `top`.
    func draw(into marks: inout Markup, time: TimeScale, top: Double, width: ChartWidth) {
        let plotTop = top + titleHeight(width)
        let bottom = plotTop + height
        let scaling = self.scaling
        for (index, line) in heading(width).enumerated() {
            marks.label(line, x: 0, y: top + 13 + Double(index) * 17, style: "t tb")
        }
        if let emptyReason {
            marks.label(emptyReason, x: time.from, y: plotTop + 18, style: "t m")
            return
        }
        let tickLimit = height < 70 ? 3 : height < 130 ? 4 : 5
        let scale: LinearScale
        if let ceiling {
            scale = LinearScale(domain: 0...ceiling, from: bottom, to: plotTop)
        } else {
            scale = .fromZero(to: maximum, divisor: scaling.divisor, from: bottom, to: plotTop, ticks: tickLimit)
        }
        for tick in scale.ticks(limit: tickLimit, divisor: scaling.divisor) {
            let y = scale.position(tick)
            marks.line(time.from, y, time.to, y, style: "gr")
            marks.label(scaling.number(tick), x: time.from - 7, y: y + 4, anchor: "end", style: "t m")
        }
        switch content {
        case .areas(let series, let end):
            drawAreas(series, end: end, into: &marks, time: time, scale: scale, width: width)
        case .lines(let series, let levels):
            drawLines(series, levels: levels, into: &marks, time: time, scale: scale, width: width)
        }
    }

    // MARK: Areas

    private func drawAreas(
        _ series: [TimeSeries], end: Int64, into marks: inout Markup, time: TimeScale, scale: LinearScale,
        width: ChartWidth
    ) {
        guard let starts = series.first?.times, !starts.isEmpty else { return }
        let limit = width.maximumPoints / 2
        let size = Decimation.binSize(count: starts.count, limit: limit)
        let lengths = starts.indices.map { Double(($0 + 1 < starts.count ? starts[$0 + 1] : end) - starts[$0]) }
        let edges =
            stride(from: 0, to: starts.count, by: size).map { time.position(starts[$0]) } + [time.position(end)]
        var floor = [Double](repeating: 0, count: edges.count - 1)
        var ends: [(series: TimeSeries, centre: Double, size: Double)] = []
        for layer in series {
            let means = Decimation.means(layer.values, weights: lengths, limit: limit)
            guard means.contains(where: { $0 > 0 }) else { continue }
            let ceiling = zip(floor, means).map { $0 + max($1, 0) }
            marks.element(
                "path", ["class": "a k\(layer.key) \(layer.paint.cssClass)", "d": area(edges, floor, ceiling, scale)]
            ) {
                $0.leaf("title", layer.name)
            }
            let last = tailMean(floor: floor, ceiling: ceiling)
            ends.append((layer, scale.position(last.centre), abs(scale.position(0) - scale.position(last.size))))
            floor = ceiling
        }
        // Only layers that are seen at the right edge can be named there; the legend names all.
        let named = ends.filter { $0.size >= 5 }
        drawLabels(
            named.map {
                EndLabel(name: $0.series.name, shortName: nil, key: $0.series.key, paint: $0.series.paint, y: $0.centre)
            },
            into: &marks, time: time, scale: scale, width: width)
    }

    /// Bounds of a layer over the last twentieth of the time, where its name stands.
    private func tailMean(floor: [Double], ceiling: [Double]) -> (centre: Double, size: Double) {
        let count = max(1, floor.count / 20)
        let low = floor.suffix(count).reduce(0, +) / Double(count)
        let high = ceiling.suffix(count).reduce(0, +) / Double(count)
        return ((low + high) / 2, high - low)
    }

    /// Steps along the top from left to right and back along the bottom.
    private func area(_ edges: [Double], _ floor: [Double], _ ceiling: [Double], _ scale: LinearScale) -> String {
        var path = PathBuilder()
        path.move(edges[0], scale.position(ceiling[0]))
        for index in ceiling.indices {
            path.vertical(scale.position(ceiling[index]))
            // A level that goes on is drawn once.
            if index + 1 < ceiling.count, ceiling[index + 1] == ceiling[index] { continue }
            path.horizontal(edges[index + 1])
        }
        for index in floor.indices.reversed() {
            path.vertical(scale.position(floor[index]))
            if index > 0, floor[index - 1] == floor[index] { continue }
            path.horizontal(edges[index])
        }
        path.close()
        return path.commands
    }

    // MARK: Lines

    private func drawLines(
        _ series: [TimeSeries], levels: [Level], into marks: inout Markup, time: TimeScale, scale: LinearScale,
        width: ChartWidth
    ) {
        var labels: [EndLabel] = []
        for level in levels {
            let y = scale.position(level.value)
            marks.line(time.from, y, time.to, y, style: "l d \(level.paint.cssClass)")
            labels.append(EndLabel(name: level.name, shortName: level.shortName, key: nil, paint: level.paint, y: y))
        }
        for line in series {
            let full = Decimation(times: line.times, values: line.values, limit: width.maximumPoints)
            let thinned =
                full.isBanded
                ? Decimation(times: line.times, values: line.values, limit: width.maximumBins) : full
            guard let last = thinned.median.last else { continue }
            let style = "k\(line.key) \(line.paint.cssClass)"
            let xs = thinned.times.map(time.position)
            // Many bands over one another would only be a haze.
            let bandStyle = series.count > 3 ? "bd faint " : "bd "
            if thinned.isBanded { marks.path(band(xs, thinned, scale), style: bandStyle + style) }
            marks.path(course(xs, thinned.median, to: time.to, scale), style: "l " + style)
            labels.append(
                EndLabel(
                    name: line.endLabel ?? line.name, shortName: nil, key: line.key, paint: line.paint,
                    y: scale.position(last)))
        }
        drawLabels(labels, into: &marks, time: time, scale: scale, width: width)
    }

    /// A line through the values, the last of which holds until the end. Where samples are far apart, every value holds
    /// until the next: a slope would claim values that nobody saw.
    private func course(_ xs: [Double], _ values: [Double], to end: Double, _ scale: LinearScale) -> String {
        let isStepped = Double(xs.count) * 4 < end - (xs.first ?? end)
        var path = PathBuilder()
        for (x, value) in zip(xs, values) {
            if isStepped, !path.isEmpty { path.horizontal(x) }
            path.add(x, scale.position(value))
        }
        path.horizontal(end)
        return path.commands
    }

    private func band(_ xs: [Double], _ thinned: Decimation, _ scale: LinearScale) -> String {
        var path = PathBuilder()
        for index in xs.indices { path.add(xs[index], scale.position(thinned.high[index])) }
        for index in xs.indices.reversed() { path.add(xs[index], scale.position(thinned.low[index])) }
        path.close()
        return path.commands
    }

    // MARK: Names at the right end

    private struct EndLabel {
        let name: String
        let shortName: String?
        let key: Int?
        let paint: Paint
        let y: Double
    }

    private func drawLabels(
        _ labels: [EndLabel], into marks: inout Markup, time: TimeScale, scale: LinearScale, width: ChartWidth
    ) {
        let lineHeight = 15.0
        let room = (scale.to - 8)...(scale.from + 8)
        let shown = labels.prefix(Int((room.upperBound - room.lowerBound) / lineHeight))
        let placed = LabelPlacement.spread(
            shown.map(\.y), sizes: shown.map { _ in lineHeight }, within: room)
        for (label, y) in zip(shown, placed) {
            let key = label.key.map { "k\($0) " } ?? ""
            var leader = PathBuilder()
            leader.add(time.to + 2, label.y)
            leader.add(time.to + 9, y)
            marks.path(leader.commands, style: "ld \(key)\(label.paint.cssClass)")
            let room = width.labelMargin - 14
            let fits = TextWidth.estimate(label.name, size: FontSize.label) <= room
            let text =
                fits ? label.name : TextWidth.truncate(label.shortName ?? label.name, toFit: room, size: FontSize.label)
            marks.label(text, x: time.to + 13, y: y + 4.5, style: "t \(key)")
        }
    }
}
