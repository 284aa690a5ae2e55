import Quantities

/// One line of a card as people read it.
public struct CardFact: Hashable, Sendable {
    /// What is stated, with the unit in the value: `memory bandwidth`.
    public let name: String
    /// The number.
    public let value: String
    /// Where it comes from.
    public let source: FactSource

    init?<Value>(_ name: String, _ fact: Fact<Value>?, _ text: (Value) -> String = { "\($0)" }) {
        guard let fact else { return nil }
        self.name = name
        value = text(fact.value)
        source = fact.source
    }
}

extension GPUModel {
    /// What is known of the model, in a fixed order.
    public var facts: [CardFact] {
        let precision = hasBF16 ? "FP16 and BF16 peak" : "FP16 peak"
        return [
            CardFact("memory", memory),
            CardFact("memory bandwidth", memoryBandwidth),
            CardFact(precision, fp16),
            CardFact("FP8 peak", fp8),
            CardFact("FP4 peak", fp4),
            CardFact("TF32 peak", tf32),
            CardFact("scale-up bandwidth, one direction", scaleUp),
            CardFact("PCI Express", pcieGeneration) { "generation \($0), x16" },
            CardFact("multiprocessors", multiprocessors),
            CardFact("power limit", power),
            CardFact("MIG profiles", migFamily.map { Fact($0, .nvidiaMIG) }) { family in
                family.geometry.profiles.map(\.name).joined(separator: ", ")
            },
        ].compactMap { $0 }
    }
}

extension MachineCard {
    /// What is known of the machine, in a fixed order.
    public var facts: [CardFact] {
        [
            CardFact("GPUs", gpuCount) { [gpu] count in gpu.map { "\(count) × \($0)" } ?? "none" },
            CardFact("GPUs of one NVLink domain", nvlinkDomainGPUs.value > 0 ? nvlinkDomainGPUs : nil),
            CardFact("logical CPUs", logicalCPUs),
            CardFact("memory", memory),
            CardFact("network cards", nics) { [nicRate] count in "\(count) × \(Self.gigabits(nicRate.value))" },
            CardFact("local NVMe", localStorage),
            CardFact("power limit", power),
            CardFact(gpu == nil ? "price per node" : "price per GPU", price),
            CardFact("machines in a rack", nodesPerRack),
        ].compactMap { $0 }
    }

    /// Network cards are sold in bits: `400 Gbit/s`.
    private static func gigabits(_ rate: BytesPerSecond) -> String {
        let tenths = Int((rate.rawValue * 8 / 1e8).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) Gbit/s" : "\(tenths / 10).\(tenths % 10) Gbit/s"
    }
}
