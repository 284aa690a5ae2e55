import Reports
import Scenarios
import Statistics

/// Looks for the capacity with the least goal that meets the objectives.
///
/// More nodes shorten waits, completions and slowdowns, and lower utilization: such objectives make every line along
/// one pool's count two half-lines, whose border is bracketed by doubling steps and then bisected. The line through the
/// capacity as written comes first, bracketed from there; then the others from the cheapest on, each from the largest
/// count that costs less than the best found, so that one verdict dismisses most of them; that count with as much as there
/// may be of everything else is looked at before, since it can dismiss all lines at once. Whatever a verdict implies for
/// other points (fewer nodes of every pool miss what these missed) is not simulated again. With objectives of any other
/// kind, or without pools to vary, points are judged one by one from the cheapest on.
struct PlanSearch {
    private let judge: PlanJudge
    private let space: PlanSpace
    private let goal: PlanSection.Goal
    private(set) var question: PlanJudge.Question
    private(set) var found: [PlanSpace.Point: PlanJudge.Finding] = [:]
    /// The points of `found` in the order in which they were judged.
    private(set) var order: [PlanSpace.Point] = []
    private var capacities: [PlanSpace.Point: Capacity] = [:]

    /// What verdicts at another demand say of points at this one.
    private var implied: [(point: PlanSpace.Point, isEnough: Bool)] = []
    /// Where bracketing begins.
    private var origin: PlanSpace.Point?

    /// A search that begins at the capacity as written.
    init(_ judge: PlanJudge) {
        self.judge = judge
        space = judge.space
        goal = judge.section.minimize
        question = PlanJudge.Question()
        let present = space.decisions.compactMap(\.present)
        origin = present.count == space.decisions.count ? present : nil
    }

    /// A search at another demand that begins at the answer of `other`: what is not enough stays so for more jobs, and
    /// what is enough for fewer.
    init(_ judge: PlanJudge, demand: Double, after other: PlanSearch, _ answer: PlanSpace.Point?) {
        self.init(judge)
        question = PlanJudge.Question(demand: demand, isAside: true)
        origin = answer ?? origin
        for point in other.order {
            guard let isEnough = other.found[point]?.isEnough, isEnough == (demand < 1) else { continue }
            implied.append((point, isEnough))
        }
    }

    /// The best point that is shown to meet all objectives; nil if there is none.
    mutating func best() throws -> PlanSpace.Point? {
        let axis = space.decisions.indices.filter { space.decisions[$0].isCapacity }
            .max { (space.decisions[$0].values.count, -$0) < (space.decisions[$1].values.count, -$1) }
        let isMonotone = judge.bounds.allSatisfy { $0.bound.reaction != .unknown }
        guard let axis, isMonotone else { return try firstInOrder(all()) }
        var best: (point: PlanSpace.Point, goal: [Double])?
        for line in try lines(along: axis) {
            guard let point = try border(of: line, along: axis, below: best?.goal) else { continue }
            let value = try goalOf(point)
            if best.map({ Self.isLess(value, $0.goal) }) ?? true, try isAnswer(point) {
                best = (point, value)
            }
        }
        return best?.point
    }

    // MARK: Points

    private func all() -> [PlanSpace.Point] {
        space.decisions.reduce([[]]) { points, decision in
            points.flatMap { point in decision.values.indices.map { point + [$0] } }
        }
    }

    /// One point of every line along `axis`: the line through the origin, then the cheapest lines first.
    private mutating func lines(along axis: Int) throws -> [PlanSpace.Point] {
        let points = all().filter { $0[axis] == 0 }
        var goals: [(point: PlanSpace.Point, goal: [Double])] = []
        for point in points { goals.append((point, try goalOf(point))) }
        let ordered = goals.sorted {
            Self.isLess($0.goal, $1.goal) || ($0.goal == $1.goal && Self.precedes($0.point, $1.point))
        }.map(\.point)
        return ordered.filter { isThroughOrigin($0, axis) } + ordered.filter { !isThroughOrigin($0, axis) }
    }

    private func isThroughOrigin(_ point: PlanSpace.Point, _ axis: Int) -> Bool {
        origin.map { origin in point.indices.allSatisfy { $0 == axis || point[$0] == origin[$0] } } ?? false
    }

    private mutating func capacity(_ point: PlanSpace.Point) throws -> Capacity {
        if let known = capacities[point] { return known }
        let capacity = judge.capacity(point)
        capacities[point] = capacity
        return capacity
    }

    private mutating func goalOf(_ point: PlanSpace.Point) throws -> [Double] { try capacity(point).goal(goal) }

    private static func isLess(_ a: [Double], _ b: [Double]) -> Bool { a.lexicographicallyPrecedes(b) }
    private static func precedes(_ a: [Int], _ b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }

    // MARK: Verdicts

    /// What is known of a point, simulated if need be.
    private mutating func finding(_ point: PlanSpace.Point) throws -> PlanJudge.Finding {
        if let known = found[point] { return known }
        let finding = try judge.judge(point, &question)
        found[point] = finding
        order.append(point)
        return finding
    }

    /// Whether the objectives that more nodes help are met at a point; implied by others where they imply it.
    private mutating func helps(_ point: PlanSpace.Point) throws -> Bool {
        if let known = found[point] { return known.isEnough }
        let verdicts = implied + order.compactMap { other in found[other].map { (other, $0.isEnough) } }
        for (other, isEnough) in verdicts where differsInCapacityOnly(point, other) {
            let isSmaller = zip(point, other).allSatisfy { $0 <= $1 }
            let isLarger = zip(point, other).allSatisfy { $0 >= $1 }
            if isSmaller, !isEnough { return false }
            if isLarger, isEnough { return true }
        }
        return try finding(point).isEnough
    }

