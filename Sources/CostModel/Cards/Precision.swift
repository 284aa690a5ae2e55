/// Number format of the matrix multiplications of a training run.
public enum Precision: String, CaseIterable, Sendable {
    /// IEEE half precision.
    case fp16
    /// bfloat16.
    case bf16
    /// Eight-bit floats with per-tensor or current scaling.
    case fp8
    /// Eight-bit floats with a scale for each block of 32.
    case mxfp8
    /// Four-bit floats with two levels of scales.
    case nvfp4

    /// Whether linear layers run below 16 bits.
    public var isQuantised: Bool { self == .fp8 || self == .mxfp8 || self == .nvfp4 }

    /// Bytes of a stored value, with its share of the scales of blocks.
    public var bytes: Double {
        switch self {
        case .fp16, .bf16: 2
        case .fp8: 1
        case .mxfp8: 1 + 1.0 / 32
        case .nvfp4: 0.5 + 1.0 / 16
        }
    }
}
