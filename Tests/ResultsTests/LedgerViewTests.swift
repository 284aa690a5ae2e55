import Results
import Simulation
import Testing

/// Views about GPU time, money and links, on the tiny run: 600 GPU-seconds of capacity.
@Suite struct LedgerViewTests {
    let scratch: Scratch
    let run: RunReader

    init() throws {
        scratch = try Scratch()
        run = try scratch.tinyRun()
    }

    @Test func causesSumToCapacity() throws {
        let lines = try run.lines("SELECT cause, gpu_ns / 1000000000 FROM gpu_time_total")
        #expect(
            lines == [
                "productive 300", "recomputed 20", "checkpoint_restore 0", "starting 20", "incomplete_gang 0",
                "slowed 0", "fragmented 100", "blocked 40", "idle 20", "down 100",
            ])
        #expect(try run.number("SELECT sum(gpu_ns) FROM gpu_time_total") == 600e9)
        #expect(isClose(try run.number("SELECT sum(share) FROM gpu_time_total"), 1))
        #expect(
            try run.lines(
                "SELECT pool, sum(gpu_ns) / 1000000000, round(sum(share), 9) FROM pool_gpu_time GROUP BY pool_id")
                == ["big 400 1.0", "small 200 1.0"])
        #expect(
            try run.lines("SELECT team, cause, gpu_ns / 1000000000, round(share, 4) FROM team_gpu_time") == [
                "red productive 200 0.9091", "red starting 20 0.0909", "blue productive 100 0.8333",
                "blue recomputed 20 0.1667",
            ])
    }

    @Test func soundLedgerHasNoViolations() throws {
        #expect(try run.lines("SELECT * FROM ledger_check") == ["0 0 0 0 0"])
    }

    @Test func ledgerCheckFindsWhatIsWrong() throws {
        let moved = try scratch.tinyRun { $0.gpuTime[0].gpuNs += 1000 }
        #expect(try moved.lines("SELECT * FROM ledger_check") == ["1 0 0 0 1"])
        let rounded = try scratch.tinyRun { $0.gpuTime[0].gpuNs += 1 }
        #expect(try rounded.lines("SELECT * FROM ledger_check") == ["1 0 0 0 0"])
        let dropped = try scratch.tinyRun { $0.gpuTime.removeAll { $0.index == 5 } }
        #expect(try dropped.lines("SELECT gpus_not_closed, gpus_missing FROM ledger_check") == ["0 1"])
        let unbalanced = try scratch.tinyRun { $0.poolTime[0].gpuNs -= 1000 }
        #expect(try unbalanced.lines("SELECT * FROM ledger_check") == ["0 0 1 1 1"])
    }

    @Test func utilizationOverTime() throws {
        #expect(
            try run.lines(
                """
                SELECT start_ns / 1000000000, end_ns / 1000000000, capacity_gpus, allocated_gpus,
                       round(allocated_share, 4), round(productive_share, 4), round(down_share, 4) FROM utilization
                """) == ["0 50 6.0 3.2 0.5333 0.4 0.2667", "50 100 6.0 3.6 0.6 0.6 0.0667"])
        #expect(
            try run.lines("SELECT cause, gpus FROM utilization_by_cause WHERE start_ns > 0")
                == ["productive 3.6", "fragmented 2.0", "down 0.4"])
        #expect(
            try run.lines("SELECT pool, start_ns / 1000000000, allocated_share FROM pool_utilization")
                == ["big 0 0.8", "small 0 0.0", "big 50 0.6", "small 50 0.6"])
    }

    @Test func goodput() throws {
        let row = try #require(try run.rows("SELECT * FROM goodput").first)
        #expect(isClose(row.real("capacity_gpu_hours"), 600.0 / 3600))
        #expect(isClose(row.real("allocated_share"), 340.0 / 600))
        #expect(isClose(row.real("productive_share"), 0.5))
        #expect(isClose(row.real("productive_share_of_up"), 0.6))
        #expect(isClose(row.real("goodput_share"), 300.0 / 340))
    }

    @Test func fragmentation() throws {
        #expect(
            try run.lines(
                """
                SELECT time_ns / 1000000000, pool, free_gpus, free_whole_gpus, unusable_share, partial_share
                FROM fragmentation
                """) == [
                    "50 big 0.0 0 0.0 0.0", "50 small 0.5 0 1.0 1.0", "100 big 4.0 4 1.0 0.0",
                    "100 small 2.0 2 1.0 0.0",
                ])
        #expect(
            try run.lines(
                "SELECT pool, samples, free_gpus, unusable_share, round(partial_share, 9), unusable_share_of_capacity FROM fragmentation_mean"
            )
                == ["big 2 2.0 1.0 0.0 0.5", "small 2 1.25 1.0 0.2 0.625"])
    }

    @Test func billsSumToCapacity() throws {
        #expect(
            try run.lines("SELECT team, pool, cause, round(gpu_hours * 3600), microdollars FROM chargeback") == [
                "red big productive 200.0 200000", "red big starting 20.0 20000", "blue big productive 40.0 40000",
                "blue big recomputed 20.0 20000", "blue small productive 60.0 30000",
                "(unallocated) big fragmented 80.0 80000", "(unallocated) big blocked 40.0 40000",
                "(unallocated) small fragmented 20.0 10000", "(unallocated) small idle 20.0 10000",
                "(unallocated) small down 100.0 50000",
            ])
        #expect(isClose(try run.number("SELECT sum(gpu_hours) FROM chargeback"), 600.0 / 3600))
        #expect(
            try run.lines("SELECT team, is_allocated, microdollars, dollars FROM team_cost")
                == ["red 1 220000 0.22", "blue 1 90000 0.09", "(unallocated) 0 190000 0.19"])
    }

    @Test func hotLinksComeFirst() throws {
        #expect(
            try run.lines(
                "SELECT from_name, tier, mean_demand_share, max_demand_share, saturated_share FROM link_hot")
                == ["big-0000 leaf 1.0 1.5 0.5", "big-0001 leaf 0.2 0.2 0.0"])
    }

    /// 800 GPU-years of one cause: more nanoseconds than 63 bits hold, split over rows that each fit.
    @Test func sumsBeyond63BitsStayRight() throws {
        let piece = Int64.max / 2
        let run = try scratch.tinyRun { facts in
            facts.teamTime = (0..<6).map { _ in
                TeamGPUTimeFact(team: 0, queue: 0, jobClass: 0, pool: 0, cause: .productive, gpuNs: piece)
            }
            facts.poolTime = []
        }
        let hours = Double(piece) * 6 / 3.6e12
        #expect(isClose(try run.number("SELECT gpu_hours FROM team_gpu_time"), hours))
        #expect(isClose(try run.number("SELECT gpu_hours FROM team_cost WHERE is_allocated"), hours))
        #expect(isClose(try run.number("SELECT dollars FROM team_cost WHERE is_allocated"), hours * 3.6))
        #expect(isClose(try run.number("SELECT share FROM team_fairness WHERE team = 'red'"), 1))
    }
}
