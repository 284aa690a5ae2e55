import CSQLite
import Glibc

/// An open SQLite file. SQLite's result codes become typed errors with the file's path here and nowhere else.
final class Connection {
    let handle: OpaquePointer
    /// The path that errors name: the one the user knows, not that of a temporary file.
    let path: String
    private var isOpen = true

    /// Opens `file`, without SQLite's own locks: a connection stays on one thread.
    init(file: String, flags: Int32, path: String) throws(ResultsError) {
        self.path = path
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(file, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw ResultsError(flags & SQLITE_OPEN_CREATE != 0 ? .cannotCreate : .cannotOpen, path: path, reason)
        }
        handle = opened
    }

    deinit { close() }

    /// Lets go of the file and its locks; no use of the connection or its statements may follow.
    func close() {
        if isOpen { sqlite3_close_v2(handle) }
        isOpen = false
    }

    /// Runs statements that return nothing of interest.
    func execute(_ sql: String) throws(ResultsError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil), sql)
    }

    /// Compiles one statement.
    func prepare(_ sql: String) throws(ResultsError) -> Statement {
        var compiled: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil), sql)
        guard let compiled else { throw ResultsError(.badQuery, path: path, "an empty statement") }
        return Statement(compiled)
    }

    /// Throws unless `code` is one of success.
    @inline(__always)
    func check(_ code: Int32, _ sql: @autoclosure () -> String = "") throws(ResultsError) {
        if code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW { throw failure(code, sql()) }
    }

    /// What SQLite's `code` means to a user.
    private func failure(_ code: Int32, _ sql: String) -> ResultsError {
        let message = String(cString: sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_FULL: return ResultsError(.cannotWrite, path: path, "the disk is full")
        case SQLITE_NOTADB: return ResultsError(.notARun, path: path, "not an SQLite file")
        case SQLITE_CORRUPT: return ResultsError(.damaged, path: path, "the file is damaged (\(message))")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return ResultsError(.inUse, path: path, "another process is using it")
        case SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
            let system = sqlite3_system_errno(handle)
            let cause = system == 0 ? message : "\(message): \(String(cString: strerror(system)))"
            return ResultsError(.cannotWrite, path: path, cause)
        case SQLITE_CONSTRAINT: return ResultsError(.cannotWrite, path: path, "facts contradict each other: \(message)")
        default:
            return ResultsError(.badQuery, path: path, sql.isEmpty ? message : "\(message), in: \(sql)")
        }
    }
}

/// A compiled statement.
final class Statement {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }
}
