/// The channels that NCCL lays through a node, and the rate of each in GB/s: what `ncclTopoCompute` (`src/graph/search.cc`) finds on machines
/// whose GPUs all see the same links and adapters.
struct NCCLGraph: Hashable, Sendable {
    /// Channels.
    private(set) var channels = 0.0
    /// Rate of a channel inside of the node.
    private(set) var intra = 0.0
    /// Rate of a channel between nodes.
    private(set) var inter = 0.0

    /// Most channels that a search lays (`MAXCHANNELS / 2`), and most heads of NVLS and of CollNet (`NCCL_MAX_NVLS_ARITY`,
    /// `NCCL_MAX_DIRECT_ARITY` + 1).
    private static let most = (rings: 16, nvls: 32, direct: 8)

    /// Finds the channels of an algorithm.
    init(_ algorithm: CollectiveAlgorithm, _ group: CollectiveGroup) {
        let isNVLS = algorithm == .nvls || algorithm == .nvlsTree
        let heads =
            isNVLS
            ? min(Self.most.nvls, group.perDomain)
            : algorithm == .collnetDirect ? min(Self.most.direct, group.perDomain) : Self.most.rings
        let rates = NCCLTables.channelRates(group.generation, acrossNodes: group.domains > 1)
        let link = group.perDomain > 1 ? NCCLTables.linkRate(of: group) : .infinity
        let adapter = group.domains > 1 ? group.adapterRate / 1e9 : .infinity
        // In one node, NVLS pulls from all GPUs alike: as many channels as GPUs.
        let least = isNVLS && group.domains == 1 ? heads : 1
        for rate in rates {
            if channels > 0, rate / inter <= 0.49 { break }
            let overLinks = min(Double(heads), (link / rate).rounded(.down))
            let found = min(overLinks, Double(group.adapters) * (adapter / rate).rounded(.down))
            if found >= Double(least), found * rate > channels * inter {
                channels = found
                (intra, inter) = (rate, rate)
            }
        }
        if !isNVLS { doubleChannels(group.generation) }
        guard group.domains > 1, algorithm != .ring else { return }
        raise(isNVLS ? \.inter : \.intra, among: rates, upTo: isNVLS ? adapter : link / max(1, channels))
    }

    /// Two channels of half the rate for each (`ncclTopoDupChannels`).
    private mutating func doubleChannels(_ generation: GPUGeneration) {
        let isRecent = generation == .hopper || generation == .blackwell
        if channels == 0 || intra < 25 || (isRecent && intra < 50 && channels > 4) { return }
        let doubled = min(2 * channels, Double(Self.most.rings))
        let times = (doubled / channels).rounded(.up)
        (channels, intra, inter) = (doubled, intra / times, inter / times)
    }

    /// The second pass of the search: one side may be faster than the other, up to twice.
    private mutating func raise(_ side: WritableKeyPath<Self, Double>, among rates: [Double], upTo limit: Double) {
        let other = min(intra, inter)
        for rate in rates.reversed() where rate > self[keyPath: side] {
            guard rate <= limit, self[keyPath: side] < 2 * other else { return }
            self[keyPath: side] = rate
        }
    }
}
