import Testing

@testable import Reports

@Suite("The page of a check")
struct CheckPageTests {
    private static func metric(
        _ name: String, _ was: Double?, _ now: Double?, _ tolerance: String, reach: Double?, failed: Bool
    ) -> CheckOutcome.MetricVerdict {
        CheckOutcome.MetricVerdict(
            name: name, unit: "s", was: was, now: now, tolerance: tolerance, reach: reach, failed: failed)
    }

    private static var moved: CheckOutcome {
        var outcome = CheckOutcome(scenario: "scenarios/<las>.yaml", baseline: "b", status: .changed)
        outcome.decisions = 900
        outcome.metricsCompared = 40
        outcome.notes = ["the scenario is not the one that the baseline was made of"]
        outcome.parting = CheckOutcome.Parting(
            number: 94, span: 1, was: "29238 pretrain-34 preempt preempted_for other=<debug> needed=2000 on n-1:ff n-2",
            now: "29298.5 pretrain-34 start", recordedComesAt: nil)
        outcome.metrics = [
            metric("wait_p95_s", 671, 355, "exact", reach: 0, failed: true),
            metric("wait_mean_s", 900, 1000, "within 50", reach: 50, failed: true),
            metric("evictions", 0, 3, "exact", reach: 0, failed: true),
            metric("length_s", 10, 9000, "exact", reach: 0, failed: true),
            metric("gone_s", 10, nil, "exact", reach: 0, failed: true),
            metric("new_s", nil, 10, "not in the baseline", reach: nil, failed: false),
            metric("wait_p50_s", 100, 101, "within 2%", reach: 2, failed: false),
        ]
        outcome.metrics[1].shiftLower = 10
        outcome.metrics[1].shiftUpper = 190
        return outcome
    }

    private static func page(_ outcomes: [CheckOutcome]) -> CheckPage {
        CheckPage(report: CheckReport(outcomes), version: "9.9", command: "orrery check")
    }

    private static func passed(_ name: String) -> CheckOutcome {
        var outcome = CheckOutcome(scenario: name, baseline: "b", status: .passed)
        outcome.decisions = 100
        outcome.metricsCompared = 30
        return outcome
    }

    @Test("What moved comes first, then both decisions and the metrics against their tolerance")
    func changed() {
        let page = Self.page([Self.passed("a.yaml"), Self.moved])
        let html = page.html
        ComparisonPageTests.check(html, charts: 1)
        #expect(html == page.html)
        let answer = page.answer.text
        #expect(
            answer.hasPrefix("1 of 2 scenarios moved. In <las> decision 94 is the first that differs: now pretrain-34"))
        #expect(answer.hasSuffix("5 metrics left their tolerance, most of all gone_s, 10 s → – (–)."), "\(answer)")
        for part in [
            "preempted for", "other=&lt;debug&gt; needed=2000", "day 0 08:07:18", "n-1:ff n-2", "href=\"#scenario-2\"",
            "change in % of the recorded value", "11.2 min → 5.9 min", "within 50", "class=\"bd cnone\"",
        ] { #expect(html.contains(part), "\(part)") }
    }

    @Test("If nothing moved the page says so and draws nothing")
    func passes() {
        let page = Self.page([Self.passed("a.yaml"), Self.passed("b.yml")])
        ComparisonPageTests.check(page.html, charts: 0)
        #expect(page.answer.text == "Nothing moved: 2 scenarios decide as recorded, in 200 decisions.")
    }

    @Test("Errors, written baselines and no scenario at all are told")
    func others() {
        let failed = CheckOutcome(scenario: "x.yaml", baseline: "x", status: .failed, failure: "x.yaml:3: <wrong>")
        let updated = CheckOutcome(scenario: "y.yaml", baseline: "y", status: .updated)
        #expect(Self.page([failed]).answer.text == "1 scenario could not be checked: x.yaml:3: <wrong>")
        #expect(Self.page([updated]).answer.text == "1 baseline was written.")
        for outcomes in [[failed], [updated], [], [failed, updated, Self.moved]] {
            ComparisonPageTests.check(Self.page(outcomes).html, charts: outcomes.count == 3 ? 1 : 0)
        }
        var free = Self.passed("z.yaml")
        free.parting = CheckOutcome.Parting(number: 512, span: 4, was: nil, now: nil, recordedComesAt: nil)
        let html = Self.page([free]).html
        ComparisonPageTests.check(html, charts: 0)
        #expect(html.contains("one of 512 to 515") && html.contains("another one, or none"))
    }

    @Test("A decision of a baseline is taken apart, and what is none is left as it is")
    func decisions() {
        let line = DecisionLine("90.5 job-1 start on n-1:f n-2*500 +3#abcd")
        #expect(line?.seconds == 90.5 && line?.action == "start" && line?.reason == "")
        #expect(line?.places == "n-1:f n-2*500 +3#abcd" && line?.details == "")
        let full = DecisionLine("29238 pretrain-34 preempt preempted_for other=debug-41 needed=2000")
        #expect(full?.reason == "preempted_for" && full?.details == "other=debug-41 needed=2000")
        #expect(full?.instant == "day 0 08:07:18" && full?.words == "pretrain-34 preempt (preempted for)")
        #expect(DecisionLine("nothing") == nil && DecisionLine("x y z") == nil && DecisionLine("") == nil)
    }
}
