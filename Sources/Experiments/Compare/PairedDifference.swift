import Reports
import SimulationKernel
import Statistics

/// One measure of two variants, replication by replication under common random numbers.
struct PairedDifference {
    /// Student's t interval and test of the mean of second − first; nil with one pair.
    let test: PairedTTest?
    /// Accelerated bootstrap interval of the same mean; nil with fewer than three pairs or where it does not exist.
    let bootstrap: ConfidenceInterval?
    /// Mean difference over the mean of the first, with its accelerated bootstrap interval over pairs.
    let relative: (value: Double, interval: ConfidenceInterval?)?
    /// Mean of second − first.
    let mean: Double
    /// Every pair is equal.
    let isIdentical: Bool

    /// Compares at least one pair; all numbers finite. `name` names the stream of the bootstrap.
    init(first: [Double], second: [Double], level: Double, name: String) throws(StatisticsError) {
        let differences = try Sample(zip(second, first).map { $0 - $1 })
        mean = differences.mean
        isIdentical = differences.minimum == 0 && differences.maximum == 0
        test = first.count > 1 ? try PairedTTest(second, first, level: level) : nil
        if isIdentical {
            // No resample could differ.
            let none = ConfidenceInterval(estimate: 0, lower: 0, upper: 0, level: level)
            bootstrap = first.count > 2 ? none : nil
            relative = first.contains { $0 > 0 } && first.allSatisfy { $0 >= 0 } ? (0, bootstrap) : nil
            return
        }
        let boot = try Bootstrap(resamples: 2000, level: level)
        var stream = RandomStream(seed: 1, name: "compare/bootstrap/" + name)
        bootstrap =
            first.count > 2
            ? try? boot.acceleratedInterval(of: differences, drawing: &stream) { values in
                values.reduce(0, +) / Double(values.count)
            } : nil
        let base = first.reduce(0, +) / Double(first.count)
        guard base > 0, first.allSatisfy({ $0 >= 0 }) else {
            relative = nil
            return
        }
        let pairs = try Sample(first.indices.map(Double.init))
        let ratio = { (drawn: [Double]) -> Double in
            var (difference, sum) = (0.0, 0.0)
            for index in drawn {
                difference += second[Int(index)] - first[Int(index)]
                sum += first[Int(index)]
            }
            // A resample of nothing but zeros has no ratio; it counts as the estimate.
            return sum > 0 ? difference / sum : differences.mean / base
        }
        let interval =
            first.count > 2 ? try? boot.acceleratedInterval(of: pairs, drawing: &stream, statistic: ratio) : nil
        relative = (mean / base, interval)
    }

    /// Whether both intervals leave out zero; deterministic differences have intervals of no width.
    var excludesZero: Bool {
        guard let test, !isIdentical, !test.difference.contains(0) else { return false }
        return bootstrap.map { !$0.contains(0) } ?? true
    }
}
