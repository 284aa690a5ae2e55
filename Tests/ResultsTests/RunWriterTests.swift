import Foundation
import Results
import Simulation
import Testing

@testable import Results

/// A run file appears whole or not at all.
@Suite struct RunWriterTests {
    let scratch: Scratch
    var path: String { scratch.file("run.sqlite") }

    init() throws { scratch = try Scratch() }

    private func writer(pageLimit: Int? = nil) throws -> RunWriter {
        try RunWriter(path: path, world: TinyRun.world(), info: TinyRun.info, pageLimit: pageLimit)
    }

    @Test func nothingButTheFinalFileIsLeft() throws {
        let writer = try writer()
        #expect(scratch.contents == ["run.sqlite.partial"])
        try writer.write(TinyRun.facts())
        #expect(scratch.contents == ["run.sqlite.partial"])
        try writer.finish(TinyRun.summary)
        #expect(scratch.contents == ["run.sqlite"])
        let run = try RunReader(path: path)  // readable while the writer still lives
        #expect(try run.number("SELECT count(*) FROM placement") == 5)
        withExtendedLifetime(writer) {}
    }

    @Test func aReleasedWriterLeavesNothing() throws {
        do {
            let writer = try writer()
            try writer.write(TinyRun.facts())
        }
        #expect(scratch.contents == [])
    }

    @Test func anOlderFileIsKeptUntilTheRename() throws {
        try Data("older".utf8).write(to: URL(filePath: path))
        do {
            let writer = try writer()
            try writer.write(TinyRun.facts())
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "older")
        let writer = try writer()
        try writer.finish(TinyRun.summary)
        #expect(try RunReader(path: path).run.scenarioName == "tiny")
    }

    @Test func aFullDiskIsAnErrorAndLeavesNothing() throws {
        let writer = try writer(pageLimit: 64)
        var facts = FactBuffers()
        facts.linkSamples = (0..<200_000).map {
            LinkSampleFact(timeNs: Int64($0), link: 0, demandBytesPerSecond: 1 << 40)
        }
        let error = #expect(throws: ResultsError.self) { try writer.write(facts) }
        #expect(error?.kind == .cannotWrite)
        #expect(error?.description == "\(path): the disk is full")
        #expect(scratch.contents == [])
        let after = #expect(throws: ResultsError.self) { try writer.write(TinyRun.facts()) }
        #expect(after?.kind == .cannotWrite)
        #expect(throws: ResultsError.self) { try writer.finish(TinyRun.summary) }
        #expect(scratch.contents == [])
    }

    @Test func aDiskThatFillsWhileFinishingLeavesNothing() throws {
        let writer = try RunWriter(path: path, world: manyJobs(40_000), info: TinyRun.info, pageLimit: 100)
        var facts = FactBuffers()
        facts.jobs = (0..<40_000).map {
            JobFact(
                job: $0, status: .completed, preemptions: 0, failures: 0, firstStartNs: 0, endNs: 1, waitNs: 0,
                productiveNs: 1, lostNs: 0, workingNs: 1, reason: .none)
        }
        try writer.write(facts)
        #expect(throws: ResultsError.self) { try writer.finish(TinyRun.summary) }
        #expect(scratch.contents == [])
    }

    @Test func aJobReportedTwiceIsAnError() throws {
        let writer = try writer()
        try writer.write(TinyRun.facts())
        try writer.write(TinyRun.facts())
        let error = #expect(throws: ResultsError.self) { try writer.finish(TinyRun.summary) }
        #expect(error?.kind == .cannotWrite)
        #expect(scratch.contents == [])
    }

    @Test func pathsThatCannotBecomeAFile() throws {
        func failure(_ path: String) throws -> ResultsError? {
            let world = try TinyRun.world()
            return #expect(throws: ResultsError.self) {
                _ = try RunWriter(path: path, world: world, info: TinyRun.info)
            }
        }
        let directory = try failure(scratch.path)
        #expect(directory?.kind == .isDirectory && directory?.path == scratch.path)
        let missing = try failure(scratch.file("no/such/run.sqlite"))
        #expect(missing?.kind == .cannotCreate)
        #expect(missing?.description.contains("no/such: No such file or directory") == true)
        let nested = try failure("/dev/null/run.sqlite")
        #expect(nested?.kind == .cannotCreate)
        #expect(scratch.contents == [])
    }

    @Test func twoRunsDoNotWriteTheSameFile() throws {
        let first = try writer()
        let world = try TinyRun.world()
        let error = #expect(throws: ResultsError.self) {
            _ = try RunWriter(path: path, world: world, info: TinyRun.info)
        }
        #expect(error?.kind == .inUse)
        try first.write(TinyRun.facts())
        try first.finish(TinyRun.summary)
        #expect(scratch.contents == ["run.sqlite"])
    }

    @Test func leftoversOfAKilledRunAreReplaced() throws {
        for leftover in ["", "not a database", String(repeating: "x", count: 5000)] {
            try Data(leftover.utf8).write(to: URL(filePath: path + ".partial"))
            try writer().finish(TinyRun.summary)
            #expect(scratch.contents == ["run.sqlite"])
        }
    }

    @Test func aFinishedWriterLeavesItsSuccessorAlone() throws {
        var first: RunWriter? = try writer()
        try first?.finish(TinyRun.summary)
        let second = try writer()
        first = nil
        #expect(scratch.contents == ["run.sqlite", "run.sqlite.partial"])
        try second.finish(TinyRun.summary)
    }

    @Test func anInterruptedRunIsMarked() throws {
        let writer = try writer()
        try writer.write(TinyRun.facts())
        var summary = TinyRun.summary
        summary.outcome = .interrupted
        try writer.finish(summary)
        #expect(try RunReader(path: path).run.isPartial)
        let error = #expect(throws: ResultsError.self) { _ = try RunReader(path: path, acceptPartial: false) }
        #expect(error?.kind == .partial)
        #expect(error?.reason.contains("interrupted at 100.0 s") == true)
    }

    @Test func batchesOfAnySizeArriveInOrder() throws {
        let writer = try writer()
        var expected: [Int64] = []
        for size in [1, 31, 32, 33, 64, 0, 100] {
            var facts = FactBuffers()
            facts.linkSamples = (0..<size).map { _ in
                expected.append(Int64(expected.count))
                return LinkSampleFact(timeNs: expected[expected.count - 1], link: 0, demandBytesPerSecond: 1)
            }
            try writer.write(facts)
        }
        try writer.finish(TinyRun.summary)
        let rows = try RunReader(path: path).rows("SELECT time_ns FROM link_sample ORDER BY rowid")
        #expect(rows.compactMap { $0.integer("time_ns") } == expected)
    }
}
