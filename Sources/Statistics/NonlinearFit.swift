import CGSL
import SimulationKernel

/// Parameters of a curve between limits, with the least sum of squared residuals.
///
/// Levenberg and Marquardt's method (GSL, `multifit_nlinear`). Limits are kept by a change of variable, `ln x = ln lower +
/// ln(upper / lower) / (1 + exp(−u))`, which makes all of u's line feasible; standard errors are carried back through its slope.
public struct NonlinearFit: Sendable {
    /// A positive parameter to find.
    public struct Parameter: Hashable, Sendable {
        /// Name in messages.
        public var name: String
        /// Where to begin, strictly between the limits.
        public var start: Double
        /// Lower limit, above zero.
        public var lower: Double
        /// Upper limit.
        public var upper: Double

        /// A parameter.
        public init(_ name: String, start: Double, from lower: Double, to upper: Double) {
            self.name = name
            self.start = start
            self.lower = lower
            self.upper = upper
        }
    }

    /// What was found for a parameter.
    public struct Estimate: Hashable, Sendable {
        /// The value.
        public let value: Double
        /// Its standard error, from the curvature at the solution and the variance of the residuals.
        public let standardError: Double
        /// Whether it lies within a thousandth of the limits' width (in logarithms) of a limit.
        public let isAtLimit: Bool
    }

    /// Estimates, in the order of the parameters.
    public let estimates: [Estimate]
    /// Sum of squared residuals.
    public let residualSumOfSquares: Double
    /// Steps of the search.
    public let steps: Int

    /// Finds the parameters.
    ///
    /// - Parameters:
    ///   - parameters: at least one, with `0 < lower < start < upper`.
    ///   - count: number of residuals; at least as many as parameters.
    ///   - maximumSteps: steps before the search gives up.
    ///   - residuals: `count` finite residuals of parameters within their limits.
    public init(
        _ parameters: [Parameter], residuals count: Int, maximumSteps: Int = 200,
        of residuals: ([Double]) -> [Double]
    ) throws(StatisticsError) {
        for parameter in parameters {
            try StatisticsError.require(
                parameter.name, parameter.start,
                "between \(parameter.lower) and \(parameter.upper), which are above zero",
                0 < parameter.lower && parameter.lower < parameter.start && parameter.start < parameter.upper
                    && parameter.upper.isFinite)
        }
        if parameters.isEmpty { throw .tooFewValues(found: 0, needed: 1) }
        if count < parameters.count { throw .tooFewValues(found: count, needed: parameters.count) }
        var free = parameters.map(Self.free)
        var covariance = Array(repeating: 0.0, count: free.count * free.count)
        var sum = 0.0, steps: Int32 = 0
        let curve = orrery_gsl_curve(
            parameters: free.count, residuals: count, iterations: Int32(clamping: maximumSteps), tolerance: 1e-10)
        let target: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Int32 = { variables, out in
            let values = parameters.indices.map { Self.bounded(variables[$0], parameters[$0]) }
            let found = residuals(values)
            guard found.count == count, found.allSatisfy(\.isFinite) else { return 1 }
            for index in 0..<count { out[index] = found[index] }
            return 0
        }
        let status = withoutActuallyEscaping(target) { target in
            var lent = target
            return withUnsafeMutablePointer(to: &lent) { pointer in
                orrery_gsl_fit_curve(
                    { variables, out, context in
                        guard let variables, let out, let context else { return 1 }
                        typealias Target = (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Int32
                        return context.assumingMemoryBound(to: Target.self).pointee(variables, out)
                    },
                    UnsafeMutableRawPointer(pointer), curve, &free, &covariance, &sum, &steps)
            }
        }
        switch Int(status) {
        case ORRERY_GSL_SUCCESS: break
        case ORRERY_GSL_BAD_FUNCTION: throw .functionNotFinite
        default: throw .notConverged
        }
        let variance = count > free.count ? sum / Double(count - free.count) : 0
        estimates = parameters.indices.map { index in
            let parameter = parameters[index], value = Self.bounded(free[index], parameter)
            let width = PinnedMath.log(parameter.upper / parameter.lower)
            let place = PinnedMath.log(value / parameter.lower) / width
            let slope = value * width * place * (1 - place)
            let spread = max(0, covariance[index * free.count + index] * variance).squareRoot()
            return Estimate(
                value: value, standardError: slope * spread, isAtLimit: place < 0.001 || place > 0.999)
        }
        residualSumOfSquares = sum
        self.steps = Int(steps)
    }

    /// The unlimited variable of a parameter's start.
    private static func free(_ parameter: Parameter) -> Double {
        let place =
            PinnedMath.log(parameter.start / parameter.lower) / PinnedMath.log(parameter.upper / parameter.lower)
        return PinnedMath.log(place / (1 - place))
    }

    /// The parameter of an unlimited variable.
    private static func bounded(_ variable: Double, _ parameter: Parameter) -> Double {
        let place = 1 / (1 + PinnedMath.exp(-variable))
        return parameter.lower * PinnedMath.pow(parameter.upper / parameter.lower, place)
    }
}
