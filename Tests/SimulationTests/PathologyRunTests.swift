import ClusterModel
import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import Simulation

/// Runs under Volcano tell what goes wrong over time, and nothing where all goes well.
@Suite struct PathologyRunTests {
    /// Nodes of 8 GPUs and a run of half an hour: a state must last 18 s.
    private func tiny(nodes: Int = 2, seconds: Int64? = 1_800) -> TinyWorld {
        var world = TinyWorld()
        world.nodes = nodes
        world.horizon = seconds.map { .zero + .seconds($0) }
        world.scheduler = SchedulerConfiguration(policy: .volcano, tieBreak: .lowestName)
        return world
    }

    private func found(
        _ tiny: TinyWorld, actions: String = "enqueue allocate backfill", _ tiers: [[String]]
    ) throws -> [PathologyFact] {
        var world = try tiny.world()
        world.volcano = VolcanoSetup(
            configuration: VolcanoConfiguration(
                actions: actions.split(separator: " ").map(String.init),
                tiers: tiers.map { $0.map { PluginOption(name: $0) } }))
        var simulation = Simulation(world)
        return try simulation.run(into: CollectingSink()).pathologies
    }

    private static let usual = [["priority", "gang", "conformance"], ["predicates", "nodeorder"]]
    private static let podByPod = [["priority"], ["predicates", "nodeorder"]]

    @Test func jobsThatTakeTurnsAreHealthy() throws {
        var world = tiny()
        for k in 0..<20 { world.job("j\(k)", at: Int64(k * 40), pods: 2, gpus: 8, for: 60) }
        #expect(try found(world, Self.usual) == [])
        let defaults = VolcanoConfiguration.inBinaryDefault
        #expect(try found(world, defaults.tiers.map { $0.map(\.name) }) == [])
    }

    @Test func aGangThatSmallJobsPassStarves() throws {
        var world = tiny()
        for k in 0..<45 { world.job("small\(k)", at: Int64(k * 40), gpus: 8, for: 60) }
        world.job("wide", at: 5, pods: 2, gpus: 8, for: 60)
        let found = try found(world, Self.usual)
        #expect(found.map(\.kind) == ["starvation"])
        let starved = try #require(found.first)
        #expect(starved.objects.first == "wide")
        #expect(starved.objects.count == 10)
        #expect(starved.isOngoing)
        #expect(starved.fromNs >= 5_000_000_000 && starved.fromNs < 10_000_000_000)
        #expect(starved.fromCycle == starved.fromNs / 1_000_000_000)
        #expect(starved.toNs == 1_800_000_000_000)
        #expect(starved.line == "actions: \"enqueue, allocate, backfill\"")
    }

    @Test func whatIsLetInAndCannotStartKeepsTheOthersOut() throws {
        var world = tiny()
        world.job("small", at: 0, gpus: 1, for: 1_700)
        world.job("wide", at: 10, pods: 2, gpus: 8, for: 60)
        world.job("later", at: 20, gpus: 4, for: 60)
        let found = try found(world, [["priority", "gang"], ["overcommit", "predicates", "nodeorder"]])
        #expect(found.map(\.kind) == ["free capacity unused"])
        #expect(found.first?.objects == ["later", "queue default"])
        #expect(found.first?.place == "tiers[1].plugins[0]")
        #expect(found.first?.line == "- {name: overcommit}")
        // It ended when the small job did.
        #expect(found.first?.isOngoing == false)
        #expect(found.first.map { $0.toNs > 1_690_000_000_000 && $0.toNs < 1_710_000_000_000 } == true)
    }

    @Test func halvesOfTwoGangsAreADeadlockWithoutTheGangPlugin() throws {
        var world = tiny(nodes: 4, seconds: nil)
        world.job("first", at: 0, pods: 2, gpus: 8, for: 100)
        world.job("left", at: 5, pods: 4, gpus: 8, for: 100)
        world.job("right", at: 20, pods: 4, gpus: 8, for: 100, priority: 10)
        let found = try found(world, actions: "allocate backfill", Self.podByPod)
        #expect(found.map(\.kind) == ["gang deadlock"])
        #expect(found.first.map { Set($0.objects) } == ["left", "right"])
        #expect(found.first?.isOngoing == true)
        #expect(found.first.map { $0.fromNs >= 100_000_000_000 && $0.fromNs <= 105_000_000_000 } == true)
        #expect(found.first?.line == "no plugin gang")
    }

