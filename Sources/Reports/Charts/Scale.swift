import Glibc

/// A mark on an axis: where, and what it says.
struct Tick: Equatable, Sendable {
    /// Value in the units of the scale's domain.
    let value: Double
    /// Text beside the mark.
    let label: String
    /// A second line below it (the calendar date), or empty.
    var detail = ""
}

/// Maps values evenly onto a length of the drawing. Every axis has at most `Scales.maximumTicks` marks.
struct LinearScale: Sendable {
    /// Smallest and largest value; never empty.
    let domain: ClosedRange<Double>
    /// Where the domain's bounds are drawn; `from` may be larger than `to`.
    let from: Double
    let to: Double

    /// A scale over `domain` as given. An empty or infinite domain becomes one unit wide.
    init(domain: ClosedRange<Double>, from: Double, to: Double) {
        let low = domain.lowerBound.isFinite ? domain.lowerBound : 0
        let high = domain.upperBound.isFinite ? domain.upperBound : low + 1
        self.domain = low...(high > low ? high : low + 1)
        self.from = from
        self.to = to
    }

    /// A scale from zero up to a round number not below `maximum` (in units of `divisor`).
    static func fromZero(to maximum: Double, divisor: Double = 1, from: Double, to: Double, ticks: Int) -> LinearScale {
        let extent = maximum.isFinite && maximum > 0 ? maximum / divisor : 1
        let step = Scales.roundStep(extent / Double(max(ticks - 1, 1)))
        let top = (extent / step - 1e-9).rounded(.up) * step
        return LinearScale(domain: 0...(top * divisor), from: from, to: to)
    }

    /// Where `value` is drawn.
    func position(_ value: Double) -> Double {
        from + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (to - from)
    }

    /// Round values within the domain, at most `limit` of them, at multiples of 1, 2 or 5 × 10ⁿ of `divisor`.
    func ticks(limit: Int = Scales.maximumTicks, divisor: Double = 1) -> [Double] {
        let low = domain.lowerBound / divisor
        let high = domain.upperBound / divisor
        let limit = min(max(limit, 2), Scales.maximumTicks)
        var step = Scales.roundStep((high - low) / Double(limit - 1))
        var marks: [Double] = []
        repeat {
            let first = (low / step - 1e-9).rounded(.up)
            let last = (high / step + 1e-9).rounded(.down)
            marks = last >= first ? stride(from: first, through: last, by: 1).map { $0 * step * divisor } : []
            step = Scales.roundStep(step * 1.5)
        } while marks.count > limit
        return marks
    }
}

/// Maps positive values by their logarithm.
struct LogScale: Sendable {
    /// Smallest and largest value, both positive.
    let domain: ClosedRange<Double>
    let from: Double
    let to: Double
    private let logLow: Double
    private let logSpan: Double

    /// A scale over `domain`; bounds that are not positive are raised to 1e-9.
    init(domain: ClosedRange<Double>, from: Double, to: Double) {
        let low = max(domain.lowerBound.isFinite ? domain.lowerBound : 1, 1e-9)
        let high = max(domain.upperBound.isFinite ? domain.upperBound : low, low * 1.001)
        self.domain = low...high
        self.from = from
        self.to = to
        logLow = log(low)
        logSpan = log(high) - logLow
    }

    /// Where `value` is drawn; values outside the domain are drawn at its edge.
    func position(_ value: Double) -> Double {
        let inside = min(max(value, domain.lowerBound), domain.upperBound)
        return from + (log(inside) - logLow) / logSpan * (to - from)
    }

    /// Instants of everyday speech for an axis of seconds (1 s, 10 s, 1 min, … 1 h, 1 d, 10 d), at most `limit`.
    func durationTicks(limit: Int = Scales.maximumTicks) -> [Tick] {
        var chosen = Self.durations.filter { domain.contains($0.value) }
        if chosen.count > limit { chosen = chosen.filter { !Self.fineDurations.contains($0.label) } }
        if chosen.count > limit { chosen = chosen.filter { Self.coarseDurations.contains($0.label) } }
        if chosen.count > limit {
            let stride = (chosen.count + limit - 1) / limit
            chosen = chosen.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        }
        return chosen
    }

    /// Powers of ten within the domain, at most `limit`.
    func decadeTicks(limit: Int = Scales.maximumTicks) -> [Tick] {
        let low = Int(ceil(log10(domain.lowerBound) - 1e-9))
        let high = Int(floor(log10(domain.upperBound) + 1e-9))
        guard low <= high else { return [] }
        let step = (high - low) / limit + 1
        return stride(from: low, through: high, by: step).map { exponent in
            let value = pow(10, Double(exponent))
            return Tick(value: value, label: Figures.short(value))
        }
    }

    private static let durations: [Tick] = [
        Tick(value: 0.001, label: "1 ms"), Tick(value: 0.01, label: "10 ms"), Tick(value: 0.1, label: "100 ms"),
        Tick(value: 1, label: "1 s"), Tick(value: 10, label: "10 s"), Tick(value: 60, label: "1 min"),
        Tick(value: 600, label: "10 min"), Tick(value: 3600, label: "1 h"), Tick(value: 6 * 3600, label: "6 h"),
        Tick(value: 86_400, label: "1 d"), Tick(value: 7 * 86_400, label: "7 d"),
        Tick(value: 30 * 86_400, label: "30 d"), Tick(value: 365 * 86_400, label: "1 y"),
        Tick(value: 3650 * 86_400, label: "10 y"),
    ]
    private static let fineDurations = ["10 ms", "100 ms", "10 s", "7 d"]
    private static let coarseDurations = ["1 ms", "1 s", "1 min", "1 h", "1 d", "30 d", "1 y", "10 y"]
}

/// Maps a cumulative share F to 1 − ∛(1 − F): half of the height is for the last tenth.
///
/// On an even scale the tail, which is what a reader of waiting times looks for, is squeezed into the last pixels; on
/// a scale of nines the body is.
struct TailScale: Sendable {
    /// Where share 0 is drawn, and share 1.
    let from: Double
    let to: Double

    /// Marks of the axis.
    static let ticks = [0, 0.5, 0.9, 0.95, 0.99, 1]

    /// Where `share` is drawn.
    func position(_ share: Double) -> Double {
        from + (1 - cbrt(1 - min(max(share, 0), 1))) * (to - from)
    }
}

/// What all scales share.
enum Scales {
    /// More marks than this make an axis a ruler.
    static let maximumTicks = 6

    /// The smallest of 1, 2, 5 × 10ⁿ that is not below `size`.
    static func roundStep(_ size: Double) -> Double {
        guard size > 0, size.isFinite else { return 1 }
        let power = pow(10, floor(log10(size)))
        for factor in [1.0, 2, 5] where factor * power >= size * (1 - 1e-9) { return factor * power }
        return 10 * power
    }
}
