import ArgumentParser
import Foundation
import Quantities
import Reports
import Results

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "A run for other programs: trace viewers, Prometheus, tables.",
        discussion: """
            Files appear when they are whole; docs/export.md tells what is in them.

            Examples:
              orrery export perfetto reports/quickstart/run.sqlite
              orrery export parquet reports/quickstart/run.sqlite --only job,placement
            """,
        subcommands: [
            ExportPerfettoCommand.self, ExportOpenMetricsCommand.self, ExportCSVCommand.self, ExportParquetCommand.self,
        ])

    /// A file beside the run file unless told otherwise.
    static func target(_ out: String?, beside database: String, _ name: String) -> String {
        if let out { return out }
        let folder = (database as NSString).deletingLastPathComponent
        return folder.isEmpty ? name : folder + "/" + name
    }
}

struct ExportPerfettoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perfetto", abstract: "A trace of GPUs, jobs, cycles and preemptions for ui.perfetto.dev.",
        discussion: "Example: orrery export perfetto reports/quickstart/run.sqlite --out trace.json")

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Option(name: .shortAndLong, help: "File to write (default: trace.json beside the run).", completion: .file())
    var out: String?

    func run() throws {
        let path = ExportCommand.target(out, beside: database, "trace.json")
        try PerfettoExport.write(RunReader(path: database), to: path)
        print(path)
    }
}

struct ExportOpenMetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openmetrics",
        abstract: "Metrics under the names of DCGM exporter, kube-state-metrics and Volcano.",
        discussion: """
            Loads into Prometheus with: promtool tsdb create-blocks-from openmetrics metrics.txt

            Example: orrery export openmetrics reports/quickstart/run.sqlite --out metrics.txt
            """)

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Option(name: .shortAndLong, help: "File to write (default: metrics.txt beside the run).", completion: .file())
    var out: String?
    @Flag(help: "Also series of every pod.") var pods = false

    func run() throws {
        let path = ExportCommand.target(out, beside: database, "metrics.txt")
        try OpenMetricsExport.write(RunReader(path: database), to: path, pods: pods)
        print(path)
    }
}

struct ExportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv", abstract: "Every table as a CSV file.",
        discussion: "Example: orrery export csv reports/quickstart/run.sqlite --only job_wait,chargeback --out tables")

    @OptionGroup var tables: TableExport

    func run() throws { try tables.write(ending: "csv") { try CSVExport.write($0, of: $1, to: $2) } }
}

struct ExportParquetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parquet", abstract: "Every table as a Parquet file.",
        discussion: "Example: orrery export parquet reports/quickstart/run.sqlite --out tables")

    @OptionGroup var tables: TableExport

    func run() throws { try tables.write(ending: "parquet") { try ParquetExport.write($0, of: $1, to: $2) } }
}

/// Which tables of which run, and where to.
struct TableExport: ParsableArguments {
    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Option(
        help: ArgumentHelp(
            "Tables and views, separated by commas (default: all tables). docs/results-schema.md lists them.",
            valueName: "names"))
    var only: String?
    @Option(name: .shortAndLong, help: "Folder for the files (default: tables beside the run).", completion: .directory)
    var out: String?

    /// Writes one file for each table; all names are checked first.
    func write(ending: String, _ export: (String, RunReader, String) throws -> Void) throws {
        let reader = try RunReader(path: database)
        let tables = Schema.dimensionTables + Schema.factTables
        let names = only.map { $0.split(separator: ",").map(String.init) } ?? tables.map(\.name)
        for name in names where !RunReader.relationNames.contains(name) {
            let hint =
                NearestName.suggest(name, among: RunReader.relationNames).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Failure.badInput("--only \(name): the run has no table or view of this name\(hint)")
        }
        let folder = ExportCommand.target(out, beside: database, "tables")
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure.badInput("\(folder): cannot be made a folder for tables; choose another with --out")
        }
        for name in names {
            let path = "\(folder)/\(name).\(ending)"
            try export(name, reader, path)
            print(path)
        }
    }
}
