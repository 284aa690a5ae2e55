import Configuration
import Quantities

/// Fields of a configuration, by the names that families give them. A field that is there must be of its kind; null is not there.
struct ConfigFields {
    /// The object.
    let config: JSONValue
    /// Where it was read.
    let source: ConfigSource
    /// Names of the objects around it.
    let path: [String]
    /// Whether the object is inside of another one, where libraries leave out what is their default.
    var isNested: Bool { !path.isEmpty }

    init(_ config: JSONValue, source: ConfigSource, path: [String] = []) {
        self.config = config
        self.source = source
        self.path = path
    }

    /// The object of a name inside; nil where it is not there.
    func inner(_ name: String) throws(InvalidInput) -> ConfigFields? {
        guard let value = config[name], value != .null else { return nil }
        guard case .object = value else { throw wrong(name, value, "an object") }
        return ConfigFields(value, source: source, path: path + [name])
    }

    /// The first whole number above 0 of some names, at most 2^31; nil where there is none, or 0.
    func integer(_ names: String...) throws(InvalidInput) -> Int? { try integer(names) }

    func integer(_ names: [String]) throws(InvalidInput) -> Int? {
        for name in names {
            guard let value = config[name], value != .null else { continue }
            switch value {
            case .integer(0), .number(0): continue
            case .integer(let whole) where whole > 0 && whole <= 1 << 31: return Int(whole)
            case .number(let number) where number >= 1 && number <= 2_147_483_648 && number == number.rounded():
                return Int(number)
            default: throw wrong(name, value, "a whole number from 0 to \(1 << 31)")
            }
        }
        return nil
    }

    /// A whole number that must be there, at most `limit`; in a nested object its library's default stands in.
    func needed(_ names: String..., usual: Int? = nil, limit: Int = 1 << 24) throws(InvalidInput) -> Int {
        guard let value = try integer(names) ?? (isNested ? usual : nil) else {
            let zero = names.first { config[$0] != nil }
            throw problem(zero, "no whole number above 0 in \(names.joined(separator: ", "))")
        }
        guard value <= limit else {
            throw problem(names.first { config[$0] != nil }, "\(names[0]): \(value) is beyond any model's")
        }
        return value
    }

    func text(_ name: String) throws(InvalidInput) -> String? {
        guard let value = config[name], value != .null else { return nil }
        guard case .string(let text) = value else { throw wrong(name, value, "a string") }
        return text
    }

    func boolean(_ name: String) throws(InvalidInput) -> Bool? {
        guard let value = config[name], value != .null else { return nil }
        guard case .boolean(let flag) = value else { throw wrong(name, value, "true or false") }
        return flag
    }

    /// Entries of a list or an object; 0 where there is none.
    func count(_ name: String) -> Int {
        switch config[name] {
        case .array(let values)?: values.count
        case .object(let members)?: members.count
        default: 0
        }
    }

    private func wrong(_ name: String, _ value: JSONValue, _ expected: String) -> InvalidInput {
        let found =
            switch value {
            case .array: "a list"
            case .object: "an object"
            default: value.description
            }
        return problem(name, "\(name): found \(found), expected \(expected)")
    }

    /// A problem of a field, or of the object where there is none.
    func problem(_ name: String?, _ message: String) -> InvalidInput {
        source.problem(at: path + (name.map { [$0] } ?? []), message)
    }
}

/// The text of a configuration, for the places that errors name.
struct ConfigSource {
    /// The file.
    let file: String
    /// What it holds.
    let text: String

    /// A problem of the field at a path of names; without one, of the whole.
    func problem(at path: [String], _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: position(of: path), message: message)])
    }

    /// Where a field's name is written. JSON is YAML, whose reader keeps places.
    private func position(of path: [String]) -> SourcePosition {
        var position = SourcePosition(file: file, line: 1, column: 1)
        guard let source = try? SourceText(name: file, text: text), var node = try? YAMLReader.document(in: source)
        else { return position }
        for name in path {
            guard case .mapping(let entries) = node.content, let entry = entries.first(where: { $0.key == name })
            else { break }
            position = entry.keyOrigin.position ?? position
            node = entry.value
        }
        return position
    }
}
