/// What one pod asks of one node.
@frozen
public struct ResourceRequest: Hashable, Sendable, BitwiseCopyable {
    /// Thousandths of a logical CPU.
    public var cpuMilli: Int64
    /// Host memory in bytes.
    public var memoryBytes: Int64
    /// Whole GPUs; 1 for a fraction or a MIG slice; 0 for none.
    public var gpuCount: Int32
    /// Thousandths of each GPU: 1000 takes it whole, less than 1000 (with `gpuCount == 1`) shares it.
    public var gpuMilli: Int32
    /// Index of a profile in `MIGProfile.names`, or -1 for none.
    public var migProfile: Int16
    /// RDMA network cards, taken whole.
    public var rdmaNICs: Int32
    /// Local NVMe in bytes.
    public var ephemeralBytes: Int64

    /// A request; what is left out is not asked for.
    ///
    /// `gpuMilli` defaults to whole GPUs when `gpuCount` is not zero.
    @inlinable
    public init(
        cpuMilli: Int64 = 0, memoryBytes: Int64 = 0, gpuCount: Int32 = 0, gpuMilli: Int32 = 1000,
        migProfile: Int16 = -1, rdmaNICs: Int32 = 0, ephemeralBytes: Int64 = 0
    ) {
        self.cpuMilli = cpuMilli
        self.memoryBytes = memoryBytes
        self.gpuCount = gpuCount
        self.gpuMilli = gpuCount == 0 ? 0 : gpuMilli
        self.migProfile = migProfile
        self.rdmaNICs = rdmaNICs
        self.ephemeralBytes = ephemeralBytes
    }

    /// Whether the request is for a MIG slice.
    @inlinable
    public var isMIG: Bool { migProfile >= 0 }

    /// Whether the request shares one GPU by fraction.
    @inlinable
    public var isFraction: Bool { migProfile < 0 && gpuCount == 1 && gpuMilli < 1000 }

    /// Whole GPUs asked for: 0 for CPU-only, fraction and MIG requests.
    @inlinable
    public var wholeGPUs: Int { migProfile < 0 && gpuMilli == 1000 ? Int(gpuCount) : 0 }

    /// Thousandths of GPUs in all; for a MIG slice the share is known only once it lies on a GPU model.
    @inlinable
    public var totalGPUMilli: Int64 { Int64(gpuCount) * Int64(gpuMilli) }

    /// Whether the numbers make sense: nothing negative, a fraction or MIG slice on exactly one GPU.
    public var isWellFormed: Bool {
        guard cpuMilli >= 0, memoryBytes >= 0, gpuCount >= 0, rdmaNICs >= 0, ephemeralBytes >= 0 else { return false }
        if isMIG { return gpuCount == 1 && Int(migProfile) < MIGProfile.names.count }
        if gpuCount == 0 { return gpuMilli == 0 }
        return gpuMilli == 1000 || (gpuCount == 1 && gpuMilli > 0 && gpuMilli < 1000)
    }
}

/// What a ledger gave to one pod; it holds everything needed to give it back, or to take it again exactly.
@frozen
public struct Allocation: Hashable, Sendable, BitwiseCopyable {
    /// Order of birth in its ledger, from 1; tells equal allocations apart.
    public let serial: Int64
    /// The node.
    public let node: NodeID
    /// Local indexes of the GPUs, one bit each.
    public let gpuMask: UInt32
    /// Thousandths taken of each GPU; for a MIG slice 125 per memory slice.
    public let gpuMilli: Int32
    /// RDMA network cards taken.
    public let rdmaNICs: Int32
    /// First memory slice of the MIG instance, or -1.
    public let migStart: Int8
    /// Memory slices of the MIG instance, or 0.
    public let migSlices: Int8
    /// The MIG profile, or -1.
    public let migProfile: Int16
    /// CPU taken, in thousandths.
    public let cpuMilli: Int64
    /// Memory taken, in bytes.
    public let memoryBytes: Int64
    /// Local NVMe taken, in bytes.
    public let ephemeralBytes: Int64

    @inlinable
    init(serial: Int64, node: NodeID, request: ResourceRequest, gpus: GPUChoice) {
        self.serial = serial
        self.node = node
        gpuMask = gpus.mask
        gpuMilli = gpus.milli
        rdmaNICs = request.rdmaNICs
        migStart = gpus.migStart
        migSlices = gpus.migSlices
        migProfile = request.migProfile
        cpuMilli = request.cpuMilli
        memoryBytes = request.memoryBytes
        ephemeralBytes = request.ephemeralBytes
    }

    /// Number of GPUs touched.
    @inlinable
    public var gpuCount: Int { gpuMask.nonzeroBitCount }

    /// Thousandths of GPUs taken in all.
    @inlinable
    public var totalGPUMilli: Int { gpuMask.nonzeroBitCount * Int(gpuMilli) }

    /// Whether the GPUs are held whole.
    @inlinable
    public var holdsWholeGPUs: Bool { gpuMask != 0 && gpuMilli == 1000 && migSlices == 0 }

    /// The memory slices of the MIG instance, one bit each.
    @inlinable
    var migMask: UInt8 {
        migSlices == 0 ? 0 : UInt8(truncatingIfNeeded: ((1 << Int(migSlices)) - 1) << Int(migStart))
    }
}
