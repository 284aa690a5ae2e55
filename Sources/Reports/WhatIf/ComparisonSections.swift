// The parts of the page of a comparison, each a chart with its table.

extension ComparisonPage {
    // MARK: What each variant measures

    /// Small multiples of the whole cluster's measures.
    var measureSection: String {
        let same = measured.filter(Self.isTheSame)
        var note =
            comparison.replications > 1
            ? "Dots: the \(Figures.count(comparison.replications)) replications; circle and whisker: their mean and its "
                + "\(percent) interval; dashed: the mean of \(reference). A number in bold is shown to be better (green) "
                + "or worse (red)."
            : "One replication of each variant, and so no interval; dashed: \(reference)."
        if !same.isEmpty {
            let values = same.map { row in
                let value = row.values.compactMap { $0 }.first
                return "\(row.measure) (\(value.map { MeasureUnit(name: row.unit).text($0.mean) } ?? Figures.missing))"
            }
            note += " The same in every variant: \(values.joined(separator: ", "))."
        }
        return ChartFigure(id: "panels", chart: panelChart, note: note).html
    }

    /// Measures of the whole cluster that are not zero everywhere.
    private var measured: [Comparison.Row] { headlines.filter { $0.values.contains { ($0?.mean ?? 0) != 0 } } }

    /// A panel for each of them that is not the same in all variants.
    var panelChart: IntervalPanels {
        IntervalPanels(
            title: "The whole cluster, \(Figures.plural(comparison.variants.count, "variant"))",
            panels: measured.filter { !Self.isTheSame($0) }.map(panel), level: comparison.level)
    }

    private func panel(_ row: Comparison.Row) -> IntervalPanels.Panel {
        IntervalPanels.Panel(
            title: row.measure, unit: MeasureUnit(name: row.unit), isBetterWhenHigher: row.isBetterWhenHigher,
            rows: comparison.variants.indices.map { index in
                IntervalPanels.Row(
                    name: comparison.variants[index], paint: paint(index), mean: row.values[index]?.mean,
                    interval: row.values[index]?.interval, samples: row.samples[index].compactMap { $0 },
                    standing: Self.standing(row, index))
            })
    }

    /// Whether all variants have the same number in every replication.
    private static func isTheSame(_ row: Comparison.Row) -> Bool {
        row.values.count > 1 && row.values.allSatisfy { $0 != nil }
            && row.differences.dropFirst().allSatisfy { $0?.isIdentical == true }
    }

    // MARK: What differs

    /// The forest plot of the whole cluster.
    var changeSection: String {
        ChartFigure(id: "forest", chart: forest(headlines, title: "The whole cluster", mostRows: 20), note: forestNote)
            .html
    }

    private var forestNote: String {
        comparison.replications > 1
            ? "Change of the mean, with its \(percent) interval by the accelerated bootstrap over paired replications. "
                + "Filled: shown to be better (green) or worse (red) among all tests that were made; hollow: no "
                + "difference shown. An arrow leads beyond the drawing."
            : "Change under one seed. One replication has no interval: nothing is shown to differ."
    }

    /// Rows of each variant against the first; of more than `mostRows` those that differ most clearly.
    private func forest(_ rows: [Comparison.Row], title: String, mostRows: Int) -> ForestChart {
        let panels = comparison.variants.indices.dropFirst().map { variant in
            let all = rows.filter { row in
                guard let difference = row.differences[variant], !difference.isIdentical else { return false }
                return difference.relative != nil || !difference.isTiny(MeasureUnit(name: row.unit))
            }
            let kept = Self.clearest(all, variant, limit: mostRows)
            return ForestChart.Panel(
                title: comparison.variants[variant], rows: kept.map { Self.forestRow($0, variant) },
                omitted: all.count - kept.count)
        }.filter { !$0.rows.isEmpty }
        let shown = panels.flatMap(\.rows).count { $0.standing != .notShown }
        return ForestChart(
            title: "\(title): change against \(reference)",
            description: "\(shown) of \(panels.flatMap(\.rows).count) differences are shown. "
                + panels.map { panel in
                    panel.title + ": " + panel.rows.map { "\($0.name) \(ForestChart.text($0))" }.joined(separator: "; ")
                }.joined(separator: ". "),
            axis: "change in % of the mean of \(reference)", panels: panels, table: differenceTable(rows, title))
    }

