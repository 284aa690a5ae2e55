/// Reads the text of a quantity from left to right: numbers, spaces, unit names.
struct QuantityScanner {
    private let text: String
    private let expected: String
    private var remaining: ArraySlice<UInt8>

    /// A scanner of `text` without the spaces around it; `expected` goes into its errors.
    init(_ text: some StringProtocol, expected: String) {
        self.text = String(text)
        self.expected = expected
        remaining = Array(text.utf8)[...]
        skipSpaces()
        while let last = remaining.last, Self.isSpace(last) { remaining.removeLast() }
    }

    var isAtEnd: Bool { remaining.isEmpty }

    /// An error about the whole text.
    func failure(_ problem: String) -> QuantityError {
        QuantityError(found: text, problem: problem, expected: expected)
    }

    mutating func skipSpaces() {
        while let first = remaining.first, Self.isSpace(first) { remaining.removeFirst() }
    }

    /// Skips `symbol` and says whether it was there.
    mutating func skip(_ symbol: Character) -> Bool {
        let bytes = Array(String(symbol).utf8)
        guard remaining.starts(with: bytes) else { return false }
        remaining.removeFirst(bytes.count)
        return true
    }

    /// A decimal number: sign, digits, point, digits, exponent. At least one digit; at most
    /// `ExactDecimal.mostDigits` significant ones.
    mutating func number() throws(QuantityError) -> ExactDecimal {
        if remaining.isEmpty { throw failure("is empty") }
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        var coefficient: Int128 = 0
        var exponent = 0
        var sawDigit = false
        var sawPoint = false
        var zeros = 0  // zeros read but not yet known to be followed by another digit
        var significant = 0
        while let byte = remaining.first {
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if let digit = Self.digit(byte) {
                sawDigit = true
                if sawPoint { exponent -= 1 }
                if digit == 0 {
                    zeros += coefficient == 0 ? 0 : 1
                } else {
                    significant += zeros + 1
                    if significant > ExactDecimal.mostDigits {
                        throw failure("has more than \(ExactDecimal.mostDigits) significant digits")
                    }
                    for _ in 0...zeros { coefficient *= 10 }
                    coefficient += Int128(digit)
                    zeros = 0
                }
            } else {
                break
            }
            remaining.removeFirst()
        }
        if !sawDigit { throw failure("does not start with a number") }
        exponent += zeros + (try writtenExponent())
        return ExactDecimal(coefficient: isNegative ? -coefficient : coefficient, exponent: exponent)
    }

    /// `e` or `E`, an optional sign and digits; zero and nothing consumed where that is not what comes next (`1EB`).
    private mutating func writtenExponent() throws(QuantityError) -> Int {
        guard let first = remaining.first, first | 0x20 == UInt8(ascii: "e") else { return 0 }
        var rest = remaining.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard let next = rest.first, Self.digit(next) != nil else { return 0 }
        var value = 0
        while let byte = rest.first, let digit = Self.digit(byte) {
            value = value * 10 + Int(digit)
            if value > 9999 { throw failure("has an exponent beyond 9999") }
            rest.removeFirst()
        }
        remaining = rest
        return isNegative ? -value : value
    }

    /// Everything up to the next digit, point, sign or space.
    mutating func word() -> String {
        let end = remaining.firstIndex { byte in
            Self.digit(byte) != nil || Self.isSpace(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+")
        }
        let word = remaining[..<(end ?? remaining.endIndex)]
        remaining = remaining[word.endIndex...]
        return String(decoding: word, as: UTF8.self)
    }

    /// All that is left.
    mutating func rest() -> String {
        defer { remaining = remaining[remaining.endIndex...] }
        return String(decoding: remaining, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}
