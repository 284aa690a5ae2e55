/// The parts of a plan's page, each with its drawing and the numbers behind it.
extension PlanPage {
    // MARK: Objectives

    var objectives: String {
        let shown = plan.shown
        let below = plan.best == nil ? nil : plan.binding?.smaller
        let rows = shown.judgements.map { judgement in
            LimitChart.Row(
                objective: judgement.objective, situation: judgement.situation, unit: unit(judgement),
                limit: judgement.limit, isLowerLimit: judgement.isLowerLimit,
                values: [
                    judgement,
                    below?.judgements.first {
                        ($0.objective, $0.situation) == (judgement.objective, judgement.situation)
                    },
                ])
        }
        let names =
            [plan.best == nil ? "as written" : "the plan: \(plan.phrase(of: shown.settings))"]
            + (below.map { ["the capacity below: \(plan.phrase(of: $0.settings))"] } ?? [])
        let hasLosses = shown.judgements.contains { !$0.situation.isEmpty }
        let certain = Figures.percent(plan.confidence, decimals: 0)
        let title =
            plan.best == nil
            ? "What the scenario as written meets and misses"
            : "Every objective is met" + (hasLosses ? ", after every loss that must be survived" : "")
        return ChartFigure(
            id: "limits",
            chart: LimitChart(
                title: title, names: names, rows: rows, table: judgementTable(shown, below)),
            note: "Means over replications with the intervals that decided, in shares of each limit. The verdicts hold "
                + "together with \(certain) certainty"
                + (below == nil ? "." : "; the capacity below was looked at until one objective was missed.")
        ).html
    }

    private func judgementTable(
        _ shown: CapacityPlan.Candidate, _ below: CapacityPlan.Candidate?
    ) -> DataTable {
        let capacities = [shown] + (below.map { [$0] } ?? [])
        return DataTable(
            "Objectives and their limits",
            [
                .text("capacity"), .text("objective"), .text("situation"), .number("value"), .number("interval"),
                .number("runs"), .number("runs that meet it"), .text("verdict"),
            ],
            rows: capacities.flatMap { capacity in
                capacity.judgements.map { judgement in
                    [
                        DataTable.Cell(plan.words(of: capacity.settings)), DataTable.Cell(judgement.objective),
                        DataTable.Cell(judgement.situation.isEmpty ? "as it is" : judgement.situation),
                        DataTable.Cell(unit(judgement).text(judgement.estimate.mean), judgement.estimate.mean),
                        DataTable.Cell(judgement.interval),
                        DataTable.Cell(Figures.count(judgement.replications), Double(judgement.replications)),
                        DataTable.Cell(
                            Figures.percent(judgement.shareOfRuns, decimals: 0), judgement.shareOfRuns),
                        DataTable.Cell(judgement.verdict.rawValue),
                    ]
                }
            }, emptyReason: shown.obstacle ?? "the capacity survives; there are no bounds")
    }

    // MARK: Candidates

    /// Whether capacities are compared by price; without prices by GPUs.
    private var isPriced: Bool { plan.candidates.contains { $0.dollarsPerHour > 0 } }

    private func amount(_ candidate: CapacityPlan.Candidate) -> Double {
        isPriced ? candidate.dollarsPerHour : Double(candidate.gpus)
    }

    private var amountName: String { isPriced ? "price an hour" : "GPUs" }
    private var amountUnit: MeasureUnit { isPriced ? .dollars : .count }