    /// The clearest of the rows, in their own order: those shown, then by the p value of the test.
    private static func clearest(_ rows: [Comparison.Row], _ variant: Int, limit: Int) -> [Comparison.Row] {
        guard rows.count > limit else { return rows }
        func weight(_ row: Comparison.Row) -> (Int, Double, Double) {
            let difference = row.differences[variant]
            return (
                standing(row, variant) == .notShown ? 1 : 0, difference?.pValue ?? 1,
                -(difference?.relative?.magnitude ?? 0)
            )
        }
        let ranked = rows.indices.sorted {
            let (a, b) = (weight(rows[$0]), weight(rows[$1]))
            return a != b ? a < b : $0 < $1
        }
        return ranked.prefix(limit).sorted().map { rows[$0] }
    }

    private static func forestRow(_ row: Comparison.Row, _ variant: Int) -> ForestChart.Row {
        let difference = row.differences[variant]
        let unit = MeasureUnit(name: row.unit)
        let remark = difference.map { signed($0.mean, unit) + " (from 0)" } ?? Figures.missing
        return ForestChart.Row(
            name: row.scope == .cluster ? row.measure : "\(row.scope.name) · \(row.measure)",
            change: difference?.relative,
            interval: Comparison.range(difference?.relativeLower, difference?.relativeUpper),
            standing: standing(row, variant), remark: remark)
    }

    private static func signed(_ value: Double, _ unit: MeasureUnit) -> String {
        (value > 0 ? "+" : "") + unit.differenceText(value)
    }

    /// Every difference in numbers.
    private func differenceTable(_ rows: [Comparison.Row], _ title: String) -> DataTable {
        let ofParts = rows.contains { $0.scope != .cluster }
        var cells: [[DataTable.Cell]] = []
        for variant in comparison.variants.indices.dropFirst() {
            for row in rows {
                guard let difference = row.differences[variant] else { continue }
                cells.append(
                    (ofParts ? [DataTable.Cell(row.scope.name)] : [])
                        + differenceCells(row, difference, variant: variant))
            }
        }
        return DataTable(
            "\(title): differences to \(reference), with \(percent) intervals (of the difference: Student’s t; of the "
                + "change: accelerated bootstrap)",
            (ofParts ? [.text(rows.first?.scope.kind ?? "part")] : []) + [
                .text("measure"), .text("variant"), .number(reference), .number("variant’s mean"),
                .number("difference"), .number("change"), .number("p"), .text("verdict"),
            ], rows: cells, emptyReason: "nothing was measured in both variants")
    }

    private func differenceCells(
        _ row: Comparison.Row, _ difference: Comparison.Difference, variant: Int
    ) -> [DataTable.Cell] {
        let unit = MeasureUnit(name: row.unit)
        let interval = Comparison.range(difference.lower, difference.upper).map {
            " [\(Self.signed($0.lowerBound, unit)), \(Self.signed($0.upperBound, unit))]"
        }
        let change = difference.relative.map { relative in
            ForestChart.percent(relative)
                + (Comparison.range(difference.relativeLower, difference.relativeUpper).map {
                    " [\(ForestChart.number($0.lowerBound)), \(ForestChart.number($0.upperBound))]"
                } ?? "")
        }
        let p = difference.isIdentical ? nil : difference.pValue.map { Figures.short($0) }
        func mean(_ index: Int) -> DataTable.Cell {
            let value = row.values[index]?.mean
            return DataTable.Cell(value.map(unit.text) ?? Figures.missing, value ?? -1)
        }
        return [
            DataTable.Cell(row.measure), DataTable.Cell(comparison.variants[variant]), mean(0), mean(variant),
            DataTable.Cell(Self.signed(difference.mean, unit) + (interval ?? ""), difference.mean),
            DataTable.Cell(change ?? Figures.missing, difference.relative ?? 0),
            DataTable.Cell(p ?? Figures.missing, difference.pValue ?? 1),
            DataTable.Cell(difference.isIdentical ? "the same" : Self.standing(row, variant).words),
        ]
    }

