import Configuration

/// Why a case cannot be judged.
enum CaseProblem: Error {
    /// A key, value or kind that nothing here understands.
    case unsupported(String)
    /// Text that contradicts the format of cases.
    case malformed(String)

    /// How the case ends.
    var outcome: CaseOutcome {
        switch self {
        case .unsupported(let what): .unsupported(what)
        case .malformed(let what): .failed([what])
        }
    }
}

/// A mapping of a case file whose keys are taken one by one; a key that nobody took is unsupported.
///
/// A class, so that the parts of a case can be read by different functions and be accounted for together.
final class CaseFields {
    /// Keys with their values, in the order of the text.
    let entries: [YAMLNode.Entry]
    /// Path inside the case, such as `expect.bind`; empty for the case itself.
    let path: String
    private let origin: Origin
    private var taken: Set<String> = []
    /// Mappings handed out, by their path, in that order.
    private var inner: [CaseFields] = []

    /// The keys of `node`; null counts as a mapping without keys.
    init(_ node: YAMLNode, path: String) throws(CaseProblem) {
        self.path = path
        origin = node.origin
        switch node.content {
        case .mapping(let entries): self.entries = entries
        case .scalar where node.kind == .null: entries = []
        default: throw .malformed("\(Self.place(node.origin, path)): found \(node.found), expected a mapping")
        }
    }

    /// Throws the keys that nobody took, here and in the mappings handed out.
    func finish() throws(CaseProblem) {
        let rest = unread()
        if !rest.isEmpty { throw .unsupported((rest.count == 1 ? "key " : "keys ") + rest.joined(separator: ", ")) }
    }

    private func unread() -> [String] {
        entries.filter { !taken.contains($0.key) }.map { pathOf($0.key) } + inner.flatMap { $0.unread() }
    }

    /// Marks keys that explain without deciding anything.
    func ignore(_ keys: String...) { taken.formUnion(keys) }

