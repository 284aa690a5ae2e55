/// The constants of the step-time model that no data sheet gives. They are global: none belongs to a source or a model.
///
/// `orrery validate training` prints what they achieve; docs/training.md says how they were found.
public struct StepTimeConstants: Hashable, Sendable {
    /// Clock of a run of nothing but GEMMs relative to that of a short one, by generation (power limit).
    public var sustainedVolta = 0.95
    /// As `sustainedVolta`, for Ampere.
    public var sustainedAmpere = 0.8199
    /// As `sustainedVolta`, for Hopper in 16 bits.
    public var sustainedHopper = 0.7798
    /// As `sustainedVolta`, for Blackwell in 16 bits.
    public var sustainedBlackwell = 0.7487
    /// Share of the best measured GEMM that usual ones reach in 8-bit formats.
    public var share8 = 1.1
    /// As `share8`, for 4-bit formats.
    public var share4 = 0.7902
    /// Depth K of a GEMM that is lost in prologue and epilogue.
    public var depthLoss = 333.4
    /// As `depthLoss`, on Hopper and Blackwell, whose persistent kernels store one tile while they multiply the next.
    public var depthLossHopper = 314.6
    /// Efficiency of a GEMM whose rows do not start at multiples of 16 bytes (NVIDIA, "Matrix Multiplication Background": tensor cores need
    /// sizes divisible by 8 elements of 16 bits).
    public var misalignedShare = 0.4569
    /// Efficiency of a 128 × 128 tile relative to 256 × 128.
    public var smallTile = 0.9834
    /// Share of peak of the forward pass of FlashAttention 1, as Triton compiles it, on Ampere (25 to 40 %: Dao, arXiv 2307.08691).
    public var flashFirstAmpere = 0.4628
    /// As `flashFirstAmpere`, on Hopper.
    public var flashFirstHopper = 0.2105
    /// Share of peak of FlashAttention 2's forward pass on Ampere.
    public var flashAmpere = 0.5402
    /// FlashAttention 2 on Hopper.
    public var flashHopper2 = 0.4
    /// cuDNN or FlashAttention 3 on Hopper.
    public var flashHopper3 = 0.7339
    /// cuDNN on Blackwell.
    public var flashBlackwell = 0.6422
    /// Efficiency of the backward pass of FlashAttention 1 relative to its forward pass.
    public var flashFirstBackward = 0.7046
    /// Efficiency of the backward pass of the others relative to the forward pass.
    public var flashBackward = 0.7615
    /// Tokens at which FlashAttention reaches half of its efficiency.
    public var flashHalfSequence = 900.0
    /// Share of memory bandwidth that elementwise kernels reach.
    public var memoryShare = 0.851
    /// Seconds of the shortest kernel on the GPU.
    public var kernelFloor = 3.464e-06
    /// Seconds of launching one kernel from the host, eagerly.
    public var launch = 2.867e-05
    /// Extra bytes per element of every GEMM input in 8-bit formats (scales, casts, transposes).
    public var castBytes = 5.181
    /// As `castBytes`, for the inputs of routed experts that are padded and cast expert by expert.
    public var expertCastBytes = 20.98
    /// Slowdown of computing while transfers run beside it, per second of transfer.
    public var overlapCost = 0.5
    /// Share of tensor-parallel transfers that remains when they overlap with GEMMs.
    public var tensorExposed = 0.2192
    /// Share of pipeline transfers that remains when they overlap.
    public var pipelineExposed = 0.121
    /// Share of expert all-to-all that remains.
    public var expertExposed = 0.5443
    /// Efficiency of the GEMMs of experts, one after the other, relative to that of as large dense ones.
    public var groupedShare = 0.7159
    /// Kernels launched for one local expert in a forward pass.
    public var expertLaunches = 2.904
    /// Passes over the routed tokens for permuting them.
    public var permutePasses = 4.807
    /// Fixed time of a step outside of kernels: loader, logging, synchronisation.
    public var stepOverhead = 0.001095
    /// Host time of one micro batch outside of layers: batch and masks, loss, its average, timers; eager code.
    public var microBatchOverhead = 0.001027
    /// Host time of one parameter tensor's gradient hook.
    public var gradientHook = 0.0008931
    /// Relative noise of one rank's step.
    public var jitter = 0.01049
    /// Share of a collective's bandwidth that bucketed data-parallel traffic gets on the network.
    public var dataShare = 0.8562
    /// Start of one owner's broadcast over the network, with the packing of its parameters.
    public var broadcastStart = 0.003504
    /// Improvement of Megatron-Core per year.
    public var yearlyProgress = 0.02184
    /// Factor on host time where pipeline transfers stop the host until they are done.
    public var stoppedHost = 1.0
    /// Bytes that unpacking one four-bit weight moves in effect.
    public var dequantiseBytes = 24.71
    /// Share of the power limit of a generation's first card that memory, links and leakage take, whatever tensor cores do.
    public var staticPower = 0.4086
    /// Exponent of the clock in the power of tensor cores: between 1 (voltage fixed) and 3 (voltage in proportion).
    public var powerLaw = 3.0
    /// Bytes of small operators of unfused code relative to fused.
    public var looseBytes = 1.385
    /// Kernels per layer of unfused code relative to fused.
    public var unfusedLaunches = 1.126

