extension JSONValue {
    /// The value that `text` writes in JSON (RFC 8259); nil if it is no JSON. For short texts such as annotations.
    ///
    /// Whole numbers within 64 bits become `.integer`, other numbers `.number`. Of members of one name the last counts.
    public init?(json text: String) {
        guard case .success(let value) = Self.parse(text) else { return nil }
        self = value
    }

    /// Where a text stops being JSON: line and column, from 1.
    public struct Fault: Error, Equatable, Sendable {
        /// Line.
        public var line: Int
        /// Column in bytes.
        public var column: Int
    }

    /// The value that `text` writes in JSON, or the place that cannot be read.
    public static func parse(_ text: String) -> Result<JSONValue, Fault> {
        var scanner = JSONScanner(text)
        if let value = scanner.value(depth: 0), scanner.isAtEnd() { return .success(value) }
        let read = text.utf8.prefix(scanner.offset)
        let line = read.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return .failure(Fault(line: line.count, column: (line.last?.count ?? 0) + 1))
    }
}

/// One pass over the bytes of a JSON text.
private struct JSONScanner {
    private var rest: ArraySlice<UInt8>
    /// Deeper nesting is refused instead of exhausting the stack.
    private static let depthLimit = 100

    init(_ text: String) { rest = Array(text.utf8)[...] }

    /// Bytes that are read.
    var offset: Int { rest.startIndex }

    mutating func isAtEnd() -> Bool {
        skipSpace()
        return rest.isEmpty
    }

    mutating func value(depth: Int) -> JSONValue? {
        skipSpace()
        guard depth < Self.depthLimit, let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return word("true", .boolean(true))
        case UInt8(ascii: "f"): return word("false", .boolean(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
        guard rest.starts(with: word.utf8) else { return nil }
        rest = rest.dropFirst(word.utf8.count)
        return value
    }

    private mutating func object(depth: Int) -> JSONValue? {
        var members: [JSONValue.Member] = []
        guard take("{") else { return nil }
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard rest.first == UInt8(ascii: "\""), let name = string(), take(":"), let value = value(depth: depth + 1)
            else { return nil }
            members.removeAll { $0.name == name }
            members.append(JSONValue.Member(name, value))
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        var elements: [JSONValue] = []
        guard take("[") else { return nil }
        if take("]") { return .array([]) }
        repeat {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func number() -> JSONValue? {
        let characters = Set("+-0123456789.eE".utf8)
        let digits = rest.prefix { characters.contains($0) }
        let text = String(decoding: digits, as: UTF8.self)
        let whole = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = whole.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            !(whole.hasPrefix("0") && whole.dropFirst().first?.isNumber == true), let last = digits.last,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last), !text.contains(".e"), !text.contains(".E")
        else { return nil }
        rest = rest[digits.endIndex...]
        if let integer = Int64(text) { return .integer(integer) }
        return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    }

    private mutating func string() -> String? {
        var bytes: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                bytes.append(contentsOf: String(scalar).utf8)
            case 0..<0x20: return nil
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = rest.popFirst() else { return nil }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let high = unit() else { return nil }
            guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
            guard rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return "\u{FFFD}" }
            rest = rest.dropFirst(2)
            guard let low = unit() else { return nil }
            guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        default: return nil
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() -> UInt32? {
        let digits = rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        rest = rest.dropFirst(4)
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
