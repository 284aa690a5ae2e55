import KubernetesObjects

/// Nodes that no filter or score of a class-keyed task can tell apart, and what is known about each such class.
///
/// A class is a static description (allocatable, taints, the labels anybody asks for) and a multiset of (shape, status)
/// of the tasks there, kept as a sum of 64-bit mixes: two different multisets share a class with probability 2⁻⁶⁴.
/// Answers are memorised per (shape, class) and stay true, because a class never changes; nodes change class.
struct NodeClasses {
    private struct Key: Hashable {
        var description: Int32
        var count: Int32
        var mix: UInt64
    }

    /// Class of each node.
    private(set) var classOf: ContiguousArray<Int32>
    private var keys: ContiguousArray<Key>
    private var known: [Key: Int32] = [:]
    /// Per shape and class: what allocate's resource check and the predicates say.
    var verdicts: ContiguousArray<ContiguousArray<ClassVerdict>>
    /// Sum of 64-bit mixes of each node with its class: what searches depend on; equal sums mean the same with probability
    /// 1 − 2⁻⁶⁴.
    private var state: UInt64 = 0
    /// Per shape the last search that found no node at all, as (state, list of refusals per node).
    private var searchesInVain: ContiguousArray<(state: UInt64, statuses: [Int32])?> = []
    /// Rank of each node's name.
    private let nameRank: ContiguousArray<Int32>
    /// The search at work.
    private(set) var scan = ClassScan()

    /// No classes yet.
    init() {
        classOf = []
        keys = []
        verdicts = []
        nameRank = []
    }

    init(_ session: VolcanoSession) {
        let isKnown = session.sharding.mode == .none && !session.snapshot.nodeDescriptions.isEmpty
        let descriptions =
            isKnown
            ? session.snapshot.nodeDescriptions : Self.descriptions(of: session.nodes, session.snapshot.objects)
        keys = []
        keys.reserveCapacity(session.nodes.count)
        for node in session.nodes {
            var key = Key(description: descriptions[Int(node.id.index)], count: 0, mix: 0)
            for task in node.tasks {
                key.count += 1
                key.mix &+= Self.mix(session[task].shape, session[task].status)
            }
            for task in node.tasks where session.kubernetes.absent.contains(task) {
                key.mix &+= Self.absence(session[task].shape)
            }
            keys.append(key)
        }
        classOf = ContiguousArray(repeating: -1, count: keys.count)
        nameRank = ContiguousArray(session.nodes.map(\.nameRank))
        let shapes = max(session.snapshot.shapeCount, Int(session.tasks.map(\.shape).max() ?? -1) + 1)
        verdicts = ContiguousArray(repeating: [], count: shapes)
        for node in keys.indices { classify(node) }
    }

    /// Numbers of the nodes' static descriptions, in a snapshot without sharding.
    static func descriptions(of snapshot: ClusterSnapshot) -> ContiguousArray<Int32> {
        descriptions(of: snapshot.nodes, snapshot.objects)
    }

    private static func descriptions(
        of nodes: ContiguousArray<NodeInfo>, _ objects: ObjectSet
    ) -> ContiguousArray<Int32> {
        let asked = NodeDescription.labelsAskedFor(objects)
        var known: [NodeDescription: Int32] = [:]
        return ContiguousArray(
            nodes.map { node in
                let description = NodeDescription(objects.nodes[Int(node.object)], node, asked)
                let next = Int32(known.count)
                let id = known[description] ?? next
                if id == next { known[description] = id }
                return id
            })
    }

    /// Number of classes met so far.
    var count: Int { known.count }

    /// A task of this shape and status came to a node (`sign` 1) or left it (−1).
    mutating func change(_ node: NodeRef, shape: Int32, status: TaskStatus, sign: Int32) {
        let place = Int(node.index)
        let mix = Self.mix(shape, status)
        keys[place].count += sign
        keys[place].mix = sign > 0 ? keys[place].mix &+ mix : keys[place].mix &- mix
        classify(place)
    }

    /// A task that stays on the node is no longer seen there by filters and scores (`KubernetesView`), or is again
    /// (`sign` −1).
    mutating func change(_ node: NodeRef, absent shape: Int32, sign: Int32) {
        let place = Int(node.index)
        let mix = Self.absence(shape)
        keys[place].mix = sign > 0 ? keys[place].mix &+ mix : keys[place].mix &- mix
        classify(place)
    }

    /// The tasks on a node are these, and filters see them all.
    mutating func reset(_ node: NodeRef, _ tasks: some Sequence<(shape: Int32, status: TaskStatus)>) {
        let place = Int(node.index)
        keys[place].count = 0
        keys[place].mix = 0
        for task in tasks {
            keys[place].count += 1
            keys[place].mix &+= Self.mix(task.shape, task.status)
        }
        classify(place)
    }

