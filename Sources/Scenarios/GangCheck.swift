import ClusterModel
import Workloads

/// Finds jobs that not even the empty cluster could start.
///
/// What it finds can never start. What it lets pass fits group by group and in its sum of GPUs; a job of several
/// groups that compete for the same nodes may still be too large.
struct GangCheck {
    private let cluster: Cluster
    private let filter: PoolFilter
    /// An empty node of each pool that has any, in the order of the pools.
    private let empty: AllocationLedger
    /// Pods of a request that one empty node of each pool holds.
    private var podsPerNode: [ResourceRequest: [Int]] = [:]

    init(_ cluster: Cluster) {
        self.cluster = cluster
        filter = PoolFilter(cluster)
        var samples = ClusterBuilder(name: cluster.name, catalogue: cluster.catalogue)
        for var pool in cluster.pools {
            pool.count = 1
            pool.nodeNames = nil
            samples.add(pool)
        }
        do {
            empty = AllocationLedger(try samples.build())
        } catch {
            preconditionFailure("pools of a cluster make a smaller cluster: \(error)")
        }
    }

    /// Why a job of these groups can never start, or nil. `masks` holds the allowed pools of each group.
    mutating func obstacle(_ groups: [PodGroupSpec], masks: [UInt64], capGPUs: Double?) -> String? {
        for (group, mask) in zip(groups, masks) {
            if let obstacle = obstacle(group, mask: mask) { return obstacle }
        }
        let needed = groups.reduce(0.0) { sum, group in
            sum + Double(group.minMember) * Double(group.request.totalGPUMilli) / 1000
        }
        let isWhole = groups.allSatisfy { !$0.request.isMIG }
        let union = masks.reduce(0, |)
        if isWhole && needed > Double(filter.gpus(in: union)) {
            return "it needs \(Self.plain(needed)) GPUs at once; the allowed pools (\(filter.names(in: union))) have "
                + "\(filter.gpus(in: union))"
        }
        if isWhole, let capGPUs, needed > capGPUs {
            return "it needs \(Self.plain(needed)) GPUs at once; its queue is capped at \(Self.plain(capGPUs))"
        }
        return nil
    }

    private mutating func obstacle(_ group: PodGroupSpec, mask: UInt64) -> String? {
        if mask == 0 { return "no node pool is allowed by its GPU models, pools, node selector and tolerations" }
        let perNode = podsPerNode(group.request)
        var places = 0
        for (index, pool) in cluster.pools.enumerated() where mask >> UInt64(index) & 1 == 1 {
            places += pool.count * perNode[index]
        }
        if places >= Int(group.minMember) { return nil }
        let pods = group.minMember == 1 ? "a pod" : "\(group.minMember) pods"
        let each = group.minMember == 1 ? "" : " each"
        return
            "it needs \(pods) with \(Self.description(of: group.request))\(each) at once; the empty nodes of the allowed "
            + "pools (\(filter.names(in: mask))) hold \(places)"
    }

    private mutating func podsPerNode(_ request: ResourceRequest) -> [Int] {
        if let known = podsPerNode[request] { return known }
        let counts = cluster.pools.indices.map { podsHeld(by: NodeID($0), request) }
        podsPerNode[request] = counts
        return counts
    }

    /// Pods of `request` that the empty sample `node` holds.
    private func podsHeld(by node: NodeID, _ request: ResourceRequest) -> Int {
        if request.gpuCount == 0 { return podsByAmount(on: empty.cluster.shape(of: node), request) }
        var ledger = empty
        var count = 0
        while ledger.allocate(request, on: node) != nil { count += 1 }
        return count
    }

    /// Without GPUs a division tells; a pod that asks for nothing fits a hundred thousand times.
    private func podsByAmount(on shape: NodeShape, _ request: ResourceRequest) -> Int {
        var count: Int64 = 100_000
        if request.cpuMilli > 0 { count = min(count, shape.cpuMilli / request.cpuMilli) }
        if request.memoryBytes > 0 { count = min(count, shape.memoryBytes / request.memoryBytes) }
        if request.rdmaNICs > 0 { count = min(count, Int64(shape.nics) / Int64(request.rdmaNICs)) }
        if request.ephemeralBytes > 0 { count = min(count, shape.localStorage.rawValue / request.ephemeralBytes) }
        return Int(count)
    }

    private static func description(of request: ResourceRequest) -> String {
        var parts: [String] = []
        if request.isMIG {
            parts.append("a MIG slice \(MIGProfile.names[Int(request.migProfile)])")
        } else if request.isFraction {
            parts.append("\(plain(Double(request.gpuMilli) / 1000)) of a GPU")
        } else if request.gpuCount > 0 {
            parts.append("\(request.gpuCount) GPU\(request.gpuCount == 1 ? "" : "s")")
        }
        if request.cpuMilli > 0 { parts.append("\(plain(Double(request.cpuMilli) / 1000)) CPUs") }
        if request.memoryBytes > 0 { parts.append("\(request.memoryBytes >> 30) GiB") }
        if request.rdmaNICs > 0 { parts.append("\(request.rdmaNICs) network cards") }
        if request.ephemeralBytes > 0 { parts.append("\(request.ephemeralBytes >> 30) GiB of local storage") }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    private static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
    }
}
