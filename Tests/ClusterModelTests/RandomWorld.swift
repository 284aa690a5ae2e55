import ClusterModel
import Quantities
import SimulationKernel

/// Small random clusters and requests that reach every branch of the ledger.
struct RandomWorld {
    var random: RandomStream

    init(seed: UInt64) { random = RandomStream(seed: seed, name: "ledger-tests") }

    mutating func cluster() throws -> Cluster {
        var catalogue = HardwareCatalogue.builtIn
        let unknown = catalogue.gpuAddingUnknown(named: "mystery")
        let models = ["a100-80", "a100-40", "h200-sxm", "t4"].map { catalogue.gpu(named: $0) } + [unknown]
        var builder = ClusterBuilder(
            name: "random", catalogue: catalogue, fabric: FabricSpec(kind: .fatTree, nodesPerLeaf: 1 + random.below(4)))
        for pool in 0..<1 + random.below(3) {
            let gpus = [0, 1, 2, 4, 8, 8, 16, 32][random.below(8)]
            builder.add(
                NodePool(
                    name: "p\(pool)", count: 1 + random.below(6),
                    shape: NodeShape(
                        name: "m", cpuMilli: 16_000, memoryBytes: 64,
                        gpuModel: gpus == 0 ? nil : models[random.below(5)],
                        gpuCount: gpus, nvlinkDomainGPUs: [0, 2, 4, 8][random.below(4)], nics: random.below(5),
                        nicRate: BytesPerSecond(rawValue: 1e10), localStorage: Bytes(rawValue: 100), migCapable: true)))
        }
        return try builder.build()
    }

    mutating func request() -> ResourceRequest {
        var request = ResourceRequest(
            cpuMilli: Int64(random.below(6000)), memoryBytes: Int64(random.below(20)),
            rdmaNICs: Int32(random.below(8) / 6), ephemeralBytes: Int64(random.below(30)))
        switch random.below(8) {
        case 0: break
        case 1, 2, 3:
            request.gpuCount = Int32(1 + random.below(5))
            request.gpuMilli = 1000
        case 4, 5:
            request.gpuCount = 1
            request.gpuMilli = Int32(1 + random.below(999))
        default:
            request.gpuCount = 1
            request.gpuMilli = 1000
            request.migProfile = Int16(random.below(MIGProfile.names.count))
        }
        return request
    }

    mutating func node(of cluster: Cluster) -> NodeID { NodeID(random.below(cluster.nodeCount)) }
}
