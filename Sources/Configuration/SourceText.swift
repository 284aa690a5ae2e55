import Glibc

/// The bytes of one text that a person wrote, known to be readable YAML text.
///
/// Creating one refuses what a YAML parser would only mumble about: directories, binary files, other encodings,
/// control characters and texts beyond `sizeLimit`.
public struct SourceText: Sendable {
    /// Name for messages: the path as the user gave it.
    public let name: String
    /// UTF-8 without byte order mark, free of NUL and of control characters that YAML forbids.
    public let bytes: [UInt8]

    /// Largest text accepted, in bytes, by readers that build trees. Traces and dumps of clusters, which are larger, have
    /// streaming readers.
    public static let sizeLimit = 16 << 20

    /// Checks `bytes`, which stand for the file `name`.
    public init(name: String, bytes: [UInt8], limit: Int = sizeLimit) throws(InvalidInput) {
        let problem = { (position: SourcePosition, message: String, hint: String?) in
            InvalidInput([Diagnostic(position: position, message: message, hint: hint)])
        }
        let start = SourcePosition(file: name, line: 1, column: 1)
        if bytes.count > limit { throw problem(start, "is \(bytes.count) bytes; at most \(limit) are read", nil) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes
        if let fault = TextFault.first(in: text) {
            throw problem(
                SourcePosition(file: name, line: fault.line, column: fault.column), fault.message, fault.hint)
        }
        self.name = name
        self.bytes = text
    }

    /// Checks a text at hand.
    public init(name: String, text: String) throws(InvalidInput) {
        try self.init(name: name, bytes: Array(text.utf8))
    }

    /// Reads the file at `path`.
    public init(path: String, limit: Int = sizeLimit) throws(InvalidInput) {
        switch FileBytes.read(path, limit: limit + 1) {
        case .success(let bytes): try self.init(name: path, bytes: bytes, limit: limit)
        case .failure(let failure):
            let start = SourcePosition(file: path, line: 1, column: 1)
            throw InvalidInput([Diagnostic(position: start, message: failure.reason)])
        }
    }
}

/// Whole files, read without Foundation.
public enum FileBytes {
    /// Why a file could not be read, in words.
    public struct Failure: Error, Sendable, Equatable {
        /// Such as `is a directory` or `cannot be opened: No such file or directory`.
        public let reason: String
    }

    /// The bytes of the regular file or pipe at `path`, at most `limit` of them.
    public static func read(_ path: String, limit: Int = .max) -> Result<[UInt8], Failure> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size(of: path), limit))
        return forEachChunk(of: path) { chunk in
            bytes.append(contentsOf: chunk.prefix(limit - bytes.count))
            return bytes.count < limit
        }.map { bytes }
    }

    /// Hands the file at `path` to `body` piece by piece until the end, or until `body` returns false.
    public static func forEachChunk(of path: String, _ body: (ArraySlice<UInt8>) -> Bool) -> Result<Void, Failure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(systemFailure("cannot be opened")) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(systemFailure("cannot be read")) }
        if status.st_mode & S_IFMT == S_IFDIR { return .failure(Failure(reason: "is a directory; a file is expected")) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(systemFailure("cannot be read")) }
            if count == 0 || !body(chunk[..<count]) { return .success(()) }
        }
    }

    /// Size of a regular file in bytes; 0 for anything else.
    private static func size(of path: String) -> Int {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
        return Int(status.st_size)
    }

    private static func systemFailure(_ what: String) -> Failure {
        Failure(reason: "\(what): \(String(cString: strerror(errno)))")
    }
}

/// The first place where bytes stop being text that YAML allows.
struct TextFault {
    var line: Int
    var column: Int
    var message: String
    var hint: String?

    /// Scans for invalid UTF-8, NUL and characters outside YAML's printable set (YAML 1.2.2, section 5.1).
    static func first(in bytes: [UInt8]) -> TextFault? {
        guard var fault = bytes.withUnsafeBufferPointer(firstUnreadable) else { return nil }
        if bytes.contains(0) {
            fault.message = "is a binary file (it contains zero bytes)"
            fault.hint = nil
        }
        return fault
    }

    private static func firstUnreadable(in bytes: UnsafeBufferPointer<UInt8>) -> TextFault? {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte &- 0x20 < 0x5F || byte == 0x0A || byte == 0x09 || byte == 0x0D {
                index += 1
                continue
            }
            var decoder = UTF8()
            var rest = bytes[index..<min(index + 4, bytes.count)].makeIterator()
            guard case .scalarValue(let scalar) = decoder.decode(&rest) else {
                return TextFault(index, in: bytes, message: "is not UTF-8 text", hint: "save the file as UTF-8")
            }
            if !isPrintable(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                return TextFault(
                    index, in: bytes, message: "control character U+\(code) is not allowed",
                    hint: "in a double-quoted string write \\u instead")
            }
            index += UTF8.width(scalar)
        }
        return nil
    }

    /// A fault at the byte `index`, all before it being text.
    private init(_ index: Int, in bytes: UnsafeBufferPointer<UInt8>, message: String, hint: String?) {
        let lineStart = bytes[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = 1 + bytes[..<lineStart].count { $0 == UInt8(ascii: "\n") }
        // Continuation bytes belong to the character before.
        column = 1 + bytes[lineStart..<index].count { $0 & 0xC0 != 0x80 }
        self.message = message
        self.hint = hint
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }
}
