import Foundation
import Results
import Simulation
import Testing

/// Views about jobs, on the tiny run.
@Suite struct JobViewTests {
    let scratch: Scratch
    let run: RunReader

    init() throws {
        scratch = try Scratch()
        run = try scratch.tinyRun()
    }

    @Test func waitsOfJobs() throws {
        let lines = try run.lines(
            """
            SELECT name, team, queue, status, gpus, wait_ns / 1000000000, is_waiting, never_fits,
                   completion_ns / 1000000000, round(slowdown, 4), reason FROM job_wait ORDER BY job
            """)
        #expect(
            lines == [
                "red-a red prod completed 2.0 0 0 0 50 1.25 none",
                "blue-a blue batch completed 2.0 30 0 0 90 1.8 insufficient_gpus",
                "red-b red prod completed 4.0 40 0 0 70 2.3333 insufficient_gpus",
                "blue-big blue batch pending 8.0 80 1 1   never_fits",
                "blue-late blue batch pending 4.0 30 1 0   fragmented_gpus",
            ])
    }

    @Test func waitsInSummaryLeaveOutWhatNeverFits() throws {
        let s = "1000000000"
        let columns = """
            jobs, started, completed, waiting, never_fit, mean_wait_ns / \(s), p50_wait_ns / \(s), p95_wait_ns / \(s),
            p99_wait_ns / \(s), max_wait_ns / \(s)
            """
        #expect(try run.lines("SELECT \(columns) FROM wait_summary") == ["5 3 3 1 1 25.0 30 40 40 40"])
        #expect(
            try run.lines("SELECT queue, \(columns) FROM queue_wait")
                == ["prod 2 2 2 0 0 20.0 0 40 40 40", "batch 3 1 1 1 1 30.0 30 30 30 30"])
        #expect(
            try run.lines("SELECT team, \(columns) FROM team_wait")
                == ["red 2 2 2 0 0 20.0 0 40 40 40", "blue 3 1 1 1 1 30.0 30 30 30 30"])
        #expect(try run.lines("SELECT job_class, \(columns) FROM class_wait") == ["train 5 3 3 1 1 25.0 30 40 40 40"])
    }

    @Test func quantilesAreExactForEveryCount() throws {
        for count in [1, 2, 3, 19, 20, 21, 100, 101] {
            let waits = (0..<count).map { Int64(($0 * 7919) % 1009) }
            let path = scratch.file("quantiles-\(count).sqlite")
            try writeWaits(waits, to: path)
            let run = try RunReader(path: path)
            let sorted = waits.sorted()
            func nearestRank(_ percent: Int) -> Int64 {
                sorted[Int((Double(percent) / 100 * Double(count)).rounded(.up)) - 1]
            }
            let row = try #require(try run.rows("SELECT * FROM wait_summary").first)
            #expect(row.integer("p50_wait_ns") == nearestRank(50), "of \(count)")
            #expect(row.integer("p95_wait_ns") == nearestRank(95), "of \(count)")
            #expect(row.integer("p99_wait_ns") == nearestRank(99), "of \(count)")
        }
    }

    private func writeWaits(_ waits: [Int64], to path: String) throws {
        let writer = try RunWriter(path: path, world: manyJobs(waits.count), info: TinyRun.info)
        var facts = FactBuffers()
        facts.jobs = waits.enumerated().map { index, wait in
            JobFact(
                job: Int32(index), status: .completed, preemptions: 0, failures: 0, firstStartNs: wait, endNs: wait + 1,
                waitNs: wait, productiveNs: 1, lostNs: 0, workingNs: 1, reason: .none)
        }
        try writer.write(facts)
        try writer.finish(TinyRun.summary)
    }

    @Test func runSummary() throws {
        let row = try #require(try run.rows("SELECT * FROM run_summary").first)
        #expect(row.text("scheduler_policy") == "priority")
        #expect(row.integer("length_ns") == 100 * second)
        #expect(row.integer("gpus") == 6)
        #expect(row.integer("preemptions") == 1)
        #expect(row.integer("hardware_failures") == 2)
        #expect(row.integer("cost_microdollars") == 500_000)
        #expect(isClose(row.real("mean_completion_ns"), 70e9))
        #expect(isClose(row.real("mean_slowdown"), (1.25 + 1.8 + 70.0 / 30) / 3))
        #expect(isClose(row.real("allocated_share"), 340.0 / 600))
    }

    @Test func tasksCountTheirPlacements() throws {
        #expect(
            try run.lines("SELECT job, task, placements, held_ns / 1000000000 FROM task ORDER BY job, task")
                == ["0 0 1 50", "1 0 2 60", "2 0 1 30", "2 1 1 30"])
    }

    @Test func ganttNamesWhatIsDrawn() throws {
        let lines = try run.lines(
            """
            SELECT node, pool, gpu_mask, job, team, attempt, end_reason FROM gantt
            ORDER BY node_id, start_ns
            """)
        #expect(
            lines == [
                "big-0000 big 3 red-a red 0 completed", "big-0000 big 3 red-b red 0 completed",
                "big-0001 big 3 blue-a blue 0 preempted", "big-0001 big 3 red-b red 0 completed",
                "small-0000 small 3 blue-a blue 1 completed",
            ])
    }

    @Test func decisionsReadAsSentences() throws {
        let sentences = try run.rows("SELECT sentence FROM decision_text").compactMap { $0.text("sentence") }
        #expect(sentences.contains("red-a was submitted"))
        #expect(sentences.contains("red-b started: placed as a whole on 4 GPUs"))
        #expect(sentences.contains("small-0000 went down (node failure)"))
        #expect(sentences.contains("small-0000 is up again"))
        #expect(sentences.contains("blue-a was preempted: evicted for red-b"))
        #expect(
            sentences.contains("blue-late waits: free in all: 4.5 GPUs, but no set of nodes fits 4 GPUs"))
        #expect(sentences.count == 19)
    }

    @Test func everyReasonFillsItsPlaces() throws {
        let run = try scratch.tinyRun { facts in
            facts.decisions = DecisionReason.allCases.map { reason in
                DecisionFact(
                    cycle: 0, timeNs: 0, job: 0, other: 1, needed: 1000, available: 93_784 * second, action: .reject,
                    reason: reason)
            }
        }
        let sentences = try run.rows("SELECT reason, sentence FROM decision_text")
        #expect(sentences.count == DecisionReason.allCases.count)
        for row in sentences {
            let sentence = try #require(row.text("sentence"))
            #expect(!sentence.contains("{") && sentence.hasPrefix("red-a waits"), "\(sentence)")
        }
        func sentence(_ reason: String) -> String? { sentences.first { $0.text("reason") == reason }?.text("sentence") }
        #expect(
            sentence("would_delay_reservation")
                == "red-a waits: it would delay blue-a, which is due at day 1 02:03:04")
        #expect(sentence("queue_cap")?.contains("queue batch would exceed its cap: needs 1 GPU,") == true)
        #expect(sentence("node_failure") == "red-a waits: node big-0001 failed")
    }

    @Test func mostDelayedJobsSayWhy() throws {
        #expect(
            try run.lines("SELECT sentence FROM most_delayed_job") == [
                "blue-big waits: does not fit even the empty cluster",
                "red-b waits: it needs 4 GPUs; free in the pools it may use: 0 GPUs",
                "blue-a waited: not enough free GPUs",
                "blue-late waits: free in all: 4.5 GPUs, but no set of nodes fits 4 GPUs",
            ])
    }

    @Test func preemptionsAndFailures() throws {
        #expect(try run.lines("SELECT * FROM preemption_summary") == ["blue red 1 1 2.0"])
        let s = "1000000000"
        #expect(
            try run.lines(
                """
                SELECT pool, kind, failures, repaired, jobs_hit, out_ns / \(s), mean_repair_ns / \(s)
                FROM failure_summary ORDER BY pool
                """) == ["big gpu 1 0 1 10 ", "small node 1 1 0 50 50.0"])
    }

    @Test func nodesAndTheirOutages() throws {
        #expect(
            try run.lines("SELECT node, gpu, start_ns / 1000000000, end_ns / 1000000000 FROM node_outage")
                == ["small-0000  10 60", "big-0000 1 90 100"])
        #expect(
            try run.lines("SELECT node, pool, machine, rack, gpus, first_gpu FROM node_place") == [
                "big-0000 big two-gpu-machine 0 2 0", "big-0001 big two-gpu-machine 0 2 2",
                "small-0000 small two-gpu-machine 1 2 4",
            ])
    }
}
