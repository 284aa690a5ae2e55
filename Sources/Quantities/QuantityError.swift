/// Text that is not the quantity it should be: what was found, what is wrong with it, what was expected.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as found, shortened and without control characters.
    public let found: String
    /// What is wrong, a clause without a full stop: `has no unit`.
    public let problem: String
    /// What was expected, with examples: `a duration such as 30s, 10m or 7d`.
    public let expected: String

    /// An error about `found`, which may be any text at all.
    public init(found: some StringProtocol, problem: String, expected: String) {
        self.found = Self.printable(found)
        self.problem = problem
        self.expected = expected
    }

    /// One sentence: `"5" has no unit; expected a duration such as 30s, 10m or 7d`.
    public var description: String { "\"\(found)\" \(problem); expected \(expected)" }

    /// At most 40 characters of `text`, control characters replaced, so that a message stays one readable line.
    static func printable(_ text: some StringProtocol) -> String {
        var result = ""
        var scalars = text.unicodeScalars.makeIterator()
        var taken = 0
        while let scalar = scalars.next() {
            if taken == 40 { return result + "…" }
            let isControl = scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
            result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
            taken += 1
        }
        return result
    }
}
