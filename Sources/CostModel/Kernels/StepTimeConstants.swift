/// The constants of the step-time model that no data sheet gives. They are global: none belongs to a source or a model.
///
/// `orrery validate training` prints what they achieve; docs/training.md says how they were found.
public struct StepTimeConstants: Hashable, Sendable {
    /// Share of the best measured GEMM that a large one reaches in a long run, by generation (clocks, power).
    public var sustainedVolta = 1.0
    /// As `sustainedVolta`, for Ampere.
    public var sustainedAmpere = 0.873
    /// As `sustainedVolta`, for Hopper in 16 bits.
    public var sustainedHopper = 0.8279
    /// As `sustainedVolta`, for Blackwell in 16 bits.
    public var sustainedBlackwell = 0.7178
    /// Further factor for 8-bit formats.
    public var sustained8 = 1.09
    /// Further factor for 4-bit formats.
    public var sustained4 = 0.7565
    /// Depth K of a GEMM that is lost in prologue and epilogue.
    public var depthLoss = 172.6
    /// Efficiency of a 128 × 128 tile relative to 256 × 128.
    public var smallTile = 0.6
    /// Share of peak of FlashAttention's forward pass: Ampere, Hopper with FA2, Hopper with cuDNN or FA3, Blackwell.
    public var flashAmpere = 0.4827
    /// FlashAttention 2 on Hopper.
    public var flashHopper2 = 0.25
    /// cuDNN or FlashAttention 3 on Hopper.
    public var flashHopper3 = 0.6144
    /// cuDNN on Blackwell.
    public var flashBlackwell = 0.7465
    /// Efficiency of the backward pass relative to the forward pass.
    public var flashBackward = 0.5858
    /// Tokens at which FlashAttention reaches half of its efficiency.
    public var flashHalfSequence = 882.5
    /// Share of memory bandwidth that elementwise kernels reach.
    public var memoryShare = 0.95
    /// Seconds of the shortest kernel on the GPU.
    public var kernelFloor = 6e-06
    /// Seconds of launching one kernel from the host, eagerly.
    public var launch = 3.027e-05
    /// Extra bytes per element of every GEMM input in 8-bit formats (scales, casts, transposes).
    public var castBytes = 5.471
    /// Slowdown of computing while transfers run beside it, per second of transfer.
    public var overlapCost = 0.5
    /// Share of tensor-parallel transfers that remains when they overlap with GEMMs.
    public var tensorExposed = 0.193
    /// Share of pipeline transfers that remains when they overlap.
    public var pipelineExposed = 0.1692
    /// Share of expert all-to-all that remains.
    public var expertExposed = 0.5117
    /// Efficiency of grouped GEMMs relative to one large GEMM.
    public var groupedShare = 0.4633
    /// Rows of one expert's GEMM that are lost to routing overheads.
    public var expertRowLoss = 221.7
    /// Kernels launched for one local expert in a forward pass.
    public var expertLaunches = 4.073
    /// Passes over the routed tokens for permuting them.
    public var permutePasses = 4.0
    /// Fixed time of a step outside of kernels: loader, logging, synchronisation.
    public var stepOverhead = 0.009394
    /// Relative noise of one rank's step.
    public var jitter = 0.01055
    /// Share of a collective's bandwidth that bucketed data-parallel traffic gets on the network.
    public var dataShare = 0.8756
    /// Improvement of Megatron-Core per year.
    public var yearlyProgress = 0.001
    /// Factor on host time where pipeline transfers stop the host until they are done.
    public var stoppedHost = 1.051
    /// Bytes that unpacking one four-bit weight moves in effect.
    public var dequantiseBytes = 23.82
    /// Exponent of the power limit per peak FLOP/s in the sustained rate, relative to the generation's first card.
    public var powerExponent = 1.2
    /// Kernels per layer of unfused code relative to fused.
    public var unfusedLaunches = 1.0

    /// The built-in constants.
    public init() {}
}

extension StepTimeConstants {
    /// The middle (in logarithms) of every constant's limits: a start that knows no table.
    public static let uninformed: StepTimeConstants = {
        var constants = StepTimeConstants()
        for parameter in parameters {
            constants[keyPath: parameter.path] = (parameter.lower * parameter.upper).squareRoot()
        }
        return constants
    }()

