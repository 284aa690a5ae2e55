import Quantities

/// What a GPU model can do: memory, peak rates, links, power. Peaks are dense (no sparsity).
///
/// Facts that the source does not give are nil. Memory is in GiB: what vendors print as GB is binary to within 1 %.
public struct GPUModel: Hashable, Sendable {
    /// Name in scenario files: `h100-sxm`.
    public var name: String
    /// Other names it goes by in traces and labels: `H100`, `NVIDIA-H100-80GB-HBM3`.
    public var aliases: [String] = []
    /// Device memory.
    public var memory: Fact<Bytes>?
    /// Device memory bandwidth.
    public var memoryBandwidth: Fact<BytesPerSecond>?
    /// Tensor-core peak in FP16 (and BF16 where `hasBF16`).
    public var fp16: Fact<FLOPsPerSecond>?
    /// Whether the 16-bit peak also holds for BF16.
    public var hasBF16 = true
    /// Tensor-core peak in FP8.
    public var fp8: Fact<FLOPsPerSecond>?
    /// Tensor-core peak in FP4.
    public var fp4: Fact<FLOPsPerSecond>?
    /// Tensor-core peak in TF32.
    public var tf32: Fact<FLOPsPerSecond>?
    /// Bandwidth to the other GPUs of the NVLink domain (or its like), one direction, all links of the GPU together.
    public var scaleUp: Fact<BytesPerSecond>?
    /// Generation of the x16 PCI Express link to the host.
    public var pcieGeneration: Fact<Int>?
    /// Streaming multiprocessors (compute units).
    public var multiprocessors: Fact<Int>?
    /// Board power limit.
    public var power: Fact<Watts>?
    /// The set of MIG profiles, or nil when the GPU cannot be split.
    public var migFamily: MIGFamily?

    /// A model of which nothing but the name is known, for traces with unknown hardware.
    public init(name: String, aliases: [String] = []) {
        self.name = name
        self.aliases = aliases
    }
}

extension GPUModel {
    /// A row of the hardware table. Units: GiB, TB/s, TFLOP/s, GB/s, W; nil for what the source does not give.
    ///
    /// - Parameter peaks: the source of the peak rates where it is not that of the rest.
    init(
        _ name: String, aliases: [String], source: FactSource, peaks: FactSource? = nil, memory: Double,
        bandwidth: Double, fp16: Double,
        bf16: Bool = true, fp8: Double? = nil, fp4: Double? = nil, tf32: Double? = nil, scaleUp: Double? = nil,
        pcie: Int? = nil, sms: Int? = nil, power: Double? = nil, mig: MIGFamily? = nil
    ) {
        self.init(name: name, aliases: aliases)
        func tera(_ value: Double?) -> Fact<FLOPsPerSecond>? {
            value.map { Fact(FLOPsPerSecond(rawValue: $0 * 1e12), peaks ?? source) }
        }
        self.memory = Fact(Bytes(rawValue: Int64(memory * 1_073_741_824)), source)
        memoryBandwidth = Fact(BytesPerSecond(rawValue: bandwidth * 1e12), source)
        self.fp16 = tera(fp16)
        hasBF16 = bf16
        self.fp8 = tera(fp8)
        self.fp4 = tera(fp4)
        self.tf32 = tera(tf32)
        self.scaleUp = scaleUp.map { Fact(BytesPerSecond(rawValue: $0 * 1e9), source) }
        pcieGeneration = pcie.map { Fact($0, source) }
        multiprocessors = sms.map { Fact($0, source) }
        self.power = power.map { Fact(Watts(rawValue: $0), source) }
        migFamily = mig
    }

