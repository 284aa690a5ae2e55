/// The machines of a training run, as far as its speed depends on them.
public struct TrainingPlatform: Hashable, Sendable {
    /// The GPU.
    public var card: AcceleratorCard
    /// GPUs of one node.
    public var gpusPerNode: Int
    /// Network rate of one GPU, one direction, in bytes per second.
    public var network: Double
    /// Kind of network.
    public var networkKind = NetworkKind.rdma
    /// Network adapters of one node; nil: one for each GPU.
    public var adaptersPerNode: Int?
    /// Whether the switches of the network reduce (SHARP).
    public var reducesInNetwork = false
    /// The machine around the GPU.
    public var host: HostCard
    /// Where the ranks are placed, and what the network leaves them.
    public var conditions = NetworkConditions()

    /// Nodes of a GPU, with the usual network where none is given.
    public init(card: AcceleratorCard, gpusPerNode: Int = 8, network: Double? = nil) {
        self.card = card
        self.gpusPerNode = max(1, gpusPerNode)
        self.network = network ?? card.usualNetwork
        host = .usual(generation: card.generation, isGrace: card.hasGraceHost)
    }

    /// GPUs that reach each other over the scale-up network.
    public var domain: Int {
        card.scaleUpDomain > 8 ? card.scaleUpDomain : min(gpusPerNode, max(8, card.scaleUpDomain))
    }

    /// A group of ranks of one dimension whose neighbours are `stride` GPUs apart.
    public func group(ranks: Int, stride: Int, along dimension: ParallelDimension) -> CollectiveGroup {
        let condition = conditions[dimension]
        let perDomain = max(1, min(ranks, (condition.reach ?? domain) / max(1, stride)))
        var group = CollectiveGroup(
            ranks: ranks, perDomain: perDomain, scaleUp: card.scaleUp, network: network * condition.share,
            adapters: adaptersPerNode.map { perDomain * $0 / gpusPerNode }, generation: card.generation)
        group.kind = networkKind
        group.reducesInNetwork = reducesInNetwork
        return group
    }
}
