import ClusterModel

/// What is free on one node, as far as scores look at it: CPU and the free part of every GPU.
struct NodeRoom: Sendable {
    /// Free CPU in thousandths.
    var cpuMilli: Int64
    /// The pool, as a bit.
    var pool: UInt64
    /// GPUs of the node.
    var gpuCount: Int
    /// Free thousandths over all GPUs.
    var gpuMilli: Int
    /// Wholly free GPUs, one bit each.
    var freeGPUs: UInt32
    /// GPUs shared by fractions, one bit each.
    var sharedGPUs: UInt32
    /// Free thousandths of each GPU; 0 for one that is split into MIG slices, because nothing else can go there.
    var gpus: InlineArray<32, Int16>

    /// A node with nothing free and nothing in it.
    init() {
        cpuMilli = -1
        pool = 0
        gpuCount = 0
        gpuMilli = 0
        freeGPUs = 0
        sharedGPUs = 0
        gpus = InlineArray(repeating: 0)
    }

    /// What the ledger says is free on `node`, which must be schedulable.
    init(_ ledger: AllocationLedger, _ node: NodeID) {
        self.init()
        cpuMilli = ledger.freeCPU(node)
        pool = 1 << UInt64(ledger.cluster.pool(of: node).index)
        gpuCount = ledger.cluster.gpuCount(of: node)
        freeGPUs = ledger.freeGPUMask(node)
        sharedGPUs = ledger.sharedGPUMask(node)
        for gpu in 0..<gpuCount where (freeGPUs | sharedGPUs) >> UInt32(gpu) & 1 == 1 {
            gpus[gpu] = Int16(truncatingIfNeeded: ledger.freeGPUMilli(node, gpu: gpu))
            gpuMilli += Int(gpus[gpu])
        }
    }

    /// Whether this is still what the ledger says of `node`.
    @inline(__always)
    func isCurrent(_ ledger: AllocationLedger, _ node: NodeID) -> Bool {
        guard pool != 0, cpuMilli == ledger.freeCPU(node), freeGPUs == ledger.freeGPUMask(node),
            sharedGPUs == ledger.sharedGPUMask(node)
        else { return false }
        var rest = sharedGPUs
        while rest != 0 {
            let gpu = rest.trailingZeroBitCount
            rest &= rest - 1
            guard Int(gpus[gpu]) == ledger.freeGPUMilli(node, gpu: gpu) else { return false }
        }
        return true
    }

    /// The room once a pod has taken its CPU and `milli` of the GPUs in `mask`.
    func taking(_ request: ResourceRequest, gpus mask: UInt32) -> NodeRoom {
        var after = self
        after.cpuMilli -= request.cpuMilli
        var rest = mask
        while rest != 0 {
            let gpu = rest.trailingZeroBitCount
            rest &= rest - 1
            after.gpus[gpu] -= Int16(truncatingIfNeeded: request.gpuMilli)
            after.gpuMilli -= Int(request.gpuMilli)
            after.freeGPUs &= ~(1 << UInt32(gpu))
            if after.gpus[gpu] > 0 {
                after.sharedGPUs |= 1 << UInt32(gpu)
            } else {
                after.sharedGPUs &= ~(1 << UInt32(gpu))
            }
        }
        return after
    }

    /// The lowest `count` wholly free GPUs.
    func firstFree(_ count: Int) -> UInt32 {
        var rest = freeGPUs
        for _ in 0..<count { rest &= rest &- 1 }
        return freeGPUs & ~rest
    }
}
