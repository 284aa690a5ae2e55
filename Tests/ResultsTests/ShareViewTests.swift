import Quantities
import Results
import Simulation
import Testing

/// Views about shares and fairness, on the tiny run: two teams, queues of weights 3 and 1.
@Suite struct ShareViewTests {
    let scratch: Scratch
    let run: RunReader

    init() throws {
        scratch = try Scratch()
        run = try scratch.tinyRun()
    }

    @Test func queueDepth() throws {
        #expect(
            try run.lines(
                "SELECT time_ns / 1000000000, pending_jobs, running_jobs, pending_gpus, allocated_gpus FROM queue_depth"
            )
                == ["50 2 1 10.0 4.0", "100 2 0 12.0 0.0"])
    }

    @Test func sharesAgainstEntitlement() throws {
        #expect(
            try run.lines(
                """
                SELECT time_ns / 1000000000, queue, round(share, 4), entitled_share, round(share_deviation, 4),
                       share_shortfall FROM queue_share
                """) == [
                    "50 prod 0.6667 0.75 -0.0833 0.0", "50 batch 0.0 0.25 -0.25 0.25", "100 prod 0.0 0.75 -0.75 0.0",
                    "100 batch 0.0 0.25 -0.25 0.25",
                ])
        #expect(
            try run.lines(
                """
                SELECT team, entitled_share, round(mean_share, 4), round(mean_abs_deviation, 4), mean_shortfall,
                       short_time_share FROM team_share_mean
                """) == ["red 0.5 0.3333 0.3333 0.0 0.0", "blue 0.5 0.0 0.5 0.5 1.0"])
        #expect(
            try run.lines("SELECT queue, mean_shortfall FROM queue_share_mean") == ["prod 0.0", "batch 0.25"])
        #expect(try run.number("SELECT count(*) FROM team_share") == 4)
    }

    @Test func finishTimeFairness() throws {
        #expect(
            try run.lines("SELECT name, ideal_ns, rho FROM finish_time_fairness ORDER BY job")
                == ["red-a 40000000000.0 1.25", "blue-a 50000000000.0 1.8", "red-b 40000000000.0 1.75"])
    }

    @Test func fairnessBetweenTeams() throws {
        #expect(
            try run.lines("SELECT team, round(share, 4), completed_jobs, mean_rho, max_rho FROM team_fairness")
                == ["red 0.6471 2 1.5 1.75", "blue 0.3529 1 1.8 1.8"])
        let row = try #require(try run.rows("SELECT * FROM fairness").first)
        #expect(row.integer("teams") == 2)
        let squares: Double = 220 * 220 + 120 * 120  // of the teams' GPU-seconds; they sum to 340
        #expect(isClose(row.real("jain_index"), 340 * 340 / (2 * squares)))
        #expect(isClose(row.real("mean_rho"), 1.6))
        #expect(isClose(row.real("mean_share_deviation"), (1.0 / 3 + 0.5) / 2))
        #expect(isClose(row.real("mean_share_shortfall"), 0.25))
    }

    @Test func jainIndexAtItsBounds() throws {
        let equal = try scratch.tinyRun { facts in
            facts.teamTime = [0, 1].map { teamTime($0, 5) }
        }
        #expect(isClose(try equal.number("SELECT jain_index FROM fairness"), 1))
        let monopoly = try scratch.tinyRun { $0.teamTime = [teamTime(1, 5)] }
        #expect(isClose(try monopoly.number("SELECT jain_index FROM fairness"), 0.5))
        let nothing = try scratch.tinyRun { $0.teamTime = [] }
        #expect(try nothing.rows("SELECT jain_index FROM fairness").first?["jain_index"] == .null)
    }

    private func teamTime(_ team: Int32, _ gpuNs: Int64) -> TeamGPUTimeFact {
        TeamGPUTimeFact(team: team, queue: team, jobClass: 0, pool: 0, cause: .productive, gpuNs: gpuNs)
    }

    @Test func weightsNormaliseTeams() throws {
        let path = scratch.file("weighted.sqlite")
        var info = TinyRun.info
        info.teamWeights = [220, 120]
        let writer = try RunWriter(path: path, world: TinyRun.world(), info: info)
        try writer.write(TinyRun.facts())
        try writer.finish(TinyRun.summary)
        #expect(isClose(try RunReader(path: path).number("SELECT jain_index FROM fairness"), 1))
    }

    @Test func entitlementsFollowTheTree() throws {
        let path = scratch.file("tree.sqlite")
        var world = try TinyRun.world()
        world.queues = [
            QueueSpec(name: "prod", weight: 3), QueueSpec(name: "batch", weight: 1),
            QueueSpec(name: "prod-a", weight: 1, parent: 0), QueueSpec(name: "prod-b", weight: 4, parent: 0),
            QueueSpec(name: "batch-a", parent: 1, deservedGPUs: 3), QueueSpec(name: "loop", parent: 5),
        ]
        let writer = try RunWriter(path: path, world: world, info: TinyRun.info)
        try writer.finish(TinyRun.summary)
        let run = try RunReader(path: path)
        #expect(
            try run.lines("SELECT name, round(entitled_share, 6) FROM queue WHERE id < 5")
                == ["prod 0.75", "batch 0.25", "prod-a 0.15", "prod-b 0.6", "batch-a 0.5"])
    }

    /// Of 6 GPUs prod deserves 0.75 and batch 0.25. Prod holds 4 GPUs, then none, and asks for no more: 2/3 on time 50, due and
    /// received. Batch asks at both times, holds nothing and misses 0.25.
    @Test func fairnessBetweenQueues() throws {
        #expect(
            try run.lines(
                """
                SELECT queue, round(mean_share, 4), round(share_per_entitled, 4), round(mean_due_share, 4), mean_shortfall,
                       received_of_due FROM queue_fairness
                """) == ["prod 0.3333 0.4444 0.3333 0.0 1.0", "batch 0.0 0.0 0.25 0.25 0.0"])
        #expect(
            try run.lines("SELECT * FROM fairness_between_queues") == ["2 0.5 0.5 0.0 0.25"])
    }

    /// Batch gets a GPU for half of the time: 1/6 of the cluster, of 1/4 that it is due. So it has received a third of its
    /// due, and a third of what it deserves; prod has 4/9 of what it deserves.
    @Test func aQueueThatGotAPart() throws {
        let run = try scratch.tinyRun { facts in
            facts.queueSamples[1].allocatedGPUMilli = 1000
        }
        #expect(
            try run.lines("SELECT round(share_per_entitled, 6), round(received_of_due, 6) FROM queue_fairness")
                == ["0.444444 1.0", "0.333333 0.333333"])
        let (a, b) = (4.0 / 9, 1.0 / 3)
        let row = try #require(try run.rows("SELECT * FROM fairness_between_queues").first)
        #expect(isClose(row.real("jain_index"), (a + b) * (a + b) / (2 * (a * a + b * b))))
        #expect(isClose(row.real("jain_index_of_due"), (1 + b) * (1 + b) / (2 * (1 + b * b))))
        #expect(isClose(row.real("least_received_of_due"), b))
        #expect(isClose(row.real("missed_share"), (0.25 + 1.0 / 12) / 2))
    }
}
