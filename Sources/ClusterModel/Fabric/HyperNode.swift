/// A set of nodes that are equally near to each other, in the sense of Volcano's HyperNode resource.
///
/// Tiers derived from the fabric: 1, an NVLink domain that spans nodes, else a leaf group; 2, the leaf groups (and
/// NVLink domains) of one pod; 3, all pods. A tier that would only repeat the one below it is left out.
public struct HyperNode: Hashable, Sendable {
    /// Its handle.
    public let id: HyperNodeID
    /// Deterministic name: `leaf-0003`, `nvl-0001`, `pod-02`, `all`.
    public let name: String
    /// Tier; lower is nearer.
    public let tier: Int
    /// The HyperNode of the next tier that contains it.
    public let parent: HyperNodeID?
    /// Its nodes, ascending.
    public let nodes: [NodeID]
}

extension HyperNode {
    /// The tiers of a cluster, lowest first, each in node order.
    ///
    /// - Parameter nvlinkDomains: node ranges of the NVLink domains that span nodes.
    static func derive(from fabric: Fabric, nvlinkDomains: [Range<Int>]) -> [HyperNode] {
        let tierOne = nearest(fabric, nvlinkDomains)
        let nodeCount = fabric.groupOfNode.count
        var upper: [(name: String, tier: Int, nodes: Range<Int>)] = []
        if fabric.podCount > 1 {
            for pod in 0..<fabric.podCount {
                let members = fabric.groups.filter { $0.pod == pod }
                guard let first = members.first, let last = members.last else { continue }
                let range = first.firstNode.position..<(last.firstNode.position + last.nodeCount)
                upper.append(("pod-\(Cluster.padded(pod, width: 2))", 2, range))
            }
        }
        if tierOne.count > 1 { upper.append(("all", fabric.podCount > 1 ? 3 : 2, 0..<nodeCount)) }

        let all = tierOne.map { (name: $0.name, tier: 1, nodes: $0.nodes) } + upper
        return all.enumerated().map { index, entry in
            let parent = upper.firstIndex { $0.tier == entry.tier + 1 && $0.nodes.contains(entry.nodes.lowerBound) }
            return HyperNode(
                id: HyperNodeID(index), name: entry.name, tier: entry.tier,
                parent: parent.map { HyperNodeID(tierOne.count + $0) },
                nodes: entry.nodes.map { NodeID($0) })
        }
    }

    /// Tier 1: NVLink domains where they span nodes, leaf groups for the other nodes.
    ///
    /// A leaf group of rack-scale nodes is cut by its domains, so that every node is in exactly one HyperNode of the tier.
    private static func nearest(_ fabric: Fabric, _ domains: [Range<Int>]) -> [(name: String, nodes: Range<Int>)] {
        var result: [(name: String, nodes: Range<Int>)] = []
        var domain = 0
        for (index, group) in fabric.groups.enumerated() {
            var start = group.firstNode.position
            let end = start + group.nodeCount
            while start < end {
                while domain < domains.count, domains[domain].upperBound <= start { domain += 1 }
                if domain < domains.count, domains[domain].contains(start) {
                    result.append(("nvl-\(Cluster.padded(domain, width: 4))", domains[domain]))
                    start = domains[domain].upperBound
                } else {
                    let stop = domain < domains.count ? min(end, domains[domain].lowerBound) : end
                    result.append(("leaf-\(Cluster.padded(index, width: 4))", start..<stop))
                    start = stop
                }
            }
        }
        return unique(result)
    }

    /// A domain wider than a leaf group shows up once for each group it crosses.
    private static func unique(
        _ entries: [(name: String, nodes: Range<Int>)]
    ) -> [(name: String, nodes: Range<Int>)] {
        var result: [(name: String, nodes: Range<Int>)] = []
        for entry in entries where result.last.map({ $0.nodes.upperBound <= entry.nodes.lowerBound }) ?? true {
            result.append(entry)
        }
        return result
    }
}
