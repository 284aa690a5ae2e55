import ClusterModel
import SimulationKernel

/// Chooses the node for one pod after another by a policy. What is free it reads from the ledger at every call.
public struct NodePlacement: Sendable {
    /// A node, and the GPUs if the policy has a say in them (nil: the ledger's order).
    public typealias Choice = (node: NodeID, gpuMask: UInt32?)

    /// The policy.
    public let policy: NodePolicy
    private let order: [Int32]
    private let gpuCounts: [UInt8]
    private var random: RandomStream
    private var gradient: FragmentationGradient?
    private var tally: PodKindTally?
    private var kubernetes: KubernetesPlacement?
    /// Nodes that fit, while `random` chooses; kept for its memory.
    private var feasible: [NodeID] = []

    /// A placement for one run on `cluster`.
    ///
    /// - Parameters:
    ///   - typicalPods: what fragmentation is measured against; only `fgd` looks at them.
    ///   - seed: of the draws of `random` and `kubernetes`.
    ///   - tieBreak: who wins among equal nodes of `kubernetes` without an `order`.
    ///   - order: the place of each node (by index) when scores are equal, all different; nil: by index.
    public init(
        policy: NodePolicy, cluster: Cluster, typicalPods: [TypicalPod], seed: UInt64,
        tieBreak: TieBreak = .lowestName, order: [Int32]? = nil
    ) {
        precondition(order == nil || order?.count == cluster.nodeCount, "an order gives a place to every node")
        self.policy = policy
        self.order = order ?? (0..<Int32(cluster.nodeCount)).map { $0 }
        gpuCounts = cluster.nodes.map { UInt8(cluster.gpuCount(of: $0)) }
        random = RandomStream(seed: seed, name: "node placement")
        gradient = policy == .fgd ? FragmentationGradient(cluster, typicalPods) : nil
        tally = policy == .gpuClustering ? PodKindTally(nodeCount: cluster.nodeCount) : nil
        kubernetes =
            policy == .kubernetes ? KubernetesPlacement(cluster, tieBreak: tieBreak, order: order) : nil
    }

    /// The same for a cluster on which nothing runs yet.
    func emptied() -> Self {
        var copy = self
        copy.kubernetes = kubernetes?.emptied()
        return copy
    }

    /// What decides the next choices besides what is on the nodes; a trial puts it back.
    struct Chance {
        fileprivate var random: RandomStream
        fileprivate var nextStart: Int
    }

    /// The random numbers still to come, and where the next search starts.
    var chance: Chance {
        get { Chance(random: random, nextStart: kubernetes?.nextStart ?? 0) }
        set {
            random = newValue.random
            kubernetes?.nextStart = newValue.nextStart
        }
    }

    /// The node for a pod that may run in `pools` (one bit each); nil when it fits nowhere.
    ///
    /// Requests for MIG slices have no score in the paper's policies, which treat them as `best-fit` does.
    public mutating func choose(_ request: ResourceRequest, pools: UInt64, ledger: AllocationLedger) -> Choice? {
        let pools = pools & ledger.poolBits
        switch policy {
        case .firstFit: return firstFit(request, pools, ledger)
        case .bestFit: return bestFit(request, pools, ledger)
        case .spread: return spread(request, pools, ledger)
        case .random: return anyNode(request, pools, ledger)
        case .kubernetes:
            return kubernetes?.choose(request, pools: pools, ledger: ledger, &random).map { ($0, nil) }
        case _ where request.isMIG: return bestFit(request, pools, ledger)
        case .fgd: return leastFragmenting(request, pools, ledger)
        case .dotProduct:
            return highest(request, pools, ledger) {
                NodeScores.dotProduct(freeCPU: ledger.freeCPU($0), freeGPU: ledger.freeGPUMilli($0), request)
            }
        case .weightedBestFit:
            return highest(request, pools, ledger) {
                NodeScores.weightedBestFit(freeCPU: ledger.freeCPU($0), freeGPU: ledger.freeGPUMilli($0), request)
            }
        case .gpuPacking:
            return highest(request, pools, ledger) {
                NodeScores.gpuPacking(
                    freeGPUs: ledger.freeWholeGPUs($0), gpuCount: Int(gpuCounts[$0.position]),
                    tightest: request.isFraction ? Self.tightestShared(ledger, $0, request.gpuMilli) : nil, request)
            }
        case .gpuClustering:
            let kind = PodKindTally.kind(request)
            let kinds = tally?.kindsOnNode ?? []
            return highest(request, pools, ledger) {
                NodeScores.gpuClustering(
                    freeGPU: ledger.freeGPUMilli($0), kind: kind, kindsOnNode: kinds[$0.position])
            }
        }
    }

