import ClusterModel
import KubernetesObjects
import SimulationKernel

/// Node choice of the default Kubernetes profile on a cluster of cards: what `KubeScheduler` would choose among
/// `CardObjects`, pod by pod (pkg/scheduler/schedule_one.go).
///
/// Nodes of equal pool and load are of one class; a pod shape asks the filters and scorers once per class. A search
/// then only reads answers: over all nodes below 100, else until enough of them are feasible, from where the last
/// search ended. Taken nodes and broken GPUs, parts of GPUs and MIG slices the ledger refuses, like a filter.
/// Ties: drawn from a stream, or the lowest name.
struct KubernetesPlacement: Sendable {
    /// Classes and answers are forgotten and found anew beyond this many.
    private static let classLimit = 1 << 16
    private static let answerLimit = 1 << 24
    /// Not asked yet, and refused; a total score otherwise.
    private static let unknown: Int16 = -2
    private static let refused: Int16 = -1
    private static let noCluster = ClusterState(nodes: [])

    private let cluster: Cluster
    /// Nodes as searches meet them.
    private let searchOrder: [Int32]
    /// One node object per pool; the others differ by name, for which no pod asks.
    private let nodeOfPool: [KubernetesObjects.Node]
    /// The place of every node among equals; nil where chance decides.
    private let rank: [Int32]?
    private let standIn: PodInfo

    private var loads: [NodeLoad]
    /// Class of every node; -1 where its load has changed since.
    private var classOfNode: [Int32]
    private var changedNodes: [Int32]
    private var classOfLoad: [NodeLoad: Int32] = [:]
    private var classes: [NodeState] = []
    private var shapes: [PodShape] = []
    private var shapeOf: [ShapeKey: Int] = [:]
    /// Where in `searchOrder` the next search starts.
    var nextStart = 0
    /// Feasible nodes of the highest score; kept for its memory.
    private var best: [Int32] = []

    private struct ShapeKey: Hashable {
        var request: ResourceRequest
        var pools: UInt64
    }

    /// Pods of one request and one set of pools, and the answers for them.
    private struct PodShape: Sendable {
        let cycle: CycleState
        let scorers: [(score: any PreparedScore, weight: Int64)]
        /// By class.
        var answers: [Int16] = []
    }

    /// An empty cluster. `order` gives every node its place among equals; nil: the order of names under
    /// `lowestName`, else chance.
    init(_ cluster: Cluster, tieBreak: TieBreak, order: [Int32]?) {
        self.cluster = cluster
        searchOrder = CardObjects.searchOrder(of: cluster).map(\.index)
        nodeOfPool = cluster.poolIDs.map { pool in
            cluster.nodes(in: pool).first.map { CardObjects.node($0, of: cluster) } ?? KubernetesObjects.Node()
        }
        rank = order ?? (tieBreak == .lowestName ? Self.ranksByName(cluster) : nil)
        standIn = PodInfo(KubernetesObjects.Pod())
        loads = cluster.nodes.map { NodeLoad(pool: cluster.pool(of: $0)) }
        classOfNode = Array(repeating: -1, count: cluster.nodeCount)
        changedNodes = cluster.nodes.map(\.index)
    }

    private static func ranksByName(_ cluster: Cluster) -> [Int32] {
        let named = cluster.nodes.map { (name: cluster.nodeName($0), node: $0) }.sorted { $0.name < $1.name }
        var ranks = Array(repeating: Int32(0), count: named.count)
        for (place, entry) in named.enumerated() { ranks[entry.node.position] = Int32(place) }
        return ranks
    }

    /// The same with nothing on any node.
    func emptied() -> Self {
        var copy = self
        copy.loads = cluster.nodes.map { NodeLoad(pool: cluster.pool(of: $0)) }
        copy.forgetClasses()
        copy.nextStart = 0
        return copy
    }

    /// Counts a pod in (`sign` 1) or out (-1).
    mutating func note(_ allocation: Allocation, _ sign: Int32) {
        let node = allocation.node.position
        loads[node].count(allocation, sign)
        guard classOfNode[node] >= 0 else { return }
        classOfNode[node] = -1
        changedNodes.append(allocation.node.index)
    }

