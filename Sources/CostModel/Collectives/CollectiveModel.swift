/// What GPUs exchange.
public enum Collective: String, CaseIterable, Sendable {
    case allReduce = "all_reduce"
    case allGather = "all_gather"
    case reduceScatter = "reduce_scatter"
    case allToAll = "all_to_all"
    case broadcast
    case sendReceive = "send_recv"
}

/// How they exchange it.
public enum CollectiveAlgorithm: String, CaseIterable, Sendable {
    /// One ring through all ranks.
    case ring
    /// Two trees over the nodes, chains inside.
    case tree
    /// Reduction inside the NVLink switch (one domain).
    case nvls
    /// Every rank to every rank.
    case pairwise
    /// One sender, one receiver.
    case direct
}

/// Network adapters whose latency differs.
public enum NetworkKind: String, CaseIterable, Sendable {
    /// InfiniBand or RoCE.
    case rdma
    /// Amazon's Elastic Fabric Adapter.
    case efa
}

/// The ranks of a collective and the wires between them; rates in bytes per second, one direction.
public struct CollectiveGroup: Hashable, Sendable {
    /// Ranks.
    public var ranks: Int
    /// Ranks of the group inside one scale-up domain.
    public var perDomain: Int
    /// Scale-up rate of one GPU.
    public var scaleUp: Double
    /// Network rate of one GPU.
    public var network: Double
    /// Adapter.
    public var kind = NetworkKind.rdma
    /// Generation, which decides about NVLink SHARP.
    public var generation: GPUGeneration

    /// A group.
    public init(ranks: Int, perDomain: Int, scaleUp: Double, network: Double, generation: GPUGeneration) {
        self.ranks = max(1, ranks)
        self.perDomain = max(1, min(perDomain, ranks))
        self.scaleUp = scaleUp
        self.network = network
        self.generation = generation
    }

    /// Scale-up domains that the group spans.
    public var domains: Int { (ranks + perDomain - 1) / perDomain }
}

/// Times of collectives: latency, plus bytes over the bus bandwidth, plus a pipeline fill that grows to a limit.
///
/// `T = base + hops + κ·S/B + fill·S/(S + S₀)`, with κ as in nccl-tests. The structure follows NCCL's tuner (ring, tree, NVLS;
/// the fastest available wins); base, fill and the shares of the wire rate are constants of the kind of wire, read off
/// the measured curves in docs/training.md.
public struct CollectiveModel: Hashable, Sendable {
    /// Share of the scale-up rate that a ring reaches, by generation.
    public var ringShare: [Double] = [0.78, 0.766, 0.815, 0.76, 0.6]
    /// Share of the scale-up rate that NVLS reaches as bus bandwidth with eight ranks; 0 where there is none.
    public var nvlsShare: [Double] = [0, 0, 1.07, 0.9, 0]
    /// Loss of NVLS for each rank that is missing to eight.
    public var nvlsLossPerRank = 0.05
    /// Ranks from which NVLS is the default, by generation.
    public var nvlsRanks = [Int.max, Int.max, 5, 6, Int.max]
    /// Share of the network rate that a ring reaches.
    public var networkShare = 0.96
    /// Share of the bound of a tree over two nodes, whose wires carry the data once in each direction.
    public var treeShare = 0.85
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

    /// The algorithms that can run a collective on a group.
    public func available(_ collective: Collective, on group: CollectiveGroup) -> [CollectiveAlgorithm] {
        switch collective {
        case .allToAll: return [.pairwise]
        case .sendReceive: return [.direct]
        case .allGather, .reduceScatter, .broadcast: return [.ring]
        case .allReduce:
            if group.domains > 1 { return [.ring, .tree] }
            return group.ranks >= nvlsRanks[group.generation.rawValue] ? [.ring, .nvls] : [.ring]
        }
    }

    /// Seconds of a collective of `bytes` (the full buffer; for all-to-all, what one rank holds), and the algorithm chosen.
    ///
    /// - Parameter forced: an algorithm to use instead of the fastest.
    public func time(
        _ collective: Collective, bytes: Double, on group: CollectiveGroup, forced: CollectiveAlgorithm? = nil
    ) -> (seconds: Double, algorithm: CollectiveAlgorithm) {
        guard group.ranks > 1, bytes > 0 else { return (0, .direct) }
        var best = (seconds: Double.infinity, algorithm: CollectiveAlgorithm.ring)
        for algorithm in forced.map({ [$0] }) ?? available(collective, on: group) {
            let seconds = time(collective, algorithm, bytes, group)
            if seconds < best.seconds { best = (seconds, algorithm) }
        }
        return best
    }

    /// Seconds of a collective by the fastest algorithm.
    public func seconds(_ collective: Collective, bytes: Double, on group: CollectiveGroup) -> Double {
        time(collective, bytes: bytes, on: group).seconds
    }

    private func time(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, _ bytes: Double, _ group: CollectiveGroup
    ) -> Double {
        let n = Double(group.ranks), domains = Double(group.domains)
        let factor = Self.busFactor(collective, ranks: group.ranks)
        let generation = group.generation.rawValue
        let inside = group.scaleUp * ringShare[generation]
        let kind = group.kind == .efa ? 1 : 0
        switch algorithm {
        case .nvls:
            let missing = max(0, 8 - n)
            let rate =
                group.scaleUp
                * max(0.3, nvlsShare[generation] * (n / (n - 1) * 7 / 8) * (1 - nvlsLossPerRank * missing))
            return nvlsBase + factor * bytes / rate + nvlsFill * bytes / (bytes + nvlsFillBytes)
        case .ring, .tree:
            let steps = collective == .allReduce ? 2.0 : 1.0
            if group.domains == 1 {
                return ringBase + ringHop * steps * (n - 1) + factor * bytes / inside
                    + ringFill * bytes / (bytes + ringFillBytes)
            }
            // Every node sends through all the adapters of its ranks.
            let network = group.network * Double(group.perDomain) * networkShare
            let fill = networkFill[kind] * bytes / (bytes + networkFillBytes)
            if algorithm == .tree {
                let crossing = min(2, domains) * bytes / 2 * (domains > 2 ? 1.25 : 1)
                let hops = 2 * networkHop * (domains.rounded(.up)).logarithm2
                return networkBase[kind] + hops + crossing / (network * treeShare) + fill
            }
            let hops = steps * (ringHop * (n - domains) + networkHop * (domains - 1)) / Double(max(1, group.perDomain))
            return networkBase[kind] + hops + factor * bytes / min(network, inside) + fill
        case .pairwise:
            let near = bytes * (Double(group.perDomain) - 1) / n
            let far = group.domains > 1 ? bytes * (n - Double(group.perDomain)) / n : 0
            let base = group.domains > 1 ? networkBase[kind] : ringBase
            return base + ringHop * (n - 1) / 8
                + max(near / (group.scaleUp * allToAllScaleUpShare), far / (group.network * allToAllNetworkShare))
        case .direct:
            let across = group.perDomain < group.ranks
            let rate = across ? group.network * networkShare : inside
            return (across ? networkBase[kind] / 2 : ringBase / 3) + bytes / rate
        }
    }
}

extension Double {
    /// Logarithm of base two by halving, with linear interpolation inside an octave; exact at powers of two.
    var logarithm2: Double {
        guard self > 1 else { return 0 }
        var rest = self, result = 0.0
        while rest >= 2 {
            rest /= 2
            result += 1
        }
        return result + rest - 1
    }
}
