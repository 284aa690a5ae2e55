import Configuration
import Reports
import Results
import Scenarios
import Simulation
import SimulationKernel
import Statistics

/// The simulations of a plan: each capacity, demand and seed once, however many questions ask for it.
///
/// A capacity that has lost a node is the smaller capacity, and a capacity that answers several questions is the same in
/// all of them. Seeds count up from the scenario's, so equal replications of all situations have equal random numbers.
final class PlanRuns {
    /// A scenario under which an objective must hold.
    struct Situation {
        /// Empty, or what is missing: "without 1 node of h100".
        var name: String
        let scenario: ResolvedScenario
        /// Equal for equal content.
        let content: String

        init(_ name: String, _ scenario: ResolvedScenario) {
            self.name = name
            self.scenario = scenario
            content = Explanation.content(
                scenario.values.filter { $0.path.hasPrefix("spec.") && !$0.path.hasPrefix("spec.plan.") })
        }
    }

    /// The few numbers of one simulation that a plan needs.
    struct Observation: Sendable {
        /// One for each bound; nil where the run has no job that it measures.
        var values: [Double?]
        /// Share of GPU time that jobs held, by pool.
        var utilization: [Double?]
        /// Nanoseconds waited by what held jobs back, in the order of `DecisionReason.allCases`.
        var waits: [Double]
    }

    private let base: ResolvedScenario
    private let measures: [Measure]
    private let replications: Int
    private let jobs: Int
    private let shouldStop: @Sendable () -> Bool
    private let finished: @Sendable (CapacityPlan.Part, Int) -> Void
    private let counter = Counter()
    private var known: [String: [Observation]] = [:]
    /// Jobs submitted before are not counted, in nanoseconds; found with the first situation asked for.
    private(set) var warmUpNs: Int64?
    /// What the simulations are for.
    private(set) var part = CapacityPlan.Part.search
    /// Simulations that each part has cost so far, beyond what those before it had simulated.
    private(set) var efforts: [CapacityPlan.Effort] = []

    init(
        _ base: ResolvedScenario, _ bounds: [Bound], _ section: PlanSection, jobs: Int,
        shouldStop: @escaping @Sendable () -> Bool, finished: @escaping @Sendable (CapacityPlan.Part, Int) -> Void
    ) {
        self.base = base
        measures = bounds.map { Measure($0) }
        replications = section.replications
        warmUpNs = section.warmUp?.nanoseconds
        self.jobs = jobs
        self.shouldStop = shouldStop
        self.finished = finished
    }

    /// Simulations so far.
    var count: Int { counter.value }

    /// From here on simulations are for `part`.
    func begin(_ part: CapacityPlan.Part) {
        self.part = part
        efforts.append(CapacityPlan.Effort(part: part, simulations: 0))
    }

    /// The first `target` replications of a situation; those not simulated yet are, in parallel.
    ///
    /// - Throws: `PlanError.interrupted`; what is wrong with the situation's world.
    func observations(of situation: Situation, to target: Int) throws -> ArraySlice<Observation> {
        if warmUpNs == nil { try findWarmUp(situation) }
        let done = known[situation.content]?.count ?? 0
        if done < target {
            let fresh = try samples(situation, done..<target) { [measures, warmUpNs] sample in
                Observation(sample, measures, from: warmUpNs ?? 0)
            }
            known[situation.content, default: []] += fresh
        }
        return (known[situation.content] ?? []).prefix(target)
    }

    private func findWarmUp(_ situation: Situation) throws {
        let samples = try samples(situation, 0..<replications) { $0 }
        let found = WarmUp.Found([samples], .automatic).nanoseconds
        warmUpNs = found
        known[situation.content] = samples.map { Observation($0, measures, from: found) }
    }

    private func samples<Kept: Sendable>(
        _ situation: Situation, _ range: Range<Int>, _ keep: @Sendable (RunSample) -> Kept
    ) throws -> [Kept] {
        let (scenario, reference, seed) = (situation.scenario, base, base.content.spec.seed)
        let (counter, finished, shouldStop, part) = (counter, finished, shouldStop, part)
        let results = parallelMap(range.count, width: jobs) { index -> Result<Kept, any Error> in
            Result {
                if shouldStop() { throw PlanError.interrupted }
                let world = try scenario.replica(seed: seed &+ UInt64(range.lowerBound + index))
                    .world(sizedOn: reference)
                let sample = try RunSample(
                    world, teamWeights: RunExperiment.teamWeights(scenario, teams: world.workload.teams),
                    shouldStop: shouldStop)
                if sample.outcome == .interrupted { throw PlanError.interrupted }
                finished(part, counter.next())
                return keep(sample)
            }
        }
        let kept = try results.map { try $0.get() }
        if efforts.isEmpty { begin(part) }
        efforts[efforts.count - 1].simulations += kept.count
        return kept
    }
}

extension PlanRuns.Observation {
    /// What a plan needs of a run, of jobs and GPU time from `warmUp` nanoseconds on.
    fileprivate init(_ sample: RunSample, _ measures: [Measure], from warmUp: Int64) {
        values = measures.map { sample.value(of: $0, from: warmUp) }
        utilization = sample.names.pools.map {
            sample.value(
                of: Measure(metric: .utilization, scope: Comparison.Scope(kind: "pool", name: $0)), from: warmUp)
        }
        waits = Array(repeating: 0, count: DecisionReason.allCases.count)
        let places = Dictionary(uniqueKeysWithValues: zip(DecisionReason.allCases, waits.indices))
        for job in sample.jobs where job.submitNs >= warmUp && job.waitNs > 0 {
            if let place = places[job.reason] { waits[place] += Double(job.waitNs) }
        }
    }
}
