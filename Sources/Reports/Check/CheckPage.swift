extension CheckReport {
    /// The findings as one self-contained HTML file.
    ///
    /// - Parameters:
    ///   - version: of the program that checked.
    ///   - command: what to type to have the same again.
    public func html(version: String, command: String) -> String {
        CheckPage(report: self, version: version, command: command).html
    }
}

/// The page of `orrery check`: what moved, where decisions part, and how far the metrics went.
struct CheckPage: Sendable {
    let report: CheckReport
    let version: String
    let command: String

    /// Most metrics of a scenario that are drawn; the table has all that moved.
    static let mostMetrics = 24

    /// The whole file.
    var html: String {
        PageFrame(
            title: "check – Orrery", subject: "check · \(report.summary)", answer: answer, facts: facts,
            sections: [PageFrame.Section("scenarios", "Every scenario", scenarioTable.html(isSortable: true))]
                + findings.map { index in
                    PageFrame.Section(
                        Self.section(index), report.outcomes[index].scenario,
                        findingSection(report.outcomes[index], index))
                } + [PageFrame.Section("method", "How this was computed", method.html)]
        ).html
    }

    private static func section(_ index: Int) -> String { "scenario-\(index + 1)" }

    /// Outcomes of which there is more to say than that they passed.
    private var findings: [Int] {
        report.outcomes.indices.filter { index in
            let outcome = report.outcomes[index]
            return outcome.failure != nil || outcome.parting != nil || !outcome.metrics.isEmpty
                || !outcome.notes.isEmpty
        }
    }

    private func count(_ status: CheckOutcome.Status) -> Int { report.outcomes.count { $0.status == status } }

    private static func name(_ outcome: CheckOutcome) -> String {
        let file = outcome.scenario.split(separator: "/").last.map(String.init) ?? outcome.scenario
        return [".yaml", ".yml"].first { file.hasSuffix($0) }.map { String(file.dropLast($0.count)) } ?? file
    }

    // MARK: The answer

    /// What moved, and the first decision that differs.
    var answer: Answer {
        var answer = Answer()
        let (changed, failed, updated) = (count(.changed), count(.failed), count(.updated))
        let total = report.outcomes.count
        if total == 0 {
            answer.say("No scenario with a baseline was found; there is nothing to check.")
            return answer
        }
        if changed > 0 {
            answer.stress(
                total == 1
                    ? "The scenario moved" : "\(Figures.count(changed)) of \(Figures.count(total)) scenarios moved")
            answer.say(". ")
            if let worst = report.outcomes.first(where: { $0.status == .changed }) { say(worst, into: &answer) }
        } else if updated > 0 {
            answer.stress("\(Figures.plural(updated, "baseline")) \(updated == 1 ? "was" : "were") written")
            answer.say(updated < total - failed ? "; the others are as they were." : ".")
        } else if failed < total {
            answer.stress("Nothing moved")
            let passed = report.outcomes.filter { $0.status == .passed }
            let decisions = passed.reduce(0) { $0 + $1.decisions }
            answer.say(
                decisions > 0
                    ? ": \(Figures.plural(passed.count, "scenario")) \(passed.count == 1 ? "decides" : "decide") as "
                        + "recorded, in \(Figures.plural(decisions, "decision"))." : ": all baselines are up to date.")
        }
        if failed > 0 {
            if failed < total { answer.say(" ") }
            answer.stress(
                "\(Figures.plural(failed, "scenario")) could not be checked")
            answer.say(": \(report.outcomes.first { $0.status == .failed }?.failure ?? "see below")")
        }
        return answer
    }

    private func say(_ outcome: CheckOutcome, into answer: inout Answer) {
        answer.say("In ")
        answer.stress(Self.name(outcome))
        if let parting = outcome.parting {
            answer.say(parting.span == 1 ? " decision " : " the first decision that differs is one of those from ")
            answer.stress(Figures.count(parting.number))
            answer.say(parting.span == 1 ? " is the first that differs" : " on")
            if let now = parting.now.flatMap({ DecisionLine($0) }) { answer.say(": now \(now.words), \(now.instant)") }
        } else {
            answer.say(" every decision is the same")
        }
        let moved = outcome.metrics.filter(\.failed)
        guard let most = moved.max(by: { Self.size($0) < Self.size($1) }) else {
            let remark =
                outcome.parting == nil ? outcome.notes.first ?? "it ends otherwise" : "no metric left its tolerance"
            answer.say("; \(remark).")
            return
        }
        let whose = moved.count == 1 ? "its" : "their"
        answer.say("; \(Figures.plural(moved.count, "metric")) left \(whose) tolerance, most of all ")
        answer.stress(most.name)
        answer.say(", \(Self.values(most)) (")
        answer.stress(RunDiff.change(most.was, most.now, unit: most.unit))
        answer.say(").")
    }

    /// Relative size of a move; a metric that came or went counts most.
    private static func size(_ metric: CheckOutcome.MetricVerdict) -> Double {
        guard let was = metric.was, let now = metric.now else { return .infinity }
        return was == 0 ? 1e9 : ((now - was) / was).magnitude
    }

