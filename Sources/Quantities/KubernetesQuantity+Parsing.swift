extension KubernetesQuantity {
    /// The amount that `text` writes, as Kubernetes reads it.
    ///
    /// Grammar: an optional sign, digits with an optional point, and a suffix: binary (`Ki` … `Ei`), decimal (`n`, `u`,
    /// `m`, none, `k`, `M`, `G`, `T`, `P`, `E`) or an exponent (`e3`, `E-3`; `E` alone is 10^18). As upstream: digits may
    /// be missing altogether (`.`, `Ki` and `-` are zero); what is finer than 10^-9 is rounded away from zero; a binary
    /// amount stops at 2^63 - 1.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        let parts = try WrittenKubernetesQuantity(text)
        switch parts.suffix {
        case .decimal(let power):
            self = try parts.decimalQuantity(power: power, format: .decimalSI)
        case .exponent(let power):
            // Upstream reads missing digits as zero on its fast path only, here and for Pi and Ei below.
            if parts.hasNoDigits, power < -9 { throw parts.failure("has no digits") }
            self = try parts.decimalQuantity(power: power, format: .decimalExponent)
        case .binary(let bits):
            if parts.hasNoDigits, bits >= 50 { throw parts.failure("has no digits") }
            self = try parts.binaryQuantity(bits: bits)
        }
    }
}

/// The text of a quantity taken apart.
private struct WrittenKubernetesQuantity {
    enum Suffix {
        case binary(bits: Int)
        case decimal(power: Int)
        case exponent(power: Int)
    }

    private let text: String
    private(set) var suffix = Suffix.decimal(power: 0)
    private var isNegative = false
    /// Digits before the point without leading zeros, and those after it without trailing zeros.
    private var whole: ArraySlice<UInt8> = []
    private var fraction: ArraySlice<UInt8> = []
    private(set) var hasNoDigits = false

    init(_ text: some StringProtocol) throws(QuantityError) {
        self.text = String(text)
        var rest = Array(text.utf8)[...]
        if rest.isEmpty { throw failure("is empty") }
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        hasNoDigits = digits.isEmpty
        whole = digits.drop { $0 == UInt8(ascii: "0") }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let decimals = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest[decimals.endIndex...]
            hasNoDigits = hasNoDigits && decimals.isEmpty
            fraction = decimals
            while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        }
        guard let suffix = Self.suffix(String(decoding: rest, as: UTF8.self)) else {
            throw failure("is not a number with a Kubernetes suffix (Ki … Ei, n u m k M G T P E, or an exponent)")
        }
        self.suffix = suffix
    }

    func failure(_ problem: String) -> QuantityError {
        QuantityError(found: text, problem: problem, expected: "a Kubernetes quantity such as 500m, 8 or 16Gi")
    }

    private static func suffix(_ name: String) -> Suffix? {
        switch name {
        case "n": return .decimal(power: -9)
        case "u": return .decimal(power: -6)
        case "m": return .decimal(power: -3)
        case "": return .decimal(power: 0)
        case "k": return .decimal(power: 3)
        case "M": return .decimal(power: 6)
        case "G": return .decimal(power: 9)
        case "T": return .decimal(power: 12)
        case "P": return .decimal(power: 15)
        case "E": return .decimal(power: 18)
        case "Ki": return .binary(bits: 10)
        case "Mi": return .binary(bits: 20)
        case "Gi": return .binary(bits: 30)
        case "Ti": return .binary(bits: 40)
        case "Pi": return .binary(bits: 50)
        case "Ei": return .binary(bits: 60)
        default:
            guard name.hasPrefix("e") || name.hasPrefix("E") else { return nil }
            return Int32(name.dropFirst()).map { .exponent(power: Int($0)) }
        }
    }

    /// A decimal amount: digits × 10^`power`, rounded away from zero to a multiple of 10^-9.
    func decimalQuantity(power: Int, format: KubernetesQuantity.Format) throws(QuantityError) -> KubernetesQuantity {
        var digits = whole + fraction
        var exponent = power - fraction.count
        digits = digits.drop { $0 == UInt8(ascii: "0") }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { return KubernetesQuantity(mantissa: 0, exponent: 0, format: format) }
        let tooFine = max(0, -9 - exponent)
        let kept = digits.dropLast(tooFine)
        if kept.count > 38 { throw failure("has more than 38 significant digits") }
        // The last digit is not zero, so that dropping any digit loses something.
        let mantissa = Self.number(kept) + (tooFine > 0 ? 1 : 0)
        return KubernetesQuantity(
            mantissa: isNegative ? -mantissa : mantissa, exponent: exponent + tooFine, format: format)
    }

    /// A binary amount: number × 2^`bits`, rounded away from zero to a multiple of 10^-9, at most 2^63 - 1.
    func binaryQuantity(bits: Int) throws(QuantityError) -> KubernetesQuantity {
        if fraction.count > 38 { throw failure("has more than 38 digits after the point") }
        let billion: Int128 = 1_000_000_000
        var nano = Int128(Int64.max) * billion
        if whole.count <= 19 {
            let scale = UInt128(billion) << UInt128(bits)
            let ofWhole = Self.number(whole) << Int128(bits)
            let divisor = UInt128(Int128.powerOfTen(fraction.count))
            let product = UInt128(Self.number(fraction)).multipliedFullWidth(by: scale)
            let (quotient, remainder) = divisor.dividingFullWidth(product)
            let ofFraction = Int128(quotient) + (remainder == 0 ? 0 : 1)
            if ofWhole <= Int128(Int64.max) { nano = min(nano, ofWhole * billion + ofFraction) }
        }
        // Below one, upstream forgets that the suffix was binary.
        let format = nano > 0 && nano < billion ? KubernetesQuantity.Format.decimalSI : .binarySI
        return KubernetesQuantity(mantissa: isNegative ? -nano : nano, exponent: -9, format: format)
    }

    /// The value of at most 38 digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int128 {
        digits.reduce(0) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    }
}
