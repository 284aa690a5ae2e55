import ClusterModel
import Scheduling
import SimulationKernel
import Testing
import Workloads

@testable import Simulation

@Suite struct PackingReplayTests {
    static let nodeList = """
        sn,cpu_milli,memory_mib,gpu,model
        a,32000,65536,4,T4
        b,32000,65536,4,T4
        c,64000,131072,8,G2
        d,16000,65536,0,
        """
    static let podList = """
        name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec
        p0,4000,4096,1,1000,
        p1,2000,4096,1,300,T4
        p2,2000,4096,1,500,G2|T4
        p3,8000,4096,2,1000,G2
        p4,1000,1024,0,0,G9
        p5,2000,4096,1,300,T4
        """

    func workload() throws -> PackingWorkload {
        let nodes = try OpenbNode.list(reading: ByteSource(bytes: Array(Self.nodeList.utf8), name: "nodes.csv"))
        let pods = try OpenbPodList(reading: ByteSource(bytes: Array(Self.podList.utf8), name: "pods.csv"))
        return try PackingWorkload(nodes: nodes, pods: pods)
    }

    /// For comparing curves exactly, missing points included.
    func bits(_ values: [Double]) -> [UInt64] { values.map { $0.isNaN ? .max : $0.bitPattern } }

    @Test func listsBecomePoolsAndPods() throws {
        let workload = try workload()
        #expect(workload.cluster.pools.map(\.count) == [2, 1, 1])
        #expect(workload.capacityMilli == 16_000)
        // Pools: T4, G2, none. A model is asked of GPUs only.
        #expect(workload.pods.map(\.pools) == [0b111, 0b001, 0b011, 0b010, 0b111, 0b001])
        #expect(workload.typicalPods.first?.request.gpuMilli == 300)
        #expect(workload.typicalPods.count == 5)
    }

    @Test func arrivalsAreTheListShuffledAndThenDrawsFromIt() throws {
        let workload = try workload()
        let arrivals = workload.arrivals(ratio: 1.3, seed: 1)
        func sorted(_ pods: some Sequence<PackedPod>) -> [String] { pods.map { "\($0)" }.sorted() }
        #expect(sorted(arrivals.prefix(6)) == sorted(workload.pods))
        #expect(Array(arrivals.prefix(6)) != workload.pods)
        let demand = arrivals.reduce(0) { $0 + $1.request.totalGPUMilli }
        // The next pod would have passed the target; of a pod on two GPUs only one counts in that test.
        #expect(demand > 19_800 && demand <= 21_800)
        #expect(workload.arrivals(ratio: 1.3, seed: 1) == arrivals)
        #expect(workload.arrivals(ratio: 1.3, seed: 2) != arrivals)
    }

    @Test func arrivalsOfALongListAreThinned() throws {
        let workload = try workload()
        let arrivals = workload.arrivals(ratio: 0.1, seed: 1)
        #expect(arrivals.reduce(0) { $0 + $1.request.totalGPUMilli } <= 1600)
        #expect(arrivals.count < workload.pods.count)
    }

    @Test func pointsAreMeansOverArrivalsByRoundedPercent() {
        var recorder = PackingCurveRecorder(capacityMilli: 100_000, lastPercent: 6)
        recorder.add(arrived: 500, allocated: 0, fragmented: 10_000)
        recorder.add(arrived: 1500, allocated: 1000, fragmented: 20_000)
        recorder.add(arrived: 2500, allocated: 2000, fragmented: 0)
        recorder.add(arrived: 4000, allocated: 4000, fragmented: 48_000)
        recorder.add(arrived: 9000, allocated: 4000, fragmented: 48_000)
        let curve = recorder.curve
        // Half to even: 0.5 % counts as 0 %, 1.5 % and 2.5 % as 2 %; 3 % takes its neighbours, 6 % has none.
        #expect(curve.allocated.prefix(6) == [0, 1, 1.5, 7.0 / 3, 4, 4])
        #expect(curve.fragmented[0] == 10 && curve.fragmented[2] == 10 && curve.fragmentedOfIdle[4] == 50)
        #expect(curve.allocated[6].isNaN)
    }

    @Test(arguments: [NodePolicy.random, .dotProduct, .gpuClustering, .gpuPacking, .weightedBestFit, .fgd])
    func everyPodIsPlacedOrDropped(policy: NodePolicy) throws {
        let workload = try workload()
        let replay = PackingReplay(workload, ratio: 1.3)
        let arrivals = workload.arrivals(ratio: 1.3, seed: 5)
        let curve = replay.run(policy, seed: 5)
        #expect(curve.placed + curve.dropped == arrivals.count)
        #expect(curve.dropped > 0)
        #expect(curve.allocated.count == 131)
        for percent in 0..<130 where !curve.allocated[percent].isNaN {
            #expect(curve.allocated[percent] <= 100 + 1e-9)
            #expect(curve.fragmented[percent] + curve.allocated[percent] <= 100 + 1e-9)
        }
        let again = replay.run(policy, seed: 5)
        #expect(bits(again.allocated) == bits(curve.allocated) && bits(again.fragmented) == bits(curve.fragmented))
    }

    /// The bookkeeping of the replay (sums kept up to date) against sums over all nodes after every pod.
    @Test func runningSumsEqualSumsOverAllNodes() throws {
        let workload = try workload()
        let replay = PackingReplay(workload, ratio: 1.3)
        let arrivals = workload.arrivals(ratio: 1.3, seed: 3)
        let measure = FragmentationMeasure(workload.typicalPods)
        var ledger = AllocationLedger(workload.cluster)
        var placement = NodePlacement(
            policy: .fgd, cluster: workload.cluster, typicalPods: workload.typicalPods, seed: 3,
            order: workload.nodeOrder(seed: 3))
        var recorder = PackingCurveRecorder(capacityMilli: workload.capacityMilli, lastPercent: 130)
        var arrived: Int64 = 0
        for pod in arrivals {
            arrived += pod.request.totalGPUMilli
            if let choice = placement.choose(pod.request, pools: pod.pools, ledger: ledger) {
                let allocation =
                    choice.gpuMask.map { ledger.allocate(pod.request, on: choice.node, gpuMask: $0) }
                    ?? ledger.allocate(pod.request, on: choice.node)
                #expect(allocation != nil)
            }
            try ledger.checkInvariants()
            let fragmented = workload.cluster.nodes.reduce(0) { $0 + measure.fragmentedMilli(ledger, $1) }
            recorder.add(arrived: arrived, allocated: Int64(ledger.allocatedGPUMilli), fragmented: fragmented)
        }
        let expected = recorder.curve
        let curve = replay.run(.fgd, seed: 3)
        #expect(bits(curve.allocated) == bits(expected.allocated))
        for (a, b) in zip(curve.fragmented, expected.fragmented) where !a.isNaN { #expect(abs(a - b) < 1e-9) }
    }
}