    private static func values(_ metric: CheckOutcome.MetricVerdict) -> String {
        RunMetric.text(metric.was, unit: metric.unit) + " → " + RunMetric.text(metric.now, unit: metric.unit)
    }

    /// The numbers at the top.
    var facts: FactsStrip {
        let outcomes = report.outcomes
        let beyond = outcomes.reduce(0) { sum, outcome in sum + outcome.metrics.count { $0.failed } }
        let moved = outcomes.reduce(0) { sum, outcome in
            sum + outcome.metrics.count { !$0.failed && $0.was != nil }
        }
        let compared = outcomes.reduce(0) { $0 + $1.metricsCompared }
        let parted = outcomes.count { $0.parting != nil }
        return FactsStrip(facts: [
            FactsStrip.Fact(
                name: "Scenarios", value: Figures.count(outcomes.count),
                context: "\(Figures.count(count(.passed))) passed, \(Figures.count(count(.updated))) written"),
            FactsStrip.Fact(
                name: "Moved", value: Figures.count(count(.changed)),
                context: "beyond what their baselines allow"),
            FactsStrip.Fact(
                name: "Not checked", value: Figures.count(count(.failed)),
                context: "scenario, baseline or run in error"),
            FactsStrip.Fact(
                name: "Decisions", value: Figures.count(outcomes.reduce(0) { $0 + $1.decisions }),
                context: parted == 0
                    ? "none differs"
                    : "\(Figures.plural(parted, "scenario")) \(parted == 1 ? "decides" : "decide") otherwise"),
            FactsStrip.Fact(
                name: "Beyond tolerance", value: Figures.count(beyond),
                context: "of \(Figures.count(compared)) metrics compared"),
            FactsStrip.Fact(
                name: "Within tolerance", value: Figures.count(moved), context: "metrics that moved, but not too far"),
        ])
    }

    // MARK: Sections

    private var scenarioTable: DataTable {
        let told = Set(findings)
        return DataTable(
            "Every scenario that was checked",
            [
                .text("scenario"), .text("verdict"), .number("decisions"), .number("first that differs"),
                .number("metrics beyond tolerance"), .number("of"),
            ],
            rows: report.outcomes.enumerated().map { index, outcome in
                let beyond = outcome.metrics.count { $0.failed }
                return [
                    DataTable.Cell(outcome.scenario, link: told.contains(index) ? Self.section(index) : nil),
                    DataTable.Cell(Self.words(outcome.status)),
                    DataTable.Cell(Figures.count(outcome.decisions), Double(outcome.decisions)),
                    DataTable.Cell(outcome.parting.map(Self.place) ?? Figures.missing),
                    DataTable.Cell(Figures.count(beyond), Double(beyond)),
                    DataTable.Cell(Figures.count(outcome.metricsCompared), Double(outcome.metricsCompared)),
                ]
            }, emptyReason: "no scenario with a baseline was found")
    }

    private static func words(_ status: CheckOutcome.Status) -> String {
        switch status {
        case .passed: "passed"
        case .changed: "moved"
        case .updated: "baseline written"
        case .failed: "not checked"
        }
    }

    private static func place(_ parting: CheckOutcome.Parting) -> String {
        let last = parting.number + parting.span - 1
        return parting.span == 1
            ? Figures.count(parting.number) : "one of \(Figures.count(parting.number)) to \(Figures.count(last))"
    }

    private func findingSection(_ outcome: CheckOutcome, _ index: Int) -> String {
        var markup = Markup()
        if let failure = outcome.failure {
            markup.leaf("p", ["class": "partial"], failure)
            return markup.text
        }
        for note in outcome.notes { markup.leaf("p", ["class": "warned"], note) }
        if let parting = outcome.parting {
            markup.leaf("h3", parting.span == 1 ? "The first decision that differs" : "Where decisions part")
            markup.raw(Self.partingTable(parting).html())
        } else if outcome.status != .updated, !outcome.metrics.isEmpty {
            markup.raw(DataTable.note("every decision is the same"))
        }
        if let diff = outcome.diff { markup.raw(Self.baseRun(diff)) }
        if !outcome.metrics.isEmpty {
            let chart = Self.chart(outcome)
            markup.raw(
                ChartFigure(
                    id: "metrics-\(index + 1)", chart: chart,
                    note:
                        "From the recorded value (hollow) to what it is now: red where it left its tolerance. The grey "
                        + "band is what the tolerance allows, a whisker the interval that a statistical one judges by. "
                        + "“exact” allows nothing and has no band."
                ).html)
        } else if outcome.status != .updated {
            markup.raw(
                DataTable.note(
                    outcome.parting == nil ? "every decision is the same, and no metric moved" : "no metric moved"))
        }
        return markup.text
    }

