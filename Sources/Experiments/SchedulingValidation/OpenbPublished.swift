import Scheduling
import Workloads

/// The published curves of one workload and policy: for each measure, by percent of arrived demand, over the seeds.
struct OpenbPublished {
    /// Mean and sample standard deviation over the seeds at one percentage; nil where nothing is published.
    struct Point: Hashable {
        var mean: Double
        var deviation: Double

        /// Nil for no values; the deviation of a single one is 0.
        init?(_ values: [Double]) {
            guard !values.isEmpty else { return nil }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            self.mean = mean
            deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
        }
    }

    var workload: String
    /// As published: `06-FGD`.
    var label: String
    var ratio: Double
    var seeds: [UInt64]
    var points: [OpenbMeasure: [Point?]] = [:]

    /// The policy that a label stands for, by what follows its number; nil when there is none.
    var policy: NodePolicy? {
        switch label.split(separator: "-").last {
        case "Random": .random
        case "DotProd": .dotProduct
        case "GpuClustering": .gpuClustering
        case "GpuPacking": .gpuPacking
        case "BestFit": .weightedBestFit
        case "FGD": .fgd
        default: nil
        }
    }

    /// All curves of a folder, in the order of its allocation table.
    static func read(folder: String) throws(TraceError) -> [OpenbPublished] {
        var cases: [OpenbPublished] = []
        let files = try FolderListing.names(in: folder)
        for measure in OpenbMeasure.allCases {
            let plain = "\(measure.rawValue).csv"
            try read(measure, "\(folder)/\(files.contains(plain) ? plain : plain + ".gz")", into: &cases)
        }
        return cases
    }

    private static func read(
        _ measure: OpenbMeasure, _ path: String, into cases: inout [OpenbPublished]
    ) throws(TraceError) {
        let table = try ReferenceTable(path: path)
        let workloads = try table.texts("workload")
        let labels = try table.texts("sc_policy")
        let ratios = try table.numbers("tune")
        let seeds = try table.integers("seed")
        var rowsOf: [[Int]] = Array(repeating: [], count: cases.count)
        for row in 0..<table.count {
            let known = cases.firstIndex {
                $0.workload == workloads[row] && $0.label == labels[row] && $0.ratio == ratios[row]
            }
            if known == nil {
                cases.append(
                    OpenbPublished(workload: workloads[row], label: labels[row], ratio: ratios[row], seeds: []))
                rowsOf.append([])
            }
            rowsOf[known ?? cases.count - 1].append(row)
        }
        var columns: [[Double?]] = []
        while table.columns.contains("\(columns.count)") {
            columns.append(try optionalNumbers("\(columns.count)", of: table))
        }
        for (index, rows) in rowsOf.enumerated() where !rows.isEmpty {
            cases[index].seeds = rows.map { UInt64(clamping: seeds[$0]) }
            cases[index].points[measure] = columns.map { column in Point(rows.compactMap { column[$0] }) }
        }
    }

    /// A column of numbers in which a cell may be empty.
    private static func optionalNumbers(_ name: String, of table: ReferenceTable) throws(TraceError) -> [Double?] {
        let texts = try table.texts(name)
        if texts.contains("") { return texts.map { Double($0) } }
        return try table.numbers(name)
    }
}
