import ArgumentParser
import Experiments
import Foundation
import Quantities
import Reports
import Results
import Scenarios
import Scheduling
import Simulation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Simulate a scenario; write run.sqlite, report.html and diagrams.",
        discussion: """
            Examples:
              orrery run scenarios/quickstart.yaml
              orrery run scenarios/quickstart.yaml --policy backfill --seed 3 --out reports/backfill
              orrery run scenarios/quickstart.yaml --set spec.clusters[0].nodePools[h100].count=48
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions
    @Option(
        help: "Scheduling policy in place of the scenario's: \(Value.policyNames.joined(separator: ", ")).",
        completion: .list(Value.policyNames), transform: Value.name)
    var policy: SchedulingPolicy?
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "Threads that may be used (default: 1); one run needs one, and no result depends on it.",
        transform: Value.count)
    var jobs = 1
    @Flag(help: "Print the summary as JSON.") var json = false
    @Flag(name: .shortAndLong, help: "No progress and no summary, only the paths.") var quiet = false
    @Flag(help: "Write run.sqlite only.") var noReport = false

    func run() throws {
        let resolved = try scenario.load(policyOverrides).scenario
        try scenario.warnOfRescaledLoads(resolved)
        let experiment = try experiment(for: resolved)
        let directory = try output.directory("reports/" + resolved.name)
        let database = directory + "/run.sqlite"
        let summary = try simulate(experiment, to: database)
        var files: [RunPictures.File] = [("results", database)]
        if !noReport { files += try RunPictures(database: database).write(cluster: experiment.world.cluster) }
        try tell(summary, files, database)
        if summary.outcome == .interrupted { throw ExitCode(130) }
    }

    var policyOverrides: [String] {
        policy.map { ["spec.clusters[0].scheduler.policy=\($0.rawValue)"] } ?? []
    }

    private func experiment(for resolved: ResolvedScenario) throws -> RunExperiment {
        let more = policy.map { ["--policy", $0.rawValue] } ?? []
        return try RunExperiment(resolved, commandLine: scenario.commandLine("run", more), version: Orrery.version)
    }

    private func simulate(_ experiment: RunExperiment, to database: String) throws -> RunSummary {
        Interrupt.listen()
        let bar = ProgressBar(horizon: experiment.world.horizon, jobs: experiment.world.workload.jobs.count)
        defer { bar.finish() }
        return try experiment.run(
            to: database, wallSeconds: { bar.elapsedSeconds }, shouldStop: { Interrupt.isRequested },
            progress: { if !quiet { bar.update($0) } })
    }

    private func tell(_ summary: RunSummary, _ files: [RunPictures.File], _ database: String) throws {
        for warning in summary.warnings { Terminal.warn(warning) }
        if summary.outcome == .interrupted { Terminal.complain("interrupted: the results are marked partial") }
        let tables = try RunTables(run: RunReader(path: database))
        if json {
            print(try tables.json())
        } else if quiet {
            for file in files { print(file.path) }
        } else {
            print(tables.text(paths: files), terminator: "")
        }
    }
}
