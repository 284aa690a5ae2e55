import Testing

@testable import Reports

@Suite("The page of a plan")
struct PlanPageTests {
    private static func judgement(
        _ mean: Double, _ reach: Double, _ verdict: CapacityPlan.Verdict, situation: String = ""
    ) -> CapacityPlan.Judgement {
        CapacityPlan.Judgement(
            objective: "p95(wait) of queue a<b < 4h", situation: situation, unit: "s",
            estimate: Comparison.Estimate(mean: mean, lower: max(0, mean - reach), upper: mean + reach), limit: 14_400,
            isLowerLimit: false, verdict: verdict, shareOfRuns: 0.875, replications: 16)
    }

    private static func candidate(
        _ nodes: Int, _ judgements: [CapacityPlan.Judgement], _ verdict: CapacityPlan.Verdict, obstacle: String? = nil
    ) -> CapacityPlan.Candidate {
        CapacityPlan.Candidate(
            settings: [String(nodes)], dollarsPerHour: Double(nodes) * 20, gpus: nodes * 8, nodes: nodes,
            verdict: verdict, judgements: judgements, obstacle: obstacle, replications: judgements.isEmpty ? 0 : 16,
            isOnFront: verdict != .undecided)
    }

    /// A plan of six nodes that survives the loss of one.
    static var sample: CapacityPlan {
        let small = candidate(
            5, [judgement(12_000, 900, .met), judgement(40_000, 8000, .missed, situation: "without 1 node of h100")],
            .missed)
        let best = candidate(
            6, [judgement(6000, 900, .met), judgement(11_000, 2000, .met, situation: "without 1 node of h100")], .met)
        let room = CapacityPlan.Headroom(
            capacity: "as planned", holdsAt: 1.2, failsAt: 1.25, days: 72, date: "2026-03-14",
            limit: "p95(wait) of queue a<b < 4h without 1 node of h100",
            objectives: [
                CapacityPlan.Headroom.Room(
                    objective: "p95(wait) of queue a<b < 4h", holdsAt: 1.2, failsAt: 1.25, days: 72, date: "2026-03-14"),
                CapacityPlan.Headroom.Room(
                    objective: "utilization < 0.9", holdsAt: 4, failsAt: nil, days: nil, date: nil),
            ],
            pools: [
                CapacityPlan.Headroom.Pool(
                    pool: "h100", utilization: Comparison.Estimate(mean: 0.5, lower: 0.49, upper: 0.51), days: 274,
                    date: "2026-10-02")
            ])
        var present = room
        (present.capacity, present.holdsAt, present.failsAt, present.days, present.date) = (
            "as written", 0.9, 0.95, nil, nil
        )
        present.objectives = []
        return CapacityPlan(
            scenario: "sample", objectives: ["p95(wait) of queue a<b < 4h", "survives loss of any node"],
            decisions: [
                CapacityPlan.Decision(name: "nodes of h100", path: "spec", values: ["4", "5", "6", "7"])
            ], minimizes: "cost", confidence: 0.95, warmUpSeconds: 3600, present: small, best: best,
            candidates: [
                candidate(4, [], .missed, obstacle: "no node is large enough"), small, best,
                candidate(7, [judgement(200, 100, .undecided)], .undecided),
            ],
            binding: CapacityPlan.Binding(
                sentence: "with 5 nodes of h100, p95(wait) is not met: 11.1 h; what binds is <the spine>, not GPUs",
                smaller: small,
                tried: [
                    CapacityPlan.Binding.Relief(
                        cause: "<the spine>", verdict: .met, judgement: judgement(9000, 500, .met))
                ], waits: [CapacityPlan.Binding.Cause(reason: "not enough free GPUs", share: 1)]),
            sensitivity: [
                CapacityPlan.Sensitivity(demand: 0.8, best: small), CapacityPlan.Sensitivity(demand: 1.2, best: nil),
            ], headroom: [present, room], growth: "8%/month", growthFrom: "2026-01-01",
            efforts: [
                CapacityPlan.Effort(part: .search, simulations: 100),
                CapacityPlan.Effort(part: .demand, simulations: 20),
            ], notes: ["one & another"])
    }

