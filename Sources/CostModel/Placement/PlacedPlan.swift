import ClusterModel

/// A training plan on the GPUs of a cluster: which rank runs where, and which links its transfers use.
///
/// Ranks are numbered in the order of nodes and their GPUs, as launchers do that sort hosts by name, and laid out as in Megatron:
/// tensor-parallel ranks are neighbours, then context, data and pipeline. Transfers inside a scale-up domain
/// use no links. A link is two channels: `2 · link` towards the core, `2 · link + 1` away from it.
public struct PlacedPlan: Sendable {
    /// A GPU of a node.
    public struct Place: Hashable, Sendable, BitwiseCopyable {
        /// The node.
        public var node: NodeID
        /// The GPU in it, from zero.
        public var gpu: Int32

        /// A place.
        public init(node: NodeID, gpu: Int32) {
            self.node = node
            self.gpu = gpu
        }
    }

    /// One dimension's transfers.
    public struct Traffic: Sendable {
        /// The dimension.
        public var dimension: ParallelDimension
        /// Flows on each channel, ascending by channel. A flow is what one rank sends on its share of the network cards.
        public var loads: [FairShares.Load]
    }

    /// Dimensions that use the network.
    public private(set) var traffic: [Traffic] = []
    /// Reach of the groups of each dimension as they are placed; shares are 1.
    public private(set) var conditions = NetworkConditions()
    /// What one rank can send, in bytes per second; nil where a node has no network cards.
    public let rate: Double?

    private let cluster: Cluster
    /// What is placed.
    public let plan: TrainingPlan
    /// Place of every rank.
    public let places: [Place]

    /// A plan on places in the order of ranks; as many as the plan has GPUs.
    public init(_ plan: TrainingPlan, on places: [Place], of cluster: Cluster) {
        precondition(places.count == plan.gpus, "a plan needs a place for every rank")
        self.plan = plan
        self.places = places
        self.cluster = cluster
        rate = Self.rate(of: places, cluster)
        place(.tensor, groups(ranks: plan.tensor, stride: 1), stride: 1)
        place(.context, groups(ranks: plan.context, stride: plan.tensor), stride: plan.tensor)
        place(.data, groups(ranks: plan.data * plan.context, stride: plan.tensor), stride: plan.tensor)
        let stage = plan.gpus / plan.pipeline
        place(.pipeline, groups(ranks: plan.pipeline, stride: stage), stride: stage)
        place(.expert, groups(ranks: plan.expert, stride: 1), stride: 1)
    }

    private static func rate(of places: [Place], _ cluster: Cluster) -> Double? {
        var least = Double.infinity
        var last: NodeID?
        for place in places where place.node != last {
            last = place.node
            let shape = cluster.shape(of: place.node)
            guard shape.nics > 0, cluster.fabric.linkCount(of: place.node) > 0 else { return nil }
            least = min(least, shape.networkRate.rawValue / Double(max(1, shape.gpuCount)))
        }
        return least
    }

    /// Groups of so many ranks that are `stride` apart. Experts may span what other dimensions split.
    private func groups(ranks: Int, stride: Int) -> [[Int]] {
        guard ranks > 1 else { return [] }
        let block = ranks * stride
        return (0..<places.count / block).flatMap { outer in
            (0..<stride).map { inner in (0..<ranks).map { outer * block + inner + $0 * stride } }
        }
    }

    /// What a rank shares with those that it reaches without the network: its scale-up domain, or its node.
    private func domain(of rank: Int) -> Int {
        let node = places[rank].node
        if cluster.shape(of: node).nodesPerNVLinkDomain > 1, let domain = cluster.nvlinkDomain(of: node) {
            return -1 - domain.position
        }
        return node.position
    }

    /// The members of a group by domain, in the order in which the domains first appear.
    private func byDomain(_ group: [Int]) -> [[Int]] {
        var result: [[Int]] = []
        var position: [Int: Int] = [:]
        for rank in group {
            let domain = domain(of: rank)
            if let known = position[domain] {
                result[known].append(rank)
            } else {
                position[domain] = result.count
                result.append([rank])
            }
        }
        return result
    }

