/// A trace that cannot be read (or written): where, what was found, what was expected.
public struct TraceError: Error, Hashable, Sendable {
    /// Path, or the name given to bytes in memory.
    public var file: String
    /// Line from 1; nil, like the column, when the fault has no place in the text.
    public var line: Int?
    /// Column in characters from 1.
    public var column: Int?
    /// Offset in the file as stored, for faults of the compressed form.
    public var byteOffset: Int64?
    /// What stands there.
    public var found: String
    /// What should.
    public var expected: String
    /// The nearest valid name, if one is near.
    public var suggestion: String?

    /// A fault at a place in the text, or of the file as a whole when no place is given.
    public init(
        file: String, line: Int? = nil, column: Int? = nil, byteOffset: Int64? = nil, found: String, expected: String,
        suggestion: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
    }
}

extension TraceError: CustomStringConvertible {
    /// `jobs.csv:12:7: found '-3' in column pods; expected a whole number from 1 to 100000`.
    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if line != nil, let column { place += ":\(column)" }
        if let byteOffset { place += ": byte \(byteOffset)" }
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "\(place): found \(found); expected \(expected)\(hint)"
    }
}
