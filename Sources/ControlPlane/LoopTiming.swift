import Quantities

/// How long the steps of the control plane take.
public struct LoopTiming: Sendable, Equatable {
    /// Pause between the end of a cycle and the start of the next (`--schedule-period`).
    public var period: SimDuration = .seconds(1)
    /// How long a cycle lasts: what it decides from the state at its start takes effect at its end.
    public var cycle: SimDuration = .zero
    /// When the first cycle starts.
    public var firstCycle: SimTime = .zero

    /// From a change to what the controllers make of it.
    public var controllers: SimDuration = .zero
    /// From bound to Running, beyond what a pod's own rule says.
    public var podStart: SimDuration = .zero
    /// From the request of a pod's deletion until it is gone, beyond what its own rule says.
    public var podRemoval: SimDuration = .zero

    /// Volcano's period and cycles that take no time.
    public init() {}

    /// From the start of a cycle to the start of the next.
    var stride: SimDuration {
        let stride = period + cycle
        return stride > .zero ? stride : SimDuration(nanoseconds: 1)
    }

    /// The first start of a cycle at or after `time`, given one of them.
    func start(notBefore time: SimTime, after start: SimTime) -> SimTime {
        let next = start + stride
        if time <= next { return next }
        let missing = time.nanoseconds - next.nanoseconds
        let steps = (missing + stride.nanoseconds - 1) / stride.nanoseconds
        return next.later(by: steps * stride.nanoseconds)
    }
}
