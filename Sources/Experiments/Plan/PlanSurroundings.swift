import Reports
import Scenarios

/// What surrounds a plan: its neighbours, what binds it, other demands, headroom.
///
/// Each of these is a question of its own, answered with the confidence of the plan.
struct PlanSurroundings {
    let space: PlanSpace
    let judge: PlanJudge

    /// The decision whose next smaller value is looked at: the one of capacity with the most values.
    private var axis: Int? {
        space.decisions.indices.filter { space.decisions[$0].isCapacity }
            .max { (space.decisions[$0].values.count, -$0) < (space.decisions[$1].values.count, -$1) }
    }

    /// Larger capacities beside the best, so that the front shows what more money buys.
    func neighbours(of best: PlanSpace.Point?, _ search: PlanSearch) throws -> [CapacityPlan.Candidate] {
        guard let best, let axis else { return [] }
        var question = PlanJudge.Question()
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

    /// What keeps the next smaller capacity from being enough: found by taking away one possible cause after the other.
    func binding(of best: PlanSpace.Point?, _ search: PlanSearch) throws -> CapacityPlan.Binding? {
        guard let best, let axis, best[axis] > 0 else { return nil }
        var point = best
        point[axis] -= 1
        var question = PlanJudge.Question()
        let smaller = try search.found[point] ?? judge.judge(point, &question)
        let pool = space.decisions[axis].name
        let settings = space.settings(point)
        if let obstacle = smaller.obstacle {
            return CapacityPlan.Binding(
                sentence: "\(pool): with \(settings[axis]) the workload cannot run: \(obstacle)", settings: settings,
                waits: [])
        }
        let missed =
            smaller.judgements.first { $0.verdict == .missed } ?? smaller.judgements.first { $0.verdict != .met }
        guard let missed else { return nil }
        let unit = MeasureUnit(name: missed.unit)
        let after = missed.situation.isEmpty ? "" : " \(missed.situation)"
        var sentence =
            "with \(settings[axis]) \(pool) \(missed.objective) is not met\(after): \(unit.text(missed.estimate.mean))"
        var others: [String] = []
        for relief in reliefs(at: point) {
            if try judge.judge(point, &question, more: relief.changes).verdict == .met { others.append(relief.name) }
        }
        if others.isEmpty {
            sentence +=
                "; it binds by its GPUs: without any other cause that was tried the smaller capacity would still not do"
        } else {
            sentence +=
                "; what binds is \(others.joined(separator: ", or ")), not GPUs: without it the smaller capacity would do"
        }
        return CapacityPlan.Binding(sentence: sentence, settings: settings, waits: smaller.remarks.waits)
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
    func sensitivity() throws -> [CapacityPlan.Sensitivity] {
        try [0.8, 1.2].map { demand in
            var search = PlanSearch(judge, demand: demand)
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
        let (holds, fails) = try border(point, finding)
        let objectivesFail = days(max(1, holds))
        return CapacityPlan.Headroom(
            capacity: name, holdsAt: holds, failsAt: fails, days: holds >= 1 ? objectivesFail : nil,
            date: holds >= 1 ? date(objectivesFail) : nil,
            pools: finding.remarks.utilization.map { pool, share in
                let full = share.mean > 0 && share.mean < 1 ? days(1 / share.mean) : nil
                return CapacityPlan.Headroom.Pool(pool: pool, utilization: share, days: full, date: date(full))
            })
    }

    /// Largest demand that meets the objectives and least that does not, by doubling distances and bisection to 2 %.
    private func border(
        _ point: PlanSpace.Point?, _ finding: PlanJudge.Finding
    ) throws -> (holds: Double, fails: Double?) {
        var first = 0
        func holds(_ demand: Double) throws -> Bool {
            first += 1
            var question = PlanJudge.Question(demand: demand, judged: first - 1)
            do {
                return try judge.judge(point, &question).verdict == .met
            } catch PlanError.noMeasurement {
                return false  // so little demand that a run has no job to measure
            }
        }
        var low = 0.0
        var high: Double?
        if finding.verdict == .met {
            low = 1
            var step = 0.1
            while high == nil, low < Self.most {
                let next = min(Self.most, low + step)
                if try holds(next) { low = next } else { high = next }
                step *= 2
            }
        } else {
            high = 1
            var next = 0.5
            while low == 0, next > 0.05 {
                if try holds(next) { low = next } else { high = next }
                next /= 2
            }
        }
        guard var top = high, low > 0 else { return (low, high) }
        while top - low > 0.02 {
            let middle = (low + top) / 2
            if try holds(middle) { low = middle } else { top = middle }
        }
        return (low, top)
    }

    /// Demands beyond are not looked at.
    private static let most = 16.0
}
