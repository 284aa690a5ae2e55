import Configuration
import Glibc

/// One case file, as found on disk.
public struct CaseFile: Sendable, Hashable {
    /// Folder the case is listed under: its path below the directory that was named, or that directory's own name.
    public let folder: String
    /// File name without its ending.
    public let name: String
    /// Where to read it.
    public let path: String

    /// `folder/name`: what globs match and reports print.
    public var slug: String { folder + "/" + name }

    /// The `*.yaml` files in `directory` and its folders, ascending by path; `directory` may also be one case file.
    ///
    /// - Throws: when the directory cannot be read, or holds no case.
    public static func find(in directory: String) throws(InvalidInput) -> [CaseFile] {
        let root = trimmed(directory)
        let ownName = lastComponent(absolute(root))
        guard isDirectory(root) else {
            guard FileBytes.canBeOpened(root) else { throw problem(root, "is not a folder of cases, nor a case") }
            let parent = absolute(root).dropLast(ownName.utf8.count + 1)
            return [CaseFile(folder: lastComponent(String(parent)), name: stem(ownName), path: root)]
        }
        var cases: [CaseFile] = []
        var pending = [(path: root, folder: ownName)]
        while let next = pending.popLast() {
            guard let names = entries(of: next.path) else {
                throw problem(next.path, "cannot be listed: " + String(cString: strerror(errno)))
            }
            for name in names {
                let path = next.path + "/" + name
                if isDirectory(path) {
                    pending.append((path, next.path == root ? name : next.folder + "/" + name))
                } else if name.hasSuffix(".yaml") {
                    cases.append(CaseFile(folder: next.folder, name: stem(name), path: path))
                }
            }
        }
        if cases.isEmpty { throw problem(root, "holds no case files (*.yaml)") }
        return cases.sorted { ($0.folder, $0.name) < ($1.folder, $1.name) }
    }

    /// Whether `glob` (`*`, `?`, `[…]`; `*` stays inside one path component) names the case or its folder, by full
    /// or by last name.
    public func matches(_ glob: String) -> Bool {
        let last = Self.lastComponent(folder)
        let names: [String] = [folder, last, slug, last + "/" + name]
        return names.contains { fnmatch(glob, $0, FNM_PATHNAME) == 0 }
    }

    private static func problem(_ path: String, _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: path, line: 1, column: 1), message: message)])
    }

    private static func trimmed(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func stem(_ name: String) -> String {
        name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Names in a folder except hidden ones, ascending; nil if it cannot be read.
    private static func entries(of path: String) -> [String]? {
        guard let stream = opendir(path) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

extension FileBytes {
    /// Whether there is a readable file at `path`.
    fileprivate static func canBeOpened(_ path: String) -> Bool {
        if case .success = forEachChunk(of: path, { _ in false }) { true } else { false }
    }
}