    var candidates: String {
        let simulated = plan.candidates.filter { !$0.judgements.isEmpty }
        guard let first = simulated.first?.judgements.first else {
            return plan.candidateTable.html(isSortable: true)
        }
        let points = simulated.compactMap { candidate -> FrontPlot.Point? in
            guard let value = candidate.judgements.first else { return nil }
            let (mean, estimate) = (value.estimate.mean, value.estimate)
            let isAnswer = candidate.settings == plan.best?.settings
            let isBelow = candidate.settings == plan.binding?.smaller.settings
            let settings = candidate.settings.joined(separator: ", ")
            return FrontPlot.Point(
                name: plan.words(of: candidate.settings), x: amount(candidate), y: mean,
                interval: min(estimate.lower ?? mean, mean)...max(estimate.upper ?? mean, mean),
                verdict: candidate.verdict, isOnFront: candidate.isOnFront,
                label: isAnswer ? "the plan: \(settings)" : isBelow ? settings : "", isAnswer: isAnswer)
        }
        let names = plan.decisions.map(\.name).joined(separator: ", ")
        return ChartFigure(
            id: "front",
            chart: FrontPlot(
                title: "What \(subject(first.objective)) costs", xTitle: amountName, xUnit: amountUnit,
                yTitle: subject(first.objective), yUnit: unit(first), limit: first.limit,
                isLowerLimit: first.isLowerLimit, points: points, table: plan.candidateTable),
            note:
                "One mark for each capacity that was simulated, by \(names), in the undisturbed situation, with the interval that decided. A mark on the right side of the limit can still miss another objective, or the same after a loss."
        ).html
    }

    // MARK: Binding

    var binding: String {
        guard let binding = plan.binding else { return DataTable.note("there is no smaller capacity to look at") }
        var markup = Markup()
        markup.leaf("p", binding.sentence.prefix(1).uppercased() + binding.sentence.dropFirst() + ".")
        if !binding.tried.isEmpty { markup.raw(reliefTable(binding).html()) }
        let bars = binding.waits.prefix(8).map {
            AmountBars.Bar(
                name: $0.reason, value: $0.share, text: Figures.percent($0.share), paint: .series(0))
        }
        markup.raw(
            ChartFigure(
                id: "waits",
                chart: AmountBars(
                    title: "What jobs waited for, with \(plan.phrase(of: binding.smaller.settings))",
                    measure: "share of the waiting time", unit: .share, bars: bars,
                    table: DataTable(
                        "Waiting time by reason", [.text("reason"), .number("share of the waiting time")],
                        rows: binding.waits.map {
                            [DataTable.Cell($0.reason), DataTable.Cell(Figures.percent($0.share), $0.share)]
                        }), absence: "no job waited"),
                note: "Each job counts with its whole wait under the reason that held it longest."
            ).html)
        return markup.text
    }

    private func reliefTable(_ binding: CapacityPlan.Binding) -> DataTable {
        DataTable(
            "\(plan.words(of: binding.smaller.settings)) without one cause after the other",
            [.text("without"), .text("objective"), .number("value"), .number("interval"), .text("all objectives")],
            rows: binding.tried.map { relief in
                let judgement = relief.judgement
                let objective = judgement.map { $0.objective + ($0.situation.isEmpty ? "" : " " + $0.situation) }
                return [
                    DataTable.Cell(relief.cause), DataTable.Cell(objective ?? Figures.missing),
                    DataTable.Cell(judgement.map { unit($0).text($0.estimate.mean) } ?? Figures.missing),
                    DataTable.Cell(judgement?.interval ?? ""), DataTable.Cell(relief.verdict.rawValue),
                ]
            })
    }

    // MARK: Demand

    var demand: String { sensitivity + headroom }

