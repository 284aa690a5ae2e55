import Quantities

/// A kind of value that a configuration can hold: how it is read, printed and described in the JSON Schema.
///
/// All three come from one declaration, so the schema, the explanation and the reader cannot drift apart.
public struct ValueKind<Value: Sendable>: Sendable {
    /// What is expected, for messages: `a duration such as 30s or 7d`.
    public let expectation: String
    /// JSON Schema (draft 2020-12) of the value.
    public let schema: JSONValue
    /// The value of a node; nil after a report of what is wrong with it.
    let read: @Sendable (YAMLNode, Place, Reading) -> Value?
    /// Notes a value that no node gave. False if the value is not of this kind (an alternative of a union).
    let noteDefault: @Sendable (Value, Place, Reading) -> Bool
}

/// Where a reading stands: the full path and its last part.
public struct Place: Sendable {
    /// Full path, such as `spec.clusters[0].name`; empty at the root.
    public var path: String
    /// Last part of the path, or `-` for an element of a list.
    public var label: String

    /// The root of a document.
    public static let root = Place(path: "", label: "")

    /// The value of `key` in the mapping that stands here.
    public func key(_ key: String) -> Place {
        Place(path: path.isEmpty ? key : "\(path).\(key)", label: key)
    }

    /// Element `index` of the list that stands here.
    public func element(_ index: Int) -> Place { Place(path: "\(path)[\(index)]", label: "-") }

    /// The value of a free key, such as a label's.
    public func freeKey(_ key: String) -> Place {
        let isWord = key.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
        return isWord ? self.key(key) : Place(path: "\(path)[\"\(key)\"]", label: key)
    }
}

/// What is wrong with a single value, before its place is added.
public struct ValueProblem: Error, Sendable {
    /// What is wrong, or nil for the standard "expected …, found …".
    public var message: String?
    /// A fix.
    public var hint: String?

    /// A problem told in full.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// A value of the wrong kind.
    public static func unexpected(hint: String? = nil) -> ValueProblem {
        var problem = ValueProblem("", hint: hint)
        problem.message = nil
        return problem
    }
}

extension ValueKind {
    /// A single value.
    public static func single(
        _ expectation: String, schema: JSONValue,
        parse: @escaping @Sendable (YAMLNode) throws(ValueProblem) -> Value,
        print: @escaping @Sendable (Value) -> JSONValue
    ) -> ValueKind {
        ValueKind(
            expectation: expectation, schema: schema,
            read: { node, place, reading in
                do throws(ValueProblem) {
                    let value = try parse(node)
                    reading.note(place, .value(print(value)), origin: node.origin)
                    return value
                } catch {
                    let message = error.message ?? "expected \(expectation), found \(node.found)"
                    reading.report(node, path: place.path, message, hint: error.hint ?? node.nullHint)
                    return nil
                }
            },
            noteDefault: { value, place, reading in
                reading.note(place, .value(print(value)), origin: .default)
                return true
            })
    }

    /// The same kind under another type, such as one case of an enumeration.
    public func map<Other: Sendable>(
        to wrap: @escaping @Sendable (Value) -> Other, from unwrap: @escaping @Sendable (Other) -> Value?
    ) -> ValueKind<Other> {
        ValueKind<Other>(
            expectation: expectation, schema: schema,
            read: { node, place, reading in read(node, place, reading).map(wrap) },
            noteDefault: { value, place, reading in
                unwrap(value).map { noteDefault($0, place, reading) } ?? false
            })
    }

    /// A single value or a mapping: a name for what is built in, or its description in place.
    public static func either(single: ValueKind, mapping: ValueKind) -> ValueKind {
        let expectation = "\(single.expectation) or \(mapping.expectation)"
        return ValueKind(
            expectation: expectation, schema: ["anyOf": [single.schema, mapping.schema]],
            read: { node, place, reading in
                switch node.content {
                case .mapping: return mapping.read(node, place, reading)
                case .scalar: return single.read(node, place, reading)
                case .sequence:
                    reading.report(node, path: place.path, "expected \(expectation), found a list")
                    return nil
                }
            },
            noteDefault: { value, place, reading in
                single.noteDefault(value, place, reading) || mapping.noteDefault(value, place, reading)
            })
    }

    /// The same mapping, or a single value in its place, which stands for a mapping of nothing but `key`.
    public func orOnly(_ key: String, schema single: JSONValue) -> ValueKind {
        ValueKind(
            expectation: expectation, schema: ["anyOf": [single, schema]],
            read: { node, place, reading in
                guard case .scalar = node.content else { return read(node, place, reading) }
                let entry = YAMLNode.Entry(key: key, keyOrigin: node.origin, value: node)
                return read(YAMLNode(.mapping([entry]), origin: node.origin), place, reading)
            },
            noteDefault: noteDefault)
    }

