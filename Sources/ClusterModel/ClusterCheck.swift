import Quantities

/// Finds every fault in the description of a cluster.
struct ClusterCheck {
    let name: String
    let catalogue: HardwareCatalogue
    let pools: [NodePool]
    let fabric: FabricSpec

    private var found: [ClusterError.Issue] = []

    init(name: String, catalogue: HardwareCatalogue, pools: [NodePool], fabric: FabricSpec) {
        self.name = name
        self.catalogue = catalogue
        self.pools = pools
        self.fabric = fabric
    }

    /// The faults, in the order of the description.
    func issues() -> [ClusterError.Issue] {
        var check = self
        check.checkWhole()
        for index in pools.indices { check.checkPool(index) }
        check.checkNodeNames()
        check.checkFabric()
        return check.found
    }

    private mutating func report(_ field: String, pool: Int? = nil, _ message: String) {
        found.append(.init(pool: pool, field: field, message: message))
    }

    private mutating func checkWhole() {
        if name.isEmpty { report("name", "a cluster needs a name") }
        if pools.isEmpty { report("nodePools", "a cluster needs at least one pool") }
        if pools.count > ClusterBuilder.Limit.pools {
            report("nodePools", "\(pools.count) pools; at most \(ClusterBuilder.Limit.pools) are supported")
        }
        // Negative counts are reported with their pool; capping each keeps the sum from overflowing.
        let nodes = pools.reduce(0) { $0 + min(max(0, $1.count), ClusterBuilder.Limit.nodes + 1) }
        if nodes > ClusterBuilder.Limit.nodes {
            report("nodePools", "more than \(ClusterBuilder.Limit.nodes) nodes")
        }
    }

    private mutating func checkPool(_ index: Int) {
        let pool = pools[index]
        if pool.name.isEmpty { report("name", pool: index, "a pool needs a name") }
        if let twin = pools.firstIndex(where: { $0.name == pool.name }), twin < index {
            report("name", pool: index, "\"\(pool.name)\" is already the name of nodePools[\(twin)]")
        }
        if pool.count < 0 { report("count", pool: index, "\(pool.count) nodes; expected 0 or more") }
        if let names = pool.nodeNames, names.count != pool.count {
            report("nodeNames", pool: index, "\(names.count) names for \(pool.count) nodes")
        }
        for (position, label) in pool.labels.enumerated() {
            if label.key.isEmpty { report("labels", pool: index, "a label needs a key") }
            if pool.labels[..<position].contains(where: { $0.key == label.key }) {
                report("labels", pool: index, "label \"\(label.key)\" is given twice")
            }
        }
        for taint in pool.taints where taint.key.isEmpty { report("taints", pool: index, "a taint needs a key") }
        checkShape(pool.shape, pool: index)
    }

    private mutating func checkShape(_ shape: NodeShape, pool: Int) {
        let amounts: [(String, Int64)] = [
            ("cpu", shape.cpuMilli), ("memory", shape.memoryBytes), ("gpuCount", Int64(shape.gpuCount)),
            ("nvlinkDomainGPUs", Int64(shape.nvlinkDomainGPUs)), ("nics", Int64(shape.nics)),
            ("localStorage", shape.localStorage.rawValue),
        ]
        for (field, amount) in amounts where amount < 0 {
            report(field, pool: pool, "\(amount); expected 0 or more")
        }
        if shape.gpuCount > ClusterBuilder.Limit.gpusPerNode {
            report(
                "gpuCount", pool: pool, "\(shape.gpuCount) GPUs; at most \(ClusterBuilder.Limit.gpusPerNode) in a node")
        }
        if shape.gpuCount > 0, shape.gpuModel == nil { report("gpu", pool: pool, "GPUs need a model") }
        if let model = shape.gpuModel, !catalogue.gpus.indices.contains(model.position) {
            report("gpu", pool: pool, "the GPU model is not in the cluster's catalogue")
        }
        if shape.gpuCount > 0, shape.nvlinkDomainGPUs > shape.gpuCount, shape.nvlinkDomainGPUs % shape.gpuCount != 0 {
            report(
                "nvlinkDomainGPUs", pool: pool,
                "\(shape.nvlinkDomainGPUs) GPUs are not a whole number of nodes of \(shape.gpuCount) GPUs")
        }
        if shape.nics > ClusterBuilder.Limit.nicsPerNode {
            report(
                "nics", pool: pool, "\(shape.nics) network cards; at most \(ClusterBuilder.Limit.nicsPerNode) in a node"
            )
        }
        if shape.nics > 0, !(shape.nicRate.rawValue > 0 && shape.nicRate.rawValue.isFinite) {
            report("nicRate", pool: pool, "network cards need a rate above zero")
        }
        if let perRack = shape.nodesPerRack, perRack < 1 {
            report("nodesPerRack", pool: pool, "\(perRack); expected 1 or more")
        }
    }

    /// Names of nodes must be unique over all pools; made-up ones can only clash with given ones.
    private mutating func checkNodeNames() {
        guard pools.contains(where: { $0.nodeNames != nil }) else { return }
        var owner: [String: Int] = [:]
        for (index, pool) in pools.enumerated() where (0...ClusterBuilder.Limit.nodes).contains(pool.count) {
            for name in ClusterBuilder.nodeNames(of: pool) {
                if name.isEmpty { report("nodeNames", pool: index, "a node needs a name") }
                guard let other = owner.updateValue(index, forKey: name) else { continue }
                report(
                    pool.nodeNames == nil ? "name" : "nodeNames", pool: index,
                    "node \"\(name)\" is already in nodePools[\(other)]")
            }
        }
    }

    private mutating func checkFabric() {
        if fabric.nodesPerLeaf < 1 {
            report("fabric.nodesPerLeaf", "\(fabric.nodesPerLeaf); expected 1 or more")
        }
        if !(fabric.spineOversubscription > 0 && fabric.spineOversubscription.isFinite) {
            report("fabric.spineOversubscription", "\(fabric.spineOversubscription); expected a ratio above zero")
        }
        if !(fabric.coreOversubscription > 0 && fabric.coreOversubscription.isFinite) {
            report("fabric.coreOversubscription", "\(fabric.coreOversubscription); expected a ratio above zero")
        }
        if let groups = fabric.leafGroupsPerPod, groups < 1 {
            report("fabric.leafGroupsPerPod", "\(groups); expected 1 or more")
        }
        if let spines = fabric.spines, spines < 1 { report("fabric.spines", "\(spines); expected 1 or more") }
    }
}
