import SimulationKernel

/// Times of single kernels on one GPU, in seconds.
public struct KernelModel: Sendable {
    /// The GPU.
    public let card: AcceleratorCard
    /// Constants.
    public let constants: StepTimeConstants

    /// Kernels of a GPU.
    public init(card: AcceleratorCard, constants: StepTimeConstants = StepTimeConstants()) {
        self.card = card
        self.constants = card.curves?.applied(to: constants) ?? constants
    }

    /// FLOP/s that a large GEMM reaches at full clock.
    public func rate(_ precision: Precision) -> Double {
        let curves = card.curves
        switch precision {
        case .fp16, .bf16: return card.peak16 * (curves?.share16 ?? card.ceiling16.value)
        case .fp8, .mxfp8: return card.peak8 * (curves?.share8 ?? card.ceiling8.value * constants.share8)
        case .nvfp4: return card.peak4 * (curves?.share4 ?? card.ceiling8.value * constants.share4)
        }
    }

    /// Clock relative to that of a short kernel, when tensor cores are busy for a share of the time.
    ///
    /// Power of the cores grows with duty and with a power of the clock, `duty · clock^law`; the limit is where a run that does nothing
    /// else holds `sustained`. Hence `clock = sustained · (power / duty)^(1/law)`, at most 1, where power is what the limit leaves beyond the
    /// static part, per peak FLOP/s and relative to the generation's first card: transfers, small operators and bubbles leave power to
    /// the products.
    public func clock(duty: Double) -> Double {
        let c = constants
        let busy = [c.sustainedVolta, c.sustainedAmpere, c.sustainedHopper, c.sustainedBlackwell, c.sustainedHopper]
        guard duty > 0 else { return 1 }
        let power = max(0.05, (card.relativePower - c.staticPower) / (1 - c.staticPower))
        return min(1, busy[card.generation.rawValue] * PinnedMath.pow(power / min(1, duty), 1 / c.powerLaw))
    }

    private static let tiles: [(m: Double, n: Double, share: Double)] = [
        (256, 128, 1), (128, 256, 1), (128, 128, 2), (128, 64, 3), (64, 64, 4),
    ]

    /// A GEMM of M × N with depth K: tiles are rounded up, waves of tiles over the multiprocessors too; depth may be split.
    public func gemm(m: Double, n: Double, k: Double, _ precision: Precision) -> Double {
        guard m > 0, n > 0, k > 0 else { return 0 }
        let aligned = n.truncatingRemainder(dividingBy: 8) == 0 && k.truncatingRemainder(dividingBy: 8) == 0
        let rate = rate(precision) * (aligned ? 1 : constants.misalignedShare)
        let perSM = rate / card.multiprocessors
        let isPersistent = card.generation == .hopper || card.generation == .blackwell
        let depthLoss = isPersistent ? constants.depthLossHopper : constants.depthLoss
        var best = Double.infinity
        for tile in Self.tiles {
            var share = 1.0
            for _ in 1..<max(2, Int(tile.share)) { share *= constants.smallTile }
            if tile.share == 1 { share = 1 }
            let count = (m / tile.m).rounded(.up) * (n / tile.n).rounded(.up)
            var depth = k, splits = 1.0
            if count < card.multiprocessors {
                splits = max(1, min((card.multiprocessors / count).rounded(.down), (k / 1024).rounded(.down), 16))
                depth = k / splits
            }
            let waves = count * splits / card.multiprocessors
            // Large grids overlap their last wave with the next kernel's first.
            let rounded = waves > 8 ? waves + 0.3 : waves.rounded(.up)
            let time = rounded * 2 * tile.m * tile.n * (depth + depthLoss) / (perSM * share)
            if time < best { best = time }
        }
        let inputBytes: Double = precision == .nvfp4 ? 0.56 : precision.isQuantised ? 1 : 2
        let bytes = inputBytes * (m * k + n * k) + 2 * m * n
        return max(best, bytes / (card.memoryBandwidth * constants.memoryShare)) + constants.kernelFloor
    }

    /// Elementwise work: bytes moved by some kernels.
    public func elementwise(bytes: Double, kernels: Double = 1) -> Double {
        bytes / (card.memoryBandwidth * constants.memoryShare) + kernels * constants.kernelFloor
    }

    /// Share of the 16-bit peak of FlashAttention's forward pass.
    public func flashShare(_ attention: SoftwareCard.Attention, headDimension: Double, sequence: Double) -> Double {
        let c = constants
        var base: Double
        switch card.generation {
        case .volta: base = 0.3
        case .ampere: base = attention == .flashFirst ? c.flashFirstAmpere : c.flashAmpere
        case .hopper:
            base =
                attention == .flashHopper
                ? c.flashHopper3 : attention == .flashFirst ? c.flashFirstHopper : c.flashHopper2
        case .blackwell: base = c.flashBlackwell
        case .cdna: base = 0.35
        }
        if let measured = card.curves?.flashShare { base = measured }
        let width = headDimension >= 128 ? 1 : headDimension >= 96 ? 0.92 : 0.8
        return base * width * sequence / (sequence + c.flashHalfSequence)
    }

    /// How busy attention keeps tensor cores, relative to a large GEMM; 0 with scores in memory, which it waits for.
    public func attentionDuty(_ attention: SoftwareCard.Attention, headDimension: Double, sequence: Double) -> Double {
        guard !attention.keepsScores else { return 0 }
        return min(
            1, flashShare(attention, headDimension: headDimension, sequence: sequence) * card.peak16 / rate(.bf16))
    }

    /// The core of attention, forward and backward, of `heads` heads of one GPU.
    ///
    /// - Parameters:
    ///   - queries: query tokens of all sequences of the micro batch on this GPU.
    ///   - keys: keys that a query meets on average; half of the sequence for causal attention.
    ///   - span: length of the sequence.
    ///   - width: head dimension (mean of those of keys and values).
    public func attention(
        _ kind: SoftwareCard.Attention, queries: Double, keys: Double, span: Double, heads: Double, width: Double,
        dropout: Bool
    ) -> (forward: Double, backward: Double) {
        if kind.keepsScores {
            // Scores and weighted sums as batched GEMMs over the full square, with the scores in memory.
            let batches = queries / span * heads
            let one = gemm(m: span * batches, n: span, k: width, .fp16)
            let two = gemm(m: span * batches, n: width, k: span, .fp16)
            let scores = queries * span * heads
            let passes: Double = kind == .unfused ? 4 + 4 + 4 : 4
            let drop: Double = dropout ? 5 : 0
            let forward = one + two + elementwise(bytes: scores * (passes + drop), kernels: kind == .unfused ? 5 : 2)
            let backward =
                one + one + two + two
                + elementwise(bytes: scores * (passes + 2 + drop), kernels: kind == .unfused ? 5 : 2)
            return (forward, backward)
        }
        let rate = card.peak16 * flashShare(kind, headDimension: width, sequence: span)
        let tile = 64.0  // half of a boundary tile of 128 is masked work
        let flops = 4 * queries * (keys + min(tile, span / 2)) * heads * width
        return (
            flops / rate + constants.kernelFloor,
            2.5 * flops / (rate * (kind == .flashFirst ? constants.flashFirstBackward : constants.flashBackward))
                + 2 * constants.kernelFloor
        )
    }
}
