import Reports
import Scenarios

/// What surrounds a plan: its neighbours, what binds it, other demands, headroom.
///
/// Each of these is a question of its own, answered with the confidence of the plan.
struct PlanSurroundings {
    let space: PlanSpace
    let judge: PlanJudge

    /// The decision of capacity with the most values, of those that may be smaller than at `point`.
    private func axis(smallerThan point: PlanSpace.Point? = nil) -> Int? {
        space.decisions.indices
            .filter { space.decisions[$0].isCapacity && (point == nil || point?[$0] ?? 0 > 0) }
            .max { (space.decisions[$0].values.count, -$0) < (space.decisions[$1].values.count, -$1) }
    }

    /// Larger capacities beside the best, so that the front shows what more money buys.
    func neighbours(of best: PlanSpace.Point?, _ search: PlanSearch) throws -> [CapacityPlan.Candidate] {
        guard let best, let axis = axis() else { return [] }
        var question = PlanJudge.Question(isAside: true)
        var found: [CapacityPlan.Candidate] = []
        for step in [1, 2, 4] {
            var point = best
            point[axis] += step
            guard point[axis] < space.decisions[axis].values.count, search.found[point] == nil else { continue }
            found.append(try judge.judge(point, &question).candidate(space.settings(point)))
        }
        return found
    }

    // MARK: What binds

    /// What keeps the next smaller capacity from being enough, or the largest if none is: found by taking away one possible
    /// cause after the other.
    func binding(of best: PlanSpace.Point?, _ search: PlanSearch) throws -> CapacityPlan.Binding? {
        if best == nil, let conflict = conflict(search) { return conflict }
        guard let axis = axis(smallerThan: best) else { return nil }
        var point = best ?? space.largest
        if best != nil { point[axis] -= 1 }
        var question = PlanJudge.Question(isAside: true)
        let smaller = try search.found[point] ?? judge.judge(point, &question)
        let pool = space.decisions[axis].name
        let candidate = smaller.candidate(space.settings(point))
        let less = "\(candidate.settings[axis]) \(pool)" + (best == nil ? ", the most that is allowed" : "")
        if let obstacle = smaller.obstacle {
            return CapacityPlan.Binding(
                sentence: "with \(less) the workload cannot run: \(obstacle)", smaller: candidate, tried: [], waits: [])
        }
        guard let missed = smaller.judgements.first(where: { $0.verdict == .missed }) ?? smaller.firstOpen else {
            return nil
        }
        let tried = try reliefs(at: point).map { relief in
            let finding = try judge.judge(point, &question, more: relief.changes)
            return CapacityPlan.Binding.Relief(
                cause: relief.name, verdict: finding.verdict,
                judgement: finding.judgements.first {
                    ($0.objective, $0.situation) == (missed.objective, missed.situation)
                })
        }
        let after = missed.situation.isEmpty ? "" : " \(missed.situation)"
        let isShown = missed.verdict == .missed ? "is not met" : "is not shown to be met"
        var sentence =
            "with \(less), \(missed.objective) \(isShown)\(after): "
            + MeasureUnit(name: missed.unit).text(missed.estimate.mean)
        let others = tried.filter { $0.verdict == .met }.map(\.cause)
        if !others.isEmpty {
            sentence +=
                "; what binds is \(others.joined(separator: ", or ")), not GPUs: without it \(Self.that(best)) would do"
        } else if tried.isEmpty {
            sentence += "; it binds by its GPUs: the scenario has no other cause that could be taken away"
        } else {
            sentence +=
                "; it binds by its GPUs: nor would \(Self.that(best)) do without "
                + tried.map(\.cause).joined(separator: ", or without ")
        }
        return CapacityPlan.Binding(sentence: sentence, smaller: candidate, tried: tried, waits: smaller.remarks.waits)
    }

