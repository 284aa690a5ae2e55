import ArgumentParser
import Experiments
import Foundation
import Reports
import Results
import Scenarios
import Scheduling

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Run a scenario under several policies or variants, on identical arrivals.",
        discussion: """
            Without --policies the variants of the scenario's `compare` list run, after the scenario itself.

            Examples:
              orrery compare scenarios/quickstart.yaml --policies fifo-gang,backfill,srtf
              orrery compare scenarios/quickstart.yaml --jobs 2 --json
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Policies, separated by commas; the first is what the others are compared with.")
    var policies: String?
    @Option(name: .shortAndLong, help: "Simulations at a time; results do not depend on it.") var jobs = 1
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs: found \(jobs), expected at least 1") }
    }

    func run() throws {
        let variants = try variants()
        guard variants.count > 1 else {
            throw Failure.badInput(
                "\(scenario.scenario): nothing to compare; name two policies with --policies, or add a `compare` list")
        }
        let directory = try output.directory("out/\(try scenario.load().scenario.name)/compare")
        Interrupt.listen()
        let outcomes = try waitFor { [jobs] in
            try await CompareExperiment(variants: variants).run(
                into: directory, jobs: jobs, shouldStop: { Interrupt.isRequested },
                finished: { if Terminal.isInteractive { Terminal.complain("finished \($0)") } })
        }
        for outcome in outcomes {
            for warning in outcome.summary.warnings { Terminal.complain("warning: \(outcome.name): \(warning)") }
        }
        let table = try CompareTable(outcomes.map { ($0.name, try RunReader(path: $0.database)) })
        print(json ? try table.json() : table.text, terminator: json ? "\n" : "")
        if !json { print("results  \(directory)/") }
        if outcomes.contains(where: { $0.summary.outcome == .interrupted }) { throw ExitCode(130) }
    }

    private func variants() throws -> [CompareExperiment.Variant] {
        guard let policies else {
            let file = try scenario.load()
            return try ([file.scenario] + file.variants).map { resolved in
                try variant(resolved.variant ?? "baseline", resolved, [])
            }
        }
        var names: [String] = []
        for name in policies.split(separator: ",").map(String.init) {
            guard SchedulingPolicy(rawValue: name) != nil else {
                let known = SchedulingPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure.badInput("--policies: found '\(name)', expected one of \(known)")
            }
            guard !names.contains(name) else { throw Failure.badInput("--policies: '\(name)' is named twice") }
            names.append(name)
        }
        return try names.map { name in
            let change = "spec.clusters[0].scheduler.policy=\(name)"
            return try variant(name, scenario.load([change]).scenario, ["--policy", name])
        }
    }

    private func variant(
        _ name: String, _ resolved: ResolvedScenario, _ more: [String]
    ) throws -> CompareExperiment.Variant {
        CompareExperiment.Variant(
            name: name,
            experiment: try RunExperiment(
                resolved, commandLine: scenario.commandLine("run", more), version: Orrery.version))
    }
}

/// Runs an asynchronous piece of work to its end.
private func waitFor<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) throws -> T {
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox<T>()
    Task {
        do {
            box.result = .success(try await work())
        } catch {
            box.result = .failure(error)
        }
        done.signal()
    }
    done.wait()
    guard let result = box.result else { preconditionFailure("the work has ended with a result") }
    return try result.get()
}

/// Carries the result over; written once before the semaphore is signalled, read once after.
private final class ResultBox<T: Sendable>: @unchecked Sendable {
    var result: Result<T, any Error>?
}
