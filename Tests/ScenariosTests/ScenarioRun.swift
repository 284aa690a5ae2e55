import Configuration
import Quantities
import Simulation
import Testing

@testable import Scenarios

/// The folder `scenarios/` of this repository.
let scenarioFolder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/scenarios"
}()

/// The scenario in `text`, a file called `s.yaml`.
func scenario(_ text: String, set overrides: [String] = []) throws(InvalidInput) -> ScenarioFile {
    try ScenarioFile(SourceText(name: "s.yaml", text: text), overrides: overrides)
}

/// What is wrong with `text`, one line per finding; empty if nothing is. Traces are read too.
func faults(_ text: String, set overrides: [String] = []) -> [String] {
    do throws(InvalidInput) {
        _ = try scenario(text, set: overrides).scenario.world()
        return []
    } catch {
        return error.diagnostics.map(\.description)
    }
}

/// A scenario that ran, for tests of what it shows.
final class ScenarioRun: FactSink {
    private(set) var jobs: [JobFact] = []
    /// GPU-nanoseconds; more than 64 bits hold, so not exact.
    private(set) var gpuTime: [GPUTimeCause: Double] = [:]
    private(set) var placements: [PlacementFact] = []
    private(set) var summary: RunSummary
    let world: World

    init(_ resolved: ResolvedScenario) throws {
        world = try resolved.world()
        summary = RunSummary(outcome: .interrupted, end: .zero, fingerprint: 0, events: 0, cycles: 0, warnings: [])
        var simulation = Simulation(world)
        summary = try simulation.run(into: self)
    }

    func write(_ facts: borrowing FactBuffers) {
        jobs += facts.jobs
        placements += facts.placements
        for fact in facts.gpuTime { gpuTime[fact.cause, default: 0] += Double(fact.gpuNs) }
    }

    /// Share of all GPU-time that went to `cause`.
    func share(_ cause: GPUTimeCause) -> Double {
        (gpuTime[cause] ?? 0) / GPUTimeCause.allCases.reduce(0) { $0 + (gpuTime[$1] ?? 0) }
    }

    /// Mean completion time in hours of the jobs that completed.
    var meanCompletionHours: Double {
        let done = jobs.filter { $0.status == .completed }
        let total = done.reduce(0.0) { sum, fact in
            sum + Double(fact.endNs - world.workload.jobs[Int(fact.job)].submit.nanoseconds)
        }
        return total / Double(max(1, done.count)) / 3.6e12
    }

    /// Mean time in hours that a job spent queued, also if it never started.
    var meanWaitHours: Double {
        jobs.reduce(0.0) { $0 + Double($1.waitNs) } / Double(max(1, jobs.count)) / 3.6e12
    }

    func job(_ name: String) throws -> JobFact {
        try #require(jobs.first { world.workload.name(of: world.workload.jobs[Int($0.job)]) == name })
    }
}
