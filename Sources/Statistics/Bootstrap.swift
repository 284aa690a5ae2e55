import SimulationKernel

/// Bootstrap intervals of any statistic of a sample: resample with replacement, look at the spread.
///
/// Deterministic: the same stream gives the same resamples. Source: Efron and Tibshirani, "An Introduction to the
/// Bootstrap", 1993, chapters 13 (percentile) and 14 (BCa).
public struct Bootstrap: Sendable {
    /// How many resamples are drawn; their quantiles are the interval, so at least some hundreds.
    public let resamples: Int
    /// Coverage aimed at.
    public let level: Double

    /// - Parameters:
    ///   - resamples: at least 1.
    ///   - level: strictly between 0 and 1.
    public init(resamples: Int = 2000, level: Double = 0.95) throws(StatisticsError) {
        if resamples < 1 { throw .badParameter("\(resamples) resamples; must be at least 1") }
        try StatisticsError.requireProbability("the confidence level", level)
        (self.resamples, self.level) = (resamples, level)
    }

    /// The interval between the quantiles of the resampled statistic.
    ///
    /// `statistic` gets as many values as the sample has, in no particular order; it must give finite numbers.
    public func percentileInterval(
        of sample: Sample, drawing stream: inout RandomStream, statistic: ([Double]) -> Double
    ) throws(StatisticsError) -> ConfidenceInterval {
        let estimate = statistic(sample.values)
        let replicas = try replicas(of: sample, drawing: &stream, statistic: statistic)
        return try interval(estimate, replicas, from: (1 - level) / 2, to: (1 + level) / 2)
    }

    /// The bias-corrected and accelerated interval: as the percentile interval, with ends moved for the bias of the
    /// statistic and for its skewness (by the jackknife). At least two values.
    ///
    /// A statistic that no resample changes has the interval of no width. One that puts every resample on one side of
    /// the estimate has none (`noSpread`).
    public func acceleratedInterval(
        of sample: Sample, drawing stream: inout RandomStream, statistic: ([Double]) -> Double
    ) throws(StatisticsError) -> ConfidenceInterval {
        if sample.count < 2 { throw .tooFewValues(found: sample.count, needed: 2) }
        let estimate = statistic(sample.values)
        let replicas = try replicas(of: sample, drawing: &stream, statistic: statistic)
        if replicas.minimum == estimate, replicas.maximum == estimate {
            return ConfidenceInterval(estimate: estimate, lower: estimate, upper: estimate, level: level)
        }
        // Ties count half, so that a statistic with few distinct values is not taken for a biased one.
        let below = replicas.sorted.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
        let share = below / Double(resamples)
        guard share > 0, share < 1 else { throw .noSpread }
        let bias = try StandardNormal.quantile(share)
        let acceleration = try acceleration(of: sample, statistic: statistic)
        let reach = try StandardNormal.quantile((1 + level) / 2)
        func moved(_ z: Double) -> Double {
            StandardNormal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        }
        return try interval(estimate, replicas, from: moved(-reach), to: moved(reach))
    }

    /// The statistic of each resample.
    private func replicas(
        of sample: Sample, drawing stream: inout RandomStream, statistic: ([Double]) -> Double
    ) throws(StatisticsError) -> Sample {
        var resample = sample.values
        var replicas: [Double] = []
        replicas.reserveCapacity(resamples)
        for _ in 0..<resamples {
            for index in resample.indices { resample[index] = sample.values[stream.below(sample.count)] }
            replicas.append(statistic(resample))
        }
        return try Sample(replicas)
    }

    /// A sixth of the skewness of the jackknife values (Efron and Tibshirani, equation 14.15).
    private func acceleration(of sample: Sample, statistic: ([Double]) -> Double) throws(StatisticsError) -> Double {
        var rest = Array(sample.values.dropFirst())
        var leftOut: [Double] = []
        for index in sample.values.indices {
            leftOut.append(statistic(rest))
            if index < rest.count { rest[index] = sample.values[index] }
        }
        let jackknife = try Sample(leftOut)
        let mean = jackknife.mean
        let squares = leftOut.reduce(0.0) { $0 + (mean - $1) * (mean - $1) }
        let cubes = leftOut.reduce(0.0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
        return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    }

    private func interval(
        _ estimate: Double, _ replicas: Sample, from low: Double, to high: Double
    ) throws(StatisticsError) -> ConfidenceInterval {
        guard estimate.isFinite else { throw .functionNotFinite }
        return ConfidenceInterval(
            estimate: estimate, lower: try replicas.quantile(low), upper: try replicas.quantile(high), level: level)
    }
}
