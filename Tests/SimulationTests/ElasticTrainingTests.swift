import ClusterModel
import CostModel
import Quantities
import Scheduling
import Testing

@testable import Simulation

/// Training jobs that lose nodes and get them back, with every second counted by hand.
@Suite struct ElasticTrainingTests {
    /// Four nodes behind one leaf, one replica of eight GPUs on each; 96 sequences divide among four, three and two.
    private static func world(
        _ recovery: RecoveryMode, nodes: Int = 4, steps: Int64 = 600, pipeline: Int = 1
    ) throws -> TrainingWorld {
        var plan = TrainingWorld.plan(gpus: 32)
        plan.tensor = 8
        plan.pipeline = pipeline
        plan.globalBatch = 96
        var world = TrainingWorld()
        world.nodes = nodes
        world.nodesPerLeaf = 8
        world.kind = .railOptimized
        world.placement = .bestFit
        world.lifecycle = LifecycleModel(
            startup: .seconds(10), checkpointInterval: .seconds(100), checkpointWrite: .seconds(5),
            restore: .seconds(3))
        world.failures.recovery = recovery
        world.failures.detection = .seconds(60)
        try world.train("job", pods: 4, least: 2, gpus: 8, steps: steps, plan: plan)
        return world
    }

    /// Seconds of a step on so many of the job's GPUs, from the cost model alone.
    private static func step(_ world: TrainingWorld, gpus: Int) throws -> Double {
        let spec = try world.world().trainings[0]
        let plan = try #require(spec.plan(on: gpus))
        return TrainingCostModel(platform: try TrainingWorld.platform()).estimate(spec.model, plan).step
    }

    /// Time for so much work with a checkpoint of 5 s after every 100 s of it, none at the end.
    private static func withCheckpoints(_ work: Double) -> Double { work + 5 * ((work / 100).rounded(.up) - 1) }

    /// Whether GPU-seconds are those of the smaller and of the whole gang together.
    private func near(_ seconds: Double, _ smaller: Double, with whole: Double) -> Bool {
        abs(seconds - smaller - whole) < 1e-2
    }

    /// Working time that counts over the time from start to end.
    private static func effectiveRatio(_ job: JobFact) -> Double {
        Double(job.workingNs) / Double(job.endNs - job.firstStartNs)
    }

    @Test func aJobGoesOnWithThreeNodesAndGrowsWhenTheFourthReturns() throws {
        let world = try Self.world(.elastic)
        let whole = try Self.step(world, gpus: 32), fewer = try Self.step(world, gpus: 24)
        #expect(fewer > whole * 1.2)
        let run = try TinyRun.of(try world.world(), [.fails(0, at: 250), .returns(0, at: 600)])
        // Four nodes: 10 s start-up, 100 s work, 5 s write, 100, 5, and 30 s that are lost: 200 s are kept.
        // Three nodes from 250 s: 60 s until it is noticed, 10 + 3; 100 + 5 + 100 + 5 + 67 s of work until 600 s, all saved.
        // Four nodes from 600 s: 10 s start-up, 5 s for the save, 3 s to read it, and the rest.
        let rest = 600 * whole - 200 - 267 * whole / fewer
        let end = 600 + 18 + Self.withCheckpoints(rest)
        let job = try run.job("job")
        #expect(abs(try run.end("job") - end) < 1e-3)
        #expect(abs(Double(job.lostNs) / 1e9 - 30) < 1e-6)
        #expect(job.productiveNs == run.world.workload.jobs[0].duration.nanoseconds)
        #expect(abs(Double(job.workingNs) / 1e9 - (200 + 267 + rest)) < 1e-3)
        #expect(abs(Self.effectiveRatio(job) - (467 + rest) / end) < 1e-6)
        #expect(job.failures == 1 && job.preemptions == 0)
        #expect(try run.decisions("job").suffix(2) == ["restart:node_failure", "restart:room_again"])
        // GPU time: what it held on each stretch, and nothing slowed or standing by.
        let writes = 5 * ((rest / 100).rounded(.up) - 1)
        #expect(near(run.gpuSeconds(.starting), 24 * 70, with: 32 * 20))
        #expect(near(run.gpuSeconds(.checkpoint), 24 * 13, with: 32 * (18 + writes)))
        #expect(near(run.gpuSeconds(.recomputed), 0, with: 32 * 30))
        #expect(near(run.gpuSeconds(.productive), 24 * 267, with: 32 * (200 + rest)))
        #expect(run.gpuSeconds(.slowed) < 1e-3)
        #expect(run.gpuSeconds(.incompleteGang) == 0)
        #expect(near(run.gpuSeconds(.down), 0, with: 8 * 350))
    }

