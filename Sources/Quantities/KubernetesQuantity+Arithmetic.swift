extension KubernetesQuantity {
    /// The exact sum, in the format of `a`, or of `b` where `a` is zero (upstream: `Quantity.Add`).
    ///
    /// A sum that needs more than 38 significant digits loses those beyond.
    public static func + (a: Self, b: Self) -> Self { a.adding(b.mantissa, b.exponent, format: b.format) }

    /// The exact difference, as `+`.
    public static func - (a: Self, b: Self) -> Self { a.adding(-b.mantissa, b.exponent, format: b.format) }

    /// Adds the amount of another quantity.
    public static func += (a: inout Self, b: Self) { a = a + b }

    private func adding(_ otherMantissa: Int128, _ otherExponent: Int, format otherFormat: Format) -> Self {
        if isZero { return KubernetesQuantity(mantissa: otherMantissa, exponent: otherExponent, format: otherFormat) }
        if otherMantissa == 0 { return self }
        var (high, low) = (Decimal(mantissa, exponent), Decimal(otherMantissa, otherExponent))
        if high.exponent < low.exponent { swap(&high, &low) }
        while high.exponent > low.exponent {
            if high.mantissa.magnitude < Self.headroom {
                high = Decimal(high.mantissa * 10, high.exponent - 1)
            } else {
                // No room for the lower one's last digits.
                low = Decimal(low.mantissa / 10, low.exponent + 1)
                if low.mantissa == 0 { low.exponent = high.exponent }
            }
        }
        // Each below 10^38, so that their sum fits 128 bits; what is beyond 10^38 is cut by the last digit.
        var sum = Decimal(high.mantissa + low.mantissa, high.exponent)
        if sum.mantissa.magnitude >= Self.headroom * 10 { sum = Decimal(sum.mantissa / 10, sum.exponent + 1) }
        return KubernetesQuantity(mantissa: sum.mantissa, exponent: sum.exponent, format: format)
    }

    /// 10^37: below it another digit fits.
    private static let headroom = Int128.powerOfTen(37).magnitude

    private struct Decimal {
        var mantissa: Int128
        var exponent: Int

        init(_ mantissa: Int128, _ exponent: Int) { (self.mantissa, self.exponent) = (mantissa, exponent) }
    }
}
