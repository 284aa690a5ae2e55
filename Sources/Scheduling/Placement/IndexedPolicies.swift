import ClusterModel

/// First fit, best fit and spread: for whole GPUs the ledger's index finds the node without a scan, unless that node
/// lacks CPU, memory or network cards; then, and for fractions, MIG slices and CPU-only pods, all nodes that may fit
/// are looked at.
extension NodePlacement {
    /// The lowest node that fits.
    func firstFit(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger) -> Choice? {
        var rest = pools
        while rest != 0 {
            let pool = PoolID(rest.trailingZeroBitCount)
            rest &= rest - 1
            if request.wholeGPUs > 0 {
                guard let node = ledger.firstNode(in: pool, withFreeGPUs: request.wholeGPUs) else { continue }
                if ledger.fits(request, on: node) { return (node, nil) }
            }
            var found: NodeID?
            ledger.forEachCandidate(in: pool, for: request) { node in
                if ledger.fits(request, on: node) { found = node }
                return found == nil
            }
            if let found { return (found, nil) }
        }
        return nil
    }

    /// The fewest free GPUs that suffice; without whole GPUs the least free GPU, then the least free CPU. Ties:
    /// lowest node.
    func bestFit(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger) -> Choice? {
        lowest(
            request, pools, ledger,
            indexed: { ledger.tightestNode(in: $0, withFreeGPUs: $1) },
            key: { (Int64(Self.freeGPU(request, ledger, $0)), ledger.freeCPU($0)) })
    }

    /// The most free GPUs; without whole GPUs the most free GPU, then the most free CPU. Ties: lowest node.
    func spread(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger) -> Choice? {
        lowest(
            request, pools, ledger,
            indexed: { ledger.emptiestNode(in: $0, withFreeGPUs: $1) },
            key: { (-Int64(Self.freeGPU(request, ledger, $0)), -ledger.freeCPU($0)) })
    }

    private static func freeGPU(_ request: ResourceRequest, _ ledger: AllocationLedger, _ node: NodeID) -> Int {
        request.wholeGPUs > 0 ? ledger.freeWholeGPUs(node) : ledger.freeGPUMilli(node)
    }

    /// The node with the smallest key, over the best node of each pool. For whole GPUs only the first part of the key
    /// counts.
    @inline(__always)
    private func lowest(
        _ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger,
        indexed: (PoolID, Int) -> NodeID?, key: (NodeID) -> (Int64, Int64)
    ) -> Choice? {
        let whole = request.wholeGPUs
        var best: NodeID?
        var bestKey = (Int64.max, Int64.max)
        func offer(_ node: NodeID) {
            var nodeKey = key(node)
            if whole > 0 { nodeKey.1 = 0 }
            guard nodeKey < bestKey else { return }
            (best, bestKey) = (node, nodeKey)
        }
        var rest = pools
        while rest != 0 {
            let pool = PoolID(rest.trailingZeroBitCount)
            rest &= rest - 1
            if whole > 0 {
                guard let node = indexed(pool, whole) else { continue }
                if ledger.fits(request, on: node) {
                    offer(node)
                    continue
                }
            }
            ledger.forEachCandidate(in: pool, for: request) { node in
                if ledger.fits(request, on: node) { offer(node) }
                return true
            }
        }
        return best.map { ($0, nil) }
    }
}
