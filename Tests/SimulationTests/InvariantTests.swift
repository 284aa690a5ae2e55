import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Testing

@testable import Simulation

/// Random worlds under every policy, with failures, evictions, fractions and cancellations: what must always hold.
@Suite struct InvariantTests {
    private func randomWorld(_ policy: SchedulingPolicy, seed: UInt64) -> TinyWorld {
        var random = RandomStream(seed: seed, name: "random-world")
        var world = TinyWorld()
        world.seed = seed
        world.nodes = 2 + random.below(5)
        world.pools = 1 + random.below(2)
        let placements: [NodePolicy] = [.bestFit, .firstFit, .spread, .random, .gpuPacking, .kubernetes]
        world.scheduler = SchedulerConfiguration(
            policy: policy, placement: placements[random.below(placements.count)],
            minimumRuntime: .seconds(Int64(random.below(3)) * 20), lasThresholdGPUSeconds: [200, 2_000])
        world.queues = [QueueSpec(name: "q0", weight: 2), QueueSpec(name: "q1", capGPUs: 12)]
        world.failures = FailureModel(
            nodeMTBF: .seconds(2_000), nodeRepair: .seconds(100), gpuMTBF: .seconds(9_000), gpuRepair: .seconds(50))
        world.lifecycle = LifecycleModel(
            startup: .seconds(3), checkpointInterval: .seconds(30), checkpointWrite: .seconds(2),
            restore: .seconds(4), checkpointOnPreemption: seed % 2 == 0)
        for i in 0..<60 {
            let fraction = random.below(5) == 0
            let gpus: Int32 = fraction ? 1 : [1, 1, 2, 4, 8][random.below(5)]
            world.job(
                "job\(i)", at: Int64(random.below(900)), pods: fraction ? 1 : Int32(1 + random.below(3)), gpus: gpus,
                for: Int64(1 + random.below(300)), milli: fraction ? Int32(100 * (1 + random.below(9))) : 1000,
                queue: "q\(random.below(2))", team: "team\(random.below(3))", priority: Int32(random.below(4)),
                requested: random.below(3) == 0 ? Int64(1 + random.below(600)) : nil,
                abortAt: random.below(8) == 0 ? Int64(random.below(1_500)) : nil,
                maxRestarts: random.below(4) == 0 ? 1 : nil, preemptible: random.below(4) > 0)
        }
        return world
    }

    /// Runs step by step and checks the session after every instant.
    @Test(arguments: SchedulingPolicy.allCases, [UInt64(1), 2, 3])
    func everyInstantIsSound(policy: SchedulingPolicy, seed: UInt64) throws {
        var tiny = randomWorld(policy, seed: seed)
        tiny.horizon = .zero + .seconds(20_000)
        let world = try tiny.world()
        var simulation = Simulation(world)
        simulation.begin()
        var handled = 0
        var previous = SimTime.zero
        var outcome: RunOutcome?
        while outcome == nil, simulation.events < 20_000 {
            outcome = try simulation.step(&handled)
            #expect(simulation.now >= previous)
            previous = simulation.now
            try simulation.session.ledger.checkInvariants()
            checkGangs(simulation)
            checkQueues(simulation)
        }
    }

    /// Running gangs hold at least their minimum, half-placed ones exist only under pod-by-pod scheduling.
    private func checkGangs(_ simulation: Simulation) {
        for (index, job) in simulation.session.jobs.enumerated() {
            switch job.state {
            case .running: #expect(job.boundPods >= job.minPods, "job \(index) runs with \(job.boundPods) pods")
            case .holding: #expect(simulation.world.scheduler.policy == .kubeDefault)
            default: #expect(job.boundPods == 0, "job \(index) holds pods while \(job.state)")
            }
        }
    }

    /// Caps hold, and each queue's account is the sum of its jobs.
    private func checkQueues(_ simulation: Simulation) {
        for (q, queue) in simulation.session.queues.enumerated() {
            let held = simulation.session.jobs.reduce(into: Int64(0)) { sum, job in
                if job.queue == Int32(q), job.state == .running || job.state == .holding { sum += job.gpuMilli }
            }
            #expect(queue.gpuMilli == held)
            if simulation.world.scheduler.policy != .kubeDefault { #expect(queue.gpuMilli <= queue.capGPUMilli) }
        }
    }

    @Test(arguments: SchedulingPolicy.allCases, [UInt64(4), 5])
    func workAndGPUTimeAreConserved(policy: SchedulingPolicy, seed: UInt64) throws {
        let tiny = randomWorld(policy, seed: seed)
        let run = try tiny.run()
        let length = run.summary.end.nanoseconds
        for gpu in 0..<run.world.cluster.totalGPUs {
            let sum = run.facts.gpuTime.filter { $0.index == Int32(gpu) }.reduce(0) { $0 + $1.gpuNs }
            #expect(sum == length)
        }
        let buckets = Dictionary(grouping: run.facts.poolTime) { [Int64($0.index), $0.startNs, $0.endNs] }
        for (key, facts) in buckets {
            let gpus = Int64(run.world.cluster.gpuCount(in: PoolID(index: Int32(key[0]))))
            #expect(facts.reduce(0) { $0 + $1.gpuNs } == gpus * (key[2] - key[1]))
        }
        for fact in run.facts.jobs where fact.status == .completed {
            #expect(fact.productiveNs == run.world.workload.jobs[Int(fact.job)].duration.nanoseconds)
        }
        // Team accounts and GPU accounts are two readings of the same allocated time.
        for cause in GPUTimeCause.allCases.prefix(6) {
            let teams = run.facts.teamTime.filter { $0.cause == cause }.reduce(0) { $0 + $1.gpuNs }
            let gpus = run.facts.gpuTime.filter { $0.cause == cause }.reduce(0) { $0 + $1.gpuNs }
            #expect(abs(teams - gpus) <= Int64(run.world.cluster.totalGPUs) + 100, "\(cause.name)")
        }
    }

    @Test(arguments: SchedulingPolicy.allCases)
    func placementsOfOneGPUNeverOverlapBeyondItsCapacity(policy: SchedulingPolicy) throws {
        let run = try randomWorld(policy, seed: 6).run()
        var changes: [Int: [(time: Int64, milli: Int32)]] = [:]
        for placement in run.facts.placements {
            let first = run.world.cluster.gpuOffset(of: NodeID(index: placement.node))
            for local in 0..<32 where placement.gpuMask & (1 << UInt32(local)) != 0 {
                changes[first + local, default: []].append((placement.startNs, placement.gpuMilli))
                changes[first + local, default: []].append((placement.endNs, -placement.gpuMilli))
            }
        }
        for (gpu, events) in changes {
            var held: Int32 = 0
            for event in events.sorted(by: { $0.time != $1.time ? $0.time < $1.time : $0.milli < $1.milli }) {
                held += event.milli
                #expect(held <= 1000, "GPU \(gpu) is double-booked")
            }
        }
    }

    @Test(arguments: SchedulingPolicy.allCases)
    func equalInputGivesEqualRunsAndSeedsDiffer(policy: SchedulingPolicy) throws {
        let first = try randomWorld(policy, seed: 7).run()
        let second = try randomWorld(policy, seed: 7).run()
        #expect(first.summary.fingerprint == second.summary.fingerprint)
        #expect(first.facts.decisions.map(\.timeNs) == second.facts.decisions.map(\.timeNs))
        #expect(try randomWorld(policy, seed: 8).run().summary.fingerprint != first.summary.fingerprint)
    }
}
