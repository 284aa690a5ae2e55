import ClusterModel
import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import Simulation

/// Small worlds under Volcano, played by hand.
@Suite struct VolcanoRunTests {
    private func tiny(nodes: Int = 2) -> TinyWorld {
        var world = TinyWorld()
        world.nodes = nodes
        world.scheduler = SchedulerConfiguration(policy: .volcano, tieBreak: .lowestName)
        return world
    }

    @Test func aJobStartsInTheSecondCycleAfterItsArrival() throws {
        var world = tiny()
        world.job("a", at: 0, pods: 2, gpus: 8, for: 100)
        world.job("b", at: 10, pods: 1, gpus: 8, for: 100)
        let run = try world.run()
        // Enqueued at 1 s, its pods bound at 2 s. What arrives at the instant of a cycle is seen by the next one.
        #expect(try run.start("a") == 2)
        #expect(try run.end("a") == 102)
        // The end at 102 s is seen at 103 s.
        #expect(try run.start("b") == 103 || run.start("b") == 104)
        #expect(run.summary.outcome == .drained)
    }

    @Test func gangsStartAsAWhole() throws {
        var world = tiny()
        world.job("a", at: 0, pods: 1, gpus: 8, for: 100)
        world.job("gang", at: 5, pods: 2, gpus: 8, for: 50)
        world.job("small", at: 6, pods: 1, gpus: 4, for: 10)
        let run = try world.run()
        #expect(try run.start("gang") > 100)
        #expect(try run.start("small") < 20)
    }

    @Test func aQueueStaysUnderItsCapability() throws {
        var world = tiny()
        world.queues = [QueueSpec(name: "default", capGPUs: 8)]
        world.job("a", at: 0, pods: 1, gpus: 8, for: 100)
        world.job("b", at: 0, pods: 1, gpus: 8, for: 100)
        let run = try world.run()
        #expect(try run.start("b") > 100)
        #expect(try run.decisions("b").contains("reject:not_admitted"))
    }

    @Test func preemptionRestartsTheVictimAtTheEndOfTheLine() throws {
        var tiny = tiny(nodes: 1)
        tiny.job("low", at: 0, pods: 1, gpus: 8, for: 100, priority: 0)
        tiny.job("high", at: 20, pods: 1, gpus: 8, for: 50, priority: 10)
        var world = try tiny.world()
        var configuration = VolcanoConfiguration.helmDefault
        configuration.actions = ["enqueue", "allocate", "preempt", "backfill"]
        // Overcommit would not let the second job in: 16 GPUs are more than 1.2 × 8.
        configuration.tiers[1].removeAll { $0.name == "overcommit" || $0.name == "proportion" }
        world.volcano = VolcanoSetup(configuration: configuration)
        let sink = CollectingSink()
        var simulation = Simulation(world)
        let summary = try simulation.run(into: sink)
        let run = TinyRun(world: world, summary: summary, facts: sink.facts)
        #expect(try run.job("low").preemptions == 1)
        #expect(try run.start("high") < 25)
        #expect(try run.end("low") > 150)
        #expect(run.gpuSeconds(.recomputed) > 15)
    }

    @Test func aFailedNodeIsLeftOutUntilItIsRepaired() throws {
        var tiny = tiny()
        tiny.failures = FailureModel(nodeMTBF: .seconds(300), nodeRepair: .seconds(200))
        tiny.horizon = .zero + .seconds(3_000)
        for i in 0..<20 { tiny.job("j\(i)", at: Int64(i * 100), pods: 2, gpus: 8, for: 60) }
        let run = try tiny.run()
        #expect(run.facts.failures.count > 3)
        #expect(run.facts.jobs.contains { $0.status == .completed })
    }
}
