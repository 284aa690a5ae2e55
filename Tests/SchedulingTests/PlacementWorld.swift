import ClusterModel
import Quantities
import SimulationKernel

@testable import Scheduling

/// Small random clusters and pods for node policies: several pools, few distinct sizes so that ties are frequent.
struct PlacementWorld {
    var random: RandomStream
    let cluster: Cluster
    /// Pods that keep coming back.
    let menu: [(request: ResourceRequest, pools: UInt64)]
    let typicalPods: [TypicalPod]
    /// A place for every node, not the index.
    let order: [Int32]

    init(seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "placement-tests")
        var builder = ClusterBuilder(name: "random")
        for pool in 0..<2 + random.below(3) {
            let gpus = [0, 1, 2, 4, 8, 8][random.below(6)]
            builder.add(
                NodePool(
                    name: "p\(pool)", count: 1 + random.below(7),
                    shape: NodeShape(
                        name: "m\(pool)", cpuMilli: [8000, 32_000, 96_000][random.below(3)], memoryBytes: 64,
                        gpuModel: gpus == 0 ? nil : builder.catalogue.gpu(named: pool % 2 == 0 ? "t4" : "a100-80"),
                        gpuCount: gpus, nvlinkDomainGPUs: [0, 8][random.below(2)], migCapable: true)))
        }
        cluster = try builder.build()
        var menu: [(request: ResourceRequest, pools: UInt64)] = []
        for _ in 0..<12 {
            let pools: UInt64 = random.below(3) == 0 ? random.next() | 2 : .max
            menu.append((Self.request(&random), pools))
        }
        var census = TypicalPodCensus()
        for pod in menu { census.count(pod.request, pools: pod.pools, pods: 1 + random.below(20)) }
        self.menu = menu
        typicalPods = census.typicalPods()
        var order = (0..<Int32(cluster.nodeCount)).map { $0 }
        order.shuffle(using: &random)
        self.order = order
        self.random = random
    }

    private static func request(_ random: inout RandomStream) -> ResourceRequest {
        var request = ResourceRequest(
            cpuMilli: Int64(1 + random.below(8)) * 500, memoryBytes: Int64(random.below(12)))
        switch random.below(6) {
        case 0: break
        case 1, 2:
            request.gpuCount = [1, 1, 2, 4, 8][random.below(5)]
            request.gpuMilli = 1000
        default:
            request.gpuCount = 1
            request.gpuMilli = Int32([100, 250, 300, 500, 810][random.below(5)])
        }
        return request
    }

    /// A pod of the menu; now and then a MIG slice, which no paper knows.
    mutating func pod(migSlices: Bool) -> (request: ResourceRequest, pools: UInt64) {
        if migSlices, random.below(10) == 0, let profile = MIGProfile.index(named: "1g.10gb") {
            return (ResourceRequest(cpuMilli: 500, gpuCount: 1, migProfile: profile), .max)
        }
        return menu[random.below(menu.count)]
    }

    /// Changes the ledger as a scheduler would, `steps` times: places pods, takes them back, takes nodes out and in.
    mutating func churn(
        _ ledger: inout AllocationLedger, _ placement: inout NodePlacement, steps: Int, migSlices: Bool,
        before: (AllocationLedger, NodePlacement, ResourceRequest, UInt64, NodePlacement.Choice?) -> Void
    ) {
        var held: [Allocation] = []
        for _ in 0..<steps {
            switch random.below(12) {
            case 0:
                let node = NodeID(random.below(cluster.nodeCount))
                ledger.setSchedulable(node, !ledger.isSchedulable(node))
            case 1, 2, 3:
                guard !held.isEmpty else { continue }
                let allocation = held.remove(at: random.below(held.count))
                ledger.release(allocation)
                placement.note(released: allocation)
            default:
                let pod = pod(migSlices: migSlices)
                let state = placement
                let choice = placement.choose(pod.request, pools: pod.pools, ledger: ledger)
                before(ledger, state, pod.request, pod.pools, choice)
                guard let choice else { continue }
                let allocation =
                    choice.gpuMask.map { ledger.allocate(pod.request, on: choice.node, gpuMask: $0) }
                    ?? ledger.allocate(pod.request, on: choice.node)
                guard let allocation else { continue }
                placement.note(taken: allocation)
                held.append(allocation)
            }
        }
    }
}
