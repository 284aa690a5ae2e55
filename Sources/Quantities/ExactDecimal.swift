/// A decimal number held exactly: coefficient × 10^exponent.
struct ExactDecimal {
    /// Significant digits as a whole number, with the sign.
    var coefficient: Int128
    /// Power of ten.
    var exponent: Int

    /// Most significant digits that `QuantityScanner` takes: enough for every `Int64`, and few enough that the
    /// product with any unit's factor (at most 2^60) fits 128 bits.
    static let mostDigits = 20

    /// The number times a unit.
    func scaled(by unit: UnitTable.Unit) -> ExactDecimal {
        ExactDecimal(coefficient: coefficient * unit.factor, exponent: exponent + unit.power)
    }

    /// The nearest whole number, halves to even, and whether nothing was lost; nil beyond `Int64`.
    func rounded() -> (value: Int64, exact: Bool)? {
        if coefficient == 0 { return (0, true) }
        if exponent >= 0 {
            guard exponent <= 18 else { return nil }
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: .powerOfTen(exponent))
            return overflow ? nil : Int64(exactly: product).map { ($0, true) }
        }
        // 10^39 is more than twice any 128-bit number: the quotient rounds to zero.
        guard exponent >= -38 else { return (0, false) }
        let divisor = Int128.powerOfTen(-exponent)
        var (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
        let distance = remainder.magnitude
        let complement = divisor.magnitude - distance
        if distance > complement || (distance == complement && quotient % 2 != 0) { quotient += coefficient.signum() }
        return Int64(exactly: quotient).map { ($0, remainder == 0) }
    }

    /// The nearest `Double`; infinite when too large.
    var double: Double {
        // The grammar of the text is ours, so the conversion cannot fail; it is correctly rounded and knows no locale.
        Double("\(coefficient)e\(exponent)") ?? .infinity
    }
}

extension Int128 {
    /// 10^exponent for an exponent in 0...38.
    static func powerOfTen(_ exponent: Int) -> Int128 {
        precondition((0...38).contains(exponent), "10^\(exponent) does not fit 128 bits")
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}
