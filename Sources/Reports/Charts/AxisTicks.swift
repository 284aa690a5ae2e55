import Glibc

/// Marks of a horizontal axis of values whose labels do not touch: as many decimals as their distance needs.
struct AxisTicks: Sendable {
    let ticks: [Tick]
    /// Decimals of the labels.
    let decimals: Int

    /// At most `limit` marks at round values of `divisor`, fewer where their labels would meet.
    init(_ scale: LinearScale, divisor: Double = 1, limit: Int = 5, suffix: String = "", signed: Bool = false) {
        var found: (ticks: [Tick], decimals: Int) = ([], 0)
        for count in stride(from: max(limit, 2), through: 2, by: -1) {
            found = Self.ticks(scale, divisor, count, suffix, signed)
            let room = zip(found.ticks, found.ticks.dropFirst()).allSatisfy { first, second in
                let distance = abs(scale.position(second.value) - scale.position(first.value))
                let widths = [first, second].map { TextWidth.estimate($0.label, size: FontSize.small) }
                return distance > (widths[0] + widths[1]) / 2 + 8
            }
            if room { break }
        }
        (ticks, decimals) = found
    }

    private static func ticks(
        _ scale: LinearScale, _ divisor: Double, _ limit: Int, _ suffix: String, _ signed: Bool
    ) -> ([Tick], Int) {
        let values = scale.ticks(limit: limit, divisor: divisor)
        guard values.count > 1 else {
            return (values.map { Tick(value: $0, label: Figures.short($0 / divisor) + suffix) }, 0)
        }
        let step = (values[1] - values[0]) / divisor
        let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
        let ticks = values.map { value in
            let number = value / divisor
            let isZero = number.magnitude < step * 1e-6
            let sign = signed && !isZero && number > 0 ? "+" : ""
            return Tick(value: value, label: sign + Figures.fixed(isZero ? 0 : number, decimals) + suffix)
        }
        return (ticks, decimals)
    }

    /// A range that holds all values with a little room at both ends; from zero where zero is near.
    static func domain(around values: [Double]) -> ClosedRange<Double> {
        guard let low = values.min(), let high = values.max() else { return 0...1 }
        let span = high - low
        guard span > 0 else {
            let room = high == 0 ? 1 : high.magnitude * 0.1
            return (low >= 0 ? max(0, low - room) : low - room)...(high + room)
        }
        let isNearZero = low >= 0 && low < 0.4 * high
        return (isNearZero ? 0 : low - 0.05 * span)...(high + 0.05 * span)
    }
}

extension Markup {
    /// Appends a circle; `title` is said when it is pointed at.
    mutating func circle(x: Double, y: Double, radius: Double, style: String, title: String? = nil) {
        let attributes: KeyValuePairs<String, String> = [
            "class": style, "cx": Figures.coordinate(x), "cy": Figures.coordinate(y), "r": Figures.coordinate(radius),
        ]
        guard let title else { return empty("circle", attributes) }
        element("circle", attributes) { $0.leaf("title", title) }
    }

    /// Appends a horizontal interval with caps at both ends.
    mutating func whisker(_ from: Double, _ to: Double, y: Double, style: String) {
        var path = PathBuilder()
        path.move(from, y)
        path.horizontal(to)
        for end in [from, to] {
            path.move(end, y - 4)
            path.vertical(y + 4)
        }
        self.path(path.commands, style: "w " + style)
    }

    /// Appends a small triangle that says that something goes on beyond the edge of a drawing.
    mutating func arrow(x: Double, y: Double, toRight: Bool, style: String) {
        let size = toRight ? 7.0 : -7.0
        var path = PathBuilder()
        path.move(x + size, y)
        path.add(x, y - 4.5)
        path.add(x, y + 4.5)
        path.close()
        self.path(path.commands, style: "a " + style)
    }
}
