/// What a collective takes, and how it is run.
public struct CollectiveTime: Hashable, Sendable {
    /// Seconds.
    public let seconds: Double
    /// Algorithm.
    public let algorithm: CollectiveAlgorithm
    /// Protocol, where curves tell them apart: rings inside of a domain. Across domains the curves are those of NCCL's own choice.
    public let format: CollectiveProtocol?

    init(_ seconds: Double, _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol? = nil) {
        self.seconds = seconds
        self.algorithm = algorithm
        self.format = format
    }
}

/// Times of collectives: latency, plus bytes over the bus bandwidth, plus a pipeline fill that grows to a limit.
///
/// `T = base + hops + κ·S/B + fill·S/(S + S₀)`, with κ as in nccl-tests. Which algorithms and protocols can run follows NCCL (`NCCLTuner`); of
/// those, the fastest is taken, so that the time is continuous in the size and grows with it. Base, fill and the shares of the wire rate are
/// constants of the kind of wire, read off the measured curves in docs/training.md.
public struct CollectiveModel: Hashable, Sendable {
    /// Share of the scale-up rate that a ring reaches, by generation.
    public var ringShare: [Double] = [0.78, 0.766, 0.815, 0.76, 0.6]
    /// Share of the scale-up rate that NVLS reaches as bus bandwidth with eight ranks; 0 where there is none.
    public var nvlsShare: [Double] = [0, 0, 1.07, 0.9, 0]
    /// Loss of NVLS for each rank that is missing to eight.
    public var nvlsLossPerRank = 0.05
    /// Ranks from which NVLS is the default in one domain, by generation: below, NCCL's table has it behind the ring.
    public var nvlsRanks = [Int.max, Int.max, 5, 6, Int.max]
    /// Share of the network rate that a ring reaches.
    public var networkShare = 0.96
    /// Share of the bound of a tree over two nodes, whose wires carry the data once in each direction.
    public var treeShare = 0.85
    /// Share of the network rate that reduction in the network's switches reaches: NCCL's own factor for CollNet.
    public var networkReductionShare = 0.85
    /// Share of the network rate of all-to-all, and of the scale-up rate.
    public var allToAllNetworkShare = 0.9
    /// Share of the scale-up rate of all-to-all.
    public var allToAllScaleUpShare = 0.78
    /// Start of a ring in a domain, and one hop of it, in seconds.
    public var ringBase = 34e-6
    /// One hop inside a domain.
    public var ringHop = 2.2e-6
    /// Pipeline fill of a ring in a domain.
    public var ringFill = 150e-6
    /// Bytes at which half of that fill shows.
    public var ringFillBytes = 100e6
    /// Start of NVLS.
    public var nvlsBase = 46e-6
    /// Pipeline fill of NVLS, and the bytes at which half of it shows.
    public var nvlsFill = 93e-6
    /// Bytes at which half of the fill of NVLS shows.
    public var nvlsFillBytes = 32e6
    /// Start across nodes, by kind of network.
    public var networkBase = [30e-6, 120e-6]
    /// One hop across nodes: NCCL's tuner has 14 µs for the Simple protocol of which most is hidden by pipelining.
    public var networkHop = 2e-6
    /// Pipeline fill across nodes, by kind of network.
    public var networkFill = [200e-6, 560e-6]
    /// Bytes at which half of that fill shows.
    public var networkFillBytes = 2.6e6

    /// The built-in constants.
    public init() {}

    /// Bus-bandwidth factor of nccl-tests: `busbw = κ·S/T`.
    public static func busFactor(_ collective: Collective, ranks: Int) -> Double {
        let n = Double(max(1, ranks))
        switch collective {
        case .allReduce: return 2 * (n - 1) / n
        case .allGather, .reduceScatter, .allToAll: return (n - 1) / n
        case .broadcast, .sendReceive: return 1
        }
    }

    /// Seconds of a collective of `bytes` (the full buffer; for all-to-all, what one rank holds), and how it is run.
    ///
    /// - Parameters:
    ///   - forced: an algorithm to use instead of the fastest; one that cannot run takes for ever.
    ///   - format: a protocol to use, where the curves tell protocols apart.
    public func time(
        _ collective: Collective, bytes: Double, on group: CollectiveGroup, forced: CollectiveAlgorithm? = nil,
        format: CollectiveProtocol? = nil
    ) -> CollectiveTime {
        guard group.ranks > 1, bytes > 0 else { return CollectiveTime(0, .direct) }
        var best = CollectiveTime(.infinity, forced ?? .ring)
        for algorithm in Self.algorithms(of: collective) where forced.map({ $0 == algorithm }) ?? true {
            guard Self.obstacle(collective, algorithm, on: group) == nil else { continue }
            if forced == nil, !isDefault(algorithm, on: group) { continue }
            let one = time(collective, algorithm, bytes, group, format)
            if one.seconds < best.seconds { best = one }
        }
        return best
    }

