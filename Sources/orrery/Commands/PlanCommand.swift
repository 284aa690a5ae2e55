import ArgumentParser
import Experiments
import Foundation
import Reports

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Find the smallest or cheapest capacity that meets a scenario's objectives.",
        discussion: """
            `objectives` of the scenario say what must hold, `plan.vary` what may be changed (without it the number of
            nodes of every pool). Each capacity is simulated under as many seeds as it takes to tell, and the answer holds
            with the confidence that `plan` names: the plan, what binds it, what was looked at with the front of cost
            against objective, the plans for 20 % less and more demand, headroom, and with `demand: {growth: 8%/month}`
            the dates when pools and objectives run out (docs/plan.md). report.html draws all of it.

            Examples:
              orrery plan scenarios/plan-queue.yaml
              orrery plan scenarios/plan-two-pools.yaml --json
            """)

    @OptionGroup var scenario: ScenarioOptions
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "Simulations at a time (default: one for each core); results do not depend on it.",
        transform: Value.count)
    var jobs: Int?
    @OptionGroup var output: OutputOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let changes = scenario.changes.allOverrides
        let experiment = try PlanExperiment(file: scenario.scenario, overrides: changes)
        let source = try experiment.source(command: scenario.commandLine("plan"), version: Orrery.version)
        let directory = try output.directory("reports/\(experiment.name)/plan")
        Interrupt.listen()
        let progress = CountProgress(of: 0, "simulations")
        defer { progress.finish() }
        let parts = CapacityPlan.Part.allCases
        do {
            let plan = try experiment.run(
                jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
                shouldStop: { Interrupt.isRequested },
                finished: { part, done in
                    let step = (parts.firstIndex(of: part) ?? 0) + 1
                    progress.show(done, "step \(step) of \(parts.count), \(part.words)")
                })
            progress.finish()
            let page = directory + "/report.html"
            try writeFile(Data(plan.page(source).utf8), to: page)
            print(json ? try plan.json() : plan.text, terminator: "")
            if !json { print("report   \(page)") }
        } catch PlanError.interrupted {
            throw ExitCode(130)
        }
    }
}
