import ClusterModel
import Quantities

/// Generations whose kernels differ enough to have efficiencies of their own.
public enum GPUGeneration: Int, CaseIterable, Sendable {
    /// V100.
    case volta
    /// A100 and its relatives.
    case ampere
    /// H100, H200, H800.
    case hopper
    /// B200, GB200, B300, GB300.
    case blackwell
    /// AMD MI300 and later.
    case cdna
}

/// What the cost model needs to know of a GPU; rates in units per second. Peaks are dense.
public struct AcceleratorCard: Hashable, Sendable {
    /// Name of the GPU card.
    public var name: String
    /// Kernel generation.
    public var generation: GPUGeneration
    /// 16-bit tensor-core peak in FLOP/s.
    public var peak16: Double
    /// 8-bit peak in FLOP/s; the 16-bit peak where there is none.
    public var peak8: Double
    /// 4-bit peak in FLOP/s; the 8-bit peak where there is none.
    public var peak4: Double
    /// Best measured share of the 16-bit peak, and of the 8-bit peak.
    public var ceiling16: Fact<Double>
    /// Best measured share of the 8-bit peak.
    public var ceiling8: Fact<Double>
    /// Device memory in bytes.
    public var memory: Double
    /// Device memory bandwidth in bytes per second.
    public var memoryBandwidth: Double
    /// Streaming multiprocessors.
    public var multiprocessors: Double
    /// Scale-up bandwidth of one GPU, one direction, in bytes per second.
    public var scaleUp: Double
    /// GPUs in one scale-up domain.
    public var scaleUpDomain: Int
    /// Usual network rate per GPU, one direction, in bytes per second, where a configuration does not state it.
    public var usualNetwork: Double
    /// Power limit in watts, where it is known.
    public var power: Double?
    /// Power limit over peak, relative to the first card of the generation.
    public var relativePower: Double
    /// Whether the host is a Grace CPU, whose launches are slower.
    public var hasGraceHost: Bool
    /// Efficiency curves measured on this GPU, if any.
    public var curves: KernelCurves?

    /// Peak FLOP/s of matrix multiplications in a precision.
    public func peak(_ precision: Precision) -> Double {
        switch precision {
        case .fp16, .bf16: peak16
        case .fp8, .mxfp8: peak8
        case .nvfp4: peak4
        }
    }
}

extension FactSource {
    /// The table of best measured matrix multiplications.
    static let mamf = FactSource(
        tag: "MAMF", title: "stas00/ml-engineering 744d01e, maximum achievable matmul FLOPS table")
    /// No measurement was found.
    static let nearestCard = FactSource(
        tag: "NEAREST", title: "Not measured; the value of the nearest GPU that was")
}

extension AcceleratorCard {
    /// Share of the peak that the best measured GEMM reached: 16 bit, 8 bit.
    private static let ceilings: [(prefix: String, bits16: Double, bits8: Double, source: FactSource)] = [
        ("gb300", 0.729, 0.723, .nearestCard), ("gb200", 0.729, 0.723, .mamf), ("b300", 0.786, 0.745, .mamf),
        ("b200", 0.776, 0.763, .mamf), ("h200", 0.803, 0.734, .mamf), ("h100", 0.803, 0.709, .mamf),
        ("h800", 0.803, 0.709, .nearestCard), ("a100", 0.869, 0.869, .mamf), ("a800", 0.869, 0.869, .nearestCard),
        ("mi300x", 0.514, 0.514, .mamf), ("v100", 0.8, 0.8, .nearestCard),
    ]

    /// The card of a GPU of the catalogue; nil when its peak or memory is not known.
    public init?(_ gpu: GPUModel) {
        guard let peak = gpu.fp16?.value.rawValue, let bandwidth = gpu.memoryBandwidth?.value.rawValue,
            let memory = gpu.memory?.value.rawValue
        else { return nil }
        name = gpu.name
        peak16 = peak
        peak8 = gpu.fp8?.value.rawValue ?? peak
        peak4 = gpu.fp4?.value.rawValue ?? peak8
        memoryBandwidth = bandwidth
        self.memory = Double(memory)
        let grace = name.hasPrefix("gb")
        hasGraceHost = grace
        if grace || name.hasPrefix("b") {
            generation = .blackwell
        } else if name.hasPrefix("h") {
            generation = .hopper
        } else if name.hasPrefix("mi") {
            generation = .cdna
        } else if name.hasPrefix("v") || name.hasPrefix("p") || name == "t4" {
            generation = .volta
        } else {
            generation = .ampere
        }
        // Watts per 16-bit TFLOP/s of V100, A100, H100, GB200, MI300X.
        let usualPower = [2.4, 1.28, 0.708, 0.48, 0.574][generation.rawValue]
        power = gpu.power.map(\.value.rawValue)
        relativePower = gpu.power.map { $0.value.rawValue / (peak / 1e12) / usualPower } ?? 1
        let usualSMs = [80.0, 108, 132, 148, 304][generation.rawValue]
        multiprocessors = gpu.multiprocessors.map { Double($0.value) } ?? usualSMs
        let pcie = [15.8e9, 31e9, 63e9, 63e9, 63e9][generation.rawValue]
        scaleUp = gpu.scaleUp?.value.rawValue ?? pcie
        scaleUpDomain = grace ? 72 : 8
        let ceiling = Self.ceilings.first { [name] in name.hasPrefix($0.prefix) }
        ceiling16 = Fact(ceiling?.bits16 ?? 0.8, ceiling?.source ?? .nearestCard)
        ceiling8 = Fact(ceiling?.bits8 ?? 0.72, ceiling?.source ?? .nearestCard)
        let gigabits: Double =
            switch generation {
            case .volta: 100
            case .ampere: name == "a800" ? 50 : 200
            case .hopper, .cdna: 400
            case .blackwell: name.contains("300") ? 800 : 400
            }
        usualNetwork = gigabits / 8 * 1e9
    }

    /// The card with a catalogue name or alias; nil when unknown or without peaks.
    public static func named(_ name: String, in catalogue: HardwareCatalogue = .builtIn) -> AcceleratorCard? {
        catalogue.gpu(named: name).flatMap { AcceleratorCard(catalogue[$0]) }
    }
}
