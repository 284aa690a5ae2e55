/// How evenly shares are spread.
public enum Fairness {
    /// Jain's index: 1 when all shares are equal, 1/n when one has everything; 1 when nobody has anything.
    ///
    /// (Σx)² / (n Σx²); Jain, Chiu and Hawe, "A quantitative measure of fairness and discrimination for resource
    /// allocation in shared computer systems", 1984. Shares must be finite and not negative.
    public static func jainIndex(_ shares: [Double]) throws(StatisticsError) -> Double {
        let sample = try Sample(shares)
        try StatisticsError.require("a share", sample.minimum, "0 or more", sample.minimum >= 0)
        guard sample.maximum > 0 else { return 1 }
        // Relative to the largest, so that squares neither overflow nor vanish.
        let scaled = shares.map { $0 / sample.maximum }
        let sum = scaled.reduce(0, +)
        return sum * sum / (Double(shares.count) * scaled.reduce(0) { $0 + $1 * $1 })
    }
}
