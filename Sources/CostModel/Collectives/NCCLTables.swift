/// Constants of NCCL's tuner, `src/graph/tuning.cc` of the 2.25 line, the first with rows for Blackwell. Latencies in microseconds, rates in
/// GB/s. Rows of protocols: LL, LL128, Simple. Rows of rates: one node, two, more.
enum NCCLTables {
    /// Start of a kernel (`baseLat`).
    static func base(_ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol) -> Double {
        switch algorithm {
        case .tree: [6.8, 14.0, 8.4][format.rawValue]
        case .ring: [6.6, 14.0, 8.4][format.rawValue]
        default: 0
        }
    }

    /// One hop between GPUs of a node (`hwLat`, NVLINK and PCI).
    static func hop(_ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol, isPCIe: Bool) -> Double {
        switch algorithm {
        case .tree: (isPCIe ? [1.0, 1.9, 4.0] : [0.6, 1.25, 4.0])[format.rawValue]
        case .ring: (isPCIe ? [1.0, 2.5, 5.7] : [0.6, 1.9, 3.4])[format.rawValue]
        case .collnetDirect: 3.7
        case .collnetChain: 2.8
        case .nvls, .nvlsTree: 25
        case .hierarchical, .pairwise, .railAligned, .direct: 0
        }
    }

    /// One hop between nodes (`hwLat`, NET).
    static func networkHop(_ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol) -> Double {
        switch algorithm {
        case .tree: [5.0, 8.5, 14.0][format.rawValue]
        case .ring: [2.7, 4.0, 14.0][format.rawValue]
        case .collnetDirect: 31
        case .collnetChain: 30
        case .nvls: 18
        case .nvlsTree: 14
        case .hierarchical, .pairwise, .railAligned, .direct: 0
        }
    }

    /// Posting a send on an Intel host (`getNetOverhead`); AMD hosts have twice that.
    static let networkOverhead = 1.0

    /// Most of LL (`llMaxBws`): by generation in one node, that of Intel hosts across nodes.
    static func llRate(_ generation: GPUGeneration, nodes: Int) -> Double {
        switch nodes {
        case 1: [39.0, 87.7, 141, 282, 87.7][generation.rawValue]
        case 2: 39
        default: 20.4
        }
    }

    /// Most of one channel of a ring with LL128 (`perChMaxRingLL128Bws`).
    static func ringLL128Rate(_ generation: GPUGeneration) -> Double {
        [20.0, 20, 36.7, 73.4, 20][generation.rawValue]
    }

    /// Most of one channel of a tree with LL128 (`perChMaxTreeLL128Bws`).
    static func treeLL128Rate(_ generation: GPUGeneration, nodes: Int) -> Double {
        let rows: [[Double]] = [[20, 20, 20], [20, 20, 20], [36.7, 36.7, 29], [73.4, 73.4, 58], [20, 20, 20]]
        return rows[generation.rawValue][min(nodes, 3) - 1]
    }

    /// Most of one channel of a tree (`perChMaxTreeBws`).
    static func treeRate(_ generation: GPUGeneration, nodes: Int) -> Double {
        let rows: [[Double]] = [
            [26.5, 18.5, 10], [24, 23.6, 17.8], [38.7, 41.4, 36], [77.4, 82.8, 72], [24, 23.6, 17.8],
        ]
        return rows[generation.rawValue][min(nodes, 3) - 1]
    }

    /// What trees reach of their rate at 64 bytes, 128 bytes, … 256 MiB (`treeCorrectionFactor`).
    static func treeCorrection(_ format: CollectiveProtocol, bytes: Double) -> Double {
        let rows: [[Double]] = [
            [1, 1, 1, 1, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9, 1, 1],
            [
                0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.7, 0.8,
                0.9, 0.9,
            ],
        ]
        let row = rows[format.rawValue]
        guard bytes >= 64, bytes / 64 < Double(1 << row.count) else { return 1 }
        return row[floorLog2(Int(bytes / 64))]
    }

    /// Rates that NCCL's search tries for a channel, fastest first (`speedArray…` of `src/graph/search.cc`).
    static func channelRates(_ generation: GPUGeneration, acrossNodes: Bool) -> [Double] {
        switch (generation, acrossNodes) {
        case (.hopper, false): [60, 50, 40, 30, 24, 20, 15, 12, 11, 6, 3]
        case (.hopper, true): [48, 45, 42, 40, 30, 24, 22, 20, 17.5, 15, 12, 6, 3, 2.4, 1.2, 0.24, 0.12]
        case (.blackwell, false): [90, 80, 70, 60, 50, 40, 30, 24, 20, 19, 18]
        case (.blackwell, true): [96, 48, 45.1, 42, 40, 30, 24, 22, 20, 17.5, 15, 12, 6, 3, 2.4, 1.2, 0.24, 0.12]
        case (_, false): [40, 30, 20, 18, 15, 12, 10, 9, 7, 6, 5, 4, 3]
        case (_, true): [48, 30, 28, 24, 20, 18, 15, 12, 10, 9, 7, 6, 5, 4, 3, 2.4, 1.2, 0.24, 0.12]
        }
    }

    /// What NCCL counts of a GPU's links (`src/graph/topo.h`): 20 GB/s of an NVLink of 25 up to Ampere, 20.6 on Hopper, 40.1 of 50 on
    /// Blackwell; 12 of PCIe's 15.8.
    static func linkRate(of group: CollectiveGroup) -> Double {
        let rate = group.scaleUp / 1e9
        if group.isPCIe { return rate * 12 / 15.8 }
        switch group.generation {
        case .hopper: return (rate / 25).rounded() * 20.6
        case .blackwell: return (rate / 50).rounded() * 40.1
        case .volta, .ampere, .cdna: return (rate / 25).rounded() * 20
        }
    }

    /// Logarithm of base two, rounded down; 0 up to 1.
    static func floorLog2(_ value: Int) -> Int { value > 1 ? Int.bitWidth - 1 - value.leadingZeroBitCount : 0 }
}
