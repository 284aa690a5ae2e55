/// Who holds what on every node: CPU, memory, network cards, local NVMe, GPUs whole, shared or as MIG slices.
///
/// A value: a copy is a snapshot that costs nothing until one of the two changes. The ledger never books anything twice:
/// what does not fit is refused with nil, and giving back what is not held stops the program (a fault in the caller).
///
/// **Free** means: on a schedulable node. A node that is down or cordoned keeps its allocations until they are
/// released, but nothing on it counts as free.
///
/// **Which GPUs.** Whole GPUs: the NVLink island with the fewest free GPUs that suffice (the first of equals), and in it the
/// lowest free indexes; over all islands when none suffices. A fraction: the shared GPU with the least room that
/// suffices (the first of equals), else the first free one. A MIG slice: the GPU with the most memory slices taken where an
/// allowed start is free (the first of equals), else the first free one; its start by the rule of `MIGPlacement`.
/// A GPU serves fractions or MIG slices, never both at once.
@frozen
public struct AllocationLedger: Sendable {
    @usableFromInline var nodes: [NodeState]
    /// Thousandths free of each GPU, by cluster-wide index.
    @usableFromInline var gpuFreeMilli: [Int16]
    /// Memory slices taken of each GPU, one bit each.
    @usableFromInline var migOccupied: [UInt8]
    @usableFromInline var index: FreeGPUIndex
    @usableFromInline var totals: [PoolTotals]
    @usableFromInline var live: LiveAllocations
    @usableFromInline var lastSerial: Int64 = 0
    @usableFromInline let migTables: [MIGPlacement]
    /// The description, for capacities.
    public let cluster: Cluster

    /// Everything free, all nodes schedulable.
    public init(_ cluster: Cluster) {
        self.cluster = cluster
        var tables: [MIGPlacement] = []
        var tableOfFamily: [MIGFamily: Int16] = [:]
        nodes = []
        nodes.reserveCapacity(cluster.nodeCount)
        for pool in cluster.poolIDs {
            let shape = cluster.pools[pool.position].shape
            var table: Int16 = -1
            if shape.migCapable, let model = shape.gpuModel, let family = cluster.gpuCard(model).migFamily {
                if tableOfFamily[family] == nil {
                    tableOfFamily[family] = Int16(tables.count)
                    tables.append(MIGPlacement(family.geometry))
                }
                table = tableOfFamily[family] ?? -1
            }
            for node in cluster.nodePositions(in: pool) {
                nodes.append(NodeState(shape, pool: pool, gpuOffset: cluster.gpuOffsets[node], migTable: table))
            }
        }
        migTables = tables
        gpuFreeMilli = [Int16](repeating: 1000, count: cluster.totalGPUs)
        migOccupied = [UInt8](repeating: 0, count: cluster.totalGPUs)
        totals = [PoolTotals](repeating: PoolTotals(), count: cluster.pools.count)
        index = FreeGPUIndex(cluster)
        live = LiveAllocations()
        for node in nodes.indices { count(node, sign: 1) }
    }
}

extension NodeState {
    /// A node with everything free.
    init(_ shape: NodeShape, pool: PoolID, gpuOffset: Int32, migTable: Int16) {
        self.init(
            freeCPUMilli: shape.cpuMilli, freeMemoryBytes: shape.memoryBytes,
            freeEphemeralBytes: shape.localStorage.rawValue,
            freeGPUMask: UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(shape.gpuCount)) - 1), sharedMask: 0,
            migMask: 0,
            freeGPUMilli: Int32(shape.gpuCount) * 1000, freeNICs: Int32(shape.nics), gpuOffset: gpuOffset,
            migTable: migTable, pool: UInt8(pool.position),
            islandSize: UInt8(shape.nvlinkIslands > 1 ? shape.nvlinkDomainGPUs : shape.gpuCount), isSchedulable: true)
    }
}

// MARK: - Booking

