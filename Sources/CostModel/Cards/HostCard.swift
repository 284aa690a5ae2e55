import ClusterModel

/// What offloading needs to know of the machine around a GPU; all figures are shares of one GPU.
public struct HostCard: Hashable, Sendable {
    /// Host memory in bytes.
    public var memory: Fact<Double>
    /// Bandwidth of host memory in bytes per second.
    public var memoryBandwidth: Fact<Double>
    /// Wire rate of the link between GPU and host, one direction, in bytes per second.
    public var link: Fact<Double>
    /// Local NVMe in bytes; 0 without any.
    public var nvme: Fact<Double>
    /// Rate of local NVMe, reading or writing, in bytes per second.
    public var nvmeRate: Fact<Double>

    /// Share of the wire rate that copies from pinned memory reach.
    ///
    /// Measured copies reach 80 to 88 % of it (stas00/ml-engineering 744d01e, PCIe bandwidth tests).
    public static let linkShare = 0.84
    /// Share of host memory bandwidth that a streaming kernel on all cores reaches; the usual yield of the STREAM benchmark.
    public static let memoryShare = 0.8

    /// Wire rate of sixteen lanes of PCIe, one direction, in bytes per second (PCI-SIG); doubled by every generation.
    public static func pcieRate(generation: Int) -> Double {
        [0: 0, 3: 15.8e9, 4: 31.5e9, 5: 63e9, 6: 121e9][generation] ?? 0
    }

    /// Bytes per second that copies between GPU and host reach.
    public var copyRate: Double { link.value * Self.linkShare }

    /// The usual host of a GPU: eight GPUs, two sockets; Grace for the GB cards.
    public static func usual(generation: GPUGeneration, isGrace: Bool) -> HostCard {
        if isGrace {
            // 480 GB of LPDDR5X at 512 GB/s for two GPUs, NVLink-C2C of 450 GB/s.
            return HostCard(
                memory: Fact(240e9, .grace), memoryBandwidth: Fact(256e9, .grace), link: Fact(450e9, .grace),
                nvme: Fact(3.84e12, .grace), nvmeRate: Fact(6.5e9, .hostDrive))
        }
        switch generation {
        case .volta:
            return HostCard(
                memory: Fact(96e9, .dgx2Host), memoryBandwidth: Fact(2 * 6 * 21.3e9 / 16, .dgx2Host),
                link: Fact(15.8e9, .pcie), nvme: Fact(1.9e12, .dgx2Host), nvmeRate: Fact(1.6e9, .zeroInfinity))
        case .ampere:
            return HostCard(
                memory: Fact(256e9, .dgxA100Host), memoryBandwidth: Fact(2 * 8 * 25.6e9 / 8, .dgxA100Host),
                link: Fact(31e9, .pcie), nvme: Fact(3.84e12, .dgxA100Host), nvmeRate: Fact(6.5e9, .hostDrive))
        case .hopper, .cdna:
            return HostCard(
                memory: Fact(256e9, .dgxH100Host), memoryBandwidth: Fact(2 * 8 * 38.4e9 / 8, .dgxH100Host),
                link: Fact(63e9, .pcie), nvme: Fact(3.84e12, .dgxH100Host), nvmeRate: Fact(6.5e9, .hostDrive))
        case .blackwell:
            return HostCard(
                memory: Fact(256e9, .dgxB200Host), memoryBandwidth: Fact(2 * 8 * 44.8e9 / 8, .dgxB200Host),
                link: Fact(63e9, .pcie), nvme: Fact(3.84e12, .dgxB200Host), nvmeRate: Fact(6.5e9, .hostDrive))
        }
    }

    /// The host with memory and NVMe of a machine of the catalogue.
    public func of(_ machine: MachineCard) -> HostCard {
        var host = self
        let gpus = Double(max(1, machine.gpuCount.value))
        host.memory = Fact(Double(machine.memory.value.rawValue) / gpus, machine.memory.source)
        host.nvme = Fact(Double(machine.localStorage.value.rawValue) / gpus, machine.localStorage.source)
        return host
    }
}

extension FactSource {
    static let pcie = FactSource(
        tag: "PCIE", title: "PCI-SIG link rates after coding, x16: generations 3, 4, 5 carry 15.8, 31, 63 GB/s")
    static let dgx2Host = FactSource(
        tag: "DGX2-UG", title: "NVIDIA DGX-2 user guide: 2 sockets with 6 channels of DDR4-2666, 1.5 TB, 16 GPUs")
    static let dgxA100Host = FactSource(
        tag: "DGXA100-HOST", title: "NVIDIA DGX A100 user guide: 2 EPYC 7742 with 8 channels of DDR4-3200 each, 2 TB")
    static let dgxH100Host = FactSource(
        tag: "DGXH100-HOST",
        title: "NVIDIA DGX H100 user guide: 2 Xeon 8480C with 8 channels of DDR5-4800 each, 2 TB")
    static let dgxB200Host = FactSource(
        tag: "DGXB200-HOST",
        title: "NVIDIA DGX B200 user guide: 2 Xeon 8570 with 8 channels of DDR5-5600 each, 2 TB")
    static let grace = FactSource(
        tag: "GRACE", title: "NVIDIA GB200 NVL72 data sheet: Grace with 480 GB LPDDR5X at 512 GB/s, NVLink-C2C")
    static let hostDrive = FactSource(
        tag: "NVME-G4",
        title: "One PCIe 4.0 x4 drive for each GPU, at the rate of current data-centre drives (6.5 GB/s)")
    static let zeroInfinity = FactSource(
        tag: "ZERO-INF",
        title: "Rajbhandari et al., ZeRO-Infinity, SC21 (arXiv 2104.07857), Fig. 2: 1.6 GB/s for each GPU")
}
