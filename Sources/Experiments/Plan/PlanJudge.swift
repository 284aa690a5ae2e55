import Configuration
import Quantities
import Reports
import Results
import Scenarios
import Simulation
import SimulationKernel
import Statistics

/// Says by simulation whether a capacity meets the objectives, with as many replications as it takes.
///
/// Judged after a first stage and after every doubling. The i-th capacity judged for a question may err with probability
/// α/(i (i + 1)), and its j-th look with 1/(j (j + 1)) of that, so that all verdicts on the way to an answer hold
/// together with probability 1 − α, however many there come to be.
final class PlanJudge {
    /// A question with its own share of errors: the plan, its headroom, and so on.
    struct Question {
        /// Demand over that of the scenario.
        var demand = 1.0
        fileprivate(set) var judged = 0

        /// The question at this demand, of which `judged` capacities were judged before.
        init(demand: Double = 1, judged: Int = 0) {
            self.demand = demand
            self.judged = judged
        }
    }

    /// What was found of one capacity.
    struct Finding {
        var capacity: Capacity
        var verdict: CapacityPlan.Verdict
        var judgements: [CapacityPlan.Judgement]
        var obstacle: String?
        var replications: Int
        /// What else the runs of the undisturbed situation tell.
        var remarks: Remarks
    }

    /// Where GPU time and waiting time went, over the replications.
    struct Remarks {
        /// Share of each pool's GPU time that jobs held.
        var utilization: [(pool: String, share: Comparison.Estimate)] = []
        /// Shares of the waiting time by what held jobs back, largest first.
        var waits: [CapacityPlan.Binding.Cause] = []
    }

    let space: PlanSpace
    let section: PlanSection
    let bounds: [(text: String, bound: Bound)]
    let losses: [Objective.Loss]
    private let jobs: Int
    private let shouldStop: @Sendable () -> Bool
    private let finished: @Sendable (Int) -> Void
    private let counter = Counter()
    /// Jobs submitted before are not counted, in nanoseconds; found with the first capacity that is judged.
    private(set) var warmUpNs: Int64?
    private(set) var warmUpReason = ""

    init(
        _ space: PlanSpace, jobs: Int, shouldStop: @escaping @Sendable () -> Bool,
        finished: @escaping @Sendable (Int) -> Void
    ) {
        self.space = space
        section = space.base.content.spec.plan ?? PlanSection()
        var bounds: [(String, Bound)] = []
        var losses: [Objective.Loss] = []
        for objective in space.base.content.spec.objectives {
            switch objective.demand {
            case .bound(let bound): bounds.append((objective.text, bound))
            case .survives(let loss): losses.append(loss)
            }
        }
        self.bounds = bounds
        self.losses = losses
        self.jobs = jobs
        self.shouldStop = shouldStop
        self.finished = finished
        warmUpNs = section.warmUp?.nanoseconds
        if let given = section.warmUp {
            warmUpReason = given == .zero ? "none, as asked" : "the first \(given), as asked"
        }
    }

    /// Simulations so far.
    var simulations: Int { counter.value }

    /// Judges the capacity at `point` (nil: as written) with `more` changes, as the next step of `question`.
    ///
    /// - Throws: `PlanError.interrupted`; what is wrong with traces.
    func judge(_ point: PlanSpace.Point?, _ question: inout Question, more: [String] = []) throws -> Finding {
        question.judged += 1
        let alpha = (1 - section.confidence) / Double(question.judged * (question.judged + 1))
        let changes = more + demandChange(question.demand)
        let prepared: Prepared
        do {
            prepared = try prepare(point, changes)
        } catch let error as InvalidInput {
            return Finding(
                capacity: capacity(point), verdict: .missed, judgements: [], obstacle: error.diagnostics[0].message,
                replications: 0, remarks: Remarks())
        }
        return try decide(prepared, alpha: alpha)
    }

    /// What the capacity at `point` is, without any simulation, whether or not the workload could run on it; nothing at all
    /// for a cluster without nodes.
    func capacity(_ point: PlanSpace.Point?) -> Capacity {
        let queue = space.base.content.spec.cluster.queues.first.map { ", queue: \($0.name)" } ?? ""
        let anything = "spec.workload=[{stream: nothing, rate: 1/h, duration: 1h, count: 1\(queue)}]"
        return (try? space.scenario(point, [anything]).capacity()) ?? Capacity()
    }

    // MARK: Situations

    /// A capacity with the situations in which it is judged.
    private struct Prepared {
        var capacity: Capacity
        var situations: [(name: String, scenario: ResolvedScenario)]
    }

