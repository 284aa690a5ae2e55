import CZlib
import Glibc

/// Writes a file from front to back, as gzip if its name ends in `.gz`. Equal bytes give equal files: no time is stored.
final class ByteSink {
    private let path: String
    private var descriptor: Int32
    private let gzip: UnsafeMutablePointer<z_stream>?
    private var packed: [UInt8]

    init(path: String) throws(TraceError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        packed = []
        gzip = path.hasSuffix(".gz") ? .allocate(capacity: 1) : nil
        if let gzip {
            gzip.initialize(to: z_stream())
            let status = orrery_deflate_init(gzip, Z_BEST_COMPRESSION, 15 + 16)
            precondition(status == Z_OK, "zlib could not allocate its state")
            packed = [UInt8](repeating: 0, count: 1 << 16)
        }
        if descriptor < 0 { throw fault() }
    }

    deinit {
        if let gzip {
            deflateEnd(gzip)
            gzip.deallocate()
        }
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    func write(_ bytes: [UInt8]) throws(TraceError) { try write(bytes, flush: Z_NO_FLUSH) }

    /// Finishes the file. Throws if the last bytes could not be stored.
    func close() throws(TraceError) {
        if gzip != nil { try write([], flush: Z_FINISH) }
        let status = Glibc.close(descriptor)
        descriptor = -1
        if status != 0 { throw fault() }
    }

    private func write(_ bytes: [UInt8], flush: Int32) throws(TraceError) {
        guard let gzip else { return try store(bytes[...]) }
        var bytes = bytes
        let stored: Result<Void, TraceError> = bytes.withUnsafeMutableBufferPointer { input in
            gzip.pointee.next_in = input.baseAddress
            gzip.pointee.avail_in = UInt32(input.count)
            do throws(TraceError) {
                repeat { try storePacked(gzip, flush) } while gzip.pointee.avail_out == 0
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try stored.get()
    }

    private func storePacked(_ gzip: UnsafeMutablePointer<z_stream>, _ flush: Int32) throws(TraceError) {
        let count = packed.withUnsafeMutableBufferPointer { output in
            gzip.pointee.next_out = output.baseAddress
            gzip.pointee.avail_out = UInt32(output.count)
            deflate(gzip, flush)
            return output.count - Int(gzip.pointee.avail_out)
        }
        try store(packed[..<count])
    }

    private func store(_ bytes: ArraySlice<UInt8>) throws(TraceError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault() }
            rest = rest.dropFirst(count)
        }
    }

    private func fault() -> TraceError {
        TraceError(file: path, found: systemMessage(errno), expected: "a file that can be written")
    }
}
