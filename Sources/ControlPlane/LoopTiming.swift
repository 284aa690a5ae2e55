import Quantities

/// How long the steps of the control plane take.
public struct LoopTiming: Sendable, Equatable {
    /// Pause between the end of a cycle and the start of the next (`--schedule-period`).
    public var period: SimDuration = .seconds(1)
    /// How long a cycle lasts.
    public var cycle: SimDuration = .zero

    /// Volcano's period and cycles that take no time.
    public init() {}
}
