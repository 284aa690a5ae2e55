/// A kernel or collective whose time was measured on an idle GPU.
public struct KernelSample: Hashable, Sendable {
    /// What ran.
    public enum Work: Hashable, Sendable {
        /// A product of M × K by K × N.
        case gemm(m: Double, n: Double, k: Double, Precision)
        /// Fused attention over a batch of equal sequences.
        case attention(isForward: Bool, batch: Double, sequence: Double, heads: Double, width: Double, isCausal: Bool)
        /// A kernel that reads and writes this many bytes in all.
        case elementwise(bytes: Double)
        /// A collective of ranks in one scale-up domain; `bytes` of the full buffer, as in nccl-tests.
        case collective(Collective, CollectiveAlgorithm, ranks: Int, bytes: Double)
    }

    /// Kinds of work whose errors are told apart.
    public enum Kind: String, CaseIterable, Sendable {
        case gemm, attentionForward = "attention_forward", attentionBackward = "attention_backward", elementwise,
            collective
    }

    /// What ran.
    public var work: Work
    /// How long it took, in seconds.
    public var seconds: Double

    /// A measurement.
    public init(_ work: Work, seconds: Double) {
        self.work = work
        self.seconds = seconds
    }

    /// Kind of the work.
    public var kind: Kind {
        switch work {
        case .gemm: .gemm
        case .attention(let isForward, _, _, _, _, _): isForward ? .attentionForward : .attentionBackward
        case .elementwise: .elementwise
        case .collective: .collective
        }
    }

    /// What the model predicts for the work on a card, in seconds.
    public static func predicted(
        _ work: Work, on card: AcceleratorCard, constants: StepTimeConstants = StepTimeConstants()
    ) -> Double {
        let kernels = KernelModel(card: card, constants: constants)
        switch work {
        case .gemm(let m, let n, let k, let precision): return kernels.gemm(m: m, n: n, k: k, precision)
        case .attention(let isForward, let batch, let sequence, let heads, let width, let isCausal):
            let kind: SoftwareCard.Attention = card.generation == .hopper ? .flashHopper : .flash
            let core = kernels.attention(
                kind, queries: batch * sequence, keys: isCausal ? sequence / 2 : sequence, span: sequence, heads: heads,
                width: width, dropout: false)
            return isForward ? core.forward : core.backward
        case .elementwise(let bytes): return kernels.elementwise(bytes: bytes)
        case .collective(let collective, let algorithm, let ranks, let bytes):
            let group = CollectiveGroup(
                ranks: ranks, perDomain: ranks, scaleUp: card.scaleUp, network: card.usualNetwork,
                generation: card.generation)
            let model = CollectiveModel()
            let measured = card.curves?.applied(to: model, generation: card.generation) ?? model
            // Curves of cards are those of large buffers, which NCCL sends with Simple.
            return measured.time(collective, bytes: bytes, on: group, forced: algorithm, format: .simple).seconds
        }
    }
}