    /// The built-in GPU cards, by generation.
    static let builtIn: [GPUModel] = [
        GPUModel(
            "p100", aliases: ["P100", "Tesla-P100-PCIE-16GB"], source: .nvidiaP100, memory: 16, bandwidth: 0.732,
            fp16: 18.7, bf16: false, pcie: 3, sms: 56, power: 250),
        GPUModel(
            "v100-16", aliases: ["V100M16", "V100", "Tesla-V100-SXM2-16GB"], source: .mlBook, peaks: .llmAnalysis,
            memory: 16,
            bandwidth: 0.9,
            fp16: 125, bf16: false, scaleUp: 150, pcie: 3, sms: 80, power: 300),
        GPUModel(
            "v100-32", aliases: ["V100M32", "Tesla-V100-SXM2-32GB", "Tesla-V100-SXM3-32GB"], source: .mlBook,
            peaks: .llmAnalysis,
            memory: 32,
            bandwidth: 0.9, fp16: 125, bf16: false, scaleUp: 150, pcie: 3, sms: 80, power: 300),
        GPUModel(
            "t4", aliases: ["T4", "Tesla-T4"], source: .mlBook, memory: 16, bandwidth: 0.32, fp16: 65, bf16: false,
            pcie: 3,
            sms: 40, power: 70),
        GPUModel(
            "a10", aliases: ["A10", "NVIDIA-A10"], source: .nvidiaA10, memory: 24, bandwidth: 0.6, fp16: 125,
            tf32: 62.5,
            pcie: 4, power: 150),
        GPUModel(
            "a100-40", aliases: ["A100-40", "A100-SXM4-40GB", "NVIDIA-A100-SXM4-40GB", "a100-sxm-40"], source: .mlBook,
            memory: 40, bandwidth: 1.56, fp16: 312, tf32: 156, scaleUp: 300, pcie: 4, sms: 108, power: 400,
            mig: .a100Memory40),
        GPUModel(
            "a100-80", aliases: ["A100", "A100-80", "A100-SXM4-80GB", "NVIDIA-A100-SXM4-80GB", "a100-sxm-80"],
            source: .mlBook, memory: 80, bandwidth: 2.0, fp16: 312, tf32: 156, scaleUp: 300, pcie: 4, sms: 108,
            power: 400,
            mig: .memory80),
        GPUModel(
            "l4", aliases: ["L4", "NVIDIA-L4"], source: .mlBook, memory: 24, bandwidth: 0.3, fp16: 121, fp8: 242,
            tf32: 60,
            pcie: 4, sms: 58, power: 72),
        GPUModel(
            "l40s", aliases: ["L40S", "NVIDIA-L40S"], source: .mlBook, memory: 48, bandwidth: 0.86, fp16: 362, fp8: 733,
            tf32: 183, pcie: 4, sms: 142, power: 350),
        GPUModel(
            "h100-sxm", aliases: ["H100", "h100", "H100-SXM5-80GB", "NVIDIA-H100-80GB-HBM3"], source: .mlBook,
            memory: 80,
            bandwidth: 3.35, fp16: 989, fp8: 1979, tf32: 495, scaleUp: 450, pcie: 5, sms: 132, power: 700,
            mig: .memory80),
        GPUModel(
            "h200-sxm", aliases: ["H200", "h200", "NVIDIA-H200"], source: .mlBook, memory: 141, bandwidth: 4.8,
            fp16: 989,
            fp8: 1979, tf32: 495, scaleUp: 450, pcie: 5, sms: 132, power: 700, mig: .h200),
        GPUModel(
            "b200-sxm", aliases: ["B200", "b200", "NVIDIA-B200"], source: .mlBook, memory: 180, bandwidth: 8.0,
            fp16: 2250,
            fp8: 4500, fp4: 9000, tf32: 1125, scaleUp: 900, pcie: 5, sms: 148, power: 1000, mig: .b200),
        GPUModel(
            "gb200", aliases: ["GB200", "NVIDIA-GB200"], source: .mlBook, memory: 186, bandwidth: 8.0, fp16: 2500,
            fp8: 5000, fp4: 10000, tf32: 1250, scaleUp: 900, power: 1200),
        GPUModel(
            "mi300x", aliases: ["MI300X", "AMD-Instinct-MI300X"], source: .mlBook, memory: 192, bandwidth: 5.3,
            fp16: 1307,
            fp8: 2610, tf32: 654, scaleUp: 448, pcie: 5, power: 750),
        // Two models whose names the publisher of the openb trace replaced; nothing else is known of them.
        GPUModel(name: "g2", aliases: ["G2"]),
        GPUModel(name: "g3", aliases: ["G3"]),
        // Appended, because positions are identities: export variants and refreshes of the generations above.
        GPUModel(
            "a800", aliases: ["A800", "A800-SXM4-80GB"], source: .mlBook, memory: 80, bandwidth: 2.0, fp16: 312,
            tf32: 156, scaleUp: 200, pcie: 4, sms: 108, power: 400),
        GPUModel(
            "h800", aliases: ["H800", "H800-SXM5-80GB"], source: .mlBook, memory: 80, bandwidth: 3.4, fp16: 989,
            fp8: 1979, tf32: 495, scaleUp: 200, pcie: 5, sms: 132, power: 700),
        GPUModel(
            "b300-sxm", aliases: ["B300", "B300-SXM6"], source: .mlBook, memory: 288, bandwidth: 8.0, fp16: 2250,
            fp8: 4500, fp4: 13500, tf32: 1125, scaleUp: 900, sms: 148, power: 1100),
        GPUModel(
            "gb300", aliases: ["GB300"], source: .mlBook, memory: 288, bandwidth: 8.0, fp16: 2500, fp8: 5000,
            fp4: 15000, tf32: 1250, scaleUp: 900, power: 1400),
    ]
}
