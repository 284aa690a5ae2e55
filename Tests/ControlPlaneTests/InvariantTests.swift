import Glibc
import KubernetesObjects
import Quantities
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
            let every = Self.play(world, skipsIdleCycles: false)
            #expect(every.violations.isEmpty, "\(every.violations.joined(separator: "\n"))")
            let skipping = Self.play(world, skipsIdleCycles: true)
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

    private static func play(_ world: RandomWorld, skipsIdleCycles: Bool) -> (plane: ControlPlane, violations: [String])
    {
        var plane = world.plane(skipsIdleCycles: skipsIdleCycles)
        var invariants = Invariants(world)
        for cycle in 0..<RandomWorld.cycles {
            // Half a period after the cycle: what it decided is in force.
            plane.run(until: world.time(cycle: cycle).later(by: 500_000_000)) { invariants.check($1, at: $0) }
            invariants.check(plane)
        }
        invariants.check(GPULedger(plane, world) { gpus(of: $0, world) })
        return (plane, invariants.violations)
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

    /// GPUs of a pod: those of its task.
    private static func gpus(of pod: PodHistory, _ world: RandomWorld) -> Int {
        func count(_ spec: PodSpec) -> Int { Int(spec.containers[0].resources.requests[RandomWorld.gpu]?.value ?? 0) }
        for case .create(let set) in world.operations.map(\.operation) {
            if pod.job.isEmpty, let bare = set.pods.first(where: { "default/" + $0.metadata.name == pod.key }) {
                return count(bare.spec)
            }
            let specs =
                set.jobs.filter { $0.metadata.name == pod.job }.map(\.spec)
                + set.jobTemplates.filter { pod.job == "f-" + $0.metadata.name }.map(\.spec)
                + set.cronJobs.filter { pod.job.hasPrefix($0.metadata.name + "-") }.map(\.template)
            if let task = specs.first?.tasks.first(where: { $0.name == pod.task }) { return count(task.template.spec) }
        }
        return 0
    }
}
