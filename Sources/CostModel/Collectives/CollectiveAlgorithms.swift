extension CollectiveModel {
    /// The algorithms that are known for a collective.
    public static func algorithms(of collective: Collective) -> [CollectiveAlgorithm] {
        switch collective {
        case .allReduce: ofReductions
        case .allGather, .reduceScatter, .broadcast: ofRings
        case .allToAll: ofExchanges
        case .sendReceive: ofPairs
        }
    }

    private static let ofReductions: [CollectiveAlgorithm] = [
        .ring, .tree, .nvls, .nvlsTree, .collnetDirect, .collnetChain, .hierarchical,
    ]
    private static let ofRings: [CollectiveAlgorithm] = [.ring]
    private static let ofExchanges: [CollectiveAlgorithm] = [.pairwise, .railAligned]
    private static let ofPairs: [CollectiveAlgorithm] = [.direct]

    /// Why an algorithm cannot run a collective on a group, or nil. The rules are NCCL's (`src/graph/tuning.cc`, `src/transport/nvls.cc`).
    public static func obstacle(
        _ collective: Collective, _ algorithm: CollectiveAlgorithm, on group: CollectiveGroup
    ) -> String? {
        guard algorithms(of: collective).contains(algorithm) else { return "not for \(collective.rawValue)" }
        switch algorithm {
        case .ring, .pairwise, .direct: return nil
        case .tree: return nil
        case .nvls:
            if let reason = switchObstacle(group) { return reason }
            return group.domains > 1 && !group.reducesInNetwork ? "across nodes it needs SHARP" : nil
        case .nvlsTree: return group.domains == 1 ? "one node only" : switchObstacle(group)
        case .collnetDirect:
            if let reason = networkObstacle(group) { return reason }
            return group.isPCIe ? "needs an NVLink switch" : nil
        case .collnetChain: return networkObstacle(group)
        case .hierarchical, .railAligned:
            if group.domains == 1 { return "one node only" }
            return group.perDomain == 1 ? "one rank in a node" : nil
        }
    }

    private static func switchObstacle(_ group: CollectiveGroup) -> String? {
        if group.hasSwitchReduction { return nil }
        return group.perDomain < 3 ? "needs three ranks in a node" : "needs NVLink switches of Hopper or later"
    }

    private static func networkObstacle(_ group: CollectiveGroup) -> String? {
        if group.domains == 1 { return "one node only" }
        return group.reducesInNetwork ? nil : "needs SHARP in the network"
    }

    /// Whether an algorithm runs without being asked for: NVLS from as many ranks as NCCL's table wants; three collectives in place of one never.
    func isDefault(_ algorithm: CollectiveAlgorithm, on group: CollectiveGroup) -> Bool {
        switch algorithm {
        case .nvls: group.domains > 1 || group.ranks >= nvlsRanks[group.generation.rawValue]
        case .hierarchical: false
        default: true
        }
    }
}

extension Double {
    /// Logarithm of base two by halving, with linear interpolation inside an octave; exact at powers of two.
    var logarithm2: Double {
        guard self > 1 else { return 0 }
        var rest = self, result = 0.0
        while rest >= 2 {
            rest /= 2
            result += 1
        }
        return result + rest - 1
    }
}