    /// Tells the policy that an allocation came into force. Only `gpu-clustering` and `kubernetes` need to know; the
    /// ledger does not say which pods a node's GPUs went to.
    public mutating func note(taken allocation: Allocation) {
        tally?.add(allocation)
        kubernetes?.note(allocation, 1)
    }

    /// Tells the policy that an allocation of which it was told has ended.
    public mutating func note(released allocation: Allocation) {
        tally?.remove(allocation)
        kubernetes?.note(allocation, -1)
    }
}

extension NodePlacement {
    /// Visits the nodes on which a pod fits, ascending.
    @inline(__always)
    static func forEachFit(
        _ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger, _ body: (NodeID) -> Void
    ) {
        var rest = pools
        while rest != 0 {
            let pool = PoolID(rest.trailingZeroBitCount)
            rest &= rest - 1
            ledger.forEachCandidate(in: pool, for: request) { node in
                if ledger.fits(request, on: node) { body(node) }
                return true
            }
        }
    }

    /// The node with the highest score.
    @inline(__always)
    private func highest(
        _ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger, _ score: (NodeID) -> Int
    ) -> Choice? {
        var best: NodeID?
        var bestScore = Int.min
        Self.forEachFit(request, pools, ledger) { node in
            let value = score(node)
            if value > bestScore || (value == bestScore && precedes(node, best)) {
                bestScore = value
                best = node
            }
        }
        return best.map { ($0, nil) }
    }

    /// Whether `a` wins a tie against `b`.
    @inline(__always)
    private func precedes(_ a: NodeID, _ b: NodeID?) -> Bool {
        guard let b else { return true }
        return order[a.position] < order[b.position]
    }

    /// Thousandths free on the fullest shared GPU with room for a fraction of `milli`.
    @inline(__always)
    private static func tightestShared(_ ledger: AllocationLedger, _ node: NodeID, _ milli: Int32) -> Int? {
        var least = Int.max
        var rest = ledger.sharedGPUMask(node)
        while rest != 0 {
            let free = ledger.freeGPUMilli(node, gpu: rest.trailingZeroBitCount)
            rest &= rest - 1
            if free >= Int(milli) { least = min(least, free) }
        }
        return least == .max ? nil : least
    }

    private mutating func leastFragmenting(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger)
        -> Choice?
    {
        guard var gradient = gradient.take() else { return nil }
        defer { self.gradient = gradient }
        let row = gradient.row(for: request)
        var best: NodeID?
        var bestScore = FragmentationGradient.Score(value: -1, gpu: -1)
        Self.forEachFit(request, pools, ledger) { node in
            let score = gradient.score(request, row: row, ledger, node)
            if score.value > bestScore.value || (score.value == bestScore.value && precedes(node, best)) {
                bestScore = score
                best = node
            }
        }
        return best.map { ($0, request.isFraction ? 1 << UInt32(bestScore.gpu) : nil) }
    }

    private mutating func anyNode(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger) -> Choice? {
        feasible.removeAll(keepingCapacity: true)
        Self.forEachFit(request, pools, ledger) { feasible.append($0) }
        guard !feasible.isEmpty else { return nil }
        let node = feasible[random.below(feasible.count)]
        guard request.isFraction else { return (node, nil) }
        let open = ledger.freeGPUMask(node) | ledger.sharedGPUMask(node)
        let gpus = (0..<ledger.cluster.gpuCount(of: node)).filter {
            open >> UInt32($0) & 1 == 1 && ledger.freeGPUMilli(node, gpu: $0) >= Int(request.gpuMilli)
        }
        return (node, 1 << UInt32(gpus[random.below(gpus.count)]))
    }
}