    // MARK: One against the other

    /// Wait against price, or against utilization where nothing has a price; nil where they say nothing.
    var tradeOffSection: String? {
        let wait = headlines.first { $0.measure == "p95 wait" }
        let others = ["price of held GPU time", "utilization (allocated)"].compactMap { name in
            headlines.first { $0.measure == name && Self.varies($0) }
        }
        guard comparison.variants.count > 1, let wait, Self.varies(wait), let other = others.first else { return nil }
        let points = comparison.variants.indices.compactMap { index -> TradeOffPlot.Point? in
            guard let x = other.values[index], let y = wait.values[index] else { return nil }
            return TradeOffPlot.Point(
                name: comparison.variants[index], paint: paint(index), x: x.mean, y: y.mean, xInterval: x.interval,
                yInterval: y.interval)
        }
        guard points.count > 1 else { return nil }
        func axis(_ row: Comparison.Row) -> TradeOffPlot.Axis {
            TradeOffPlot.Axis(
                name: row.measure, unit: MeasureUnit(name: row.unit), isBetterWhenHigher: row.isBetterWhenHigher)
        }
        let front = TradeOffPlot.front(points, x: axis(other), y: axis(wait))
        let title =
            front.count == points.count
            ? "Each variant pays for one with the other"
            : "Not beaten in both: \(front.joined(separator: ", "))"
        let chart = TradeOffPlot(title: title, x: axis(other), y: axis(wait), points: points)
        return ChartFigure(
            id: "tradeoff", chart: chart,
            note: "Means of each variant"
                + (comparison.replications > 1
                    ? "; crosses: their \(percent) intervals. Where crosses overlap, another set of seeds may put them "
                        + "the other way round." : " under one seed; another may put them the other way round.")
        ).html
    }

    private static func varies(_ row: Comparison.Row) -> Bool {
        let means = row.values.compactMap { $0?.mean }
        return means.count > 1 && means.contains { $0 != means[0] }
    }

    // MARK: Parts

    /// Queues, teams, classes and services: the clearest differences drawn, all of them in tables.
    var partSection: String? {
        var kinds: [String] = []
        for row in comparison.rows where !row.isHeadline && row.scope != .cluster && !kinds.contains(row.scope.kind) {
            kinds.append(row.scope.kind)
        }
        guard !kinds.isEmpty, comparison.variants.count > 1 else { return nil }
        var markup = Markup()
        for kind in kinds {
            let rows = comparison.rows.filter { !$0.isHeadline && $0.scope.kind == kind }
            let heading = "By \(kind)"
            let chart = forest(rows, title: heading, mostRows: comparison.variants.count > 4 ? 6 : 12)
            let figure = ChartFigure(id: "parts-\(kind)", chart: chart, note: kinds.first == kind ? forestNote : nil)
            guard comparison.variants.count > 5 else {
                markup.raw(figure.html)
                continue
            }
            let drawn = chart.panels.flatMap(\.rows)
            let shown = drawn.count { $0.standing != .notShown }
            markup.element("details", ["class": "explain"]) { details in
                details.leaf("summary", "\(heading): \(shown) of \(drawn.count) drawn differences are shown")
                details.raw(figure.html)
            }
        }
        return markup.text
    }

    // MARK: Waits

