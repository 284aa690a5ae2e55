import CSQLite
import Glibc

/// An open run file, read-only. Not thread-safe: open one for each thread.
public final class RunReader {
    /// Where the file lies.
    public let path: String
    /// The row of table `run`.
    public let run: RunHeader
    private let connection: Connection

    /// Opens the run at `path` after checking that it is one, complete, and of this program's schema version.
    ///
    /// - Parameter acceptPartial: whether a run that was stopped from outside will do.
    public init(path: String, acceptPartial: Bool = true) throws(ResultsError) {
        self.path = path
        try Self.checkFile(path)
        let connection = try Connection(file: path, flags: SQLITE_OPEN_READONLY, path: path)
        try connection.execute("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cache_size = -65536")
        try Self.checkVersion(connection)
        try Self.checkColumns(connection)
        guard let row = try Self.query(connection, "SELECT * FROM run", []).first else {
            throw ResultsError(.unfinished, path: path, "the run that wrote it did not finish")
        }
        guard let run = RunHeader(row) else {
            throw ResultsError(.damaged, path: path, "the file is damaged (its description of the run is incomplete)")
        }
        if run.isPartial && !acceptPartial {
            throw ResultsError(
                .partial, path: path, "the run was interrupted at \(Double(run.endNs) / 1e9) s; its results are partial"
            )
        }
        self.run = run
        self.connection = connection
    }

    /// All rows of a query. `arguments` replace its question marks in order.
    public func rows(_ sql: String, _ arguments: [SQLValue] = []) throws(ResultsError) -> [ResultRow] {
        try Self.query(connection, sql, arguments)
    }

    /// Calls `body` with each row of a query, without keeping them: for results that would not fit memory.
    public func forEachRow(
        _ sql: String, _ arguments: [SQLValue] = [], _ body: (ResultRow) -> Void
    ) throws(ResultsError) {
        try Self.forEachRow(connection, sql, arguments, body)
    }

    /// Calls `body` with each row of a query in place: for millions of rows.
    public func forEachRawRow(
        _ sql: String, _ arguments: [SQLValue] = [], _ body: (borrowing RawRow) throws -> Void
    ) throws {
        let statement = try connection.prepare(sql)
        var binder = RowBinder(statement.handle)
        for argument in arguments { binder.value(argument) }
        while true {
            let code = sqlite3_step(statement.handle)
            guard code == SQLITE_ROW else { return try connection.check(code, sql) }
            try body(RawRow(statement.handle))
        }
    }

    /// Column names of a query, in order.
    public func columns(_ sql: String) throws(ResultsError) -> [String] {
        let statement = try connection.prepare(sql)
        return (0..<sqlite3_column_count(statement.handle)).map {
            String(cString: sqlite3_column_name(statement.handle, $0))
        }
    }

    /// Names of all tables and views, in the order of the schema.
    public static var relationNames: [String] {
        Schema.relations.map(\.name)
    }
}

// MARK: - Checks

extension RunReader {
    /// Tells apart what SQLite would report in one vague sentence, or only at the first query.
    private static func checkFile(_ path: String) throws(ResultsError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ResultsError(.cannotOpen, path: path, String(cString: strerror(errno)))
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw ResultsError(.isDirectory, path: path, "is a directory; name the run file in it (run.sqlite)")
        }
        guard let file = fopen(path, "rb") else {
            throw ResultsError(.cannotOpen, path: path, String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var start = [UInt8](repeating: 0, count: 16)
        let length = fread(&start, 1, start.count, file)
        if path.hasSuffix(".partial") {
            throw ResultsError(.unfinished, path: path, "is the beginning of a run that has not finished")
        }
        guard length == start.count, start == Array("SQLite format 3".utf8) + [0] else {
            throw ResultsError(.notARun, path: path, "is not a run file (not an SQLite file)")
        }
    }

    private static func checkVersion(_ connection: Connection) throws(ResultsError) {
        let application = try pragma("application_id", connection)
        guard application == Int64(Schema.applicationID) else {
            throw ResultsError(.notARun, path: connection.path, "is an SQLite file, but not a run of Orrery")
        }
        let version = try pragma("user_version", connection)
        guard version == Int64(Schema.version) else {
            let advice = version > Schema.version ? "a newer Orrery wrote it" : "an older Orrery wrote it; run again"
            throw ResultsError(
                .wrongVersion(found: Int32(truncatingIfNeeded: version)), path: connection.path,
                "has schema version \(version), this program reads \(Schema.version): \(advice)")
        }
    }

    /// Compares the columns of every table and view with those that this program makes, so that a damaged file cannot
    /// surprise code that asks for a column by name.
    private static func checkColumns(_ connection: Connection) throws(ResultsError) {
        let reference = try Connection(
            file: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path: connection.path)
        for relation in Schema.relations { try reference.execute(relation.sql) }
        let columns = "SELECT name FROM pragma_table_info(?) ORDER BY cid"
        for relation in Schema.relations {
            let expected = try query(reference, columns, [.text(relation.name)]).map(\.values)
            let found: [[SQLValue]]
            do throws(ResultsError) {
                found = try query(connection, columns, [.text(relation.name)]).map(\.values)
            } catch  where error.kind == .badQuery {  // a view whose text is no longer SQL
                found = []
            }
            if found != expected {
                throw ResultsError(
                    .damaged, path: connection.path, "the file is damaged (\(relation.name) has other columns)")
            }
        }
    }

    private static func pragma(_ name: String, _ connection: Connection) throws(ResultsError) -> Int64 {
        try query(connection, "PRAGMA \(name)", []).first?.integer(name) ?? 0
    }
}

// MARK: - Queries

extension RunReader {
    private static func query(
        _ connection: Connection, _ sql: String, _ arguments: [SQLValue]
    ) throws(ResultsError) -> [ResultRow] {
        var rows: [ResultRow] = []
        try forEachRow(connection, sql, arguments) { rows.append($0) }
        return rows
    }

    private static func forEachRow(
        _ connection: Connection, _ sql: String, _ arguments: [SQLValue], _ body: (ResultRow) -> Void
    ) throws(ResultsError) {
        let statement = try connection.prepare(sql)
        guard Int(sqlite3_bind_parameter_count(statement.handle)) == arguments.count else {
            throw ResultsError(.badQuery, path: connection.path, "\(arguments.count) arguments do not fit: \(sql)")
        }
        var binder = RowBinder(statement.handle)
        for argument in arguments { binder.value(argument) }
        let columns = (0..<sqlite3_column_count(statement.handle)).map { column in
            String(cString: sqlite3_column_name(statement.handle, column))
        }
        while true {
            let code = sqlite3_step(statement.handle)
            guard code == SQLITE_ROW else { return try connection.check(code, sql) }
            let values = columns.indices.map { value(statement.handle, Int32($0)) }
            body(ResultRow(columns: columns, values: values))
        }
    }

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_NULL: return .null
        default:
            guard let text = sqlite3_column_text(statement, column) else { return .null }
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension RowBinder {
    fileprivate mutating func value(_ value: SQLValue) {
        switch value {
        case .null: null()
        case .integer(let value): integer(value)
        case .real(let value): real(value)
        case .text(let value): text(value)
        }
    }
}
