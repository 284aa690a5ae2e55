import Configuration

/// Predictions of training against measured tables.
public struct TrainingValidation: Sendable {
    /// One row with its prediction.
    public struct Scored: Sendable {
        /// The measurement.
        public let row: TrainingRow
        /// The prediction.
        public let estimate: TrainingEstimate
    }

    /// Every row that can be predicted.
    public let scored: [Scored]
    /// Rows that the tables exclude, or that state too little, and rows of other tables.
    public let skipped: Int
    /// Rows of tables that state parts of the memory.
    let parts: [MemoryPartRow]

    /// Reads tables and predicts their rows. Files without training rows count as skipped rows.
    public init(paths: [String], constants: StepTimeConstants = StepTimeConstants()) throws(InvalidInput) {
        var scored: [Scored] = [], parts: [MemoryPartRow] = [], skipped = 0
        for path in paths {
            let table = try MeasuredTable(path: path)
            for index in 0..<table.count {
                if let part = MemoryPartRow(table[index]) { parts.append(part) }
                do throws(TrainingRow.Refusal) {
                    let row = try TrainingRow(table[index])
                    scored.append(Scored(row: row, estimate: row.estimate(constants: constants)))
                } catch {
                    skipped += 1
                }
            }
        }
        self.scored = scored
        self.parts = parts
        self.skipped = skipped
    }

    /// Relative errors of step time.
    public var stepErrors: SourceErrors {
        let errors = scored.compactMap { item -> (source: String, error: Double)? in
            item.row.measured.map { (item.row.source, item.estimate.step / $0 - 1) }
        }
        return SourceErrors(errors: errors, skipped: skipped + scored.count - errors.count)
    }

    /// Relative errors of peak memory per GPU, and of state and activations where a table states them by themselves.
    public var memoryErrors: SourceErrors {
        let errors =
            scored.compactMap { item -> (source: String, error: Double)? in
                item.row.measuredMemory.map { measured in
                    let memory = item.estimate.memory
                    return (
                        item.row.source, (item.row.memoryIsAllocated ? memory.allocated : memory.total) / measured - 1
                    )
                }
            } + parts.map { ($0.source, $0.error) }
        return SourceErrors(errors: errors, skipped: skipped + scored.count - errors.count)
    }

    /// Rows that state whether the run fitted, by running or by not: how many the verdict has right.
    public var verdicts: (right: Int, stated: Int) {
        var right = 0, stated = 0
        for item in scored where item.row.isOutOfMemory || item.row.measuredMemory != nil {
            stated += 1
            let verdict = item.estimate.memory.verdict(capacity: item.row.platform.card.memory)
            if (verdict == .outOfMemory) == item.row.isOutOfMemory { right += 1 }
        }
        return (right, stated)
    }

    /// Errors of every source when all global constants are fitted to the other sources.
    ///
    /// Sources of more than 150 rows are thinned evenly for fitting, not for scoring.
    public func leaveOneOut(rounds: Int = 12) -> SourceErrors {
        let timed = scored.map(\.row).filter { $0.measured != nil }
        var sizes: [String: Int] = [:], order: [String] = []
        for row in timed {
            if sizes[row.source] == nil { order.append(row.source) }
            sizes[row.source, default: 0] += 1
        }
        var seen: [String: Int] = [:]
        let thinned = timed.filter { row in
            seen[row.source, default: 0] += 1
            let stride = max(1, (sizes[row.source] ?? 0) / 150 + 1)
            return (seen[row.source] ?? 0) % stride == 0
        }
        var errors: [(source: String, error: Double)] = []
        for source in order {
            let others = thinned.filter { $0.source != source }
            let constants =
                others.isEmpty
                ? StepTimeConstants() : ConstantFit.fit(others, start: .expected, rounds: rounds)
            for row in timed where row.source == source {
                guard let measured = row.measured else { continue }
                errors.append((source, row.estimate(constants: constants).step / measured - 1))
            }
        }
        return SourceErrors(errors: errors, skipped: skipped + scored.count - errors.count)
    }
}
