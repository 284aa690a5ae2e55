import Results

/// Two or more runs side by side: one column per run, one row per measure, differences against the first run.
public struct CompareTable: Sendable {
    /// A run and what its column is called.
    public struct Entry: Codable, Equatable, Sendable {
        /// Column heading: the policy, usually.
        public let name: String
        /// The run's numbers.
        public let record: RunRecord
    }

    /// One measure over all runs.
    public struct Row: Codable, Equatable, Sendable {
        /// What is compared.
        public let measure: String
        /// s, share, GPU-hours, jobs, index.
        public let unit: String
        /// Whether more of it is better.
        public let isBetterWhenHigher: Bool
        /// In the order of the runs; nil where a run has no such number.
        public let values: [Double?]
        /// value − first value; nil for the first run.
        public let differences: [Double?]
    }

    /// The runs, in the order given.
    public let entries: [Entry]
    /// The measures, in a fixed order.
    public let rows: [Row]

    /// Compares runs in the order given; names are column headings (policies, usually).
    public init(_ runs: [(name: String, run: RunReader)]) throws {
        self.init(
            entries: try runs.map { Entry(name: $0.name, record: RunRecord(try RunData(summaryOf: $0.run))) })
    }

    init(entries: [Entry]) {
        self.entries = entries
        rows = Self.measures.map { measure in
            let values = entries.map { measure.value($0.record) }
            let differences = values.enumerated().map { index, value -> Double? in
                guard index > 0, let value, let first = values[0] else { return nil }
                return value - first
            }
            return Row(
                measure: measure.name, unit: measure.unit.rawValue, isBetterWhenHigher: measure.isBetterWhenHigher,
                values: values, differences: differences)
        }
    }

    /// The comparison as a table for people: each later run with its difference, the best of each row starred.
    public var table: DataTable {
        DataTable(
            caption,
            [.text("measure")] + entries.map { .number($0.name) },
            rows: zip(Self.measures, rows).filter { $0.isAlwaysShown || $1.values.contains { $0 ?? 0 != 0 } }.map {
                measure, row in
                let best = Self.best(row)
                return [DataTable.Cell(row.measure)]
                    + row.values.indices.map { index in
                        cell(measure, row, index, isBest: best.contains(index))
                    }
            },
            emptyReason: "no runs were compared")
    }

    /// The table as lines of text, with a line that says what the star means.
    public var text: String {
        table.text + "  * best of its row; in brackets: difference to \(entries.first?.name ?? "")\n"
    }

    /// All numbers as JSON with sorted keys, and beside them what the replications say.
    public func json(with comparison: Comparison? = nil) throws -> String {
        struct Document: Encodable {
            let runs: [Entry]
            let rows: [Row]
            let comparison: Comparison?
        }
        return try RunRecord.encode(Document(runs: entries, rows: rows, comparison: comparison))
    }

    private var caption: String {
        guard let first = entries.first else { return "Comparison" }
        let partial = entries.filter(\.record.isPartial).map(\.name)
        let warning = partial.isEmpty ? "" : "; PARTIAL: \(partial.joined(separator: ", "))"
        return "\(first.record.scenario), seed \(first.record.seed): \(Figures.count(first.record.jobs)) jobs, "
            + "\(Figures.count(first.record.gpus)) GPUs\(warning)"
    }

    private func cell(_ measure: Measure, _ row: Row, _ index: Int, isBest: Bool) -> DataTable.Cell {
        guard let value = row.values[index] else { return DataTable.Cell(Figures.missing) }
        var text = measure.unit.text(value)
        if let difference = row.differences[index], let first = row.values[0] {
            text += " (\(measure.unit.difference(difference, from: first)))"
        }
        return DataTable.Cell(text + (isBest ? " *" : "  "), value)
    }

    /// Runs with the best value, unless all are equal.
    private static func best(_ row: Row) -> [Int] {
        let known = row.values.compactMap { $0 }
        guard let low = known.min(), let high = known.max(), low < high else { return [] }
        let target = row.isBetterWhenHigher ? high : low
        return row.values.indices.filter { row.values[$0] == target }
    }
}

extension CompareTable {
    /// How a measure is printed.
    private enum Unit: String {
        case seconds = "s"
        case share
        case gpuHours = "GPU-hours"
        case count = "jobs"
        case index
        case dollars

