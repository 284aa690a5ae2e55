import ArgumentParser
import Conformance
import Foundation
import Reports

struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance", abstract: "Judge recorded decisions of the real schedulers: ours against theirs.",
        discussion: """
            Reads folders of case files (*.yaml: a configuration, a world, the decisions taken) and plays each. A case that \
            names no tie rule must hold under every seed. Unsupported keys and kinds count as failures; folders left out \
            with --skip do not count at all. The last line reads: N of M passed, K unsupported. Exit code 1 if any failed.

            Examples:
              orrery conformance ../shared/conformance/volcano
              orrery conformance ../shared/conformance/volcano --only 'random-*' --reasons --verbose
            """)

    @Argument(
        help: ArgumentHelp("Folders of cases, with folders in them, or single case files.", valueName: "folder"),
        completion: .directory)
    var directories: [String]
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Leave out the folders or cases (folder/case) that match; may be given often.", valueName: "glob"))
    var skip: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Judge only the folders or cases that match; may be given often.", valueName: "glob"))
    var only: [String] = []
    @Option(
        parsing: .unconditional, help: "Seeds under which a case without tie rule must hold (default: 5).",
        transform: Value.count)
    var seeds = 5
    @Flag(help: "Compare our reasons with the recorded ones, where there are any, and print the share that agrees.")
    var reasons = false
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "Threads (default: all cores); results do not depend on it.", transform: Value.count)
    var jobs: Int?
    @Flag(help: "With --reasons: list what differs.") var verbose = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if seeds > 10_000 { throw ValidationError("--seeds: found \(seeds), expected at most 10000") }
        if verbose, !reasons { throw ValidationError("--verbose lists the differences of --reasons; give both") }
    }

    func run() throws {
        var options = ConformanceOptions()
        options.seeds = seeds
        options.skip = skip
        if !only.isEmpty { options.only = only }
        options.jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
        options.comparesReasons = reasons
        let report = try ConformanceRun.report(on: directories, options: options)
        if json {
            try printJSON(Summary(report))
        } else {
            print(Self.table(report).text)
            if reasons { printReasons(report) }
            for line in report.complaints { print(line) }
            print(report.summary)
        }
        if !report.passed { throw ExitCode(1) }
    }

    private static func table(_ report: ConformanceReport) -> DataTable {
        func cells(_ tally: ConformanceReport.Tally, _ name: String) -> [DataTable.Cell] {
            [name, "\(tally.count)", "\(tally.passed)", "\(tally.failed)", "\(tally.unsupported)"].map {
                DataTable.Cell($0)
            }
        }
        let folders = report.folders
        return DataTable(
            "Recorded decisions",
            [.text("folder"), .number("cases"), .number("passed"), .number("failed"), .number("unsupported")],
            rows: folders.map { cells($0, $0.folder) },
            total: folders.count > 1 ? cells(report.total, "all") : nil)
    }

    private func printReasons(_ report: ConformanceReport) {
        let (agreeing, compared) = report.reasonShare
        let tenths = compared == 0 ? 1000 : agreeing * 1000 / compared
        print("reasons: \(agreeing) of \(compared) worlds agree (\(tenths / 10).\(tenths % 10) %)")
        if verbose {
            for result in report.results {
                for difference in result.reasons?.differences ?? [] { print("  \(result.file.slug): \(difference)") }
            }
        }
        print()
    }

    /// The report as JSON.
    private struct Summary: Encodable {
        struct Folder: Encodable {
            var folder: String
            var cases: Int
            var passed: Int
            var failed: Int
            var unsupported: Int

            init(_ tally: ConformanceReport.Tally) {
                folder = tally.folder
                cases = tally.count
                passed = tally.passed
                failed = tally.failed
                unsupported = tally.unsupported
            }
        }

        struct Case: Encodable {
            var name: String
            /// `passed`, `failed` or `unsupported`.
            var outcome: String
            /// What differs, or what is not understood.
            var details: [String]
            /// How our reasons differ; absent where none were compared.
            var reasons: [String]?

            init(_ result: CaseResult) {
                name = result.file.slug
                reasons = result.reasons?.differences
                switch result.outcome {
                case .passed: (outcome, details) = ("passed", [])
                case .failed(let differences): (outcome, details) = ("failed", differences)
                case .unsupported(let what): (outcome, details) = ("unsupported", [what])
                }
            }
        }

        var total: Folder
        var folders: [Folder]
        var cases: [Case]

        init(_ report: ConformanceReport) {
            total = Folder(report.total)
            total.folder = "all"
            folders = report.folders.map(Folder.init)
            cases = report.results.map(Case.init)
        }
    }
}
