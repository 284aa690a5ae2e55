import Quantities

/// What one node of a pool has: the plain numbers of a machine card, or of a machine written inline.
public struct NodeShape: Hashable, Sendable {
    /// Name of the machine card, or of the inline machine.
    public var name: String
    /// Logical CPUs that pods can use, in thousandths.
    public var cpuMilli: Int64
    /// Host memory that pods can use, in bytes.
    public var memoryBytes: Int64
    /// The GPU model, by handle into the catalogue that the cluster is built with; nil without GPUs.
    public var gpuModel: GPUModelID?
    /// GPUs in the node, 0 to 32.
    public var gpuCount: Int
    /// GPUs joined by one NVLink domain: 0 for none, fewer than `gpuCount` for several islands in a node,
    /// more than `gpuCount` for a domain that spans nodes (72 for GB200 NVL72).
    public var nvlinkDomainGPUs: Int
    /// RDMA network cards.
    public var nics: Int
    /// Rate of one network card, one direction.
    public var nicRate: BytesPerSecond
    /// Local NVMe for pods.
    public var localStorage: Bytes
    /// Whether GPUs may be split into MIG slices (the model must have a geometry too).
    public var migCapable: Bool
    /// Highest power draw of the node; nil when unknown.
    public var power: Watts?
    /// On-demand list price per GPU-hour (per node-hour without GPUs): an assumption, meant to be overridden.
    public var pricePerGPUHour: MoneyPerHour?
    /// Nodes in one rack; nil: racks are not modelled and each pool is one rack.
    public var nodesPerRack: Int?

    /// A shape; what is left out is absent from the node.
    public init(
        name: String, cpuMilli: Int64, memoryBytes: Int64, gpuModel: GPUModelID? = nil, gpuCount: Int = 0,
        nvlinkDomainGPUs: Int = 0, nics: Int = 0, nicRate: BytesPerSecond = BytesPerSecond(rawValue: 0),
        localStorage: Bytes = Bytes(rawValue: 0), migCapable: Bool = false, power: Watts? = nil,
        pricePerGPUHour: MoneyPerHour? = nil, nodesPerRack: Int? = nil
    ) {
        self.name = name
        self.cpuMilli = cpuMilli
        self.memoryBytes = memoryBytes
        self.gpuModel = gpuModel
        self.gpuCount = gpuCount
        self.nvlinkDomainGPUs = nvlinkDomainGPUs
        self.nics = nics
        self.nicRate = nicRate
        self.localStorage = localStorage
        self.migCapable = migCapable
        self.power = power
        self.pricePerGPUHour = pricePerGPUHour
        self.nodesPerRack = nodesPerRack
    }

    /// All network cards together, one direction.
    public var networkRate: BytesPerSecond { BytesPerSecond(rawValue: Double(nics) * nicRate.rawValue) }

    /// NVLink islands inside the node: 1 when one domain holds all its GPUs, 0 without NVLink.
    public var nvlinkIslands: Int {
        guard gpuCount > 0, nvlinkDomainGPUs > 1 else { return 0 }
        return nvlinkDomainGPUs >= gpuCount ? 1 : (gpuCount + nvlinkDomainGPUs - 1) / nvlinkDomainGPUs
    }

    /// Nodes that share one NVLink domain: 1 unless the domain spans nodes.
    public var nodesPerNVLinkDomain: Int {
        guard gpuCount > 0, nvlinkDomainGPUs > gpuCount else { return 1 }
        return nvlinkDomainGPUs / gpuCount
    }
}