    /// Of the capacities that meet what more of them helps, the one with the least goal, if it misses what more of it makes
    /// worse: then the objectives exclude each other.
    private func conflict(_ search: PlanSearch) -> CapacityPlan.Binding? {
        let enough = search.order.compactMap { point in
            search.found[point].flatMap { $0.isEnough ? ($0, $0.candidate(space.settings(point))) : nil }
        }
        guard let (finding, least) = enough.min(by: { judge.section.minimize.precedes($0.1, $1.1) }),
            let missed = finding.judgements.first(where: { judgement in
                judgement.verdict == .missed
                    && judge.bounds.contains { $0.text == judgement.objective && $0.bound.reaction == .worse }
            })
        else { return nil }
        return CapacityPlan.Binding(
            sentence: "of what meets all else, the least is "
                + CapacityPlan.phrase(space.decisions.map(\.name), least.settings)
                + ", and there \(missed.objective) is not met: "
                + MeasureUnit(name: missed.unit).text(missed.estimate.mean)
                + "; more nodes make it worse: these objectives exclude each other within the limits",
            smaller: least, tried: [], waits: finding.remarks.waits)
    }

    private static func that(_ best: PlanSpace.Point?) -> String {
        best == nil ? "this capacity" : "the smaller capacity"
    }

    /// Causes other than capacity that the scenario has, each with the changes that take it away.
    private func reliefs(at point: PlanSpace.Point) -> [(name: String, changes: [String])] {
        let cluster = space.base.content.spec.cluster
        var reliefs: [(String, [String])] = []
        let trains = space.base.content.spec.workload.contains { if case .train = $0 { true } else { false } }
        if trains, cluster.fabric.spec.spineOversubscription > 1 {
            reliefs.append(("spine oversubscription", ["spec.clusters[0].fabric.spineOversubscription=1"]))
        }
        if trains, cluster.fabric.contention ?? true {
            reliefs.append(("contention on the links", ["spec.clusters[0].fabric.contention=false"]))
        }
        let caps = cluster.queues.filter { $0.capGPUs != nil }
        if !caps.isEmpty {
            reliefs.append(
                (
                    caps.count == 1 ? "the cap of queue \(caps[0].name)" : "the caps of queues",
                    caps.map { "spec.clusters[0].queues[\($0.name)].capGPUs=null" }
                ))
        }
        if space.base.values.contains(where: { $0.path == "spec.clusters[0].failures" && $0.origin.position != nil }) {
            reliefs.append(("failures of hardware", ["spec.clusters[0].failures=null"]))
        }
        return reliefs
    }

    // MARK: Demand

    /// The best plan for less and for more demand.
    func sensitivity(
        after search: PlanSearch, _ answer: PlanSpace.Point?
    ) throws -> [CapacityPlan.Sensitivity] {
        try [0.8, 1.2].map { demand in
            var search = PlanSearch(judge, demand: demand, after: search, answer)
            let point = try search.best()
            return CapacityPlan.Sensitivity(
                demand: demand,
                best: point.flatMap { point in search.found[point].map { $0.candidate(space.settings(point)) } })
        }
    }

    /// How much more demand the scenario as written and the best plan bear, and when growth reaches it.
    func headroom(
        present: PlanJudge.Finding, best: PlanJudge.Finding?, at point: PlanSpace.Point?
    ) throws -> [CapacityPlan.Headroom] {
        var rooms: [CapacityPlan.Headroom] = []
        let isPresent = best.map { $0.capacity == present.capacity } ?? false
        if present.obstacle == nil {
            rooms.append(
                try headroom(nil, present, called: isPresent ? "as written, which is as planned" : "as written"))
        }
        if let best, let point, !isPresent { rooms.append(try headroom(point, best, called: "as planned")) }
        return rooms
    }

