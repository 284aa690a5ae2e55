/// A comparison as lines for a terminal.
extension Comparison {
    /// The trade-off table, the verdicts and what they rest on.
    public var text: String {
        guard replications > 1 else { return "one replication: no interval, so no verdict; see --replications\n" }
        return tradeOff.text + "\n" + verdictText + "\n" + basis
    }

    /// Headline measures by variants: means with their intervals' half-widths, and differences to the first.
    public var tradeOff: DataTable {
        let rows = rows.filter { $0.isHeadline && $0.values.contains { ($0?.mean ?? 0) != 0 } }
        return DataTable(
            "\(scenario), \(replications) replications: mean ± half of the \(percent) interval",
            [.text("measure")] + variants.map { .number($0) },
            rows: rows.map { row in
                [DataTable.Cell(row.measure)]
                    + row.values.enumerated().map { index, value in cell(row, value, row.differences[index]) }
            }, emptyReason: "no replication is complete")
    }

    private func cell(_ row: Row, _ value: Estimate?, _ difference: Difference?) -> DataTable.Cell {
        guard let value else { return DataTable.Cell(Figures.missing) }
        let unit = MeasureUnit(name: row.unit)
        var text = unit.text(value.mean)
        if let upper = value.upper, upper > value.mean { text += " ± " + unit.text(upper - value.mean) }
        if let difference {
            let isMarked = difference.isShown && !difference.isTiny(unit)
            text += isMarked ? (isBetter(row, difference) ? " better" : "  worse") : "       "
        }
        return DataTable.Cell(text, value.mean)
    }

    private func isBetter(_ row: Row, _ difference: Difference) -> Bool {
        (difference.mean > 0) == row.isBetterWhenHigher
    }

    /// What is shown, by variant: first of the whole cluster, then of its parts; then how many others are not.
    private var verdictText: String {
        var lines = ""
        for (index, variant) in variants.enumerated().dropFirst() {
            let differences = rows.compactMap { row in
                row.differences[index].map { (value: $0, unit: MeasureUnit(name: row.unit)) }
            }
            let certain = differences.filter(\.value.isShown)
            let shown = certain.filter { !$0.value.isTiny($0.unit) }.map(\.value)
            lines += "\(variant), against \(variants[0]):\n"
            for difference in shown { lines += "  \(difference.verdict)\n" }
            if shown.count < certain.count {
                lines +=
                    "  \(certain.count - shown.count) more differ for certain, but by less than their digits show\n"
            }
            let rest = differences.count - certain.count
            if certain.isEmpty {
                lines += "  no difference shown, in any of \(differences.count) measures\n"
            } else if rest > 0 {
                lines += "  no difference shown in \(rest) other measures\n"
            }
        }
        return lines
    }

    /// What the verdicts rest on.
    private var basis: String {
        var lines = "  better, worse: than \(variants.first ?? ""); neither where no difference is shown\n"
        lines +=
            "  brackets: \(percent) interval of that line alone; a line stands here only if the t and the bootstrap\n"
        lines +=
            "  interval exclude zero and the test holds among all \(tests) of the whole cluster, or all \(partTests) of its parts\n"
        lines += "  (Holm): in each of the two with \(percent) certainty no line is wrong\n"
        lines += "  warm-up  \(warmUpReason)\n"
        for note in notes { lines += "  note     \(note)\n" }
        lines += "  \(simulations) simulations\n"
        return lines
    }

    private var percent: String { Figures.percent(level, decimals: 0) }
}

/// How numbers of a unit are printed.
public enum MeasureUnit: String, Sendable {
    case seconds = "s"
    case share
    case gpuHours = "GPU-hours"
    case count
    case index
    case dollars
    case energy = "kWh"

    /// The unit called `name`; a plain number if there is none.
    public init(name: String) { self = MeasureUnit(rawValue: name) ?? .index }

    /// A value with its unit.
    public func text(_ value: Double) -> String {
        switch self {
        case .seconds: Figures.duration(seconds: value)
        case .share: Figures.percent(value)
        case .gpuHours: Figures.short(value) + " GPU-h"
        case .count: Figures.short(value)
        case .index: Figures.fixed(value, 3)
        case .dollars: Figures.dollars(micro: value * 1e6)
        case .energy: Figures.short(value) + " kWh"
        }
    }

    /// A difference; shares differ by points.
    public func differenceText(_ value: Double) -> String {
        self == .share ? Figures.fixed(value * 100, 1) + " points" : text(value)
    }

    /// Whether changes are told as a percentage of the first value.
    public var isTold: Bool { self != .share && self != .index }
}

extension Comparison.Difference {
    /// Whether it would print as nothing: below a twentieth of a percent, or of a point.
    func isTiny(_ unit: MeasureUnit) -> Bool {
        if unit == .share { return mean.magnitude < 0.0005 }
        return relative.map { $0.magnitude < 0.0005 } ?? false
    }

    /// The sentence of a shown difference: "p95 wait of `prod` falls by 31 % [24, 38]".
    public static func sentence(
        _ measure: String, _ scope: Comparison.Scope, unit: MeasureUnit, mean: Double, interval: (Double, Double),
        relative: (Double, Double, Double)?
    ) -> String {
        let subject = scope == .cluster ? measure : "\(measure) of \(scope.kind) `\(scope.name)`"
        let isPlural = [.count, .gpuHours].contains(unit)
        let verb = mean < 0 ? (isPlural ? "fall" : "falls") : isPlural ? "rise" : "rises"
        if unit.isTold, let (value, low, high) = relative, value.magnitude < 10 {
            return "\(subject) \(verb) by " + range(value * 100, low * 100, high * 100, figure, " %")
        }
        if unit == .share {
            return "\(subject) \(verb) by "
                + range(mean * 100, interval.0 * 100, interval.1 * 100, { Figures.short($0) }, " points")
        }
        let ends = mean < 0 ? (-interval.1, -interval.0) : interval
        return "\(subject) \(verb) by \(unit.text(mean.magnitude)) [\(unit.text(ends.0)), \(unit.text(ends.1))]"
    }

    /// A size with its ends, turned so that it is positive.
    private static func range(
        _ value: Double, _ low: Double, _ high: Double, _ text: (Double) -> String, _ unit: String
    ) -> String {
        let ends = value < 0 ? (-high, -low) : (low, high)
        return "\(text(value.magnitude))\(unit) [\(text(ends.0)), \(text(ends.1))]"
    }

    /// Whole percents, with a decimal below ten.
    private static func figure(_ value: Double) -> String { Figures.fixed(value, value.magnitude < 9.95 ? 1 : 0) }
}
