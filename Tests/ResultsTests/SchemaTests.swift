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

    /// Plans do not depend on the number of rows here: no statistics are stored. What must not be scanned at a
    /// million rows is searched by index.
    @Test func viewsSearchByIndex() throws {
        func plan(_ sql: String) throws -> String {
            try run.rows("EXPLAIN QUERY PLAN " + sql).compactMap { $0.text("detail") }.joined(separator: "\n")
        }
        let text = try plan("SELECT * FROM decision_text WHERE job_id = 1")
        #expect(text.contains("SEARCH d USING INDEX decision_job (job=?)"), "\(text)")
        let delayed = try plan("SELECT * FROM most_delayed_job")
        #expect(delayed.contains("SEARCH job USING COVERING INDEX job_wait_order (wait_ns>?)"), "\(delayed)")
        #expect(delayed.contains("SEARCH j USING INTEGER PRIMARY KEY"), "\(delayed)")
        #expect(!delayed.contains("SCAN d"), "\(delayed)")
        let task = try plan("SELECT * FROM task")
        #expect(!task.contains("TEMP B-TREE"), "\(task)")
        let preempted = try plan("SELECT * FROM preemption_summary")
        #expect(preempted.contains("USING INDEX decision_preempt"), "\(preempted)")
        let utilization = try plan("SELECT * FROM utilization")
        #expect(!utilization.contains("TEMP B-TREE"), "\(utilization)")
        let byName = try plan("SELECT * FROM job_wait WHERE name = 'red-a'")
        #expect(byName.contains("USING INDEX job_name (name=?)"), "\(byName)")
    }
}
