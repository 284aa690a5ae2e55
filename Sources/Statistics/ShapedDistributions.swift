import SimulationKernel

/// Pareto: heavy tails, such as job durations and users' activity.
public struct ParetoDistribution: Distribution, Hashable {
    /// Tail exponent, positive: P(X > x) = (minimum / x)^exponent.
    public let exponent: Double
    /// Smallest value, positive.
    public let minimum: Double

    /// Both parameters must be positive.
    public init(exponent: Double, minimum: Double) throws(StatisticsError) {
        try StatisticsError.require("the exponent", exponent, "positive", exponent > 0)
        try StatisticsError.require("the minimum", minimum, "positive", minimum > 0)
        (self.exponent, self.minimum) = (exponent, minimum)
    }

    /// A variate of at least `minimum`, by inversion; one word of the stream.
    public func draw(from stream: inout RandomStream) -> Double {
        minimum * PinnedMath.pow(stream.uniformPositive(), -1 / exponent)
    }

    /// Infinite for exponents up to 1.
    public var mean: Double { exponent > 1 ? exponent * minimum / (exponent - 1) : .infinity }
}

/// A choice among the indexes 0 ..< n with given weights.
public struct DiscreteDistribution: Distribution, Hashable {
    /// Probability of an index no larger than i; the last is 1.
    private let cumulative: [Double]
    /// The expected index.
    public let mean: Double

    /// Index i with probability proportional to `weights[i]`: finite, not negative, not all zero.
    public init(weights: [Double]) throws(StatisticsError) {
        let sample = try Sample(weights)
        try StatisticsError.require("a weight", sample.minimum, "0 or more", sample.minimum >= 0)
        guard sample.maximum > 0 else { throw .badParameter("all weights are 0") }
        var cumulative: [Double] = []
        var sum = 0.0
        var moment = 0.0
        for (index, weight) in weights.enumerated() {
            // Relative to the largest, so that the sum stays finite.
            sum += weight / sample.maximum
            moment += Double(index) * (weight / sample.maximum)
            cumulative.append(sum)
        }
        self.cumulative = cumulative.map { $0 / sum }
        mean = moment / sum
    }

    /// Zipf's law over `count` ranks: index i has weight (i + 1)^-`exponent`. `exponent` 0 gives equal weights.
    public static func zipf(count: Int, exponent: Double) throws(StatisticsError) -> DiscreteDistribution {
        if count < 1 { throw .tooFewValues(found: max(count, 0), needed: 1) }
        try StatisticsError.require("the exponent", exponent, "0 or more", exponent >= 0)
        return try DiscreteDistribution(
            weights: (0..<count).map { PinnedMath.pow(Double($0 + 1), -exponent) })
    }

    /// An index, never one of weight zero; one word of the stream and a binary search.
    public func draw(from stream: inout RandomStream) -> Int {
        let share = stream.uniform()
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if share < cumulative[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A distribution read from data: straight lines between points of its cumulative distribution function.
public struct EmpiricalDistribution: Distribution {
    private let values: [Double]
    private let shares: [Double]

    /// The distribution through `points`, each a value with the probability of at most this value: values ascending,
    /// shares strictly ascending from 0 to 1, so at least two points.
    public init(points: [(value: Double, share: Double)]) throws(StatisticsError) {
        let (values, shares) = (points.map(\.value), points.map(\.share))
        if points.count < 2 { throw .tooFewValues(found: points.count, needed: 2) }
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        guard shares[0] == 0, shares[shares.count - 1] == 1, zip(shares, shares.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw .badParameter("the shares of an empirical distribution must ascend from 0 to 1")
        }
        guard zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw .badParameter("the values of an empirical distribution must ascend")
        }
        (self.values, self.shares) = (values, shares)
    }

    /// The distribution whose quantiles are those of the sample (type 7).
    public init(_ sample: Sample) {
        // One value alone stands at both ends.
        values = sample.count == 1 ? [sample.minimum, sample.minimum] : sample.sorted
        let last = Double(values.count - 1)
        shares = values.indices.map { Double($0) / last }
    }

    /// The value below which `share` of the distribution lies; `share` is clamped to 0...1.
    public func quantile(_ share: Double) -> Double {
        var low = 0
        var high = shares.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if shares[middle] <= share { low = middle } else { high = middle }
        }
        let position = min(max((share - shares[low]) / (shares[high] - shares[low]), 0), 1)
        return values[low] + position * (values[high] - values[low])
    }

    /// A variate by inversion; one word of the stream.
    public func draw(from stream: inout RandomStream) -> Double { quantile(stream.uniform()) }

    /// The expected value: the middle of each line, weighted by its share.
    public var mean: Double {
        zip(values.indices, values.indices.dropFirst()).reduce(0) { sum, ends in
            sum + (shares[ends.1] - shares[ends.0]) * (values[ends.0] + values[ends.1]) / 2
        }
    }
}