    /// The built-in constants.
    public init() {}
}

extension StepTimeConstants {
    /// What is expected of every constant before any table is read.
    public static let expected: StepTimeConstants = {
        var constants = StepTimeConstants()
        for parameter in parameters { constants[keyPath: parameter.path] = parameter.expected }
        return constants
    }()

    /// A constant with its limits and its expected value for fitting.
    public struct Parameter: Sendable {
        /// Name as in the structure.
        public let name: String
        /// Lower limit.
        public let lower: Double
        /// What data sheets and papers say.
        public let expected: Double
        /// Upper limit.
        public let upper: Double
        /// Where it is kept.
        public let path: any WritableKeyPath<StepTimeConstants, Double> & Sendable

        init(
            _ name: String, _ lower: Double, _ expected: Double, _ upper: Double,
            _ path: any WritableKeyPath<StepTimeConstants, Double> & Sendable
        ) {
            self.name = name
            self.lower = lower
            self.expected = expected
            self.upper = upper
            self.path = path
        }

        /// The nearest value within the limits.
        func limited(_ value: Double) -> Double { min(upper, max(lower, value)) }
    }

    /// Every constant with lower limit, expected value and upper limit. docs/training.md names the source of each expectation.
    public static let parameters: [Parameter] = [
        Parameter("sustainedVolta", 0.7, 0.95, 1, \.sustainedVolta),
        Parameter("sustainedAmpere", 0.7, 0.95, 1, \.sustainedAmpere),
        Parameter("sustainedHopper", 0.6, 0.85, 1, \.sustainedHopper),
        Parameter("sustainedBlackwell", 0.6, 0.85, 1.05, \.sustainedBlackwell),
        Parameter("share8", 0.6, 0.95, 1.1, \.share8),
        Parameter("share4", 0.4, 0.75, 1.1, \.share4),
        Parameter("depthLoss", 80, 250, 500, \.depthLoss),
        Parameter("depthLossHopper", 20, 150, 500, \.depthLossHopper),
        Parameter("misalignedShare", 0.2, 0.4, 0.8, \.misalignedShare),
        Parameter("smallTile", 0.6, 0.85, 1, \.smallTile),
        Parameter("flashFirstAmpere", 0.25, 0.38, 0.5, \.flashFirstAmpere),
        Parameter("flashFirstHopper", 0.12, 0.22, 0.35, \.flashFirstHopper),
        Parameter("flashAmpere", 0.5, 0.62, 0.72, \.flashAmpere),
        Parameter("flashHopper2", 0.28, 0.4, 0.5, \.flashHopper2),
        Parameter("flashHopper3", 0.5, 0.67, 0.8, \.flashHopper3),
        Parameter("flashBlackwell", 0.45, 0.62, 0.8, \.flashBlackwell),
        Parameter("flashFirstBackward", 0.5, 0.75, 1, \.flashFirstBackward),
        Parameter("flashBackward", 0.6, 0.85, 1, \.flashBackward),
        Parameter("flashHalfSequence", 100, 440, 900, \.flashHalfSequence),
        Parameter("memoryShare", 0.7, 0.85, 0.95, \.memoryShare),
        Parameter("kernelFloor", 1e-06, 2.5e-06, 6e-06, \.kernelFloor),
        Parameter("launch", 4e-06, 1.5e-05, 4e-05, \.launch),
        Parameter("castBytes", 3, 5, 8, \.castBytes),
        Parameter("expertCastBytes", 4, 12, 30, \.expertCastBytes),
        Parameter("overlapCost", 0.02, 0.15, 0.5, \.overlapCost),
        Parameter("tensorExposed", 0.1, 0.25, 0.6, \.tensorExposed),
        Parameter("pipelineExposed", 0.02, 0.15, 1, \.pipelineExposed),
        Parameter("expertExposed", 0.2, 0.6, 1, \.expertExposed),
        Parameter("groupedShare", 0.4, 0.8, 1, \.groupedShare),
        Parameter("expertLaunches", 1, 4, 12, \.expertLaunches),
        Parameter("permutePasses", 3, 5, 12, \.permutePasses),
        Parameter("stepOverhead", 0.0003, 0.001, 0.005, \.stepOverhead),
        Parameter("microBatchOverhead", 0.0002, 0.001, 0.005, \.microBatchOverhead),
        Parameter("gradientHook", 0.0001, 0.0005, 0.002, \.gradientHook),
        Parameter("jitter", 0.001, 0.005, 0.02, \.jitter),
        Parameter("dataShare", 0.5, 0.8, 1, \.dataShare),
        Parameter("broadcastStart", 0.0002, 0.001, 0.005, \.broadcastStart),
        Parameter("yearlyProgress", 0.001, 0.03, 0.07, \.yearlyProgress),
        Parameter("stoppedHost", 1, 1.1, 2, \.stoppedHost),
        Parameter("dequantiseBytes", 2.5, 12, 40, \.dequantiseBytes),
        Parameter("staticPower", 0.1, 0.3, 0.6, \.staticPower),
        Parameter("powerLaw", 1.0, 2.0, 3.0, \.powerLaw),
        Parameter("looseBytes", 1.0, 1.7, 2.5, \.looseBytes),
        Parameter("unfusedLaunches", 1, 2, 4, \.unfusedLaunches),
    ]
}