        func text(_ value: Double) -> String {
            switch self {
            case .seconds: Figures.duration(seconds: value)
            case .share: Figures.percent(value)
            case .gpuHours: Figures.short(value)
            case .count: Figures.short(value)
            case .index: Figures.fixed(value, 3)
            case .dollars: Figures.dollars(micro: value * 1e6)
            }
        }

        /// Shares differ by points, everything else by percent of the first value.
        func difference(_ value: Double, from first: Double) -> String {
            let sign = value > 0 ? "+" : ""
            switch self {
            case .share: return sign + Figures.fixed(value * 100, 1) + " pt"
            case .index: return sign + Figures.fixed(value, 3)
            case .seconds, .gpuHours, .count, .dollars:
                return first > 0 ? sign + Figures.fixed(value / first * 100, 1) + " %" : sign + text(value)
            }
        }
    }

    private struct Measure {
        let name: String
        let unit: Unit
        let isBetterWhenHigher: Bool
        /// False for a part of another measure, which people see only where some run has it.
        var isAlwaysShown = true
        let value: @Sendable (RunRecord) -> Double?

        /// GPU-hours of one cause, as a part of what was wasted.
        static func waste(_ name: String, _ cause: String) -> Measure {
            Measure(name: "  " + name, unit: .gpuHours, isBetterWhenHigher: false, isAlwaysShown: false) { record in
                record.gpuTime.first { $0.cause == cause }?.gpuHours
            }
        }

        /// Spread over the groups of one level; nothing where the cluster is a single group.
        static func spread(_ name: String, _ level: String) -> Measure {
            Measure(name: name, unit: .index, isBetterWhenHigher: false, isAlwaysShown: false) { record in
                record.spread.first { $0.level == level && $0.groups > 1 }?.meanRatio
            }
        }
    }

    private static let measures: [Measure] = [
        Measure(name: "wait mean", unit: .seconds, isBetterWhenHigher: false) { $0.meanWaitSeconds },
        Measure(name: "wait p50", unit: .seconds, isBetterWhenHigher: false) { $0.p50WaitSeconds },
        Measure(name: "wait p95", unit: .seconds, isBetterWhenHigher: false) { $0.p95WaitSeconds },
        Measure(name: "mean completion", unit: .seconds, isBetterWhenHigher: false) { $0.meanCompletionSeconds },
        Measure(name: "jobs completed", unit: .count, isBetterWhenHigher: true) { Double($0.completed) },
        Measure(name: "utilization (allocated)", unit: .share, isBetterWhenHigher: true) { $0.allocatedShare },
        Measure(name: "goodput (productive)", unit: .share, isBetterWhenHigher: true) { $0.productiveShare },
        Measure(name: "effective training time", unit: .share, isBetterWhenHigher: true) { $0.effectiveTrainingShare },
        Measure(name: "fragmented", unit: .share, isBetterWhenHigher: false) { $0.fragmentedShare },
        Measure(name: "blocked", unit: .share, isBetterWhenHigher: false) { $0.blockedShare },
        Measure(name: "evictions", unit: .count, isBetterWhenHigher: false) { Double($0.evictions) },
        Measure(name: "wasted GPU-hours", unit: .gpuHours, isBetterWhenHigher: false) { $0.wastedGPUHours },
        .waste("recomputed", "recomputed"), .waste("checkpoint and restore", "checkpoint_restore"),
        .waste("starting", "starting"), .waste("held by incomplete gangs", "incomplete_gang"),
        .waste("slowed", "slowed"),
        Measure(name: "Jain’s index of teams", unit: .index, isBetterWhenHigher: true) { $0.jainIndex },
        Measure(name: "Jain’s index of queues", unit: .index, isBetterWhenHigher: true) { $0.queueJainIndex },
        Measure(name: "missed of deserved shares", unit: .share, isBetterWhenHigher: false) { $0.missedShare },
        .spread("spread over NVLink domains", "nvlink_domain"), .spread("spread over leaves", "leaf_group"),
        .spread("spread over spines", "spine_group"),
        Measure(
            name: "training step, over an undisturbed one", unit: .index, isBetterWhenHigher: false,
            isAlwaysShown: false
        ) { $0.meanStepSlowdown },
        Measure(name: "price of held GPU time", unit: .dollars, isBetterWhenHigher: false, isAlwaysShown: false) {
            $0.heldDollars
        },
        Measure(name: "price per useful GPU-hour", unit: .dollars, isBetterWhenHigher: false, isAlwaysShown: false) {
            $0.dollarsPerUsefulGPUHour
        },
    ]
}
