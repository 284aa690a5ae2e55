import Results

/// A run in a few tables: what the terminal prints at its end, and the same numbers for programs.
public struct RunTables: Sendable {
    /// Waits per queue, with all jobs last.
    public let wait: DataTable
    /// How full and how useful the GPUs were.
    public let utilization: DataTable
    /// Where the GPU time went; the shares close to 100.0 %.
    public let ledger: DataTable
    /// What went wrong over time, one entry per kind and line of configuration; empty where nothing is looked for.
    public let pathologies: String
    /// The answer in a sentence or two.
    public let answer: String
    /// Said when the run was interrupted; nil otherwise.
    public let partialNotice: String?
    /// The numbers, without rounding.
    public let record: RunRecord

    /// Reads the tables of a run.
    public init(run: RunReader) throws {
        self.init(try RunData(summaryOf: run))
    }

    init(_ data: RunData) {
        wait = Self.waitTable(data, paint: { _ in .other })
        utilization = Self.utilizationTable(data)
        ledger =
            LedgerBar(
                title: "",
                parts: data.causes.map {
                    LedgerBar.Part(name: $0.label, shortName: $0.shortLabel, paint: .other, hours: $0.hours)
                }
            ).table
        pathologies = PathologyGroup.text(data)
        answer = Answer(data).text
        partialNotice =
            data.header.isPartial
            ? "PARTIAL RESULT: interrupted at \(Figures.instant(nanoseconds: data.header.end))" : nil
        record = RunRecord(data)
    }

    /// All tables, then the `paths` of the files that were written.
    public func text(paths: [(name: String, path: String)] = []) -> String {
        var lines = [answer, "", wait.text, utilization.text, ledger.text].joined(separator: "\n")
        if !pathologies.isEmpty { lines += "\n" + pathologies }
        if let partialNotice { lines = partialNotice + "\n\n" + lines }
        let width = paths.map(\.name.count).max() ?? 0
        if !paths.isEmpty { lines += "\n" }
        for (name, path) in paths {
            lines += name + String(repeating: " ", count: width - name.count) + "  " + path + "\n"
        }
        return lines
    }

    /// The numbers as JSON with sorted keys.
    public func json() throws -> String { try RunRecord.encode(record) }

    static func waitTable(_ data: RunData, paint: (String) -> Paint) -> DataTable {
        func cell(_ value: Double?) -> DataTable.Cell {
            DataTable.Cell(value.map(Figures.duration(nanoseconds:)) ?? Figures.missing, value ?? -1)
        }
        func cells(_ row: RunData.WaitSummary, _ name: DataTable.Cell) -> [DataTable.Cell] {
            [
                name, DataTable.Cell(Figures.count(row.jobs), Double(row.jobs)),
                DataTable.Cell(Figures.count(row.waiting + row.neverFit), Double(row.waiting + row.neverFit)),
                cell(row.mean), cell(row.p50), cell(row.p95), cell(row.p99), cell(row.max),
            ]
        }
        return DataTable(
            "Wait per queue",
            [
                .text("queue"), .number("jobs"), .number("still waiting"), .number("mean"), .number("p50"),
                .number("p95"), .number("p99"), .number("max"),
            ],
            rows: data.queueWaits.map { cells($0, DataTable.Cell($0.name, paint: paint($0.name))) },
            total: data.totalWait.map { cells($0, DataTable.Cell("all jobs")) },
            emptyReason: "no jobs were submitted")
    }

    private static func utilizationTable(_ data: RunData) -> DataTable {
        let summary = data.summary
        func share(_ value: Double?) -> String { value.map { Figures.percent($0) } ?? Figures.missing }
        let steps =
            summary.stepSlowdown.map { [("training step, over an undisturbed one", Figures.fixed($0, 3))] } ?? []
        return DataTable(
            "Utilization of \(Figures.count(summary.gpus)) GPUs over "
                + Figures.duration(nanoseconds: Double(data.header.end - data.header.start)),
            [.text("measure"), .number("value")],
            rows: ([
                ("allocated, of capacity", share(summary.allocatedShare)),
                ("productive, of capacity", share(summary.productiveShare)),
                ("productive, of allocated (goodput)", share(summary.goodputShare)),
                ("effective training time, from first start to end", share(summary.effectiveShare)),
                ("jobs completed", Figures.count(summary.completed)),
                ("mean completion time", summary.meanCompletion.map(Figures.duration(nanoseconds:)) ?? Figures.missing),
                ("evictions", Figures.count(summary.preemptions)),
                ("restarts after failures", Figures.count(summary.failureRestarts)),
                ("Jain’s index between teams", summary.jainIndex.map { Figures.fixed($0, 3) } ?? Figures.missing),
            ] + steps).map { [DataTable.Cell($0.0), DataTable.Cell($0.1)] })
    }
}
