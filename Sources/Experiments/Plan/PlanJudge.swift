import Configuration
import Reports
import Results
import Simulation
import Scenarios
import Statistics

/// Says by simulation whether a capacity meets the objectives, with as many replications as it takes.
///
/// Looked at after a first stage and after every doubling, first as it is and then after the losses it must survive, the
/// one that was too much for an earlier capacity before the others. The first bound that is missed, or that no
/// replications are likely to show met, ends it: the capacity is not enough.
final class PlanJudge {
    /// A question with its own share of errors: the plan, its headroom, and so on.
    struct Question {
        /// Demand over that of the scenario.
        var demand = 1.0
        /// Whether it surrounds the plan: then a capacity gets a quarter of the replications at most.
        var isAside = false
        fileprivate(set) var judged = 0

        /// The question at this demand, of which `judged` capacities were judged before.
        init(demand: Double = 1, isAside: Bool = false, judged: Int = 0) {
            self.demand = demand
            self.isAside = isAside
            self.judged = judged
        }
    }

    /// What was found of one capacity.
    struct Finding {
        var capacity: Capacity
        var verdict: CapacityPlan.Verdict
        /// All bounds as they are, then those of the losses that were looked at before the verdict stood.
        var judgements: [CapacityPlan.Judgement]
        var obstacle: String?
        var replications: Int
        /// What else the runs of the undisturbed situation tell.
        var remarks: Remarks
        /// Nothing that more nodes would help is in the way.
        var isEnough: Bool
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
    let runs: PlanRuns
    /// Names of situations that were too much for a capacity, the latest first.
    private var hardest: [String] = []

    init(
        _ space: PlanSpace, jobs: Int, shouldStop: @escaping @Sendable () -> Bool,
        finished: @escaping @Sendable (CapacityPlan.Part, Int) -> Void
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
        runs = PlanRuns(
            space.base, bounds.map(\.1), section, jobs: jobs, shouldStop: shouldStop, finished: finished)
    }

    /// Judges the capacity at `point` (nil: as written) with `more` changes, as the next step of `question`, by all bounds
    /// or by one.
    ///
    /// - Throws: `PlanError.interrupted`; what is wrong with traces.
    func judge(
        _ point: PlanSpace.Point?, _ question: inout Question, more: [String] = [], by only: Int? = nil
    ) throws -> Finding {
        question.judged += 1
        do {
            let prepared = try prepare(point, more + demandChange(question.demand))
            let certainty = PlanCertainty(
                confidence: section.confidence, judged: question.judged,
                parts: bounds.count * prepared.situations.count)
            return try decide(
                prepared, certainty, most: question.isAside ? mostAside : section.mostReplications, by: only)
        } catch let error as InvalidInput {
            return Finding(
                capacity: capacity(point), verdict: .missed, judgements: [], obstacle: error.diagnostics[0].message,
                replications: 0, remarks: Remarks(), isEnough: false)
        }
    }

    /// What the capacity at `point` is, without any simulation, whether or not the workload could run on it; nothing at all
    /// for a cluster without nodes.
    func capacity(_ point: PlanSpace.Point?) -> Capacity {
        let queue = space.base.content.spec.cluster.queues.first.map { ", queue: \($0.name)" } ?? ""
        let anything = "spec.workload=[{stream: nothing, rate: 1/h, duration: 1h, count: 1\(queue)}]"
        return (try? space.scenario(point, [anything]).capacity()) ?? Capacity()
    }

    /// Most replications of a capacity in questions that surround the plan.
    private var mostAside: Int { max(section.replications, section.mostReplications / 4) }

    // MARK: Situations

    /// A capacity with the situations in which it is judged, the undisturbed one first.
    private struct Prepared {
        var capacity: Capacity
        var situations: [PlanRuns.Situation]
    }

    private func demandChange(_ demand: Double) -> [String] {
        guard demand != 1 else { return [] }
        let written = space.base.content.spec.demand?.scale ?? 1
        return ["spec.demand.scale=\(written * demand)"]
    }

