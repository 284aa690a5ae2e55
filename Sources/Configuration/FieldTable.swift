/// The fields of one kind of mapping: the single source of its reader, its defaults, its JSON Schema and its
/// reference page.
public struct FieldTable<Root: Sendable>: Sendable {
    /// What the mapping is, with its article: `a node pool`.
    public let name: String
    /// The value with every default in place; required fields hold anything.
    let initial: Root
    let fields: [Field<Root>]
    /// Checks that concern several fields.
    let check: @Sendable (inout Root, Place, Reading) -> Void

    /// A table; `check` runs after all fields were read.
    public init(
        _ name: String, _ initial: Root, _ fields: [Field<Root>],
        check: @escaping @Sendable (inout Root, Place, Reading) -> Void = { _, _, _ in }
    ) {
        precondition(Set(fields.map(\.name)).count == fields.count, "field names of \(name) are unique")
        self.name = name
        self.initial = initial
        self.fields = fields
        self.check = check
    }
}

/// One field of a mapping. Made by `required`, `optional` and `notYet`.
public struct Field<Root: Sendable>: Sendable {
    let name: String
    let isRequired: Bool
    let expectation: String
    /// Nil for fields that are not supported yet: they are in no schema.
    let schema: JSONValue?
    let read: @Sendable (inout Root, YAMLNode, Place, Reading) -> Void
    let noteDefault: @Sendable (Root, Place, Reading) -> Void

    /// A field that must be given.
    public static func required<Value>(
        _ name: String, _ path: FieldPath<Root, Value>, _ kind: ValueKind<Value>, _ text: String
    ) -> Field {
        Field(
            name: name, isRequired: true, expectation: kind.expectation, schema: kind.schema.described(text),
            read: { root, node, place, reading in
                if let value = kind.read(node, place, reading) { root[keyPath: path] = value }
            },
            noteDefault: { root, place, reading in
                let isNoted = kind.noteDefault(root[keyPath: path], place, reading)
                precondition(isNoted, "a default \(name) is of its own kind")
            })
    }

    /// A field whose default stands in the table's initial value.
    public static func optional<Value>(
        _ name: String, _ path: FieldPath<Root, Value>, _ kind: ValueKind<Value>, _ text: String
    ) -> Field {
        Field(
            name: name, isRequired: false, expectation: kind.expectation, schema: kind.schema.described(text),
            read: { root, node, place, reading in
                if let value = kind.read(node, place, reading) { root[keyPath: path] = value }
            },
            noteDefault: { root, place, reading in
                let isNoted = kind.noteDefault(root[keyPath: path], place, reading)
                precondition(isNoted, "the default of \(name) is of its own kind")
            })
    }

    /// A field that may be absent altogether.
    public static func optional<Value>(
        _ name: String, _ path: FieldPath<Root, Value?>, _ kind: ValueKind<Value>, _ text: String
    ) -> Field {
        Field(
            name: name, isRequired: false, expectation: kind.expectation, schema: kind.schema.described(text),
            read: { root, node, place, reading in
                if let value = kind.read(node, place, reading) { root[keyPath: path] = value }
            },
            noteDefault: { root, place, reading in
                if let value = root[keyPath: path] { _ = kind.noteDefault(value, place, reading) }
            })
    }

    /// A field of the format that this version refuses, with what to do instead.
    public static func notYet(_ name: String, _ hint: String) -> Field {
        Field(
            name: name, isRequired: false, expectation: "nothing", schema: nil,
            read: { _, node, place, reading in
                reading.report(node, path: place.path, "is not supported yet", hint: hint)
            },
            noteDefault: { _, _, _ in })
    }
}

extension Field {
    /// The same field for a mapping that keeps the values of this one at `path`, so that several mappings share fields.
    public func within<Outer>(_ path: FieldPath<Outer, Root>) -> Field<Outer> {
        Field<Outer>(
            name: name, isRequired: isRequired, expectation: expectation, schema: schema,
            read: { outer, node, place, reading in read(&outer[keyPath: path], node, place, reading) },
            noteDefault: { outer, place, reading in noteDefault(outer[keyPath: path], place, reading) })
    }
}

extension FieldTable {
    /// The mapping that the table describes.
    public var kind: ValueKind<Root> {
        ValueKind(expectation: name, schema: schema, read: read, noteDefault: noteDefaults)
    }

    /// Reads a whole document; what is wrong is found in `reading`.
    public func readDocument(_ node: YAMLNode, reading: Reading) -> Root? {
        read(node, .root, reading)
    }

    /// The name without its article.
    private var title: String {
        let words = name.split(separator: " ")
        return ["a", "an", "the"].contains(words.first) ? words.dropFirst().joined(separator: " ") : name
    }

    private var schema: JSONValue {
        let defaults = Reading()
        _ = noteDefaults(initial, .root, defaults)
        let described = fields.compactMap { field -> JSONValue.Member? in
            guard let schema = field.schema else { return nil }
            let noted = defaults.values.first { $0.path == field.name }
            guard !field.isRequired, case .value(let value)? = noted?.content else { return .init(field.name, schema) }
            return .init(field.name, schema.adding([.init("default", value)]))
        }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        let ignored = KnowinglyIgnored.fields(of: name).map { JSONValue.Member($0, true) }
        return .object(
            [
                .init("title", .string(title)), .init("type", "object"),
                .init("properties", .object(described + ignored)),
            ]
                + (required.isEmpty ? [] : [.init("required", .array(required))])
                + [.init("additionalProperties", false)])
    }

    @Sendable
    private func read(_ node: YAMLNode, _ place: Place, _ reading: Reading) -> Root? {
        guard case .mapping(let entries) = node.content else {
            reading.report(node, path: place.path, "expected \(name), found \(node.found)", hint: node.nullHint)
            return nil
        }
        reading.note(place, .head, origin: node.origin)
        var root = initial
        reading.nested {
            reportUnknown(entries, place, reading)
            for field in fields {
                if let entry = entries.first(where: { $0.key == field.name }) {
                    field.read(&root, entry.value, place.key(field.name), reading)
                } else if field.isRequired {
                    reading.report(
                        node, path: place.path, "\(name) needs \(field.name.quoted): \(field.expectation)")
                } else {
                    field.noteDefault(root, place.key(field.name), reading)
                }
            }
            check(&root, place, reading)
        }
        return root
    }

    private func reportUnknown(_ entries: [YAMLNode.Entry], _ place: Place, _ reading: Reading) {
        let names = fields.map(\.name)
        let ignored = KnowinglyIgnored.fields(of: name)
        for entry in entries where !names.contains(entry.key) {
            if ignored.contains(entry.key) {
                reading.note(place.key(entry.key), .ignored, origin: entry.value.origin)
                continue
            }
            let known = fields.filter { $0.schema != nil }.map(\.name)
            reading.report(
                entry.keyOrigin, path: place.path, "unknown key \(entry.key.quoted) in \(name)",
                hint: Suggestion.text(entry.key, among: known))
        }
    }

    @Sendable
    private func noteDefaults(_ root: Root, _ place: Place, _ reading: Reading) -> Bool {
        reading.note(place, .head, origin: .default)
        reading.nested {
            for field in fields { field.noteDefault(root, place.key(field.name), reading) }
        }
        return true
    }
}

extension JSONValue {
    fileprivate func described(_ text: String) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object([Member("description", .string(text))] + members)
    }
}

/// Where a field's value is kept in its mapping's value.
public typealias FieldPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable
