import SimulationKernel

/// Fits the global constants to measured rows: every source weighs the same, large errors count less than squares would have it, and
/// a constant that no row needs stays where data sheets and papers put it.
public enum ConstantFit {
    /// Weight of the share of rows that are more than a tenth off.
    static let rowWeight = 0.12
    /// Weight of one constant at a quarter of its limits' width (in logarithms) from what is expected of it.
    static let expectationWeight = 0.0003

    /// What a fit minimises: the mean over sources of the mean absolute error, a softened share of rows that are more than a tenth
    /// off, and the distance of the constants from their expected values.
    public static func cost(_ rows: [TrainingRow], _ constants: StepTimeConstants) -> Double {
        var order: [String] = [], sums: [String: (sum: Double, count: Double)] = [:]
        var missed = 0.0, count = 0.0
        for row in rows {
            guard let measured = row.measured else { continue }
            if sums[row.source] == nil { order.append(row.source) }
            let ratio = row.estimate(constants: constants).step / measured
            // |ln x| is nearly |x − 1|; symmetric, so that neither direction is favoured.
            let error = ratio > 1 ? ratio - 1 : 1 / ratio - 1
            let old = sums[row.source] ?? (0, 0)
            sums[row.source] = (old.sum + min(error, 1.5), old.count + 1)
            let tenths = error * 10
            missed += tenths * tenths * tenths * tenths / (1 + tenths * tenths * tenths * tenths)
            count += 1
        }
        let means = order.map { source in sums[source].map { $0.sum / $0.count } ?? 0 }
        return means.reduce(0, +) / Double(max(1, means.count)) + rowWeight * missed / max(1, count)
            + expectationWeight * surprise(constants)
    }

    /// Sum over constants of the squared distance from the expected value, in quarters of the width of its limits (logarithms).
    static func surprise(_ constants: StepTimeConstants) -> Double {
        StepTimeConstants.parameters.reduce(0) { sum, parameter in
            let width = PinnedMath.log(parameter.upper / parameter.lower) / 4
            let distance = PinnedMath.log(constants[keyPath: parameter.path] / parameter.expected) / width
            return sum + distance * distance
        }
    }

    /// Pattern search of Hooke and Jeeves (J. ACM 8, 1961) in logarithms, within the limits of every constant: steps along one constant
    /// after the other, then one along all that improved together. Steps are widened again a few times, to leave small hollows.
    ///
    /// - Parameters:
    ///   - rows: measured rows.
    ///   - start: where to begin.
    ///   - rounds: passes over all constants.
    public static func fit(_ rows: [TrainingRow], start: StepTimeConstants, rounds: Int) -> StepTimeConstants {
        let parameters = StepTimeConstants.parameters
        var best = start
        var bestCost = cost(rows, best)
        func isBetter(_ candidate: StepTimeConstants) -> Bool {
            let candidateCost = cost(rows, candidate)
            guard candidateCost < bestCost - 1e-6 else { return false }
            best = candidate
            bestCost = candidateCost
            return true
        }
        var steps = parameters.map { _ in 0.2 }
        for round in 0..<rounds {
            if round > 0, round % 10 == 0 { steps = parameters.map { _ in round % 20 == 0 ? 0.3 : 0.1 } }
            let before = best
            for (index, parameter) in parameters.enumerated() where steps[index] > 0.003 {
                let improved = [1 + steps[index], 1 / (1 + steps[index])].contains { factor in
                    var candidate = best
                    candidate[keyPath: parameter.path] = parameter.limited(best[keyPath: parameter.path] * factor)
                    return isBetter(candidate)
                }
                steps[index] *= improved ? 1.2 : 0.5
            }
            var further = best
            for parameter in parameters {
                let value = best[keyPath: parameter.path]
                further[keyPath: parameter.path] = parameter.limited(value * value / before[keyPath: parameter.path])
            }
            _ = isBetter(further)
        }
        return best
    }
}
