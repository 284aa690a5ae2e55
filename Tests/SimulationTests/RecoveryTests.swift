import ClusterModel
import CostModel
import Quantities
import Scheduling
import SimulationKernel
import Testing
import Workloads

@testable import Simulation

/// What is lost and kept when parts fail, and how jobs go on.
@Suite struct RecoveryTests {
    private func checkpoint(_ bytes: Double, _ interval: StorageModel.Interval, async: Bool = false)
        -> StorageModel.Usage
    {
        StorageModel.Usage(
            checkpoint: .init(bytes: bytes, tier: 0, interval: interval, isAsync: async, snapshotRate: 10e9))
    }

    /// Lets a node with a job fail at `seconds`, or the job on it crash.
    private func run(_ world: World, failing part: FailedPart, at seconds: Int64) throws -> TinyRun {
        try TinyRun.of(world, [part == .host ? .fails(0, at: seconds) : .crashes(on: 0, at: seconds)])
    }

    @Test func workSinceTheLastDurableCheckpointIsLost() throws {
        var world = StorageWorld(nodes: 2, store: 10e9, client: 1e9)
        world.job("job", nodes: 1, for: 1000, checkpoint(10e9, .every(.seconds(100))))
        world.tiny.failures.detection = .seconds(60)
        // Cycles of 110 s. At 375 s three checkpoints are durable and 45 s of work are not; then 60 s until it is noticed and
        // 10 s to read the checkpoint on the other node, 700 s of work and six writes.
        let run = try run(world.world(), failing: .host, at: 375)
        let job = try run.job("job")
        #expect(job.lostNs == 45_000_000_000)
        #expect(job.productiveNs == 1_000_000_000_000)
        #expect(try near(run.end("job"), 1_205, 1e-6))
        #expect(near(run.gpuSeconds(.recomputed), 8 * 45, 1e-3))
        #expect(near(run.gpuSeconds(.starting), 8 * 60, 1e-3))
        #expect(near(run.gpuSeconds(.checkpoint), 8 * (30 + 10 + 60), 1e-3))
    }

    @Test func anUnfinishedBackgroundWriteIsWorthNothing() throws {
        var world = StorageWorld(nodes: 2, store: 1e9)
        // Snapshot 1 s at 80 GB/s, write 80 s.
        world.job("job", nodes: 1, for: 1000, checkpoint(80e9, .every(.seconds(100)), async: true))
        let early = try run(world.world(), failing: .software, at: 250)
        // The second snapshot was taken from 201 to 202 s and would be durable at 282 s: work up to 100 s counts.
        #expect(try early.job("job").lostNs == (100 + 48) * 1_000_000_000)
        let late = try run(world.world(), failing: .software, at: 290)
        #expect(try late.job("job").lostNs == 88 * 1_000_000_000)
    }

    @Test func aJobKeepsItsNodesAndTakesASpare() throws {
        var world = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        world.job("job", nodes: 3, for: 1000, checkpoint(10e9, .every(.seconds(100))))
        world.job("other", at: 1, nodes: 1, for: 50, StorageModel.Usage())
        world.tiny.failures.recovery = .inPlace
        var spared = try world.world()
        spared.spares = [1]
        let run = try run(spared, failing: .host, at: 150)
        let placed = run.facts.placements.filter { $0.job == 0 && $0.attempt == 1 }
        #expect(Set(placed.map(\.node)) == [1, 2, 3])
        #expect(placed.allSatisfy { $0.startNs == 150_000_000_000 })
        // The other job never got the spare node: it waited for the first to end.
        #expect(try run.start("other") >= run.end("job"))
    }

    /// Both nodes are behind the switch that fails, the spare too: the job waits until it is repaired.
    @Test func aSpareBehindTheSameSwitchIsNoUse() throws {
        var world = StorageWorld(nodes: 2, store: 10e9, client: 1e9)
        world.job("job", nodes: 1, for: 1000, checkpoint(10e9, .every(.seconds(100))))
        world.tiny.failures.recovery = .inPlace
        world.tiny.failures.leafSwitch = PartFailures(mtbf: .seconds(1_000_000_000), repair: .seconds(5_000))
        var spared = try world.world()
        spared.spares = [1]
        let run = try TinyRun.of(spared, [.cutsOff(leafGroup: 0, at: 150)])
        let repaired = try #require(run.facts.failures.first).repairedNs
        #expect(repaired > 150_000_000_000)
        let placed = run.facts.placements.filter { $0.job == 0 && $0.attempt == 1 }
        #expect(placed.map(\.startNs) == [repaired])
    }

    @Test func anElasticJobGoesOnWithFewerNodes() throws {
        var world = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        world.job("job", nodes: 4, for: 1000, checkpoint(40e9, .every(.seconds(100))), min: 2)
        world.tiny.failures.recovery = .elastic
        let run = try run(world.world(), failing: .host, at: 115)
        // 100 s of work are kept; 900 s at four nodes are 1200 s at three. Restore 40 GB/3 at 1 GB/s; eleven writes.
        let expected = 115 + 40.0 / 3 + 1200 + 11 * 40.0 / 3
        #expect(try near(run.end("job"), expected, 1e-5))
        #expect(run.facts.placements.filter { $0.attempt == 1 }.count == 3)
    }

    @Test func withoutSparesTheJobQueuesAgain() throws {
        var world = StorageWorld(nodes: 2, store: 10e9, client: 1e9)
        world.job("job", nodes: 2, for: 1000, checkpoint(20e9, .every(.seconds(100))))
        world.tiny.failures.recovery = .inPlace
        world.tiny.horizon = .zero + .seconds(2000)
        let run = try run(world.world(), failing: .host, at: 150)
        #expect(try run.job("job").status == .pending)
        #expect(try run.job("job").waitNs == 1_850_000_000_000)
    }

