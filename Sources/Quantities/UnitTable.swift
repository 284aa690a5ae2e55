/// The units of one dimension, as text.
struct UnitTable: Sendable {
    /// One unit: `factor × 10^power` base units.
    struct Unit: Sendable {
        let name: String
        let factor: Int128
        let power: Int
        /// Whether `description` may print with this unit; the others are spellings that are only read.
        let isPrinted: Bool
    }

    /// What the table measures, with examples, for messages.
    let expected: String
    /// Units from large to small, canonical spelling before the others.
    let units: [Unit]

    func unit(named name: String) -> Unit? { units.first { $0.name == name } }

    /// The quantity `text` writes with exactly one unit, in base units and not negative.
    func parse(_ text: some StringProtocol) throws(QuantityError) -> ExactDecimal {
        var scanner = QuantityScanner(text, expected: expected)
        let number = try scanner.number()
        scanner.skipSpaces()
        let name = scanner.rest()
        if number.coefficient < 0 { throw scanner.failure("is negative") }
        if name.isEmpty { throw scanner.failure("has no unit") }
        guard let unit = unit(named: name) else { throw scanner.failure(unknownUnit(name)) }
        return number.scaled(by: unit)
    }

    /// A whole number of base units; a fraction of one is an error that names the base unit.
    func parseWhole(_ text: some StringProtocol, of base: String) throws(QuantityError) -> Int64 {
        guard let (value, exact) = try parse(text).rounded() else {
            throw QuantityError(found: text, problem: "is too large", expected: expected)
        }
        if !exact { throw QuantityError(found: text, problem: "is not a whole number of \(base)", expected: expected) }
        return value
    }

    /// The nearest `Double` of base units.
    func parseDouble(_ text: some StringProtocol) throws(QuantityError) -> Double {
        let value = try parse(text).double
        guard value.isFinite else { throw QuantityError(found: text, problem: "is too large", expected: expected) }
        return value
    }

    /// `has the unknown unit "gb"`, with the nearest known one.
    func unknownUnit(_ name: String) -> String {
        let hint = NearestName.suggest(name, among: units.map(\.name)).map { " (did you mean \($0)?)" } ?? ""
        return "has the unknown unit \"\(QuantityError.printable(name))\"\(hint)"
    }

    /// `value` base units in the unit that needs the smallest whole number.
    func print(whole value: Int64) -> String {
        var best = units[units.count - 1]
        for unit in units where unit.isPrinted && value != 0 {
            let size = unit.factor * .powerOfTen(unit.power)
            if Int128(value) % size == 0, size > best.factor * .powerOfTen(best.power) { best = unit }
        }
        return "\(Int128(value) / (best.factor * .powerOfTen(best.power)))\(best.name)"
    }

    /// `value` base units in the unit that gives the shortest text that reads back as `value`; of equally short texts
    /// the one with the largest unit.
    func print(_ value: Double) -> String {
        var best: String?
        for unit in units where unit.isPrinted {
            let size = ExactDecimal(coefficient: unit.factor, exponent: unit.power).double
            let text = (value / size).shortText + unit.name
            if let best, text.utf8.count >= best.utf8.count { continue }
            if let back = try? parseDouble(text), back == value { best = text }
        }
        return best ?? value.shortText + (units.last { $0.isPrinted }?.name ?? "")
    }

    /// `value` base units for people: three digits and a space before the unit (`4.1 GB`).
    func printForPeople(_ value: Double, among names: [String]) -> String {
        let sizes = names.compactMap(unit(named:)).map {
            (name: $0.name, size: ExactDecimal(coefficient: $0.factor, exponent: $0.power).double)
        }
        // 0.9995 of a unit would print as 1000 of the next smaller one.
        let chosen = sizes.first { value.magnitude >= $0.size * 0.9995 } ?? sizes[sizes.count - 1]
        return (value / chosen.size).threeDigits + " " + chosen.name
    }
}

extension UnitTable.Unit {
    /// A unit of `factor × 10^power` base units.
    static func of(_ name: String, _ factor: Int128, e power: Int = 0, printed: Bool = true) -> Self {
        Self(name: name, factor: factor, power: power, isPrinted: printed)
    }

    /// `EB … kB, B` and `EiB … KiB` for the symbol `B`; with `binary` false without the second row.
    ///
    /// - Parameters:
    ///   - factor: base units in one symbol, times 10^`power`.
    static func prefixed(
        _ symbol: String, factor: Int128 = 1, e power: Int = 0, binary: Bool, printed: Bool = true
    ) -> [Self] {
        var units: [Self] = []
        for (index, prefix) in ["E", "P", "T", "G", "M", "k"].enumerated() {
            let rank = 6 - index
            if binary {
                let binaryName = (prefix == "k" ? "K" : prefix) + "i" + symbol
                units.append(.of(binaryName, factor << (10 * rank), e: power, printed: printed))
            }
            units.append(.of(prefix + symbol, factor, e: power + 3 * rank, printed: printed))
        }
        units.append(.of("K" + symbol, factor, e: power + 3, printed: false))
        units.append(.of(symbol, factor, e: power, printed: printed))
        return units
    }
}

extension Double {
    /// The shortest text that reads back as this number, without a needless `.0`.
    var shortText: String {
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Three significant digits below 1000, no fraction above: `4.1`, `12.5`, `0.85`, `1234`.
    var threeDigits: String {
        guard isFinite else { return "\(self)" }
        var decimals = 0
        if magnitude < 9.995 { decimals = 2 } else if magnitude < 99.95 { decimals = 1 }
        let scale = [1.0, 10, 100][decimals]
        let rounded = (self * scale).rounded(.toNearestOrEven) / scale
        return rounded.magnitude < 0x1p53 ? rounded.shortText : "\(rounded)"
    }
}
