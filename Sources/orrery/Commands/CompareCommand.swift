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
    @Option(
        help: "Policies, separated by commas; the first is what the others are compared with.",
        transform: Value.policies)
    var policies: [SchedulingPolicy]?
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "Simulations at a time (default: 1); results do not depend on it.",
        transform: Value.count)
    var jobs = 1
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let variants = try variants()
        guard variants.count > 1 else {
            throw Failure.badInput(
                "\(scenario.scenario): nothing to compare; name two policies with --policies, or add a `compare` list")
        }
        let directory = try output.directory("reports/\(try scenario.load().scenario.name)/compare")
        Interrupt.listen()
        let outcomes = try waitFor { [jobs] in
            try await CompareExperiment(variants: variants).run(
                into: directory, jobs: jobs, shouldStop: { Interrupt.isRequested },
                finished: { if Terminal.isInteractive { Terminal.complain("finished \($0)") } })
        }
        for outcome in outcomes {
            for warning in outcome.summary.warnings { Terminal.warn("\(outcome.name): \(warning)") }
        }
        let table = try CompareTable(outcomes.map { ($0.name, try RunReader(path: $0.database)) })
        print(json ? try table.json() : table.text, terminator: json ? "\n" : "")
        if !json { print("results  \(directory)/") }
        if outcomes.contains(where: { $0.summary.outcome == .interrupted }) { throw ExitCode(130) }
    }

    /// Heading of the scenario itself beside its variants.
    private static let baseline = "baseline"

    private func variants() throws -> [CompareExperiment.Variant] {
        guard let policies else {
            let file = try scenario.load()
            guard !file.variants.contains(where: { $0.variant == Self.baseline }) else {
                throw Failure.badInput(
                    "\(scenario.scenario): a variant is called \(Self.baseline), as the scenario itself is in a comparison"
                )
            }
            return try ([file.scenario] + file.variants).map { resolved in
                try variant(resolved.variant ?? Self.baseline, resolved, [])
            }
        }
        return try policies.map(\.rawValue).map { name in
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
