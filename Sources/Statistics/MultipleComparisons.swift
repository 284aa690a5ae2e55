/// Many tests at once.
public enum MultipleComparisons {
    /// Which of the tests with these p-values hold together: with probability at least `level` none of them is wrong.
    ///
    /// The smallest is compared with α/m, the next with α/(m - 1), and so on until one fails. No assumption on how the
    /// tests depend on each other. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    /// of Statistics 6, 1979.
    public static func holm(_ pValues: [Double], level: Double = 0.95) -> [Bool] {
        var holds = Array(repeating: false, count: pValues.count)
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        for (rank, index) in order.enumerated() {
            guard pValues[index] <= (1 - level) / Double(pValues.count - rank) else { break }
            holds[index] = true
        }
        return holds
    }
}
