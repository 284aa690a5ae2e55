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
    /// Reduction in the NVLink switch; across domains together with reduction in the network's switches.
    case nvls
    /// Reduction in the NVLink switch, two trees over the nodes for each GPU's share.
    case nvlsTree = "nvls_tree"
    /// Reduction in the network's switches (SHARP); every GPU sends its share of the node's sum.
    case collnetDirect = "collnet_direct"
    /// Reduction in the network's switches, chains inside of the nodes.
    case collnetChain = "collnet_chain"
    /// Reduce-scatter in each domain, all-reduce of the shares across domains, all-gather in each domain: three collectives, one after
    /// the other, as frameworks put them together.
    case hierarchical
    /// Every rank to every rank.
    case pairwise
    /// Every rank to every rank, gathered first by the GPU of the node that sits at the receiver's rail (NCCL's PXN).
    case railAligned = "rail_aligned"
    /// One sender, one receiver.
    case direct

    /// Whether it is one of those that NCCL chooses among by its table.
    public var isTuned: Bool {
        switch self {
        case .ring, .tree, .nvls, .nvlsTree, .collnetDirect, .collnetChain: true
        case .hierarchical, .pairwise, .railAligned, .direct: false
        }
    }
}

/// How NCCL hands bytes on from one GPU to the next.
public enum CollectiveProtocol: Int, CaseIterable, Sendable {
    /// Eight bytes at a time, four of them a flag: the least latency, half of the rate.
    case ll
    /// 128 bytes at a time, eight of them a flag; needs stores that arrive whole.
    case ll128
    /// Large chunks between fences: the full rate.
    case simple

    /// Its name in `NCCL_PROTO`.
    public var name: String {
        switch self {
        case .ll: "LL"
        case .ll128: "LL128"
        case .simple: "Simple"
        }
    }
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
    /// Network rate of one GPU: its share of the domain's adapters.
    public var network: Double
    /// Network adapters that the ranks of a domain share; as many as ranks where nothing else is said.
    public var adapters: Int
    /// Adapter.
    public var kind = NetworkKind.rdma
    /// Whether the switches of the network reduce (SHARP).
    public var reducesInNetwork = false
    /// Generation, which decides about NVLink SHARP and protocols.
    public var generation: GPUGeneration

    /// A group.
    public init(
        ranks: Int, perDomain: Int, scaleUp: Double, network: Double, adapters: Int? = nil, generation: GPUGeneration
    ) {
        self.ranks = max(1, ranks)
        self.perDomain = max(1, min(perDomain, ranks))
        self.scaleUp = scaleUp
        self.network = network
        self.adapters = max(1, adapters ?? self.perDomain)
        self.generation = generation
    }

    /// Scale-up domains that the group spans.
    public var domains: Int { (ranks + perDomain - 1) / perDomain }
    /// Rate of one adapter.
    public var adapterRate: Double { network * Double(perDomain) / Double(adapters) }
    /// Whether GPUs of a domain reach each other over PCIe only: its fifth generation has 63 GB/s, the slowest NVLink 150 GB/s.
    public var isPCIe: Bool { scaleUp < 75e9 }
    /// Whether the NVLink switch can reduce for this group: from Hopper on, with three GPUs or more.
    public var hasSwitchReduction: Bool {
        (generation == .hopper || generation == .blackwell) && !isPCIe && perDomain > 2
    }
}
