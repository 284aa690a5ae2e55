import Glibc
import Workloads

/// Compares schedules with recorded and published ones: what `orrery validate scheduling DIR` does.
///
/// Every folder of the directory is a set of cases; its name says which rules it follows. The rules of each kind are
/// in a file of their own beside this one.
public enum SchedulingValidation {
    /// One line of the report.
    public struct Row: Hashable, Sendable {
        /// How a case ended.
        public enum Verdict: String, Sendable {
            /// Everything that was compared agrees within the tolerance of its kind.
            case agrees
            /// Something differs.
            case differs
            /// Orrery has no replay for this case yet, or it is there for information.
            case notCovered = "not covered"
        }

        /// Folder that the case lies in.
        public var folder: String
        /// Name of the case, unique in its folder.
        public var name: String
        /// How it ended.
        public var verdict: Verdict
        /// How many things were compared: jobs, curve points, figures.
        public var compared: Int
        /// How many of them agree.
        public var agreeing: Int
        /// The first difference, or why the case is not covered; empty if all is well.
        public var detail: String

        /// A case in which `agreeing` of `compared` things agree.
        public init(folder: String, name: String, compared: Int, agreeing: Int, detail: String = "") {
            self.folder = folder
            self.name = name
            verdict = compared > 0 && agreeing == compared ? .agrees : .differs
            self.compared = compared
            self.agreeing = agreeing
            self.detail = detail
        }

        /// A case that was not replayed.
        public init(folder: String, name: String, notCovered reason: String) {
            self.folder = folder
            self.name = name
            verdict = .notCovered
            compared = 0
            agreeing = 0
            detail = reason
        }
    }

    /// All rows, in the order of folder and case names.
    public struct Report: Sendable {
        public var rows: [Row]

        /// Whether no replayed case differs, and at least one was replayed.
        public var passed: Bool {
            rows.contains { $0.verdict == .agrees } && !rows.contains { $0.verdict == .differs }
        }

        /// The last line of the command's output.
        public var summary: String {
            func count(_ verdict: Row.Verdict) -> Int { rows.count { $0.verdict == verdict } }
            let replayed = count(.agrees) + count(.differs)
            return "\(count(.agrees)) of \(replayed) cases agree, \(count(.notCovered)) not covered"
        }
    }

    /// Replays every case below `directory`.
    ///
    /// - Parameter concurrency: threads for replays that can share them; results do not depend on it.
    /// - Throws: `TraceError` when the directory or a file of a case cannot be read.
    public static func run(directory: String, concurrency: Int = 1) throws -> Report {
        let folders = try FolderListing.names(in: directory).filter { FolderListing.isFolder("\(directory)/\($0)") }
        guard !folders.isEmpty else {
            throw TraceError(file: directory, found: "no folders", expected: "a folder for each set of cases")
        }
        return Report(rows: try folders.flatMap { try rows(of: $0, in: directory, concurrency) })
    }

    /// The cases of one folder, by the rules that its name stands for.
    private static func rows(
        of folder: String, in directory: String, _ concurrency: Int
    ) throws -> [Row] {
        if folder.hasPrefix("procs-") {
            return try ProcsValidation(folder: folder, directory: directory).rows()
        }
        if folder == "fgd-openb" {
            return try OpenbValidation(folder: folder, directory: directory, concurrency: concurrency).rows()
        }
        return [Row(folder: folder, name: folder, notCovered: "no rules for this folder yet")]
    }
}

/// Names in a folder, sorted by their bytes: the order must not depend on the file system.
enum FolderListing {
    static func names(in path: String) throws(TraceError) -> [String] {
        guard let folder = opendir(path) else {
            throw TraceError(file: path, found: String(cString: strerror(errno)), expected: "a readable directory")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