    /// Seconds of a collective by the fastest algorithm.
    public func seconds(_ collective: Collective, bytes: Double, on group: CollectiveGroup) -> Double {
        time(collective, bytes: bytes, on: group).seconds
    }

    private func time(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ bytes: Double, _ group: CollectiveGroup,
        _ format: CollectiveProtocol?
    ) -> CollectiveTime {
        if algorithm == .ring, group.domains == 1 {
            var best = CollectiveTime(.infinity, .ring)
            for one in CollectiveProtocol.allCases where format.map({ $0 == one }) ?? true {
                if one == .ll128, group.isPCIe || group.generation == .cdna { continue }
                let seconds = ringInDomain(collective, one, bytes, group)
                if seconds < best.seconds { best = CollectiveTime(seconds, .ring, one) }
            }
            return best
        }
        let seconds =
            switch algorithm {
            case .ring: ringAcross(collective, bytes, group)
            case .tree: tree(bytes, group)
            case .nvls: group.domains == 1 ? nvls(bytes, group) : switched(bytes, group, inside: nvlsSpan(bytes, group))
            case .nvlsTree: nvlsTree(bytes, group)
            case .collnetDirect: switched(bytes, group, inside: inDomain(bytes, group))
            case .collnetChain: switched(bytes, group, inside: chain(bytes, group))
            case .hierarchical: hierarchical(bytes, group)
            case .pairwise: pairwise(bytes, group)
            case .railAligned: railAligned(bytes, group)
            case .direct: direct(bytes, group)
            }
        return CollectiveTime(seconds, algorithm)
    }
}

// MARK: - One domain

extension CollectiveModel {
    private func inside(_ group: CollectiveGroup) -> Double { group.scaleUp * ringShare[group.generation.rawValue] }

    private func passes(_ collective: Collective) -> Double { collective == .allReduce ? 2 : 1 }

    /// A ring in a domain. The curve is that of Simple; LL and LL128 have NCCL's hops and rates in place of Simple's, and LL, which sends
    /// eight bytes at a time, no pipeline to fill.
    private func ringInDomain(
        _ collective: Collective, _ format: CollectiveProtocol, _ bytes: Double, _ group: CollectiveGroup
    ) -> Double {
        let hops = passes(collective) * Double(group.ranks - 1)
        let sent = Self.busFactor(collective, ranks: group.ranks) * bytes
        let fill = ringFill * bytes / (bytes + ringFillBytes)
        let hop = NCCLTables.hop(.ring, format, isPCIe: group.isPCIe) * 1e-6
        switch format {
        case .ll:
            let most = NCCLTables.llRate(group.generation, nodes: 1) * 1e9
            return ringBase + hop * hops + sent / min(inside(group) / 2, most)
        case .ll128: return ringBase + hop * hops + sent / (inside(group) * 120 / 128) + fill
        case .simple: return ringBase + ringHop * hops + sent / inside(group) + fill
        }
    }

    /// Bus bandwidth of NVLS among the ranks of a domain.
    private func nvlsRate(_ group: CollectiveGroup) -> Double {
        let n = Double(group.perDomain), missing = max(0, 8 - n)
        let share = nvlsShare[group.generation.rawValue] * (n / (n - 1) * 7 / 8) * (1 - nvlsLossPerRank * missing)
        return group.scaleUp * max(0.3, share)
    }

    private func nvlsSpan(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        Self.busFactor(.allReduce, ranks: group.perDomain) * bytes / nvlsRate(group)
    }

    private func nvls(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        nvlsBase + nvlsSpan(bytes, group) + nvlsFill * bytes / (bytes + nvlsFillBytes)
    }

    /// A reduce-scatter and an all-gather in a domain, without their start.
    private func inDomain(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        guard group.perDomain > 1 else { return 0 }
        return Self.busFactor(.allReduce, ranks: group.perDomain) * bytes / inside(group)
    }

    /// Chains up and down a domain: every GPU in between sends everything twice.
    private func chain(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        guard group.perDomain > 1 else { return 0 }
        return 2 * ringHop * Double(group.perDomain - 1) + 2 * bytes / inside(group)
    }
}

// MARK: - Across domains

