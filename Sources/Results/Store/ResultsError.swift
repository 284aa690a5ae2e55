/// Why a run file cannot be written or read. Every message names the file.
public struct ResultsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, for callers that react to it.
    public enum Kind: Equatable, Sendable {
        /// The file cannot be made: its directory is missing or not writable.
        case cannotCreate
        /// Writing failed on the way: disk full, input/output error, facts that contradict each other.
        case cannotWrite
        /// Another process is writing the same file.
        case inUse
        /// The path is a directory.
        case isDirectory
        /// There is no such file, or it may not be read.
        case cannotOpen
        /// The file is not a run of Orrery.
        case notARun
        /// The file has another version of the schema than this program reads.
        case wrongVersion(found: Int32)
        /// The run that wrote the file has not finished, or was killed.
        case unfinished
        /// The run was interrupted and the caller wants whole runs only.
        case partial
        /// The file is cut short or its pages contradict each other.
        case damaged
        /// A statement does not fit the schema: a mistake of the one who wrote it.
        case badQuery
    }

    /// What went wrong.
    public let kind: Kind
    /// The file.
    public let path: String
    /// What went wrong in words, without the path.
    public let reason: String

    init(_ kind: Kind, path: String, _ reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
    }

    /// "run.sqlite: reason".
    public var description: String { "\(path): \(reason)" }
}
