import Testing

@testable import Reports

@Suite("The answer")
struct AnswerTests {
    private func job(_ queue: String, wait: Int64, _ reason: String) -> RunData.Job {
        RunData.Job(queue: queue, team: "t", submit: 0, wait: wait, slowdown: nil, reason: reason, neverFits: false)
    }

    private func wait(_ name: String, jobs: Int, p95: Double) -> RunData.WaitSummary {
        RunData.WaitSummary(name: name, jobs: jobs, started: jobs, waiting: 0, neverFit: 0, p95: p95)
    }

    @Test("It names the queue whose tail waits longest, its main reason, and the largest loss")
    func worstQueue() {
        var data = SampleData.tiny
        data.summary.jobs = 100
        data.queueWaits = [
            wait("a", jobs: 50, p95: 3.6e12), wait("b", jobs: 47, p95: 7.2e12), wait("c", jobs: 3, p95: 9e13),
        ]
        data.jobs = [
            job("b", wait: 60, "x"), job("b", wait: 40, "y"), job("a", wait: 900, "y"), job("b", wait: 0, "z"),
        ]
        #expect(
            Answer(data).text
                == "Queue b waits longest: 2 h at p95; main reason, for 60 % of that waiting: x. "
                + "70.0 % of the GPU time did useful work; the largest loss is idle, 25.0 % (8 GPU-hours).")
    }

    @Test("Short waits are no complaint")
    func shortWaits() {
        var data = SampleData.tiny
        data.queueWaits = [wait("a", jobs: 50, p95: 3e9), wait("b", jobs: 50, p95: 4e9)]
        data.summary.jobs = 100
        #expect(Answer(data).text.hasPrefix("No queue waits longer than 4 s at p95. "))
    }

    @Test("With one queue, teams are compared")
    func teams() {
        var data = SampleData.tiny
        data.summary.jobs = 100
        data.teamWaits = [wait("red", jobs: 50, p95: 3.6e12), wait("blue", jobs: 50, p95: 1e12)]
        #expect(Answer(data).text.hasPrefix("Team red waits longest: 1 h at p95. "))
    }

    @Test("A stuck run says when and how many")
    func stuck() {
        var data = SampleData.tiny
        data.header.outcome = "stuck"
        data.summary.waiting = 3
        #expect(Answer(data).text.hasPrefix("The run got stuck at day 0 02:00: 3 jobs wait"))
    }

    @Test("Reasons are ranked by the waiting they explain, equal ones by name")
    func reasons() {
        let ranked = WaitReason.ranked([
            job("q", wait: 5, "b"), job("q", wait: 5, "a"), job("q", wait: 20, "c"), job("q", wait: 0, "d"),
        ])
        #expect(ranked.map(\.label) == ["c", "a", "b"])
        #expect(abs(ranked.map(\.share).reduce(0, +) - 1) < 1e-12)
        #expect(WaitReason.ranked([]).isEmpty)
    }
}