    /// Full name of a key, for messages.
    func pathOf(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    // MARK: - Taking values

    /// Whether the key is written, be it as null.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// The value of a key; nil where it is absent or null.
    func optional(_ key: String) -> YAMLNode? {
        taken.insert(key)
        return entries.first { $0.key == key && $0.value.kind != .null }?.value
    }

    /// The value of a key that must be given.
    func required(_ key: String) throws(CaseProblem) -> YAMLNode {
        guard let node = optional(key) else {
            throw .malformed("\(Self.place(origin, path)): \(pathOf(key)) is missing")
        }
        return node
    }

    /// The mapping under a key, the same one however often it is asked for; an empty one where it is absent.
    func fields(_ key: String) throws(CaseProblem) -> CaseFields {
        if let known = inner.first(where: { $0.path == pathOf(key) }) { return known }
        let node = optional(key) ?? YAMLNode(.mapping([]), origin: origin)
        let fields = try CaseFields(node, path: pathOf(key))
        inner.append(fields)
        return fields
    }

    /// The mapping under a key; nil where it is absent.
    func optionalFields(_ key: String) throws(CaseProblem) -> CaseFields? {
        optional(key) == nil ? nil : try fields(key)
    }

    /// The mappings of a list; empty where it is absent.
    func list(_ key: String) throws(CaseProblem) -> [CaseFields] {
        let nodes = try elements(key)
        var result: [CaseFields] = []
        for (index, node) in nodes.enumerated() {
            result.append(try CaseFields(node, path: "\(pathOf(key))[\(index)]"))
        }
        inner += result
        return result
    }

    /// The mappings under the keys of a mapping, in the order of the text; empty where it is absent.
    func mappings(_ key: String) throws(CaseProblem) -> [(key: String, fields: CaseFields)] {
        let outer = try fields(key)
        var result: [(String, CaseFields)] = []
        for entry in outer.entries { result.append((entry.key, try outer.fields(entry.key))) }
        return result
    }

    /// The values of a list; empty where it is absent.
    func elements(_ key: String) throws(CaseProblem) -> [YAMLNode] {
        guard let node = optional(key) else { return [] }
        guard case .sequence(let elements) = node.content else { throw wrong(node, key, "a list") }
        return elements
    }

    /// Texts of a list; empty where it is absent.
    func strings(_ key: String) throws(CaseProblem) -> [String] {
        var result: [String] = []
        for (index, node) in try elements(key).enumerated() {
            result.append(try Self.string(node, "\(pathOf(key))[\(index)]"))
        }
        return result
    }

    /// A single value as text; `fallback` where it is absent.
    func string(_ key: String, default fallback: String = "") throws(CaseProblem) -> String {
        guard let node = optional(key) else { return fallback }
        return try Self.string(node, pathOf(key))
    }

    /// A whole number; nil where it is absent.
    func integer(_ key: String) throws(CaseProblem) -> Int? {
        guard let node = optional(key) else { return nil }
        return try Self.integer(node, pathOf(key))
    }

    /// A number; nil where it is absent.
    func number(_ key: String) throws(CaseProblem) -> Double? {
        guard let node = optional(key) else { return nil }
        return try Self.number(node, pathOf(key))
    }

    /// A truth value; `fallback` where it is absent.
    func boolean(_ key: String, default fallback: Bool = false) throws(CaseProblem) -> Bool {
        guard let node = optional(key) else { return fallback }
        return try Self.boolean(node, pathOf(key))
    }

    /// Text to text; empty where it is absent.
    func stringMap(_ key: String) throws(CaseProblem) -> [String: String] {
        try map(key, Self.string)
    }

    /// Text to number; empty where it is absent.
    func numberMap(_ key: String) throws(CaseProblem) -> [String: Double] {
        try map(key, Self.number)
    }

    /// Text to whole number; empty where it is absent.
    func integerMap(_ key: String) throws(CaseProblem) -> [String: Int] {
        try map(key, Self.integer)
    }

    /// Text to values read by `read`, which is told their path; empty where it is absent.
    func map<Value>(
        _ key: String, _ read: (YAMLNode, String) throws(CaseProblem) -> Value
    ) throws(CaseProblem) -> [String: Value] {
        let outer = try fields(key)
        var result: [String: Value] = [:]
        for entry in outer.entries {
            outer.taken.insert(entry.key)
            result[entry.key] = try read(entry.value, outer.pathOf(entry.key))
        }
        return result
    }

    // MARK: - Single values

    static func string(_ node: YAMLNode, _ path: String) throws(CaseProblem) -> String {
        guard case .scalar(let text, _) = node.content else {
            throw .malformed("\(place(node.origin, path)): found \(node.found), expected a single value")
        }
        return node.kind == .null ? "" : text
    }

    static func integer(_ node: YAMLNode, _ path: String) throws(CaseProblem) -> Int {
        guard case .integer(let value) = node.json, let number = Int(exactly: value) else {
            throw .malformed("\(place(node.origin, path)): found \(node.found), expected a whole number")
        }
        return number
    }

    static func number(_ node: YAMLNode, _ path: String) throws(CaseProblem) -> Double {
        switch node.json {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default: throw .malformed("\(place(node.origin, path)): found \(node.found), expected a number")
        }
    }

    static func boolean(_ node: YAMLNode, _ path: String) throws(CaseProblem) -> Bool {
        guard case .boolean(let value) = node.json else {
            throw .malformed("\(place(node.origin, path)): found \(node.found), expected true or false")
        }
        return value
    }

    static func strings(_ node: YAMLNode, _ path: String) throws(CaseProblem) -> [String] {
        guard case .sequence(let elements) = node.content else {
            throw .malformed("\(place(node.origin, path)): found \(node.found), expected a list")
        }
        var result: [String] = []
        for element in elements { result.append(try string(element, path)) }
        return result
    }

    private func wrong(_ node: YAMLNode, _ key: String, _ expected: String) -> CaseProblem {
        .malformed("\(Self.place(node.origin, pathOf(key))): found \(node.found), expected \(expected)")
    }

    private static func place(_ origin: Origin, _ path: String) -> String {
        guard let position = origin.position else { return path }
        return "line \(position.line)" + (path.isEmpty ? "" : ", \(path)")
    }
}
