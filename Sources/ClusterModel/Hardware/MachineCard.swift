import Quantities

/// A machine as its vendor describes it, each fact with its source; `shape(in:)` gives the plain numbers.
public struct MachineCard: Hashable, Sendable {
    /// Name in scenario files: `dgx-h100`.
    public let name: String
    /// Other names: `v100-8`.
    public let aliases: [String]
    /// The machine in a phrase.
    public let summary: String
    /// Name of the GPU card; nil for a machine without GPUs.
    public let gpu: String?
    /// GPUs in the machine.
    public let gpuCount: Fact<Int>
    /// GPUs of one NVLink domain; see `NodeShape.nvlinkDomainGPUs`.
    public let nvlinkDomainGPUs: Fact<Int>
    /// Logical CPUs (hardware threads), which is what Kubernetes counts.
    public let logicalCPUs: Fact<Int>
    /// Host memory.
    public let memory: Fact<Bytes>
    /// Network cards of the compute fabric.
    public let nics: Fact<Int>
    /// Rate of one network card.
    public let nicRate: Fact<BytesPerSecond>
    /// Local NVMe for data.
    public let localStorage: Fact<Bytes>
    /// Highest power draw; nil when not published.
    public let power: Fact<Watts>?
    /// On-demand list price per GPU-hour (per node-hour without GPUs).
    public let price: Fact<MoneyPerHour>
    /// Machines in one rack; nil when there is no usual number.
    public let nodesPerRack: Fact<Int>?

    /// The numbers that a pool of such machines is built with.
    ///
    /// - Precondition: the card's GPU is in the catalogue (true for all built-in cards).
    public func shape(in catalogue: HardwareCatalogue) -> NodeShape {
        let model = gpu.flatMap { catalogue.gpu(named: $0) }
        precondition(gpu == nil || model != nil, "The GPU of machine card \(name) is not in the catalogue.")
        return NodeShape(
            name: name, cpuMilli: Int64(logicalCPUs.value) * 1000, memoryBytes: memory.value.rawValue, gpuModel: model,
            gpuCount: gpuCount.value, nvlinkDomainGPUs: nvlinkDomainGPUs.value, nics: nics.value,
            nicRate: nicRate.value, localStorage: localStorage.value,
            migCapable: model.map { catalogue.gpus[$0.position].migFamily != nil } ?? false, power: power?.value,
            pricePerGPUHour: price.value, nodesPerRack: nodesPerRack?.value)
    }
}

extension MachineCard {
    /// A row of the machine table. Units: GiB, Gbit/s, TB, kW, dollars per hour.
    init(
        _ name: String, aliases: [String] = [], _ summary: String, source: FactSource, gpu: String?, gpus: Int,
        nvlink: Int, cpus: Int, memory: Int64, nics: Int, nicRate: Double, nvme: Double, power: Double? = nil,
        price: Double, perRack: Int? = nil, rackSource: FactSource = .basePOD
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.gpu = gpu
        gpuCount = Fact(gpus, source)
        nvlinkDomainGPUs = Fact(nvlink, source)
        logicalCPUs = Fact(cpus, source)
        self.memory = Fact(Bytes(rawValue: memory << 30), source)
        self.nics = Fact(nics, source)
        self.nicRate = Fact(BytesPerSecond(rawValue: nicRate * 1e9 / 8), source)
        localStorage = Fact(Bytes(rawValue: Int64((nvme * 1e12).rounded())), source)
        self.power = power.map { Fact(Watts(rawValue: $0 * 1000), source) }
        self.price = Fact(MoneyPerHour(rawValue: Int64((price * 1e6).rounded())), .assumption)
        nodesPerRack = perRack.map { Fact($0, rackSource) }
    }

