import SimulationKernel
import Testing

@testable import Workloads

@Suite struct ByteSourceTests {
    private func read(_ stored: [UInt8], chunk: Int = 100) throws -> [UInt8] {
        let source = try ByteSource(bytes: stored, name: "f.gz")
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }

    /// Text that compresses to about a third.
    private func text(_ count: Int) -> [UInt8] {
        var random = RandomStream(seed: 1, name: "text")
        return (0..<count).map { _ in UInt8(ascii: "a") + UInt8(random.below(6)) }
    }

    @Test func plainBytesOfAnyLength() throws {
        for length in [0, 1, 2, 3, 99, 100, 101, 1000] { #expect(try read(text(length)) == text(length)) }
    }

    @Test func gzipOfAnyLengthAndManyMembers() throws {
        for length in [0, 1, 70_000, 300_000] { #expect(try read(gzip(text(length)), chunk: 4096) == text(length)) }
        let members = try gzip(text(1000)) + gzip([]) + gzip(text(70_000)) + gzip(text(3))
        #expect(try read(members) == text(1000) + text(70_000) + text(3))
    }

    @Test func truncationAtEveryByteIsAnError() throws {
        let stored = try gzip(text(200))
        for length in 2..<stored.count {
            let error = #expect(throws: TraceError.self) { try read(Array(stored[..<length])) }
            #expect(error?.byteOffset == Int64(length))
            #expect(error?.file == "f.gz")
        }
    }

    @Test func corruptionNeverChangesTheText() throws {
        let stored = try gzip(text(500))
        var random = RandomStream(seed: 2, name: "corruption")
        var faults = 0
        for offset in 2..<stored.count {
            var damaged = stored
            damaged[offset] ^= UInt8(1 + random.below(255))
            do {
                // Header hints and the padding of the last block mean nothing.
                #expect(try read(damaged) == text(500), "byte \(offset)")
            } catch {
                faults += 1
                #expect((error as? TraceError)?.byteOffset != nil, "byte \(offset)")
            }
        }
        #expect(faults > stored.count * 9 / 10)
    }

    @Test func rubbishBehindTheLastMemberIsAnError() throws {
        let stored = try gzip(text(50))
        let error = #expect(throws: TraceError.self) { try read(stored + bytes("rubbish")) }
        #expect((error?.byteOffset ?? 0) >= Int64(stored.count))
    }

    @Test func filesThatCannotBeRead() throws {
        let missing = #expect(throws: TraceError.self) { try ByteSource(path: "/nonexistent/trace.csv") }
        #expect(
            missing?.description == "/nonexistent/trace.csv: found No such file or directory; expected a readable file")
        let directory = #expect(throws: TraceError.self) { try ByteSource(path: "/tmp") }
        #expect(directory?.description == "/tmp: found a directory; expected a trace file")
        let unwritable = #expect(throws: TraceError.self) {
            try OrreryWriter.write(Workload(), to: "/nonexistent/trace.csv")
        }
        #expect(unwritable?.expected == "a file that can be written")
    }

    @Test func equalTextGivesEqualGzipFiles() throws { #expect(try gzip(text(5000)) == gzip(text(5000))) }
}