    /// Distributions of the first replication: the first variant and at most five others.
    var waitSection: String {
        let kept = mostDifferent
        let chart = ECDFChart(
            title: "How long do jobs wait under each variant?", axis: "time waited (logarithmic)",
            lines: kept.map { index in
                ECDFChart.Line(
                    key: index, name: variants[index].name, paint: paint(index), sorted: variants[index].waits)
            })
        var note =
            "Share of jobs that waited no longer than the time below, in the first replication"
            + (comparison.warmUpSeconds > 0 ? ", without the warm-up" : "")
            + ". The upward axis is stretched towards 100 %, so that the tail can be read."
        if kept.count < variants.count(where: { !$0.waits.isEmpty }) {
            note += " Drawn are \(reference) and the five whose mean differs most from it."
        }
        let never = variants.reduce(0) { $0 + $1.neverFitting }
        if never > 0 { note += " \(Figures.plural(never, "job")) that can never fit are left out." }
        return ChartFigure(id: "waits", chart: chart, note: note).html
    }

    // MARK: Method

    /// Seeds, intervals, warm-up and length of the runs, and what to type.
    var methodSection: String {
        let first = comparison.seeds.first ?? []
        let isShared = comparison.seeds.allSatisfy { $0 == first }
        var entries: [(name: String, value: String)] = [
            ("Scenario", comparison.scenario), ("Orrery", variants.first?.version ?? Figures.missing),
            (
                "Seeds",
                first.joined(separator: ", ")
                    + (isShared ? "; the same for every variant" : "; those of \(reference), others differ")
            ),
            ("Replications", "\(comparison.replications) of each variant, \(comparison.simulations) simulations"),
        ]
        if comparison.replications > 1 {
            entries += [
                (
                    "Intervals",
                    "\(percent), each of one line alone; of means and differences Student’s t, of changes the "
                        + "accelerated bootstrap"
                ),
                (
                    "Shown",
                    "both intervals leave out zero, and the paired t test holds by Holm’s procedure among all "
                        + "\(Figures.count(comparison.tests)) tests of the whole cluster, or all "
                        + "\(Figures.count(comparison.partTests)) of its parts: in each of the two with \(percent) "
                        + "certainty no verdict is wrong"
                ),
            ]
        }
        entries.append(("Warm-up", comparison.warmUpReason))
        let list = MethodList(entries: entries, command: command, warnings: comparison.notes, assumptions: [])
        var markup = Markup()
        markup.raw(list.html)
        markup.raw(variantTable.html())
        markup.raw(runLengthTable.html())
        return markup.text
    }

    private var variantTable: DataTable {
        DataTable(
            "Variants", [.text("variant"), .text("scheduler"), .text("scenario hash")],
            rows: variants.enumerated().map { index, variant in
                [
                    DataTable.Cell(variant.name, paint: paint(index)), DataTable.Cell(variant.policy),
                    DataTable.Cell(variant.scenarioHash),
                ]
            }, emptyReason: "no run file was at hand")
    }

    private var runLengthTable: DataTable {
        DataTable(
            "Length of the runs: whether a twentieth of a run still tells the next (batch means)",
            [
                .text("variant"), .number("jobs counted"), .number("correlation of batches"),
                .number("mean wait by batch means"), .text("long enough"),
            ],
            rows: comparison.runLengths.map { length in
                let mean = length.batchMeans.map { estimate in
                    Figures.duration(seconds: estimate.mean)
                        + (estimate.interval.map {
                            " [\(Figures.duration(seconds: $0.lowerBound)), \(Figures.duration(seconds: $0.upperBound))]"
                        } ?? "")
                }
                return [
                    DataTable.Cell(length.variant), DataTable.Cell(Figures.short(length.jobs), length.jobs),
                    DataTable.Cell(
                        length.batchCorrelation.map { Figures.fixed($0, 2) } ?? Figures.missing,
                        length.batchCorrelation ?? -2),
                    DataTable.Cell(mean ?? Figures.missing, length.batchMeans?.mean ?? -1),
                    DataTable.Cell(
                        length.batchCorrelation == nil ? "too few jobs to tell" : length.isTooShort ? "no" : "yes"),
                ]
            }, emptyReason: "no run length was judged")
    }
}
