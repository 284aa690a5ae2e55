import ArgumentParser
import Experiments
import Foundation
import Quantities
import Reports
import Results
import Scenarios
import Scheduling

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run a scenario under several policies or variants, or several scenarios, on identical arrivals.",
        discussion: """
            Of one scenario the policies of --policies run; without them the scenario itself and the variants of its
            `compare` list. Several scenarios run as they are, one column each; a warning says if their jobs differ.

            Every variant runs --replications times; replication k of all variants has the same seed, and so the same
            arrivals and failures. A table shows the run under the scenario's own seed, then means over all of them
            with intervals, and in words what differs for certain (docs/compare.md).

            Examples:
              orrery compare scenarios/quickstart.yaml --policies fifo-gang,backfill,srtf
              orrery compare scenarios/whatif-more-nodes.yaml --replications 20
              orrery compare scenarios/quickstart.yaml --jobs 2 --json
              orrery compare scenarios/volcano-default.yaml scenarios/volcano-capacity.yaml
            """)

    @Argument(
        help: "Scenario files (YAML); the first is what the others are compared with.",
        completion: .file(extensions: ["yaml", "yml"]))
    var scenarios: [String]
    @OptionGroup var changes: ScenarioChanges
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
    @Option(
        parsing: .unconditional,
        help: "Runs of each variant, under as many seeds (default: 10). One gives no interval and no verdict.",
        transform: Value.count)
    var replications = 10
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Jobs submitted before are not counted (default: found by MSER-5 in runs with a horizon). 0s counts all.",
            valueName: "duration"),
        transform: Value.duration)
    var warmUp: SimDuration?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if scenarios.count > 1, policies != nil {
            throw ValidationError("--policies goes with one scenario; \(scenarios.count) are given")
        }
    }

    func run() throws {
        let (title, variants) = scenarios.count > 1 ? try sideBySide() : try variants(of: scenarios[0])
        let directory = try output.directory("reports/\(title)/compare")
        Interrupt.listen()
        let progress = CountProgress(of: variants.count * replications, "simulations")
        let outcomes = try CompareExperiment(variants: variants, replications: replications).run(
            into: directory, jobs: jobs, shouldStop: { Interrupt.isRequested }, finished: progress.show)
        progress.finish()
        for outcome in outcomes {
            for warning in outcome.summary.warnings { Terminal.warn("\(outcome.name): \(warning)") }
        }
        let table = try CompareTable(outcomes.map { ($0.name, try RunReader(path: $0.database)) })
        let comparison = try CompareExperiment.comparison(of: outcomes, scenario: title, warmUp: warmUp)
        if json {
            print(try table.json(with: comparison))
        } else {
            print(table.text + "\n" + comparison.text, terminator: "")
            print("results  \(directory)/")
        }
        if outcomes.contains(where: { $0.summary.outcome == .interrupted }) { throw ExitCode(130) }
    }

    /// Heading of the scenario itself beside its variants.
    private static let baseline = "baseline"

    /// The name of one scenario, and its worlds.
    private func variants(of path: String) throws -> (String, [CompareExperiment.Variant]) {
        let file = try changes.load(path)
        let named: [(String, ResolvedScenario, [String])]
        if let policies {
            named = try policies.map(\.rawValue).map { policy in
                let change = "spec.clusters[0].scheduler.policy=\(policy)"
                return (policy, try changes.load(path, [change]).scenario, ["--policy", policy])
            }
        } else {
            guard !file.variants.contains(where: { $0.variant == Self.baseline }) else {
                throw Failure.badInput(
                    "\(path): a variant is called \(Self.baseline), as the scenario itself is in a comparison")
            }
            named = ([file.scenario] + file.variants).map { ($0.variant ?? Self.baseline, $0, []) }
        }
        guard named.count > 1 else {
            throw Failure.badInput(
                "\(path): nothing to compare; name two policies with --policies, add a `compare` list, or give two scenarios"
            )
        }
        return (file.scenario.name, try named.map { try variant($0, $1, path, $2, sizedOn: file.scenario) })
    }

    /// The name of the first scenario, and one world of each.
    private func sideBySide() throws -> (String, [CompareExperiment.Variant]) {
        var variants: [CompareExperiment.Variant] = []
        for path in scenarios {
            let resolved = try changes.load(path).scenario
            if let other = variants.firstIndex(where: { $0.name == resolved.name }) {
                throw Failure.badInput(
                    "\(path): is called \(resolved.name), as \(scenarios[other]) is; give each another metadata.name")
            }
            variants.append(try variant(resolved.name, resolved, path, []))
            if variants[0].experiment.world.workload.jobs != variants[variants.count - 1].experiment.world.workload.jobs
            {
                Terminal.warn("\(path): its jobs are not those of \(scenarios[0]); what differs is not policy alone")
            }
        }
        return (variants[0].name, variants)
    }

    private func variant(
        _ name: String, _ resolved: ResolvedScenario, _ path: String, _ more: [String],
        sizedOn reference: ResolvedScenario? = nil
    ) throws -> CompareExperiment.Variant {
        CompareExperiment.Variant(
            name: name,
            experiment: try RunExperiment(
                resolved, commandLine: changes.commandLine("run", path, more), version: Orrery.version,
                sizedOn: reference),
            replicas: ReplicaSource(resolved, sizedOn: reference ?? resolved))
    }
}
