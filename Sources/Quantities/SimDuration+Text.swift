extension UnitTable {
    /// Units of time, base nanosecond; a year is 365 days.
    static let duration = UnitTable(
        expected: "a duration such as 30s, 10m or 7d",
        units: [
            .of("y", 31_536_000, e: 9), .of("w", 604_800, e: 9, printed: false), .of("d", 86_400, e: 9),
            .of("h", 3_600, e: 9), .of("m", 60, e: 9), .of("min", 60, e: 9, printed: false), .of("s", 1, e: 9),
            .of("ms", 1, e: 6), .of("us", 1, e: 3), .of("\u{b5}s", 1, e: 3, printed: false),
            .of("\u{3bc}s", 1, e: 3, printed: false), .of("ns", 1),
        ])

    /// The length of time that `text` writes as `7d`, `1h30m` or `1.5h`, in nanoseconds, rounded half to even.
    ///
    /// Parts go from large to small units, each unit at most once, and only the last may have a fraction.
    func parseDuration(_ text: some StringProtocol, allowsNegative: Bool) throws(QuantityError) -> Int64 {
        var scanner = QuantityScanner(text, expected: expected)
        let isNegative = scanner.skip("-")
        if isNegative && !allowsNegative { throw scanner.failure("is negative") }
        var total: Int64 = 0
        var previousSize = Int128.max
        var sawFraction = false
        repeat {
            scanner.skipSpaces()
            let number = try scanner.number()
            if number.coefficient < 0 { throw scanner.failure("is negative") }
            scanner.skipSpaces()
            let name = scanner.word()
            if name.isEmpty { throw scanner.failure("has no unit") }
            guard let unit = unit(named: name) else { throw scanner.failure(unknownUnit(name)) }
            if sawFraction { throw scanner.failure("has a fraction before its last part") }
            sawFraction = number.exponent < 0
            let size = unit.factor * .powerOfTen(unit.power)
            if size >= previousSize { throw scanner.failure("does not go from large to small units") }
            previousSize = size
            guard let (part, _) = number.scaled(by: unit).rounded() else { throw scanner.failure("is too long") }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { throw scanner.failure("is too long") }
            total = sum
            scanner.skipSpaces()
        } while !scanner.isAtEnd
        return isNegative ? -total : total
    }
}

extension SimDuration: CustomStringConvertible {
    /// The length that `text` writes: `7d`, `30min`, `1h30m`, `4y` (of 365 days), `1.5h`, `500ms`, `250us`, `10ns`.
    ///
    /// Exact where nanoseconds can hold it, otherwise rounded half to even. Refused: a bare number, a negative length,
    /// more than 292 years, parts out of order.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(nanoseconds: try UnitTable.duration.parseDuration(text, allowsNegative: false))
    }

    /// As `init(parsing:)`, with an optional minus sign before the whole: `-1h30m`.
    public init(parsingSigned text: some StringProtocol) throws(QuantityError) {
        self.init(nanoseconds: try UnitTable.duration.parseDuration(text, allowsNegative: true))
    }

    /// A length of `seconds`, rounded half to even, but at least one nanosecond when positive; beyond 292 years the
    /// longest one. The only place where seconds of a model become ticks. `seconds` must be a number.
    public init(rounding seconds: Double) {
        precondition(!seconds.isNaN, "a duration of not-a-number seconds")
        let ticks = (seconds * 1e9).rounded(.toNearestOrEven)
        if ticks >= 0x1p63 {
            self.init(nanoseconds: .max)
        } else if ticks <= -0x1p63 {
            self.init(nanoseconds: -.max)
        } else {
            self.init(nanoseconds: ticks == 0 && seconds > 0 ? 1 : Int64(ticks))
        }
    }

    /// Exact and readable: whole numbers of the largest units that fit, `1d2h`, `90ms`, `-1h30m`; `0s` for none.
    /// Reads back as the same length.
    public var description: String {
        if nanoseconds == 0 { return "0s" }
        var text = nanoseconds < 0 ? "-" : ""
        var rest = nanoseconds.magnitude
        for unit in UnitTable.duration.units where unit.isPrinted {
            let size = UInt64(unit.factor * .powerOfTen(unit.power))
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: size)
            if count > 0 { text += "\(count)\(unit.name)" }
            rest = remainder
        }
        return text
    }

    /// Short, for people, three digits: `4.1 h`, `12.5 d`, `250 us`. Not exact.
    public var shortDescription: String {
        nanoseconds == 0
            ? "0 s"
            : UnitTable.duration.printForPeople(
                Double(nanoseconds), among: ["y", "d", "h", "min", "s", "ms", "us", "ns"])
    }
}

extension SimTime: CustomStringConvertible {
    /// The time that `text` writes as the length since time zero: `7d`, `1h30m`; `never` for the distant future.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self = text == "never" ? .distantFuture : .zero + (try SimDuration(parsing: text))
    }

    /// The length since time zero, exact: `1d2h`; `never` for the distant future.
    public var description: String { self == .distantFuture ? "never" : (self - .zero).description }
}