    private var sensitivity: String {
        let all = plan.sensitivity + [CapacityPlan.Sensitivity(demand: 1, best: plan.best)]
        let points = all.sorted { $0.demand < $1.demand }
        func name(_ demand: Double) -> String {
            demand == 1 ? "as it is" : (demand > 1 ? "+" : "") + Figures.percent(demand - 1, decimals: 0)
        }
        func words(_ best: CapacityPlan.Candidate?) -> String {
            best.map { "\(plan.phrase(of: $0.settings)): \(plan.size($0))" } ?? "nothing within the limits is enough"
        }
        return ChartFigure(
            id: "sensitivity",
            chart: AmountBars(
                title: "The plan if the demand were another", measure: amountName, unit: amountUnit,
                bars: points.allSatisfy { $0.best == nil }
                    ? []
                    : points.map { point in
                        AmountBars.Bar(
                            name: name(point.demand), value: point.best.map(amount) ?? 0, text: words(point.best),
                            paint: point.demand == 1 ? .series(0) : .series(4))
                    },
                table: DataTable(
                    "Plans by demand",
                    [.text("demand"), .text("plan"), .number("nodes"), .number("GPUs"), .number("price/h")],
                    rows: points.map { point in
                        let best = point.best
                        return [
                            DataTable.Cell(name(point.demand)),
                            DataTable.Cell(best.map { plan.words(of: $0.settings) } ?? words(nil)),
                            DataTable.Cell(best.map { Figures.count($0.nodes) } ?? Figures.missing),
                            DataTable.Cell(best.map { Figures.count($0.gpus) } ?? Figures.missing),
                            DataTable.Cell(best?.price ?? Figures.missing),
                        ]
                    }), absence: "nothing within the limits is enough, at any of these demands")
        ).html
    }

    private var headroom: String {
        let bars = plan.headroom.map { room in
            let percent = { (share: Double) in Figures.percent(share, decimals: 0) }
            let fails = room.failsAt.map { "\(percent($0)) is too much" } ?? "no end was found"
            let limit = room.limit.map { ": \($0)" } ?? ""
            let bears = room.holdsAt > 0 ? "bears \(percent(room.holdsAt)), " : "nothing was found that it bears, "
            return AmountBars.Bar(
                name: room.capacity, value: room.holdsAt, upTo: room.failsAt, text: bears + fails + limit,
                paint: room.capacity == "as planned" ? .series(0) : .other)
        }
        return ChartFigure(
            id: "headroom",
            chart: AmountBars(
                title: "How much demand it bears", measure: "demand over that of the scenario", unit: .share,
                bars: bars,
                mark: AmountBars.Mark(value: 1, text: "the scenario"),
                table: DataTable(
                    "Headroom",
                    [.text("capacity"), .number("bears"), .number("too much"), .text("in the way there")],
                    rows: plan.headroom.map { room in
                        [
                            DataTable.Cell(room.capacity),
                            DataTable.Cell(Figures.percent(room.holdsAt, decimals: 1), room.holdsAt),
                            DataTable.Cell(
                                room.failsAt.map { Figures.percent($0, decimals: 1) } ?? Figures.missing,
                                room.failsAt ?? .infinity),
                            DataTable.Cell(room.limit ?? Figures.missing),
                        ]
                    }), absence: "the capacity as written cannot run the workload"),
            note: "The hatched part lies between the largest demand shown to be borne and the least that is not."
        ).html
    }

    // MARK: Growth

    var growth: String {
        plan.headroom.enumerated().map { index, room in
            let rows =
                missedAlready(room).map {
                    RunOutChart.Row(name: $0, days: 0, text: "missed already", paint: .series(0))
                }
                + room.objectives.map { objective in
                    RunOutChart.Row(
                        name: objective.objective, days: objective.days,
                        text: runsOut(objective.days, objective.date)
                            ?? "not by \(Figures.fixed(objective.holdsAt, 0)) × the demand", paint: .series(0))
                }
                + room.pools.map { pool in
                    RunOutChart.Row(
                        name: "pool \(pool.pool) full", days: pool.days,
                        text: runsOut(pool.days, pool.date) ?? "not filling", paint: .series(1))
                }
            let start = plan.growthFrom ?? "the day of the scenario"
            let note =
                room.holdsAt < 1
                ? "Some objective is not shown to be met at the demand of the scenario already. "
                : ""
            return ChartFigure(
                id: "run-out-\(index)",
                chart: RunOutChart(
                    title: "When the capacity \(room.capacity) runs out, at \(plan.growth ?? "")", start: start,
                    rows: rows,
                    table: runOutTable(room)),
                note: note
                    + "An objective runs out where simulations of the grown demand miss it; a pool where its share of held GPU time, growing with the demand, reaches all of it. Pools that share jobs fill together."
            ).html
        }.joined()
    }

