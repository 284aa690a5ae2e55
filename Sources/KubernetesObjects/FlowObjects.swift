/// `bus.volcano.sh/v1alpha1` Command: an order to a Job or a Queue.
public struct Command: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// `AbortJob`, `ResumeJob`, `OpenQueue`, …
    public var action = ""
    public var target = OwnerReference()
    public var reason = ""
    public var message = ""

    /// No order.
    public init() {}
}

/// `flow.volcano.sh/v1alpha1` JobTemplate: named by JobFlows.
public struct JobTemplate: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var spec = VCJobSpec()

    /// A template without tasks.
    public init() {}
}

/// `flow.volcano.sh/v1alpha1` JobFlow: Jobs that follow one another.
public struct JobFlow: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var flows: [JobFlowStep] = []
    /// `retain` or `delete`; empty means retain.
    public var jobRetainPolicy = ""
    /// `Pending`, `Running`, `Succeed`, `Failed`, `Terminating`; empty before the controller has seen the flow.
    public var phase = ""

    /// A flow without steps.
    public init() {}
}

/// One Job of a flow.
public struct JobFlowStep: Sendable, Equatable {
    /// Name of the JobTemplate.
    public var name = ""
    /// Names of the templates whose Jobs must be Completed first.
    public var targets: [String] = []
    /// Probes on those Jobs, by kind; they are not played but taken as passed.
    public var hasProbe = false
    /// Changes to the template's spec; nil where absent.
    public var patch: VCJobSpec?

    /// A step without a template.
    public init() {}
}
