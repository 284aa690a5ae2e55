/// Logarithm, exponential and power that are equal bit for bit on every machine.
///
/// The functions of the system's mathematics library differ between systems in the last digits, enough to swap two
/// events. These use `+ - * /` and bit patterns only, which IEEE 754 defines exactly. Errors against the true value,
/// checked by the tests: `log`, `exp` and `pow` under 1 unit in the last place, `log1p` under 2.
public enum PinnedMath {
    /// ln 2 with its last 20 bits zero, so that its product with an exponent is exact; `ln2Low` is the remainder.
    private static let ln2High = 0x1.62e42feep-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// Natural logarithm: NaN below zero, -infinity at zero.
    ///
    /// With x = 2^k (1 + f) and s = f / (2 + f), ln(1 + f) = 2 artanh s = f - (f²/2 - s (f²/2 + R)), where R is the
    /// series of artanh from its second term on; |s| < 0.172, so eleven terms leave less than 2^-60.
    public static func log(_ x: Double) -> Double {
        if !(x > 0) { return x == 0 ? -.infinity : .nan }
        if x == .infinity { return x }
        let (mantissa, exponent) = splitAroundOne(x)
        let f = mantissa - 1
        let s = f / (2 + f)
        let z = s * s
        let remainder = z * artanhTail(z)
        let halfSquare = 0.5 * f * f
        let k = Double(exponent)
        if exponent == 0 { return f - (halfSquare - s * (halfSquare + remainder)) }
        return k * ln2High - ((halfSquare - (s * (halfSquare + remainder) + k * ln2Low)) - f)
    }

    /// ln(1 + x), accurate also where 1 + x rounds.
    public static func log1p(_ x: Double) -> Double {
        let sum = 1 + x
        if sum == 1 || sum == .infinity { return x }
        if !(sum > 0) { return log(sum) }
        return log(sum) - ((sum - 1) - x) / sum
    }

    /// The exponential function; overflows to infinity above 709.78 and to zero below -745.14.
    public static func exp(_ x: Double) -> Double { exp(x, correction: 0) }

    /// x to the power y, with the special cases of IEEE 754 (C99 Annex F.9.4.4).
    public static func pow(_ x: Double, _ y: Double) -> Double {
        if y == 0 || x == 1 { return 1 }
        if x.isNaN || y.isNaN { return .nan }
        let odd = isOddInteger(y)
        if x == 0 || x.isInfinite {
            let magnitude = (x == 0) == (y > 0) ? 0.0 : Double.infinity
            return odd && x.sign == .minus ? -magnitude : magnitude
        }
        if y.isInfinite {
            if x == -1 { return 1 }
            return (x.magnitude > 1) == (y > 0) ? .infinity : 0
        }
        if x < 0, y.rounded(.towardZero) != y { return .nan }
        if x == -1 { return odd ? -1 : 1 }
        // |y ln|x|| of 2000 overflows or vanishes for certain; beyond that the split product below could not be formed.
        let estimate = y * log(x.magnitude)
        let magnitude: Double
        if estimate.magnitude > 2000 {
            magnitude = estimate > 0 ? .infinity : 0
        } else {
            let power = preciseLog(x.magnitude).times(y)
            magnitude = exp(power.high, correction: power.low)
        }
        return x < 0 && odd ? -magnitude : magnitude
    }

    /// e^(x + correction), where the correction is below half a unit of x.
    ///
    /// x = k ln 2 + r with |r| ≤ 0.35; thirteen terms of the series leave less than 2^-57 of e^r.
    private static func exp(_ x: Double, correction: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.8 { return .infinity }
        if x < -745.2 { return 0 }
        let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
        let high = x - k * ln2High
        let low = k * ln2Low - correction
        let r = high - low
        let tail = (high - r) - low
        let series = exponentialTail(r)
        // e^(r + tail) = 1 + r + (r² series + tail (1 + r)), largest term last.
        let result = 1 + (r + (r * r * series + tail * (1 + r)))
        return scale(result, byPowerOfTwo: Int(k))
    }

    /// `value` 2^k with one rounding, also where the result is subnormal; 1/2 < value < 2.
    private static func scale(_ value: Double, byPowerOfTwo k: Int) -> Double {
        if k > 1023 { return value * 2 * powerOfTwo(k - 1) }
        if k >= -1022 { return value * powerOfTwo(k) }
        return value * powerOfTwo(k + 200) * powerOfTwo(-200)
    }

