/// Errors of predictions, source by source.
public struct SourceErrors: Hashable, Sendable {
    /// One source.
    public struct Line: Hashable, Sendable {
        /// Name.
        public var source: String
        /// Rows scored.
        public var rows: Int
        /// Mean absolute relative error.
        public var mean: Double
        /// Median absolute relative error.
        public var median: Double
        /// Mean relative error with its sign.
        public var bias: Double
        /// Share of the rows within a tenth.
        public var withinTenth: Double
    }

    /// Sources in the order of their first row.
    public let lines: [Line]
    /// Rows scored.
    public let scored: Int
    /// Rows left out.
    public let skipped: Int
    /// Median over all rows.
    public let median: Double
    /// Share of all rows within a tenth.
    public let withinTenth: Double

    /// Mean within a source first, then over sources.
    public var balancedMean: Double {
        lines.isEmpty ? 0 : lines.reduce(0) { $0 + $1.mean } / Double(lines.count)
    }

    /// Sums up pairs of source and relative error (predicted over measured, less one).
    public init(errors: [(source: String, error: Double)], skipped: Int) {
        var order: [String] = [], bySource: [String: [Double]] = [:]
        for (source, error) in errors {
            if bySource[source] == nil { order.append(source) }
            bySource[source, default: []].append(error)
        }
        lines = order.map { source in
            let errors = bySource[source] ?? []
            let sizes = errors.map(\.magnitude)
            return Line(
                source: source, rows: errors.count, mean: sizes.reduce(0, +) / Double(max(1, errors.count)),
                median: Self.median(sizes), bias: errors.reduce(0, +) / Double(max(1, errors.count)),
                withinTenth: Self.share(sizes))
        }
        scored = errors.count
        self.skipped = skipped
        median = Self.median(errors.map(\.error.magnitude))
        withinTenth = Self.share(errors.map(\.error.magnitude))
    }

    private static func share(_ sizes: [Double]) -> Double {
        sizes.isEmpty ? 0 : Double(sizes.count { $0 <= 0.1 }) / Double(sizes.count)
    }

    private static func median(_ sizes: [Double]) -> Double {
        guard !sizes.isEmpty else { return 0 }
        let sorted = sizes.sorted()
        return sorted.count % 2 == 1
            ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }

    /// The last line of every validation.
    public var summary: String {
        let tenths = Int((balancedMean * 1000).rounded())
        return
            "balanced mean absolute error \(tenths / 10).\(tenths % 10) % over \(lines.count) sources, \(scored) rows scored, \(skipped) skipped"
    }
}
