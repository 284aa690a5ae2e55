/// The constants of the step-time model that no data sheet gives. They are global: none belongs to a source or a model.
///
/// `orrery validate training` prints what they achieve; docs/training.md says how they were found.
public struct StepTimeConstants: Hashable, Sendable {
    /// Clock of a run of nothing but GEMMs relative to that of a short one, by generation (power limit).
    public var sustainedVolta = 0.95
    /// As `sustainedVolta`, for Ampere.
    public var sustainedAmpere = 0.8098
    /// As `sustainedVolta`, for Hopper in 16 bits.
    public var sustainedHopper = 0.7552
    /// As `sustainedVolta`, for Blackwell in 16 bits.
    public var sustainedBlackwell = 0.7234
    /// Share of the best measured GEMM that usual ones reach in 8-bit formats.
    public var share8 = 1.051
    /// As `share8`, for 4-bit formats.
    public var share4 = 0.7461
    /// Depth K of a GEMM that is lost in prologue and epilogue.
    public var depthLoss = 287.7
    /// Efficiency of a GEMM whose rows do not start at multiples of 16 bytes (NVIDIA, "Matrix Multiplication Background": tensor cores need
    /// sizes divisible by 8 elements of 16 bits).
    public var misalignedShare = 0.5061
    /// Efficiency of a 128 × 128 tile relative to 256 × 128.
    public var smallTile = 0.8802
    /// Share of peak of FlashAttention's forward pass: Ampere, Hopper with FA2, Hopper with cuDNN or FA3, Blackwell.
    public var flashAmpere = 0.5404
    /// FlashAttention 2 on Hopper.
    public var flashHopper2 = 0.28
    /// cuDNN or FlashAttention 3 on Hopper.
    public var flashHopper3 = 0.8
    /// cuDNN on Blackwell.
    public var flashBlackwell = 0.6261
    /// Efficiency of the backward pass relative to the forward pass.
    public var flashBackward = 0.7388
    /// Tokens at which FlashAttention reaches half of its efficiency.
    public var flashHalfSequence = 888.8
    /// Share of memory bandwidth that elementwise kernels reach.
    public var memoryShare = 0.8389
    /// Seconds of the shortest kernel on the GPU.
    public var kernelFloor = 2.698e-06
    /// Seconds of launching one kernel from the host, eagerly.
    public var launch = 2.869e-05
    /// Extra bytes per element of every GEMM input in 8-bit formats (scales, casts, transposes).
    public var castBytes = 4.778
    /// As `castBytes`, for the inputs of routed experts that are padded and cast expert by expert.
    public var expertCastBytes = 20.11
    /// Slowdown of computing while transfers run beside it, per second of transfer.
    public var overlapCost = 0.5
    /// Share of tensor-parallel transfers that remains when they overlap with GEMMs.
    public var tensorExposed = 0.1876
    /// Share of pipeline transfers that remains when they overlap.
    public var pipelineExposed = 0.1194
    /// Share of expert all-to-all that remains.
    public var expertExposed = 0.5948
    /// Efficiency of grouped GEMMs relative to one large GEMM.
    public var groupedShare = 0.5902
    /// Rows of one expert's GEMM that are lost to routing overheads.
    public var expertRowLoss = 426.8
    /// Kernels launched for one local expert in a forward pass.
    public var expertLaunches = 2.894
    /// Passes over the routed tokens for permuting them.
    public var permutePasses = 5.096
    /// Fixed time of a step outside of kernels: loader, logging, synchronisation.
    public var stepOverhead = 0.0009999
    /// Host time of one micro batch outside of layers: batch and masks, loss, its average, timers; eager code.
    public var microBatchOverhead = 0.001033
    /// Host time of one parameter tensor's gradient hook.
    public var gradientHook = 0.0008595
    /// Relative noise of one rank's step.
    public var jitter = 0.01183
    /// Share of a collective's bandwidth that bucketed data-parallel traffic gets on the network.
    public var dataShare = 0.8546
    /// Start of one owner's broadcast over the network, with the packing of its parameters.
    public var broadcastStart = 0.003471
    /// Improvement of Megatron-Core per year.
    public var yearlyProgress = 0.01974
    /// Factor on host time where pipeline transfers stop the host until they are done.
    public var stoppedHost = 1.006
    /// Bytes that unpacking one four-bit weight moves in effect.
    public var dequantiseBytes = 24.1
    /// Exponent of the power limit per peak FLOP/s in the sustained rate, relative to the generation's first card.
    public var powerExponent = 1.169
    /// Exponent of the clock in the power of tensor cores: between 1 (voltage fixed) and 3 (voltage in proportion).
    public var powerLaw = 1.85
    /// Bytes of small operators of unfused code relative to fused.
    public var looseBytes = 1.305
    /// Kernels per layer of unfused code relative to fused.
    public var unfusedLaunches = 1.133

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
        Parameter("misalignedShare", 0.2, 0.4, 0.8, \.misalignedShare),
        Parameter("smallTile", 0.6, 0.85, 1, \.smallTile),
        Parameter("flashAmpere", 0.45, 0.62, 0.75, \.flashAmpere),
        Parameter("flashHopper2", 0.28, 0.4, 0.5, \.flashHopper2),
        Parameter("flashHopper3", 0.5, 0.67, 0.8, \.flashHopper3),
        Parameter("flashBlackwell", 0.45, 0.62, 0.8, \.flashBlackwell),
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
        Parameter("expertRowLoss", 50, 300, 800, \.expertRowLoss),
        Parameter("expertLaunches", 1, 4, 12, \.expertLaunches),
        Parameter("permutePasses", 3, 5, 12, \.permutePasses),
        Parameter("stepOverhead", 0.0003, 0.001, 0.005, \.stepOverhead),
        Parameter("microBatchOverhead", 0.0002, 0.001, 0.005, \.microBatchOverhead),
        Parameter("gradientHook", 0.0001, 0.0005, 0.002, \.gradientHook),
        Parameter("jitter", 0.001, 0.005, 0.02, \.jitter),
        Parameter("dataShare", 0.5, 0.8, 1, \.dataShare),
        Parameter("broadcastStart", 0.0002, 0.001, 0.005, \.broadcastStart),
        Parameter("yearlyProgress", 0.001, 0.05, 0.2, \.yearlyProgress),
        Parameter("stoppedHost", 1, 1.1, 2, \.stoppedHost),
        Parameter("dequantiseBytes", 2.5, 12, 40, \.dequantiseBytes),
        Parameter("powerExponent", 0.05, 0.5, 1.2, \.powerExponent),
        Parameter("powerLaw", 1.0, 2.0, 3.5, \.powerLaw),
        Parameter("looseBytes", 1.0, 1.7, 2.5, \.looseBytes),
        Parameter("unfusedLaunches", 1, 2, 4, \.unfusedLaunches),
    ]
}