    /// A mapping whose kind shows by which of the given keys it has, such as `trace` or `generate`; with several of
    /// them the first of `alternatives` counts.
    ///
    /// Keys in `notYet` belong to kinds of mapping that this version refuses, with what to do instead.
    public static func tagged(
        _ name: String, _ alternatives: [(key: String, kind: ValueKind)], notYet: [(key: String, hint: String)] = []
    ) -> ValueKind {
        let keys = alternatives.map(\.key)
        let expectation = "\(name) with one of \(keys.joined(separator: ", "))"
        return ValueKind(
            expectation: expectation, schema: ["anyOf": .array(alternatives.map(\.kind.schema))],
            read: { node, place, reading in
                guard case .mapping(let entries) = node.content else {
                    reading.report(node, path: place.path, "expected \(expectation), found \(node.found)")
                    return nil
                }
                if let alternative = alternatives.first(where: { node[$0.key] != nil }) {
                    return alternative.kind.read(node, place, reading)
                }
                for (key, hint) in notYet {
                    guard let entry = entries.first(where: { $0.key == key }) else { continue }
                    reading.report(entry.keyOrigin, path: place.key(key).path, "is not supported yet", hint: hint)
                    return nil
                }
                let found = entries.first.map { "its first key is \($0.key.quoted)" } ?? "it is empty"
                let hint = entries.lazy.compactMap { NearestName.suggest($0.key, among: keys) }.first
                reading.report(
                    entries.first?.keyOrigin ?? node.origin, path: place.path, "expected \(expectation); \(found)",
                    hint: hint.map { "did you mean \"\($0)\"?" })
                return nil
            },
            noteDefault: { value, place, reading in
                alternatives.contains { $0.kind.noteDefault(value, place, reading) }
            })
    }

    /// A list of such values.
    public func list(atLeast minimum: Int = 0) -> ValueKind<[Value]> {
        let expectation = "a list, each element \(self.expectation)"
        return ValueKind<[Value]>(
            expectation: expectation,
            schema: .object(
                [.init("type", "array"), .init("items", schema)]
                    + (minimum > 0 ? [.init("minItems", .integer(Int64(minimum)))] : [])),
            read: { node, place, reading in
                guard case .sequence(let elements) = node.content else {
                    reading.report(
                        node, path: place.path, "expected \(expectation), found \(node.found)",
                        hint: node.nullHint ?? "start each element with \"- \"")
                    return nil
                }
                if elements.count < minimum {
                    reading.report(node, path: place.path, "expected at least \(minimum) element, found none")
                }
                if elements.isEmpty {
                    reading.note(place, .value([]), origin: node.origin)
                    return []
                }
                reading.note(place, .head, origin: node.origin)
                var values: [Value] = []
                reading.nested {
                    for (index, element) in elements.enumerated() {
                        if let value = self.read(element, place.element(index), reading) { values.append(value) }
                    }
                }
                return values
            },
            noteDefault: { values, place, reading in
                reading.note(place, values.isEmpty ? .value([]) : .head, origin: .default)
                reading.nested {
                    for (index, value) in values.enumerated() {
                        _ = self.noteDefault(value, place.element(index), reading)
                    }
                }
                return true
            })
    }

    /// A mapping from free names to such values, in the order of the text.
    public func byName() -> ValueKind<[Named<Value>]> {
        let expectation = "a mapping from names to \(self.expectation)"
        return ValueKind<[Named<Value>]>(
            expectation: expectation, schema: ["type": "object", "additionalProperties": schema],
            read: { node, place, reading in
                guard case .mapping(let entries) = node.content else {
                    reading.report(
                        node, path: place.path, "expected \(expectation), found \(node.found)", hint: node.nullHint)
                    return nil
                }
                reading.note(place, entries.isEmpty ? .value([:]) : .head, origin: node.origin)
                var values: [Named<Value>] = []
                reading.nested {
                    for entry in entries {
                        let value = self.read(entry.value, place.freeKey(entry.key), reading)
                        if let value { values.append(Named(name: entry.key, value: value)) }
                    }
                }
                return values
            },
            noteDefault: { values, place, reading in
                reading.note(place, values.isEmpty ? .value([:]) : .head, origin: .default)
                reading.nested {
                    for named in values { _ = self.noteDefault(named.value, place.freeKey(named.name), reading) }
                }
                return true
            })
    }
}

/// A value under a name that the user chose.
public struct Named<Value: Sendable>: Sendable {
    /// The user's name for it.
    public var name: String
    /// The value.
    public var value: Value

    /// `name: value`.
    public init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

extension Named: Equatable where Value: Equatable {}

extension YAMLNode {
    /// A fix for a key without a value.
    var nullHint: String? { kind == .null ? "give a value, or remove the key to have the default" : nil }
}
