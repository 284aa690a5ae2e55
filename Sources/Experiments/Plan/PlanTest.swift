import Quantities
import Reports
import Scenarios
import Statistics

/// How sure each verdict on the way to an answer must be.
///
/// The i-th capacity judged for a question may err with probability α/(i (i + 1)), and its j-th look with 1/(j (j + 1))
/// of that. These sum to α, however many there come to be.
struct PlanCertainty {
    /// Probability that the verdicts on one capacity are wrong.
    let alpha: Double
    /// Bounds in all situations: one of them wrongly called missed would do harm, so they share the error; for a
    /// capacity to be wrongly called enough a bound that is missed must be called met, so they need not share that.
    let parts: Int

    init(confidence: Double, judged: Int, parts: Int) {
        alpha = (1 - confidence) / Double(judged * (judged + 1))
        self.parts = max(1, parts)
    }

    func toMeet(look: Int) -> Double { alpha / Double(look * (look + 1)) }
    func toMiss(look: Int) -> Double { toMeet(look: look) / Double(parts) }
}

/// The sequential test of one bound in one situation: looks at more and more replications until one end of Student's
/// interval clears the bound, or until nothing that is still allowed is likely to tell.
struct PlanTest {
    let text: String
    let index: Int
    let bound: Bound
    let situation: String
    private(set) var judgement: CapacityPlan.Judgement?
    /// Whether more replications are wanted.
    private(set) var isOpen = true

    init(_ text: String, _ index: Int, _ bound: Bound, _ situation: String) {
        self.text = text
        self.index = index
        self.bound = bound
        self.situation = situation
    }

    /// Looks at the replications so far; a verdict once found stays.
    ///
    /// - Throws: `PlanError.noMeasurement` if a replication has nothing that the bound measures.
    mutating func look(
        _ observations: ArraySlice<PlanRuns.Observation>, look: Int, most: Int, _ certainty: PlanCertainty
    )
        throws
    {
        guard isOpen else { return }
        let values = observations.compactMap { $0.values[index] }
        guard values.count == observations.count, values.count > 1 else {
            throw PlanError.noMeasurement(index: index, text: text)
        }
        let sample = try Sample(values)
        let wide = try sample.meanInterval(level: 1 - certainty.toMiss(look: look))
        let narrow = try sample.meanInterval(level: 1 - certainty.toMeet(look: look))
        let isAbove = bound.isLowerLimit
        let isMet = isAbove ? narrow.lower >= bound.limit : narrow.upper <= bound.limit
        let isMissed = isAbove ? wide.upper < bound.limit : wide.lower > bound.limit
        let hits = values.count { isAbove ? $0 >= bound.limit : $0 <= bound.limit }
        judgement = CapacityPlan.Judgement(
            objective: text, situation: situation, unit: Measure(bound).unit.rawValue,
            estimate: Comparison.Estimate(
                // Nothing that is bounded can be negative.
                mean: narrow.estimate, lower: max(0, isMet ? narrow.lower : wide.lower),
                upper: isMet ? narrow.upper : wide.upper),
            limit: bound.limit, isLowerLimit: isAbove, verdict: isMet ? .met : isMissed ? .missed : .undecided,
            shareOfRuns: Double(hits) / Double(values.count), replications: values.count)
        isOpen = !isMet && !isMissed && values.count < most
        guard isOpen, look >= Self.firstLookToGiveUp else { return }
        // What the interval would be at the last look, were mean and spread to stay as they are.
        var (count, lastLook) = (values.count, look)
        while count < most { (count, lastLook) = (count * 2, lastLook + 1) }
        let spread = (try sample.variance() / Double(most)).squareRoot()
        let side = narrow.estimate < bound.limit ? certainty.toMeet(look: lastLook) : certainty.toMiss(look: lastLook)
        let reach = try StudentT(degreesOfFreedom: Double(most - 1)).quantile(1 - side / 2) * spread
        isOpen = (narrow.estimate - bound.limit).magnitude > reach * Self.hope
    }

    /// Giving up before is rash: mean and spread are not known well.
    private static let firstLookToGiveUp = 3
    /// Below this share of the distance that the last look would need, the rest of the replications is not spent.
    private static let hope = 0.5
}

extension Bound {
    /// How a bound reacts to more nodes, or to less demand.
    enum Reaction { case better, worse, unknown }

    /// More nodes shorten waits, completions and slowdowns, and lower utilization and goodput.
    var reaction: Reaction {
        switch metric {
        case .wait, .completion, .slowdown, .utilization, .goodput: isLowerLimit ? .worse : .better
        case .fragmentation, .fairness, .cost: .unknown
        }
    }
}