    /// Objectives that a capacity misses at the demand of the scenario; known of the one as written.
    private func missedAlready(_ room: CapacityPlan.Headroom) -> [String] {
        guard room.holdsAt < 1, room.capacity.hasPrefix("as written") else { return [] }
        let missed = plan.present.judgements.filter { $0.verdict == .missed }.map(\.objective)
        return plan.objectives.filter(missed.contains)
    }

    private func runsOut(_ days: Double?, _ date: String?) -> String? {
        days.map { date ?? "after \(CapacityPlan.time($0))" }
    }

    private func runOutTable(_ room: CapacityPlan.Headroom) -> DataTable {
        DataTable(
            "When each runs out",
            [.text("what"), .number("now"), .number("holds until"), .number("after"), .text("day")],
            rows: missedAlready(room).map {
                [$0, "missed", Figures.missing, Figures.missing, Figures.missing].map { DataTable.Cell($0) }
            }
                + room.objectives.map { objective in
                    [
                        DataTable.Cell(objective.objective), DataTable.Cell("met"),
                        DataTable.Cell("\(Figures.fixed(objective.holdsAt, 2)) × the demand", objective.holdsAt),
                        DataTable.Cell(objective.days.map(CapacityPlan.time) ?? Figures.missing),
                        DataTable.Cell(objective.date ?? Figures.missing),
                    ]
                }
                + room.pools.map { pool in
                    [
                        DataTable.Cell("pool \(pool.pool) full"),
                        DataTable.Cell("\(Figures.percent(pool.utilization.mean)) held"),
                        DataTable.Cell(
                            pool.utilization.mean > 0
                                ? "\(Figures.fixed(1 / pool.utilization.mean, 2)) × the demand" : Figures.missing),
                        DataTable.Cell(pool.days.map(CapacityPlan.time) ?? Figures.missing),
                        DataTable.Cell(pool.date ?? Figures.missing),
                    ]
                })
    }

    // MARK: Method

    var method: String {
        let parts = plan.efforts.map { "\(Figures.count($0.simulations)) for \($0.part.words)" }
        var entries: [(name: String, value: String)] = [
            ("Objectives", plan.objectives.joined(separator: " · ")),
            (
                "May be changed",
                plan.decisions.map { "\($0.name): \($0.values.first ?? "") … \($0.values.last ?? "")" }
                    .joined(separator: " · ")
            ), ("Has least of", plan.minimizes), ("Certainty", Figures.percent(plan.confidence, decimals: 1)),
            ("Simulations", "\(Figures.count(plan.simulations)): " + parts.joined(separator: ", ")),
            (
                "Replications",
                "\(source.replications) at first, up to \(source.mostReplications), from seed \(source.seed) on"
            ),
            (
                "Warm-up",
                plan.warmUpSeconds > 0 ? Figures.duration(seconds: plan.warmUpSeconds) + " not counted" : "none"
            ),
            ("Scenario", source.scenarioHash), ("Version", source.version),
        ]
        if let growth = plan.growth {
            entries.append(("Growth", growth + (plan.growthFrom.map { " from \($0)" } ?? "")))
        }
        return MethodList(
            entries: entries, command: source.command, warnings: plan.notes,
            assumptions: [
                "more nodes, and fewer jobs, never make a wait longer or utilization higher; assumed only between capacities that were judged themselves",
                "arrivals of all capacities have the same seeds, and their jobs are those of the scenario as written",
            ]
        ).html
    }
}

extension CapacityPlan.Judgement {
    /// "1.7 h … 2.4 h".
    var interval: String {
        let unit = MeasureUnit(name: unit)
        return [estimate.lower, estimate.upper].compactMap { $0.map(unit.text) }.joined(separator: " … ")
    }
}
