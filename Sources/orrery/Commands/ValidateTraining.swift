import ArgumentParser
import CostModel
import Reports

extension ValidateCommand {
    struct Training: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Predict measured training steps and peak memory, source by source.",
            discussion: """
                Reads CSV tables with the columns of validation/training/README.md. Rows of quality C and X, rows without a \
                step time, and rows of other tables are skipped and counted. A prediction uses a row's configuration, \
                never its measurement, and no constant belongs to a source. Errors that published simulators have on rows \
                of the tables are printed beside ours.

                Example: orrery validate training ../shared/validation/training/*.csv
                """)

        @Argument(help: "Tables (CSV).", completion: .file(extensions: ["csv"])) var files: [String]
        @Flag(help: "Fit all constants anew for every source, without its rows, and print those errors. Takes minutes.")
        var leaveOneOut = false
        @Flag(help: "Print every row as CSV.") var csv = false
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if csv, json { throw ValidationError("give --csv or --json, not both") }
        }

        func run() throws {
            let validation = try TrainingValidation(paths: files)
            let errors = leaveOneOut ? validation.leaveOneOut() : validation.stepErrors
            if csv { return print(Self.rows(validation), terminator: "") }
            let others = leaveOneOut ? [] : validation.headToHead
            if json { return try printJSON(SourceErrorsReport(errors, others)) }
            let memory = validation.memoryErrors
            if memory.scored > 0 {
                print(memory.table("Peak memory per GPU: error in %").text)
                let verdicts = validation.verdicts
                print("Out-of-memory verdict: \(verdicts.right) of \(verdicts.stated) rows right\n")
            }
            let title =
                leaveOneOut ? "Step time, constants fitted without the source: error in %" : "Step time: error in %"
            print(errors.table(title).text)
            if !others.isEmpty { print(Self.table(others).text) }
            print(
                "median \(errors.median.percent) %, \(errors.withinTenth.percent) % of the rows within 10 %")
            print(errors.summary)
        }

        private static func table(_ others: [HeadToHead]) -> DataTable {
            DataTable(
                "Published simulators on the same rows: error in %",
                [
                    .text("rows"), .number("count"), .text("simulator"), .number("its error"), .number("ours"),
                    .text("source"),
                ],
                rows: others.map { other in
                    let low = other.published.lowerBound, high = other.published.upperBound
                    let range = low == high ? low.percent : "\(low.percent) to \(high.percent)"
                    return [
                        other.rows, "\(other.count)", other.simulator, range, other.ours.percent, other.source,
                    ].map { DataTable.Cell($0) }
                })
        }

        private static func rows(_ validation: TrainingValidation) -> String {
            var text =
                "row_id,source_id,model,gpu,measured_step_s,predicted_step_s,error_percent,measured_memory_gb,predicted_memory_gb\n"
            for item in validation.scored {
                let row = item.row
                let error = row.measured.map { (item.estimate.step / $0 - 1).percent } ?? ""
                text +=
                    [
                        row.id, row.source, row.model.name, row.platform.card.name,
                        row.measured.map { $0.fixed(5) } ?? "",
                        item.estimate.step.fixed(5), error, row.measuredMemory.map { ($0 / 1e9).fixed(2) } ?? "",
                        (item.estimate.memory.total / 1e9).fixed(2),
                    ].joined(separator: ",") + "\n"
            }
            return text
        }
    }

    struct Collectives: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Predict measured bus bandwidths of collectives, source by source.",
            discussion: """
                Rows from 1 MiB to 8 GiB that state a size and a bandwidth are scored; the rest is skipped and counted.

                Example: orrery validate collectives ../shared/validation/training/collectives.csv
                """)

        @Argument(help: "Tables (CSV).", completion: .file(extensions: ["csv"])) var files: [String]
        @Flag(help: "Print every row as CSV.") var csv = false
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if csv, json { throw ValidationError("give --csv or --json, not both") }
        }

        func run() throws {
            let validation = try CollectiveValidation(paths: files)
            if csv {
                print(
                    "row_id,source_id,size_bytes,measured_busbw_gbps,predicted_busbw_gbps,error_percent,algorithm,nccl_choice"
                )
                for row in validation.scored {
                    print(
                        row.id, row.source, row.bytes.fixed(0), row.measured.fixed(2), row.predicted.fixed(2),
                        (row.predicted / row.measured - 1).percent, row.algorithm.rawValue,
                        row.nccl.map { "\($0.algorithm.rawValue) \($0.format.name)" } ?? "", separator: ",")
                }
                return
            }
            if json { return try printJSON(SourceErrorsReport(validation.errors)) }
            print(validation.errors.table("Bus bandwidth: error in %").text)
            print(validation.errors.summary)
        }
    }
}

extension SourceErrors {
    /// The errors of each source.
    func table(_ title: String) -> DataTable {
        DataTable(
            title,
            [
                .text("source"), .number("rows"), .number("mean"), .number("median"), .number("bias"),
                .number("within 10 %"),
            ],
            rows: lines.map { line in
                [
                    line.source, "\(line.rows)", line.mean.percent, line.median.percent, line.bias.percent,
                    line.withinTenth.percent,
                ].map { DataTable.Cell($0) }
            })
    }
}

/// Errors as JSON; fractions, not percentages.
private struct SourceErrorsReport: Encodable {
    struct Source: Encodable {
        var source: String
        var rows: Int
        var meanAbsoluteError: Double
        var medianAbsoluteError: Double
        var bias: Double
        var withinTenth: Double
    }

    struct Other: Encodable {
        var rows: String
        var count: Int
        var simulator: String
        var publishedLow: Double
        var publishedHigh: Double
        var ours: Double
        var source: String
    }

    var balancedMeanAbsoluteError: Double
    var medianAbsoluteError: Double
    var withinTenth: Double
    var scored: Int
    var skipped: Int
    var sources: [Source]
    var headToHead: [Other]

    init(_ errors: SourceErrors, _ others: [HeadToHead] = []) {
        headToHead = others.map {
            Other(
                rows: $0.rows, count: $0.count, simulator: $0.simulator, publishedLow: $0.published.lowerBound,
                publishedHigh: $0.published.upperBound, ours: $0.ours, source: $0.source)
        }
        balancedMeanAbsoluteError = errors.balancedMean
        medianAbsoluteError = errors.median
        withinTenth = errors.withinTenth
        scored = errors.scored
        skipped = errors.skipped
        sources = errors.lines.map {
            Source(
                source: $0.source, rows: $0.rows, meanAbsoluteError: $0.mean, medianAbsoluteError: $0.median,
                bias: $0.bias, withinTenth: $0.withinTenth)
        }
    }
}
