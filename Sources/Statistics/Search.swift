import CGSL

/// Search along one dimension by Brent's method ("Algorithms for Minimization without Derivatives", 1973), as GSL has it.
public struct BrentSearch: Hashable, Sendable {
    /// The search stops when the enclosing interval is shorter than `absolute + relative · |x|`.
    public var absoluteTolerance: Double
    /// See `absoluteTolerance`.
    public var relativeTolerance: Double
    /// Steps before giving up.
    public var maximumSteps: Int

    /// A search to these tolerances, which must not be negative nor both zero.
    public init(absoluteTolerance: Double = 1e-12, relativeTolerance: Double = 1e-12, maximumSteps: Int = 200) {
        precondition(
            absoluteTolerance >= 0 && relativeTolerance >= 0 && absoluteTolerance + relativeTolerance > 0,
            "a search needs a positive tolerance")
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.maximumSteps = maximumSteps
    }

    /// Where `function` is zero in `interval`, at whose ends its signs must differ (an end may itself be the zero).
    public func root(
        in interval: ClosedRange<Double>, of function: (Double) -> Double
    ) throws(StatisticsError) -> Double {
        var root = 0.0
        let status = withContext(function) { callback, context in
            orrery_gsl_root(callback, context, interval.lowerBound, interval.upperBound, tolerance, &root)
        }
        try check(status)
        return root
    }

    /// Where `function` is least in `interval`: a local minimum found from `guess` (the golden section if nil), whose
    /// value must be below those at both ends.
    public func minimum(
        in interval: ClosedRange<Double>, from guess: Double? = nil, of function: (Double) -> Double
    ) throws(StatisticsError) -> Double {
        let start = guess ?? interval.lowerBound + 0.381966 * (interval.upperBound - interval.lowerBound)
        var minimum = start
        let status = withContext(function) { callback, context in
            orrery_gsl_minimum(
                callback, context, start, interval.lowerBound, interval.upperBound, tolerance, &minimum)
        }
        try check(status)
        return minimum
    }

    private var tolerance: orrery_gsl_tolerance {
        orrery_gsl_tolerance(
            absolute: absoluteTolerance, relative: relativeTolerance, iterations: Int32(clamping: maximumSteps))
    }

    /// Lends `function` to C as a function pointer with its context, for the length of `body`.
    private func withContext(
        _ function: (Double) -> Double,
        _ body: (@escaping @convention(c) (Double, UnsafeMutableRawPointer?) -> Double, UnsafeMutableRawPointer) ->
            Int32
    ) -> Int32 {
        withoutActuallyEscaping(function) { function in
            var lent = function
            return withUnsafeMutablePointer(to: &lent) { pointer in
                body(
                    { x, context in context?.assumingMemoryBound(to: ((Double) -> Double).self).pointee(x) ?? .nan },
                    UnsafeMutableRawPointer(pointer))
            }
        }
    }

    private func check(_ status: Int32) throws(StatisticsError) {
        switch Int(status) {
        case ORRERY_GSL_SUCCESS: return
        case ORRERY_GSL_INVALID: throw .notEnclosed
        case ORRERY_GSL_BAD_FUNCTION: throw .functionNotFinite
        default: throw .notConverged
        }
    }
}
