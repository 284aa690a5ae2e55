import Configuration
import Glibc
import KubernetesObjects

/// Files that hold the objects of a cluster: `kubectl get -o yaml|json` dumps and manifests.
public struct SnapshotFiles: Sendable {
    /// Files to read, in order; `-` is standard input.
    public let paths: [String]

    /// The files named, and those in the folders named (`*.yaml`, `*.yml`, `*.json`, ascending by name, with folders in
    /// them).
    ///
    /// - Throws: folders without any, or that cannot be read.
    public init(_ arguments: [String]) throws(InvalidInput) {
        var paths: [String] = []
        for argument in arguments {
            guard Self.isDirectory(argument) else {
                paths.append(argument)
                continue
            }
            var found: [String] = []
            try Self.collect(argument, into: &found)
            if found.isEmpty { throw Self.problem(argument, "holds no .yaml, .yml or .json files") }
            paths += found
        }
        self.paths = paths
    }

    /// Reads all files, one after the other.
    ///
    /// - Throws: everything wrong with the first file that is wrong.
    public func read(into reader: inout ObjectReader) throws(InvalidInput) {
        for path in paths { try reader.read(Self.text(path)) }
        if reader.objects.count == 0, reader.objects.deviceConfigurations.isEmpty {
            throw Self.problem(paths.first ?? "-", "holds no objects that the scheduler looks at")
        }
    }

    /// The text of one file, or of standard input.
    public static func text(_ path: String, limit: Int = ObjectReader.sizeLimit) throws(InvalidInput) -> SourceText {
        guard path == "-" else { return try SourceText(path: path, limit: limit) }
        switch FileBytes.read("/dev/stdin", limit: limit) {
        case .success(let bytes): return try SourceText(name: "stdin", bytes: bytes, limit: limit)
        case .failure(let failure): throw problem("stdin", failure.reason)
        }
    }

    private static func problem(_ path: String, _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: path, line: 1, column: 1), message: message)])
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func collect(_ folder: String, into paths: inout [String]) throws(InvalidInput) {
        guard let stream = opendir(folder) else {
            throw problem(folder, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        for name in names.sorted() {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            if isDirectory(path) {
                try collect(path, into: &paths)
            } else if [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) {
                paths.append(path)
            }
        }
    }
}
