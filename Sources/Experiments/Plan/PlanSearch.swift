import Reports
import Scenarios
import Statistics

/// Looks for the capacity with the least goal that meets the objectives.
///
/// More nodes shorten waits, completions and slowdowns, and lower utilization: such objectives make every line along
/// one pool's count two half-lines, whose border is bracketed from the present count by doubling steps and then
/// bisected. Lines are taken from the cheapest on; whatever a verdict implies for other points (fewer nodes of every
/// pool miss what these missed) is not simulated again, nor is what costs more than the best found. With objectives of
/// any other kind, or without pools to vary, points are judged one by one from the cheapest on.
struct PlanSearch {
    private let judge: PlanJudge
    private let space: PlanSpace
    private let goal: PlanSection.Goal
    private(set) var question: PlanJudge.Question
    private(set) var found: [PlanSpace.Point: PlanJudge.Finding] = [:]
    /// The points of `found` in the order in which they were judged.
    private(set) var order: [PlanSpace.Point] = []
    private var capacities: [PlanSpace.Point: Capacity] = [:]

    init(_ judge: PlanJudge, demand: Double = 1) {
        self.judge = judge
        space = judge.space
        goal = judge.section.minimize
        question = PlanJudge.Question(demand: demand)
    }

    /// How a bound reacts to more nodes.
    private enum Reaction { case better, worse, unknown }

    private static func reaction(_ bound: Bound) -> Reaction {
        switch bound.metric {
        case .wait, .completion, .slowdown: bound.isLowerLimit ? .worse : .better
        case .utilization, .goodput: bound.isLowerLimit ? .worse : .better
        case .fragmentation, .fairness, .cost: .unknown
        }
    }

    /// The best point that is shown to meet all objectives; nil if there is none.
    mutating func best() throws -> PlanSpace.Point? {
        let axis = space.decisions.indices.filter { space.decisions[$0].isCapacity }
            .max { (space.decisions[$0].values.count, -$0) < (space.decisions[$1].values.count, -$1) }
        let isMonotone = judge.bounds.allSatisfy { Self.reaction($0.bound) != .unknown }
        guard let axis, isMonotone else { return try firstInOrder(all()) }
        var best: (point: PlanSpace.Point, goal: [Double])?
        for line in try lines(along: axis) {
            guard let point = try border(of: line, along: axis, below: best?.goal) else { continue }
            let value = try goalOf(point)
            if best.map({ Self.isLess(value, $0.goal) }) ?? true, try finding(point).verdict == .met {
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

    /// One point of every line along `axis`, cheapest lines first.
    private mutating func lines(along axis: Int) throws -> [PlanSpace.Point] {
        let points = all().filter { $0[axis] == 0 }
        var goals: [(point: PlanSpace.Point, goal: [Double])] = []
        for point in points { goals.append((point, try goalOf(point))) }
        return goals.sorted {
            Self.isLess($0.goal, $1.goal) || ($0.goal == $1.goal && Self.precedes($0.point, $1.point))
        }
        .map(\.point)
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
        if let known = found[point] { return Self.isEnough(known, judge) }
        for other in order {
            guard let finding = found[other], differsInCapacityOnly(point, other) else { continue }
            let isSmaller = zip(point, other).allSatisfy { $0 <= $1 }
            let isLarger = zip(point, other).allSatisfy { $0 >= $1 }
            if isSmaller, !Self.isEnough(finding, judge) { return false }
            if isLarger, Self.isEnough(finding, judge) { return true }
        }
        return Self.isEnough(try finding(point), judge)
    }

    private func differsInCapacityOnly(_ a: PlanSpace.Point, _ b: PlanSpace.Point) -> Bool {
        space.decisions.indices.allSatisfy { space.decisions[$0].isCapacity || a[$0] == b[$0] }
    }

    /// Whether nothing that more nodes would help is in the way.
    private static func isEnough(_ finding: PlanJudge.Finding, _ judge: PlanJudge) -> Bool {
        if finding.obstacle != nil { return false }
        switch finding.verdict {
        case .met: return true
        case .missed, .undecided:
            return zip(finding.judgements, finding.judgements.indices).allSatisfy { judgement, index in
                judgement.verdict == .met || reaction(judge.bounds[index % judge.bounds.count].bound) == .worse
            }
        }
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
        // Bracket: from the present value outwards, by doubling steps, until one end is enough and the other is not.
        var probe = min(last, space.decisions[axis].present ?? last / 2)
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
        return at(high)
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
