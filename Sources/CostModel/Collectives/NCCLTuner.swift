/// Which algorithm and protocol NCCL runs a collective with: the pair whose time is least by a table of latencies and rates that it computes when
/// ranks join (`ncclTopoTuneModel` and `ncclTopoGetAlgoTime` of `src/graph/tuning.cc`, 2.25).
///
/// The times are NCCL's own estimates, made for comparing pairs. What a collective takes is said by `CollectiveModel`. Left out are PAT, trees
/// of pattern `TREE`, and what tuner plug-ins change.
public struct NCCLTuner: Hashable, Sendable {
    /// What NCCL expects of one pair.
    public struct Estimate: Hashable, Sendable {
        /// Algorithm.
        public let algorithm: CollectiveAlgorithm
        /// Protocol.
        public let format: CollectiveProtocol
        /// Latency in seconds.
        public let latency: Double
        /// Bytes of the full buffer per second.
        public let rate: Double
        /// Seconds of the collective.
        public let seconds: Double
    }

    /// The algorithms of the table, in NCCL's order.
    public static let algorithms: [CollectiveAlgorithm] = [
        .tree, .ring, .collnetDirect, .collnetChain, .nvls, .nvlsTree,
    ]

    private let group: CollectiveGroup

    /// The tuner of a group of NVIDIA GPUs; nil for others, whose library has tables of its own.
    public init?(_ group: CollectiveGroup) {
        guard group.generation != .cdna else { return nil }
        self.group = group
    }

    /// Why a pair is not in the table, or nil.
    public func obstacle(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol
    ) -> String? {
        if let reason = CollectiveModel.obstacle(collective, algorithm, on: group) { return reason }
        guard algorithm.isTuned else { return "not in NCCL's table" }
        switch format {
        case .simple: return nil
        case .ll, .ll128:
            if algorithm != .ring, algorithm != .tree { return "Simple only" }
            return format == .ll128 && group.isPCIe ? "LL128 needs NVLink" : nil
        }
    }

    /// The least of the table; nil for what NCCL does not tune (all-to-all, send and receive) and groups of one.
    public func choice(
        _ collective: Collective, bytes: Double, among algorithms: [CollectiveAlgorithm] = algorithms
    ) -> Estimate? {
        var best: Estimate?
        for algorithm in algorithms {
            for format in CollectiveProtocol.allCases {
                guard let one = estimate(collective, algorithm, format, bytes: bytes) else { continue }
                if one.seconds < best?.seconds ?? .infinity { best = one }
            }
        }
        return best
    }

    /// What NCCL expects of a pair; nil where it is not in the table.
    public func estimate(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol, bytes: Double
    ) -> Estimate? {
        guard group.ranks > 1, bytes > 0, obstacle(collective, algorithm, format) == nil else { return nil }
        let graph = NCCLGraph(algorithm, group)
        var rate = rate(collective, algorithm, format, graph)
        var latency = latency(collective, algorithm, format)
        guard rate > 0 else { return nil }
        if collective == .allReduce {
            if algorithm == .tree { rate *= NCCLTables.treeCorrection(format, bytes: bytes) }
            // "Plateau effect of ring", from 64 bytes of every rank and channel; a ring has two of the channels of its graph.
            if algorithm == .ring, format == .simple, group.domains > 1,
                bytes / (2 * graph.channels * Double(group.ranks)) >= 64
            {
                latency *= group.generation == .volta ? 1.9 : 1.4
            }
        }
        return Estimate(
            algorithm: algorithm, format: format, latency: latency * 1e-6, rate: rate * 1e9,
            seconds: latency * 1e-6 + bytes / (rate * 1e9))
    }

    /// Steps of a ring.
    private func steps(_ collective: Collective) -> Double {
        let n = Double(group.ranks)
        switch collective {
        case .allReduce: return 2 * (n - 1)
        case .allGather, .reduceScatter: return n - 1
        case .broadcast, .allToAll, .sendReceive: return n
        }
    }

    /// GB/s of the full buffer.
    private func rate(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol, _ graph: NCCLGraph
    ) -> Double {
        let nodes = group.domains, n = Double(group.ranks), perNode = n / Double(nodes)
        let generation = group.generation
        let channels = graph.channels
        switch algorithm {
        case .ring:
            var bus = channels * (nodes <= 2 ? graph.intra : graph.inter)
            if format == .ll { bus = min(bus / 2, NCCLTables.llRate(generation, nodes: nodes)) }
            if format == .ll128 { bus = min(0.92 * bus, channels * NCCLTables.ringLL128Rate(generation)) }
            return bus * n / steps(collective)
        case .tree:
            var bus = 0.92 * channels * (nodes <= 2 ? graph.intra : graph.inter)
            bus = min(bus, channels * NCCLTables.treeRate(generation, nodes: nodes))
            if format == .ll { bus = min(bus / 3.8, NCCLTables.llRate(generation, nodes: nodes)) }
            if format == .ll128 {
                let share = nodes == 1 ? 7.0 / 9 : 120.0 / 128
                bus = min(share * bus, channels * NCCLTables.treeLL128Rate(generation, nodes: nodes))
            }
            return bus / 2
        case .nvls: return channels * min(graph.intra, graph.inter) * 5 / 6
        case .nvlsTree: return channels * min(graph.intra, nodes <= 2 ? graph.inter : graph.inter / 2) * 5 / 6
        case .collnetDirect:
            let factor = perNode / max(1, channels)
            let loss = generation == .hopper || generation == .blackwell ? 0.85 : 1
            return channels * graph.intra / (factor - (factor - 1) / 2) * loss / 2
        case .collnetChain: return channels * graph.intra / 2
        case .hierarchical, .pairwise, .railAligned, .direct: return 0
        }
    }

    /// Microseconds.
    private func latency(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol
    ) -> Double {
        let nodes = group.domains, perNode = group.ranks / nodes
        let inside = NCCLTables.hop(algorithm, format, isPCIe: group.isPCIe)
        // With one rank in a node nothing hides the network: rings have the hop of trees.
        let across = NCCLTables.networkHop(group.ranks == nodes ? .tree : algorithm, format)
        let base = NCCLTables.base(algorithm, format)
        let depth = Double(NCCLTables.floorLog2(nodes))
        switch algorithm {
        case .ring:
            if collective == .broadcast {
                return base + (nodes == 1 ? inside : NCCLTables.networkHop(.ring, format))
            }
            // Rings across nodes post every step.
            let posting = nodes > 1 ? NCCLTables.networkOverhead * (format == .simple ? 3 : 1) : 0
            let crossings = nodes == 1 ? 0 : Double(nodes - 1) * (collective == .allReduce ? 2 : 1)
            return base + (steps(collective) - crossings) * max(inside, posting) + crossings * across
        case .tree: return base + 2 * (Double(perNode - 1) * inside + depth * across)
        case .nvls: return inside + (nodes > 1 ? across : 0)
        case .nvlsTree: return base + inside + 2 * depth * across
        case .collnetDirect:
            return base + 2 * (Double(min(1, perNode - 1)) * inside + 0.4 * Double(perNode - 1)) + across
        case .collnetChain: return base + 2 * Double(perNode - 1) * inside + across
        case .hierarchical, .pairwise, .railAligned, .direct: return 0
        }
    }
}
