/// How much of the beginning of a simulation's output still remembers the empty start.
public enum WarmUp {
    /// How many of the first values to leave out so that the mean of the rest is known best: MSER-5.
    ///
    /// Values are averaged in batches of `batch`; of all truncations in the first half the one is taken whose rest has
    /// the smallest squared standard error. White, "An effective truncation heuristic for bias reduction in simulation
    /// output", Simulation 69, 1997; White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for
    /// simulation", Winter Simulation Conference 2000.
    ///
    /// MSER-5 also cuts off an early peak, because the rest without it varies less; over many runs the means of busy
    /// systems then come out too small (M/M/2 at half load over 500 mean services: by 4 % on 5 runs). Where the output
    /// is known to begin too low, `rising` allows only truncations whose values are on average below the rest.
    /// - Parameters:
    ///   - values: in order of time.
    ///   - batch: values averaged before the search.
    ///   - rising: the output starts below its steady state.
    /// - Returns: a multiple of `batch`; nil if there are fewer than ten batches, or if the best truncation is the last
    ///   one allowed: then the output still drifts at half of its length and has no steady part to tell.
    public static func truncation(of values: [Double], batch: Int = 5, rising: Bool = false) -> Int? {
        let count = values.count / batch
        guard count >= 10 else { return nil }
        let means = (0..<count).map { index in
            values[index * batch..<(index + 1) * batch].reduce(0, +) / Double(batch)
        }
        let total = means.reduce(0, +)
        var best = (statistic: Double.infinity, batches: 0)
        // From the end on, mean and sum of squared deviations of the rest (Welford).
        var mean = 0.0
        var squares = 0.0
        for index in means.indices.reversed() {
            let kept = Double(count - index)
            let step = means[index] - mean
            mean += step / kept
            squares += step * (means[index] - mean)
            // Below the mean of the rest, the values left out lower the mean of all.
            let isAllowed = index == 0 || !rising || total < mean * Double(count)
            if index <= count / 2, isAllowed, squares / (kept * kept) <= best.statistic {
                best = (squares / (kept * kept), index)
            }
        }
        return best.batches < count / 2 ? best.batches * batch : nil
    }
}

/// One long output cut into batches whose means are nearly independent, to judge a mean from a single run.
///
/// Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30, 1982: 10 to 30 batches.
public struct BatchMeans: Sendable {
    /// The means of the batches, in order.
    public let means: [Double]
    /// Values in each batch; a remainder at the beginning is left out.
    public let batchSize: Int

    /// `batches` batches of equal size; at least two, with at least one value each.
    public init(_ values: [Double], batches: Int = 20) throws(StatisticsError) {
        guard batches >= 2 else { throw .badParameter("\(batches) batches; must be at least 2") }
        if values.count < batches { throw .tooFewValues(found: values.count, needed: batches) }
        let sample = try Sample(values)
        let size = values.count / batches
        let start = values.count - size * batches
        batchSize = size
        means = (0..<batches).map { batch in
            let first = start + batch * size
            return sample.values[first..<first + size].reduce(0, +) / Double(size)
        }
    }

    /// The mean with Student's t interval over the batches.
    public func interval(level: Double = 0.95) throws(StatisticsError) -> ConfidenceInterval {
        try Sample(means).meanInterval(level: level)
    }

    /// Correlation of a batch with the next; 0 when all batches are equal. Far above zero the run is too short: batches
    /// remember each other, and the interval is too narrow.
    public var correlation: Double {
        let mean = means.reduce(0, +) / Double(means.count)
        let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares > 0 else { return 0 }
        let products = zip(means, means.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        return products / squares
    }
}
