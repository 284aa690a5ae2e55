/// The GPUs picked on a node, before they are booked.
@frozen
@usableFromInline
struct GPUChoice {
    @usableFromInline var mask: UInt32
    @usableFromInline var milli: Int32
    @usableFromInline var migStart: Int8
    @usableFromInline var migSlices: Int8

    @inlinable
    init(mask: UInt32, milli: Int32, migStart: Int8 = -1, migSlices: Int8 = 0) {
        self.mask = mask
        self.milli = milli
        self.migStart = migStart
        self.migSlices = migSlices
    }
}

extension AllocationLedger {
    @inlinable
    func hostFits(_ request: ResourceRequest, _ state: NodeState) -> Bool {
        request.cpuMilli <= state.freeCPUMilli && request.memoryBytes <= state.freeMemoryBytes
            && request.rdmaNICs <= state.freeNICs && request.ephemeralBytes <= state.freeEphemeralBytes
    }

    @inlinable
    func gpuFits(_ request: ResourceRequest, _ state: NodeState) -> Bool {
        if request.migProfile >= 0 { return chooseMIG(request.migProfile, state) != nil }
        if request.gpuMilli == 1000 { return Int(request.gpuCount) <= state.freeGPUs }
        return state.freeGPUMask != 0 || chooseFraction(request.gpuMilli, state) != nil
    }

    /// The GPUs for a request, by the order documented at the ledger; nil when they are not free.
    @inlinable
    func chooseGPUs(_ request: ResourceRequest, _ state: NodeState) -> GPUChoice? {
        if request.gpuCount == 0 { return GPUChoice(mask: 0, milli: 0) }
        if request.migProfile >= 0 { return chooseMIG(request.migProfile, state) }
        if request.gpuMilli < 1000 { return chooseFraction(request.gpuMilli, state) }
        guard Int(request.gpuCount) <= state.freeGPUs else { return nil }
        return GPUChoice(mask: chooseWhole(Int(request.gpuCount), state), milli: 1000)
    }

    /// The lowest free GPUs, in the tightest NVLink island that has enough of them.
    @inlinable
    func chooseWhole(_ count: Int, _ state: NodeState) -> UInt32 {
        var source = state.freeGPUMask
        let size = UInt32(state.islandSize)
        if count > 1, size < 32 {
            let island: UInt32 = (1 << size) - 1
            var fewest = Int.max
            var shift: UInt32 = 0
            while shift < 32, state.freeGPUMask >> shift != 0 {
                let members = state.freeGPUMask & (island << shift)
                if members.nonzeroBitCount >= count, members.nonzeroBitCount < fewest {
                    fewest = members.nonzeroBitCount
                    source = members
                }
                shift += size
            }
        }
        return Self.lowest(count, of: source)
    }

    /// The lowest `count` set bits.
    @inlinable
    static func lowest(_ count: Int, of mask: UInt32) -> UInt32 {
        var rest = mask
        for _ in 0..<count { rest &= rest &- 1 }
        return mask & ~rest
    }

    /// The fullest shared GPU with room for a fraction, else the first free one.
    @inlinable
    func chooseFraction(_ milli: Int32, _ state: NodeState) -> GPUChoice? {
        var best: UInt32 = 0
        var leastRoom = Int16.max
        var rest = state.sharedMask
        while rest != 0 {
            let gpu = rest.trailingZeroBitCount
            rest &= rest - 1
            let room = gpuFreeMilli[Int(state.gpuOffset) + gpu]
            if Int32(room) >= milli, room < leastRoom {
                leastRoom = room
                best = 1 << UInt32(gpu)
            }
        }
        if best == 0 { best = Self.lowest(1, of: state.freeGPUMask) }
        return best == 0 ? nil : GPUChoice(mask: best, milli: milli)
    }

    /// The fullest split GPU with an allowed start for the profile, else the first free one.
    @inlinable
    func chooseMIG(_ profile: Int16, _ state: NodeState) -> GPUChoice? {
        guard state.migTable >= 0 else { return nil }
        var best = -1
        var mostTaken = -1
        var rest = state.migMask
        while rest != 0 {
            let gpu = rest.trailingZeroBitCount
            rest &= rest - 1
            let occupied = migOccupied[Int(state.gpuOffset) + gpu]
            if occupied.nonzeroBitCount > mostTaken,
                migTables[Int(state.migTable)].start(profile, occupied: occupied) >= 0
            {
                mostTaken = occupied.nonzeroBitCount
                best = gpu
            }
        }
        if best < 0, state.freeGPUMask != 0 { best = state.freeGPUMask.trailingZeroBitCount }
        return best < 0 ? nil : placeMIG(profile, state, gpu: best)
    }

    /// A MIG slice on one GPU; nil when no allowed start is free or the model lacks the profile.
    @inlinable
    func placeMIG(_ profile: Int16, _ state: NodeState, gpu: Int) -> GPUChoice? {
        let occupied = migOccupied[Int(state.gpuOffset) + gpu]
        let start = migTables[Int(state.migTable)].start(profile, occupied: occupied)
        guard start >= 0 else { return nil }
        let slices = migTables[Int(state.migTable)].slices[Int(profile)]
        return GPUChoice(mask: 1 << UInt32(gpu), milli: Int32(slices) * 125, migStart: start, migSlices: slices)
    }

    /// The caller's choice of GPUs, if it is free and of the right size.
    @inlinable
    func checkGPUs(_ request: ResourceRequest, _ state: NodeState, _ mask: UInt32) -> GPUChoice? {
        guard mask.nonzeroBitCount == Int(request.gpuCount) else { return nil }
        if request.gpuCount == 0 { return GPUChoice(mask: 0, milli: 0) }
        if request.gpuMilli == 1000, request.migProfile < 0 {
            return mask & ~state.freeGPUMask == 0 ? GPUChoice(mask: mask, milli: 1000) : nil
        }
        let gpu = mask.trailingZeroBitCount
        if request.migProfile >= 0 {
            guard state.migTable >= 0, mask & (state.freeGPUMask | state.migMask) != 0 else { return nil }
            return placeMIG(request.migProfile, state, gpu: gpu)
        }
        guard mask & (state.freeGPUMask | state.sharedMask) != 0,
            Int32(gpuFreeMilli[Int(state.gpuOffset) + gpu]) >= request.gpuMilli
        else { return nil }
        return GPUChoice(mask: mask, milli: request.gpuMilli)
    }

    /// Whether everything in an allocation that is not in force could be taken again.
    @inlinable
    func isFree(_ allocation: Allocation) -> Bool {
        let state = nodes[allocation.node.position]
        guard allocation.cpuMilli <= state.freeCPUMilli, allocation.memoryBytes <= state.freeMemoryBytes,
            allocation.rdmaNICs <= state.freeNICs, allocation.ephemeralBytes <= state.freeEphemeralBytes
        else { return false }
        if allocation.gpuMask == 0 { return true }
        if allocation.holdsWholeGPUs { return allocation.gpuMask & ~state.freeGPUMask == 0 }
        let place = Int(state.gpuOffset) + allocation.gpuMask.trailingZeroBitCount
        if allocation.migSlices > 0 {
            return allocation.gpuMask & (state.freeGPUMask | state.migMask) != 0
                && migOccupied[place] & allocation.migMask == 0
        }
        return allocation.gpuMask & (state.freeGPUMask | state.sharedMask) != 0
            && Int32(gpuFreeMilli[place]) >= allocation.gpuMilli
    }
}
