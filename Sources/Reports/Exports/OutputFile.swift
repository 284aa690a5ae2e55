import Glibc

/// Why an export was not written: "path: reason".
public struct ExportError: Error, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
}

/// A file in the making: `<path>.partial` until it is whole, then renamed in one step. What is not finished is removed.
final class OutputFile {
    let path: String
    private let partialPath: String
    private var file: UnsafeMutablePointer<FILE>?
    private var buffer: [UInt8] = []
    /// Bytes written so far.
    private(set) var offset = 0

    init(_ path: String) throws {
        self.path = path
        partialPath = path + ".partial"
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw ExportError(path, "is a folder; name a file to write")
        }
        file = fopen(partialPath, "wb")
        if file == nil { throw ExportError(path, "cannot be written: \(Self.reason)") }
        buffer.reserveCapacity(Self.bufferSize + 4096)
    }

    deinit {
        guard let file else { return }
        fclose(file)
        unlink(partialPath)
    }

    private static let bufferSize = 1 << 18
    private static var reason: String { String(cString: strerror(errno)) }

    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func write(_ bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Where the next byte goes.
    var position: Int { offset + buffer.count }

    private func flush() throws {
        guard let file, !buffer.isEmpty else { return }
        let written = buffer.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        guard written == buffer.count else { throw ExportError(path, "cannot be written: \(Self.reason)") }
        offset += written
        buffer.removeAll(keepingCapacity: true)
    }

    /// Completes the file and gives it its name.
    func finish() throws {
        try flush()
        guard let file else { return }
        let closed = fclose(file) == 0
        self.file = nil
        guard closed, rename(partialPath, path) == 0 else {
            let reason = Self.reason
            unlink(partialPath)
            throw ExportError(path, "cannot be written: \(reason)")
        }
    }
}