    /// The built-in machine cards.
    static let builtIn: [MachineCard] = [
        MachineCard(
            "dgx-1-v100", aliases: ["v100-8"], "8 V100 32 GB in a hybrid cube mesh, 4 x EDR InfiniBand", source: .dgx1,
            gpu: "v100-32", gpus: 8, nvlink: 8, cpus: 80, memory: 512, nics: 4, nicRate: 100, nvme: 7.68, power: 3.5,
            price: 3.06),
        MachineCard(
            "t4-4", "4 T4 on PCI Express (as g4dn.12xlarge)", source: .ec2, gpu: "t4", gpus: 4, nvlink: 0, cpus: 48,
            memory: 192, nics: 1, nicRate: 50, nvme: 0.9, price: 0.98),
        MachineCard(
            "hgx-a100-40", "8 A100 40 GB, NVSwitch, 4 x 100 Gbit/s (as p4d.24xlarge)", source: .ec2, gpu: "a100-40",
            gpus: 8, nvlink: 8, cpus: 96, memory: 1152, nics: 4, nicRate: 100, nvme: 8, price: 2.75),
        MachineCard(
            "dgx-a100", "8 A100 80 GB, NVSwitch, 8 x HDR InfiniBand", source: .dgxA100, gpu: "a100-80", gpus: 8,
            nvlink: 8,
            cpus: 256, memory: 2048, nics: 8, nicRate: 200, nvme: 30.72, power: 6.5, price: 3.43, perRack: 4),
        MachineCard(
            "l4-8", "8 L4 on PCI Express (as g6.48xlarge)", source: .ec2, gpu: "l4", gpus: 8, nvlink: 0, cpus: 192,
            memory: 768, nics: 1, nicRate: 100, nvme: 7.52, price: 1.67),
        MachineCard(
            "l40s-8", "8 L40S on PCI Express (as g6e.48xlarge)", source: .ec2, gpu: "l40s", gpus: 8, nvlink: 0,
            cpus: 192,
            memory: 1536, nics: 4, nicRate: 100, nvme: 7.6, price: 3.77),
        MachineCard(
            "dgx-h100", "8 H100, NVSwitch, 8 x NDR InfiniBand", source: .dgxH100, gpu: "h100-sxm", gpus: 8, nvlink: 8,
            cpus: 224, memory: 2048, nics: 8, nicRate: 400, nvme: 30.72, power: 10.2, price: 6.88, perRack: 4),
        MachineCard(
            "hgx-h200", "8 H200, NVSwitch, 8 x 400 Gbit/s (host as DGX H200)", source: .dgxH100, gpu: "h200-sxm",
            gpus: 8,
            nvlink: 8, cpus: 224, memory: 2048, nics: 8, nicRate: 400, nvme: 30.72, power: 10.2, price: 7.91, perRack: 4
        ),
        MachineCard(
            "dgx-b200", "8 B200, NVSwitch, 8 x 400 Gbit/s", source: .dgxB200, gpu: "b200-sxm", gpus: 8, nvlink: 8,
            cpus: 224, memory: 2048, nics: 8, nicRate: 400, nvme: 30.72, power: 14.3, price: 14.24),
        // The power of a rack (120 kW) is shared out among its trays.
        MachineCard(
            "gb200-nvl72", "compute tray of 4 GB200; 18 trays share one NVLink domain of 72", source: .dgxGB200,
            gpu: "gb200", gpus: 4, nvlink: 72, cpus: 144, memory: 960, nics: 4, nicRate: 400, nvme: 15.36, power: 6.6,
            price: 16, perRack: 18, rackSource: .dgxGB200),
        MachineCard(
            "mi300x-8", "8 MI300X, Infinity Fabric, 8 x 400 Gbit/s (as ND96isr MI300X v5)", source: .azureMI300X,
            gpu: "mi300x", gpus: 8, nvlink: 8, cpus: 96, memory: 1850, nics: 8, nicRate: 400, nvme: 28, price: 6),
        MachineCard(
            "cpu-96", "no GPUs (as m6id.24xlarge)", source: .ec2, gpu: nil, gpus: 0, nvlink: 0, cpus: 96, memory: 384,
            nics: 1, nicRate: 37.5, nvme: 5.7, price: 5.7),
    ]
}
