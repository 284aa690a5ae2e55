extension ValueKind where Value == String {
    /// Any text. Numbers and booleans must be quoted, so that `007` and `true` mean what was written.
    public static var text: ValueKind { text("a string", schema: ["$comment": "text", "type": "string"]) { _ in nil } }

    /// A name by the rules of Kubernetes for objects (RFC 1123 subdomain): lower-case letters, digits, `-` and `.`,
    /// at most 253 characters, beginning and ending with a letter or digit.
    public static var objectName: ValueKind {
        text(
            "a name",
            schema: [
                "$comment": "name", "type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253,
            ]
        ) { name in
            ObjectName.isValid(name)
                ? nil : ValueProblem("\(name.quoted) is not a valid name", hint: ObjectName.hint)
        }
    }

    /// One of the names in `known`, called `what` in messages; they differ from other kinds of names only by the list.
    public static func name(of what: String, among known: [String]) -> ValueKind {
        let article = what.first.map { "aeiou".contains($0) } == true ? "an" : "a"
        return text(
            "the name of \(article) \(what)",
            schema: [
                "$comment": .string("name of \(article) \(what)"), "type": "string",
                "enum": .array(known.map { .string($0) }),
            ]
        ) { name in
            known.contains(name)
                ? nil : ValueProblem("unknown \(what) \(name.quoted)", hint: Suggestion.text(name, among: known))
        }
    }

    /// Text that `problem` finds nothing wrong with.
    public static func text(
        _ expectation: String, schema: JSONValue, problem: @escaping @Sendable (String) -> ValueProblem?
    ) -> ValueKind {
        single(
            expectation, schema: schema,
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind == .string else {
                    switch node.kind {
                    case .integer, .number, .boolean: throw .unexpected(hint: "put it in quotes")
                    default: throw .unexpected()
                    }
                }
                if let problem = problem(text) { throw problem }
                return text
            },
            print: { .string($0) })
    }
}

/// Names by the rules of Kubernetes for objects (RFC 1123 subdomain).
public enum ObjectName {
    /// What a name may be, for messages.
    public static let hint =
        "use lower-case letters, digits, \"-\" and \".\", beginning and ending with a letter or digit"

    /// Whether `name` is one.
    public static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        let isInner = { (b: UInt8) in isAlphanumeric(b) || b == UInt8(ascii: "-") || b == UInt8(ascii: ".") }
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 253 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && bytes.allSatisfy(isInner)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension ValueKind where Value == Bool {
    /// `true` or `false`, as YAML 1.2 spells them.
    public static var boolean: ValueKind {
        single(
            "true or false", schema: ["type": "boolean"],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind == .boolean else {
                    throw .unexpected(hint: node.oldBoolean.map { "write \($0)" })
                }
                return text.lowercased() == "true"
            },
            print: { .boolean($0) })
    }
}

extension ValueKind where Value == Int {
    /// A whole number within `range`.
    public static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        let expectation =
            range.upperBound == .max
            ? "a whole number, at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let maximum: [JSONValue.Member] =
            range.upperBound == .max ? [] : [.init("maximum", .integer(Int64(range.upperBound)))]
        return single(
            expectation,
            schema: .object([.init("type", "integer"), .init("minimum", .integer(Int64(range.lowerBound)))] + maximum),
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind == .integer,
                    let value = CoreSchema.integer(text), range.contains(Int(value))
                else { throw .unexpected() }
                return Int(value)
            },
            print: { .integer(Int64($0)) })
    }

    /// A whole number, at least `range.lowerBound`.
    public static func integer(_ range: PartialRangeFrom<Int>) -> ValueKind { integer(range.lowerBound...Int.max) }
}

extension ValueKind where Value == UInt64 {
    /// A seed: a whole number from 0 to 2^63 - 1.
    public static var seed: ValueKind {
        ValueKind<Int>.integer(0...Int.max).map(to: { UInt64($0) }, from: { Int($0) })
    }
}

/// The numbers that a field accepts.
public struct NumberRange: Sendable {
    /// Least number.
    public var minimum: Double
    /// Whether the least number itself is refused.
    public var excludesMinimum = false
    /// Largest number; infinity: any finite number.
    public var maximum = Double.infinity

    /// Zero and more.
    public static let nonNegative = NumberRange(minimum: 0)
    /// More than zero.
    public static let positive = NumberRange(minimum: 0, excludesMinimum: true)
    /// From 0 to 1.
    public static let share = NumberRange(minimum: 0, maximum: 1)

    /// From `minimum` to `maximum`.
    public init(minimum: Double, excludesMinimum: Bool = false, maximum: Double = .infinity) {
        self.minimum = minimum
        self.excludesMinimum = excludesMinimum
        self.maximum = maximum
    }

    /// Whether `value` is finite and within the range.
    public func contains(_ value: Double) -> Bool {
        value.isFinite && (excludesMinimum ? value > minimum : value >= minimum) && value <= maximum
    }

    var expectation: String {
        let least = excludesMinimum ? "greater than \(minimum.plain)" : "at least \(minimum.plain)"
        return "a number, \(least)" + (maximum.isFinite ? " and at most \(maximum.plain)" : "")
    }

    var schema: JSONValue {
        .object(
            [.init("type", "number"), .init(excludesMinimum ? "exclusiveMinimum" : "minimum", .number(minimum))]
                + (maximum.isFinite ? [.init("maximum", .number(maximum))] : []))
    }
}

extension ValueKind where Value == Double {
    /// A finite number within `range`.
    public static func number(_ range: NumberRange) -> ValueKind {
        single(
            range.expectation, schema: range.schema,
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind == .integer || node.kind == .number,
                    let value = CoreSchema.integer(text).map(Double.init) ?? Double(text), range.contains(value)
                else { throw .unexpected() }
                return value
            },
            print: { .number($0) })
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One word of an enumeration, called `what` in messages.
    public static func choice(_ what: String) -> ValueKind {
        let words = Value.allCases.map(\.rawValue)
        return ValueKind<String>.name(of: what, among: words)
            .map(
                to: { word in
                    guard let value = Value(rawValue: word) else {
                        preconditionFailure("\(word) is one of the cases it was checked against")
                    }
                    return value
                },
                from: { $0.rawValue })
    }
}

extension YAMLNode {
    /// What YAML 1.1 would have made of `yes`, `off` and the like.
    fileprivate var oldBoolean: Bool? {
        guard case .scalar(let text, .plain) = content else { return nil }
        switch text.lowercased() {
        case "yes", "on", "y": return true
        case "no", "off", "n": return false
        default: return nil
        }
    }
}

extension Double {
    /// Without a trailing `.0`.
    var plain: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