    private func demandChange(_ demand: Double) -> [String] {
        guard demand != 1 else { return [] }
        let written = space.base.content.spec.demand?.scale ?? 1
        return ["spec.demand.scale=\(written * demand)"]
    }

    private func prepare(_ point: PlanSpace.Point?, _ changes: [String]) throws -> Prepared {
        let scenario = try space.scenario(point, changes)
        let capacity = try scenario.capacity()
        var prepared = Prepared(capacity: capacity, situations: [("", scenario)])
        for (name, lost) in losses.flatMap({ Self.situations(of: $0, capacity.pools) }) {
            let removal = zip(capacity.pools, lost).compactMap { pool, lost in
                lost > 0 ? "spec.clusters[0].nodePools[\(pool.name)].count=\(pool.count - lost)" : nil
            }
            prepared.situations.append((name, try space.scenario(point, changes + removal)))
        }
        return prepared
    }

    /// The ways in which a loss can strike: nodes lost by pool. Nodes of one pool are alike.
    static func situations(
        of loss: Objective.Loss, _ pools: [(name: String, count: Int, perRack: Int)]
    ) -> [(name: String, lost: [Int])] {
        func words(_ lost: [Int]) -> String {
            let parts = zip(pools, lost).filter { $0.1 > 0 }.map {
                "\($0.1) node\($0.1 == 1 ? "" : "s") of \($0.0.name)"
            }
            return "without " + parts.joined(separator: " and ")
        }
        switch loss {
        case .rack:
            return pools.indices.filter { pools[$0].count > 0 }.map { hit in
                let lost = pools.indices.map { $0 == hit ? min(pools[hit].count, pools[hit].perRack) : 0 }
                return (words(lost), lost)
            }
        case .nodes(let count):
            var ways: [[Int]] = [[]]
            for pool in pools {
                ways = ways.flatMap { way in
                    (0...min(count - way.reduce(0, +), pool.count)).map { way + [$0] }
                }
            }
            let most = ways.map { $0.reduce(0, +) }.max() ?? 0
            return ways.filter { most > 0 && $0.reduce(0, +) == most }.map { (words($0), $0) }
        }
    }

    // MARK: Replications

    private func decide(_ prepared: Prepared, alpha: Double) throws -> Finding {
        var samples = prepared.situations.map { _ in [RunSample]() }
        var target = section.replications
        var look = 1
        while true {
            do {
                try extend(&samples, prepared, to: target)
            } catch let error as InvalidInput {
                return Finding(
                    capacity: prepared.capacity, verdict: .missed, judgements: [],
                    obstacle: error.diagnostics[0].message, replications: 0, remarks: Remarks())
            }
            findWarmUp(samples[0])
            let share = alpha / Double(look * (look + 1))
            let judgements = try judgements(prepared, samples, alpha: share)
            let isLast = target >= section.mostReplications
            let verdict = Self.verdict(judgements)
            if verdict != .undecided || isLast {
                return Finding(
                    capacity: prepared.capacity, verdict: verdict, judgements: judgements, obstacle: nil,
                    replications: target, remarks: try remarks(samples[0]))
            }
            target = min(section.mostReplications, target * 2)
            look += 1
        }
    }

    private static func verdict(_ judgements: [CapacityPlan.Judgement]) -> CapacityPlan.Verdict {
        if judgements.contains(where: { $0.verdict == .missed }) { return .missed }
        return judgements.allSatisfy { $0.verdict == .met } ? .met : .undecided
    }

    /// Runs replications up to `target` of every situation, in parallel; seeds count up from the scenario's.
    private func extend(_ samples: inout [[RunSample]], _ prepared: Prepared, to target: Int) throws {
        let done = samples[0].count
        let fresh = target - done
        let situations = prepared.situations
        let reference = space.base
        let seed = space.base.content.spec.seed
        let (counter, finished, shouldStop) = (counter, finished, shouldStop)
        let results = parallelMap(fresh * situations.count, width: jobs) { index -> Result<RunSample, any Error> in
            Result {
                if shouldStop() { throw PlanError.interrupted }
                let scenario = situations[index % situations.count].scenario
                let world = try scenario.replica(seed: seed &+ UInt64(done + index / situations.count))
                    .world(sizedOn: reference)
                let sample = try RunSample(
                    world, teamWeights: RunExperiment.teamWeights(scenario, teams: world.workload.teams),
                    shouldStop: shouldStop)
                if sample.outcome == .interrupted { throw PlanError.interrupted }
                finished(counter.next())
                return sample
            }
        }
        for (index, result) in results.enumerated() { samples[index % situations.count].append(try result.get()) }
    }