    /// Adds the transfers of a dimension's groups, and how far its groups reach.
    private mutating func place(_ dimension: ParallelDimension, _ groups: [[Int]], stride: Int) {
        var least = Int.max
        var loads: [FairShares.Load] = []
        for group in groups {
            let domains = byDomain(group)
            guard domains.count > 1 else { continue }
            least = min(least, domains.map(\.count).min() ?? 1)
            guard rate != nil else { continue }
            switch dimension {
            case .tensor, .data: addRing(domains, &loads)
            case .context: addChain(group, closed: true, bothWays: false, &loads)
            case .pipeline: addChain(group, closed: plan.virtualStages > 1, bothWays: true, &loads)
            case .expert: addExchange(domains, ranks: group.count, &loads)
            }
        }
        guard least < .max else {
            if !groups.isEmpty { conditions[dimension].reach = places.count }
            return
        }
        conditions[dimension].reach = least * stride
        if !loads.isEmpty { traffic.append(Traffic(dimension: dimension, loads: Self.merged(loads))) }
    }

    /// A ring through the domains: as many channels as the smallest domain has members, each over a card of its own.
    private func addRing(_ domains: [[Int]], _ loads: inout [FairShares.Load]) {
        let channels = domains.map(\.count).min() ?? 0
        for (position, members) in domains.enumerated() {
            let next = domains[(position + 1) % domains.count]
            for channel in 0..<channels { addPath(members[channel], next[channel], 1, &loads) }
        }
    }

    /// Each rank to the next; where data flows both ways also back, in turns with forward: half a flow each.
    private func addChain(_ group: [Int], closed: Bool, bothWays: Bool, _ loads: inout [FairShares.Load]) {
        for position in group.indices where closed || position + 1 < group.count {
            let (a, b) = (group[position], group[(position + 1) % group.count])
            addPath(a, b, bothWays ? 0.5 : 1, &loads)
            if bothWays { addPath(b, a, 0.5, &loads) }
        }
    }

    /// Each rank to all ranks of other domains, in equal parts, over the receiver's rail (NCCL's PXN).
    private func addExchange(_ domains: [[Int]], ranks: Int, _ loads: inout [FairShares.Load]) {
        for (from, senders) in domains.enumerated() {
            let part = Double(senders.count) / Double(ranks - senders.count)
            for (to, receivers) in domains.enumerated() where to != from {
                for receiver in receivers { addPath(receiver, from: senders[0], part, &loads) }
            }
        }
    }

    private func rail(_ rank: Int) -> Int {
        let shape = cluster.shape(of: places[rank].node)
        return Int(places[rank].gpu) * shape.nics / max(1, shape.gpuCount)
    }

    private func addPath(_ from: Int, _ to: Int, _ flows: Double, _ loads: inout [FairShares.Load]) {
        addPath(places[from].node, places[to].node, rail: rail(from), flows, &loads)
    }

    private func addPath(_ receiver: Int, from sender: Int, _ flows: Double, _ loads: inout [FairShares.Load]) {
        addPath(places[sender].node, places[receiver].node, rail: rail(receiver), flows, &loads)
    }

    private func addPath(
        _ from: NodeID, _ to: NodeID, rail: Int, _ flows: Double, _ loads: inout [FairShares.Load]
    ) {
        let fabric = cluster.fabric
        fabric.forEachChannel(from: from, to: to, rail: rail) { loads.append(.init(channel: $0, flows: flows)) }
    }

    /// Ascending, one entry for each channel.
    private static func merged(_ loads: [FairShares.Load]) -> [FairShares.Load] {
        var result: [FairShares.Load] = []
        for load in loads.sorted(by: { $0.channel < $1.channel }) {
            if result.last?.channel == load.channel {
                result[result.count - 1].flows += load.flows
            } else {
                result.append(load)
            }
        }
        return result
    }

    /// The widest load of the plan on each channel: its dimensions take turns on the wires.
    public var footprint: [FairShares.Load] {
        var result: [FairShares.Load] = []
        for load in traffic.flatMap(\.loads).sorted(by: { $0.channel < $1.channel }) {
            if result.last?.channel == load.channel {
                result[result.count - 1].flows = max(result[result.count - 1].flows, load.flows)
            } else {
                result.append(load)
            }
        }
        return result
    }
}
