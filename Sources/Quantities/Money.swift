/// An amount of money in whole micro-dollars (10^-6 US dollar): sums are exact. May be negative as a difference.
@frozen
public struct Money: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Micro-dollars.
    public var rawValue: Int64

    /// An amount of `rawValue` micro-dollars.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// No money.
    public static var zero: Money { Money(rawValue: 0) }

    @inlinable
    public static func < (a: Money, b: Money) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func + (a: Money, b: Money) -> Money { Money(rawValue: a.rawValue + b.rawValue) }
    @inlinable
    public static func - (a: Money, b: Money) -> Money { Money(rawValue: a.rawValue - b.rawValue) }

    /// Dollars, rounded to a `Double`.
    public var dollars: Double { Double(rawValue) / 1e6 }
}

/// A price per hour in whole micro-dollars an hour.
@frozen
public struct MoneyPerHour: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Micro-dollars per hour.
    public var rawValue: Int64

    /// A price of `rawValue` micro-dollars per hour.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: MoneyPerHour, b: MoneyPerHour) -> Bool { a.rawValue < b.rawValue }

    /// What `time` costs at this price, rounded half to even to a micro-dollar. Traps beyond 9.2 million million dollars.
    public static func * (price: MoneyPerHour, time: SimDuration) -> Money {
        let exact = Int128(price.rawValue) * Int128(time.nanoseconds)
        let hour: Int128 = 3_600_000_000_000
        var (quotient, remainder) = exact.quotientAndRemainder(dividingBy: hour)
        let twice = 2 * remainder.magnitude
        if twice > hour.magnitude || (twice == hour.magnitude && quotient % 2 != 0) { quotient += exact.signum() }
        return Money(rawValue: Int64(quotient))
    }
}

extension Money: CustomStringConvertible {
    /// The amount that `text` writes: `$2.5`, `$0.000001`. Refused: no dollar sign, a negative amount, less than a
    /// micro-dollar's precision.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.parse(text, suffix: "", expected: "an amount such as $2.50"))
    }

    /// Exact: `$2.50`, `$0.000001`, `-$3`. At least cents where there is a fraction. Reads back if not negative.
    public var description: String {
        let (dollars, micro) = rawValue.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = (rawValue < 0 ? "-$" : "$") + "\(dollars)"
        if micro > 0 {
            var fraction = String("\(1_000_000 + micro)".dropFirst())
            while fraction.utf8.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
            text += "." + fraction
        }
        return text
    }

    fileprivate static func parse(
        _ text: some StringProtocol, suffix: String, expected: String
    ) throws(QuantityError) -> Int64 {
        var scanner = QuantityScanner(text, expected: expected)
        if scanner.isAtEnd { throw scanner.failure("is empty") }
        if scanner.skip("-") { throw scanner.failure("is negative") }
        guard scanner.skip("$") else { throw scanner.failure("has no dollar sign") }
        scanner.skipSpaces()
        let number = try scanner.number()
        if number.coefficient < 0 { throw scanner.failure("is negative") }
        scanner.skipSpaces()
        let rest = scanner.rest()
        if rest != suffix {
            throw scanner.failure(rest.isEmpty ? "lacks \"\(suffix)\" at its end" : "does not end after the amount")
        }
        let micro = ExactDecimal(coefficient: number.coefficient, exponent: number.exponent + 6)
        guard let (value, exact) = micro.rounded() else { throw scanner.failure("is too large") }
        if !exact { throw scanner.failure("is finer than a micro-dollar") }
        return value
    }
}

extension MoneyPerHour: CustomStringConvertible {
    /// The price that `text` writes: `$2.50/h`. Refused: no dollar sign, no `/h`, a negative price.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Money.parse(text, suffix: "/h", expected: "a price such as $2.50/h"))
    }

    /// Exact: `$2.50/h`. Reads back if not negative.
    public var description: String { "\(Money(rawValue: rawValue))/h" }
}
