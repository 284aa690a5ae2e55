/// Errors that published simulators have on measured rows, beside ours on the same rows.
public struct HeadToHead: Hashable, Sendable {
    /// The rows.
    public let rows: String
    /// How many of them there are.
    public let count: Int
    /// The other simulator.
    public let simulator: String
    /// Its mean absolute relative error; a range where its input is open.
    public let published: ClosedRange<Double>
    /// Ours.
    public let ours: Double
    /// Where its error is from.
    public let source: String

    /// A published error, and the rows that it is about.
    private struct Entry: Sendable {
        var rows: String
        var simulator: String
        var published: ClosedRange<Double>
        var source: String
        var holds: @Sendable (TrainingRow) -> Bool
    }

    private static let own = "its authors' validation (SC23), repeated with calculon-ai/calculon caa4b11"
    private static let again = "calculon-ai/calculon caa4b11 run on these rows"
    private static let fitted = "cli99/llm-analysis d841e40 with the best single efficiency for these rows"

    private static let entries: [Entry] = [
        Entry(
            rows: "Korthikanti et al., table 5", simulator: "Calculon", published: 0.0365...0.0365, source: own,
            holds: { $0.source == "korthikanti_t5" }),
        Entry(
            rows: "Korthikanti et al., table 5", simulator: "llm-analysis", published: 0.105...0.105, source: fitted,
            holds: { $0.source == "korthikanti_t5" }),
        Entry(
            rows: "Narayanan et al. (SC21), table 1", simulator: "Calculon", published: 0.054...0.074,
            source: again + " with micro batches of 1 to 4", holds: { $0.source == "megatron_sc21_t1" }),
        Entry(
            rows: "SC21, table 2, tensor and pipeline parallel", simulator: "Calculon", published: 0.103...0.103,
            source: again, holds: { $0.source == "megatron_sc21_t2" && $0.plan.sharding == .none }),
        Entry(
            rows: "vTrain's sweep on one node", simulator: "Calculon", published: 0.436...0.436, source: again,
            holds: { $0.source == "vtrain_single_a" }),
        Entry(
            rows: "vTrain's sweep on one node", simulator: "vTrain", published: 0.0837...0.0837,
            source: "its authors, kernels profiled on the same GPUs (arXiv 2312.12391)",
            holds: { $0.source == "vtrain_single_a" }),
        Entry(
            rows: "llm-foundry, A100", simulator: "llm-analysis", published: 0.128...0.128, source: fitted,
            holds: { $0.source == "foundry_a100_40" || $0.source == "foundry_a100_80" }),
        Entry(
            rows: "llm-foundry, H100 in 16 bits", simulator: "llm-analysis", published: 0.163...0.163, source: fitted,
            holds: { $0.source == "foundry_h100" || $0.source == "foundry_h100_large" }),
    ]

    /// The comparisons for which there are rows.
    static func of(_ scored: [TrainingValidation.Scored]) -> [HeadToHead] {
        entries.compactMap { entry in
            let errors = scored.compactMap { item in
                entry.holds(item.row) ? item.row.measured.map { abs(item.estimate.step / $0 - 1) } : nil
            }
            guard !errors.isEmpty else { return nil }
            return HeadToHead(
                rows: entry.rows, count: errors.count, simulator: entry.simulator, published: entry.published,
                ours: errors.reduce(0, +) / Double(errors.count), source: entry.source)
        }
    }
}

extension TrainingValidation {
    /// Published simulators' errors, beside ours on the same rows.
    public var headToHead: [HeadToHead] { HeadToHead.of(scored) }
}