    /// A constant with its limits for fitting.
    public struct Parameter: Sendable {
        /// Name as in the structure.
        public let name: String
        /// Lower limit.
        public let lower: Double
        /// Upper limit.
        public let upper: Double
        /// Where it is kept.
        public let path: any WritableKeyPath<StepTimeConstants, Double> & Sendable
    }

    /// Every constant with its limits.
    public static let parameters: [Parameter] = [
        Parameter(name: "sustainedVolta", lower: 0.5, upper: 1, path: \.sustainedVolta),
        Parameter(name: "sustainedAmpere", lower: 0.6, upper: 1, path: \.sustainedAmpere),
        Parameter(name: "sustainedHopper", lower: 0.6, upper: 1, path: \.sustainedHopper),
        Parameter(name: "sustainedBlackwell", lower: 0.6, upper: 1.05, path: \.sustainedBlackwell),
        Parameter(name: "sustained8", lower: 0.5, upper: 1.1, path: \.sustained8),
        Parameter(name: "sustained4", lower: 0.3, upper: 1.1, path: \.sustained4),
        Parameter(name: "depthLoss", lower: 50, upper: 800, path: \.depthLoss),
        Parameter(name: "smallTile", lower: 0.6, upper: 1, path: \.smallTile),
        Parameter(name: "flashAmpere", lower: 0.35, upper: 0.75, path: \.flashAmpere),
        Parameter(name: "flashHopper2", lower: 0.25, upper: 0.6, path: \.flashHopper2),
        Parameter(name: "flashHopper3", lower: 0.35, upper: 0.8, path: \.flashHopper3),
        Parameter(name: "flashBlackwell", lower: 0.3, upper: 0.8, path: \.flashBlackwell),
        Parameter(name: "flashBackward", lower: 0.5, upper: 1, path: \.flashBackward),
        Parameter(name: "flashHalfSequence", lower: 20, upper: 1000, path: \.flashHalfSequence),
        Parameter(name: "memoryShare", lower: 0.4, upper: 0.95, path: \.memoryShare),
        Parameter(name: "kernelFloor", lower: 5e-7, upper: 6e-6, path: \.kernelFloor),
        Parameter(name: "launch", lower: 4e-6, upper: 4e-5, path: \.launch),
        Parameter(name: "castBytes", lower: 1, upper: 10, path: \.castBytes),
        Parameter(name: "overlapCost", lower: 0.02, upper: 0.5, path: \.overlapCost),
        Parameter(name: "tensorExposed", lower: 0.1, upper: 1, path: \.tensorExposed),
        Parameter(name: "pipelineExposed", lower: 0.02, upper: 1, path: \.pipelineExposed),
        Parameter(name: "expertExposed", lower: 0.1, upper: 1, path: \.expertExposed),
        Parameter(name: "groupedShare", lower: 0.3, upper: 1, path: \.groupedShare),
        Parameter(name: "expertRowLoss", lower: 10, upper: 1500, path: \.expertRowLoss),
        Parameter(name: "expertLaunches", lower: 1, upper: 12, path: \.expertLaunches),
        Parameter(name: "permutePasses", lower: 4, upper: 40, path: \.permutePasses),
        Parameter(name: "stepOverhead", lower: 5e-4, upper: 3e-2, path: \.stepOverhead),
        Parameter(name: "jitter", lower: 1e-3, upper: 0.02, path: \.jitter),
        Parameter(name: "dataShare", lower: 0.2, upper: 1, path: \.dataShare),
        Parameter(name: "yearlyProgress", lower: 0.001, upper: 0.4, path: \.yearlyProgress),
        Parameter(name: "stoppedHost", lower: 1, upper: 2.5, path: \.stoppedHost),
        Parameter(name: "dequantiseBytes", lower: 3, upper: 40, path: \.dequantiseBytes),
        Parameter(name: "powerExponent", lower: 0.05, upper: 1.2, path: \.powerExponent),
        Parameter(name: "unfusedLaunches", lower: 1, upper: 6, path: \.unfusedLaunches),
    ]
}
