import CSQLite
import ClusterModel
import Scheduling
import Simulation

/// Fills the dimension tables: the names that facts refer to by number.
struct NameTables {
    let connection: Connection
    let world: World

    func insert(_ info: RunInfo) throws(ResultsError) {
        try insertCodes()
        try insertHardware()
        try insertLinks()
        try insertQueues()
        try insertTeams(weights: info.teamWeights)
        try insertNames("job_class", world.workload.classes)
        try insertNames("user", world.workload.users)
    }

    private func table<Row>(
        _ name: String, columns: Int, _ rows: [Row], bind: (inout RowBinder, Row) -> Void
    ) throws(ResultsError) {
        try BulkInsert(connection, table: name, columns: columns).insert(rows, bind: bind)
    }

    private func insertCodes() throws(ResultsError) {
        try table("cause", columns: 5, Array(GPUTimeCause.allCases.enumerated())) { row, cause in
            row.code(cause.element)
            row.text(cause.element.name)
            row.integer(cause.offset)
            row.text(cause.element.label)
            row.flag(cause.element.isAllocated)
        }
        try table("reason", columns: 5, DecisionReason.allCases) { row, reason in
            row.code(reason)
            row.text(reason.name)
            row.text(reason.label)
            row.text(reason.sentence)
            row.text(reason.otherKind.rawValue)
        }
        try table("action", columns: 3, DecisionAction.allCases) { row, action in
            row.code(action)
            row.text(action.name)
            row.text(action.phrase)
        }
        try table("job_status", columns: 2, JobStatus.allCases) { row, status in
            row.code(status)
            row.text(status.name)
        }
        try table("placement_end", columns: 2, PlacementEnd.allCases) { row, end in
            row.code(end)
            row.text(end.name)
        }
        try table("failed_part", columns: 2, FailedPart.allCases) { row, part in
            row.code(part)
            row.text(part.name)
        }
    }

    private func insertHardware() throws(ResultsError) {
        let cluster = world.cluster
        try table("cluster", columns: 4, [cluster]) { row, cluster in
            row.integer(0)
            row.text(cluster.name)
            row.integer(cluster.nodeCount)
            row.integer(cluster.totalGPUs)
        }
        try table("pool", columns: 9, cluster.poolIDs) { row, id in
            let pool = cluster.pools[id.position]
            row.integer(id.index)
            row.integer(0)
            row.text(pool.name)
            row.text(pool.shape.name)
            row.text(pool.shape.gpuModel.map { cluster.gpuCard($0).name })
            row.integer(pool.count)
            row.integer(cluster.gpuCount(in: id))
            row.integer(world.prices.indices.contains(id.position) ? world.prices[id.position].rawValue : 0)
            row.text((world.terms.indices.contains(id.position) ? world.terms[id.position] : .reserved).rawValue)
        }
        try table("node", columns: 9, cluster.nodes) { row, node in
            row.integer(node.index)
            row.text(cluster.nodeName(node))
            row.integer(cluster.pool(of: node).index)
            row.integer(cluster.rack(of: node).index)
            row.optional(cluster.nvlinkDomain(of: node)?.index)
            row.integer(cluster.gpuCount(of: node))
            row.integer(cluster.gpuOffset(of: node))
            row.integer(cluster.fabric.group(of: node).index)
            row.integer(cluster.fabric.pod(of: node))
        }
        for node in cluster.nodes {
            let first = cluster.gpuOffset(of: node)
            try table("gpu", columns: 4, Array(0..<cluster.gpuCount(of: node))) { row, local in
                row.integer(first + local)
                row.integer(node.index)
                row.integer(local)
                row.optional(cluster.nvlinkDomain(of: node, gpu: local)?.index)
            }
        }
    }

    private func insertLinks() throws(ResultsError) {
        let (cluster, fabric) = (world.cluster, world.cluster.fabric)
        try table("link", columns: 6, Array(fabric.links.enumerated())) { row, item in
            let upper = fabric.switches[item.element.upper.position]
            let lower =
                switch item.element.lower {
                case .node(let node): cluster.nodeName(node)
                case .switch(let id): fabric.switches[id.position].name
                }
            row.integer(item.offset)
            row.text("\(lower)/\(upper.name)")
            row.text(lower)
            row.text(upper.name)
            row.text("\(upper.tier)")
            row.integer(Int64(item.element.capacity.rawValue))
        }
    }

    private func insertQueues() throws(ResultsError) {
        let shares = Entitlement.shares(of: world.queues, totalGPUs: world.cluster.totalGPUs)
        try table("queue", columns: 7, Array(world.queues.enumerated())) { row, item in
            row.integer(item.offset)
            row.text(item.element.name)
            row.optional(item.element.parent)
            row.real(item.element.weight)
            row.real(item.element.deservedGPUs)
            row.real(item.element.capGPUs)
            row.real(shares[item.offset])
        }
    }

    private func insertTeams(weights: [Double]) throws(ResultsError) {
        let teams = atLeastOne(world.workload.teams)
        let weights = teams.indices.map { weights.indices.contains($0) ? weights[$0] : 1 }
        let total = weights.reduce(0, +)
        try table("team", columns: 4, Array(teams.enumerated())) { row, item in
            row.integer(item.offset)
            row.text(item.element)
            row.real(weights[item.offset])
            row.real(weights[item.offset] / total)
        }
    }

    private func insertNames(_ name: String, _ names: [String]) throws(ResultsError) {
        try table(name, columns: 2, Array(atLeastOne(names).enumerated())) { row, item in
            row.integer(item.offset)
            row.text(item.element)
        }
    }

    /// Jobs of a workload without teams, classes or users still refer to number 0.
    private func atLeastOne(_ names: [String]) -> [String] { names.isEmpty ? ["none"] : names }
}

/// What share of the cluster each queue is entitled to.
enum Entitlement {
    /// Deserved GPUs over all GPUs where given; else the queue's weight among its siblings, of its parent's share.
    static func shares(of queues: [QueueSpec], totalGPUs: Int) -> [Double] {
        var siblingWeight: [Int32?: Double] = [:]
        for queue in queues { siblingWeight[queue.parent, default: 0] += queue.weight }
        return queues.map { queue in
            share(of: queue, in: queues, siblingWeight: siblingWeight, totalGPUs: totalGPUs)
        }
    }

    private static func share(
        of queue: QueueSpec, in queues: [QueueSpec], siblingWeight: [Int32?: Double], totalGPUs: Int
    ) -> Double {
        var (share, queue) = (1.0, queue)
        // As many steps as there are queues: a cycle of parents, which Scenarios refuses, must not hang.
        for _ in queues.indices {
            if let deserved = queue.deservedGPUs, totalGPUs > 0 { return share * deserved / Double(totalGPUs) }
            let siblings = siblingWeight[queue.parent, default: 0]
            share *= siblings > 0 ? queue.weight / siblings : 0
            guard let parent = queue.parent, queues.indices.contains(Int(parent)) else { break }
            queue = queues[Int(parent)]
        }
        return share
    }
}
