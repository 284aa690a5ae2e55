import Quantities
import Scheduling
import Simulation
import Testing

/// Who runs when, under each policy, in worlds small enough to work out by hand. Times in seconds.
@Suite struct PolicyTests {
    @Test func aBlockedHeadBlocksTheQueueUnderFIFO() throws {
        var world = TinyWorld()
        world.job("half", gpus: 8, for: 100)
        world.job("wide", at: 1, pods: 2, gpus: 8, for: 50)
        world.job("small", at: 2, gpus: 1, for: 10)
        let run = try world.run()
        #expect(try run.start("half") == 0)
        #expect(try run.start("wide") == 100)
        #expect(try run.start("small") == 150)
        #expect(try run.decisions("small").first == "reject:behind_head")
        #expect(try run.decisions("wide").first == "reject:insufficient_gpus")
        #expect(run.summary.outcome == .drained)
    }

    @Test func queuesOnDisjointPoolsDoNotBlockEachOther() throws {
        var world = TinyWorld()
        world.nodes = 1
        world.pools = 2
        world.queues = [QueueSpec(name: "a"), QueueSpec(name: "b")]
        world.job("a1", gpus: 8, for: 100, queue: "a", pool: 0b01)
        world.job("a2", at: 1, gpus: 8, for: 100, queue: "a", pool: 0b01)
        world.job("b1", at: 2, gpus: 8, for: 100, queue: "b", pool: 0b10)
        let run = try world.run()
        #expect(try run.start("a2") == 100)
        #expect(try run.start("b1") == 2)
        #expect(try run.nodes("b1") == [1])
    }

    @Test func backfillStartsWhatDoesNotDelayTheHead() throws {
        var world = TinyWorld()
        world.scheduler.policy = .backfill
        world.job("running", gpus: 8, for: 100, requested: 100)
        world.job("head", at: 1, pods: 2, gpus: 8, for: 50, requested: 50)
        world.job("short", at: 2, gpus: 4, for: 90, requested: 90)
        world.job("long", at: 3, gpus: 4, for: 99, requested: 200)
        let run = try world.run()
        #expect(try run.start("head") == 100)
        #expect(try run.start("short") == 2)
        #expect(try run.start("long") == 150)
        #expect(try run.decisions("short") == ["start:backfilled"])
        #expect(try run.decisions("long").first == "reject:would_delay_reservation")
    }

    @Test func backfillUsesNodesThatTheReservationLeavesAlone() throws {
        var world = TinyWorld()
        world.scheduler.policy = .backfill
        world.nodes = 3
        world.job("one", gpus: 8, for: 100)
        world.job("two", gpus: 8, for: 100)
        world.job("head", at: 1, pods: 2, gpus: 8, for: 50)
        world.job("endless", at: 2, gpus: 8, for: 1000)
        let run = try world.run()
        // At 100 s three nodes would be free and the head needs two: one node is to spare for ever.
        #expect(try run.start("endless") == 2)
        #expect(try run.start("head") == 100)
    }

    @Test func shortestJobGoesFirst() throws {
        var world = TinyWorld()
        world.scheduler.policy = .sjf
        world.nodes = 1
        world.job("running", gpus: 8, for: 10)
        world.job("long", at: 1, gpus: 8, for: 100)
        world.job("short", at: 2, gpus: 8, for: 5)
        let run = try world.run()
        #expect(try run.start("short") == 10)
        #expect(try run.start("long") == 15)
    }

