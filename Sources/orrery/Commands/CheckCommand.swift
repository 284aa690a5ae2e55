import ArgumentParser
import Experiments
import Foundation
import Reports

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Did anything move? Scenarios against the baselines beside them.",
        discussion: """
            A baseline is a small text file, NAME.baseline beside NAME.yaml: a digest of every decision, the first ones in \
            words, and metrics with tolerances. On a change it names the first decision that differs and the metrics that \
            moved, and ends with exit code 1. docs/check.md tells more and has a workflow for pull requests.

            Examples:
              orrery check
              orrery check scenarios/nvl72.yaml --junit check.xml --report check.html
              orrery check --update scenarios/nvl72.yaml --seeds 5
            """)

    @Argument(
        help:
            "Scenarios, or folders of which every scenario with a baseline is played (default: scenarios, or else here).",
        completion: .file(extensions: ["yaml", "yml", "baseline"]))
    var paths: [String] = []
    @Flag(help: "Write the baselines anew, tolerances as they are; of a scenario that is named, also a first one.")
    var update = false
    @Option(
        parsing: .unconditional,
        help:
            "With --update: play so many seeds and judge metrics by their paired differences (default: as before, or 1).",
        transform: Value.count)
    var seeds: Int?
    @Option(
        help: "Folder with runs of the base revision, as --keep leaves them: names decisions and jobs exactly.",
        completion: .directory)
    var base: String?
    @Option(help: "Folder in which to leave the run files.", completion: .directory) var keep: String?
    @Option(help: "Write JUnit XML to this file.", completion: .file(extensions: ["xml"])) var junit: String?
    @Option(help: "Write a Markdown summary to this file.", completion: .file(extensions: ["md"])) var markdown: String?
    @Option(
        help: "Write a page to this file: what moved, drawn against its tolerance.",
        completion: .file(extensions: ["html"]))
    var report: String?
    @Flag(help: "Print annotations for GitHub Actions too.") var github = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if seeds != nil, !update { throw ValidationError("--seeds goes with --update") }
        if update, base != nil { throw ValidationError("--base compares; it does not go with --update") }
        if github, json { throw ValidationError("--github prints lines among the text; it does not go with --json") }
    }

    func run() throws {
        var experiment = CheckExperiment(version: Orrery.version)
        experiment.updates = update
        experiment.seeds = seeds
        experiment.baseRuns = base
        experiment.keptRuns = keep
        Interrupt.listen()
        let scenarios = try CheckExperiment.scenarios(in: paths.isEmpty ? [Self.home] : paths)
        if scenarios.isEmpty {
            throw Failure.badInput(
                "\((paths.isEmpty ? [Self.home] : paths).joined(separator: ", ")): no scenario with a baseline; "
                    + "write one with: orrery check --update SCENARIO")
        }
        var outcomes: [CheckOutcome] = []
        for scenario in scenarios {
            if Terminal.isInteractive { Terminal.complain("playing \(scenario)") }
            outcomes.append(try experiment.check(scenario, shouldStop: { Interrupt.isRequested }))
        }
        try tell(CheckReport(outcomes))
    }

    private static var home: String { FileManager.default.fileExists(atPath: "scenarios") ? "scenarios" : "." }

    /// What to type to check the same again.
    private var commandLine: String {
        (["orrery", "check"] + paths.map(Words.quoted) + (base.map { ["--base", Words.quoted($0)] } ?? []))
            .joined(separator: " ")
    }

    private func tell(_ found: CheckReport) throws {
        if let junit { try writeFile(Data(found.junit.utf8), to: junit) }
        if let markdown { try writeFile(Data(found.markdown.utf8), to: markdown) }
        if let report {
            try writeFile(Data(found.html(version: Orrery.version, command: commandLine).utf8), to: report)
        }
        if json {
            try printJSON(found)
        } else {
            print(found.text, terminator: "")
            if github { print(found.annotations, terminator: "") }
        }
        if found.passes { return }
        let isBadInput = found.outcomes.allSatisfy { $0.status != .changed }
        throw ExitCode(isBadInput ? 2 : 1)
    }
}