    private static let source = PlanSource(
        command: "orrery plan <x>.yaml", version: "9.9", scenarioHash: "abc", seed: 7, replications: 8,
        mostReplications: 128)

    @Test("Answer, facts, charts with tables and units, method")
    func whole() {
        let html = Self.sample.page(Self.source)
        ComparisonPageTests.check(html, charts: 7)
        #expect(html == Self.sample.page(Self.source))
        for part in [
            "6 nodes of h100", "The cheapest capacity that meets all objectives has", "&lt;the spine&gt;",
            "p95(wait) of queue a&lt;b (logarithmic)", "price an hour, $", "at most 4 h", "share of the limit",
            "meets all objectives", "misses one", "undecided", "not beaten in both",
            "nothing within the limits is enough",
            "bears 120 %, 125 % is too much", "months from 2026-01-01", "2026-03-14", "pool h100 full", "2026-10-02",
            "missed already", "When the capacity as planned runs out, at 8%/month", "not by 4 × the demand",
            "120: 100 for the plan, 20 for other demands",
            "orrery plan &lt;x&gt;.yaml", "one &amp; another", "8 at first, up to 128, from seed 7 on",
            "no node is large enough",
        ] { #expect(html.contains(part), "\(part)") }
    }

    @Test("Verdicts differ by form, not by colour alone")
    func forms() throws {
        let plan = Self.sample
        let points = zip(
            [CapacityPlan.Verdict.met, .missed, .undecided], [1.0, 2, 3]
        ).map { verdict, x in
            FrontPlot.Point(
                name: "", x: x, y: x, interval: x...x, verdict: verdict, isOnFront: false, label: "", isAnswer: false)
        }
        let marks = points.map { point in
            FrontPlot(
                title: "", xTitle: "", xUnit: .count, yTitle: "", yUnit: .count, limit: 1, isLowerLimit: false,
                points: [point], table: plan.candidateTable
            ).draw(.wide).marks.text
        }
        #expect(marks[0].contains("<circle class=\"mean cgood\"") && !marks[0].contains("class=\"hollow\""))
        #expect(marks[1].contains("class=\"w cbad\"") && !marks[1].contains("<circle"))
        #expect(marks[2].contains("class=\"hollow\"") && !marks[2].contains("<circle"))
    }

    @Test("Without a plan, without prices, without growth: nothing is invented")
    func without() {
        var plan = Self.sample
        plan.best = nil
        plan.growth = nil
        plan.growthFrom = nil
        plan.headroom = []
        plan.notes = []
        for index in plan.candidates.indices { plan.candidates[index].dollarsPerHour = 0 }
        plan.present.dollarsPerHour = 0
        let html = plan.page(Self.source)
        ComparisonPageTests.check(html, charts: 4)
        for part in [
            "Nothing within the limits", "What is missed now", "the capacity as written cannot run the workload",
            "GPUs, ",
        ] { #expect(html.contains(part), "\(part)") }
        #expect(!html.contains("When it runs out") && !html.contains("price an hour"))
        plan.binding = nil
        plan.candidates = []
        plan.present.judgements = []
        plan.present.obstacle = "no node is large enough"
        let bare = plan.page(Self.source)
        #expect(MarkupCheck(bare).problem == nil)
        #expect(bare.contains("there is no smaller capacity to look at"))
    }

    @Test("A lower limit is met beyond the line, and values far beyond it end in an arrow")
    func limits() {
        var judgement = Self.judgement(60_000, 100, .met)
        judgement.isLowerLimit = true
        let row = LimitChart.Row(
            objective: judgement.objective, situation: "", unit: .seconds, limit: judgement.limit, isLowerLimit: true,
            values: [judgement, nil])
        let chart = LimitChart(title: "t", names: ["a"], rows: [row], table: Self.sample.candidateTable)
        let marks = chart.draw(.narrow).marks.text
        #expect(marks.contains("class=\"a cgood\"") && marks.contains("16.7 h; at least 4 h"))
    }
}
