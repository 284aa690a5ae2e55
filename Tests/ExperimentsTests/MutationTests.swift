import ClusterModel
import Experiments
import Foundation
import Quantities
import Reports
import Results
import Scenarios
import Simulation
import Testing

@testable import Scheduling
@testable import Workloads

/// Rules of a policy with a mistake in them.
private struct Mutated: SchedulingRules {
    var base: any SchedulingRules
    var changesOrder: @Sendable (Int64) -> Int64 = { $0 }
    var decidesRank: (@Sendable (JobEntry, JobEntry) -> Bool)?
    var changesVictims: @Sendable (Int64) -> Int64 = { $0 }
    var blocks: Bool?

    func order(_ job: JobEntry) -> Int64 { changesOrder(base.order(job)) }
    func queueOrder(_ queue: QueueEntry, _ totals: ClusterTotals) -> Double { base.queueOrder(queue, totals) }
    var blocksQueue: Bool { blocks ?? base.blocksQueue }
    func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool {
        decidesRank?(waiting, running) ?? base.outranks(waiting, running, now: now)
    }
    func victimOrder(_ running: JobEntry, now: SimTime) -> Int64 {
        changesVictims(base.victimOrder(running, now: now))
    }
    func nextReorder(_ running: JobEntry, now: SimTime) -> SimTime? { base.nextReorder(running, now: now) }
}

/// A mistake planted in the scheduler of a shipped scenario.
struct Mutation: Sendable, CustomTestStringConvertible {
    var name: String
    var scenario: String
    var plant: @Sendable (inout World) -> Void

    var testDescription: String { "\(name) in \(scenario)" }

    private static let las = LASRules(thresholdGPUSeconds: [3600, 36_000])

    static let all: [Mutation] = [
        Mutation(name: "comparator of jobs flipped", scenario: "preemption") {
            $0.rules = Mutated(base: PriorityRules(), changesOrder: { -$0 }, decidesRank: { $0.priority < $1.priority })
        },
        Mutation(name: "lower priority outranks higher", scenario: "preemption") {
            $0.rules = Mutated(base: PriorityRules(), decidesRank: { $0.priority < $1.priority })
        },
        Mutation(name: "equal priority outranks too", scenario: "preemption") {
            $0.rules = Mutated(base: PriorityRules(), decidesRank: { $0.priority >= $1.priority })
        },
        Mutation(name: "order of victims flipped", scenario: "las-vs-sjf") {
            $0.rules = Mutated(base: las, changesVictims: { -$0 })
        },
        Mutation(name: "a blocked head blocks its queue", scenario: "las-vs-sjf") {
            $0.rules = Mutated(base: las, blocks: true)
        },
        Mutation(name: "threshold changed by 10 %", scenario: "las-vs-sjf") {
            $0.scheduler.lasThresholdGPUSeconds = $0.scheduler.lasThresholdGPUSeconds.map { $0 * 11 / 10 }
        },
        Mutation(name: "least run time changed by 10 %", scenario: "las-vs-sjf") {
            $0.scheduler.minimumRuntime = SimDuration(nanoseconds: $0.scheduler.minimumRuntime.nanoseconds * 11 / 10)
        },
        Mutation(name: "gang size off by one", scenario: "nvl72") { world in
            for group in world.workload.groups.indices where world.workload.groups[group].minMember > 1 {
                world.workload.groups[group].minMember -= 1
            }
        },
        Mutation(name: "comparator of nodes flipped", scenario: "nvl72") { $0.scheduler.placement = .spread },
        Mutation(name: "search ends one job early", scenario: "quickstart") { $0.scheduler.searchDepth = 1 },
        Mutation(name: "cap of a queue ignored", scenario: "quickstart") { world in
            for queue in world.queues.indices { world.queues[queue].capGPUs = nil }
        },
        Mutation(name: "comparator of nodes flipped", scenario: "mig") { $0.scheduler.placement = .spread },
        Mutation(name: "gangs are placed pod by pod", scenario: "nvl72") { $0.scheduler.policy = .kubeDefault },
        Mutation(name: "a blocked head lets others pass", scenario: "whatif-more-nodes") {
            $0.rules = Mutated(base: FIFOGangRules(), blocks: false)
        },
        Mutation(name: "search ends one job early", scenario: "plan-two-pools") { $0.scheduler.searchDepth = 1 },
        Mutation(name: "plugin gang left out", scenario: "topology-aware-training") { world in
            let tiers = world.volcano?.configuration.tiers ?? []
            world.volcano?.configuration.tiers = tiers.map { tier in tier.filter { $0.name != "gang" } }
        },
        Mutation(name: "weight of a queue changed by 10 %", scenario: "volcano-default") { world in
            world.volcano?.queues[0].weight *= 1.1
        },
    ]

    /// The verdict on the scenario with this mistake, against the shipped baseline.
    func verdict() throws -> CheckOutcome {
        let files = try RunFiles()
        let path = "\(Played.folder)/\(scenario).yaml"
        let run = try files.play(ScenarioFile(path: path).scenario, scenario, plant)
        let text = try String(contentsOfFile: "\(Played.folder)/\(scenario).baseline", encoding: .utf8)
        return try CheckOutcome(
            Observation([run]), against: Baseline(parsing: text, path: "\(scenario).baseline"), scenario: path,
            baseline: "\(scenario).baseline")
    }
}

@Suite("Mistakes in the scheduler")
struct MutationTests {
    @Test(arguments: Mutation.all)
    func aMistakeIsCaught(_ mutation: Mutation) throws {
        let outcome = try mutation.verdict()
        #expect(outcome.status == .changed)
        #expect(outcome.parting != nil && !outcome.findings.isEmpty)
        // The scenario is as it was, so what is caught is a decision, not a hash.
        #expect(!outcome.notes.contains { $0.contains("is not the one") }, "\(outcome.notes)")
    }

    /// Rules that pass every question on change nothing: what is caught above is the mistake.
    @Test(arguments: ["preemption", "las-vs-sjf"])
    func rulesWithoutAMistakePass(_ scenario: String) throws {
        let base: any SchedulingRules =
            scenario == "preemption" ? PriorityRules() : LASRules(thresholdGPUSeconds: [3600, 36_000])
        let unchanged = Mutation(name: "none", scenario: scenario) { $0.rules = Mutated(base: base) }
        #expect(try unchanged.verdict().status == .passed)
    }

    /// The shipped scenarios decide what their baselines say.
    @Test(arguments: try CheckExperiment.scenarios(in: [Played.folder]))
    func shippedBaselinesPass(_ scenario: String) throws {
        let outcome = try CheckExperiment(version: "0").check(scenario)
        #expect(outcome.status == .passed, "\(outcome.findings.joined(separator: "\n"))")
    }
}
