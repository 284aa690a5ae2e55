import Scheduling
import Simulation
import SimulationKernel
import Workloads

/// The packing replay of one openb pod list under several policies and seeds.
public struct OpenbPacking: Sendable {
    /// The curves of one policy, one per seed.
    public struct Outcome: Sendable {
        /// The policy.
        public var policy: NodePolicy
        /// The seeds, in the order asked for.
        public var seeds: [UInt64]
        /// The curve of each seed.
        public var curves: [PackingCurve]

        /// The mean at every percent of arrived demand, over the seeds with an arrival there; not a number without any.
        public func mean(_ measure: OpenbMeasure) -> [Double] {
            let points = curves.map { measure.values(of: $0) }
            return (points.first ?? []).indices.map { percent in
                let values = points.map { $0[percent] }.filter { !$0.isNaN }
                return values.reduce(0, +) / Double(values.count)
            }
        }
    }

    /// Name of the pod list, without its endings.
    public let name: String
    private let replay: PackingReplay

    /// Reads a node list and a pod list, plain or gzip; `ratio` is the demand to reach, 1.3 for 130 % of the GPUs.
    ///
    /// - Throws: `TraceError` when a file cannot be read, or the lists hold no GPU, or no demand for one;
    ///   `ClusterError` when the nodes make no cluster.
    public init(nodes: String, pods: String, ratio: Double = 1.3) throws {
        try self.init(
            nodes: OpenbNode.list(reading: ByteSource(path: nodes)), nodeFile: nodes, pods: pods, ratio: ratio)
    }

    init(nodes: [OpenbNode], nodeFile: String, pods: String, ratio: Double) throws {
        guard ratio > 0, ratio <= 100 else {
            throw TraceError(file: pods, found: "a demand of \(ratio) times the GPUs", expected: "over 0, at most 100")
        }
        let list = try OpenbPodList(reading: ByteSource(path: pods))
        let workload = try PackingWorkload(nodes: nodes, pods: list)
        guard workload.cluster.totalGPUs > 0 else {
            throw TraceError(file: nodeFile, found: "no node with a GPU", expected: "at least one")
        }
        guard workload.pods.contains(where: { $0.request.gpuCount > 0 }) else {
            throw TraceError(file: pods, found: "no pod that asks for a GPU", expected: "at least one")
        }
        var name = pods.split(separator: "/").last.map(String.init) ?? pods
        for ending in [".gz", ".csv"] where name.hasSuffix(ending) { name = String(name.dropLast(ending.count)) }
        self.name = name
        replay = PackingReplay(workload, ratio: ratio)
    }

    /// The curves of every policy, on at most `concurrency` threads; each run is computed by one of them from its own
    /// values, so the results do not depend on the width.
    public func outcomes(_ policies: [NodePolicy], seeds: [UInt64], concurrency: Int = 1) -> [Outcome] {
        let curves = parallelMap(policies.count * seeds.count, width: concurrency) { run in
            replay.run(policies[run / seeds.count], seed: seeds[run % seeds.count])
        }
        return policies.enumerated().map { index, policy in
            let first = index * seeds.count
            return Outcome(policy: policy, seeds: seeds, curves: Array(curves[first..<first + seeds.count]))
        }
    }

    /// The curves as CSV, one row for each policy, seed and measure, one column for each percent of arrived demand.
    public func csv(_ outcomes: [Outcome]) -> String {
        let points = outcomes.first?.curves.first?.allocated.count ?? 0
        var lines = ["measure,workload,policy,seed," + (0..<points).map { "\($0)" }.joined(separator: ",")]
        for outcome in outcomes {
            for (seed, curve) in zip(outcome.seeds, outcome.curves) {
                for measure in OpenbMeasure.allCases {
                    let cells = measure.values(of: curve).map { $0.isNaN ? "" : "\(($0 * 100).rounded() / 100)" }
                    lines.append(
                        "\(measure.rawValue),\(name),\(outcome.policy.rawValue),\(seed),"
                            + cells.joined(separator: ","))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The three published curves; raw values are the names of their tables.
public enum OpenbMeasure: String, CaseIterable, Sendable {
    case allocated = "allocation_percent"
    case fragmented = "fragmented_gpu_percent_of_total"
    case fragmentedOfIdle = "fragmented_percent_of_unallocated"

    /// Its values in a curve.
    func values(of curve: PackingCurve) -> [Double] {
        switch self {
        case .allocated: curve.allocated
        case .fragmented: curve.fragmented
        case .fragmentedOfIdle: curve.fragmentedOfIdle
        }
    }

    /// What to call it in a report.
    var title: String {
        switch self {
        case .allocated: "allocated"
        case .fragmented: "fragmented"
        case .fragmentedOfIdle: "fragmented of idle"
        }
    }
}
