import Configuration

/// Checks a JSON value against the part of JSON Schema (draft 2020-12) that the scenario's schema uses.
struct SchemaValidator {
    private let schema: JSONValue

    init(_ schema: JSONValue) { self.schema = schema }

    /// What does not conform, each with its path.
    func problems(of value: JSONValue) -> [String] { check(value, schema, path: "$") }

    private func check(_ value: JSONValue, _ schema: JSONValue, path: String) -> [String] {
        guard case .object(let rules) = schema else { return schema == true ? [] : ["\(path): nothing is allowed"] }
        return rules.flatMap { check(value, rule: $0, of: schema, path: path) }
    }

    private func check(
        _ value: JSONValue, rule: JSONValue.Member, of schema: JSONValue, path: String
    ) -> [String] {
        switch (rule.name, rule.value) {
        case ("type", .string(let type)): return value.isOf(type) ? [] : ["\(path): is no \(type)"]
        case ("type", .array(let types)):
            let fits = types.contains { if case .string(let type) = $0 { value.isOf(type) } else { false } }
            return fits ? [] : ["\(path): is none of \(types)"]
        case ("enum", .array(let values)): return values.contains(value) ? [] : ["\(path): is none of the enum"]
        case ("pattern", .string(let pattern)):
            return value.matches(pattern) ? [] : ["\(path): does not match \(pattern)"]
        case ("maxLength", .integer(let most)):
            if case .string(let text) = value, text.count > Int(most) { return ["\(path): is too long"] }
            return []
        case ("minimum", let bound): return value.compares(with: bound) { $0 >= $1 } ? [] : ["\(path): is too small"]
        case ("maximum", let bound): return value.compares(with: bound) { $0 <= $1 } ? [] : ["\(path): is too large"]
        case ("exclusiveMinimum", let bound):
            return value.compares(with: bound) { $0 > $1 } ? [] : ["\(path): is too small"]
        case ("minItems", .integer(let least)):
            if case .array(let items) = value, items.count < Int(least) { return ["\(path): has too few items"] }
            return []
        case ("items", let items):
            guard case .array(let elements) = value else { return [] }
            return elements.enumerated().flatMap { check($0.element, items, path: "\(path)[\($0.offset)]") }
        case ("required", .array(let names)):
            guard case .object = value else { return [] }
            return names.compactMap { name in
                guard case .string(let name) = name, value[name] == nil else { return nil }
                return "\(path): lacks \(name)"
            }
        case ("properties", let properties):
            guard case .object(let members) = value else { return [] }
            return members.flatMap { member in
                properties[member.name].map { check(member.value, $0, path: "\(path).\(member.name)") } ?? []
            }
        case ("additionalProperties", let others):
            guard case .object(let members) = value else { return [] }
            return members.filter { schema["properties"]?[$0.name] == nil }
                .flatMap { check($0.value, others, path: "\(path).\($0.name)") }
        case ("anyOf", .array(let alternatives)):
            let found = alternatives.map { check(value, $0, path: path) }
            return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? []
        case ("description", _), ("title", _), ("default", _), ("$comment", _), ("$schema", _): return []
        default: return ["\(path): the validator does not know the rule \(rule.name)"]
        }
    }
}

extension JSONValue {
    fileprivate func isOf(_ type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .boolean: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number(let value): type == "number" || (type == "integer" && value == value.rounded())
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }

    fileprivate func matches(_ pattern: String) -> Bool {
        guard case .string(let text) = self else { return true }
        guard let regex = try? Regex(pattern) else { return false }
        return text.contains(regex)
    }

    fileprivate func compares(with bound: JSONValue, _ relation: (Double, Double) -> Bool) -> Bool {
        guard let left = number, let right = bound.number else { return true }
        return relation(left, right)
    }

    private var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
