import ArgumentParser
import Experiments
import Reports

extension ValidateCommand {
    struct Reliability: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Simulate published runs with their failure rates: interruptions and effective training time.",
            discussion: """
                Reads CSV tables with the columns source_id, quantity and value. Exit code 1 if the effective training time differs by \
                more than three points, a count by more than three standard deviations, or a projected time to failure by \
                more than 5 %.

                Example: orrery validate reliability ../shared/validation/training/reliability.csv
                """)

        @Argument(help: "Tables (CSV).", completion: .file(extensions: ["csv"])) var files: [String]
        @Option(help: "Simulated runs of each source (1 to 100).", transform: Value.count) var seeds = 3
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if !(1...100).contains(seeds) { throw ValidationError("--seeds goes from 1 to 100") }
        }

        func run() throws {
            let validation = try ReliabilityValidation(paths: files, seeds: seeds)
            if json {
                try printJSON(validation.rows.map(Line.init))
            } else {
                print(Self.table(validation).text, terminator: "")
                if !validation.skipped.isEmpty {
                    print("no rates or counts to predict from: \(validation.skipped.joined(separator: ", "))")
                }
            }
            if !validation.passed { throw ExitCode(1) }
        }

        private static func table(_ validation: ReliabilityValidation) -> DataTable {
            DataTable(
                "Reliability of published runs",
                [.text("source"), .text("quantity"), .number("published"), .number("predicted"), .text("verdict")],
                rows: validation.rows.map { row in
                    let verdict = row.agrees.map { $0 ? "agrees" : "differs" } ?? "shown only"
                    return [row.source, row.quantity, row.published.fixed(3), row.predicted.fixed(3), verdict]
                        .map { DataTable.Cell($0) }
                })
        }

        /// One quantity as JSON.
        private struct Line: Encodable {
            var source: String
            var quantity: String
            var published: Double
            var predicted: Double
            var tolerance: Double?

            init(_ row: ReliabilityValidation.Row) {
                source = row.source
                quantity = row.quantity
                published = row.published
                predicted = row.predicted
                tolerance = row.tolerance
            }
        }
    }
}
