/// The tree of hierarchical DRF: queues as inner nodes, jobs as leaves (upstream: `plugins/drf/drf.go`, hierarchicalNode;
/// reference section 9.5).
///
/// Upstream computes the whole tree again after every change. The result depends only on what the leaves hold now, so
/// here only what changed is computed, and only when an answer is wanted; the numbers are the same to the last bit.
///
/// Ties: shares are compared exactly, so the order in which a node's children are summed can matter; it is ascending
/// (lowest name), or drawn once per session.
struct HierarchicalShares {
    private struct Node {
        let parent: Int
        let name: String
        let weight: Double
        /// What a leaf asks for in all; nil for inner nodes.
        let request: Resource?
        /// What a leaf holds; what counts of the children for an inner node.
        var allocated = Resource()
        var share = 0.0
        /// Whether nothing more can be had here: the others go first.
        var isSaturated = false
        /// Children have higher places than their parent.
        var children: [Int] = []
    }

    private let total: DominantShare
    private var nodes: [Node] = [Node(parent: -1, name: "root", weight: 1, request: nil)]
    /// Place of a path's node, by its parent and name.
    private var places: [Step: Int] = [:]
    /// By queue index: its nodes from the root on, and how many its annotation names.
    private var paths: [(nodes: [Int], depth: Int)] = []
    /// By job index: the place of its leaf; -1 until it is added.
    private var leaves: [Int] = []
    private var totalAllocated = Resource()
    /// By dimension: whether the cluster has more of it than was allocated.
    private var isDemanding: [Bool] = []
    /// Leaves whose holding changed since the last answer.
    private var changed: Set<Int> = []

    private struct Step: Hashable {
        let parent: Int
        let name: String
    }

    /// A tree that is only a root, over a cluster of this total.
    init(total: DominantShare) { self.total = total }

    // MARK: Building

    /// Adds a job under its queue's path. The first job of a path fixes the weights of its nodes: below 1, unparsable or
    /// missing is 1.
    mutating func add(_ job: JobInfo, of queue: QueueInfo) {
        let names = Self.steps(queue.hierarchy)
        let weights = Self.steps(queue.hierarchyWeights)
        var place = 0
        for level in names.indices.dropFirst() {
            let step = Step(parent: place, name: names[level])
            if let known = places[step] {
                place = known
            } else {
                let weight = level < weights.count ? Double(weights[level]) ?? 0 : 0
                place = append(Node(parent: place, name: step.name, weight: weight < 1 ? 1 : weight, request: nil))
                places[step] = place
            }
        }
        let leaf = append(
            Node(parent: place, name: job.uid, weight: 1, request: job.totalRequest, allocated: job.allocated))
        let index = Int(job.id.index)
        while leaves.count <= index { leaves.append(-1) }
        leaves[index] = leaf
        totalAllocated.add(job.allocated)
    }

    private mutating func append(_ node: Node) -> Int {
        nodes[node.parent].children.append(nodes.count)
        nodes.append(node)
        return nodes.count - 1
    }

    /// Fixes the order of children, once all jobs are in: ascending names, then `arrange`; and finds the queues' paths.
    mutating func finish(queues: some Sequence<QueueInfo>, arrange: (inout [Int]) -> Void) {
        for place in nodes.indices {
            var children = nodes[place].children.sorted { nodes[$0].name < nodes[$1].name }
            arrange(&children)
            nodes[place].children = children
        }
        paths = queues.map { queue in
            let names = Self.steps(queue.hierarchy)
            var path = [0]
            for name in names.dropFirst() {
                guard let place = places[Step(parent: path[path.count - 1], name: name)] else { break }
                path.append(place)
            }
            return (path, names.count)
        }
        isDemanding = demanding()
        for place in nodes.indices.reversed() { compute(place) }
    }

    /// Names of a path such as `root/a/b`; the first stands for the root whatever it is.
    private static func steps(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    // MARK: Changes and answers

    /// Says what a job holds now.
    mutating func set(_ allocated: Resource, of job: JobRef) {
        guard Int(job.index) < leaves.count, leaves[Int(job.index)] >= 0 else { return }
        let leaf = leaves[Int(job.index)]
        totalAllocated.sub(nodes[leaf].allocated)
        totalAllocated.add(allocated)
        nodes[leaf].allocated = allocated
        changed.insert(leaf)
    }

    /// Negative if queue `l` is to be served before `r`: from the root down, unsaturated first, then the smaller share
    /// per weight; 0 where the shorter path ends (or a queue without jobs is not in the tree).
    mutating func compare(_ l: QueueRef, _ r: QueueRef) -> Int {
        settle()
        let (left, right) = (paths[Int(l.index)], paths[Int(r.index)])
        for level in 0..<min(left.depth, right.depth) {
            guard level < left.nodes.count, level < right.nodes.count else { return 0 }
            let (a, b) = (left.nodes[level], right.nodes[level])
            if a == b { continue }
            if nodes[a].isSaturated != nodes[b].isSaturated { return nodes[a].isSaturated ? 1 : -1 }
            let (x, y) = (nodes[a].share / nodes[a].weight, nodes[b].share / nodes[b].weight)
            if x != y { return x < y ? -1 : 1 }
        }
        return 0
    }

    /// Brings the nodes above changed leaves up to date; all, if another resource is demanding now.
    private mutating func settle() {
        guard !changed.isEmpty else { return }
        let demanding = demanding()
        if demanding != isDemanding {
            isDemanding = demanding
            for place in nodes.indices.reversed() { compute(place) }
        } else {
            var affected = changed
            for leaf in changed {
                var place = nodes[leaf].parent
                while place >= 0, affected.insert(place).inserted { place = nodes[place].parent }
            }
            for place in affected.sorted(by: >) { compute(place) }
        }
        changed = []
    }

    private func demanding() -> [Bool] {
        var demanding = Array(repeating: false, count: total.total.dimensions)
        for dimension in total.dimensions { demanding[dimension] = totalAllocated[dimension] < total.total[dimension] }
        return demanding
    }

    /// A node from its children, which are up to date.
    private mutating func compute(_ place: Int) {
        if let request = nodes[place].request {
            nodes[place].isSaturated = isSaturated(nodes[place].allocated, request)
        } else {
            let children = nodes[place].children
            let level = children.reduce(1) {
                nodes[$1].share != 0 && !nodes[$1].isSaturated ? min($0, nodes[$1].share) : $0
            }
            var sum = Resource()
            for child in children where nodes[child].share != 0 {
                if nodes[child].isSaturated {
                    sum.add(nodes[child].allocated)
                } else {
                    var scaled = nodes[child].allocated
                    scaled.multiply(level / nodes[child].share)
                    sum.add(scaled)
                }
            }
            nodes[place].allocated = sum
            nodes[place].isSaturated = children.allSatisfy { nodes[$0].isSaturated }
        }
        nodes[place].share = total.share(of: nodes[place].allocated)
    }

    /// Whether a job has all it asks for of some resource it holds, or holds one that has run out in the cluster.
    private func isSaturated(_ allocated: Resource, _ request: Resource) -> Bool {
        allocated.namedDimensions.contains { dimension in
            guard request[dimension] != 0 else { return false }
            return allocated[dimension] >= request[dimension] || dimension >= isDemanding.count
                || !isDemanding[dimension]
        }
    }
}
