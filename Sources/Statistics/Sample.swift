import CGSL

/// Measured values: at least one, all finite. What holds for every sample cannot fail after this.
public struct Sample: Sendable {
    /// The values in the order given.
    public let values: [Double]
    /// The values in ascending order.
    public let sorted: [Double]

    /// A sample of `values`; empty input and numbers that are not finite are errors.
    public init(_ values: [Double]) throws(StatisticsError) {
        if values.isEmpty { throw .tooFewValues(found: 0, needed: 1) }
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        self.values = values
        sorted = values.sorted()
    }

    /// How many values there are.
    public var count: Int { values.count }
    /// The smallest value.
    public var minimum: Double { sorted[0] }
    /// The largest value.
    public var maximum: Double { sorted[count - 1] }
    /// The arithmetic mean.
    public var mean: Double { orrery_gsl_mean(values, count) }

    /// The unbiased variance (divisor n - 1); at least two values.
    public func variance() throws(StatisticsError) -> Double {
        if count < 2 { throw .tooFewValues(found: count, needed: 2) }
        return orrery_gsl_variance(values, count)
    }

    /// The square root of the unbiased variance; at least two values.
    public func standardDeviation() throws(StatisticsError) -> Double { try variance().squareRoot() }

    /// The value below which this share of the sample lies, interpolated between neighbours.
    ///
    /// Hyndman and Fan's type 7 ("Sample quantiles in statistical packages", 1996), the default of R and NumPy.
    /// `share` must be in 0...1.
    public func quantile(_ share: Double) throws(StatisticsError) -> Double {
        try StatisticsError.require("the quantile", share, "in 0...1", share >= 0 && share <= 1)
        return orrery_gsl_quantile_of_sorted(sorted, count, share)
    }

    /// The middle value, or the mean of the two middle values.
    public var median: Double { orrery_gsl_quantile_of_sorted(sorted, count, 0.5) }

    /// The empirical distribution function: each distinct value, ascending, with the share of the sample at or below it.
    public var cumulativeShares: [(value: Double, share: Double)] {
        var points: [(value: Double, share: Double)] = []
        for (index, value) in sorted.enumerated() where index + 1 == count || sorted[index + 1] != value {
            points.append((value, Double(index + 1) / Double(count)))
        }
        return points
    }
}
