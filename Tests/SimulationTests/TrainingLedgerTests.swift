import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Testing

@testable import Simulation

@Suite struct TrainingLedgerTests {
    @Test func checkpointsStandStillAndKeepTheWork() throws {
        var world = TrainingWorld()
        world.oversubscription = 1
        world.lifecycle = LifecycleModel(
            startup: .seconds(10), checkpointInterval: .seconds(20), checkpointWrite: .seconds(5),
            restore: .seconds(3))
        try world.train("a", pods: 2, gpus: 8, steps: 100)
        let step = Double(try world.world().trainings[0].referenceStep.nanoseconds) / 1e9
        let checkpoints = ((100 * step) / 20).rounded(.up) - 1
        let run = try world.run()
        #expect(abs(try run.end("a") - (10 + 100 * step + checkpoints * 5)) < 1e-5)
        #expect(abs(run.gpuSeconds(.checkpoint) - 16 * 5 * checkpoints) < 1e-5)
        #expect(abs(run.gpuSeconds(.starting) - 160) < 1e-9)
    }

    /// Jobs with failures, evictions and degradations: every GPU-nanosecond has one cause, and finished jobs did their work.
    @Test(arguments: [SchedulingPolicy.fifoGang, .priority, .srtf, .kubeDefault], 1..<5 as Range<UInt64>)
    func theLedgerCloses(_ policy: SchedulingPolicy, _ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "training-worlds")
        var world = TrainingWorld()
        world.nodes = 8
        world.nodesPerLeaf = 2
        world.kind = seed % 2 == 0 ? .railOptimized : .fatTree
        world.policy = policy
        world.placement = seed % 3 == 0 ? .bestFit : .spread
        world.lifecycle = LifecycleModel(
            startup: .seconds(3), checkpointInterval: .seconds(30), checkpointWrite: .seconds(2),
            restore: .seconds(4), checkpointOnPreemption: seed % 2 == 0)
        world.failures = FailureModel(
            nodeMTBF: .seconds(4_000), nodeRepair: .seconds(100), gpuMTBF: .seconds(20_000), gpuRepair: .seconds(50))
        world.degradations = (0..<6).map { index in
            let from = SimTime.zero + .seconds(Int64(random.below(800)))
            return Degradation(
                nodes: [NodeID(random.below(8))], gpu: index % 2 == 0 ? random.below(8) : nil,
                gpuSpeed: 0.5 + Double(random.below(5)) / 10, networkSpeed: 0.2 + Double(random.below(8)) / 10,
                from: from, until: from + .seconds(Int64(1 + random.below(300))))
        }
        for index in 0..<30 {
            let gpus: Int32 = [2, 4, 8][random.below(3)]
            try world.train(
                "job\(index)", at: Int64(random.below(600)), pods: Int32(1 + random.below(4)), gpus: gpus,
                steps: Int64(1 + random.below(200)), abortAt: random.below(8) == 0 ? Int64(random.below(900)) : nil,
                priority: Int32(random.below(3)))
        }
        world.horizon = .zero + .seconds(3_000)
        let run = try world.run()
        for gpu in 0..<run.world.cluster.totalGPUs {
            let sum = run.facts.gpuTime.filter { $0.index == Int32(gpu) }.reduce(0) { $0 + $1.gpuNs }
            #expect(sum == run.summary.end.nanoseconds)
        }
        for cause in GPUTimeCause.allCases {
            let gpus = run.facts.gpuTime.filter { $0.cause == cause }.reduce(0) { $0 + $1.gpuNs }
            let buckets = run.facts.poolTime.filter { $0.cause == cause }.reduce(0) { $0 + $1.gpuNs }
            #expect(abs(gpus - buckets) <= Int64(run.facts.poolTime.count + run.facts.gpuTime.count), "\(cause.name)")
        }
        let completed = run.facts.jobs.filter { $0.status == .completed }
        #expect(!completed.isEmpty)
        for fact in completed {
            #expect(fact.productiveNs == run.world.workload.jobs[Int(fact.job)].duration.nanoseconds)
        }
        #expect(run.gpuSeconds(.slowed) > 0)
        #expect(try world.run().summary.fingerprint == run.summary.fingerprint)
    }
}