    @Test func inPlaceAJobTakesTheSpareAndKeepsItsStep() throws {
        let world = try Self.world(.inPlace, nodes: 5)
        let whole = try Self.step(world, gpus: 32)
        var made = try world.world()
        made.spares = [1]
        let run = try TinyRun.of(made, [.fails(0, at: 250), .returns(0, at: 600)])
        // 60 s until it is noticed, 10 s start-up and 3 s to read the checkpoint with the spare.
        let rest = 600 * whole - 200
        let end = 250 + 73 + Self.withCheckpoints(rest)
        let job = try run.job("job")
        #expect(abs(try run.end("job") - end) < 1e-3)
        #expect(abs(Double(job.workingNs) / 1e9 - 600 * whole) < 1e-3)
        #expect(abs(Self.effectiveRatio(job) - 600 * whole / end) < 1e-6)
        #expect(abs(run.gpuSeconds(.recomputed) - 32 * 30) < 1e-3)
        #expect(Set(run.facts.placements.filter { $0.attempt == 1 }.map(\.node)) == [1, 2, 3, 4])
    }

    @Test func withoutASpareItWaitsAndTheFailureIsNoticedMeanwhile() throws {
        let world = try Self.world(.inPlace)
        let whole = try Self.step(world, gpus: 32)
        let run = try TinyRun.of(try world.world(), [.fails(0, at: 250), .returns(0, at: 600)])
        // It may start with two nodes, and does so from the queue at once: three are free.
        #expect(run.facts.placements.filter { $0.attempt == 1 }.count == 3)
        let fewer = try Self.step(world, gpus: 24)
        let rest = (600 * whole - 200) * fewer / whole
        #expect(abs(try run.end("job") - (250 + 73 + Self.withCheckpoints(rest))) < 1e-3)
    }

    /// A failure is noticed while the job waits for nodes.
    @Test func detectionRunsFromTheFailure() throws {
        let world = try Self.world(.requeue, steps: 100)
        let run = try TinyRun.of(
            try world.world(), [.fails(0, at: 50), .fails(1, at: 50), .fails(2, at: 50), .returns(0, at: 500)])
        // One node is too few: it waits from 50 to 500 s and starts on two without a second of detection.
        let half = try Self.step(world, gpus: 16)
        #expect(abs(try run.end("job") - (500 + 10 + Self.withCheckpoints(100 * half))) < 1e-3)
        #expect(try abs(Double(run.job("job").lostNs) / 1e9 - 40) < 1e-6)
    }

    @Test func nodesThatMakeNoReplicaStandBy() throws {
        // A replica takes two nodes. Three are left: one replica works, a node stands by.
        let world = try Self.world(.elastic, pipeline: 2)
        let half = try Self.step(world, gpus: 16)
        let run = try TinyRun.of(try world.world(), [.fails(3, at: 5)])
        let work = 600 * half
        // It is in its start-up at 5 s: it begins anew, 60 s later.
        #expect(abs(try run.end("job") - (5 + 70 + Self.withCheckpoints(work))) < 1e-3)
        #expect(abs(run.gpuSeconds(.incompleteGang) - 8 * work) < 1e-2)
        #expect(abs(run.gpuSeconds(.productive) - 16 * work) < 1e-2)
    }

    @Test func aNodeThatMakesNoReplicaIsNotWorthARestart() throws {
        let world = try Self.world(.elastic, pipeline: 2)
        let run = try TinyRun.of(
            try world.world(), [.fails(2, at: 20), .fails(3, at: 20), .returns(2, at: 200), .returns(3, at: 300)])
        let sizes = (0...2).map { attempt in run.facts.placements.filter { $0.attempt == attempt }.count }
        // The second failure of the same instant comes while it starts; the third node alone changes nothing.
        #expect(sizes == [4, 3, 2])
        let grown = run.facts.placements.filter { $0.attempt == 3 }
        #expect(grown.count == 4)
        #expect(grown.allSatisfy { $0.startNs == 300_000_000_000 })
        #expect(run.facts.placements.allSatisfy { $0.attempt <= 3 })
    }

    @Test func aJobWithoutCheckpointsDoesNotGrow() throws {
        var world = try Self.world(.elastic)
        world.lifecycle.checkpointInterval = nil
        let run = try TinyRun.of(try world.world(), [.fails(0, at: 50), .returns(0, at: 100)])
        #expect(Set(run.facts.placements.map(\.attempt)) == [0, 1])
    }

