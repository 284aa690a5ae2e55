import SimulationKernel

/// Kernels of an imaginary GPU with known curves: what `orrery calibrate` must find again.
public enum SyntheticKernels {
    /// The curves that the kernels are made from; unlike the built-in constants, so that finding them is a result.
    public static var curves: KernelCurves {
        var curves = KernelCurves()
        curves.share16 = 0.71
        curves.share8 = 0.63
        curves.depthLoss = 140
        curves.smallTile = 0.75
        curves.memoryShare = 0.78
        curves.kernelFloor = 4e-6
        curves.flashShare = 0.52
        curves.flashBackward = 0.66
        curves.flashHalfSequence = 300
        curves.ringShare = 0.7
        curves.ringBase = 2.5e-5
        curves.ringFill = 2e-4
        curves.ringFillBytes = 6e7
        return curves
    }

    /// Kernels over a grid of shapes, with lognormal noise of a relative size.
    ///
    /// GEMMs of M from 128 to 8,192, widths and depths of usual layers, in 16 and 8 bits; attention of 512 to 16,384 tokens; elementwise
    /// kernels of 64 KiB to 1 GiB; all-gather and ring all-reduce over 8 ranks of 256 KiB to 1 GiB.
    public static func samples(on card: AcceleratorCard, noise: Double, seed: UInt64) -> [KernelSample] {
        var card = card
        card.curves = curves
        var stream = RandomStream(seed: seed, name: "synthetic-kernels")
        return work().map { work in
            let factor = noise > 0 ? stream.lognormal(mu: 0, sigma: noise) : 1
            return KernelSample(work, seconds: KernelSample.predicted(work, on: card) * factor)
        }
    }

    private static func work() -> [KernelSample.Work] {
        var work: [KernelSample.Work] = []
        for m in [128.0, 512, 1024, 2048, 4096, 8192] {
            for (n, k) in [(1024.0, 1024.0), (4096, 1024), (4096, 4096), (12288, 4096), (4096, 14336), (28672, 8192)] {
                work.append(.gemm(m: m, n: n, k: k, .bf16))
                if n > 2048, m >= 1024 { work.append(.gemm(m: m, n: n, k: k, .fp8)) }
            }
        }
        for sequence in [512.0, 1024, 2048, 4096, 8192, 16384] {
            for isForward in [true, false] {
                work.append(
                    .attention(
                        isForward: isForward, batch: max(1, 16384 / sequence), sequence: sequence, heads: 32,
                        width: 128,
                        isCausal: true))
            }
        }
        for power in stride(from: 16, through: 30, by: 2) { work.append(.elementwise(bytes: Double(1 << power))) }
        for power in stride(from: 18, through: 30, by: 1) {
            work.append(.collective(.allGather, .ring, ranks: 8, bytes: Double(1 << power)))
            work.append(.collective(.allReduce, .ring, ranks: 8, bytes: Double(1 << power)))
        }
        return work
    }
}
