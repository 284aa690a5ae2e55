import Foundation
import Results
import Testing

/// The schema as a contract: strict, commented, documented, and answered by indexes.
@Suite struct SchemaTests {
    let scratch: Scratch
    let run: RunReader

    init() throws {
        scratch = try Scratch()
        run = try scratch.tinyRun()
    }

    @Test func everyRelationOfTheSchemaIsInTheFile() throws {
        let names = try run.rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid")
        #expect(names.compactMap { $0.text("name") } == RunReader.relationNames)
        #expect(Set(RunReader.relationNames).count == RunReader.relationNames.count)
        #expect(
            try run.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT'") == 0)
        #expect(
            try run.number(
                "SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND sql NOT LIKE '% -- %'") == 0)
        #expect(try run.number("PRAGMA user_version") == Double(Schema.version))
    }

    @Test func foreignKeysHold() throws {
        #expect(try run.lines("PRAGMA foreign_key_check") == [])
        #expect(try run.lines("PRAGMA integrity_check") == ["ok"])
    }

    @Test func unitsAreInColumnNames() throws {
        let columns = try run.rows(
            """
            SELECT t.name AS relation, c.name AS column FROM pragma_table_list t, pragma_table_info(t.name) c
            WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite%'
            """)
        #expect(columns.count > 300)
        let bare = ["time", "duration", "wait", "memory", "price", "capacity", "demand", "start", "end", "length"]
        for row in columns {
            let (relation, column) = (row.text("relation") ?? "", row.text("column") ?? "")
            #expect(!bare.contains(column), "\(relation).\(column) has no unit")
        }
    }

    /// The whole file as text; rewrite with UPDATE_GOLDEN=1 and review the difference.
    @Test func dumpMatchesGolden() throws {
        var text = ""
        for relation in RunReader.relationNames {
            text += "== \(relation)\n"
            try text += run.dump(relation).split(separator: "\n").map { rounded($0) + "\n" }.joined() + "\n"
        }
        try expectGolden(text, at: "Tests/ResultsTests/Golden/tiny-run.txt")
    }

    /// Real numbers to nine digits: versions of SQLite sum them with different care.
    private func rounded(_ line: Substring) -> String {
        line.split(separator: "|", omittingEmptySubsequences: false).map { field in
            guard field.contains("."), let number = Double(field) else { return String(field) }
            return String(format: "%.9g", number)
        }.joined(separator: "|")
    }

    /// docs/results-schema.md is generated; UPDATE_GOLDEN=1 rewrites it.
    @Test func documentationIsCurrent() throws {
        try expectGolden(Schema.documentation, at: "docs/results-schema.md")
    }

    private func expectGolden(_ text: String, at path: String) throws {
        let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let file = tests.deletingLastPathComponent().deletingLastPathComponent().appending(path: path)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)
        let differing = zip(expected, found).first { $0 != $1 }
        #expect(
            differing == nil && expected.count == found.count,
            "\(path) differs: \(differing?.0 ?? "end") / \(differing?.1 ?? "end"); UPDATE_GOLDEN=1 swift test rewrites it"
        )
    }

    /// No statistics are stored, so plans are the same for any number of rows. What joins large tables does so by
    /// key, what groups samples follows their index, and nothing large is scanned once per row.
    @Test func viewsFollowKeysAndIndexes() throws {
        func plan(_ sql: String) throws -> [String] {
            try run.rows("EXPLAIN QUERY PLAN " + sql).compactMap { $0.text("detail") }
        }
        let drivers: [(view: String, scanned: Set<String>)] = [
            ("gantt", ["p"]), ("decision_text", ["d"]), ("job_wait", ["j"]), ("link_hot", ["s", "link_hot"]),
            ("preemption_summary", ["d", "preemption_summary"]), ("most_delayed_job", ["job", "d", "delayed"]),
        ]
        for (view, scanned) in drivers {
            let steps = try plan("SELECT * FROM \(view)")
            for step in steps where step.hasPrefix("SCAN ") {
                #expect(scanned.contains(String(step.dropFirst("SCAN ".count))), "\(view): \(step) of \(steps)")
            }
        }
        for view in ["utilization", "pool_utilization", "queue_depth"] {
            let steps = try plan("SELECT * FROM \(view)")
            #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(view): \(steps)")
        }
    }
}