extension AllocationLedger {
    /// Whether the request could be booked on the node now.
    ///
    /// - Precondition: the request is well formed (`ResourceRequest.isWellFormed`).
    @inlinable
    public func fits(_ request: ResourceRequest, on node: NodeID) -> Bool {
        nodes[node.position].isSchedulable && hostFits(request, nodes[node.position])
            && (request.gpuCount == 0 || gpuFits(request, nodes[node.position]))
    }

    /// Books the request on the node and picks its GPUs; nil when it does not fit.
    ///
    /// - Precondition: the request is well formed.
    @inlinable
    public mutating func allocate(_ request: ResourceRequest, on node: NodeID) -> Allocation? {
        guard nodes[node.position].isSchedulable, hostFits(request, nodes[node.position]),
            let gpus = chooseGPUs(request, nodes[node.position])
        else { return nil }
        return book(request, on: node, gpus)
    }

    /// Books the request on exactly these GPUs of the node (local indexes, one bit each); nil when it does not fit there.
    ///
    /// For policies that choose the GPU themselves. The mask must hold as many GPUs as the request asks for.
    @inlinable
    public mutating func allocate(_ request: ResourceRequest, on node: NodeID, gpuMask: UInt32) -> Allocation? {
        guard nodes[node.position].isSchedulable, hostFits(request, nodes[node.position]),
            let gpus = checkGPUs(request, nodes[node.position], gpuMask)
        else { return nil }
        return book(request, on: node, gpus)
    }

    @inlinable
    mutating func book(_ request: ResourceRequest, on node: NodeID, _ gpus: GPUChoice) -> Allocation {
        lastSerial += 1
        let allocation = Allocation(serial: lastSerial, node: node, request: request, gpus: gpus)
        live.insert(allocation)
        take(allocation)
        return allocation
    }

    /// Gives an allocation back.
    ///
    /// - Precondition: it is in force in this ledger. Releasing twice is a fault in the caller.
    @inlinable
    public mutating func release(_ allocation: Allocation) {
        precondition(live.remove(allocation), "An allocation was released that this ledger does not hold.")
        giveBack(allocation)
    }

    /// Takes a released allocation again, exactly: same node, same GPUs, same slices. False, and nothing changed, when
    /// something of it has been given to another since.
    ///
    /// For rolling back an eviction; works on unschedulable nodes too, because the pod was there.
    /// The allocation comes from this ledger or from another copy of the one it was copied from.
    @inlinable
    public mutating func restore(_ allocation: Allocation) -> Bool {
        guard !live.contains(allocation), isFree(allocation) else { return false }
        live.insert(allocation)
        take(allocation)
        return true
    }

    /// Whether an allocation is in force in this ledger.
    @inlinable
    public func holds(_ allocation: Allocation) -> Bool { live.contains(allocation) }

    /// Number of allocations in force.
    @inlinable
    public var allocationCount: Int { live.count }

    /// The allocations in force, by order of birth. For reports and tests; sorts them all.
    public var allocations: [Allocation] { live.sorted() }

    /// Declares a node fit or unfit for new allocations (down, cordoned); those in force stay until released.
    @inlinable
    public mutating func setSchedulable(_ node: NodeID, _ schedulable: Bool) {
        guard nodes[node.position].isSchedulable != schedulable else { return }
        if schedulable {
            nodes[node.position].isSchedulable = true
            count(node.position, sign: 1)
        } else {
            count(node.position, sign: -1)
            nodes[node.position].isSchedulable = false
        }
    }
}

// MARK: - State changes

extension AllocationLedger {
    /// Adds a schedulable node to the totals and the index, or takes it out.
    @usableFromInline
    mutating func count(_ node: Int, sign: Int) {
        let state = nodes[node]
        let pool = Int(state.pool)
        totals[pool].schedulableNodes += sign
        totals[pool].schedulableGPUs += sign * cluster.gpuCount(of: NodeID(node))
        totals[pool].freeGPUs += sign * state.freeGPUs
        totals[pool].freeGPUMilli += sign * Int(state.freeGPUMilli)
        totals[pool].freeCPUMilli += Int64(sign) * state.freeCPUMilli
        totals[pool].freeMemoryBytes += Int64(sign) * state.freeMemoryBytes
        let shared = index.layouts[pool].shared
        if sign > 0 {
            index.insert(node, pool: pool, set: state.freeGPUs)
            if state.hasSharedGPU { index.insert(node, pool: pool, set: shared) }
        } else {
            index.remove(node, pool: pool, set: state.freeGPUs)
            if state.hasSharedGPU { index.remove(node, pool: pool, set: shared) }
        }
    }

