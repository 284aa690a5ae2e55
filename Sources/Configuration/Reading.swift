/// One reading of a configuration: what was read, from where, and what was wrong.
///
/// A class because all parts of a reading write to the same record.
public final class Reading {
    /// Findings so far.
    public let diagnostics: Diagnostics
    /// Every value in the order of the field tables, defaults included; `Explanation` prints it.
    public private(set) var values: [ReadValue] = []
    private var positions: [String: SourcePosition] = [:]
    private var depth = 0

    /// A reading that reports to `diagnostics`.
    public init(diagnostics: Diagnostics = Diagnostics()) { self.diagnostics = diagnostics }

    /// A reading that continues where an earlier one with these values ended, for checks that come later.
    public convenience init(continuing values: [ReadValue]) {
        self.init()
        self.values = values
        for value in values { if let position = value.origin.position { positions[value.path] = position } }
    }

    /// Notes what stands at `place`.
    public func note(_ place: Place, _ content: ReadValue.Content, origin: Origin) {
        values.append(
            ReadValue(path: place.path, label: place.label, depth: depth, content: content, origin: origin))
        if let position = origin.position { positions[place.path] = position }
    }

    /// Runs `body` one level deeper.
    func nested(_ body: () -> Void) {
        depth += 1
        body()
        depth -= 1
    }

    /// Reports a finding about `node`.
    func report(_ node: YAMLNode, path: String, _ message: String, hint: String? = nil) {
        report(node.origin, path: path, message, hint: hint)
    }

    /// Reports a finding at `origin`, or for a default at the nearest enclosing value that a person wrote.
    func report(_ origin: Origin, path: String, _ message: String, hint: String? = nil) {
        let position = origin.position ?? position(of: path)
        diagnostics.report(Diagnostic(position: position, path: path, message: message, hint: hint))
    }

    /// Reports a finding about the value that was read at `path`.
    public func report(path: String, _ message: String, hint: String? = nil) {
        diagnostics.report(Diagnostic(position: position(of: path), path: path, message: message, hint: hint))
    }

    /// Where the value at `path` was written; for a default, where the nearest enclosing value was.
    public func position(of path: String) -> SourcePosition {
        var path = path[...]
        while true {
            if let position = positions[String(path)] { return position }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            path = path[..<cut]
        }
        return positions[""] ?? SourcePosition(file: "", line: 1, column: 1)
    }

    /// Whether nothing wrong was found at `path` or below; checks across sections ask first, so that one mistake is
    /// not reported twice.
    public func isSound(_ path: String) -> Bool {
        !diagnostics.findings.contains { finding in
            finding.path.hasPrefix(path)
                && (finding.path.utf8.count == path.utf8.count
                    || [".", "["].contains(finding.path.dropFirst(path.count).first))
        }
    }
}

/// One value of a configuration and where it came from.
public struct ReadValue: Sendable, Equatable {
    /// Full path, such as `spec.clusters[0].name`.
    public var path: String
    /// Last part of the path, or `-` for an element of a list.
    public var label: String
    /// Nesting, from 0.
    public var depth: Int
    /// What it is.
    public var content: Content
    /// Where it came from.
    public var origin: Origin

    /// What can stand at a place.
    public enum Content: Sendable, Equatable {
        /// A mapping or list; its values follow.
        case head
        /// A value, in canonical form.
        case value(JSONValue)
        /// A field that is knowingly ignored.
        case ignored
    }

    /// The value as a person would write it; nil for the head of a mapping or list.
    public var text: String? {
        switch content {
        case .head: nil
        case .value(let value): value.plainText
        case .ignored: "(ignored)"
        }
    }
}