    /// Whether all objectives are shown to be met at a point: by its own judgement, or, where that stays open, by that at a
    /// larger demand.
    private mutating func isAnswer(_ point: PlanSpace.Point) throws -> Bool {
        let own = try finding(point)
        guard own.verdict == .undecided, implied.contains(where: { $0.isEnough && $0.point == point }) else {
            return own.verdict == .met
        }
        return own.judgements.allSatisfy { judgement in
            judgement.verdict == .met
                || judge.bounds.contains { $0.text == judgement.objective && $0.bound.reaction == .better }
        }
    }

    private func differsInCapacityOnly(_ a: PlanSpace.Point, _ b: PlanSpace.Point) -> Bool {
        space.decisions.indices.allSatisfy { space.decisions[$0].isCapacity || a[$0] == b[$0] }
    }

    // MARK: One line

    /// The least value along `axis` at which what more nodes help is met, by bracketing and bisection; nil if there is
    /// none below the goal `bound`.
    private mutating func border(
        of line: PlanSpace.Point, along axis: Int, below bound: [Double]?
    ) throws -> PlanSpace.Point? {
        func at(_ index: Int) -> PlanSpace.Point {
            var point = line
            point[axis] = index
            return point
        }
        var last = space.decisions[axis].values.count - 1
        if let bound {
            // More nodes cost more: bisect for the first that costs too much.
            var (cheap, dear) = (-1, last + 1)
            while dear - cheap > 1 {
                let middle = cheap + (dear - cheap) / 2
                if try Self.isLess(goalOf(at(middle)), bound) { cheap = middle } else { dear = middle }
            }
            last = cheap
        }
        guard last >= 0 else { return nil }
        if bound != nil, try !helps(largest(at(last), keeping: axis)) { return nil }
        // Bracket: outwards by doubling steps until one end is enough and the other is not.
        var probe = bound == nil ? min(last, origin?[axis] ?? space.decisions[axis].present ?? last / 2) : last
        var step = 1
        var low = -1
        var high = last + 1
        while low < 0 || high > last {
            if try helps(at(probe)) {
                high = probe
                if probe == 0 { break }
                probe = max(low + 1, probe - step)
            } else {
                low = probe
                if probe == last { return nil }
                probe = min(high - 1, probe + step)
            }
            if low >= 0, high <= last { break }
            step *= 2
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try helps(at(middle)) { high = middle } else { low = middle }
        }
        // What other points imply is not enough for an answer: it is judged itself.
        while try !finding(at(high)).isEnough && !isAnswer(at(high)) {
            if high == last { return nil }
            high += 1
        }
        return at(high)
    }

    /// The point with as much of every other capacity as there may be.
    private func largest(_ point: PlanSpace.Point, keeping axis: Int) -> PlanSpace.Point {
        space.decisions.indices.map { index in
            index != axis && space.decisions[index].isCapacity ? space.decisions[index].values.count - 1 : point[index]
        }
    }

    /// The first point in order of the goal that meets all objectives.
    private mutating func firstInOrder(_ points: [PlanSpace.Point]) throws -> PlanSpace.Point? {
        var goals: [(point: PlanSpace.Point, goal: [Double])] = []
        for point in points { goals.append((point, try goalOf(point))) }
        goals.sort { Self.isLess($0.goal, $1.goal) || ($0.goal == $1.goal && Self.precedes($0.point, $1.point)) }
        for entry in goals where try finding(entry.point).verdict == .met { return entry.point }
        return nil
    }

    // MARK: Equals

    /// Of the points with the same goal and the same counts as `best` the one that is best in the first bound; `best` itself if it is alone.
    ///
    /// - Returns: nil for certain choices, otherwise why the choice is not one.
    mutating func selectAmongEquals(_ best: inout PlanSpace.Point) throws -> String? {
        guard !judge.bounds.isEmpty else { return nil }
        let (goal, chosen) = (try goalOf(best), best)
        var equals: [PlanSpace.Point] = []
        for point in all() where hasCapacity(of: chosen, point) {
            if try goalOf(point) == goal, try finding(point).verdict == .met { equals.append(point) }
        }
        guard equals.count > 1 else { return nil }
        let limit = judge.bounds[0].bound.limit.magnitude
        let procedure = try RankingAndSelection(
            indifference: max(limit * Self.indifference, 1e-9), confidence: judge.section.confidence,
            firstStage: judge.section.replications, most: judge.section.mostReplications)
        let (judge, demand) = (judge, question.demand)
        let selection = try procedure.select(among: equals.count) { system, replication in
            try judge.observe(equals[system], demand: demand, replication: replication)
        }
        best = equals[selection.best]
        return selection.isCertain
            ? nil : "\(equals.count) plans cost the same, and no more replications are allowed to tell which is best"
    }

    /// Whether two points differ in nothing but decisions that are no capacity, such as caps and policies.
    private func hasCapacity(of a: PlanSpace.Point, _ b: PlanSpace.Point) -> Bool {
        space.decisions.indices.allSatisfy { !space.decisions[$0].isCapacity || a[$0] == b[$0] }
    }

    /// Differences below this share of the first bound are of no interest between plans of the same cost.
    private static let indifference = 0.02
}
