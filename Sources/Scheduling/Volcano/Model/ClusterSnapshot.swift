import KubernetesObjects

/// The world at the beginning of a cycle, built once from objects; sessions copy its state.
public struct ClusterSnapshot: Sendable {
    public let objects: ObjectSet
    public let names: ResourceNames
    public let tasks: ContiguousArray<TaskInfo>
    public let jobs: ContiguousArray<JobInfo>
    public let subJobs: ContiguousArray<SubJobInfo>
    public let nodes: ContiguousArray<NodeInfo>
    public let queues: ContiguousArray<QueueInfo>
    public let hyperNodes: HyperNodeTree
    let kubernetes: KubernetesSnapshot
    /// All nodes in order of arrival.
    let nodeList: [NodeRef]
    /// Sum of the nodes' allocatable.
    let totalResource: Resource
    /// Per node the number of its static description; empty where not known yet (`NodeClasses`).
    let nodeDescriptions: ContiguousArray<Int32>
    /// Number of shapes that tasks may have; 0 where the tasks tell.
    let shapeCount: Int
    /// Index of a queue by name.
    public let queueIndex: [String: QueueRef]
    /// Index of a node by name.
    public let nodeIndex: [String: NodeRef]
    /// Index of a job by `namespace/podgroup`.
    public let jobIndex: [String: JobRef]
    /// Index of a task by `namespace/name` of its pod.
    public let taskIndex: [String: TaskRef]
    public var nodeSearch = NodeSearchOptions()
    /// Measured usage of nodes, by name; only the usage plugin looks at it.
    public var nodeUsage: [String: NodeUsage] = [:]
    /// Who answers for the `extender` plugin, by `extender.urlPrefix`.
    public var extenders: [String: any SchedulerExtender] = [:]
    /// CSI provisioners whose volumes do not count against attach limits.
    public var ignoredProvisioners: Set<String> = []

    /// The scheduler's view of `objects`: jobs are PodGroups whose queue exists, with the pods that name them.
    ///
    /// `binding` has, by `namespace/name`, the node of pods that were bound in an earlier cycle while the objects still
    /// show them as pending; they are Binding.
    public init(_ objects: ObjectSet, binding: [String: String] = [:]) {
        self.init(objects, binding: binding, names: nil)
    }

    /// As above, with the given table of resources in place of that of the resources named by the objects.
    init(_ objects: ObjectSet, binding: [String: String] = [:], names: ResourceNames?) {
        var builder = SnapshotBuilder(objects, binding: binding, names: names)
        builder.build()
        self.objects = objects
        self.names = builder.names
        self.tasks = builder.tasks
        self.jobs = builder.jobs
        self.subJobs = builder.subJobs
        self.nodes = builder.nodes
        self.queues = builder.queues
        self.queueIndex = builder.queueIndex
        self.nodeIndex = builder.nodeIndex
        self.jobIndex = builder.jobIndex
        self.taskIndex = builder.taskIndex
        self.kubernetes = KubernetesSnapshot(objects, tasks: builder.tasks, nodes: builder.nodes)
        self.hyperNodes = HyperNodeTree(
            objects: objects, nodeIndex: builder.nodeIndex, nodeCount: builder.nodes.count)
        nodeList = builder.nodes.indices.map { NodeRef($0) }
        totalResource = builder.nodes.reduce(into: Resource()) { $0.add($1.allocatable) }
        nodeDescriptions = []
        shapeCount = 0
    }

    /// Jobs and tasks of a live cluster over the nodes and queues of `base`; `kubernetes` is nil where the workspace has it.
    init(
        _ base: ClusterSnapshot, _ arrays: SnapshotArrays, nodes: ContiguousArray<NodeInfo>, kubernetes: ClusterState?,
        descriptions: ContiguousArray<Int32>, shapeCount: Int
    ) {
        objects = base.objects
        names = base.names
        tasks = arrays.tasks
        jobs = arrays.jobs
        subJobs = arrays.subJobs
        self.nodes = nodes
        queues = arrays.queues
        queueIndex = base.queueIndex
        nodeIndex = base.nodeIndex
        jobIndex = [:]
        taskIndex = [:]
        self.kubernetes = KubernetesSnapshot(pods: arrays.pods, cluster: kubernetes ?? .empty)
        hyperNodes = base.hyperNodes
        nodeList = base.nodeList
        totalResource = base.totalResource
        nodeDescriptions = descriptions
        self.shapeCount = shapeCount
    }
}

/// Measured usage of one node, in percent per averaging period (upstream: `api/node_info.go`, NodeUsage).
public struct NodeUsage: Sendable, Equatable {
    /// When it was measured; nil for never.
    public var measuredAt: Timestamp?
    /// Period such as `5m` to percent.
    public var cpu: [String: Double] = [:]
    public var memory: [String: Double] = [:]

    /// Nothing measured.
    public init() {}
}