extension CollectiveModel {
    private func start(_ group: CollectiveGroup) -> Double { networkBase[group.kind == .efa ? 1 : 0] }

    private func fill(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        networkFill[group.kind == .efa ? 1 : 0] * bytes / (bytes + networkFillBytes)
    }

    /// Rate of all the adapters of a domain: every node sends through those of all its ranks.
    private func network(_ group: CollectiveGroup) -> Double { group.network * Double(group.perDomain) * networkShare }

    private func ringAcross(_ collective: Collective, _ bytes: Double, _ group: CollectiveGroup) -> Double {
        let domains = Double(group.domains), n = Double(group.ranks)
        let hops =
            passes(collective) * (ringHop * (n - domains) + networkHop * (domains - 1)) / Double(group.perDomain)
        let sent = Self.busFactor(collective, ranks: group.ranks) * bytes
        return start(group) + hops + sent / min(network(group), inside(group)) + fill(bytes, group)
    }

    /// Bytes that the busiest node of two trees, each with half of the data, sends: once up and once down for each of its edges (NCCL's
    /// `ncclGetDtree`). An inner node of one tree is a leaf of the other.
    private func treeBytes(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        bytes * min(2, Double(group.domains) / 2)
    }

    private func treeHops(_ group: CollectiveGroup) -> Double { 2 * networkHop * Double(group.domains).logarithm2 }

    private func tree(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        guard group.domains > 1 else { return ringBase + chain(bytes, group) }
        let crossing = treeBytes(bytes, group) / (network(group) * treeShare)
        // In the chains of a domain, every GPU sends everything up, and later down.
        let chains = group.perDomain > 1 ? 2 * bytes / inside(group) : 0
        return start(group) + treeHops(group) + max(crossing, chains) + fill(bytes, group)
    }

    /// The switch of each domain reduces and copies while trees carry the shares of its GPUs.
    private func nvlsTree(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        let crossing = treeBytes(bytes, group) / network(group)
        return start(group) + treeHops(group) + max(crossing, nvlsSpan(bytes, group)) + fill(bytes, group)
    }

    /// The network's switches reduce: every node sends its sum once and gets the whole once.
    private func switched(_ bytes: Double, _ group: CollectiveGroup, inside: Double) -> Double {
        let crossing = bytes / (group.network * Double(group.perDomain) * networkReductionShare)
        return start(group) + 2 * networkHop + max(crossing, inside) + fill(bytes, group)
    }

    private func hierarchical(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        let width = Double(group.perDomain)
        var node = group, rail = group
        node.ranks = group.perDomain
        rail.ranks = group.domains
        rail.perDomain = 1
        rail.adapters = 1
        return seconds(.reduceScatter, bytes: bytes, on: node) + seconds(.allReduce, bytes: bytes / width, on: rail)
            + seconds(.allGather, bytes: bytes, on: node)
    }
}

// MARK: - Point to point

extension CollectiveModel {
    private func pairwise(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        let n = Double(group.ranks), width = Double(group.perDomain)
        let near = bytes * (width - 1) / n
        let far = group.domains > 1 ? bytes * (n - width) / n : 0
        return (group.domains > 1 ? start(group) : ringBase) + ringHop * (n - 1) / 8 + exchange(near, far, group)
    }

    /// A rank hands what is for the rail of a neighbour to that neighbour, and sends on its own rail alone: as many messages as there are
    /// neighbours and domains, instead of ranks, and nothing crosses from rail to rail in the network (NCCL 2.12, `NCCL_P2P_PXN_LEVEL` 2).
    private func railAligned(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        let n = Double(group.ranks), width = Double(group.perDomain), domains = Double(group.domains)
        let rails = min(width, Double(group.adapters))
        let far = bytes * (n - width) / n
        let near = bytes * (width - 1) / n + far * (rails - 1) / rails
        return start(group) + 2 * ringHop + ringHop * (width - 1 + domains - 1) / 8 + exchange(near, far, group)
    }

    /// Bytes inside of the domain and across at the same time.
    private func exchange(_ near: Double, _ far: Double, _ group: CollectiveGroup) -> Double {
        max(near / (group.scaleUp * allToAllScaleUpShare), far / (group.network * allToAllNetworkShare))
    }

    private func direct(_ bytes: Double, _ group: CollectiveGroup) -> Double {
        let isAcross = group.perDomain < group.ranks
        let rate = isAcross ? group.network * networkShare : inside(group)
        return (isAcross ? start(group) / 2 : ringBase / 3) + bytes / rate
    }
}
