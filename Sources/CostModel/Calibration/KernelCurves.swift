/// Efficiency curves of one GPU's kernels, measured on it. Nil where nothing was measured; the cost model's own constants hold there.
public struct KernelCurves: Hashable, Sendable {
    /// Share of the 16-bit peak that a large GEMM reaches.
    public var share16: Double?
    /// Share of the 8-bit peak that a large GEMM reaches.
    public var share8: Double?
    /// Share of the 4-bit peak that a large GEMM reaches.
    public var share4: Double?
    /// Depth K of a GEMM that is lost in prologue and epilogue.
    public var depthLoss: Double?
    /// Efficiency of a tile of 128 × 128 relative to one of 256 × 128; of each halving.
    public var smallTile: Double?
    /// Efficiency of a GEMM whose rows do not start at multiples of 16 bytes.
    public var misalignedShare: Double?
    /// Share of the memory bandwidth that elementwise kernels reach.
    public var memoryShare: Double?
    /// Seconds of the shortest kernel.
    public var kernelFloor: Double?
    /// Share of the 16-bit peak of fused attention, forward, with heads of 128 and long sequences.
    public var flashShare: Double?
    /// Efficiency of its backward pass relative to the forward pass.
    public var flashBackward: Double?
    /// Tokens at which it reaches half of its efficiency.
    public var flashHalfSequence: Double?
    /// Share of the scale-up rate that a ring reaches as bus bandwidth.
    public var ringShare: Double?
    /// Seconds in which a ring starts.
    public var ringBase: Double?
    /// Seconds of its pipeline fill.
    public var ringFill: Double?
    /// Bytes at which half of that fill shows.
    public var ringFillBytes: Double?
    /// Share of the scale-up rate of reductions in the switch (NVLS) over eight ranks, as bus bandwidth.
    public var nvlsShare: Double?

    /// Nothing measured.
    public init() {}

    /// A number of the curves with the limits that a fit keeps.
    public struct Parameter: Sendable {
        /// Name as in card files.
        public let name: String
        /// Lower limit.
        public let lower: Double
        /// Where a fit begins.
        public let start: Double
        /// Upper limit.
        public let upper: Double
        /// Where it is kept.
        public let path: any WritableKeyPath<KernelCurves, Double?> & Sendable
        /// What it is.
        public let meaning: String

        init(
            _ name: String, _ lower: Double, _ start: Double, _ upper: Double,
            _ path: any WritableKeyPath<KernelCurves, Double?> & Sendable, _ meaning: String
        ) {
            self.name = name
            self.lower = lower
            self.start = start
            self.upper = upper
            self.path = path
            self.meaning = meaning
        }
    }

    /// Every number, in the order of card files.
    public static let parameters: [Parameter] = [
        Parameter(
            "share16", 0.1, 0.75, 1.05, \.share16,
            "Share of the 16-bit peak that a large GEMM reaches."),
        Parameter(
            "share8", 0.1, 0.7, 1.05, \.share8,
            "Share of the 8-bit peak that a large GEMM reaches."),
        Parameter(
            "share4", 0.05, 0.6, 1.05, \.share4,
            "Share of the 4-bit peak that a large GEMM reaches."),
        Parameter(
            "depthLoss", 5, 200, 3000, \.depthLoss,
            "Depth K of a GEMM that is lost in prologue and epilogue."),
        Parameter(
            "smallTile", 0.3, 0.8, 1, \.smallTile,
            "Efficiency of a tile of 128 × 128 relative to one of 256 × 128; of each halving."),
        Parameter(
            "misalignedShare", 0.05, 0.4, 1, \.misalignedShare,
            "Efficiency of a GEMM whose rows do not start at multiples of 16 bytes."),
        Parameter(
            "memoryShare", 0.1, 0.85, 1.05, \.memoryShare,
            "Share of the memory bandwidth that elementwise kernels reach."),
        Parameter(
            "kernelFloor", 2e-07, 3e-06, 0.0001, \.kernelFloor,
            "Seconds of the shortest kernel."),
        Parameter(
            "flashShare", 0.05, 0.55, 1, \.flashShare,
            "Share of the 16-bit peak of fused attention, forward, with heads of 128 and long sequences."),
        Parameter(
            "flashBackward", 0.2, 0.8, 1.5, \.flashBackward,
            "Efficiency of its backward pass relative to the forward pass."),
        Parameter(
            "flashHalfSequence", 1, 400, 5000, \.flashHalfSequence,
            "Tokens at which it reaches half of its efficiency."),
        Parameter(
            "ringShare", 0.05, 0.75, 1.05, \.ringShare,
            "Share of the scale-up rate that a ring reaches as bus bandwidth."),
        Parameter(
            "ringBase", 1e-06, 3e-05, 0.001, \.ringBase,
            "Seconds in which a ring starts."),
        Parameter(
            "ringFill", 1e-06, 0.00015, 0.01, \.ringFill,
            "Seconds of its pipeline fill."),
        Parameter(
            "ringFillBytes", 100000, 5e+07, 2e+09, \.ringFillBytes,
            "Bytes at which half of that fill shows."),
        Parameter(
            "nvlsShare", 0.1, 0.9, 1.6, \.nvlsShare,
            "Share of the scale-up rate of reductions in the switch (NVLS) over eight ranks, as bus bandwidth."),
    ]

    /// The numbers that are measured, by name.
    public var measured: [(name: String, value: Double)] {
        Self.parameters.compactMap { parameter in self[keyPath: parameter.path].map { (parameter.name, $0) } }
    }

    /// Constants with what was measured in their place.
    func applied(to constants: StepTimeConstants) -> StepTimeConstants {
        var result = constants
        if let depthLoss {
            result.depthLoss = depthLoss
            result.depthLossHopper = depthLoss
        }
        if let smallTile { result.smallTile = smallTile }
        if let misalignedShare { result.misalignedShare = misalignedShare }
        if let memoryShare { result.memoryShare = memoryShare }
        if let kernelFloor { result.kernelFloor = kernelFloor }
        if let flashBackward { result.flashBackward = flashBackward }
        if let flashHalfSequence { result.flashHalfSequence = flashHalfSequence }
        return result
    }

    /// Collectives with what was measured in their place, for GPUs of a generation.
    func applied(to collectives: CollectiveModel, generation: GPUGeneration) -> CollectiveModel {
        var result = collectives
        if let ringShare { result.ringShare[generation.rawValue] = ringShare }
        if let ringBase { result.ringBase = ringBase }
        if let ringFill { result.ringFill = ringFill }
        if let ringFillBytes { result.ringFillBytes = ringFillBytes }
        if let nvlsShare { result.nvlsShare[generation.rawValue] = nvlsShare }
        return result
    }
}
