import Configuration

/// Predictions of collectives against measured bus bandwidths.
public struct CollectiveValidation: Sendable {
    /// One row with its prediction; bandwidths in GB/s.
    public struct Scored: Sendable {
        /// Row name.
        public let id: String
        /// Testbed.
        public let source: String
        /// Bytes of the full buffer.
        public let bytes: Double
        /// Measured bus bandwidth.
        public let measured: Double
        /// Predicted bus bandwidth.
        public let predicted: Double
        /// Algorithm of the prediction.
        public let algorithm: CollectiveAlgorithm
        /// What NCCL's own table puts first, among what the row leaves open.
        public let nccl: NCCLTuner.Estimate?
    }

    /// Rows from 1 MiB to 8 GiB that state a bandwidth.
    public let scored: [Scored]
    /// Other rows.
    public let skipped: Int

    /// Reads tables and predicts their rows.
    public init(paths: [String], model: CollectiveModel = CollectiveModel()) throws(InvalidInput) {
        var scored: [Scored] = [], skipped = 0
        for path in paths {
            let table = try MeasuredTable(path: path)
            for index in 0..<table.count {
                if let item = Self.score(table[index], model) {
                    scored.append(item)
                } else {
                    skipped += 1
                }
            }
        }
        self.scored = scored
        self.skipped = skipped
    }

    private static func score(_ row: MeasuredTable.Row, _ model: CollectiveModel) -> Scored? {
        let name = row.text("collective") == "alltoall" ? "all_to_all" : row.text("collective")
        guard let collective = Collective(rawValue: name), let bytes = row.number("size_bytes"),
            bytes >= 1_048_576, bytes <= 8_589_934_592, let measured = row.number("busbw_GBps"), measured > 0,
            let ranks = row.integer("n_gpus"), ranks > 1, ranks <= 1 << 24, let nodes = row.integer("n_nodes"),
            nodes > 0,
            let card = card(row.text("gpu"))
        else { return nil }
        var group = CollectiveGroup(
            ranks: ranks, perDomain: max(1, ranks / nodes), scaleUp: card.scaleUp,
            network: networkPerGPU(row.text("inter_node"), gpusPerNode: row.integer("gpus_per_node") ?? 8)
                ?? card.usualNetwork, generation: card.generation)
        if row.text("inter_node").contains("EFA") { group.kind = .efa }
        let stated = row.text("algorithm")
        let forced: CollectiveAlgorithm? = stated.hasPrefix("ring") ? .ring : stated == "nvls" ? .nvls : nil
        let result = model.time(collective, bytes: bytes, on: group, forced: forced)
        let factor = CollectiveModel.busFactor(collective, ranks: ranks)
        return Scored(
            id: row.text("row_id"), source: row.text("source_id"), bytes: bytes, measured: measured,
            predicted: factor * bytes / result.seconds / 1e9, algorithm: result.algorithm,
            nccl: NCCLTuner(group)?.choice(
                collective, bytes: bytes, among: forced.map { [$0] } ?? NCCLTuner.algorithms))
    }

    private static func card(_ name: String) -> AcceleratorCard? {
        if let card = AcceleratorCard.named(name) { return card }
        let parts = name.split(separator: "-")
        return parts.first.flatMap { AcceleratorCard.named(String($0)) }
    }

    /// `EFAv1 4x100Gbps per node` is 4 × 100 Gbit/s over the GPUs of the node.
    private static func networkPerGPU(_ text: String, gpusPerNode: Int) -> Double? {
        guard let match = text.firstMatch(of: /(\d+)x(\d+)\s*Gb/), let count = Double(match.1),
            let rate = Double(match.2)
        else { return nil }
        let node = count * rate / 8 * 1e9
        return text.contains("per node") || text.contains("/node") ? node / Double(max(1, gpusPerNode)) : rate / 8 * 1e9
    }

    /// Relative errors of bus bandwidth.
    public var errors: SourceErrors {
        SourceErrors(errors: scored.map { ($0.source, $0.predicted / $0.measured - 1) }, skipped: skipped)
    }
}
