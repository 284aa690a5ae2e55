import CGSL
import SimulationKernel

extension RandomStream {
    /// Lends the stream's state to a C function and takes it back advanced by the words that were drawn.
    mutating func lend<Result>(_ body: (UnsafeMutablePointer<orrery_gsl_stream>) -> Result) -> Result {
        var lent = orrery_gsl_stream(words: state)
        defer { self = RandomStream(state: lent.words) }
        return body(&lent)
    }
}

/// Gamma: waiting times, sums of exponentials. Mean `shape · scale`.
public struct GammaDistribution: Distribution, Hashable {
    /// Shape, positive.
    public let shape: Double
    /// Scale, positive, in the unit of the variate.
    public let scale: Double

    /// Both parameters must be positive.
    public init(shape: Double, scale: Double) throws(StatisticsError) {
        try StatisticsError.require("shape", shape, "positive", shape > 0)
        try StatisticsError.require("scale", scale, "positive", scale > 0)
        (self.shape, self.scale) = (shape, scale)
    }

    /// A variate, by Marsaglia and Tsang's method (GSL `gsl_ran_gamma`).
    public func draw(from stream: inout RandomStream) -> Double {
        stream.lend { orrery_gsl_gamma($0, shape, scale) }
    }

    /// `shape · scale`.
    public var mean: Double { shape * scale }
}

/// Beta: shares between 0 and 1. Mean `a / (a + b)`.
public struct BetaDistribution: Distribution, Hashable {
    /// First shape, positive.
    public let a: Double
    /// Second shape, positive.
    public let b: Double

    /// Both shapes must be positive.
    public init(a: Double, b: Double) throws(StatisticsError) {
        try StatisticsError.require("a", a, "positive", a > 0)
        try StatisticsError.require("b", b, "positive", b > 0)
        (self.a, self.b) = (a, b)
    }

    /// A variate in 0...1 (GSL `gsl_ran_beta`).
    public func draw(from stream: inout RandomStream) -> Double { stream.lend { orrery_gsl_beta($0, a, b) } }

    /// `a / (a + b)`.
    public var mean: Double { a / (a + b) }
}

/// Poisson: how many of many rare events happen.
public struct PoissonDistribution: Distribution, Hashable {
    /// Events expected.
    public let mean: Double

    /// `mean` must be positive and at most 10^9, so that a variate fits GSL's 32 bits.
    public init(mean: Double) throws(StatisticsError) {
        try StatisticsError.require("the mean", mean, "positive and at most 1e9", mean > 0 && mean <= 1e9)
        self.mean = mean
    }

    /// A count (GSL `gsl_ran_poisson`).
    public func draw(from stream: inout RandomStream) -> Int { stream.lend { Int(orrery_gsl_poisson($0, mean)) } }
}

/// Binomial: how many of `trials` independent trials succeed.
public struct BinomialDistribution: Distribution, Hashable {
    /// Trials, 0...2^30.
    public let trials: Int
    /// Probability that one trial succeeds, 0...1.
    public let probability: Double

    /// `trials` in 0...2^30, `probability` in 0...1.
    public init(trials: Int, probability: Double) throws(StatisticsError) {
        if !(0...1 << 30).contains(trials) { throw .badParameter("trials is \(trials); must be in 0...2^30") }
        try StatisticsError.require(
            "the probability", probability, "in 0...1", probability >= 0 && probability <= 1)
        (self.trials, self.probability) = (trials, probability)
    }

    /// A count in 0...`trials` (GSL `gsl_ran_binomial`).
    public func draw(from stream: inout RandomStream) -> Int {
        stream.lend { Int(orrery_gsl_binomial($0, probability, UInt32(trials))) }
    }

    /// `trials · probability`.
    public var mean: Double { Double(trials) * probability }
}
