/// How often something happens: events per second.
@frozen
public struct Rate: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Events per second.
    public var rawValue: Double

    /// `rawValue` events per second.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: Rate, b: Rate) -> Bool { a.rawValue < b.rawValue }
}

extension Rate: CustomStringConvertible {
    /// Divisors: 40/h is 40 events in 3,600 seconds.
    private static let seconds: [(unit: String, seconds: Double)] = [
        ("/d", 86_400), ("/h", 3_600), ("/min", 60), ("/s", 1),
    ]
    private static let expected = "a rate such as 40/h or 3/min"

    /// The rate that `text` writes: `40/h`, `3/min`, `0.5/s`, `10/d`. Refused: a bare number, a negative rate.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        var scanner = QuantityScanner(text, expected: Self.expected)
        let number = try scanner.number()
        scanner.skipSpaces()
        let name = scanner.rest()
        if number.coefficient < 0 { throw scanner.failure("is negative") }
        if name.isEmpty { throw scanner.failure("has no unit") }
        guard let per = Self.seconds.first(where: { $0.unit == name }) else {
            throw scanner.failure("has the unknown unit \"\(QuantityError.printable(name))\"")
        }
        self.init(rawValue: number.double / per.seconds)
        if !rawValue.isFinite { throw scanner.failure("is too large") }
    }

    /// The shortest text that reads back as the same rate: `40/h`.
    public var description: String {
        var best = rawValue.shortText + "/s"
        for (unit, seconds) in Self.seconds {
            let text = (rawValue * seconds).shortText + unit
            if text.utf8.count < best.utf8.count, (try? Rate(parsing: text)) == self { best = text }
        }
        return best
    }
}

/// A share or factor without a unit: 0.85, or 85%.
@frozen
public struct Ratio: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// The factor: 0.85 for 85%.
    public var rawValue: Double

    /// The factor `rawValue`.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: Ratio, b: Ratio) -> Bool { a.rawValue < b.rawValue }
}

extension Ratio: CustomStringConvertible {
    /// The factor that `text` writes: `85%` or `0.85`. May be above one; refused: a negative one.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        var scanner = QuantityScanner(text, expected: "a share such as 85% or 0.85")
        var number = try scanner.number()
        scanner.skipSpaces()
        if scanner.skip("%") { number.exponent -= 2 }
        if number.coefficient < 0 { throw scanner.failure("is negative") }
        if !scanner.isAtEnd { throw scanner.failure("does not end after the number") }
        self.init(rawValue: number.double)
        if !rawValue.isFinite { throw scanner.failure("is too large") }
    }

    /// As a percentage where that reads back, otherwise as a plain number.
    public var description: String {
        let percent = (rawValue * 100).shortText + "%"
        return (try? Ratio(parsing: percent)) == self ? percent : rawValue.shortText
    }
}
