import Configuration
import CostModel
import Quantities
import Scenarios
import Simulation

/// Predictions of interruptions and effective training time against published runs.
///
/// The table gives failure counts of a run; everything else that its time depends on is the same for all sources and stated
/// here: detection takes 5 minutes (MegaScale, arXiv 2402.15627: less than 10), start-up 5 minutes and a checkpoint is written every 10
/// (MegaScale: lost work is caught up with within 15 minutes of a restart), spare nodes stand in for lost ones, a lost node is
/// repaired in a day. No number is fitted.
public struct ReliabilityValidation: Sendable {
    /// One published quantity with its prediction.
    public struct Row: Sendable {
        /// Testbed.
        public let source: String
        /// What was published.
        public let quantity: String
        /// Published value.
        public let published: Double
        /// Predicted value.
        public let predicted: Double
        /// What the difference may be; nil for rows that are only shown.
        public let tolerance: Double?

        /// Whether the prediction is near enough; nil for rows that are only shown.
        public var agrees: Bool? { tolerance.map { abs(predicted - published) <= $0 } }
    }

    /// Quantities that can be predicted, in the order of the tables.
    public let rows: [Row]
    /// Sources whose tables say too little.
    public let skipped: [String]

    /// Whether there are predictions that can be judged, and all of them are near enough.
    public var passed: Bool {
        let judged = rows.compactMap(\.agrees)
        return !judged.isEmpty && !judged.contains(false)
    }

    /// Reads tables with the columns `source_id`, `quantity`, `value` and simulates what they describe, `seeds` times each.
    ///
    /// - Throws: what is wrong with a table.
    public init(paths: [String], seeds: Int) throws {
        var facts: [(source: String, values: [String: Double])] = []
        for path in paths { try Self.read(path, into: &facts) }
        var rows: [Row] = []
        var skipped: [String] = []
        for (source, values) in facts {
            let found = try Self.run(source, values, seeds: seeds) + Self.projections(source, values)
            if found.isEmpty { skipped.append(source) }
            rows += found
        }
        self.rows = rows
        self.skipped = skipped
    }

    private static func read(
        _ path: String, into facts: inout [(source: String, values: [String: Double])]
    ) throws(InvalidInput) {
        let table = try MeasuredTable(path: path)
        for column in ["source_id", "quantity", "value"] where !table.columns.contains(column) {
            let hint = Suggestion.text(column, among: table.columns)
            throw InvalidInput([
                Diagnostic(
                    position: SourcePosition(file: path, line: 1, column: 1), message: "no column '\(column)'",
                    hint: hint)
            ])
        }
        for index in 0..<table.count {
            let row = table[index]
            guard !row.text("value").isEmpty else { continue }
            guard let value = row.number("value"), value >= 0 else {
                let message = "expected a number of at least 0, found \"\(row.text("value"))\""
                throw InvalidInput([
                    Diagnostic(position: table.position(row: index, column: "value"), message: message)
                ])
            }
            let source = row.text("source_id")
            let position = facts.firstIndex { $0.source == source } ?? facts.count
            if position == facts.count { facts.append((source, [:])) }
            facts[position].values[row.text("quantity")] = value
        }
    }

    // MARK: A run with counted failures

    private static func run(_ source: String, _ values: [String: Double], seeds: Int) throws -> [Row] {
        guard let gpus = values["gpus"], let days = values["window_days"],
            let unexpected = values["interruptions_unexpected"], gpus >= 8, gpus <= 1e6, days > 0, days <= 3650,
            unexpected > 0
        else { return [] }
        let counts = Counts(values, unexpected: unexpected)
        var interruptions = 0.0
        var effective = 0.0
        for seed in 1...seeds {
            let text = scenarioText(nodes: Int((gpus / 8).rounded(.up)), days: days, seed: seed)
            var world = try ScenarioFile(SourceText(name: source, text: text)).scenario.world()
            counts.setRates(of: &world.failures, gpus: gpus, seconds: days * 86_400)
            let sink = JobFacts()
            var simulation = Simulation(world)
            let summary = try simulation.run(into: sink)
            for job in sink.jobs {
                interruptions += Double(job.failures)
                effective += Double(job.workingNs) / Double(summary.end.nanoseconds - job.firstStartNs)
            }
        }
        interruptions /= Double(seeds)
        effective /= Double(seeds)
        // Counts of a Poisson process: three standard deviations of the published one and of the mean of the runs.
        let spread = 3 * (unexpected * (1 + 1 / Double(seeds))).squareRoot()
        var rows = [
            Row(
                source: source, quantity: "interruptions_unexpected", published: unexpected, predicted: interruptions,
                tolerance: spread)
        ]
        if let published = values["effective_training_time_min"] {
            rows.append(
                Row(
                    source: source, quantity: "effective_training_time", published: published, predicted: effective,
                    tolerance: 0.03))
        }
        return rows
    }

