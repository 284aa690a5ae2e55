/// Texts as YAML 1.2 reads them back.
enum YAMLText {
    /// Words that YAML 1.2, or 1.1 in other programs, takes for something else than a text.
    private static let reserved: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    /// A scalar that is read as the text `text`, in block and in flow context: plain where that is safe, else in double
    /// quotes.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// A mapping on one line; the values are YAML already.
    static func flow(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\(scalar($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// A list on one line; the elements are YAML already.
    static func flow(_ elements: [String]) -> String { "[" + elements.joined(separator: ", ") + "]" }

    /// Comment lines of at most 120 characters where words are no longer; the first begins with `prefix` behind the `#`,
    /// the others with as many blanks. Characters that would end a comment become blanks.
    static func comment(_ text: String, prefix: String = " ", indentation: Int = 0) -> [String] {
        let words = String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : " " }))
            .split(separator: " ")
        let margin = String(repeating: " ", count: indentation) + "#"
        var lines: [String] = []
        var line = margin + prefix
        var isEmpty = true
        for word in words {
            if !isEmpty, line.count + 1 + word.count > 120 {
                lines.append(line)
                line = margin + String(repeating: " ", count: prefix.count)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [isEmpty ? margin : line]
    }

    /// A letter first and no character with a meaning of its own: such a text is no number and no indicator.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), !reserved.contains(text.lowercased()) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-._/".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// Whether YAML allows the character in a line as it is; the other line ends of Unicode are not.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default:
            if isPrintable(scalar) { return String(Character(scalar)) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }
}

/// Names that a scenario accepts.
enum ScenarioName {
    /// The name itself where it is an object name of Kubernetes, as all names of live clusters are; else the nearest one.
    static func sanitized(_ text: String, fallback: String) -> String {
        let letters = text.lowercased().utf8.map { byte -> UInt8 in
            let isAllowed = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
            return isAllowed ? byte : 0x2D
        }
        let inner = letters.drop { $0 == 0x2D || $0 == 0x2E }.prefix(200)
        let trimmed = inner.reversed().drop { $0 == 0x2D || $0 == 0x2E }.reversed()
        return trimmed.isEmpty ? fallback : String(decoding: trimmed, as: UTF8.self)
    }

    /// `name`, with `-2`, `-3`, … behind it where it is taken; takes it.
    static func unique(_ name: String, _ taken: inout Set<String>) -> String {
        var candidate = name
        var number = 1
        while !taken.insert(candidate).inserted {
            number += 1
            candidate = "\(name)-\(number)"
        }
        return candidate
    }
}
