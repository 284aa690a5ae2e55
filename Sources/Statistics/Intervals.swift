/// An estimate with the interval that covers the true value in `level` of all repetitions.
public struct ConfidenceInterval: Hashable, Sendable {
    /// The estimate from the sample.
    public let estimate: Double
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The coverage aimed at, such as 0.95.
    public let level: Double

    /// An interval around `estimate`.
    public init(estimate: Double, lower: Double, upper: Double, level: Double) {
        (self.estimate, self.lower, self.upper, self.level) = (estimate, lower, upper, level)
    }

    /// Whether `value` lies in the interval, ends included.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

extension Sample {
    /// The mean with Student's t interval: exact for normal values, good for means of many; at least two values.
    public func meanInterval(level: Double = 0.95) throws(StatisticsError) -> ConfidenceInterval {
        try StatisticsError.requireProbability("the confidence level", level)
        let error = (try variance() / Double(count)).squareRoot()
        let reach = try StudentT(degreesOfFreedom: Double(count - 1)).quantile((1 + level) / 2) * error
        return ConfidenceInterval(estimate: mean, lower: mean - reach, upper: mean + reach, level: level)
    }
}

/// Student's t test of paired measurements, such as two policies under the same seeds.
public struct PairedTTest: Hashable, Sendable {
    /// The mean of the differences first - second, with its interval.
    public let difference: ConfidenceInterval
    /// Mean difference over its standard error; infinite when all differences are equal and not zero.
    public let statistic: Double
    /// Pairs less one.
    public let degreesOfFreedom: Int
    /// Probability of a statistic at least this far from zero were there no difference (two-sided).
    public let pValue: Double

    /// Compares `first` with `second`, pair by pair; at least two pairs, all finite.
    public init(_ first: [Double], _ second: [Double], level: Double = 0.95) throws(StatisticsError) {
        if first.count != second.count { throw .lengthsDiffer(first.count, second.count) }
        let differences = try Sample(zip(first, second).map { $0 - $1 })
        difference = try differences.meanInterval(level: level)
        degreesOfFreedom = differences.count - 1
        let error = (try differences.variance() / Double(differences.count)).squareRoot()
        if error > 0 {
            statistic = difference.estimate / error
            pValue = 2 * (try StudentT(degreesOfFreedom: Double(degreesOfFreedom))).cdf(-statistic.magnitude)
        } else {
            statistic = difference.estimate == 0 ? 0 : difference.estimate * .infinity
            pValue = difference.estimate == 0 ? 1 : 0
        }
    }
}
