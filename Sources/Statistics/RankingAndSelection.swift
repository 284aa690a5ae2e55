import SimulationKernel

/// Which of several simulated systems has the least mean, by sequential elimination.
///
/// Procedure KN of Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM
/// TOMACS 11, 2001: with probability at least `confidence` the best is selected if it is better than the others by
/// `indifference`; common random numbers are allowed and make it faster.
public struct RankingAndSelection: Sendable {
    /// Differences below are of no interest; positive.
    public var indifference: Double
    /// Probability of a right selection.
    public var confidence: Double
    /// Observations of every system before the first elimination, at least 2.
    public var firstStage: Int
    /// Observations of a system after which the best so far is taken without proof.
    public var most: Int

    /// A procedure.
    public init(
        indifference: Double, confidence: Double = 0.95, firstStage: Int = 10, most: Int = 1000
    ) throws(StatisticsError) {
        try StatisticsError.requireProbability("the confidence", confidence)
        try StatisticsError.require("the indifference zone", indifference, "positive", indifference > 0)
        if firstStage < 2 { throw .tooFewValues(found: firstStage, needed: 2) }
        self.indifference = indifference
        self.confidence = confidence
        self.firstStage = firstStage
        self.most = max(most, firstStage)
    }

    /// What was selected.
    public struct Selection: Hashable, Sendable {
        /// Index of the system with the least mean.
        public let best: Int
        /// Whether all others were eliminated; false when the most observations were reached first.
        public let isCertain: Bool
        /// Observations taken of all systems together.
        public let observations: Int
    }

    /// Selects among `count` systems, at least one; `observe(system, replication)` gives the observations, all finite,
    /// with equal random numbers for equal replications.
    public func select(
        among count: Int, observe: (_ system: Int, _ replication: Int) throws -> Double
    ) throws -> Selection {
        guard count > 1 else { return Selection(best: 0, isCertain: true, observations: 0) }
        var values = try (0..<count).map { system in try (0..<firstStage).map { try observe(system, $0) } }
        let freedom = Double(firstStage - 1)
        let alpha = 1 - confidence
        let eta = (power(2 * alpha / Double(count - 1), -2 / freedom) - 1) / 2
        let hSquared = 2 * eta * freedom
        var variances = Array(repeating: Array(repeating: 0.0, count: count), count: count)
        for i in 0..<count {
            for j in 0..<count where i != j {
                variances[i][j] = try Sample(zip(values[i], values[j]).map { $0 - $1 }).variance()
            }
        }
        var alive = Array(0..<count)
        var taken = firstStage
        while true {
            let means = values.map { $0.reduce(0, +) / Double($0.count) }
            let before = alive
            alive = before.filter { i in
                before.allSatisfy { j in
                    let reach = hSquared * variances[i][j] / (indifference * indifference) - Double(taken)
                    return i == j || means[i] <= means[j] + max(0, indifference / (2 * Double(taken)) * reach)
                }
            }
            let best = alive.min { (means[$0], $0) < (means[$1], $1) } ?? before[0]
            if alive.count <= 1 || taken >= most {
                return Selection(
                    best: best, isCertain: alive.count <= 1, observations: values.reduce(0) { $0 + $1.count })
            }
            for system in alive { values[system].append(try observe(system, taken)) }
            taken += 1
        }
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        PinnedMath.exp(exponent * PinnedMath.log(base))
    }
}
