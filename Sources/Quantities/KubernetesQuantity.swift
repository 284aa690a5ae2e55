/// An amount as Kubernetes writes it in manifests: `500m`, `8`, `1.5Ti`, `1e3`.
///
/// Mirrors `resource.Quantity` of k8s.io/apimachinery v0.37 (pkg/api/resource: quantity.go, suffix.go, amount.go): the
/// same texts are accepted, with the same value and the same canonical form. Held exactly as mantissa × 10^exponent.
/// Two quantities are equal when their values are, however they were written.
///
/// Where it differs, on purpose:
/// - more than 38 significant digits, or an exponent beyond 32 bits, is an error instead of a slow or wrong number;
/// - `value` and `milliValue` stop at the ends of `Int64` (upstream leaves them undefined there), and round every
///   negative amount away from zero, as upstream documents (some of its paths round towards zero);
/// - `description` is always canonical (upstream's `String()` returns the original spelling of a quantity that it did
///   not have to convert: `+5`, `1E3`).
public struct KubernetesQuantity: Sendable {
    /// The family of suffixes that a quantity was written with, and is printed with.
    public enum Format: Sendable {
        /// `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`.
        case binarySI
        /// `n`, `u`, `m`, none, `k`, `M`, `G`, `T`, `P`, `E`.
        case decimalSI
        /// `e3`, `E-3`.
        case decimalExponent
    }

    /// How it was written.
    public let format: Format
    /// Significant digits: no factor of ten, less than 10^38 in size; zero for zero.
    let mantissa: Int128
    /// Power of ten, at least -9; zero for zero.
    let exponent: Int

    /// `mantissa` × 10^`exponent`, a multiple of 10^-9.
    init(mantissa: Int128, exponent: Int, format: Format) {
        var (mantissa, exponent) = (mantissa, mantissa == 0 ? 0 : exponent)
        while mantissa != 0, mantissa % 10 == 0 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        (self.mantissa, self.exponent, self.format) = (mantissa, exponent, format)
    }

    /// A whole amount, such as bytes.
    public init(_ value: Int64, format: Format = .decimalSI) {
        self.init(mantissa: Int128(value), exponent: 0, format: format)
    }

    /// An amount in thousandths, such as CPU millicores.
    public init(milli value: Int64, format: Format = .decimalSI) {
        self.init(mantissa: Int128(value), exponent: -3, format: format)
    }

    /// Whether the amount is zero.
    public var isZero: Bool { mantissa == 0 }

    /// The amount rounded away from zero to a whole number, within `Int64`.
    public var value: Int64 { scaled(to: 0) }

    /// The amount in thousandths, rounded away from zero to a whole number, within `Int64`.
    public var milliValue: Int64 { scaled(to: -3) }

    /// The amount divided by 10^`power`, rounded away from zero and kept within `Int64`.
    private func scaled(to power: Int) -> Int64 {
        let shift = exponent - power
        if shift < 0 {
            let divisor = Int128.powerOfTen(-shift)
            let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: divisor)
            return Int64(clamping: remainder == 0 ? quotient : quotient + mantissa.signum())
        }
        let limit: Int64 = mantissa < 0 ? .min : .max
        guard shift <= 18 || mantissa == 0 else { return limit }
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: .powerOfTen(min(shift, 18)))
        return overflow ? limit : Int64(clamping: product)
    }
}

extension KubernetesQuantity: Hashable, Comparable {
    /// Equal amounts; the format does not count.
    public static func == (a: Self, b: Self) -> Bool { a.mantissa == b.mantissa && a.exponent == b.exponent }

    /// Equal amounts hash alike.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(mantissa)
        hasher.combine(exponent)
    }

    /// The smaller amount.
    public static func < (a: Self, b: Self) -> Bool {
        if a.exponent == b.exponent { return a.mantissa < b.mantissa }
        let (signA, signB) = (a.mantissa.signum(), b.mantissa.signum())
        if signA != signB { return signA < signB }
        if signA == 0 { return false }
        let (sizeA, sizeB) = (a.digits.utf8.count + a.exponent, b.digits.utf8.count + b.exponent)
        if sizeA != sizeB { return signA > 0 ? sizeA < sizeB : sizeA > sizeB }
        // As many places before the point: the one with more places after it has the longer mantissa, below 10^38.
        let lowest = min(a.exponent, b.exponent)
        return a.mantissa * .powerOfTen(a.exponent - lowest) < b.mantissa * .powerOfTen(b.exponent - lowest)
    }

    /// The mantissa's digits, without the sign.
    private var digits: String { "\(mantissa.magnitude)" }
}

extension KubernetesQuantity: CustomStringConvertible {
    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    private static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]

    /// The canonical form: no fraction, the largest suffix that keeps the value exact.
    ///
    /// Binary amounts below 1024, or with a fraction, are printed with decimal suffixes; decimal amounts beyond `E`
    /// with an exponent.
    public var description: String {
        if isZero { return "0" }
        if format == .binarySI, exponent >= 0, let binary = binaryDescription { return binary }
        let power = exponent >= 0 ? exponent / 3 * 3 : -((2 - exponent) / 3 * 3)
        let number = (mantissa < 0 ? "-" : "") + digits + String(repeating: "0", count: exponent - power)
        if format != .decimalExponent, (-9...18).contains(power) {
            return number + Self.decimalSuffixes[power / 3 + 3]
        }
        return power == 0 ? number : "\(number)e\(power)"
    }

    /// A whole amount of at least 1024 with a binary suffix; nil for a smaller one or one beyond 128 bits.
    private var binaryDescription: String? {
        guard exponent <= 38 else { return nil }
        var (whole, overflow) = mantissa.multipliedReportingOverflow(by: .powerOfTen(exponent))
        guard !overflow, whole.magnitude >= 1024 else { return nil }
        var rank = 0
        while rank < Self.binarySuffixes.count - 1, whole % 1024 == 0 { (whole, rank) = (whole / 1024, rank + 1) }
        return "\(whole)\(Self.binarySuffixes[rank])"
    }
}
