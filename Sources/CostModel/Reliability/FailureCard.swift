import ClusterModel

/// How often the parts of a cluster fail, from one published run or fleet.
public struct FailureCard: Hashable, Sendable {
    /// Name in scenario files.
    public var name: String
    /// Where the counts come from.
    public var source: FactSource
    /// Failures per GPU-hour of the GPU itself, its memory and links to its neighbours.
    public var gpu: Double
    /// Failures per GPU-hour of network cards; there is one for each GPU in these fleets.
    public var nic: Double
    /// Failures per GPU-hour of switches and cables.
    public var network: Double
    /// Failures per GPU-hour of the rest of a host: CPU, memory, power, disks, maintenance of hosts.
    public var host: Double
    /// Failures per GPU-hour of software: bugs, watchdog time-outs, dependencies.
    public var software: Double

    /// All failures per GPU-hour.
    public var total: Double { gpu + nic + network + host + software }

    /// Mean time between failures of a job, in hours.
    public func mtbfHours(gpus: Double) -> Double { gpus > 0 && total > 0 ? 1 / (gpus * total) : .infinity }

    /// The card of this name.
    public static func named(_ name: String) -> FailureCard? { builtIn.first { $0.name == name } }

    /// The built-in cards.
    public static let builtIn: [FailureCard] = [
        // 16,384 GPUs for 54 days, 419 unexpected interruptions, Table 5. GPU: faulty GPU and NVLink 148, HBM3 72, SRAM
        // 19, system processor 17, silent data corruption 6, thermal interface and sensor 6. Software: bugs 54, NCCL
        // watchdog time-outs 7, dependencies 2. Host: maintenance 32, SSD 3, power supply 3, chassis 2, IO board 2,
        // CPU 2, memory 2.
        counts(
            "llama3-405b",
            FactSource(tag: "LLAMA3-T5", title: "The Llama 3 Herd of Models, arXiv 2407.21783, Table 5"),
            gpuHours: 16_384 * 54 * 24, gpu: 268, nic: 7, network: 35, host: 46, software: 63),
        // 6.50 failures per 1,000 node-days of 8 A100, all of them counted as the host's: the split is not given per rate.
        FailureCard(
            name: "meta-rsc1",
            source: FactSource(
                tag: "RSC", title: "Kokolis et al., arXiv 2410.21680: 6.50 per 1,000 node-days on RSC-1"),
            gpu: 0, nic: 0, network: 0, host: 6.5 / 1000 / 24 / 8, software: 0),
    ]

    private static func counts(
        _ name: String, _ source: FactSource, gpuHours: Double, gpu: Double, nic: Double, network: Double,
        host: Double, software: Double
    ) -> FailureCard {
        FailureCard(
            name: name, source: source, gpu: gpu / gpuHours, nic: nic / gpuHours, network: network / gpuHours,
            host: host / gpuHours, software: software / gpuHours)
    }
}
