/// Facts collected since the last hand-over, one array per table, in the order they happened.
public struct FactBuffers: Sendable {
    public var placements: [PlacementFact] = []
    public var decisions: [DecisionFact] = []
    public var jobs: [JobFact] = []
    public var queueSamples: [ShareSampleFact] = []
    public var teamSamples: [ShareSampleFact] = []
    public var poolSamples: [PoolSampleFact] = []
    public var nodeSamples: [NodeSampleFact] = []
    public var linkSamples: [LinkSampleFact] = []
    public var failures: [FailureFact] = []
    public var trainingRuns: [TrainingRunFact] = []
    public var stepSamples: [StepSampleFact] = []
    /// Per GPU, over the run.
    public var gpuTime: [GPUTimeFact] = []
    /// Per pool and time bucket.
    public var poolTime: [GPUTimeFact] = []
    public var teamTime: [TeamGPUTimeFact] = []

    /// Empty buffers.
    public init() {}

    /// Rows in all buffers.
    public var count: Int {
        placements.count + decisions.count + jobs.count + queueSamples.count + teamSamples.count + poolSamples.count
            + nodeSamples.count + linkSamples.count + failures.count + trainingRuns.count + stepSamples.count
            + gpuTime.count + poolTime.count + teamTime.count
    }

    /// Empties the buffers and keeps their memory.
    public mutating func removeAll() {
        placements.removeAll(keepingCapacity: true)
        decisions.removeAll(keepingCapacity: true)
        jobs.removeAll(keepingCapacity: true)
        queueSamples.removeAll(keepingCapacity: true)
        teamSamples.removeAll(keepingCapacity: true)
        poolSamples.removeAll(keepingCapacity: true)
        nodeSamples.removeAll(keepingCapacity: true)
        linkSamples.removeAll(keepingCapacity: true)
        failures.removeAll(keepingCapacity: true)
        trainingRuns.removeAll(keepingCapacity: true)
        stepSamples.removeAll(keepingCapacity: true)
        gpuTime.removeAll(keepingCapacity: true)
        poolTime.removeAll(keepingCapacity: true)
        teamTime.removeAll(keepingCapacity: true)
    }
}

/// Receives facts in batches of thousands, so that the event loop itself makes no dynamic call per fact.
public protocol FactSink: AnyObject {
    /// Stores the facts; the buffers are emptied by the caller afterwards. Throws when the store cannot be written.
    func write(_ facts: borrowing FactBuffers) throws
}
