/// A JSON value whose objects keep their order; used for the scenario's JSON Schema.
public enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One name with its value.
    public struct Member: Sendable, Equatable {
        /// Name, unique in its object.
        public var name: String
        /// Value.
        public var value: JSONValue

        /// `name: value`.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member `name` of an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// The JSON value that a Swift literal writes.
    public init(stringLiteral value: String) { self = .string(value) }
    /// The JSON value that a Swift literal writes.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// The JSON value that a Swift literal writes.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// The JSON value that a Swift literal writes.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// The JSON value that a Swift literal writes.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }

    /// The object with `others` after its own members; a value that is no object stays as it is.
    public func adding(_ others: [Member]) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + others)
    }
}

extension JSONValue: CustomStringConvertible {
    /// JSON text, indented by two spaces.
    public var description: String { text(indent: 0) }

    private func text(indent: Int) -> String {
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .number(let value):
            precondition(value.isFinite, "JSON has no infinite numbers")
            return value.description
        case .string(let value): return Self.quote(value)
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            return "[" + elements.map(\.description).joined(separator: ", ") + "]"
        case .array(let elements):
            let lines = elements.map { inner + $0.text(indent: indent + 2) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { inner + Self.quote($0.name) + ": " + $0.value.text(indent: indent + 2) }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
        }
    }

    /// The value on one line as a person would write it in YAML: quotes only where they are needed.
    var plainText: String {
        switch self {
        case .string(let text):
            let isPlain =
                text.unicodeScalars.allSatisfy { Self.plainScalars.contains($0) }
                && CoreSchema.kind(of: text) == .string
                && text.unicodeScalars.first.map { Self.plainStarts.contains($0) } == true
                && !text.hasSuffix(" ") && !text.hasSuffix(":") && !text.contains(": ")
            return isPlain ? text : description
        case .number(let value): return value.plain
        case .array(let elements): return "[" + elements.map(\.plainText).joined(separator: ", ") + "]"
        case .object(let members):
            return "{" + members.map { "\(Self.quote($0.name)): \($0.value.plainText)" }.joined(separator: ", ") + "}"
        default: return description
        }
    }

    private static let plainStarts = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$/.".unicodeScalars)
    private static let plainScalars = plainStarts.union(" _-+()<>=%:".unicodeScalars)

    private var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension YAMLNode {
    /// The node as JSON by the YAML 1.2 core schema; numbers that JSON cannot hold become strings.
    public var json: JSONValue {
        switch content {
        case .sequence(let elements): return .array(elements.map(\.json))
        case .mapping(let entries): return .object(entries.map { JSONValue.Member($0.key, $0.value.json) })
        case .scalar(let text, _):
            switch kind {
            case .null: return .null
            case .boolean: return .boolean(text.lowercased() == "true")
            case .integer: return CoreSchema.integer(text).map { .integer($0) } ?? .string(text)
            case .number:
                if let value = Double(text), value.isFinite { return .number(value) }
                return .string(text)
            default: return .string(text)
            }
        }
    }
}

extension ValueKind where Value == YAMLNode {
    /// Any value at all, kept as it was written.
    public static var anything: ValueKind {
        single("any value", schema: [:], parse: { (node) throws(ValueProblem) in node }, print: \.json)
    }
}
