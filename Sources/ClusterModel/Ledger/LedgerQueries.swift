// What is free, per node, pool and cluster; and the searches that do not scan all nodes.

extension AllocationLedger {
    /// Whether new allocations may go to the node.
    @inlinable
    public func isSchedulable(_ node: NodeID) -> Bool { nodes[node.position].isSchedulable }
    /// Free CPU of a node in thousandths, schedulable or not.
    @inlinable
    public func freeCPU(_ node: NodeID) -> Int64 { nodes[node.position].freeCPUMilli }
    /// Free memory of a node in bytes, schedulable or not.
    @inlinable
    public func freeMemory(_ node: NodeID) -> Int64 { nodes[node.position].freeMemoryBytes }
    /// Free local NVMe of a node in bytes, schedulable or not.
    @inlinable
    public func freeEphemeral(_ node: NodeID) -> Int64 { nodes[node.position].freeEphemeralBytes }
    /// Free network cards of a node, schedulable or not.
    @inlinable
    public func freeNICs(_ node: NodeID) -> Int { Int(nodes[node.position].freeNICs) }

    /// Wholly free GPUs of a node; 0 when it is not schedulable.
    @inlinable
    public func freeWholeGPUs(_ node: NodeID) -> Int {
        nodes[node.position].isSchedulable ? nodes[node.position].freeGPUs : 0
    }
    /// Wholly free GPUs of a node as local indexes, one bit each; 0 when it is not schedulable.
    @inlinable
    public func freeGPUMask(_ node: NodeID) -> UInt32 {
        nodes[node.position].isSchedulable ? nodes[node.position].freeGPUMask : 0
    }
    /// GPUs of a node shared by fractions, as local indexes, one bit each.
    @inlinable
    public func sharedGPUMask(_ node: NodeID) -> UInt32 { nodes[node.position].sharedMask }
    /// GPUs of a node split into MIG slices, as local indexes, one bit each.
    @inlinable
    public func migGPUMask(_ node: NodeID) -> UInt32 { nodes[node.position].migMask }
    /// Free thousandths over all GPUs of a node; 0 when it is not schedulable.
    @inlinable
    public func freeGPUMilli(_ node: NodeID) -> Int {
        nodes[node.position].isSchedulable ? Int(nodes[node.position].freeGPUMilli) : 0
    }
    /// Thousandths not taken of one GPU (local index), whether its node is schedulable or not.
    @inlinable
    public func freeGPUMilli(_ node: NodeID, gpu: Int) -> Int {
        Int(gpuFreeMilli[Int(nodes[node.position].gpuOffset) + gpu])
    }
    /// Memory slices taken of one GPU (local index), one bit each.
    @inlinable
    public func migOccupancy(_ node: NodeID, gpu: Int) -> UInt8 {
        migOccupied[Int(nodes[node.position].gpuOffset) + gpu]
    }
    /// Taken thousandths over all GPUs of a node, schedulable or not.
    @inlinable
    public func allocatedGPUMilli(_ node: NodeID) -> Int {
        cluster.gpuCount(of: node) * 1000 - Int(nodes[node.position].freeGPUMilli)
    }

    /// One bit per pool of the cluster.
    @inlinable
    public var poolBits: UInt64 { totals.count >= 64 ? .max : (1 << UInt64(totals.count)) - 1 }
    /// GPUs that each node of a pool has.
    @inlinable
    public func maxGPUsPerNode(in pool: PoolID) -> Int { index.layouts[pool.position].counts - 1 }
    /// Sums over a pool.
    @inlinable
    public func totals(of pool: PoolID) -> PoolTotals { totals[pool.position] }
    /// Wholly free GPUs of a pool's schedulable nodes.
    @inlinable
    public func freeGPUs(in pool: PoolID) -> Int { totals[pool.position].freeGPUs }
    /// Wholly free GPUs of all schedulable nodes.
    @inlinable
    public var freeGPUs: Int { totals.reduce(0) { $0 + $1.freeGPUs } }
    /// Free thousandths of GPUs of all schedulable nodes.
    @inlinable
    public var freeGPUMilli: Int { totals.reduce(0) { $0 + $1.freeGPUMilli } }
    /// Taken thousandths of GPUs on all nodes.
    @inlinable
    public var allocatedGPUMilli: Int { totals.reduce(0) { $0 + $1.allocatedGPUMilli } }
    /// GPUs of all schedulable nodes.
    @inlinable
    public var schedulableGPUs: Int { totals.reduce(0) { $0 + $1.schedulableGPUs } }
}

// MARK: - Searches

extension AllocationLedger {
    /// The lowest schedulable node of a pool with at least `count` free GPUs.
    @inlinable
    public func firstNode(in pool: PoolID, withFreeGPUs count: Int) -> NodeID? {
        index.first(pool: pool.position, from: count, through: index.layouts[pool.position].counts - 1)
            .map { NodeID($0) }
    }

    /// The node with the fewest free GPUs that suffice; among equals the lowest.
    @inlinable
    public func tightestNode(in pool: PoolID, withFreeGPUs count: Int) -> NodeID? {
        var set = count
        while set < index.layouts[pool.position].counts {
            if let node = index.first(pool: pool.position, set: set) { return NodeID(node) }
            set += 1
        }
        return nil
    }

    /// The node with the most free GPUs, at least `count`; among equals the lowest.
    @inlinable
    public func emptiestNode(in pool: PoolID, withFreeGPUs count: Int) -> NodeID? {
        var set = index.layouts[pool.position].counts - 1
        while set >= count {
            if let node = index.first(pool: pool.position, set: set) { return NodeID(node) }
            set -= 1
        }
        return nil
    }

    /// Visits the schedulable nodes of a pool with at least `count` free GPUs, ascending, until `body` returns false.
    @inlinable
    public func forEachNode(in pool: PoolID, withFreeGPUs count: Int, _ body: (NodeID) -> Bool) {
        index.forEach(
            pool: pool.position, from: count, through: index.layouts[pool.position].counts - 1, body)
    }

    /// Visits the schedulable nodes of a pool with exactly `count` free GPUs, ascending, until `body` returns false.
    @inlinable
    public func forEachNode(in pool: PoolID, withExactlyFreeGPUs count: Int, _ body: (NodeID) -> Bool) {
        guard count < index.layouts[pool.position].counts else { return }
        index.forEach(pool: pool.position, from: count, through: count, body)
    }

    /// Visits the schedulable nodes of a pool whose GPUs may take the request, ascending, until `body` returns false.
    ///
    /// For whole GPUs these are the nodes with enough free ones; for a fraction or MIG slice those with a free or a
    /// partly taken GPU; for a CPU-only request all. The rest (room on the shared GPU, CPU, memory) is for `fits` to say.
    @inlinable
    public func forEachCandidate(in pool: PoolID, for request: ResourceRequest, _ body: (NodeID) -> Bool) {
        let layout = index.layouts[pool.position]
        if request.gpuCount == 0 || request.wholeGPUs > 0 {
            index.forEach(pool: pool.position, from: request.wholeGPUs, through: layout.counts - 1, body)
        } else {
            // The set of nodes with a shared GPU follows the sets by free count.
            index.forEach(pool: pool.position, from: 1, through: layout.shared, body)
        }
    }

    /// Number of schedulable nodes of a pool with exactly `count` free GPUs.
    @inlinable
    public func nodesWithFreeGPUs(in pool: PoolID, exactly count: Int) -> Int {
        count < index.layouts[pool.position].counts ? index.count(pool: pool.position, set: count) : 0
    }
}
