import CGSL

/// The standard normal distribution.
public enum StandardNormal {
    /// Probability of a value of at most `x`.
    public static func cdf(_ x: Double) -> Double { orrery_gsl_normal_cdf(x) }

    /// The value below which `probability` of the distribution lies; strictly between 0 and 1.
    public static func quantile(_ probability: Double) throws(StatisticsError) -> Double {
        try StatisticsError.requireProbability("the probability", probability)
        return orrery_gsl_normal_quantile(probability)
    }
}

/// Student's t distribution.
public struct StudentT: Hashable, Sendable {
    /// Degrees of freedom, positive, not necessarily whole.
    public let degreesOfFreedom: Double

    /// The distribution with these degrees of freedom, which must be positive.
    public init(degreesOfFreedom: Double) throws(StatisticsError) {
        try StatisticsError.require("degrees of freedom", degreesOfFreedom, "positive", degreesOfFreedom > 0)
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Probability of a value of at most `x`.
    public func cdf(_ x: Double) -> Double { orrery_gsl_student_cdf(x, degreesOfFreedom) }

    /// The value below which `probability` of the distribution lies; strictly between 0 and 1.
    public func quantile(_ probability: Double) throws(StatisticsError) -> Double {
        try StatisticsError.requireProbability("the probability", probability)
        return orrery_gsl_student_quantile(probability, degreesOfFreedom)
    }
}

/// The chi-squared distribution.
public struct ChiSquared: Hashable, Sendable {
    /// Degrees of freedom, positive, not necessarily whole.
    public let degreesOfFreedom: Double

    /// The distribution with these degrees of freedom, which must be positive.
    public init(degreesOfFreedom: Double) throws(StatisticsError) {
        try StatisticsError.require("degrees of freedom", degreesOfFreedom, "positive", degreesOfFreedom > 0)
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Probability of a value of at most `x`.
    public func cdf(_ x: Double) -> Double { x <= 0 ? 0 : orrery_gsl_chi_squared_cdf(x, degreesOfFreedom) }

    /// The value below which `probability` of the distribution lies; strictly between 0 and 1.
    public func quantile(_ probability: Double) throws(StatisticsError) -> Double {
        try StatisticsError.requireProbability("the probability", probability)
        return orrery_gsl_chi_squared_quantile(probability, degreesOfFreedom)
    }
}
