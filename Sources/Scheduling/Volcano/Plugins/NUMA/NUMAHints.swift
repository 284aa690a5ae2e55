/// A set of NUMA nodes, by id 0 to 63 (upstream: `topologymanager/bitmask`).
package struct NUMANodeSet: Sendable, Hashable {
    package private(set) var bits: UInt64

    /// These nodes; ids beyond 63 are left out, as upstream.
    package init(_ ids: some Sequence<Int>) {
        bits = ids.reduce(0) { (0..<64).contains($1) ? $0 | 1 << UInt64($1) : $0 }
    }

    init(bits: UInt64) { self.bits = bits }

    /// Number of nodes.
    package var count: Int { bits.nonzeroBitCount }
    /// Ids, ascending.
    package var ids: [Int] { (0..<64).filter(contains) }

    package func contains(_ id: Int) -> Bool { (0..<64).contains(id) && bits & 1 << UInt64(id) != 0 }

    func intersection(_ other: NUMANodeSet) -> NUMANodeSet { NUMANodeSet(bits: bits & other.bits) }

    /// Fewer nodes, or as many with lower ids (upstream: IsNarrowerThan).
    func isNarrower(than other: NUMANodeSet) -> Bool {
        count == other.count ? bits < other.bits : count < other.count
    }
}

/// NUMA nodes that could serve a container with one resource (upstream: TopologyHint).
package struct NUMAHint: Sendable, Equatable {
    /// nil: any node will do.
    package var nodes: NUMANodeSet?
    /// Whether no set of fewer nodes could ever do.
    package var isPreferred: Bool

    package init(nodes: NUMANodeSet?, isPreferred: Bool) {
        self.nodes = nodes
        self.isPreferred = isPreferred
    }
}

/// What one provider says of one container: hints by resource name, ascending; nil: the resource has no preference.
package typealias NUMAProviderHints = [(resource: String, hints: [NUMAHint]?)]

/// How a node's topology manager treats hints (upstream: `plugins/numaaware/policy`).
package enum NUMAPolicy: String, Sendable {
    case none = "none"
    case bestEffort = "best-effort"
    case restricted = "restricted"
    case singleNUMANode = "single-numa-node"

    /// The best hint over all providers, and whether the container is let in. `nodes` are the NUMA nodes of the machine.
    package func judge(_ providers: [NUMAProviderHints], nodes: NUMANodeSet) -> (best: NUMAHint, isAdmitted: Bool) {
        switch self {
        case .none: return (NUMAHint(nodes: nil, isPreferred: false), true)
        case .bestEffort: return (Self.merge(Self.flattened(providers), nodes), true)
        case .restricted:
            let best = Self.merge(Self.flattened(providers), nodes)
            return (best, best.isPreferred)
        case .singleNUMANode:
            let single = Self.flattened(providers).map { list in
                list.filter { $0.isPreferred && ($0.nodes == nil || $0.nodes?.count == 1) }
            }
            let best = Self.merge(single, nodes)
            return (best, best.isPreferred)
        }
    }

    /// One list per resource: no preference becomes a preferred hint for any node, no possibility an unpreferred one
    /// (upstream: filterProvidersHints).
    private static func flattened(_ providers: [NUMAProviderHints]) -> [[NUMAHint]] {
        providers.flatMap { hints -> [[NUMAHint]] in
            if hints.isEmpty { return [[NUMAHint(nodes: nil, isPreferred: true)]] }
            return hints.map { entry in
                guard let list = entry.hints else { return [NUMAHint(nodes: nil, isPreferred: true)] }
                return list.isEmpty ? [NUMAHint(nodes: nil, isPreferred: false)] : list
            }
        }
    }

    /// The best intersection of one hint per resource: preferred before not, then the narrowest
    /// (upstream: mergeFilteredHints).
    private static func merge(_ lists: [[NUMAHint]], _ nodes: NUMANodeSet) -> NUMAHint {
        var best = NUMAHint(nodes: nodes, isPreferred: false)
        func visit(_ index: Int, _ common: NUMANodeSet, _ isPreferred: Bool) {
            guard index == lists.count else {
                for hint in lists[index] {
                    visit(index + 1, common.intersection(hint.nodes ?? nodes), isPreferred && hint.isPreferred)
                }
                return
            }
            if common.count == 0 || best.isPreferred && !isPreferred { return }
            if best.isPreferred == isPreferred, !common.isNarrower(than: best.nodes ?? nodes) { return }
            best = NUMAHint(nodes: common, isPreferred: isPreferred)
        }
        visit(0, nodes, true)
        return best
    }
}
