import CGSL

/// The least-squares line y = intercept + slope · x.
public struct LinearRegression: Hashable, Sendable {
    /// y at x = 0.
    public let intercept: Double
    /// Change of y for each unit of x.
    public let slope: Double
    /// Standard error of the intercept; zero for a perfect fit or two points.
    public let interceptStandardError: Double
    /// Standard error of the slope; zero for a perfect fit or two points.
    public let slopeStandardError: Double
    /// Share of y's variance that the line explains; 1 when y has none.
    public let rSquared: Double

    /// The line through the points (x[i], y[i]): at least two, all finite, not all at one x.
    public init(x: [Double], y: [Double]) throws(StatisticsError) {
        if x.count != y.count { throw .lengthsDiffer(x.count, y.count) }
        let (places, heights) = (try Sample(x), try Sample(y))
        if x.count < 2 { throw .tooFewValues(found: x.count, needed: 2) }
        if places.minimum == places.maximum { throw .noSpread }
        var line = orrery_gsl_line()
        guard orrery_gsl_fit_line(x, y, x.count, &line) == Int32(ORRERY_GSL_SUCCESS), line.slope.isFinite else {
            throw .functionNotFinite
        }
        (intercept, slope) = (line.intercept, line.slope)
        // With two points the residual variance is 0/0.
        interceptStandardError = x.count > 2 ? line.intercept_variance.squareRoot() : 0
        slopeStandardError = x.count > 2 ? line.slope_variance.squareRoot() : 0
        let total = try heights.variance() * Double(y.count - 1)
        rSquared = total > 0 ? 1 - line.residual_sum_of_squares / total : 1
    }

    /// y on the line at `x`.
    public func value(at x: Double) -> Double { intercept + slope * x }
}
