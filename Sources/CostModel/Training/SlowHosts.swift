import SimulationKernel

/// Hosts that are slower than the others for no visible reason; every synchronous step waits for them.
public struct SlowHosts: Hashable, Sendable {
    /// Probability that a host is slow. MegaScale found about 0.5 % (Jiang et al., NSDI 2024, arXiv 2402.15627, section 6.3).
    public var share = 0.0
    /// Relative slowdown of its computing. MegaScale: about 10 %.
    public var slowdown = 0.1

    /// Hosts of which `share` are slower by `slowdown`.
    public init(share: Double = 0, slowdown: Double = 0.1) {
        self.share = share
        self.slowdown = slowdown
    }

    /// Expected slowdown of a step over `hosts` independent hosts: one slow host is enough, `δ·(1 − (1 − p)^N)`.
    public func expected(hosts: Int) -> Double {
        guard share > 0, share < 1 else { return share >= 1 ? slowdown : 0 }
        return slowdown * (1 - PinnedMath.pow(1 - share, Double(max(1, hosts))))
    }
}

/// Noise of single ranks' steps.
public enum StepNoise {
    /// Expected maximum over `ranks` independent normal deviations, in standard deviations, by its leading term `√(2 ln R)`.
    ///
    /// The term bounds the maximum from above and meets it as R grows (Cramér, Mathematical Methods of Statistics, 1946, section
    /// 28.6); for 8 ranks the exact value is 1.42 against 2.04.
    public static func expectedMaximum(ranks: Double) -> Double {
        (2 * max(1, ranks).logarithm2 * 0.693).squareRoot()
    }
}
