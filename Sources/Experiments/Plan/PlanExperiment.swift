import Configuration
import Reports
import Scenarios
import Simulation

/// The smallest or cheapest capacity that meets the objectives of a scenario, and what surrounds it.
public struct PlanExperiment: Sendable {
    private let base: ResolvedScenario
    private let file: String
    private let overrides: [String]

    /// A plan for the scenario in `file` with the overrides of the command line.
    ///
    /// - Throws: `InvalidInput`: what is wrong with the scenario, or that it has no objectives, or that they name queues,
    ///   teams, classes or pools that are not there.
    public init(file: String, overrides: [String]) throws(InvalidInput) {
        base = try ScenarioFile(path: file, overrides: overrides).scenario
        self.file = file
        self.overrides = overrides
        let objectives = base.content.spec.objectives
        if objectives.isEmpty {
            throw base.fault(
                at: "spec", "there are no objectives to plan for", hint: "add \"objectives: [p95(wait) < 30min]\"")
        }
        let world = try base.world()
        for (index, objective) in objectives.enumerated() {
            guard case .bound(let bound) = objective.demand, let scope = bound.scope, let name = bound.scopeName else {
                continue
            }
            let known: [String] =
                switch scope {
                case .queue: world.workload.queues
                case .team: world.workload.teams
                case .class: world.workload.classes
                case .pool: world.cluster.pools.map(\.name)
                }
            if !known.contains(name) {
                throw base.fault(
                    at: "spec.objectives[\(index)]", "no \(scope.rawValue) is called \"\(name)\"",
                    hint: Suggestion.text(name, among: known))
            }
        }
    }

    /// Searches, `jobs` simulations at a time; the result does not depend on it.
    ///
    /// - Parameter finished: called with what is looked for and how many simulations are done, from any thread.
    /// - Throws: `PlanError`; `InvalidInput`.
    public func run(
        jobs: Int, shouldStop: @escaping @Sendable () -> Bool = { false },
        finished: @escaping @Sendable (CapacityPlan.Part, Int) -> Void = { _, _ in }
    ) throws -> CapacityPlan {
        let space = try PlanSpace(base, file: file, overrides: overrides)
        let judge = PlanJudge(space, jobs: jobs, shouldStop: shouldStop, finished: finished)
        do {
            return try plan(space, judge)
        } catch PlanError.noMeasurement(let index, let text) {
            let bounds = base.content.spec.objectives.indices.filter {
                if case .bound = base.content.spec.objectives[$0].demand { return true }
                return false
            }
            throw base.fault(
                at: "spec.objectives[\(bounds[index])]",
                "\(text): a replication has no job that it measures",
                hint: "lengthen the horizon, or shorten plan.warmUp")
        }
    }

    /// Name of the scenario.
    public var name: String { base.name }

    /// What the page of the plan says of its computation.
    ///
    /// - Throws: if a trace cannot be read.
    public func source(command: String, version: String) throws(InvalidInput) -> PlanSource {
        let section = base.content.spec.plan ?? PlanSection()
        return PlanSource(
            command: command, version: version, scenarioHash: try base.hash(), seed: base.content.spec.seed,
            replications: section.replications, mostReplications: section.mostReplications)
    }

    private func plan(_ space: PlanSpace, _ judge: PlanJudge) throws -> CapacityPlan {
        judge.runs.begin(.search)
        var question = PlanJudge.Question()
        let present = try judge.judge(nil, &question)
        var search = PlanSearch(judge)
        var point = try search.best()
        var notes: [String] = []
        if var chosen = point {
            if let doubt = try search.selectAmongEquals(&chosen) { notes.append(doubt) }
            point = chosen
        }
        let around = PlanSurroundings(space: space, judge: judge)
        let best = point.flatMap { search.found[$0] }
        var candidates = search.order.compactMap { point in
            search.found[point].map { $0.candidate(space.settings(point)) }
        }
        judge.runs.begin(.front)
        candidates.append(contentsOf: try around.neighbours(of: point, search))
        judge.runs.begin(.binding)
        let binding = try around.binding(of: point, search)
        if let smaller = binding?.smaller, !candidates.contains(where: { $0.settings == smaller.settings }) {
            candidates.append(smaller)
        }
        candidates = Self.front(candidates, minimize: judge.section.minimize)
        judge.runs.begin(.demand)
        let sensitivity = try around.sensitivity(after: search, point)
        judge.runs.begin(.headroom)
        let headroom = try around.headroom(present: present, best: best, at: point)
        notes += self.notes(candidates, judge, best: point)
        return CapacityPlan(
            scenario: base.name, objectives: base.content.spec.objectives.map(\.text),
            decisions: space.decisions.map {
                CapacityPlan.Decision(name: $0.name, path: $0.path, values: $0.values.map(\.text))
            }, minimizes: judge.section.minimize.rawValue, confidence: judge.section.confidence,
            warmUpSeconds: Double(judge.runs.warmUpNs ?? 0) / 1e9, present: present.candidate([]),
            best: point.flatMap { point in best.map { $0.candidate(space.settings(point)) } }, candidates: candidates,
            binding: binding, sensitivity: sensitivity, headroom: headroom,
            growth: base.content.spec.demand?.growth?.text, growthFrom: base.content.spec.demand?.from?.text,
            efforts: judge.runs.efforts, notes: notes)
    }

    private func notes(
        _ candidates: [CapacityPlan.Candidate], _ judge: PlanJudge, best: PlanSpace.Point?
    ) -> [String] {
        var notes: [String] = []
        let open = candidates.count { $0.verdict == .undecided }
        if open > 0 {
            notes.append(
                "\(open) capacit\(open == 1 ? "y lies" : "ies lie") too near a bound for \(judge.section.mostReplications) replications to tell and count as not enough; allow more with plan.mostReplications"
            )
        }
        if judge.bounds.count < base.content.spec.objectives.count {
            notes.append(
                "a loss is survived if the bounds hold in runs without the lost nodes from their start; the jobs that a loss itself stops are not part of it"
            )
        }
        return notes
    }

    /// Marks what no other candidate beats in both the goal and the first objective, sorts by the goal.
    static func front(
        _ candidates: [CapacityPlan.Candidate], minimize: PlanSection.Goal
    ) -> [CapacityPlan.Candidate] {
        /// Value of the first objective, the smaller the better.
        func value(_ candidate: CapacityPlan.Candidate) -> Double? {
            candidate.judgements.first.map { $0.isLowerLimit ? -$0.estimate.mean : $0.estimate.mean }
        }
        var result = candidates.sorted(by: minimize.precedes)
        for index in result.indices {
            guard let own = value(result[index]) else { continue }
            result[index].isOnFront = !result.contains { other in
                guard let theirs = value(other) else { return false }
                let (x, y) = (minimize.order(other), minimize.order(result[index]))
                return (x.lexicographicallyPrecedes(y) && theirs <= own) || (x == y && theirs < own)
            }
        }
        return result
    }
}

extension PlanJudge.Finding {
    /// The finding as a value of a plan.
    func candidate(_ settings: [String]) -> CapacityPlan.Candidate {
        CapacityPlan.Candidate(
            settings: settings, dollarsPerHour: capacity.dollarsPerHour, gpus: capacity.gpus, nodes: capacity.nodes,
            verdict: verdict, judgements: judgements, obstacle: obstacle, replications: replications, isOnFront: false)
    }
}
