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
            Of one scenario the policies of --policies run, or the scenario itself and each --variant; without these the
            scenario itself and the variants of its `compare` list. Several scenarios run as they are, one column each; a warning says if their jobs differ.

            Every variant runs --replications times; replication k of all variants has the same seed, and so the same
            arrivals and failures. A table shows the run under the scenario's own seed, then means over all of them
            with intervals, and in words what differs for certain (docs/compare.md). report.html draws all of it.

            Examples:
              orrery compare scenarios/quickstart.yaml --policies fifo-gang,backfill,srtf
              orrery compare scenarios/quickstart.yaml --variant '72-nodes:spec.clusters[0].nodePools[h100].count=72'
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
        name: .customLong("variant"), parsing: .singleValue,
        help: ArgumentHelp(
            "A variant of the scenario by one change of it. May be given often; changes of one name make one variant.",
            valueName: "name:path=value"))
    var changed: [String] = []
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
        if scenarios.count > 1, !changed.isEmpty {
            throw ValidationError("--variant goes with one scenario; \(scenarios.count) are given")
        }
        if policies != nil, !changed.isEmpty {
            throw ValidationError("--policies and --variant exclude each other; a variant may change the policy")
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
        let runs = try outcomes.map { try RunReader(path: $0.database) }
        let table = try CompareTable(zip(outcomes, runs).map { ($0.name, $1) })
        let comparison = try CompareExperiment.comparison(of: outcomes, scenario: title, warmUp: warmUp)
        let page = directory + "/report.html"
        let html = try ComparisonReport.html(comparison, runs: runs, command: commandLine)
        try writeFile(Data(html.utf8), to: page)
        if json {
            print(try table.json(with: comparison))
        } else {
            print(table.text + "\n" + comparison.text, terminator: "")
            print("report   \(page)")
            print("results  \(directory)/")
        }
        if outcomes.contains(where: { $0.summary.outcome == .interrupted }) { throw ExitCode(130) }
    }

    /// What to type to have the same comparison again.
    private var commandLine: String {
        var more = scenarios.dropFirst().map(Words.quoted)
        if let policies { more += ["--policies", policies.map(\.rawValue).joined(separator: ",")] }
        more += changed.flatMap { ["--variant", Words.quoted($0)] }
        more += ["--replications", String(replications)]
        if let warmUp { more += ["--warm-up", "\(warmUp)"] }
        return changes.commandLine("compare", scenarios[0], more)
    }

    /// Heading of the scenario itself beside its variants.
    private static let baseline = "baseline"

    /// The name of one scenario, and its worlds.
    private func variants(of path: String) throws -> (String, [CompareExperiment.Variant]) {
        let (file, named) = try namedScenarios()
        guard named.count > 1 else {
            throw Failure.badInput(
                "\(path): nothing to compare; name two policies with --policies, change something with --variant, add a `compare` list, or give two scenarios"
            )
        }
        let variants = try named.map { try variant($0.name, $0.scenario, $0.command, sizedOn: file.scenario) }
        return (file.scenario.name, variants)
    }

    /// The one scenario, and what is compared with the command that runs it again.
    func namedScenarios() throws -> (ScenarioFile, [(name: String, scenario: ResolvedScenario, command: String)]) {
        let path = scenarios[0]
        let file = try changes.load(path)
        if let policies {
            let named = try policies.map(\.rawValue).map { policy in
                let change = "spec.clusters[0].scheduler.policy=\(policy)"
                let command = changes.commandLine("run", path, ["--policy", policy])
                return (name: policy, scenario: try changes.load(path, [change]).scenario, command: command)
            }
            return (file, named)
        }
        var others = file.variants.map { (name: $0.variant ?? "", scenario: $0) }
        if !changed.isEmpty {
            others = try VariantOption.grouped(changed).map {
                (name: $0.name, try changes.load(path, $0.changes).scenario)
            }
        }
        guard !others.contains(where: { $0.name == Self.baseline }) else {
            throw Failure.badInput(
                "\(path): a variant is called \(Self.baseline), as the scenario itself is in a comparison")
        }
        let more = changed.flatMap { ["--variant", Words.quoted($0)] }
        let command = changes.commandLine("compare", path, more)
        return (
            file,
            [(Self.baseline, file.scenario, changes.commandLine("run", path))]
                + others.map { ($0.name, $0.scenario, command) }
        )
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
            variants.append(try variant(resolved.name, resolved, changes.commandLine("run", path)))
            if variants[0].experiment.world.workload.jobs != variants[variants.count - 1].experiment.world.workload.jobs
            {
                Terminal.warn("\(path): its jobs are not those of \(scenarios[0]); what differs is not policy alone")
            }
        }
        return (variants[0].name, variants)
    }

    /// A variant; `command` repeats its run, which for one that is no run of its own is the whole comparison.
    private func variant(
        _ name: String, _ resolved: ResolvedScenario, _ command: String, sizedOn reference: ResolvedScenario? = nil
    ) throws -> CompareExperiment.Variant {
        CompareExperiment.Variant(
            name: name,
            experiment: try RunExperiment(
                resolved, commandLine: command, version: Orrery.version, sizedOn: reference),
            replicas: ReplicaSource(resolved, sizedOn: reference ?? resolved))
    }
}
