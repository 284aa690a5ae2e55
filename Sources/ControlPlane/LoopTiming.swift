import Controllers
import Quantities

/// How long the steps of the control plane take.
public struct LoopTiming: Sendable, Equatable {
    /// Pause between the end of a cycle and the start of the next (`--schedule-period`).
    public var period: SimDuration = .seconds(1)
    /// How long a cycle lasts: what it decides from the state at its start takes effect at its end.
    public var cycle: SimDuration = .zero
    /// When the first cycle starts.
    public var firstCycle: SimTime = .zero

    /// From a change to what a controller makes of it; one controller's change may be another's cause, and so on.
    public var controllers: SimDuration = .zero
    /// What it takes besides to create an object through the webhooks: the answer to a change of a Job, which is a PodGroup
    /// or the next Job of a flow.
    public var admission: SimDuration = .zero
    /// What it takes to report one start, end or removal of a pod; the kubelets report one after the other.
    public var kubelet: SimDuration = .zero
    /// From a node's loss to the removal of its pods (pod garbage collector, quarantineTime).
    public var orphanedPods: SimDuration = .seconds(40)

    /// Volcano's period and cycles that take no time.
    public init() {}

    /// From a change until what the controllers make of it stands in the store.
    func reaction(to change: Change) -> SimDuration {
        if case .job = change { controllers + admission } else { controllers }
    }

    /// From the start of a cycle to the start of the next.
    var stride: SimDuration {
        let stride = period + cycle
        return stride > .zero ? stride : SimDuration(nanoseconds: 1)
    }

    /// The first start of a cycle at or after `time`, given one of them.
    func start(notBefore time: SimTime, after start: SimTime) -> SimTime {
        let next = start.later(by: stride.nanoseconds)
        if time <= next { return next }
        let missing = time.nanoseconds - next.nanoseconds
        let steps = missing / stride.nanoseconds + (missing % stride.nanoseconds > 0 ? 1 : 0)
        let (length, overflow) = steps.multipliedReportingOverflow(by: stride.nanoseconds)
        return overflow ? .distantFuture : next.later(by: length)
    }
}
