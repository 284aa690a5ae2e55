import Glibc
import KubernetesObjects
import Scheduling
import Testing

@testable import ControlPlane

/// Random worlds, played for 200 cycles: what must hold is looked at after every one of them.
@Suite struct InvariantTests {
    /// 24 worlds; with ORRERY_FUZZ=full 2,000.
    private static let isFull = getenv("ORRERY_FUZZ").map { String(cString: $0) } == "full"
    private static let chunks = 0..<(isFull ? 200 : 4)
    private static let worldsPerChunk = isFull ? 10 : 6

    /// Worlds are played at the same time by several threads: nothing they do may leak from one to the other.
    @Test(arguments: chunks)
    func holdAfterEveryCycle(_ chunk: Int) {
        for offset in 0..<Self.worldsPerChunk {
            let world = RandomWorld(seed: UInt64(chunk * Self.worldsPerChunk + offset))
            let every = world.play(skipsIdleCycles: false)
            #expect(every.violations.isEmpty, "\(every.violations.joined(separator: "\n"))")
            let skipping = world.play(skipsIdleCycles: true)
            #expect(skipping.violations.isEmpty, "\(skipping.violations.joined(separator: "\n"))")
            let difference = Self.difference(every.plane, skipping.plane)
            #expect(
                difference == nil, "seed \(world.seed) (\(world.setup.name)): skipping shows in \(difference ?? "")")
        }
    }

    @Test func theSameSeedIsTheSameRunOnEveryThread() async {
        let seeds = (0..<(Self.isFull ? 200 : 6)).map { UInt64($0) }
        let alone = seeds.map { Self.unwatched(RandomWorld(seed: $0)) }
        let together = await withTaskGroup(of: (Int, ControlPlane).self) { group in
            for (index, seed) in seeds.enumerated() {
                group.addTask { (index, Self.unwatched(RandomWorld(seed: seed))) }
            }
            return await group.reduce(into: [Int: ControlPlane]()) { $0[$1.0] = $1.1 }
        }
        for (index, plane) in alone.enumerated() {
            let difference = together[index].map { Self.difference(plane, $0) } ?? "everything"
            #expect(difference == nil, "seed \(index): \(difference ?? "")")
        }
    }

    /// Nothing goes wrong where everybody finds room at once and no action evicts before `allocate` has had its turn.
    @Test func nothingIsFoundInCalmWorlds() {
        for seed in 0..<UInt64(Self.isFull ? 1_000 : 24) {
            var world = RandomWorld(seed: seed, isCalm: true)
            world.setup.allocateFirst()
            var plane = world.plane()
            let found = plane.record(until: world.end).pathologies()
            let list = found.map { "\($0.kind.rawValue): \($0.text)" }.joined(separator: "\n")
            #expect(found.isEmpty, "seed \(seed) (\(world.setup.name)): \(list)")
            let over = plane.log.jobs.count { $0.states.last?.state == "Completed" }
            #expect(
                over == plane.log.jobs.count,
                "seed \(seed) (\(world.setup.name)): \(over) of \(plane.log.jobs.count) completed")
        }
    }

    /// The same calm world, with `reclaim` before `allocate`: what it reserves on nodes with free room, nobody binds.
    @Test func reclaimBeforeAllocateIsFound() {
        let world = RandomWorld(seed: 15, isCalm: true)
        #expect(world.setup.configuration.actions.prefix(3) == ["enqueue", "reclaim", "allocate"])
        var plane = world.plane()
        #expect(plane.record(until: world.end).pathologies().contains { $0.kind == .reservationLoop })
    }

    private static func unwatched(_ world: RandomWorld) -> ControlPlane {
        var plane = world.plane()
        plane.run(until: world.end)
        return plane
    }

    /// The first part of two runs that differs.
    private static func difference(_ a: ControlPlane, _ b: ControlPlane) -> String? {
        if a.log.cycles != b.log.cycles { return "cycles" }
        if a.log.jobs != b.log.jobs { return "jobs" }
        if a.log.podGroups != b.log.podGroups { return "PodGroups" }
        if a.log.pods != b.log.pods { return "pods" }
        if a.log.queues != b.log.queues { return "queues" }
        if a.log.jobFlows != b.log.jobFlows { return "JobFlows" }
        if a.store.objects != b.store.objects { return "objects" }
        return nil
    }
}