    /// Both decisions, taken apart.
    private static func partingTable(_ parting: CheckOutcome.Parting) -> DataTable {
        func cells(_ heading: String, _ line: String?, otherwise: String) -> [DataTable.Cell] {
            guard let line, let decision = DecisionLine(line) else {
                return [DataTable.Cell(heading), DataTable.Cell(line ?? otherwise)]
                    + Array(repeating: DataTable.Cell(""), count: 5)
            }
            return [
                DataTable.Cell(heading), DataTable.Cell(decision.instant), DataTable.Cell(decision.subject),
                DataTable.Cell(decision.action.replacing("_", with: " ")),
                DataTable.Cell(decision.reason.replacing("_", with: " ")),
                DataTable.Cell(decision.details), DataTable.Cell(decision.places),
            ]
        }
        var caption = "Decision \(place(parting))"
        if let later = parting.recordedComesAt {
            caption += "; the recorded one is now decision \(Figures.count(later))"
        }
        if parting.was == nil {
            caption += "; the baseline keeps only a digest here, a run of the base revision has it (--base)"
        }
        return DataTable(
            caption,
            [
                .text(""), .text("when"), .text("object"), .text("what"), .text("why"), .text("numbers"),
                .text("where"),
            ],
            rows: [
                cells("recorded", parting.was, otherwise: "another one, or none"),
                cells("now", parting.now, otherwise: "nothing more"),
            ])
    }

    /// Against the base revision's run: both decisions with their reasons, and the jobs that it moved.
    private static func baseRun(_ diff: RunDiff) -> String {
        var markup = Markup()
        if let parting = diff.parting {
            markup.leaf("h3", "Against the run of the base revision")
            markup.raw(
                DataTable(
                    "\(Figures.count(parting.agreeing)) decisions agree; then",
                    [.text(""), .prose("decision and reason")],
                    rows: [
                        [DataTable.Cell("base"), DataTable.Cell(RunDiff.words(parting.first))],
                        [DataTable.Cell("now"), DataTable.Cell(RunDiff.words(parting.second))],
                    ]
                ).html())
        }
        if !diff.jobs.isEmpty {
            markup.raw(
                diff.jobTable(
                    "Jobs that moved most, of \(Figures.count(diff.counts.changed)) that end, wait or are evicted "
                        + "otherwise (A: base, B: now)"
                ).html(isSortable: true))
        }
        return markup.text
    }

    private static func chart(_ outcome: CheckOutcome) -> MovedMetrics {
        let beyond = outcome.metrics.count { $0.failed }
        let title =
            beyond > 0
            ? "\(Figures.count(beyond)) of \(Figures.plural(outcome.metricsCompared, "metric")) left "
                + "\(beyond == 1 ? "its" : "their") tolerance" : "What moved, stayed within its tolerance"
        return MovedMetrics(
            title: title, rows: outcome.metrics.prefix(mostMetrics).map(row),
            omitted: max(0, outcome.metrics.count - mostMetrics), table: metricTable(outcome))
    }

    private static func row(_ metric: CheckOutcome.MetricVerdict) -> MovedMetrics.Row {
        let base = metric.was.flatMap { $0 == 0 ? nil : $0.magnitude }
        let change = base.flatMap { base in metric.now.map { ($0 - (metric.was ?? 0)) / base } }
        let interval = Comparison.range(metric.shiftLower, metric.shiftUpper)
        return MovedMetrics.Row(
            name: metric.name, change: change, reach: base.flatMap { base in metric.reach.map { $0 / base } },
            interval: base.flatMap { base in interval.map { $0.lowerBound / base...$0.upperBound / base } },
            isBeyond: metric.failed, values: values(metric),
            told: change.map(ForestChart.percent)
                ?? (metric.was == nil ? "new" : metric.now == nil ? "gone" : "from 0"))
    }

    private static func metricTable(_ outcome: CheckOutcome) -> DataTable {
        DataTable(
            "Metrics of \(name(outcome)) that moved",
            [
                .text("metric"), .number("recorded"), .number("now"), .number("change"), .text("tolerance"),
                .text("verdict"),
            ],
            rows: outcome.metrics.map { metric in
                [
                    DataTable.Cell(metric.name),
                    DataTable.Cell(RunMetric.text(metric.was, unit: metric.unit), metric.was ?? -1),
                    DataTable.Cell(RunMetric.text(metric.now, unit: metric.unit), metric.now ?? -1),
                    DataTable.Cell(RunDiff.change(metric.was, metric.now, unit: metric.unit)),
                    DataTable.Cell(metric.tolerance), DataTable.Cell(metric.failed ? "beyond it" : "within it"),
                ]
            })
    }

    private var method: MethodList {
        MethodList(
            entries: [
                ("Orrery", version),
                (
                    "Baselines",
                    "NAME.baseline beside NAME.yaml: the first decisions in words, digests of the others, metrics with "
                        + "tolerances"
                ),
                (
                    "Moved",
                    "a decision differs where decisions are exact, a metric left its tolerance, or the run ends otherwise"
                ),
                ("Decisions", "compared for the first seed; metrics are means over the seeds of the baseline"),
            ], command: command, warnings: report.outcomes.filter { $0.status == .failed }.compactMap(\.failure),
            assumptions: [
                "simulations are exact: the same scenario, seed and program decide the same, so every difference has "
                    + "a cause"
            ])
    }
}
