/// Collects pools and a fabric, checks them, and makes the `Cluster`.
public struct ClusterBuilder: Sendable {
    /// Bounds that keep handles and tables small.
    public enum Limit {
        /// GPUs of one node: a bit mask of 32 bits.
        public static let gpusPerNode = 32
        /// Pools of a cluster: a bit mask of 64 bits.
        public static let pools = 64
        /// Nodes of a cluster.
        public static let nodes = 1_000_000
        /// Network cards of one node.
        public static let nicsPerNode = 64
    }

    /// The cluster's name.
    public var name: String
    /// The cards that shapes refer to.
    public var catalogue: HardwareCatalogue
    /// Pools so far.
    public var pools: [NodePool] = []
    /// The fabric.
    public var fabric: FabricSpec

    /// A builder without pools.
    public init(name: String, catalogue: HardwareCatalogue = .builtIn, fabric: FabricSpec = .singleSwitch) {
        self.name = name
        self.catalogue = catalogue
        self.fabric = fabric
    }

    /// Adds a pool; the order of pools is the order of nodes.
    public mutating func add(_ pool: NodePool) { pools.append(pool) }

    /// The cluster, or every fault of its description.
    public func build() throws(ClusterError) -> Cluster {
        let issues = ClusterCheck(name: name, catalogue: catalogue, pools: pools, fabric: fabric).issues()
        guard issues.isEmpty else { throw ClusterError(issues: issues) }
        var pools = pools
        for index in pools.indices { pools[index].labels.sort() }

        var names: [String] = []
        var poolOfNode: [PoolID] = []
        var firstNode = [0]
        var gpuOffsets: [Int32] = [0]
        var firstRack = [0]
        var firstDomain = [0]
        for (index, pool) in pools.enumerated() {
            names += Self.nodeNames(of: pool)
            poolOfNode += repeatElement(PoolID(index), count: pool.count)
            for _ in 0..<pool.count { gpuOffsets.append(gpuOffsets[gpuOffsets.count - 1] + Int32(pool.shape.gpuCount)) }
            firstNode.append(names.count)
            firstRack.append(firstRack[index] + Self.rackCount(of: pool))
            firstDomain.append(firstDomain[index] + Self.domainCount(of: pool))
        }

        var plan = FabricPlan(spec: fabric, pools: pools)
        let wired = plan.fabric()
        return Cluster(
            name: name, catalogue: catalogue, pools: pools, fabric: wired,
            hyperNodes: HyperNode.derive(from: wired, nvlinkDomains: Self.rackScaleDomains(pools, firstNode)),
            totalGPUs: Int(gpuOffsets[gpuOffsets.count - 1]), rackCount: firstRack[pools.count],
            nvlinkDomainCount: firstDomain[pools.count], names: names, poolOfNode: poolOfNode,
            firstNodeOfPool: firstNode, gpuOffsets: gpuOffsets, firstRackOfPool: firstRack,
            firstDomainOfPool: firstDomain)
    }

    /// The names given, or made up.
    static func nodeNames(of pool: NodePool) -> [String] {
        if let names = pool.nodeNames { return names }
        let width = max(4, String(max(0, pool.count - 1)).count)
        return (0..<pool.count).map { "\(pool.name)-\(Cluster.padded($0, width: width))" }
    }

    private static func rackCount(of pool: NodePool) -> Int {
        guard let perRack = pool.shape.nodesPerRack else { return min(1, pool.count) }
        return (pool.count + perRack - 1) / perRack
    }

    private static func domainCount(of pool: NodePool) -> Int {
        switch pool.shape.nvlinkIslands {
        case 0: return 0
        case 1:
            let nodes = pool.shape.nodesPerNVLinkDomain
            return (pool.count + nodes - 1) / nodes
        case let islands: return pool.count * islands
        }
    }

    /// Node ranges of the NVLink domains that span nodes, ascending.
    private static func rackScaleDomains(_ pools: [NodePool], _ firstNode: [Int]) -> [Range<Int>] {
        var domains: [Range<Int>] = []
        for (index, pool) in pools.enumerated() where pool.shape.nodesPerNVLinkDomain > 1 {
            for start in stride(from: 0, to: pool.count, by: pool.shape.nodesPerNVLinkDomain) {
                let end = min(pool.count, start + pool.shape.nodesPerNVLinkDomain)
                domains.append(firstNode[index] + start..<firstNode[index] + end)
            }
        }
        return domains
    }
}