    private static func powerOfTwo(_ k: Int) -> Double { Double(bitPattern: UInt64(k + 1023) << 52) }

    /// 1/2! + r/3! + … + r¹¹/13!: the series of e^r after its second term, divided by r².
    private static func exponentialTail(_ r: Double) -> Double {
        var sum = 1.0 / 6_227_020_800
        sum = sum * r + 1.0 / 479_001_600
        sum = sum * r + 1.0 / 39_916_800
        sum = sum * r + 1.0 / 3_628_800
        sum = sum * r + 1.0 / 362_880
        sum = sum * r + 1.0 / 40_320
        sum = sum * r + 1.0 / 5_040
        sum = sum * r + 1.0 / 720
        sum = sum * r + 1.0 / 120
        sum = sum * r + 1.0 / 24
        sum = sum * r + 1.0 / 6
        return sum * r + 0.5
    }

    /// 2/3 + 2/5 z + 2/7 z² + …: the series of 2 artanh(√z)/√z after its first term, divided by z.
    private static func artanhTail(_ z: Double) -> Double {
        var sum = 2.0 / 23
        sum = sum * z + 2.0 / 21
        sum = sum * z + 2.0 / 19
        sum = sum * z + 2.0 / 17
        sum = sum * z + 2.0 / 15
        sum = sum * z + 2.0 / 13
        sum = sum * z + 2.0 / 11
        sum = sum * z + 2.0 / 9
        sum = sum * z + 2.0 / 7
        sum = sum * z + 2.0 / 5
        return sum * z + 2.0 / 3
    }

    /// x = mantissa · 2^exponent with √½ ≤ mantissa < √2, for finite positive x.
    private static func splitAroundOne(_ x: Double) -> (mantissa: Double, exponent: Int) {
        let normal = x < .leastNormalMagnitude ? x * 0x1p54 : x
        let bias = x < .leastNormalMagnitude ? 1023 + 54 : 1023
        let bits = normal.bitPattern
        let exponent = Int(bits >> 52) - bias
        let mantissa = Double(bitPattern: bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
        return mantissa < 1.4142135623730951 ? (mantissa, exponent) : (mantissa * 0.5, exponent + 1)
    }

    private static func isOddInteger(_ y: Double) -> Bool {
        if y.magnitude >= 0x1p53 { return false }
        let whole = y.rounded(.towardZero)
        return whole == y && Int64(whole) & 1 == 1
    }

    /// ln x to about 100 bits: the same reduction as `log`, the leading terms of the series in pairs of numbers.
    private static func preciseLog(_ x: Double) -> DoublePair {
        let (mantissa, exponent) = splitAroundOne(x)
        let f = mantissa - 1
        let s = DoublePair(high: f, low: 0).divided(by: DoublePair.sum(mantissa, 1))
        let z = s.times(s)
        let tail = DoublePair(high: z.high * seriesFromNinth(z.high), low: 0)
        var series = tail.plus(twoSevenths)
        series = series.times(z).plus(twoFifths)
        series = series.times(z).plus(twoThirds)
        series = series.times(z).plus(DoublePair(high: 2, low: 0))
        let k = Double(exponent)
        let whole = DoublePair.sum(k * ln2High, 0).plus(DoublePair.product(k, ln2Low))
        return whole.plus(series.times(s))
    }

    private static var twoThirds: DoublePair { DoublePair(high: 0x1.5555555555555p-1, low: 0x1.5555555555555p-55) }
    private static var twoFifths: DoublePair { DoublePair(high: 0x1.999999999999ap-2, low: -0x1.999999999999ap-56) }
    private static var twoSevenths: DoublePair { DoublePair(high: 0x1.2492492492492p-2, low: 0x1.2492492492492p-56) }

    /// 2/9 + 2/11 z + …, the rest of the series of `artanhTail` after three terms.
    private static func seriesFromNinth(_ z: Double) -> Double {
        var sum = 2.0 / 25
        sum = sum * z + 2.0 / 23
        sum = sum * z + 2.0 / 21
        sum = sum * z + 2.0 / 19
        sum = sum * z + 2.0 / 17
        sum = sum * z + 2.0 / 15
        sum = sum * z + 2.0 / 13
        sum = sum * z + 2.0 / 11
        return sum * z + 2.0 / 9
    }
}
