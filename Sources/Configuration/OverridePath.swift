/// The path of an override: `spec.clusters[0].nodePools[h100].count`.
///
/// Parts are separated by dots; brackets hold an index, the `name` of a list's element, or a key of a mapping. Texts
/// with dots or brackets stand in double quotes: `labels["topology.kubernetes.io/zone"]`.
struct OverridePath: Equatable {
    /// One part, with the column of its first character in the override's text, from 1.
    struct Part: Equatable {
        var text: String
        var isBracketed = false
        var isQuoted = false
        var column: Int
    }

    var parts: [Part]

    /// Most parts of a path; no configuration is nested as deep.
    static let partLimit = 50

    struct SyntaxError: Error {
        var column: Int
        var message: String
    }

    /// Splits `text` into parts.
    init(parsing text: String) throws(SyntaxError) {
        parts = []
        var scanner = Scanner(scalars: Array(text.unicodeScalars))
        parts.append(try scanner.key())
        while let next = scanner.peek {
            if parts.count == Self.partLimit {
                throw SyntaxError(column: scanner.index + 1, message: "more than \(Self.partLimit) parts in the path")
            }
            switch next {
            case ".":
                scanner.index += 1
                parts.append(try scanner.key())
            case "[": parts.append(try scanner.bracket())
            default:
                throw SyntaxError(column: scanner.index + 1, message: "unexpected \"\(next)\" in the path")
            }
        }
    }

    /// Where the path at the start of `text` ends: at the first `=` outside quotes.
    static func end(in text: String.UnicodeScalarView) -> String.UnicodeScalarView.Index? {
        var isQuoted = false
        return text.indices.first { index in
            if text[index] == "\"" { isQuoted.toggle() }
            return text[index] == "=" && !isQuoted
        }
    }

    private struct Scanner {
        let scalars: [Unicode.Scalar]
        var index = 0

        var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

        mutating func key() throws(SyntaxError) -> Part {
            let start = index
            if peek == "\"" { return Part(text: try quoted(), isQuoted: true, column: start + 1) }
            let text = word { $0 == "." || $0 == "[" || $0 == "]" || $0 == "\"" }
            if text.isEmpty { throw SyntaxError(column: start + 1, message: "a key is missing in the path") }
            return Part(text: text, column: start + 1)
        }

        mutating func bracket() throws(SyntaxError) -> Part {
            index += 1
            let start = index
            let isQuoted = peek == "\""
            let text = isQuoted ? try quoted() : word { $0 == "]" || $0 == "[" || $0 == "\"" }
            guard peek == "]" else { throw SyntaxError(column: index + 1, message: "\"]\" is missing in the path") }
            if text.isEmpty { throw SyntaxError(column: start + 1, message: "an index or name is missing in the path") }
            index += 1
            return Part(text: text, isBracketed: true, isQuoted: isQuoted, column: start + 1)
        }

        private mutating func quoted() throws(SyntaxError) -> String {
            let start = index
            index += 1
            let text = word { $0 == "\"" }
            guard peek == "\"" else { throw SyntaxError(column: start + 1, message: "the quote is not closed") }
            index += 1
            return text
        }

        private mutating func word(until isEnd: (Unicode.Scalar) -> Bool) -> String {
            var text = ""
            while let next = peek, !isEnd(next) {
                text.unicodeScalars.append(next)
                index += 1
            }
            return text
        }
    }
}
