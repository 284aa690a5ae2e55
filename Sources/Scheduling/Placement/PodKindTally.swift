import ClusterModel

/// Which kinds of GPU pods run on each node, for clustering: fractions, and whole GPUs by number.
struct PodKindTally: Sendable {
    /// Kind 0: no GPU; 1: a fraction (or a MIG slice); 1 + n: n whole GPUs.
    private static let kindCount = 34

    private var counts: [UInt16]
    /// Kinds with a pod on the node, one bit each.
    private(set) var kindsOnNode: [UInt64]

    init(nodeCount: Int) {
        counts = Array(repeating: 0, count: nodeCount * Self.kindCount)
        kindsOnNode = Array(repeating: 0, count: nodeCount)
    }

    /// The kind of a request.
    static func kind(_ request: ResourceRequest) -> Int {
        if request.gpuCount == 0 { return 0 }
        return request.gpuMilli < 1000 || request.isMIG ? 1 : 1 + Int(request.gpuCount)
    }

    private static func kind(_ allocation: Allocation) -> Int {
        if allocation.gpuMask == 0 { return 0 }
        return allocation.holdsWholeGPUs ? 1 + allocation.gpuCount : 1
    }

    mutating func add(_ allocation: Allocation) {
        let kind = Self.kind(allocation)
        guard kind > 0 else { return }
        let node = allocation.node.position
        counts[node * Self.kindCount + kind] += 1
        kindsOnNode[node] |= 1 << UInt64(kind)
    }

    mutating func remove(_ allocation: Allocation) {
        let kind = Self.kind(allocation)
        guard kind > 0 else { return }
        let node = allocation.node.position
        counts[node * Self.kindCount + kind] -= 1
        if counts[node * Self.kindCount + kind] == 0 { kindsOnNode[node] &= ~(1 << UInt64(kind)) }
    }
}