    private static func absence(_ shape: Int32) -> UInt64 { mix(shape, .unknown) &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func classify(_ node: Int) {
        let next = Int32(known.count)
        let id = known[keys[node]] ?? next
        if id == next { known[keys[node]] = id }
        if classOf[node] == id { return }
        state = state &- Self.mix(node, classOf[node]) &+ Self.mix(node, id)
        classOf[node] = id
    }

    /// Refusals of every node, if a search for this shape among nodes of these classes was in vain.
    func refusalsEverywhere(_ shape: Int) -> [Int32]? {
        guard shape < searchesInVain.count, let last = searchesInVain[shape], last.state == state else { return nil }
        return last.statuses
    }

    mutating func noteSearchInVain(_ shape: Int, _ statuses: [Int32]) {
        while searchesInVain.count <= shape { searchesInVain.append(nil) }
        searchesInVain[shape] = (state, statuses)
    }

    /// Begins a search of a shape at a node, for `wanted` feasible ones.
    mutating func beginScan(at start: Int, wanted: Int) { scan.begin(at: start, wanted: wanted, classes: known.count) }

    /// Goes on with the search; nil when it has ended, else a node whose class nobody has judged yet for the shape.
    mutating func continueScan(_ shape: Int) -> NodeRef? {
        classOf.withUnsafeBufferPointer { classOf in
            verdicts[shape].withUnsafeBufferPointer { scan.run(classOf, $0) }
        }
    }

    /// As `beginScan` and `continueScan`, over a list of nodes with preemption's filter.
    mutating func continueEvictionScan(_ shape: Int, _ candidates: [NodeRef]) -> NodeRef? {
        classOf.withUnsafeBufferPointer { classOf in
            verdicts[shape].withUnsafeBufferPointer { scan.run(candidates, classOf, $0) }
        }
    }

    /// Feasible nodes of the last scan by ascending name.
    func feasibleByName() -> [NodeRef] {
        let found = scan.nodes
        let isSorted = zip(found, found.dropFirst()).allSatisfy { nameRank[Int($0)] < nameRank[Int($1)] }
        let order = isSorted ? Array(found) : found.sorted { nameRank[Int($0)] < nameRank[Int($1)] }
        return order.map { NodeRef(Int($0)) }
    }

    /// Divides nodes by class: the slot of each, and per slot its class and first node.
    mutating func divide(_ nodes: [NodeRef]) {
        scan.begin(at: 0, wanted: nodes.count, classes: known.count)
        classOf.withUnsafeBufferPointer { scan.divide(nodes, $0) }
    }

    /// Which of the candidates in the winning slots is taken: the lowest name, or one that `pick` chooses by number.
    func candidate(inSlots wins: [Bool], lowestName: Bool, pick: (Int) -> Int) -> NodeRef {
        scan.candidate(inSlots: wins, nameRank: nameRank, lowestName: lowestName, pick: pick)
    }

    private static func mix(_ shape: Int32, _ status: TaskStatus) -> UInt64 {
        mix(UInt64(truncatingIfNeeded: shape) &* 16 &+ UInt64(status.rawValue))
    }

    private static func mix(_ node: Int, _ id: Int32) -> UInt64 {
        mix(UInt64(truncatingIfNeeded: node) << 32 | UInt64(UInt32(bitPattern: id)))
    }

    /// The finaliser of splitmix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var x = value &+ 0x9E37_79B9_7F4A_7C15
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }
}

/// What is known about a class for a shape; lists are interned in the session's `fitTable`.
struct ClassVerdict: BitwiseCopyable {
    /// What the request finds: not asked yet, room now, room when releasing pods are gone, none.
    enum Room: UInt8, BitwiseCopyable { case unknown, idle, future, none }
    var room = Room.unknown
    /// List of the resource refusal, where there is no room.
    var shortage: Int32 = -1
    /// List of the predicates' refusals: −2 not asked yet, −1 none.
    var refusals: Int32 = -2
    /// What preemption's filter says, whatever the room.
    var eviction = Eviction.unknown
    enum Eviction: UInt8, BitwiseCopyable { case unknown, mayHelp, hopeless }
}

/// The part of a node that does not change within a session.
private struct NodeDescription: Hashable {
    var allocatable: ContiguousArray<Double>
    var maxTaskNum: Int
    var labels: [String: String]
    var taints: [Taint]
    var unschedulable: Bool
    var images: [NodeImage]
    var isInShard: Bool

    init(_ object: Node, _ info: NodeInfo, _ asked: Set<String>) {
        allocatable = [info.allocatable.milliCPU, info.allocatable.memory]
        for scalar in info.allocatable.scalars { allocatable.append(scalar.isNaN ? -1 : scalar) }
        maxTaskNum = info.allocatable.maxTaskNum
        labels = object.metadata.labels.filter { asked.contains($0.key) }
        if asked.contains(Self.name) { labels[Self.name] = info.name }
        taints = object.taints
        unschedulable = object.unschedulable
        images = object.images
        isInShard = info.isInShard
    }

    /// Stands for the node's name where some pod asks for it.
    private static let name = "metadata.name"

    /// Label keys that some pod's selector or node affinity names, and those that plugins read.
    static func labelsAskedFor(_ objects: ObjectSet) -> Set<String> {
        var asked: Set<String> = ["volcano.sh/revocable-zone", "volcano.sh/nodegroup-name"]
        for pod in objects.pods {
            for key in pod.spec.nodeSelector.keys { asked.insert(key) }
            guard let affinity = pod.spec.affinity else { continue }
            let terms = (affinity.requiredNodeTerms ?? []) + affinity.preferredNodeTerms.map(\.term)
            for term in terms {
                for requirement in term.matchExpressions { asked.insert(requirement.key) }
                if !term.matchFields.isEmpty { asked.insert(name) }
            }
        }
        return asked
    }
}
