import Foundation
import Testing

@testable import Reports

@Suite("Tables")
struct TableTests {
    @Test("Text is aligned, numbers flush right")
    func text() {
        let table = DataTable(
            "Waits", [.text("queue"), .number("p95")],
            rows: [[.init("a"), .init("1.5 h", 1.5)], [.init("long-name"), .init("12 h", 12)]],
            total: [.init("all"), .init("3 h", 3)])
        #expect(
            table.text == """
                Waits
                  queue        p95
                  ─────────  ─────
                  a          1.5 h
                  long-name   12 h
                  ─────────  ─────
                  all          3 h

                """)
        #expect(DataTable("Waits", [.text("queue")], emptyReason: "no jobs").text == "Waits\n  no jobs\n")
    }

    @Test("The summary closes and lists its paths")
    func summary() {
        let tables = RunTables(SampleData.tiny)
        #expect(tables.ledger.rows.count == 10 && tables.ledger.total?[2].text == "100.0 %")
        #expect(tables.text(paths: [("report", "/x/report.html")]).hasSuffix("\nreport  /x/report.html\n"))
        #expect(tables.answer.hasPrefix("Jobs wait 30 min at p95"))
    }

    @Test("JSON reads back to the same numbers")
    func json() throws {
        let tables = RunTables(SampleData.tiny)
        let read = try JSONDecoder().decode(RunRecord.self, from: Data(tables.json().utf8))
        #expect(read == tables.record)
        #expect(read.wastedGPUHours == 1.6 && read.p95WaitSeconds == 1800)
    }

    @Test("Differences are against the first run; the best of a row is starred")
    func compare() throws {
        var faster = SampleData.tiny
        faster.summary.p95Wait = 900e9
        faster.summary.allocatedShare = 0.5
        faster.header.isPartial = true
        let table = CompareTable(entries: [
            CompareTable.Entry(name: "fifo", record: RunRecord(SampleData.tiny)),
            CompareTable.Entry(name: "sjf", record: RunRecord(faster)),
        ])
        let rows = Dictionary(uniqueKeysWithValues: table.table.rows.map { ($0[0].text, $0.dropFirst().map(\.text)) })
        #expect(rows["wait p95"] == ["30 min  ", "15 min (−50.0 %) *"])
        #expect(rows["utilization (allocated)"] == ["75.0 % *", "50.0 % (−25.0 pt)  "])
        #expect(rows["evictions"] == ["0  ", "0 (0)  "])
        #expect(table.text.contains("PARTIAL: sjf"))
        let wait = table.rows.first { $0.measure == "wait p95" }
        #expect(wait?.values == [1800, 900] && wait?.differences == [nil, -900])
        #expect(try JSONSerialization.jsonObject(with: Data(table.json().utf8)) is [String: Any])
    }
}
