import CSQLite
import Foundation
import Results
import Testing

/// Files that are not runs give an error that says so; nothing crashes.
@Suite struct RunReaderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func failure(_ path: String) -> ResultsError? {
        #expect(throws: ResultsError.self) { _ = try RunReader(path: path) }
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: scratch.file(name)))
        return scratch.file(name)
    }

    /// Runs SQL on a file, outside of our own code.
    private func alter(_ path: String, _ sql: String) {
        var handle: OpaquePointer?
        sqlite3_open(path, &handle)
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(handle)
    }

    @Test func whatIsNotARun() throws {
        #expect(failure(scratch.file("missing.sqlite"))?.description.contains("No such file") == true)
        #expect(failure(scratch.path)?.kind == .isDirectory)
        #expect(failure("/dev/null")?.kind == .notARun)
        #expect(failure(try file("empty", []))?.kind == .notARun)
        #expect(failure(try file("text.sqlite", Array("apiVersion: orrery.dev\n".utf8)))?.kind == .notARun)
        #expect(failure(try file("run.sqlite.partial", Array("SQLite format 3".utf8)))?.kind == .unfinished)
        let other = scratch.file("other.sqlite")
        alter(other, "CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        #expect(failure(other)?.kind == .notARun)
        #expect(failure(try file("header", Array("SQLite format 3".utf8) + [0]))?.kind == .notARun)
    }

    @Test func versionsAreChecked() throws {
        _ = try scratch.tinyRun()
        let path = scratch.file("run.sqlite")
        alter(path, "PRAGMA user_version = 99")
        let newer = failure(path)
        #expect(newer?.kind == .wrongVersion(found: 99))
        #expect(newer?.reason.contains("a newer Orrery wrote it") == true)
        alter(path, "PRAGMA user_version = 0")
        #expect(failure(path)?.kind == .wrongVersion(found: 0))
        alter(path, "PRAGMA user_version = \(Schema.version); DELETE FROM run")
        #expect(failure(path)?.kind == .unfinished)
    }

    @Test func truncatedFilesAreDamaged() throws {
        _ = try scratch.tinyRun()
        let whole = [UInt8](try Data(contentsOf: URL(filePath: scratch.file("run.sqlite"))))
        for length in stride(from: 16, to: whole.count, by: whole.count / 7) {
            let error = failure(try file("cut", Array(whole[..<length])))
            #expect(error?.kind == .damaged || error?.kind == .notARun, "cut at \(length) of \(whole.count)")
        }
    }

    /// Bytes changed at random may hide in a free page, but must never bring the program down. The environment
    /// variable ORRERY_FUZZ_ROUNDS asks for more than the 40 files of a quick run.
    @Test func mutatedFilesNeverCrash() throws {
        _ = try scratch.tinyRun()
        let whole = [UInt8](try Data(contentsOf: URL(filePath: scratch.file("run.sqlite"))))
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let rounds = ProcessInfo.processInfo.environment["ORRERY_FUZZ_ROUNDS"].flatMap(Int.init) ?? 40
        var refused = 0
        for round in 0..<rounds {
            var bytes = whole
            for _ in 0..<(1 << (round % 10)) { bytes[next(bytes.count)] = UInt8(next(256)) }
            do {
                let run = try RunReader(path: try file("mutated", bytes))
                for name in RunReader.relationNames { _ = try run.digest(name) }
            } catch let error as ResultsError {
                refused += 1
                #expect(error.path.hasSuffix("mutated"))
            }
        }
        #expect(refused > 0)
    }

    @Test func headerAndNotes() throws {
        let run = try scratch.tinyRun()
        #expect(run.run.fingerprint == "0000000000000abc")
        #expect(run.run.seed == "7")
        #expect(run.run.outcome == "horizon")
        #expect(run.run.endNs == 100 * second)
        #expect(run.run.epochUnixSeconds == 1_700_000_000)
        #expect(run.run.wallSeconds == nil)
        #expect(!run.run.isPartial)
        #expect(
            try run.lines("SELECT kind, text FROM run_note ORDER BY seq")
                == ["warning blue-big can never fit", "assumption no network contention"])
    }

    @Test func queriesTakeArguments() throws {
        let run = try scratch.tinyRun()
        let rows = try run.rows("SELECT id, name FROM job WHERE team = ? AND name LIKE ? ORDER BY id", [1, "blue-%"])
        #expect(rows.map { $0.text("name") } == ["blue-a", "blue-big", "blue-late"])
        #expect(rows[0].integer("id") == 1 && rows[0].real("id") == 1 && rows[0].text("id") == nil)
        #expect(
            try run.rows("SELECT ? AS a, ? AS b, ? AS c", [.null, 1.5, "ünï"]).first?.values
                == [.null, .real(1.5), .text("ünï")])
        #expect(throws: ResultsError.self) { try run.rows("SELECT ?") }
        #expect(throws: ResultsError.self) { try run.rows("SELECT * FROM nowhere") }
        #expect(throws: ResultsError.self) { try run.rows("DELETE FROM job") }
        #expect(throws: ResultsError.self) { try run.digest("run; DROP TABLE job") }
        #expect(try run.rows("SELECT count(*) AS n FROM job").first?.integer("n") == 5)
    }

    @Test func equalFactsHaveEqualDigests() throws {
        let first = try scratch.tinyRun().factDigests()
        let reordered = try scratch.tinyRun { facts in
            facts.placements.reverse()
            facts.jobs.reverse()
        }
        #expect(try reordered.factDigests().map(\.digest) == first.map(\.digest))
        let changed = try scratch.tinyRun { $0.placements[0].workNs = -1 }
        let differing = zip(try changed.factDigests(), first).filter { $0.digest != $1.digest }
        #expect(differing.map(\.0.table) == ["placement"])
    }
}
