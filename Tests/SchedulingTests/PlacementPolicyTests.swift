import ClusterModel
import SimulationKernel
import Testing

@testable import Scheduling

/// Every policy against the plain definition, on ledgers that change as under a scheduler.
@Suite struct PlacementPolicyTests {
    @Test(arguments: [NodePolicy.dotProduct, .weightedBestFit, .gpuPacking, .gpuClustering, .fgd], [UInt64(1), 2, 3])
    func choosesTheBestScore(policy: NodePolicy, seed: UInt64) throws {
        var world = try PlacementWorld(seed: seed)
        let reference = PlacementReference(cluster: world.cluster, typicalPods: world.typicalPods, order: world.order)
        var ledger = AllocationLedger(world.cluster)
        var placement = NodePlacement(
            policy: policy, cluster: world.cluster, typicalPods: world.typicalPods, seed: 1, order: world.order)
        var chosen = 0
        world.churn(&ledger, &placement, steps: 400, migSlices: false) { ledger, _, request, pools, choice in
            let expected = reference.choose(policy, request, pools, ledger)
            #expect(choice?.node == expected?.node)
            #expect(choice?.gpuMask == expected?.gpu.map { 1 << UInt32($0) })
            chosen += choice == nil ? 0 : 1
        }
        #expect(chosen > 50)
    }

    @Test(arguments: [NodePolicy.firstFit, .bestFit, .spread], [UInt64(4), 5, 6])
    func indexedPoliciesFindWhatAScanFinds(policy: NodePolicy, seed: UInt64) throws {
        var world = try PlacementWorld(seed: seed)
        let cluster = world.cluster
        var ledger = AllocationLedger(cluster)
        var placement = NodePlacement(policy: policy, cluster: cluster, typicalPods: [], seed: 1)
        world.churn(&ledger, &placement, steps: 600, migSlices: true) { ledger, _, request, pools, choice in
            let fitting = cluster.nodes.filter {
                pools >> UInt64(cluster.pool(of: $0).index) & 1 == 1 && ledger.fits(request, on: $0)
            }
            let sign = policy == .spread ? -1 : 1
            func key(_ node: NodeID) -> (Int, Int, Int32) {
                if policy == .firstFit { return (0, 0, node.index) }
                if request.wholeGPUs > 0 { return (sign * ledger.freeWholeGPUs(node), 0, node.index) }
                return (sign * ledger.freeGPUMilli(node), sign * Int(ledger.freeCPU(node)), node.index)
            }
            #expect(choice?.node == fitting.min { key($0) < key($1) })
            #expect(choice?.gpuMask == nil)
        }
    }

    @Test(arguments: NodePolicy.allCases)
    func whatIsChosenCanBeBooked(policy: NodePolicy) throws {
        var world = try PlacementWorld(seed: 7)
        let cluster = world.cluster
        var ledger = AllocationLedger(cluster)
        var placement = NodePlacement(policy: policy, cluster: cluster, typicalPods: world.typicalPods, seed: 9)
        var refused = 0
        world.churn(&ledger, &placement, steps: 400, migSlices: true) { ledger, _, request, pools, choice in
            guard let choice else {
                refused += 1
                let none = cluster.nodes.allSatisfy {
                    pools >> UInt64(cluster.pool(of: $0).index) & 1 == 0 || !ledger.fits(request, on: $0)
                }
                #expect(none, "\(policy) found no node for \(request) though there is one")
                return
            }
            var copy = ledger
            let allocation =
                choice.gpuMask.map { copy.allocate(request, on: choice.node, gpuMask: $0) }
                ?? copy.allocate(request, on: choice.node)
            #expect(allocation != nil, "\(policy) chose a place that cannot be booked")
            #expect(pools >> UInt64(cluster.pool(of: choice.node).index) & 1 == 1)
        }
        #expect(refused > 0)
        try ledger.checkInvariants()
    }

    @Test func randomTakesEveryFittingNodeAndGPUEquallyOften() throws {
        var builder = ClusterBuilder(name: "four")
        let shape = NodeShape(
            name: "m", cpuMilli: 8000, memoryBytes: 64, gpuModel: builder.catalogue.gpu(named: "t4"), gpuCount: 2)
        builder.add(NodePool(name: "p", count: 4, shape: shape))
        let cluster = try builder.build()
        var ledger = AllocationLedger(cluster)
        // Node 1 is full, GPU 0 of node 2 has no room for half a GPU.
        _ = ledger.allocate(ResourceRequest(gpuCount: 2), on: NodeID(1))
        _ = ledger.allocate(ResourceRequest(gpuCount: 1, gpuMilli: 600), on: NodeID(2))
        var placement = NodePlacement(policy: .random, cluster: cluster, typicalPods: [], seed: 3)
        var counts: [Int: Int] = [:]
        for _ in 0..<3000 {
            let choice = placement.choose(
                ResourceRequest(gpuCount: 1, gpuMilli: 500), pools: .max, ledger: ledger)
            if let choice, let mask = choice.gpuMask { counts[choice.node.position * 4 + Int(mask), default: 0] += 1 }
        }
        // A third to each node; there half to each GPU, except on node 2. Five standard deviations is about 130.
        #expect(Set(counts.keys) == [1, 2, 10, 13, 14])
        for (place, count) in counts { #expect(abs(count - (place == 10 ? 1000 : 500)) < 130) }
    }

    @Test func aMemoryOfScoresNeverSpeaksForAnotherLedger() throws {
        var world = try PlacementWorld(seed: 8)
        var ledger = AllocationLedger(world.cluster)
        let fresh = NodePlacement(
            policy: .fgd, cluster: world.cluster, typicalPods: world.typicalPods, seed: 1, order: world.order)
        var used = fresh
        world.churn(&ledger, &used, steps: 200, migSlices: true) { _, _, _, _, _ in }
        // The placement has seen the busy ledger; now it is asked about an empty one and the busy one in turn.
        for ledger in [AllocationLedger(world.cluster), ledger, AllocationLedger(world.cluster)] {
            for pod in world.menu {
                var unbiased = fresh
                let expected = unbiased.choose(pod.request, pools: pod.pools, ledger: ledger)
                let choice = used.choose(pod.request, pools: pod.pools, ledger: ledger)
                #expect(choice?.node == expected?.node && choice?.gpuMask == expected?.gpuMask)
            }
        }
    }

    @Test func moreKindsOfPodsThanTheMemoryHolds() throws {
        let world = try PlacementWorld(seed: 10)
        let reference = PlacementReference(cluster: world.cluster, typicalPods: world.typicalPods, order: world.order)
        let ledger = AllocationLedger(world.cluster)
        var placement = NodePlacement(
            policy: .fgd, cluster: world.cluster, typicalPods: world.typicalPods, seed: 1, order: world.order)
        for milli in Array(1...300) + Array(1...20) {
            let request = ResourceRequest(cpuMilli: Int64(milli), gpuCount: 1, gpuMilli: 500)
            let choice = placement.choose(request, pools: .max, ledger: ledger)
            #expect(choice?.node == reference.choose(.fgd, request, .max, ledger)?.node)
        }
    }
}
