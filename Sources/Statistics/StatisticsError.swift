/// Input that a statistic is not defined for, or a search that found nothing.
public enum StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are `found` values where at least `needed` are needed.
    case tooFewValues(found: Int, needed: Int)
    /// The value at this index is not a number or is infinite.
    case notFinite(index: Int)
    /// Two series that belong together have different lengths.
    case lengthsDiffer(Int, Int)
    /// A parameter is out of its range; the text names it, the value found and the range.
    case badParameter(String)
    /// All values are equal, so that what was asked has no answer (a slope over one place).
    case noSpread
    /// The function does not change its sign over the interval, or has no value below both ends of it.
    case notEnclosed
    /// The function under search gave no finite number.
    case functionNotFinite
    /// The search did not reach the tolerance in the steps allowed.
    case notConverged

    /// A sentence without a full stop.
    public var description: String {
        switch self {
        case .tooFewValues(let found, let needed):
            found == 0 ? "there are no values; at least \(needed) needed" : "\(found) values; at least \(needed) needed"
        case .notFinite(let index): "value \(index) is not a finite number"
        case .lengthsDiffer(let a, let b): "series of different lengths, \(a) and \(b)"
        case .badParameter(let text): text
        case .noSpread: "all values are equal"
        case .notEnclosed: "the interval does not enclose a solution"
        case .functionNotFinite: "the function is not finite everywhere in the interval"
        case .notConverged: "no solution within the steps allowed"
        }
    }

    /// Throws unless `value` is finite and `isValid`; `rule` completes the sentence "shape is -1; must be …".
    static func require(
        _ name: String, _ value: Double, _ rule: String, _ isValid: Bool
    ) throws(StatisticsError) {
        if !(value.isFinite && isValid) { throw .badParameter("\(name) is \(value); must be \(rule)") }
    }

    /// Throws unless `probability` lies strictly between 0 and 1.
    static func requireProbability(_ name: String, _ probability: Double) throws(StatisticsError) {
        try require(name, probability, "between 0 and 1", probability > 0 && probability < 1)
    }
}