    @Test func priorityEvictsLowerPriorityAndTheVictimResumesFromItsCheckpoint() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .priority, placement: .bestFit, minimumRuntime: .zero)
        world.nodes = 1
        world.job("low", gpus: 8, for: 100, priority: 1, checkpoint: 20)
        world.job("high", at: 50, gpus: 8, for: 30, priority: 9)
        let run = try world.run()
        #expect(try run.start("high") == 50)
        // 40 s of 50 were in checkpoints; 60 s remain when the GPUs come back at 80 s.
        #expect(try run.end("low") == 140)
        #expect(try run.job("low").preemptions == 1)
        #expect(try run.job("low").lostNs == 10_000_000_000)
        #expect(run.gpuSeconds(.recomputed) == 80)
        #expect(run.gpuSeconds(.productive) == 8 * 130)
        #expect(
            try run.decisions("low") == [
                "start:placed", "preempt:preempted_for", "reject:insufficient_gpus", "start:placed",
            ])
    }

    @Test func victimsThatAreNotNeededAreReprieved() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .priority, placement: .bestFit, minimumRuntime: .zero)
        world.job("a", gpus: 4, for: 100, priority: 1)
        world.job("b", gpus: 4, for: 100, priority: 1)
        world.job("c", gpus: 8, for: 100, priority: 2)
        world.job("high", at: 10, gpus: 8, for: 10, priority: 9)
        let run = try world.run()
        #expect(try run.start("high") == 10)
        #expect(try run.job("a").preemptions == 1)
        #expect(try run.job("b").preemptions == 1)
        #expect(try run.job("c").preemptions == 0)
    }

    @Test func aJobIsNotEvictedBeforeItsMinimumRunTime() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .priority, placement: .bestFit, minimumRuntime: .seconds(60))
        world.nodes = 1
        world.job("low", gpus: 8, for: 200, priority: 1)
        world.job("high", at: 10, gpus: 8, for: 10, priority: 9)
        #expect(try world.run().start("high") == 60)
    }

    @Test func shortestRemainingTimeEvictsTheLongerJob() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .srtf, placement: .bestFit, minimumRuntime: .zero)
        world.lifecycle.checkpointOnPreemption = true
        world.nodes = 1
        world.job("long", gpus: 8, for: 100)
        world.job("short", at: 10, gpus: 8, for: 20)
        world.job("notShorter", at: 35, gpus: 8, for: 90)
        let run = try world.run()
        #expect(try run.start("short") == 10)
        #expect(try run.end("long") == 120)
        #expect(try run.start("notShorter") == 120)
    }

    @Test func leastAttainedServiceLetsNewJobsPassDemotedOnes() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(
            policy: .las, placement: .bestFit, minimumRuntime: .zero, lasThresholdGPUSeconds: [80], lasPromoteRatio: 0)
        world.lifecycle.checkpointOnPreemption = true
        world.nodes = 1
        world.job("old", gpus: 8, for: 100)
        world.job("early", at: 5, gpus: 8, for: 4)
        let run = try world.run()
        // `old` reaches 80 GPU-seconds after 10 s; until then it is in the same level and came first.
        #expect(abs(try run.start("early") - 10) < 1e-3)
        #expect(abs(try run.end("old") - 104) < 1e-3)
    }

    @Test func dominantResourceFairnessServesThePoorerQueue() throws {
        var world = TinyWorld()
        world.scheduler.policy = .drf
        world.queues = [QueueSpec(name: "a"), QueueSpec(name: "b")]
        for i in 0..<4 { world.job("a\(i)", gpus: 4, for: 100, queue: "a") }
        for i in 0..<4 { world.job("b\(i)", gpus: 4, for: 100, queue: "b") }
        let run = try world.run()
        for i in 0..<4 {
            #expect(try run.start("a\(i)") == (i < 2 ? 0 : 100))
            #expect(try run.start("b\(i)") == (i < 2 ? 0 : 100))
        }
    }

    @Test func aQueueCapIsNeverExceeded() throws {
        var world = TinyWorld()
        world.queues = [QueueSpec(name: "default", capGPUs: 8)]
        world.job("one", gpus: 8, for: 10)
        world.job("two", gpus: 8, for: 10)
        let run = try world.run()
        #expect(try run.start("two") == 10)
        #expect(try run.decisions("two").contains("reject:queue_cap"))
        #expect(run.gpuSeconds(.blocked) == 80)
    }

    @Test func podByPodSchedulingDeadlocksTwoGangsAndSaysSo() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .kubeDefault, placement: .spread)
        world.job("filler", gpus: 4, for: 50)
        world.job("left", at: 1, pods: 2, gpus: 8, for: 10)
        world.job("right", at: 2, pods: 3, gpus: 4, for: 10)
        let run = try world.run()
        // `left` holds one node and needs the other, of which `right` holds both halves and needs a third.
        #expect(run.summary.outcome == .stuck)
        #expect(run.summary.warnings.first { $0.contains("gang deadlock") && $0.contains("left, right") } != nil)
        #expect(try run.decisions("left").contains("deadlock:gang_deadlock"))
        #expect(run.gpuSeconds(.incompleteGang) == 8 * 49 + 4 * 48)
    }

    @Test func gangsNeverStartHalf() throws {
        var world = TinyWorld()
        world.job("filler", gpus: 4, for: 50)
        world.job("gang", at: 1, pods: 4, gpus: 4, for: 10)
        let run = try world.run()
        #expect(try run.start("gang") == 50)
        #expect(run.gpuSeconds(.incompleteGang) == 0)
    }

    @Test func aGangAboveItsMinimumStartsSmallerAndRunsLonger() throws {
        var world = TinyWorld()
        world.nodes = 1
        world.job("elastic", pods: 4, gpus: 4, for: 100, min: 2)
        #expect(try world.run().end("elastic") == 200)
    }

    @Test func jobsThatCanNeverFitAreRefusedAndDoNotBlock() throws {
        var world = TinyWorld()
        world.job("monster", pods: 3, gpus: 8, for: 10)
        world.job("fine", gpus: 1, for: 10)
        let run = try world.run()
        #expect(try run.job("monster").status == .failed)
        #expect(try run.decisions("monster") == ["fail:never_fits"])
        #expect(try run.start("fine") == 0)
        #expect(run.summary.warnings.count == 1)
    }

    @Test func podsBoundBeforeAZeroLengthJobEndsAreCountedOnce() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .kubeDefault, placement: .firstFit)
        world.nodes = 1
        world.gpusPerNode = 2
        world.horizon = .zero + .seconds(500)
        world.job("instant", gpus: 1, for: 0)
        world.job("pair", pods: 2, gpus: 1, for: 100)
        let run = try world.run()
        #expect(run.gpuSeconds(.productive) == 200)
        #expect(run.gpuSeconds(.idle) == 800)
    }

    @Test func evictionSeesTheFreePartOfASharedGPU() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .priority, placement: .bestFit, minimumRuntime: .zero)
        world.nodes = 1
        world.gpusPerNode = 1
        world.job("low", gpus: 1, for: 1_000, milli: 400)
        world.job("high", at: 10, gpus: 1, for: 10, priority: 5)
        #expect(try world.run().start("high") == 10)
    }

    @Test func aReservationCountsTheFreePartOfASharedGPU() throws {
        var world = TinyWorld()
        world.scheduler.policy = .backfill
        world.nodes = 1
        world.gpusPerNode = 1
        world.job("short", gpus: 1, for: 10, milli: 300)
        world.job("long", gpus: 1, for: 100, milli: 400)
        world.job("head", at: 1, gpus: 1, for: 50, milli: 500)
        world.job("late", at: 2, gpus: 1, for: 90, milli: 300)
        #expect(try world.run().start("head") == 10)
    }

    @Test func aJobOfTwoPoolsDelaysTheReservationOfNeither() throws {
        var world = TinyWorld()
        world.scheduler.policy = .backfill
        world.nodes = 1
        world.gpusPerNode = 2
        world.pools = 2
        world.queues = [QueueSpec(name: "a"), QueueSpec(name: "b"), QueueSpec(name: "ab")]
        world.job("a", gpus: 2, for: 10, queue: "a", pool: 0b01)
        world.job("b", gpus: 1, for: 10, queue: "b", pool: 0b10)
        world.job("headA", at: 1, gpus: 2, for: 10, queue: "a", pool: 0b01)
        world.job("headB", at: 2, gpus: 2, for: 10, queue: "b", pool: 0b10)
        world.job("either", at: 3, gpus: 1, for: 500, queue: "ab", pool: 0b11)
        let run = try world.run()
        #expect(try run.start("headA") == 10)
        #expect(try run.start("headB") == 10)
    }

    @Test func anElasticHeadIsReservedItsMinimum() throws {
        var world = TinyWorld()
        world.scheduler.policy = .backfill
        world.nodes = 1
        world.gpusPerNode = 4
        world.job("a", gpus: 2, for: 10)
        world.job("b", gpus: 2, for: 20)
        world.job("head", at: 1, pods: 8, gpus: 1, for: 10, min: 4)
        for i in 0..<10 { world.job("stream\(i)", at: Int64(2 + i), gpus: 2, for: 15) }
        #expect(try world.run().start("head") == 20)
    }

    @Test func readingACheckpointIsNotStartingUp() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .priority, placement: .bestFit, minimumRuntime: .zero)
        world.lifecycle = LifecycleModel(startup: .seconds(5), restore: .seconds(7), checkpointOnPreemption: true)
        world.nodes = 1
        world.job("low", gpus: 8, for: 100)
        world.job("high", at: 50, gpus: 8, for: 30, priority: 9)
        let run = try world.run()
        #expect(run.gpuSeconds(.starting) == 8 * 15)
        #expect(run.gpuSeconds(.checkpoint) == 8 * 7)
    }

    @Test func recordingChangesNoDecision() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(policy: .fifoGang, placement: .random)
        world.nodes = 6
        world.queues = [QueueSpec(name: "default", capGPUs: 8)]
        for i in 0..<12 { world.job("job\(i)", gpus: 4, for: 100) }
        let built = try world.world()
        var recorded = Simulation(built)
        var bare = Simulation(built, recording: false)
        #expect(try recorded.run().fingerprint == bare.run().fingerprint)
    }
}