    private func findWarmUp(_ samples: [RunSample]) {
        guard warmUpNs == nil else { return }
        let found = WarmUp.Found([samples], .automatic)
        (warmUpNs, warmUpReason) = (found.nanoseconds, found.reason)
    }

    /// One number of one replication of the first bound at a point, the smaller the better; for the choice between equals.
    func observe(_ point: PlanSpace.Point, demand: Double, replication: Int) throws -> Double {
        if shouldStop() { throw PlanError.interrupted }
        let scenario = try space.scenario(point, demandChange(demand))
        let world = try scenario.replica(seed: space.base.content.spec.seed &+ UInt64(replication))
            .world(sizedOn: space.base)
        let sample = try RunSample(
            world, teamWeights: RunExperiment.teamWeights(scenario, teams: world.workload.teams), shouldStop: shouldStop
        )
        finished(counter.next())
        let (text, bound) = bounds[0]
        guard let value = sample.value(of: Measure(bound), from: warmUpNs ?? 0) else {
            throw PlanError.noMeasurement(index: 0, text: text)
        }
        return bound.isLowerLimit ? -value : value
    }

    private func remarks(_ samples: [RunSample]) throws -> Remarks {
        var remarks = Remarks()
        for pool in samples.first?.names.pools ?? [] {
            let measure = Measure(metric: .utilization, scope: Comparison.Scope(kind: "pool", name: pool))
            let values = samples.compactMap { $0.value(of: measure, from: warmUpNs ?? 0) }
            guard values.count == samples.count else { continue }
            remarks.utilization.append((pool, try Comparison.Estimate(values, level: 0.95)))
        }
        var waits = [DecisionReason: Double]()
        for sample in samples {
            for job in sample.jobs where job.submitNs >= warmUpNs ?? 0 && job.waitNs > 0 {
                waits[job.reason, default: 0] += Double(job.waitNs)
            }
        }
        let total = waits.values.reduce(0, +)
        remarks.waits = DecisionReason.allCases.compactMap { reason in
            waits[reason].map { CapacityPlan.Binding.Cause(reason: reason.label, share: $0 / total) }
        }.sorted { ($1.share, $0.reason) < ($0.share, $1.reason) }
        return remarks
    }

    private func judgements(
        _ prepared: Prepared, _ samples: [[RunSample]], alpha: Double
    ) throws -> [CapacityPlan.Judgement] {
        var judgements: [CapacityPlan.Judgement] = []
        // One bound wrongly called missed would do harm, so these share the error; all must be met, so those do not.
        let parts = Double(max(1, bounds.count * prepared.situations.count))
        for (situation, samples) in zip(prepared.situations, samples) {
            for (index, (text, bound)) in bounds.enumerated() {
                let measure = Measure(bound)
                let values = samples.compactMap { $0.value(of: measure, from: warmUpNs ?? 0) }
                guard values.count == samples.count, values.count > 1 else {
                    throw PlanError.noMeasurement(index: index, text: text)
                }
                let sample = try Sample(values)
                let wide = try sample.meanInterval(level: 1 - alpha / parts)
                let narrow = try sample.meanInterval(level: 1 - alpha)
                let isAbove = bound.isLowerLimit
                let isMet = isAbove ? narrow.lower >= bound.limit : narrow.upper <= bound.limit
                let isMissed = isAbove ? wide.upper < bound.limit : wide.lower > bound.limit
                let hits = values.count { isAbove ? $0 >= bound.limit : $0 <= bound.limit }
                judgements.append(
                    CapacityPlan.Judgement(
                        objective: text, situation: situation.name, unit: measure.unit.rawValue,
                        estimate: Comparison.Estimate(
                            mean: narrow.estimate, lower: isMet ? narrow.lower : wide.lower,
                            upper: isMet ? narrow.upper : wide.upper),
                        limit: bound.limit, isLowerLimit: isAbove,
                        verdict: isMet ? .met : isMissed ? .missed : .undecided,
                        shareOfRuns: Double(hits) / Double(values.count)))
            }
        }
        return judgements
    }
}

/// Why there is no plan.
public enum PlanError: Error, Equatable, Sendable {
    /// The user asked to stop.
    case interrupted
    /// No job that counts is measured by the objective with this index among the bounds.
    case noMeasurement(index: Int, text: String)
}

extension ResolvedScenario {
    /// What its cluster costs.
    func capacity() throws(InvalidInput) -> Capacity { Capacity(try cluster(), prices: prices) }
}
