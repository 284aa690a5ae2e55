import ClusterModel

/// Scores of fragmentation gradient descent with a memory: a score is worked out again only when the node has changed
/// since it was last asked for the same kind of pod.
///
/// Whether a node has changed is decided by comparing its contents with the ledger, so any ledger of the same cluster
/// may be passed at any time (a copy, one rolled back, an empty one).
struct FragmentationGradient: Sendable {
    /// Best score on a node, and the GPU that has it (for a fraction).
    struct Score {
        var value: Int8
        var gpu: Int8
    }

    private struct PodKind: Hashable {
        var cpuMilli: Int64
        var gpuCount: Int32
        var gpuMilli: Int32
    }

    private struct Entry {
        /// `version` of the node that the score belongs to; 0 never occurs.
        var version: UInt32 = 0
        var score = Score(value: 0, gpu: 0)
    }

    /// Bound on the memory for workloads in which no two pods are alike; the table starts afresh beyond it.
    private static let maxKinds = 256

    private let measure: FragmentationMeasure
    private let nodeCount: Int
    private var rooms: [NodeRoom]
    private var fragmented: [Double]
    private var versions: [UInt32]
    private var kinds: [PodKind: Int] = [:]
    /// By kind, then node.
    private var entries: [Entry] = []

    init(_ cluster: Cluster, _ typicalPods: [TypicalPod]) {
        measure = FragmentationMeasure(typicalPods)
        nodeCount = cluster.nodeCount
        rooms = Array(repeating: NodeRoom(), count: nodeCount)
        fragmented = Array(repeating: 0, count: nodeCount)
        versions = Array(repeating: 0, count: nodeCount)
    }

    /// Row of the table for pods like this one.
    mutating func row(for request: ResourceRequest) -> Int {
        let kind = PodKind(cpuMilli: request.cpuMilli, gpuCount: request.gpuCount, gpuMilli: request.gpuMilli)
        if let row = kinds[kind] { return row }
        if kinds.count == Self.maxKinds {
            kinds.removeAll(keepingCapacity: true)
            entries.removeAll(keepingCapacity: true)
        }
        let row = kinds.count
        kinds[kind] = row
        entries.append(contentsOf: repeatElement(Entry(), count: nodeCount))
        return row
    }

    /// Score of a node on which the pod fits.
    @inline(__always)
    mutating func score(_ request: ResourceRequest, row: Int, _ ledger: AllocationLedger, _ node: NodeID) -> Score {
        let index = node.position
        if !rooms[index].isCurrent(ledger, node) {
            rooms[index] = NodeRoom(ledger, node)
            fragmented[index] = measure.fragmentedMilli(rooms[index])
            versions[index] &+= 1
        }
        let place = row * nodeCount + index
        if entries[place].version != versions[index] {
            entries[place] = Entry(
                version: versions[index],
                score: Self.score(request, rooms[index], before: fragmented[index], measure))
        }
        return entries[place].score
    }

    /// The score itself (fgd_score.go): over the GPUs with room for a fraction, the best; the first of equals.
    static func score(
        _ request: ResourceRequest, _ room: NodeRoom, before: Double, _ measure: FragmentationMeasure
    ) -> Score {
        guard request.isFraction else {
            let after = room.taking(request, gpus: room.firstFree(Int(request.gpuCount)))
            let value = NodeScores.gradient(before: before, after: measure.fragmentedMilli(after))
            return Score(value: Int8(value), gpu: -1)
        }
        var best = Score(value: -1, gpu: -1)
        for gpu in 0..<room.gpuCount where Int32(room.gpus[gpu]) >= request.gpuMilli {
            // A GPU with as much room as an earlier one has the same score, and the first of equals wins.
            if (0..<gpu).contains(where: { room.gpus[$0] == room.gpus[gpu] }) { continue }
            let after = room.taking(request, gpus: 1 << UInt32(gpu))
            let value = NodeScores.gradient(before: before, after: measure.fragmentedMilli(after))
            if value > best.value { best = Score(value: Int8(value), gpu: Int8(gpu)) }
        }
        return best
    }
}
