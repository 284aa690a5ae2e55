import KubernetesObjects
import Quantities

/// What the policy volcano needs besides the cluster and its jobs.
public struct VolcanoSetup: Sendable, Equatable {
    /// Actions and plugins.
    public var configuration: VolcanoConfiguration
    /// Distance of the cycles; a cycle takes no time.
    public var period: SimDuration
    /// All queues, those without jobs and parents included.
    public var queues: [VolcanoQueueSpec]
    /// How close the pods of every job must be; nil for no limit.
    public var topology: NetworkTopology?

    /// Volcano's own defaults: in-binary configuration, one cycle a second.
    public init(
        configuration: VolcanoConfiguration = .inBinaryDefault, period: SimDuration = .seconds(1),
        queues: [VolcanoQueueSpec] = [], topology: NetworkTopology? = nil
    ) {
        self.configuration = configuration
        self.period = period
        self.queues = queues
        self.topology = topology
    }
}

/// One queue as Volcano knows it.
public struct VolcanoQueueSpec: Sendable, Equatable {
    public var name: String
    public var weight: Double
    /// Name of the queue above; nil for the root.
    public var parent: String?
    /// GPUs it deserves (plugin capacity); nil for nothing said. Nothing is said of CPUs and memory: two queues that each
    /// have too many GPUs and too few CPUs would take pods from each other for ever.
    public var deservedGPUs: Double?
    /// GPUs kept for it; nil for none.
    public var guaranteedGPUs: Double?
    /// Most GPUs it may hold; nil for no limit.
    public var capGPUs: Double?
    /// Whether other queues may take back what it holds above its share.
    public var reclaimable: Bool
    /// Higher goes first.
    public var priority: Int32

    /// A queue without limits.
    public init(
        name: String, weight: Double = 1, parent: String? = nil, deservedGPUs: Double? = nil,
        guaranteedGPUs: Double? = nil, capGPUs: Double? = nil, reclaimable: Bool = true, priority: Int32 = 0
    ) {
        self.name = name
        self.weight = weight
        self.parent = parent
        self.deservedGPUs = deservedGPUs
        self.guaranteedGPUs = guaranteedGPUs
        self.capGPUs = capGPUs
        self.reclaimable = reclaimable
        self.priority = priority
    }
}
