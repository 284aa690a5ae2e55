/// An unevaluated sum of two numbers, about 106 bits: the working precision of `PinnedMath.pow`.
///
/// Source of the error-free sum and product: Dekker, "A floating-point technique for extending the available
/// precision", 1971. A fused multiply-add would be shorter, but is slow where the machine lacks it.
struct DoublePair {
    var high: Double
    /// At most half a unit in the last place of `high`.
    var low: Double

    /// a + b exactly.
    static func sum(_ a: Double, _ b: Double) -> DoublePair {
        let high = a + b
        let part = high - a
        return DoublePair(high: high, low: (a - (high - part)) + (b - part))
    }

    /// a · b exactly, for magnitudes between 2^-480 and 2^480.
    static func product(_ a: Double, _ b: Double) -> DoublePair {
        let high = a * b
        let (a1, a2) = halves(a)
        let (b1, b2) = halves(b)
        return DoublePair(high: high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2)
    }

    func plus(_ other: DoublePair) -> DoublePair {
        let total = DoublePair.sum(high, other.high)
        return DoublePair.sum(total.high, total.low + (low + other.low))
    }

    func times(_ other: DoublePair) -> DoublePair {
        let leading = DoublePair.product(high, other.high)
        return DoublePair.sum(leading.high, leading.low + (high * other.low + low * other.high))
    }

    func times(_ other: Double) -> DoublePair { times(DoublePair(high: other, low: 0)) }

    func divided(by other: DoublePair) -> DoublePair {
        let quotient = high / other.high
        let back = DoublePair.product(quotient, other.high)
        let remainder = ((high - back.high) - back.low) + (low - quotient * other.low)
        return DoublePair.sum(quotient, remainder / other.high)
    }

    /// Two 26-bit halves of a number.
    private static func halves(_ a: Double) -> (Double, Double) {
        let scaled = 134_217_729 * a
        let upper = scaled - (scaled - a)
        return (upper, a - upper)
    }
}
