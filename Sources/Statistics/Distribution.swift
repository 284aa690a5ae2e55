import SimulationKernel

/// A probability distribution that draws from a named random stream.
///
/// Parameters are checked when the distribution is made; drawing cannot fail. `ParetoDistribution`,
/// `DiscreteDistribution` and `EmpiricalDistribution` use only pinned arithmetic, so their variates are equal bit for
/// bit on every machine. The distributions shaped by GSL also use the system's `log` and `exp`: equal from run to run,
/// but on another C library perhaps different in the last digit.
public protocol Distribution: Sendable {
    /// What is drawn.
    associatedtype Value: Sendable
    /// The next variate of `stream`.
    func draw(from stream: inout RandomStream) -> Value
    /// The expected value.
    var mean: Double { get }
}
