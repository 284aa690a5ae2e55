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

    @Test("What goes wrong is told once per kind and line of configuration, in the words of the longest")
    func pathologies() {
        let hour: Int64 = 3_600_000_000_000
        func finding(_ object: String, from: Int64, to: Int64, line: String, ongoing: Bool) -> RunData.Pathology {
            RunData.Pathology(
                kind: "starvation", objects: [object], fromCycle: Int(from) * 3600, from: from * hour, to: to * hour,
                isOngoing: ongoing, text: "\(object) waits", place: "actions", line: line, remedy: "preempt")
        }
        var data = SampleData.tiny
        #expect(RunTables(data).pathologies.isEmpty)
        data.header.policy = "volcano"
        #expect(RunTables(data).pathologies == "Nothing is found to go wrong over time.\n")
        data.pathologies = [
            finding("a", from: 1, to: 2, line: "x", ongoing: false),
            finding("b", from: 2, to: 9, line: "x", ongoing: true),
            finding("c", from: 3, to: 4, line: "y", ongoing: true),
        ]
        let (first, second) = (Figures.instant(nanoseconds: hour), Figures.instant(nanoseconds: 3 * hour))
        let tables = RunTables(data)
        #expect(
            tables.pathologies == """
                What goes wrong
                  starvation, 2 times, the first from \(first) (cycle 3600); 1 to the end
                    b waits
                    actions: x
                    preempt
                  starvation from \(second) (cycle 10800), to the end
                    c waits
                    actions: y
                    preempt

                """)
        #expect(tables.text().contains(tables.pathologies))
        #expect(tables.record.pathologies.map(\.objects) == [["a"], ["b"], ["c"]])
        #expect(tables.record.pathologies[1].cause?.line == "x" && tables.record.pathologies[1].toSeconds == 32_400)
        #expect(PathologyGroup.table(data)?.rows.count == 2)
        #expect(ReportPage(data: data).html.contains("What went wrong over time?"))
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
        #expect(rows["  starting"] == ["0.80  ", "0.80 (0.0 %)  "] && rows["  recomputed"] == nil)
        #expect(rows["spread over leaves"] == nil)
        let wait = table.rows.first { $0.measure == "wait p95" }
        #expect(wait?.values == [1800, 900] && wait?.differences == [nil, -900])
        #expect(try JSONSerialization.jsonObject(with: Data(table.json().utf8)) is [String: Any])
    }

    @Test("Fairness and spread stand side by side; a level with a single group says nothing")
    func fairnessAndSpread() throws {
        func run(_ jain: Double, _ missed: Double, leaves: Double) -> RunData {
            var data = SampleData.tiny
            data.queueFairness.queues = [
                RunData.QueueFairness.Queue(
                    name: "prod", entitled: 0.5, meanShare: 0.25, perEntitled: 0.5, receivedOfDue: 0.8)
            ]
            data.queueFairness.jainIndex = jain
            data.queueFairness.missedShare = missed
            data.spread = [
                RunData.Spread(
                    level: "leaf_group", groups: 4, gangStarts: 2, meanSpanned: leaves, meanFewest: 1,
                    meanRatio: leaves,
                    widerShare: 0.5),
                RunData.Spread(level: "spine_group", groups: 1, gangStarts: 2, meanRatio: 1),
            ]
            return data
        }
        let near = RunRecord(run(0.9, 0.1, leaves: 1.5))
        let table = CompareTable(entries: [
            CompareTable.Entry(name: "far", record: RunRecord(run(0.8, 0.2, leaves: 2))),
            CompareTable.Entry(name: "near", record: near),
        ])
        let rows = Dictionary(uniqueKeysWithValues: table.table.rows.map { ($0[0].text, $0.dropFirst().map(\.text)) })
        #expect(rows["wait mean"] == ["15 min  ", "15 min (0.0 %)  "])
        #expect(rows["Jain’s index of queues"] == ["0.800  ", "0.900 (+0.100) *"])
        #expect(rows["missed of deserved shares"] == ["20.0 %  ", "10.0 % (−10.0 pt) *"])
        #expect(rows["spread over leaves"] == ["2.000  ", "1.500 (−0.500) *"])
        #expect(rows["spread over spines"] == nil && rows["spread over NVLink domains"] == nil)
        #expect(near.queueShares.first?.receivedOfDue == 0.8 && near.spread.first?.widerShare == 0.5)
    }
}
