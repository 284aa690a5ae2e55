/// What an axis measures. The prefix is chosen once for the whole axis, so that its labels can be compared.
enum AxisUnit: Equatable, Sendable {
    /// Things that are counted; the word follows the numbers: jobs, GPUs.
    case count(String)
    /// A share of 1, printed in percent.
    case share
    /// Multiples of something, printed as they are.
    case multiple
    /// Seconds, printed in s, min, h or d.
    case seconds
    /// GPU-hours with SI prefixes from a hundred thousand on.
    case gpuHours
    /// Bytes per second with decimal prefixes.
    case bytesPerSecond
    /// Bytes with binary prefixes.
    case bytes

    /// The factor and the name that suit an axis whose largest absolute value is `extent`.
    func scaled(toExtent extent: Double) -> AxisScaling {
        switch self {
        case .share: return AxisScaling(divisor: 0.01, label: "%")
        case .multiple: return AxisScaling(divisor: 1, label: "×")
        case .seconds: return Self.largest(below: extent, of: Self.timeSteps)
        case .count(let word):
            let step = Self.largest(below: extent / 100, of: Self.decimalSteps)
            let label = step.label.isEmpty ? word : step.label + " " + word
            return AxisScaling(divisor: step.divisor, label: label)
        case .gpuHours:
            let step = Self.largest(below: extent / 100, of: Self.decimalSteps)
            return AxisScaling(
                divisor: step.divisor, label: step.label.isEmpty ? "GPU-hours" : step.label + " GPU-hours")
        case .bytesPerSecond: return Self.largest(below: extent, of: Self.rateSteps)
        case .bytes: return Self.largest(below: extent, of: Self.byteSteps)
        }
    }

    private static let decimalSteps: [AxisScaling] = [
        AxisScaling(divisor: 1, label: ""), AxisScaling(divisor: 1e3, label: "thousand"),
        AxisScaling(divisor: 1e6, label: "million"), AxisScaling(divisor: 1e9, label: "billion"),
    ]
    private static let timeSteps: [AxisScaling] = [
        AxisScaling(divisor: 1, label: "s"), AxisScaling(divisor: 60, label: "min"),
        AxisScaling(divisor: 3600, label: "h"), AxisScaling(divisor: 86_400, label: "d", from: 2 * 86_400),
    ]
    private static let rateSteps: [AxisScaling] = [
        AxisScaling(divisor: 1, label: "B/s"), AxisScaling(divisor: 1e3, label: "kB/s"),
        AxisScaling(divisor: 1e6, label: "MB/s"), AxisScaling(divisor: 1e9, label: "GB/s"),
        AxisScaling(divisor: 1e12, label: "TB/s"),
    ]
    private static let byteSteps: [AxisScaling] = [
        AxisScaling(divisor: 1, label: "B"), AxisScaling(divisor: 1024, label: "KiB"),
        AxisScaling(divisor: 1_048_576, label: "MiB"), AxisScaling(divisor: 1_073_741_824, label: "GiB"),
        AxisScaling(divisor: 1_099_511_627_776, label: "TiB"),
    ]

    private static func largest(below extent: Double, of steps: [AxisScaling]) -> AxisScaling {
        steps.last { $0.from <= extent } ?? steps[0]
    }
}

/// A prefix or unit chosen for one axis: printed value = value / divisor.
struct AxisScaling: Equatable, Sendable {
    /// What a value is divided by before it is printed.
    let divisor: Double
    /// Unit with its prefix, for the axis title and beside single values.
    let label: String
    /// Smallest extent for which it is chosen.
    let from: Double

    init(divisor: Double, label: String, from: Double? = nil) {
        self.divisor = divisor
        self.label = label
        self.from = from ?? divisor
    }

    /// The number alone.
    func number(_ value: Double) -> String { Figures.short(value / divisor) }

    /// The number with its unit.
    func text(_ value: Double) -> String { value.isFinite ? number(value) + " " + label : Figures.missing }
}