    /// Interruptions of a run by the part that failed; what the table does not explain is software.
    private struct Counts {
        var gpu = 0.0
        var network = 0.0
        var host = 0.0
        var software = 0.0

        init(_ values: [String: Double], unexpected: Double) {
            func sum(_ names: String...) -> Double { names.reduce(0) { $0 + (values["cause_\($1)"] ?? 0) } }
            gpu = sum("faulty_gpu_incl_nvlink", "gpu_hbm3", "gpu_sram", "gpu_system_processor")
            network = sum("network_switch_cable")
            host = sum("cpu")
            software = max(0, unexpected - gpu - network - host)
        }

        /// Counts become mean times between failures of the parts that the run had.
        func setRates(of failures: inout FailureModel, gpus: Double, seconds: Double) {
            func mtbf(_ events: Double, parts: Double) -> SimDuration? {
                events > 0 ? SimDuration(nanoseconds: Int64(min(parts * seconds / events * 1e9, 4e18))) : nil
            }
            let nodes = (gpus / 8).rounded(.up)
            failures.gpuMTBF = mtbf(gpu, parts: gpus)
            failures.nodeMTBF = mtbf(host, parts: nodes)
            failures.softwareMTBF = mtbf(software, parts: nodes)
            failures.leafSwitch = mtbf(network, parts: (nodes / failures.nodesPerLeaf).rounded(.up)).map {
                PartFailures(mtbf: $0, repair: .seconds(3600))
            }
        }
    }

    /// The run as a scenario without its failure rates.
    private static func scenarioText(nodes: Int, days: Double, seed: Int) -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: reliability}
        spec:
          seed: \(seed)
          horizon: \(Int64((days * 86_400).rounded()))s
          sampleInterval: 1d
          clusters:
            - name: published
              nodePools:
                - {name: nodes, count: \(nodes + 64), machine: dgx-h100, spares: 64}
              fabric: {kind: rail-optimized, nodesPerLeaf: 16}
              failures:
                node: {repair: 1d}
                gpu: {repair: 1d}
                recovery: in-place
                detection: 5m
              storage:
                tiers: [{name: store, card: tectonic-llama3}]
          startup: {load: 4m, rendezvous: 1m}
          checkpoint: {interval: 10m, tier: store, model: llama-3.1-405b, mode: async}
          workload:
            - jobs: [{name: training, pods: \(nodes), gpus: 8, duration: 20y}]

        """
    }

    // MARK: Projections from a rate

    /// Mean time to failure at some size, from failures per thousand node-days: rates add up. A figure that was measured at a
    /// size, not projected, is shown beside it.
    private static func projections(_ source: String, _ values: [String: Double]) -> [Row] {
        guard let perThousandNodeDays = values["node_failure_rate"], perThousandNodeDays > 0 else { return [] }
        var failures = FailureModel()
        failures.nodeMTBF = SimDuration(nanoseconds: Int64(1000 * 86_400e9 / perThousandNodeDays))
        return values.keys.sorted().compactMap { name in
            let words = name.split(separator: "_")
            guard words.count == 4, words[0] == "mttf", words[2] == "gpus", let gpus = Int(words[1]), gpus >= 8,
                let published = values[name]
            else { return nil }
            let hours = failures.mtbfSeconds(nodes: gpus / 8, gpus: gpus) / 3600
            return Row(
                source: source, quantity: name, published: published, predicted: hours,
                tolerance: words[3] == "projected" ? 0.05 * published : nil)
        }
    }
}

/// Keeps what became of jobs.
private final class JobFacts: FactSink {
    var jobs: [JobFact] = []

    func write(_ facts: borrowing FactBuffers) { jobs += facts.jobs }
}
