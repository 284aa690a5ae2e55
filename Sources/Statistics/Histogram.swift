/// Counts of values between ascending edges: bin i holds edge[i] <= value < edge[i+1]; the last bin its upper edge too.
public struct Histogram: Hashable, Sendable {
    /// Edges, one more than bins.
    public let edges: [Double]
    /// Values in each bin.
    public private(set) var counts: [Int]
    /// Values below the first edge.
    public private(set) var below = 0
    /// Values above the last edge.
    public private(set) var above = 0

    /// An empty histogram between `edges`: at least two, finite, strictly ascending.
    public init(edges: [Double]) throws(StatisticsError) {
        if edges.count < 2 { throw .tooFewValues(found: edges.count, needed: 2) }
        if let index = edges.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        if zip(edges, edges.dropFirst()).contains(where: { $0 >= $1 }) {
            throw .badParameter("the edges of a histogram must ascend")
        }
        self.edges = edges
        counts = Array(repeating: 0, count: edges.count - 1)
    }

    /// `bins` bins of equal width over `range`.
    public init(bins: Int, over range: ClosedRange<Double>) throws(StatisticsError) {
        if bins < 1 { throw .badParameter("\(bins) bins; must be at least 1") }
        let width = (range.upperBound - range.lowerBound) / Double(bins)
        try self.init(
            edges: (0..<bins).map { range.lowerBound + Double($0) * width } + [range.upperBound])
    }

    /// Counts one value; a number that is not one is an error.
    public mutating func add(_ value: Double) throws(StatisticsError) {
        if value.isNaN { throw .notFinite(index: below + above + counts.reduce(0, +)) }
        if value < edges[0] {
            below += 1
        } else if value > edges[edges.count - 1] {
            above += 1
        } else {
            counts[bin(of: value)] += 1
        }
    }

    /// The bin of a value between the first and the last edge.
    private func bin(of value: Double) -> Int {
        var low = 0
        var high = counts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if edges[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}

extension Sample {
    /// The sample in `bins` bins of equal width from its minimum to its maximum (one wide bin around a single value).
    public func histogram(bins: Int) throws(StatisticsError) -> Histogram {
        let isPoint = minimum == maximum
        let range = isPoint ? (minimum - 0.5)...(maximum + 0.5) : minimum...maximum
        var histogram = try Histogram(bins: bins, over: range)
        for value in values { try histogram.add(value) }
        return histogram
    }
}
