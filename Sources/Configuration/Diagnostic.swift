/// One finding in the user's input: where, in which value, what is wrong, and what would help.
public struct Diagnostic: Error, Hashable, Sendable {
    /// Where the offending text stands.
    public var position: SourcePosition
    /// The value concerned, such as `spec.clusters[0].nodePools[1].count`; empty for the text as a whole.
    public var path: String
    /// What is wrong: the value found and what was expected.
    public var message: String
    /// A fix, such as the nearest valid name.
    public var hint: String?

    /// A finding at `position`.
    public init(position: SourcePosition, path: String = "", message: String, hint: String? = nil) {
        self.position = position
        self.path = path
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: path: message; hint`
    public var description: String {
        "\(position): " + (path.isEmpty ? "" : "\(path): ") + message + (hint.map { "; \($0)" } ?? "")
    }
}

/// All findings of one input, sorted by position: what a reader throws.
public struct InvalidInput: Error, Sendable, CustomStringConvertible {
    /// At least one finding, sorted by position.
    public let diagnostics: [Diagnostic]

    /// The same findings sorted by position; equal findings are kept once.
    public init(_ diagnostics: [Diagnostic]) {
        precondition(!diagnostics.isEmpty, "input without findings is valid")
        var seen: Set<Diagnostic> = []
        let distinct = diagnostics.filter { seen.insert($0).inserted }
        self.diagnostics = distinct.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }

    /// One line per finding; beyond a hundred only their number.
    public var description: String {
        let shown = diagnostics.prefix(100).map(\.description)
        let rest = diagnostics.count - shown.count
        return (shown + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
    }
}

/// Collects the findings of one reading, so that a user sees all of them at once.
///
/// A class because every part of a reading reports to the same list.
public final class Diagnostics {
    /// Findings in the order they were made.
    public private(set) var findings: [Diagnostic] = []

    /// No findings yet.
    public init() {}

    /// Adds a finding.
    public func report(_ diagnostic: Diagnostic) { findings.append(diagnostic) }

    /// Throws everything found so far, if there is anything.
    public func throwIfAny() throws(InvalidInput) {
        if !findings.isEmpty { throw InvalidInput(findings) }
    }
}