    /// The node for a pod that may run in `pools`; nil when it fits nowhere.
    mutating func choose(
        _ request: ResourceRequest, pools: UInt64, ledger: AllocationLedger, _ random: inout RandomStream
    ) -> NodeID? {
        let shape = shape(request, pools)
        classifyChangedNodes()
        var answers: [Int16] = []
        swap(&answers, &shapes[shape].answers)
        defer { swap(&answers, &shapes[shape].answers) }
        while answers.count < classes.count { answers.append(Self.unknown) }

        let wanted = KubeScheduler.feasibleNodesToFind(of: searchOrder.count, percentage: 0)
        var feasible = 0
        var highest = Self.refused
        best.removeAll(keepingCapacity: true)
        for _ in 0..<searchOrder.count where feasible < wanted {
            let node = searchOrder[nextStart]
            nextStart = nextStart + 1 == searchOrder.count ? 0 : nextStart + 1
            let nodeClass = Int(classOfNode[Int(node)])
            if answers[nodeClass] == Self.unknown { answers[nodeClass] = answer(shape, classes[nodeClass]) }
            let score = answers[nodeClass]
            guard score >= 0, ledger.fits(request, on: NodeID(index: node)) else { continue }
            feasible += 1
            guard score >= highest else { continue }
            if score > highest { best.removeAll(keepingCapacity: true) }
            highest = score
            best.append(node)
        }
        guard let first = best.first else { return nil }
        guard let rank else { return NodeID(index: feasible == 1 ? first : best[random.below(best.count)]) }
        return best.min { rank[Int($0)] < rank[Int($1)] }.map { NodeID(index: $0) }
    }

    /// Asks the filters and, where they agree, the scorers of the default profile.
    ///
    /// Scores that are normalised over all candidates are the same for every candidate here, since a pod tolerates all
    /// taints of its pools and prefers no labels: they are normalised over the one node.
    private func answer(_ shape: Int, _ node: NodeState) -> Int16 {
        let shape = shapes[shape]
        guard shape.cycle.status(on: node, in: Self.noCluster).isSuccess else { return Self.refused }
        var total: Int64 = 0
        for (scorer, weight) in shape.scorers {
            var score = [scorer.raw(node)]
            scorer.normalize(&score)
            total += score[0] * weight
        }
        return Int16(clamping: total)
    }

    private mutating func shape(_ request: ResourceRequest, _ pools: UInt64) -> Int {
        let key = ShapeKey(request: request, pools: pools)
        if let known = shapeOf[key] { return known }
        let pod = PodInfo(CardObjects.pod(named: "pod", request, pools: pools, of: cluster))
        let scorers = NodeScorer.defaultProfile.compactMap { scorer, weight in
            scorer.prepare(pod, over: [], in: Self.noCluster).map { (score: $0, weight: weight) }
        }
        shapeOf[key] = shapes.count
        shapes.append(PodShape(cycle: CycleState(pod, in: Self.noCluster), scorers: scorers))
        return shapes.count - 1
    }

    /// Gives nodes whose load has changed the class of their new load.
    private mutating func classifyChangedNodes() {
        if classes.count > max(Self.classLimit, 4 * loads.count)
            || classes.count > 4 * loads.count && classes.count * shapes.count > Self.answerLimit
        {
            forgetClasses()
        }
        for node in changedNodes {
            let load = loads[Int(node)]
            if let known = classOfLoad[load] {
                classOfNode[Int(node)] = known
                continue
            }
            let new = Int32(classes.count)
            classOfLoad[load] = new
            classOfNode[Int(node)] = new
            classes.append(load.state(nodeOfPool[Int(load.pool)], pod: standIn))
        }
        changedNodes.removeAll(keepingCapacity: true)
    }

    private mutating func forgetClasses() {
        classOfLoad = [:]
        classes = []
        for index in shapes.indices { shapes[index].answers = [] }
        for node in classOfNode.indices { classOfNode[node] = -1 }
        changedNodes = cluster.nodes.map(\.index)
    }
}