    private func headroom(
        _ point: PlanSpace.Point?, _ finding: PlanJudge.Finding, called name: String
    ) throws -> CapacityPlan.Headroom {
        let growth = space.base.content.spec.demand?.growth
        let from = space.base.content.spec.demand?.from
        func days(_ factor: Double) -> Double? { growth.map { $0.days(toGrowBy: factor) } }
        func date(_ days: Double?) -> String? {
            guard let days, let from, days < 36_525 else { return nil }
            return from.adding(days: Int64(days.rounded(.down))).text
        }
        let border = try border(judged: finding.verdict == .met, most: Self.most) {
            try judge.judge(point, &$1)
        }
        let isEnough = border.holds >= 1
        var rooms: [CapacityPlan.Headroom.Room] = []
        if growth != nil, isEnough {
            for index in judge.bounds.indices {
                let own =
                    border.limit?.objective == judge.bounds[index].text
                    ? border
                    : try self.border(judged: true, from: border.holds, most: max(border.holds, Self.mostOfOne)) {
                        try judge.judge(point, &$1, by: index)
                    }
                let end = own.fails == nil ? nil : days(own.holds)
                rooms.append(
                    CapacityPlan.Headroom.Room(
                        objective: judge.bounds[index].text, holdsAt: own.holds, failsAt: own.fails, days: end,
                        date: date(end)))
            }
        }
        let objectivesFail = border.fails == nil ? nil : days(max(1, border.holds))
        return CapacityPlan.Headroom(
            capacity: name, holdsAt: border.holds, failsAt: border.fails, days: isEnough ? objectivesFail : nil,
            date: isEnough ? date(objectivesFail) : nil,
            limit: border.limit.map { $0.objective + ($0.situation.isEmpty ? "" : " " + $0.situation) },
            objectives: rooms,
            pools: finding.remarks.utilization.map { pool, share in
                let full = share.mean > 0 && share.mean < 1 ? days(1 / share.mean) : nil
                return CapacityPlan.Headroom.Pool(pool: pool, utilization: share, days: full, date: date(full))
            })
    }

    /// Between which demands a capacity stops being enough.
    private struct Border {
        /// Largest demand found to be borne; 0 if none was.
        var holds: Double
        /// Least demand found not to be, or not shown to be.
        var fails: Double?
        /// What is in the way there.
        var limit: CapacityPlan.Judgement?
    }

    /// Looks for the border by doubling distances and bisection, from the demand `from`, which is borne or not.
    private func border(
        judged isEnough: Bool, from: Double = 1, most: Double,
        _ look: (Double, inout PlanJudge.Question) throws -> PlanJudge.Finding
    ) throws -> Border {
        var border = Border(holds: isEnough ? from : 0, fails: isEnough ? nil : from)
        var judged = 0
        var resolution = Self.resolution
        func narrow(_ demand: Double) throws {
            judged += 1
            var question = PlanJudge.Question(demand: demand, isAside: true, judged: judged - 1)
            do {
                let finding = try look(demand, &question)
                if finding.verdict == .met {
                    border.holds = demand
                } else {
                    border.fails = demand
                    border.limit = finding.judgements.first { $0.verdict == .missed } ?? finding.firstOpen
                }
                if finding.verdict == .undecided { resolution = Self.resolutionInDoubt }
            } catch PlanError.noMeasurement {
                border.fails = demand  // so little demand that a run has no job to measure
            }
        }
        if isEnough {
            var step = 0.1
            while border.fails == nil, border.holds < most {
                try narrow(min(most, border.holds + step))
                step *= 2
            }
        } else {
            var next = from / 2
            while border.holds == 0, next > 0.05 {
                try narrow(next)
                next /= 2
            }
        }
        guard border.holds > 0 else { return border }
        while let top = border.fails, top - border.holds > resolution * border.holds {
            try narrow((border.holds + top) / 2)
        }
        return border
    }

    /// Demands beyond are not looked at: for all objectives together, and for one that outlasts another.
    private static let (most, mostOfOne) = (16.0, 4.0)
    /// Width of the answer over the demand that holds, where verdicts are found, and after one was not.
    private static let (resolution, resolutionInDoubt) = (0.02, 0.05)
}

extension PlanJudge.Finding {
    /// The first judgement that is not met.
    fileprivate var firstOpen: CapacityPlan.Judgement? { judgements.first { $0.verdict != .met } }
}