    private func prepare(_ point: PlanSpace.Point?, _ changes: [String]) throws -> Prepared {
        let scenario = try space.scenario(point, changes)
        let capacity = try scenario.capacity()
        var prepared = Prepared(capacity: capacity, situations: [PlanRuns.Situation("", scenario)])
        for (name, lost) in losses.flatMap({ Self.situations(of: $0, capacity.pools) }) {
            let removal = zip(capacity.pools, lost).compactMap { pool, lost in
                lost > 0 ? "spec.clusters[0].nodePools[\(pool.name)].count=\(pool.count - lost)" : nil
            }
            prepared.situations.append(PlanRuns.Situation(name, try space.scenario(point, changes + removal)))
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

    // MARK: Verdicts

    private func decide(
        _ prepared: Prepared, _ certainty: PlanCertainty, most: Int, by only: Int?
    ) throws -> Finding {
        if bounds.isEmpty {
            // Without bounds it is enough that all jobs can run in every situation.
            for situation in prepared.situations { _ = try runs.observations(of: situation, to: section.replications) }
        }
        let order = order(of: prepared.situations)
        var tests = prepared.situations.map { situation in
            bounds.indices.filter { only == nil || $0 == only }
                .map { PlanTest(bounds[$0].text, $0, bounds[$0].bound, situation.name) }
        }
        var target = section.replications
        var look = 1
        looks: while true {
            for place in order where tests[place].contains(where: \.isOpen) {
                let seen = try runs.observations(of: prepared.situations[place], to: target)
                for index in tests[place].indices {
                    try tests[place][index].look(seen, look: look, most: most, certainty)
                }
                if tests[place].contains(where: Self.endsIt) {
                    hardest.removeAll { $0 == prepared.situations[place].name }
                    hardest.insert(prepared.situations[place].name, at: 0)
                    break looks
                }
            }
            guard tests.joined().contains(where: \.isOpen) else { break }
            target = min(most, target * 2)
            look += 1
        }
        let judgements = tests.joined().compactMap(\.judgement)
        let isMissed = judgements.contains { $0.verdict == .missed }
        let isMet = judgements.allSatisfy { $0.verdict == .met }
        return Finding(
            capacity: prepared.capacity, verdict: isMissed ? .missed : isMet ? .met : .undecided,
            judgements: judgements, obstacle: nil,
            replications: judgements.map(\.replications).max() ?? 0,
            remarks: try remarks(of: prepared.situations[0], judgements.first?.replications ?? section.replications),
            isEnough: !tests.joined().contains(where: Self.endsIt))
    }

    /// Whether a bound that more nodes would help is closed and not met; nothing else matters then.
    private static func endsIt(_ test: PlanTest) -> Bool {
        !test.isOpen && test.judgement?.verdict != .met && test.bound.reaction != .worse
    }

    /// As it is first, then the losses that were too much before, then the others.
    private func order(of situations: [PlanRuns.Situation]) -> [Int] {
        func rank(_ place: Int) -> Int {
            place == 0 ? -1 : hardest.firstIndex(of: situations[place].name) ?? hardest.count
        }
        return situations.indices.sorted { (rank($0), $0) < (rank($1), $1) }
    }

    /// One number of one replication of the first bound at a point, the smaller the better; for the choice between equals.
    func observe(_ point: PlanSpace.Point, demand: Double, replication: Int) throws -> Double {
        let situation = PlanRuns.Situation("", try space.scenario(point, demandChange(demand)))
        let (text, bound) = bounds[0]
        guard let value = try runs.observations(of: situation, to: replication + 1).last?.values[0] else {
            throw PlanError.noMeasurement(index: 0, text: text)
        }
        return bound.isLowerLimit ? -value : value
    }

    private func remarks(of situation: PlanRuns.Situation, _ replications: Int) throws -> Remarks {
        let seen = try runs.observations(of: situation, to: replications)
        var remarks = Remarks()
        for (index, pool) in (try situation.scenario.capacity()).pools.map(\.name).enumerated() {
            let values = seen.compactMap { $0.utilization[index] }
            guard values.count == seen.count else { continue }
            remarks.utilization.append((pool, try Comparison.Estimate(values, level: 0.95)))
        }
        let waits = DecisionReason.allCases.indices.map { reason in seen.reduce(0) { $0 + $1.waits[reason] } }
        let total = waits.reduce(0, +)
        remarks.waits = zip(DecisionReason.allCases, waits).filter { $0.1 > 0 }.map {
            CapacityPlan.Binding.Cause(reason: $0.label, share: $1 / total)
        }.sorted { ($1.share, $0.reason) < ($0.share, $1.reason) }
        return remarks
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
