import ArgumentParser
import Experiments
import Reports

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Compare predictions with recorded and published results.",
        discussion: "Example: orrery validate scheduling ../shared/validation/scheduling",
        subcommands: [Scheduling.self, Packing.self, Training.self, Collectives.self, Reliability.self])

    struct Scheduling: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replay published schedules: exact start times, and allocation and fragmentation curves.",
            discussion: """
                Exit code 1 if any replayed case differs. Folders without rules yet are listed as not covered.

                Example: orrery validate scheduling ../shared/validation/scheduling
                """)

        @Argument(help: "Folder with one folder for each set of cases.", completion: .directory) var directory: String
        @Option(
            name: .shortAndLong, parsing: .unconditional, help: "Threads (default: 2); results do not depend on it.",
            transform: Value.count)
        var jobs = 2
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let report = try SchedulingValidation.run(directory: directory, concurrency: jobs)
            if json {
                try printJSON(report.rows.map(Row.init))
            } else {
                print(Self.table(report).text, terminator: "")
                print(report.summary)
            }
            if !report.passed { throw ExitCode(1) }
        }

        private static func table(_ report: SchedulingValidation.Report) -> DataTable {
            DataTable(
                "Schedules against recorded and published ones",
                [
                    .text("folder"), .text("case"), .text("verdict"), .number("compared"), .number("agree"),
                    .text("detail"),
                ],
                rows: report.rows.map { row in
                    [
                        row.folder, row.name, row.verdict.rawValue, row.compared > 0 ? "\(row.compared)" : "–",
                        row.compared > 0 ? "\(row.agreeing)" : "–", row.detail,
                    ].map { DataTable.Cell($0) }
                })
        }

        /// One case as JSON.
        private struct Row: Encodable {
            var folder: String
            var name: String
            var verdict: String
            var compared: Int
            var agreeing: Int
            var detail: String

            init(_ row: SchedulingValidation.Row) {
                folder = row.folder
                name = row.name
                verdict = row.verdict.rawValue
                compared = row.compared
                agreeing = row.agreeing
                detail = row.detail
            }
        }
    }
}
