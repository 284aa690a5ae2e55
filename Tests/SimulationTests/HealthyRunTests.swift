import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel
import Testing

@testable import Simulation

#if canImport(Glibc)
    import Glibc
#endif

/// Days of a cluster that has room for its work: nothing is found to go wrong, whatever the configuration.
///
/// 128 GPUs, three queues, jobs of 1 to 16 GPUs and five minutes to two hours that ask for 45 to 60 % of the GPU time, one in
/// eight of high priority: gangs wait for room now and then, later jobs pass them, preempt and reclaim evict. With
/// `ORRERY_FUZZ=full` 500 days, of which one in thirty may be sick: reclaim by capacity now and then evicts in circles.
@Suite struct HealthyRunTests {
    static let isFull = getenv("ORRERY_FUZZ").map { String(cString: $0) == "full" } ?? false

    @Test(arguments: UInt64(0)..<10)
    func nothingIsFound(seed: UInt64) throws {
        let found = try Self.found(seed)
        #expect(found.isEmpty, "\(seed): \(found.joined(separator: "\n"))")
    }

    @Test(.enabled(if: isFull)) func sickDaysAreRare() throws {
        let days: UInt64 = 500
        let sick = try (0..<days).map { try Self.found($0) }.filter { !$0.isEmpty }
        #expect(sick.count * 30 <= Int(days), "\(sick.map { $0.joined(separator: "\n") }.joined(separator: "\n\n"))")
    }

    private static func found(_ seed: UInt64) throws -> [String] {
        let configuration = configurations[Int(seed) % configurations.count]
        var simulation = Simulation(try world(seed, configuration))
        return try simulation.run(into: CollectingSink()).pathologies.map {
            "\(configuration.name): \($0.kind) from \($0.fromNs / 1_000_000_000) s: \($0.text)"
        }
    }

    struct Configuration {
        var name: String
        var volcano: VolcanoConfiguration
        var topology: NetworkTopology?
    }

    static let configurations: [Configuration] = {
        var evicting = VolcanoConfiguration.helmDefault
        evicting.actions = ["enqueue", "allocate", "preempt", "reclaim", "backfill"]
        var capacity = VolcanoConfiguration.helmDefault
        capacity.actions = ["enqueue", "allocate", "reclaim", "backfill"]
        capacity.tiers[1] = ["predicates", "capacity", "nodeorder", "binpack"].map { PluginOption(name: $0) }
        var near = VolcanoConfiguration.helmDefault
        near.tiers[1].append(PluginOption(name: "network-topology-aware"))
        var soft = NetworkTopology()
        soft.mode = "soft"
        return [
            Configuration(name: "in-binary default", volcano: .inBinaryDefault),
            Configuration(name: "chart", volcano: .helmDefault),
            Configuration(name: "preempt and reclaim", volcano: evicting),
            Configuration(name: "capacity", volcano: capacity),
            Configuration(name: "topology", volcano: near, topology: soft),
        ]
    }()

    static func world(_ seed: UInt64, _ configuration: Configuration) throws -> World {
        var dice = RandomStream(seed: seed, name: "healthy")
        var tiny = TinyWorld()
        tiny.seed = seed
        tiny.nodes = 16
        tiny.scheduler = SchedulerConfiguration(policy: .volcano, tieBreak: .seeded)
        tiny.queues = [
            QueueSpec(name: "language", weight: 4, deservedGPUs: 64),
            QueueSpec(name: "vision", weight: 2, deservedGPUs: 40),
            QueueSpec(name: "research", weight: 2, deservedGPUs: 24),
        ]
        tiny.lifecycle = LifecycleModel(
            startup: .seconds(60), checkpointInterval: .seconds(900), checkpointWrite: .seconds(10),
            restore: .seconds(30))
        let day: Int64 = 86_400
        tiny.horizon = .zero + .seconds(day)
        let shapes: [(pods: Int32, gpus: Int32)] = [
            (1, 1), (1, 1), (1, 1), (1, 2), (1, 2), (1, 4), (1, 4), (1, 8), (1, 8), (2, 8), (2, 8),
        ]
        let lengths: [Int64] = [300, 600, 900, 1_800, 1_800, 3_600, 7_200]
        let load = 0.45 + 0.02 * Double(dice.below(8))
        var work = load * 128 * Double(day)
        while work > 0 {
            let shape = shapes[dice.below(shapes.count)]
            let length = lengths[dice.below(lengths.count)]
            work -= Double(shape.pods) * Double(shape.gpus) * Double(length)
            tiny.job(
                "j\(Int(work))", at: Int64(dice.below(Int(day))), pods: shape.pods, gpus: shape.gpus, for: length,
                cpu: Int64(shape.gpus) * 6, queue: ["language", "vision", "research"][dice.below(3)],
                priority: dice.below(8) == 0 ? 10 : 0)
        }
        var world = try tiny.world()
        world.volcano = VolcanoSetup(configuration: configuration.volcano, topology: configuration.topology)
        return world
    }
}