    @Test func halfAGangHoldsCapacity() throws {
        var world = tiny()
        world.job("first", at: 0, gpus: 8, for: 500)
        world.job("half", at: 5, pods: 2, gpus: 8, for: 100)
        let found = try found(world, actions: "allocate backfill", Self.podByPod)
        #expect(found.map(\.kind) == ["capacity held by an incomplete gang"])
        #expect(found.first?.objects == ["half"])
        #expect(found.first?.isOngoing == false)
        #expect(found.first?.text.contains("held nvidia.com/gpu 8") == true)
    }

    @Test func aLimitBelowWhatIsAskedIsSaid() throws {
        var world = tiny()
        world.queues = [QueueSpec(name: "default", capGPUs: 8)]
        world.job("wide", at: 3, pods: 2, gpus: 8, for: 60)
        let found = try found(world, [["priority", "gang"], ["predicates", "proportion", "nodeorder"]])
        #expect(found.map(\.kind) == ["can never be admitted"])
        #expect(found.first?.objects == ["wide"])
        #expect(found.first?.place == "Queue default")
        #expect(found.first?.isOngoing == true)
    }

    /// Elastic jobs larger than what their queues deserve: whoever waits takes a pod of the other, which stops as a whole,
    /// and so gets the places of both.
    @Test func queuesThatTakeBackInTurnsLoop() throws {
        var world = tiny()
        world.queues = [QueueSpec(name: "p", deservedGPUs: 8), QueueSpec(name: "q", deservedGPUs: 8)]
        world.job("a", at: 0, pods: 2, gpus: 6, for: 5_000, min: 1, queue: "p")
        world.job("b", at: 20, pods: 2, gpus: 6, for: 5_000, min: 1, queue: "q")
        let found = try found(
            world, actions: "enqueue allocate reclaim backfill",
            [["priority", "gang", "conformance"], ["predicates", "capacity", "nodeorder"]])
        let loop = try #require(found.first { $0.kind == "eviction loop" })
        #expect(Set(loop.objects) == ["a", "b"])
        #expect(loop.isOngoing)
        #expect(loop.text.contains("evictions by reclaim"))
    }

    @Test func aShareThatIsNotTakenBackIsSaid() throws {
        var world = tiny()
        world.queues = [QueueSpec(name: "p", deservedGPUs: 8), QueueSpec(name: "q", deservedGPUs: 8)]
        world.job("a", at: 0, pods: 2, gpus: 8, for: 5_000, queue: "p", preemptible: false)
        world.job("b", at: 20, gpus: 8, for: 100, queue: "q")
        let found = try found(
            world, actions: "enqueue allocate reclaim backfill",
            [["priority", "gang", "conformance"], ["predicates", "capacity", "nodeorder"]])
        #expect(found.map(\.kind) == ["shares not restored"])
        #expect(found.first?.objects == ["queue q", "queue p"])
    }

    @Test func aPreemptorThatIsNotLetInIsSaid() throws {
        var world = tiny()
        world.job("low", at: 0, pods: 2, gpus: 8, for: 5_000)
        world.job("high", at: 20, gpus: 8, for: 100, priority: 10)
        let found = try found(
            world, actions: "enqueue allocate preempt backfill",
            [["priority", "gang", "conformance"], ["overcommit", "predicates", "nodeorder"]])
        #expect(found.map(\.kind) == ["preemptor shut out"])
        #expect(found.first?.objects == ["high"])
        #expect(found.first?.line == "- {name: overcommit}")
    }

    @Test func aNodeUnderRepairMakesNothingFitNever() throws {
        var world = tiny(seconds: 3_000)
        world.failures = FailureModel(nodeMTBF: .seconds(300), nodeRepair: .seconds(5_000))
        for k in 0..<10 { world.job("j\(k)", at: Int64(k * 200), pods: 2, gpus: 8, for: 60) }
        #expect(try !found(world, Self.usual).contains { $0.kind == "can never fit" })
    }

    /// The watch sees the same whether the session's state is kept or made anew, and changes nothing in the run.
    @Test(arguments: [UInt64](1...10))
    func keptStateIsSeenAsFreshOnesAre(seed: UInt64) throws {
        let world = try VolcanoInvariantTests.world(seed)
        var kept = Simulation(world)
        var fresh = Simulation(world)
        fresh.volcano?.keepsDesk = false
        var unwatched = Simulation(world)
        unwatched.volcano?.watch = nil
        let summary = try kept.run(into: CollectingSink())
        #expect(try fresh.run(into: CollectingSink()).pathologies == summary.pathologies)
        let without = try unwatched.run(into: CollectingSink())
        #expect(without.fingerprint == summary.fingerprint)
        #expect(without.pathologies == [])
    }
}
