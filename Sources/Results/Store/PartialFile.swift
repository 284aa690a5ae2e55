import CSQLite
import Glibc

/// A run file in the making: `<path>.partial` until it is complete, so that no crash leaves a file that looks whole.
///
/// One transaction, no journal and no syncs: nobody reads the file before the rename, and a file that was not renamed
/// is thrown away.
final class PartialFile {
    let path: String
    private let partialPath: String
    private var connection: Connection?
    /// Whether the partial file is this object's: it made it and has neither renamed nor removed it.
    private var isOwner = false

    /// Makes the file with all tables and views and opens the transaction that everything is written in.
    ///
    /// A leftover of a killed run is replaced; one that is being written by another process is not.
    init(path: String, pageLimit: Int? = nil) throws(ResultsError) {
        self.path = path
        partialPath = path + ".partial"
        try Self.checkTarget(path)
        try Self.removeLeftover(partialPath, path: path)
        do throws(ResultsError) {
            let connection = try Connection(
                file: partialPath, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path: path)
            self.connection = connection
            isOwner = true
            try Self.lay(connection, pageLimit: pageLimit)
        } catch {
            discard()
            throw error
        }
    }

    deinit { discard() }

    /// The connection to write through. Throws once the file was completed or given up.
    func open() throws(ResultsError) -> Connection {
        guard let connection else {
            throw ResultsError(.cannotWrite, path: path, "nothing more can be written after an error or the end")
        }
        return connection
    }

    /// Commits, and moves the file to its final name in one step; an older file there is replaced.
    func complete() throws(ResultsError) {
        do throws(ResultsError) {
            let connection = try open()
            try connection.execute("COMMIT")
            connection.close()
            self.connection = nil
            if rename(partialPath, path) != 0 {
                throw ResultsError(.cannotWrite, path: path, "cannot take its final name: \(Self.systemError())")
            }
            isOwner = false
        } catch {
            discard()
            throw error
        }
    }

    /// Gives the file up and removes it. Harmless after `complete`.
    func discard() {
        connection?.close()
        connection = nil
        if isOwner { unlink(partialPath) }
        isOwner = false
    }

    private static func lay(_ connection: Connection, pageLimit: Int?) throws(ResultsError) {
        try connection.execute(
            """
            PRAGMA page_size = 16384;
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -65536;
            PRAGMA foreign_keys = OFF;
            PRAGMA application_id = \(Schema.applicationID);
            PRAGMA user_version = \(Schema.version);
            """)
        if let pageLimit { try connection.execute("PRAGMA max_page_count = \(pageLimit)") }
        try connection.execute("BEGIN EXCLUSIVE")
        for relation in Schema.relations { try connection.execute(relation.sql) }
    }

    /// Refuses paths that the final rename could never take.
    private static func checkTarget(_ path: String) throws(ResultsError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw ResultsError(.isDirectory, path: path, "is a directory; name a file to write")
        }
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if access(directory, W_OK | X_OK) != 0 {
            throw ResultsError(.cannotCreate, path: path, "cannot write in directory \(directory): \(systemError())")
        }
    }

    /// Removes what a killed run left, unless a living one holds its lock.
    private static func removeLeftover(_ partialPath: String, path: String) throws(ResultsError) {
        guard access(partialPath, F_OK) == 0 else { return }
        do throws(ResultsError) {
            let leftover = try Connection(file: partialPath, flags: SQLITE_OPEN_READWRITE, path: path)
            try leftover.execute("BEGIN EXCLUSIVE")
        } catch  where error.kind == .inUse {
            throw ResultsError(.inUse, path: path, "another run is writing \(partialPath)")
        } catch {
            // A killed run leaves anything at all: no reason to keep it.
        }
        if unlink(partialPath) != 0 {
            throw ResultsError(.cannotCreate, path: path, "cannot replace \(partialPath): \(systemError())")
        }
    }

    private static func systemError() -> String { String(cString: strerror(errno)) }
}
