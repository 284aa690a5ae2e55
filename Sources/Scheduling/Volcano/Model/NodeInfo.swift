/// A node as the scheduler sees it (upstream: `api/node_info.go`).
public struct NodeInfo: Sendable {
    public let id: NodeRef
    public let name: String
    /// Rank of the name among all nodes.
    public let nameRank: Int32
    /// Index into the snapshot's nodes.
    public let object: Int32
    public internal(set) var allocatable: Resource
    public internal(set) var capacity: Resource
    public internal(set) var idle: Resource
    public internal(set) var used = Resource()
    public internal(set) var releasing = Resource()
    public internal(set) var pipelined = Resource()
    /// Tasks here, in order of arrival.
    public internal(set) var tasks: [TaskRef] = []
    /// Whether this scheduler's shard holds the node; true without sharding.
    public internal(set) var isInShard = true

    /// idle + releasing − pipelined.
    public var futureIdle: Resource {
        var future = idle
        future.add(releasing)
        future.sub(pipelined)
        return future
    }
}

/// A queue as the scheduler sees it (upstream: `api/queue_info.go`).
public struct QueueInfo: Sendable {
    public let id: QueueRef
    public let name: String
    /// Index into the snapshot's queues.
    public let object: Int32
    public let weight: Int32
    public let priority: Int32
    /// nil means true.
    public let reclaimable: Bool?
    public let isOpen: Bool
    public let creation: Int64
    /// Name of the parent; empty where not given.
    public let parent: String
    /// `volcano.sh/hierarchy` and `volcano.sh/hierarchy-weights`; empty where not given.
    public let hierarchy: String
    public let hierarchyWeights: String
    /// Jobs of this session, ascending by UID.
    public internal(set) var jobs: [JobRef] = []
}
