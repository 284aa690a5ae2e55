/// What a cluster is made of: pools of nodes, racks, NVLink domains, fabric. Immutable; made by `ClusterBuilder`.
///
/// What is free and what is taken is the business of `AllocationLedger`.
public struct Cluster: Sendable {
    /// The cluster's name.
    public let name: String
    /// The cards that shapes refer to.
    public let catalogue: HardwareCatalogue
    /// Pools in the order in which they were added.
    public let pools: [NodePool]
    /// The RDMA fabric.
    public let fabric: Fabric
    /// HyperNodes, tier by tier; see `HyperNode`.
    public let hyperNodes: [HyperNode]
    /// GPUs of all nodes.
    public let totalGPUs: Int
    /// Number of racks.
    public let rackCount: Int
    /// Number of NVLink domains.
    public let nvlinkDomainCount: Int

    let names: [String]
    let poolOfNode: [PoolID]
    /// First node of each pool; one more entry than pools.
    let firstNodeOfPool: [Int]
    /// Global index of each node's first GPU; one more entry than nodes.
    let gpuOffsets: [Int32]
    /// First rack of each pool; one more entry than pools.
    let firstRackOfPool: [Int]
    /// First NVLink domain of each pool; one more entry than pools.
    let firstDomainOfPool: [Int]

    /// Number of nodes; handles run from 0.
    public var nodeCount: Int { names.count }
    /// All nodes, ascending.
    public var nodes: [NodeID] { (0..<nodeCount).map { NodeID($0) } }
    /// All pools, ascending.
    public var poolIDs: [PoolID] { pools.indices.map { PoolID($0) } }

    /// A node's name.
    public func nodeName(_ node: NodeID) -> String { names[node.position] }
    /// The pool of a node.
    public func pool(of node: NodeID) -> PoolID { poolOfNode[node.position] }
    /// What a node has.
    public func shape(of node: NodeID) -> NodeShape { pools[poolOfNode[node.position].position].shape }
    /// The GPU model of a node, or nil without GPUs.
    public func gpuModel(of node: NodeID) -> GPUModelID? { pools[poolOfNode[node.position].position].shape.gpuModel }
    /// The card of a GPU model.
    public func gpuCard(_ model: GPUModelID) -> GPUModel { catalogue.gpus[model.position] }
    /// Cluster-wide index of a node's first GPU.
    public func gpuOffset(of node: NodeID) -> Int { Int(gpuOffsets[node.position]) }
    /// Number of GPUs in a node.
    public func gpuCount(of node: NodeID) -> Int {
        Int(gpuOffsets[node.position + 1] - gpuOffsets[node.position])
    }
    /// Labels of a node, sorted by key.
    public func labels(of node: NodeID) -> [Label] { pools[poolOfNode[node.position].position].labels }
    /// Taints of a node.
    public func taints(of node: NodeID) -> [Taint] { pools[poolOfNode[node.position].position].taints }

    /// The nodes of a pool, by position.
    public func nodePositions(in pool: PoolID) -> Range<Int> {
        firstNodeOfPool[pool.position]..<firstNodeOfPool[pool.position + 1]
    }
    /// The nodes of a pool, ascending.
    public func nodes(in pool: PoolID) -> [NodeID] { nodePositions(in: pool).map { NodeID($0) } }
    /// GPUs of a pool.
    public func gpuCount(in pool: PoolID) -> Int { pools[pool.position].count * pools[pool.position].shape.gpuCount }
    /// The pool with a name, or nil.
    public func pool(named name: String) -> PoolID? { pools.firstIndex { $0.name == name }.map { PoolID($0) } }

    /// The node that owns a cluster-wide GPU index.
    public func node(ofGPU gpu: Int) -> NodeID {
        var (low, high) = (0, nodeCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(gpuOffsets[middle]) <= gpu { low = middle } else { high = middle }
        }
        return NodeID(low)
    }

    /// The rack of a node. Racks hold nodes of one pool, in node order.
    public func rack(of node: NodeID) -> RackID {
        let pool = poolOfNode[node.position].position
        let perRack = pools[pool].shape.nodesPerRack ?? .max
        return RackID(firstRackOfPool[pool] + (node.position - firstNodeOfPool[pool]) / perRack)
    }

    /// A rack's name: `<pool>-rack-03`.
    public func rackName(_ rack: RackID) -> String {
        let pool = firstRackOfPool.lastIndex { $0 <= rack.position && $0 < rackCount }!
        return "\(pools[pool].name)-rack-\(Self.padded(rack.position - firstRackOfPool[pool], width: 2))"
    }

    /// The NVLink domain that holds all GPUs of a node: nil without NVLink, or when the node has several islands.
    public func nvlinkDomain(of node: NodeID) -> NVLinkDomainID? {
        shape(of: node).nvlinkIslands == 1 ? nvlinkDomain(of: node, gpu: 0) : nil
    }

    /// The NVLink domain of one GPU of a node (local index), or nil without NVLink.
    public func nvlinkDomain(of node: NodeID, gpu: Int) -> NVLinkDomainID? {
        let pool = poolOfNode[node.position].position
        let shape = pools[pool].shape
        guard shape.nvlinkIslands > 0 else { return nil }
        let position = node.position - firstNodeOfPool[pool]
        let local =
            shape.nvlinkIslands == 1
            ? position / shape.nodesPerNVLinkDomain
            : position * shape.nvlinkIslands + gpu / shape.nvlinkDomainGPUs
        return NVLinkDomainID(firstDomainOfPool[pool] + local)
    }

    /// Decimal digits of `number`, with leading zeros up to `width`.
    static func padded(_ number: Int, width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
