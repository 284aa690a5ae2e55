/// A series thinned to what a drawing can show: of every bin the least, the middle and the greatest value, so that no
/// peak is lost.
struct Decimation: Equatable, Sendable {
    /// Time of each bin: that of its middle sample.
    private(set) var times: [Int64] = []
    private(set) var low: [Double] = []
    private(set) var median: [Double] = []
    private(set) var high: [Double] = []
    /// Whether bins hold more than one sample.
    let isBanded: Bool

    /// Thins `values` at `times` (ascending, same length) to at most `limit` bins of equal numbers of samples.
    /// Samples that are not finite are left out.
    init(times: [Int64], values: [Double], limit: Int) {
        precondition(times.count == values.count, "each value has a time")
        let kept = values.indices.filter { values[$0].isFinite }
        let size = max(1, (kept.count + max(limit, 1) - 1) / max(limit, 1))
        isBanded = size > 1
        var start = 0
        while start < kept.count {
            let end = min(start + size, kept.count)
            let bin = kept[start..<end].map { values[$0] }.sorted()
            self.times.append(times[kept[start + (end - start) / 2]])
            low.append(bin[0])
            median.append(bin[(bin.count - 1) / 2])
            high.append(bin[bin.count - 1])
            start = end
        }
    }

    /// Means of `values` over runs of equal length, at most `limit` of them: for areas, whose size must be kept.
    static func means(_ values: [Double], weights: [Double], limit: Int) -> [Double] {
        let size = binSize(count: values.count, limit: limit)
        return stride(from: 0, to: values.count, by: size).map { start in
            let range = start..<min(start + size, values.count)
            let weight = range.reduce(0) { $0 + weights[$1] }
            return weight > 0 ? range.reduce(0) { $0 + values[$1] * weights[$1] } / weight : 0
        }
    }

    /// How many neighbours share a bin when `count` values must become at most `limit`.
    static func binSize(count: Int, limit: Int) -> Int { max(1, (count + max(limit, 1) - 1) / max(limit, 1)) }
}