    @Test func theIntervalFollowsYoungAndDaly() throws {
        var world = StorageWorld(nodes: 1, store: 1e9)
        world.tiny.failures.nodeMTBF = .seconds(100_000)
        world.job("job", nodes: 1, for: 20_000, checkpoint(50e9, .young))
        let young = try world.world()
        let write = 50.0, mtbf = 100_000.0
        #expect(near(young.failures.mtbfSeconds(nodes: 1, gpus: 8), mtbf, 1e-6))
        var simulation = Simulation(young)
        simulation.begin()
        var handled = 0
        while simulation.phased[0] == nil { _ = try simulation.step(&handled) }
        let interval = Double(try #require(simulation.phased[0]).intervalNs) / 1e9
        #expect(abs(interval - CheckpointInterval.young(write: write, mtbf: mtbf)) < 1)
    }

    @Test func aSpotJobSavesItsWorkWithinTheNotice() throws {
        for notice in [120, 5] as [Int64] {
            var world = StorageWorld(nodes: 2, store: 1e9)
            world.tiny.horizon = .zero + .seconds(40_000)
            world.tiny.seed = 3
            world.job("job", nodes: 1, for: 30_000, checkpoint(20e9, .every(.seconds(3600))))
            var spot = try world.world()
            spot.spot = [SpotTerms(stay: .seconds(4_000), notice: .seconds(notice), absence: .seconds(600))]
            let run = try TinyRun.of(spot)
            let job = try run.job("job")
            #expect(job.preemptions > 2)
            #expect(job.failures == 0)
            // 20 s for the last checkpoint: within two minutes nothing is lost, within five seconds all since the last.
            #expect((job.lostNs == 0) == (notice == 120))
        }
    }

    /// Random worlds with every kind of failure, recovery, cache and checkpoint: the books close and work is conserved.
    @Test(arguments: UInt64(1)...8)
    func randomWorldsKeepTheirBooks(seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "recovery-world")
        var world = StorageWorld(nodes: 4 + random.below(5), store: 5e9, client: 2e9)
        world.addPeerCache(perNode: 3e9, bytesPerNode: 30e9, writesBack: random.below(2) == 0)
        world.model.tiers.append(
            StorageModel.Tier(
                name: "disk", kind: .local, clientRead: 10e9, clientWrite: 5e9, bytesPerNode: 60e9, origin: 1))
        let objects = (0..<3).map { world.object("object\($0)", bytes: Double(10 + 20 * $0) * 1e9, files: 100) }
        world.tiny.seed = seed
        world.tiny.failures = FailureModel(
            nodeMTBF: .seconds(30_000), nodeRepair: .seconds(500), gpuMTBF: .seconds(200_000), gpuRepair: .seconds(300))
        world.tiny.failures.nic = PartFailures(mtbf: .seconds(40_000), repair: .seconds(200))
        world.tiny.failures.leafSwitch = PartFailures(mtbf: .seconds(20_000), repair: .seconds(100))
        world.tiny.failures.softwareMTBF = .seconds(20_000)
        world.tiny.failures.detection = .seconds(30)
        world.tiny.failures.recovery = RecoveryMode.allCases[random.below(3)]
        world.tiny.lifecycle = LifecycleModel(
            startup: .seconds(5), checkpointInterval: .seconds(200), checkpointOnPreemption: seed % 2 == 0)
        world.tiny.scheduler = SchedulerConfiguration(
            policy: [.fifoGang, .backfill, .priority, .las][random.below(4)], placement: .bestFit,
            minimumRuntime: .seconds(30))
        for index in 0..<25 {
            let nodes = Int32(1 + random.below(4))
            var usage = StorageModel.Usage()
            if random.below(2) == 0 { usage.image = .init(object: objects[0], tier: 2, share: 0.5) }
            if random.below(2) == 0 {
                usage.loads = [.init(object: objects[1 + random.below(2)], tier: Int32(random.below(3)))]
            }
            if random.below(3) > 0 {
                usage.checkpoint = .init(
                    bytes: Double(1 + random.below(40)) * 1e9, tier: Int32(random.below(2)),
                    interval: [.every(.seconds(100)), .daly, .young, .none][random.below(4)],
                    isAsync: random.below(2) == 0, isSharded: random.below(2) == 0)
            }
            world.job(
                "job\(index)", at: Int64(random.below(2_000)), nodes: nodes, for: Int64(100 + random.below(2_000)),
                usage,
                min: max(1, nodes - 1))
        }
        var made = try world.world()
        made.spares = [1]
        made.spot = [SpotTerms(stay: .seconds(20_000), notice: .seconds(60), absence: .seconds(300))]
        let run = try TinyRun.of(made)
        for fact in run.facts.jobs where fact.status == .completed {
            #expect(fact.productiveNs == made.workload.jobs[Int(fact.job)].duration.nanoseconds)
        }
        #expect(run.facts.jobs.count { $0.status == .completed } > 15)
        for outage in run.facts.failures where outage.gpu < 0 && outage.part != .software {
            let end = outage.repairedNs < 0 ? Int64.max : outage.repairedNs
            let held = run.facts.placements.filter {
                $0.node == outage.node && $0.startNs < end && $0.endNs > outage.timeNs
            }
            #expect(held.isEmpty, "node \(outage.node) is out from \(outage.timeNs), and held by job \(held[0].job)")
        }
        // The same again is the same.
        #expect(try TinyRun.of(made).summary.fingerprint == run.summary.fingerprint)
    }
}
