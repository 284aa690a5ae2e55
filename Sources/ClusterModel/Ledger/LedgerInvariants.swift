/// A ledger that contradicts itself: always a fault in this program.
public struct LedgerViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The node concerned, if any.
    public let node: NodeID?
    /// What was kept and what the live allocations say.
    public let description: String
}

extension AllocationLedger {
    /// Recomputes everything from the allocations in force and compares it with what is kept. Cost: the whole cluster.
    public func checkInvariants() throws(LedgerViolation) {
        var fresh = AllocationLedger(cluster)
        for allocation in allocations {
            guard fresh.isFree(allocation) else {
                throw LedgerViolation(node: allocation.node, description: "\(allocation) is booked over others")
            }
            fresh.take(allocation)
        }
        for node in cluster.nodes where !isSchedulable(node) { fresh.setSchedulable(node, false) }
        for node in cluster.nodes { try compare(node, with: fresh) }
        for pool in cluster.poolIDs where totals[pool.position] != fresh.totals[pool.position] {
            throw LedgerViolation(
                node: nil,
                description: "totals of pool \(pool): kept \(totals[pool.position]), are \(fresh.totals[pool.position])"
            )
        }
        guard index.words == fresh.index.words, index.summary == fresh.index.summary, index.sizes == fresh.index.sizes
        else { throw LedgerViolation(node: nil, description: "the index by free GPUs does not match the nodes") }
    }

    private func compare(_ node: NodeID, with fresh: AllocationLedger) throws(LedgerViolation) {
        let (kept, actual) = (nodes[node.position], fresh.nodes[node.position])
        func check(_ field: String, _ a: some BinaryInteger, _ b: some BinaryInteger) throws(LedgerViolation) {
            guard Int64(a) != Int64(b) else { return }
            throw LedgerViolation(node: node, description: "\(cluster.nodeName(node)): \(field) kept \(a), is \(b)")
        }
        try check("free CPU", kept.freeCPUMilli, actual.freeCPUMilli)
        try check("free memory", kept.freeMemoryBytes, actual.freeMemoryBytes)
        try check("free NVMe", kept.freeEphemeralBytes, actual.freeEphemeralBytes)
        try check("free network cards", kept.freeNICs, actual.freeNICs)
        try check("free GPU milli", kept.freeGPUMilli, actual.freeGPUMilli)
        try check("free GPU mask", kept.freeGPUMask, actual.freeGPUMask)
        try check("shared GPU mask", kept.sharedMask, actual.sharedMask)
        try check("MIG GPU mask", kept.migMask, actual.migMask)
        for gpu in 0..<cluster.gpuCount(of: node) {
            try check("free milli of GPU \(gpu)", freeGPUMilli(node, gpu: gpu), fresh.freeGPUMilli(node, gpu: gpu))
            try check("MIG slices of GPU \(gpu)", migOccupancy(node, gpu: gpu), fresh.migOccupancy(node, gpu: gpu))
        }
    }
}
