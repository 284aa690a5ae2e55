import Scheduling

/// A surprise that a configuration holds for a cluster: what will not happen although one would expect it, and why.
public struct CycleWarning: Sendable, Equatable {
    /// Kinds of surprise.
    public enum Code: String, Sendable, CaseIterable {
        case noPreempt = "no-preempt"
        case noReclaim = "no-reclaim"
        case evictsBeforeAllocate = "evicts-before-allocate"
        case gangProtectsVictims = "gang-protects-victims"
        case evictionStopsAtMinimum = "eviction-stops-at-minimum"
        case notAdmittedNotServed = "not-admitted-not-served"
        case binpackIgnoresResource = "binpack-ignores-resource"
        case quotedArgument = "quoted-argument"
        case gangAboveCluster = "gang-above-cluster"
        case gangAboveCapability = "gang-above-capability"
        case gangAboveDeserved = "gang-above-deserved"
        case gangHidesCapacity = "gang-hides-capacity"
        case gangreclaimWithProportion = "gangreclaim-with-proportion"
        case proportionWithHierarchy = "proportion-with-hierarchical-drf"
        case slaBehindGang = "sla-behind-gang"
        case gangPluginMissing = "gang-plugin-missing"
        case queueMissing = "queue-missing"
        case queueClosed = "queue-closed"
        case podWithoutGroup = "pod-without-podgroup"
        case noNodes = "no-nodes"
        case changeWithoutEffect = "change-without-effect"
    }

    public var code: Code
    /// What it is about: a PodGroup, Queue, Pod or resource, such as `PodGroup ns/name`; `configuration` for all.
    public var object: String
    /// The surprise in one sentence.
    public var text: String

    /// A surprise about `object`.
    public init(_ code: Code, _ object: String, _ text: String) {
        self.code = code
        self.object = object
        self.text = text
    }

    /// A surprise about the configuration as a whole.
    init(_ code: Code, _ text: String) { self.init(code, "configuration", text) }

    /// Everything that can be seen from a cycle whose actions have run.
    static func all(for report: CycleReport, _ session: VolcanoSession) -> [CycleWarning] {
        var evictions = EvictionWarnings(report, session)
        return ConfigurationWarnings(session).found + ObjectWarnings(session).found
            + ShareWarnings(report, session).found + evictions.find()
    }
}
