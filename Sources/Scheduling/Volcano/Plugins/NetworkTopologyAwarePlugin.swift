import KubernetesObjects

/// Plugin `network-topology-aware`: keeps the pods of a job close, and other pods in HyperNodes that are already in use
/// (upstream: `plugins/network-topology-aware/network_topology_aware.go`; reference section 10).
///
/// The sums of allocatable, idle and future idle resources are those at session open; only `used` follows the session.
/// Ties: children of a HyperNode are visited in any order (ascending names); sums over resources go by cpu, memory, scalars.
final class NetworkTopologyAwarePlugin: VolcanoPlugin {
    static let name = "network-topology-aware"
    private unowned(unsafe) let session: VolcanoSession
    private let arguments: NetworkTopologyArguments
    /// Per dimension; nil where a resource does not count.
    private let weights: [Int?]
    private var sums: [HyperNodeSums] = []
    /// Weight of every tier from the lowest to the top's, for pods without topology.
    private var tierWeights: [Double] = []

    private struct HyperNodeSums {
        var allocatable = Resource()
        var used = Resource()
        var idle = Resource()
        var futureIdle = Resource()
    }

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        arguments = NetworkTopologyArguments(option.arguments)
        weights = arguments.weights(session.names)
    }

    private var tree: HyperNodeTree { session.hyperNodes }
    private var lowestTier: Int { tree.tiers.first ?? 1 }
    private var topTier: Int { tree.tiers.last ?? 1 }

    func open() -> ExtensionPoints {
        sums = Array(repeating: HyperNodeSums(), count: tree.count)
        for node in session.nodes {
            let future = node.futureIdle
            for holder in tree.holders(of: node.id) {
                let place = Int(holder.index)
                sums[place].allocatable.add(node.allocatable)
                sums[place].used.add(node.used)
                sums[place].idle.add(node.idle)
                sums[place].futureIdle.add(future)
            }
        }
        let highest = min(topTier, lowestTier.addingReportingOverflow(4096).partialValue)
        tierWeights = (lowestTier...max(lowestTier, highest)).map { Self.power(arguments.fading, $0 - 1) }
        return [.hyperNodeOrder, .batchNodeOrder, .hyperNodeGradientForJob, .hyperNodeGradientForSubJob, .events]
    }

    /// 0 to the power of 0 is 1.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        let magnitude = (0..<exponent.magnitude).reduce(1.0) { product, _ in product * base }
        return exponent < 0 ? 1 / magnitude : magnitude
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let node = session[task].node else { return nil }
        for holder in tree.holders(of: node) { sums[Int(holder.index)].used.add(session[task].request) }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard let node = session[task].node else { return }
        for holder in tree.holders(of: node) { sums[Int(holder.index)].used.sub(session[task].request) }
    }

    /// Equal nodes of different HyperNodes score differently.
    func isClassKeyed(_ task: TaskRef) -> Bool {
        tree.count == 1 && session[task].subJob.map { session[$0].topology == nil } ?? true
    }

    // MARK: Gradients

    func hyperNodeGradient(forJob job: JobRef, root: HyperNodeRef, purpose: GradientPurpose) -> [[HyperNodeRef]] {
        guard let boundary = session[job].topology?.boundary else { return [[root]] }
        return gradient(
            root, boundary, allocated: session[job].allocatedHyperNode,
            need: session[job].minResources ?? Resource(), purpose)
    }

    func hyperNodeGradient(
        forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose
    ) -> [[HyperNodeRef]] {
        guard let boundary = session[subJob].topology?.boundary else { return [[root]] }
        let need = session[subJob].tasks.reduce(into: Resource()) {
            if session[$1].listedAs.contains(.pending) { $0.add(session[$1].request) }
        }
        return gradient(root, boundary, allocated: session[subJob].allocatedHyperNode, need: need, purpose)
    }

    /// Eligible HyperNodes below the search root, breadth first, by ascending tier. For eviction the widest come first, and no
    /// more than the argument allows: of a tier that does not fit whole, the last ones.
    private func gradient(
        _ available: HyperNodeRef, _ boundary: Int, allocated: HyperNodeRef?, need: Resource, _ purpose: GradientPurpose
    ) -> [[HyperNodeRef]] {
        guard let root = searchRoot(available, boundary, allocated) else { return [] }
        var byTier: [Int: [HyperNodeRef]] = [:]
        var line = [root]
        var next = 0
        while next < line.count {
            let current = line[next]
            next += 1
            if tree.tier(of: current) <= boundary, allocated != nil || mayHold(current, need, purpose) {
                byTier[tree.tier(of: current), default: []].append(current)
            }
            line += session.ties.arranged(tree.children(of: current))
        }
        let ascending = byTier.keys.sorted().compactMap { byTier[$0] }
        return purpose == .allocate ? ascending : capped(ascending)
    }

    private func capped(_ ascending: [[HyperNodeRef]]) -> [[HyperNodeRef]] {
        var left = arguments.maxEvictionDomains
        var widestFirst: [[HyperNodeRef]] = []
        for group in ascending.reversed() where left > 0 {
            widestFirst.append(group.suffix(left))
            left -= min(left, group.count)
        }
        return widestFirst
    }

    /// Where `available` and the highest allowed HyperNode above the allocated one overlap; nil where they do not.
    private func searchRoot(_ available: HyperNodeRef, _ boundary: Int, _ allocated: HyperNodeRef?) -> HyperNodeRef? {
        guard let allocated else { return available }
        guard let allowed = tree.ancestors(of: allocated).prefix(while: { tree.tier(of: $0) <= boundary }).last else {
            return nil
        }
        switch tree.lowestCommonAncestor(available, allowed) {
        case allowed: return available
        case available: return allowed
        default: return nil
        }
    }

    private func mayHold(_ hyperNode: HyperNodeRef, _ need: Resource, _ purpose: GradientPurpose) -> Bool {
        let sum = sums[Int(hyperNode.index)]
        return NetworkTopologyPreFilter.passes(
            need, idle: sum.idle, futureIdle: sum.futureIdle, allocatable: sum.allocatable, purpose)
    }

    // MARK: Scores of HyperNodes

    /// How full a HyperNode gets with all tasks of the sub-job; of several fullest, those get more that hold more of its tasks.
    func hyperNodeOrder(_ subJob: SubJobRef, _ hyperNodes: [HyperNodeRef]) -> [Double] {
        var request = Resource()
        for task in session[subJob].tasks {
            let asked = session[task].request
            for dimension in asked.namedDimensions { request.add(asked[dimension], dimension) }
        }
        var scores = hyperNodes.map { fullness($0, with: request) }
        let best = scores.max() ?? 0
        if scores.count(where: { $0 == best }) > 1 {
            for index in scores.indices where scores[index] == best {
                scores[index] += shareOfTasks(subJob, in: hyperNodes[index])
            }
        }
        return scores.map { 100 * Double(arguments.weight) * $0 }
    }

    /// Weighted mean of (used + request) / allocatable over what is requested; 0 where one of them would be exceeded.
    private func fullness(_ hyperNode: HyperNodeRef, with request: Resource) -> Double {
        let sum = sums[Int(hyperNode.index)]
        var (total, totalWeight) = (0.0, 0)
        for dimension in request.namedDimensions {
            guard dimension < weights.count, let weight = weights[dimension] else { continue }
            let filled = sum.used[dimension] + request[dimension]
            if filled > sum.allocatable[dimension] { return 0 }
            total += Double(weight) * (filled / sum.allocatable[dimension])
            totalWeight += weight
        }
        return totalWeight > 0 ? total / Double(totalWeight) : 0
    }

    /// Part of the sub-job's tasks that have a node in the HyperNode.
    private func shareOfTasks(_ subJob: SubJobRef, in hyperNode: HyperNodeRef) -> Double {
        let tasks = session[subJob].tasks
        guard !tasks.isEmpty else { return 0 }
        let inside = tasks.count { session[$0].node.map { tree.holds(hyperNode, $0) } ?? false }
        return Double(inside) / Double(tasks.count)
    }

    // MARK: Scores of nodes

    func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        guard session[task].job != nil else { return [] }
        let scores: [Double]
        if let subJob = session[task].subJob, session[subJob].topology != nil {
            scores = closeness(task, subJob, nodes)
        } else {
            scores = fullness(task, nodes)
        }
        return scores.map { 100 * Double(arguments.weight) * $0 }
    }

    /// For pods without topology: how full the HyperNodes of the node get, the lowest tier counting most. A tier in which the
    /// node has no HyperNode counts as full.
    private func fullness(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        let totalWeight = tierWeights.reduce(0, +)
        guard arguments.scoresNormalPods, totalWeight > 0 else { return [] }
        let request = session[task].request
        var known: [Double?] = Array(repeating: nil, count: tree.count)
        return nodes.map { node in
            let holders = tree.holders(of: node)
            var next = holders.startIndex
            var total = 0.0
            for (offset, weight) in tierWeights.enumerated() {
                let tier = lowestTier + offset
                while next < holders.endIndex, tree.tier(of: holders[next]) < tier { next += 1 }
                var score = 1.0
                if next < holders.endIndex, tree.tier(of: holders[next]) == tier {
                    let place = Int(holders[next].index)
                    score = known[place] ?? fullness(holders[next], with: request)
                    known[place] = score
                }
                total += weight * score
            }
            return total / totalWeight
        }
    }

    /// For pods with topology: how close the node's leaf is to what the sub-job already occupies; of several closest, those get
    /// more whose leaf holds more of its tasks.
    private func closeness(_ task: TaskRef, _ subJob: SubJobRef, _ nodes: [NodeRef]) -> [Double] {
        guard let allocated = session[task].jobAllocatedHyperNode else { return [] }
        var known: [Double?] = Array(repeating: nil, count: tree.count)
        let leaves = nodes.map(tree.leaf)
        var scores = leaves.map { leaf -> Double in
            guard let leaf else { return 0 }
            let score = known[Int(leaf.index)] ?? closeness(leaf, allocated)
            known[Int(leaf.index)] = score
            return score
        }
        let best = scores.max() ?? 0
        if scores.count(where: { $0 == best }) > 1 {
            known = Array(repeating: nil, count: tree.count)
            for index in scores.indices where scores[index] == best {
                guard let leaf = leaves[index] else { continue }
                let share = known[Int(leaf.index)] ?? shareOfTasks(subJob, in: leaf)
                known[Int(leaf.index)] = share
                scores[index] += share
            }
        }
        return scores
    }

    private func closeness(_ leaf: HyperNodeRef, _ allocated: HyperNodeRef) -> Double {
        if leaf == allocated { return 1 }
        guard let common = tree.lowestCommonAncestor(leaf, allocated) else { return 0 }
        let tier = tree.tier(of: common)
        if lowestTier == topTier { return 1 }
        return lowestTier <= tier && tier <= topTier ? Double(topTier - tier) / Double(topTier - lowestTier) : 0
    }
}

/// Which HyperNodes are worth a trial (upstream: isEligibleHyperNode).
public enum NetworkTopologyPreFilter {
    /// For allocation: the need fits what is idle in sum, or what will be; for eviction: what there is at all.
    public static func passes(
        _ need: Resource, idle: Resource, futureIdle: Resource, allocatable: Resource, _ purpose: GradientPurpose
    ) -> Bool {
        switch purpose {
        case .evict: need.lessEqual(allocatable)
        case .allocate: need.lessEqual(idle) || need.lessEqual(futureIdle)
        }
    }
}

extension Resource {
    fileprivate mutating func add(_ amount: Double, _ dimension: Int) {
        switch dimension {
        case 0: milliCPU += amount
        case 1: memory += amount
        default: setScalar(dimension - 2, (scalar(dimension - 2) ?? 0) + amount)
        }
    }
}
