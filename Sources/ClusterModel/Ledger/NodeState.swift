/// What is free on one node, in one cache line; and what never changes but is needed beside it.
@frozen
@usableFromInline
struct NodeState: Sendable, BitwiseCopyable {
    @usableFromInline var freeCPUMilli: Int64
    @usableFromInline var freeMemoryBytes: Int64
    @usableFromInline var freeEphemeralBytes: Int64
    /// GPUs of which nothing is taken.
    @usableFromInline var freeGPUMask: UInt32
    /// GPUs shared by fractions: part taken, no MIG slices.
    @usableFromInline var sharedMask: UInt32
    /// GPUs with MIG slices taken.
    @usableFromInline var migMask: UInt32
    /// Thousandths free over all GPUs.
    @usableFromInline var freeGPUMilli: Int32
    @usableFromInline var freeNICs: Int32
    /// Index of the node's first GPU in the per-GPU arrays.
    @usableFromInline let gpuOffset: Int32
    /// The MIG table of the node's GPU model, or -1 when its GPUs cannot be split.
    @usableFromInline let migTable: Int16
    /// The pool's position.
    @usableFromInline let pool: UInt8
    /// GPUs per NVLink island; the node's GPU count when there is one island or none.
    @usableFromInline let islandSize: UInt8
    @usableFromInline var isSchedulable: Bool

    /// Number of wholly free GPUs.
    @inlinable
    var freeGPUs: Int { freeGPUMask.nonzeroBitCount }
    /// Whether a GPU is partly taken.
    @inlinable
    var hasSharedGPU: Bool { sharedMask | migMask != 0 }
}

/// Sums over the nodes of one pool.
@frozen
public struct PoolTotals: Hashable, Sendable, BitwiseCopyable {
    /// Schedulable nodes.
    public var schedulableNodes = 0
    /// GPUs of schedulable nodes, free or not.
    public var schedulableGPUs = 0
    /// Wholly free GPUs of schedulable nodes.
    public var freeGPUs = 0
    /// Free thousandths of GPUs of schedulable nodes.
    public var freeGPUMilli = 0
    /// Taken thousandths of GPUs on all nodes, schedulable or not.
    public var allocatedGPUMilli = 0
    /// Free thousandths of CPUs of schedulable nodes.
    public var freeCPUMilli: Int64 = 0
    /// Free memory of schedulable nodes, in bytes.
    public var freeMemoryBytes: Int64 = 0

    /// All zero.
    public init() {}
}