    @inlinable
    mutating func take(_ allocation: Allocation) {
        let before = nodes[allocation.node.position]
        var after = before
        after.freeCPUMilli -= allocation.cpuMilli
        after.freeMemoryBytes -= allocation.memoryBytes
        after.freeEphemeralBytes -= allocation.ephemeralBytes
        after.freeNICs -= allocation.rdmaNICs
        after.freeGPUMilli -= Int32(truncatingIfNeeded: allocation.totalGPUMilli)
        after.freeGPUMask &= ~allocation.gpuMask
        if allocation.migSlices > 0 {
            after.migMask |= allocation.gpuMask
        } else if allocation.gpuMilli < 1000 {
            after.sharedMask |= allocation.gpuMask
        }
        var rest = allocation.gpuMask
        while rest != 0 {
            let gpu = Int(before.gpuOffset) + rest.trailingZeroBitCount
            rest &= rest - 1
            gpuFreeMilli[gpu] -= Int16(truncatingIfNeeded: allocation.gpuMilli)
            migOccupied[gpu] |= allocation.migMask
        }
        update(allocation.node.position, before, after)
    }

    @inlinable
    mutating func giveBack(_ allocation: Allocation) {
        let before = nodes[allocation.node.position]
        var after = before
        after.freeCPUMilli += allocation.cpuMilli
        after.freeMemoryBytes += allocation.memoryBytes
        after.freeEphemeralBytes += allocation.ephemeralBytes
        after.freeNICs += allocation.rdmaNICs
        after.freeGPUMilli += Int32(truncatingIfNeeded: allocation.totalGPUMilli)
        var rest = allocation.gpuMask
        while rest != 0 {
            let bit = rest & (0 &- rest)
            let gpu = Int(before.gpuOffset) + rest.trailingZeroBitCount
            rest ^= bit
            gpuFreeMilli[gpu] += Int16(truncatingIfNeeded: allocation.gpuMilli)
            migOccupied[gpu] &= ~allocation.migMask
            if gpuFreeMilli[gpu] == 1000 {
                after.freeGPUMask |= bit
                after.sharedMask &= ~bit
                after.migMask &= ~bit
            }
        }
        update(allocation.node.position, before, after)
    }

    /// Stores a node's new state and brings totals and index up to date.
    @inlinable
    mutating func update(_ node: Int, _ before: NodeState, _ after: NodeState) {
        nodes[node] = after
        let pool = Int(after.pool)
        totals[pool].allocatedGPUMilli += Int(before.freeGPUMilli - after.freeGPUMilli)
        guard after.isSchedulable else { return }
        totals[pool].freeGPUs += after.freeGPUs - before.freeGPUs
        totals[pool].freeGPUMilli += Int(after.freeGPUMilli - before.freeGPUMilli)
        totals[pool].freeCPUMilli += after.freeCPUMilli - before.freeCPUMilli
        totals[pool].freeMemoryBytes += after.freeMemoryBytes - before.freeMemoryBytes
        if after.freeGPUs != before.freeGPUs {
            index.remove(node, pool: pool, set: before.freeGPUs)
            index.insert(node, pool: pool, set: after.freeGPUs)
        }
        if after.hasSharedGPU != before.hasSharedGPU {
            let shared = index.layouts[pool].shared
            if after.hasSharedGPU {
                index.insert(node, pool: pool, set: shared)
            } else {
                index.remove(node, pool: pool, set: shared)
            }
        }
    }
}
