/// A place in a text that a person wrote: file (or `--set`), line and column, both counted from 1.
///
/// Columns count Unicode scalars, as editors do for plain text.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// Path as the user gave it, or `--set` for a command-line override.
    public var file: String
    /// Line, from 1. For `--set`: the number of the override on the command line.
    public var line: Int
    /// Column, from 1.
    public var column: Int

    /// The place `line`:`column` of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, which editors and terminals make clickable.
    public var description: String { "\(file):\(line):\(column)" }
}

extension SourcePosition: Comparable {
    public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }
}

/// Where a value comes from; `scenario explain` prints it beside every value.
public enum Origin: Hashable, Sendable {
    /// Written in a file.
    case file(SourcePosition)
    /// Given by `--set`.
    case override(SourcePosition)
    /// Set by the named entry of `compare`, which is written at the position.
    case variant(String, SourcePosition)
    /// Not given anywhere; the documented default.
    case `default`

    /// The place to point at, if a person wrote the value.
    public var position: SourcePosition? {
        switch self {
        case .file(let position), .override(let position), .variant(_, let position): position
        case .default: nil
        }
    }
}

extension Origin: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let position), .override(let position): position.description
        case .variant(let name, let position): "\(position) (variant \(name))"
        case .default: "default"
        }
    }
}