    @Test func waitingJobsComeBeforeGrowth() throws {
        var world = try Self.world(.elastic)
        try world.train("other", at: 300, pods: 1, gpus: 8, steps: 20)
        let run = try TinyRun.of(try world.world(), [.fails(0, at: 250), .returns(0, at: 400)])
        #expect(try run.start("other") == 400)
        // The job grows when the other is done.
        let grown = run.facts.placements.filter { $0.job == 0 && $0.attempt == 2 }
        #expect(grown.count == 4)
        #expect(try abs(Double(grown[0].startNs) / 1e9 - run.end("other")) < 1e-6)
    }

    @Test func aSparePoolLetsAJobGrowAgain() throws {
        let world = try Self.world(.elastic, nodes: 5)
        var made = try world.world()
        made.spares = [1]
        // The spare stands in for node 0, then fails itself. Node 0 returns as a spare, and the job takes it.
        let run = try TinyRun.of(made, [.fails(0, at: 150), .fails(4, at: 300), .returns(0, at: 500)])
        let nodes = (0...3).map { attempt in
            Set(run.facts.placements.filter { $0.attempt == attempt }.map(\.node)).sorted()
        }
        #expect(nodes == [[0, 1, 2, 3], [1, 2, 3, 4], [1, 2, 3], [0, 1, 2, 3]])
    }

    // MARK: Spot

    private static func spotWorld(_ recovery: RecoveryMode, notice: Int64, nodes: Int = 4) throws -> World {
        var world = try Self.world(recovery, nodes: nodes).world()
        world.spot = [
            SpotTerms(stay: .seconds(1_000_000_000), notice: .seconds(notice), absence: .seconds(1_000_000_000))
        ]
        return world
    }

    @Test func aReclaimedNodeCostsNoWorkWithinTheNotice() throws {
        let world = try Self.world(.elastic)
        let whole = try Self.step(world, gpus: 32), fewer = try Self.step(world, gpus: 24)
        let run = try TinyRun.of(
            try Self.spotWorld(.elastic, notice: 30), [.isWantedBack(0, at: 250), .isReplaced(0, at: 600)])
        // Work until 250 s: 100 + 100 + 30 s, all saved by 255 s. Nothing has to be noticed: on with three nodes, 10 + 3 s later.
        // Until 600 s: 268 to 368, 373 to 473, 478 to 578, 583 to 600: 317 s of work.
        let rest = 600 * whole - 230 - 317 * whole / fewer
        let end = 600 + 18 + Self.withCheckpoints(rest)
        let job = try run.job("job")
        #expect(abs(try run.end("job") - end) < 1e-3)
        #expect(job.lostNs == 0)
        #expect(job.preemptions == 1 && job.failures == 0)
        #expect(abs(Self.effectiveRatio(job) - (230 + 317 + rest) / end) < 1e-6)
        #expect(run.gpuSeconds(.recomputed) == 0)
    }

    @Test func aNoticeTooShortForACheckpointCostsTheWorkSinceTheLast() throws {
        let run = try TinyRun.of(try Self.spotWorld(.elastic, notice: 4), [.isWantedBack(0, at: 250)])
        // It works on until the node goes at 254 s: 34 s since the checkpoint at 220 s.
        #expect(try abs(Double(run.job("job").lostNs) / 1e9 - 34) < 1e-6)
    }

    @Test func aNoticeDuringTheStartOrAWriteIsHeeded() throws {
        // In the start-up: it leaves at once and starts over without the node.
        let early = try TinyRun.of(try Self.spotWorld(.elastic, notice: 30), [.isWantedBack(0, at: 5)])
        let second = early.facts.placements.filter { $0.attempt == 1 }
        #expect(second.count == 3 && second.allSatisfy { $0.startNs == 5_000_000_000 })
        // While a checkpoint is written, from 110 to 115 s: it leaves when that is done.
        let writing = try TinyRun.of(try Self.spotWorld(.elastic, notice: 30), [.isWantedBack(0, at: 112)])
        let third = writing.facts.placements.filter { $0.attempt == 1 }
        #expect(third.count == 3 && third.allSatisfy { $0.startNs == 115_000_000_000 })
        #expect(try writing.job("job").lostNs == 0)
    }

    @Test func inPlaceAReclaimedNodeIsReplacedByASpare() throws {
        let world = try Self.world(.inPlace)
        let whole = try Self.step(world, gpus: 32)
        var made = try Self.spotWorld(.inPlace, notice: 30, nodes: 5)
        made.spares = [1]
        let run = try TinyRun.of(made, [.isWantedBack(0, at: 250)])
        let rest = 600 * whole - 230
        #expect(abs(try run.end("job") - (255 + 13 + Self.withCheckpoints(rest))) < 1e-3)
        #expect(try run.job("job").lostNs == 0)
    }
}
