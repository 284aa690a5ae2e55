import CZlib
import Glibc

/// The bytes of a trace, in order: a file or memory, plain or gzip (told apart by its first two bytes).
public final class ByteSource {
    /// Path, or the name given to bytes in memory; appears in errors.
    public let name: String
    private let input: StoredBytes
    private var gzip: GzipStream?
    /// Bytes read to recognise the format and not yet handed out.
    private var prefix: [UInt8] = []

    /// Opens the file at `path`. Throws if it cannot be opened or read, or is a directory.
    public convenience init(path: String) throws(TraceError) {
        try self.init(StoredBytes(path: path), name: path)
    }

    /// Reads `bytes` as if they were a file called `name`.
    public convenience init(bytes: [UInt8], name: String) throws(TraceError) {
        try self.init(StoredBytes(bytes), name: name)
    }

    private init(_ input: StoredBytes, name: String) throws(TraceError) {
        self.name = name
        self.input = input
        while prefix.count < 2 {
            var byte: UInt8 = 0
            let got = try withUnsafeMutableBytes(of: &byte) { target throws(TraceError) in
                try input.read(into: target, name: name)
            }
            if got == 0 { break }
            prefix.append(byte)
        }
        if prefix == GzipStream.magic {
            gzip = GzipStream(startingWith: prefix)
            prefix = []
        }
    }

    /// Whether the stored form is gzip.
    public var isCompressed: Bool { gzip != nil }

    /// Bytes of text in all, where that is known before the end: for plain files and memory.
    var textSize: Int? { gzip == nil ? input.size : nil }

    /// Fills the front of `target` and returns how many bytes that was; 0 only at the end.
    public func read(into target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
        if let gzip { return try gzip.read(into: target, from: input, name: name) }
        if !prefix.isEmpty, !target.isEmpty {
            let count = min(prefix.count, target.count)
            target.copyBytes(from: prefix.prefix(count))
            prefix.removeFirst(count)
            return count
        }
        return try input.read(into: target, name: name)
    }
}

/// Bytes as stored, before any decompression.
final class StoredBytes {
    private let descriptor: Int32
    private let memory: [UInt8]
    private var offset = 0
    /// Size in bytes; nil for a pipe.
    let size: Int?

    init(_ bytes: [UInt8]) {
        descriptor = -1
        memory = bytes
        size = bytes.count
    }

    init(path: String) throws(TraceError) {
        memory = []
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TraceError(file: path, found: systemMessage(errno), expected: "a readable file")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw TraceError(file: path, found: systemMessage(errno), expected: "a readable file")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw TraceError(file: path, found: "a directory", expected: "a trace file")
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func read(into target: UnsafeMutableRawBufferPointer, name: String) throws(TraceError) -> Int {
        guard descriptor >= 0 else {
            let count = min(target.count, memory.count - offset)
            target.copyBytes(from: memory[offset..<offset + count])
            offset += count
            return count
        }
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            throw TraceError(file: name, found: systemMessage(errno), expected: "a readable file")
        }
    }
}

/// Inflates the members of a gzip file one after another (RFC 1952).
final class GzipStream {
    static let magic: [UInt8] = [0x1F, 0x8B]
    private static let chunk = 1 << 16

    /// On the heap: zlib keeps a pointer back to its stream.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let stored = UnsafeMutablePointer<UInt8>.allocate(capacity: GzipStream.chunk)
    /// Stored bytes handed to zlib so far, read ahead included.
    private var storedCount: Int64
    private var insideMember = true

    init(startingWith prefix: [UInt8]) {
        stream.initialize(to: z_stream())
        let status = orrery_inflate_init(stream, 15 + 16)
        precondition(status == Z_OK, "zlib could not allocate its state")
        stored.update(from: prefix, count: prefix.count)
        stream.pointee.next_in = stored
        stream.pointee.avail_in = UInt32(prefix.count)
        storedCount = Int64(prefix.count)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        stored.deallocate()
    }

    func read(
        into target: UnsafeMutableRawBufferPointer, from input: StoredBytes, name: String
    ) throws(TraceError) -> Int {
        stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: target.count)
        let wanted = stream.pointee.avail_out
        while stream.pointee.avail_out == wanted {
            if stream.pointee.avail_in == 0, try refill(from: input, name: name) == 0 {
                if !insideMember { return 0 }
                throw fault("the end of the file inside compressed data", name)
            }
            if !insideMember {
                inflateReset(stream)
                insideMember = true
            }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END: insideMember = false
            default: throw fault(stream.pointee.msg.map { String(cString: $0) } ?? "corrupt data", name)
            }
        }
        return Int(wanted - stream.pointee.avail_out)
    }

    private func refill(from input: StoredBytes, name: String) throws(TraceError) -> Int {
        let count = try input.read(
            into: UnsafeMutableRawBufferPointer(start: stored, count: Self.chunk), name: name)
        stream.pointee.next_in = stored
        stream.pointee.avail_in = UInt32(count)
        storedCount += Int64(count)
        return count
    }

    private func fault(_ found: String, _ name: String) -> TraceError {
        TraceError(
            file: name, byteOffset: storedCount - Int64(stream.pointee.avail_in), found: found,
            expected: "a whole gzip file")
    }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }
