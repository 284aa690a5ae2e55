import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// A watch that looks now and then finds what a recorder of every cycle finds.
@Suite struct RunWatchTests {
    /// Something goes wrong in each of these, but for the first.
    private static func worlds() -> [(name: String, world: World, configuration: VolcanoConfiguration)] {
        let usual = World.configuration("enqueue allocate backfill", [["priority", "gang"], ["predicates"]])
        func world(_ nodes: Int, _ cores: Int64, queues: [String] = ["q"], _ fill: (inout World) -> Void) -> World {
            var world = World(nodes: nodes, cores: cores, queues: queues)
            fill(&world)
            return world
        }
        return [
            (
                "healthy",
                world(2, 2) {
                    $0.add("a", pods: 2, minMember: 2, cores: 1)
                    $0.add("b", pods: 2, minMember: 2, cores: 1, on: ["n0", "n0"])
                }, usual
            ),
            (
                "deadlock",
                world(2, 2) {
                    $0.add("a", pods: 4, minMember: 4, cores: 1, on: ["n0", "n0"])
                    $0.add("b", pods: 4, minMember: 4, cores: 1, on: ["n1", "n1"])
                }, World.configuration("allocate backfill", [["predicates"]])
            ),
            (
                "half a gang",
                world(2, 2) {
                    $0.add("a", pods: 3, minMember: 3, cores: 1, on: ["n0", "n0"])
                    $0.add("b", pods: 2, minMember: 2, cores: 1, on: ["n1", "n1"])
                }, usual
            ),
            (
                "too large",
                world(2, 2) {
                    $0.add("wide", pods: 1, minMember: 1, cores: 3)
                    $0.add("many", pods: 5, minMember: 5, cores: 1)
                }, usual
            ),
            ("pods missing", world(2, 2) { $0.add("short", pods: 1, minMember: 2, cores: 1) }, usual),
            (
                "small shares",
                world(1, 4, queues: ["p", "q"]) {
                    $0.add("a", queue: "p", pods: 1, minMember: 1, cores: 4)
                    $0.add("b", queue: "q", pods: 1, minMember: 1, cores: 4)
                },
                World.configuration(
                    "enqueue allocate backfill", [["priority", "gang"], ["predicates", "proportion"]])
            ),
        ]
    }

    @Test func looksAtEveryCycleFindTheSame() {
        for (name, world, configuration) in Self.worlds() {
            let recorded = world.history(configuration, cycles: 15).pathologies()
            let watched = world.watched(configuration, cycles: 15, interval: .zero).pathologies()
            #expect(recorded.isEmpty == (name == "healthy"), "\(name)")
            #expect(watched == recorded, "\(name)")
        }
    }

    @Test func rareLooksFindTheSameKinds() {
        for (name, world, configuration) in Self.worlds() {
            let recorded = world.history(configuration, cycles: 60).pathologies()
            let watched = world.watched(configuration, cycles: 60, interval: .seconds(5)).pathologies()
            #expect(watched.map(\.kind) == recorded.map(\.kind), "\(name)")
            #expect(watched.map(\.objects) == recorded.map(\.objects), "\(name)")
        }
    }

    @Test func aLookIsTakenBeforeSilence() {
        var world = World(nodes: 1, cores: 2)
        world.add("a", pods: 1, minMember: 1, cores: 3)
        let configuration = World.configuration("enqueue allocate backfill", [["priority", "gang"], ["predicates"]])
        var watch = RunWatch(configuration: configuration, jobs: 1, period: .seconds(1), interval: .seconds(100))
        var cache = SchedulerCache(configuration, tieRule: .lowestName)
        func cycle(at second: Int64, next: Int64) {
            _ = cache.runCycle(over: world.objects, now: World.now) { session in
                watch.observe(
                    session, at: .zero + .seconds(second), next: .zero + .seconds(next), isWhole: true,
                    names: RunWatch.Names(key: { $0.index }, name: { _ in "a" }))
            }
        }
        cycle(at: 0, next: 1)
        #expect(watch.history.free.map(\.from.cycle) == [0])
        world.objects.nodes[0].allocatable["cpu"] = KubernetesQuantity(4)
        // Soon after the last look, and the next cycle comes soon.
        cycle(at: 1, next: 50)
        #expect(watch.history.free.count == 1)
        #expect(watch.history.binds.map(\.moment.cycle) == [1])
        // Nothing more happens for long.
        cycle(at: 50, next: 500)
        #expect(watch.history.free.last?.from.cycle == 50)
    }

    @Test func firstReasonsAreTheFirstOfTheChain() {
        for (name, world, configuration) in Self.worlds() {
            var cache = SchedulerCache(configuration, tieRule: .lowestName)
            _ = cache.runCycle(over: world.objects, now: World.now) { session in
                for job in session.jobs {
                    #expect(session.firstReason(for: job.id) == session.reasons(for: job.id).first, "\(name)")
                }
            }
        }
    }
}
