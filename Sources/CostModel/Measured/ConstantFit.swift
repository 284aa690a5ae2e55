/// Fits the global constants to measured rows: every source weighs the same, large errors count less than squares would have it.
public enum ConstantFit {
    /// Mean over sources of the mean absolute logarithmic error.
    public static func cost(_ rows: [TrainingRow], _ constants: StepTimeConstants) -> Double {
        var order: [String] = [], sums: [String: (sum: Double, count: Double)] = [:]
        for row in rows {
            guard let measured = row.measured else { continue }
            if sums[row.source] == nil { order.append(row.source) }
            let ratio = row.estimate(constants: constants).step / measured
            // |ln x| is nearly |x − 1|; symmetric, so that neither direction is favoured.
            let error = ratio > 1 ? ratio - 1 : 1 / ratio - 1
            let old = sums[row.source] ?? (0, 0)
            sums[row.source] = (old.sum + min(error, 1.5), old.count + 1)
        }
        let means = order.map { source in sums[source].map { $0.sum / $0.count } ?? 0 }
        return means.reduce(0, +) / Double(max(1, means.count))
    }

    /// Pattern search within the limits of every constant, from a start.
    ///
    /// - Parameters:
    ///   - rows: measured rows.
    ///   - start: where to begin; also what a constant stays near to when the rows say nothing about it.
    ///   - rounds: passes over all constants.
    public static func fit(_ rows: [TrainingRow], start: StepTimeConstants, rounds: Int) -> StepTimeConstants {
        var best = start
        var bestCost = cost(rows, best)
        var steps = StepTimeConstants.parameters.map { _ in 0.2 }
        for _ in 0..<rounds {
            for (index, parameter) in StepTimeConstants.parameters.enumerated() where steps[index] > 0.004 {
                var improved = false
                for factor in [1 + steps[index], 1 / (1 + steps[index])] {
                    var candidate = best
                    let value = best[keyPath: parameter.path] * factor
                    candidate[keyPath: parameter.path] = min(parameter.upper, max(parameter.lower, value))
                    let candidateCost = cost(rows, candidate)
                    if candidateCost < bestCost - 1e-6 {
                        best = candidate
                        bestCost = candidateCost
                        improved = true
                        break
                    }
                }
                steps[index] *= improved ? 1.2 : 0.5
            }
        }
        return best
    }
}
