// How fast training jobs went through their steps, and what the fabric had to do with it.

extension ReportPage {
    /// Numbers of series within the figure.
    private enum Keys {
        static let mean = 0
        static let worst = 1
        static let tier = 10
    }

    /// The section as HTML.
    var trainingSection: String {
        var markup = Markup()
        let pace = TimePanels(
            title: "Steps and links over time",
            description: "Small multiples over one time axis: " + trainingPanels.map(\.title).joined(separator: "; "),
            start: data.header.start, end: data.header.end, epochUnixSeconds: data.header.epochUnixSeconds,
            panels: trainingPanels)
        markup.raw(
            ChartFigure(
                id: "pace", chart: pace,
                note:
                    "An undisturbed step is that of the same plan packed on the same hardware, with the fabric to itself. "
                    + "The mean weighs jobs by their GPUs.",
                crosshair: pace.crosshairJSON
            ).html)
        markup.raw(
            ChartFigure(
                id: "slowed", chart: slowdownChart,
                note:
                    "Share of jobs whose mean step was no longer than so many undisturbed ones, one line per number of leaves."
            ).html)
        markup.raw(slowedTable.html(isSortable: true))
        markup.raw(
            ChartFigure(
                id: "links", chart: linkBars,
                note:
                    "Bars are means over the samples of the run, marks the fullest sample. Each direction of a link counts by "
                    + "itself; shown is the fuller one."
            ).html)
        markup.raw(tierTable.html())
        return markup.text
    }

    // MARK: Over time

    private var trainingPanels: [TimePanel] { [slowdownPanel] + tierPanels }

    private var slowdownPanel: TimePanel {
        let paces = data.training.paces
        let times = paces.map(\.time)
        let worst = paces.max { $0.worst < $1.worst }
        var title = "No step was longer than undisturbed at any sample"
        if let worst, worst.worst > 1.0005 {
            title =
                "Steps over undisturbed ones: at most \(Figures.fixed(worst.worst, 2)) ×, "
                + "\(worst.worstJob) at \(Figures.instant(nanoseconds: worst.time))"
        }
        return TimePanel(
            title: title, name: "Step over an undisturbed one", unit: .multiple,
            content: .lines(
                [
                    TimeSeries(
                        key: Keys.worst, name: "worst job", paint: .series(5), times: times,
                        values: paces.map(\.worst)),
                    TimeSeries(
                        key: Keys.mean, name: "mean", paint: .series(0), times: times,
                        values: paces.map(\.mean)),
                ],
                levels: [TimePanel.Level(name: "undisturbed", shortName: "1 ×", paint: .other, value: 1)]),
            height: 140,
            emptyReason: paces.isEmpty ? "no training job was at work at any sample" : nil)
    }

    private var tierPanels: [TimePanel] {
        data.training.tiers.enumerated().filter { $0.element.times.count > 1 }.map { index, tier in
            let peak = tier.fullest.max() ?? 0
            let full = Double(tier.fullest.count { $0 >= 0.999 }) / Double(tier.fullest.count)
            let finding =
                full > 0
                ? "a link is full in \(Figures.percent(full, decimals: 0)) of the samples"
                : "never fuller than \(Figures.percent(peak, decimals: 0))"
            return TimePanel(
                title: "Load of the \(Figures.plural(tier.links, "link")), \(tier.label): \(finding)",
                name: "Load, \(tier.label)", unit: .share,
                content: .lines(
                    [
                        TimeSeries(
                            key: Keys.tier + 2 * index, name: "fullest link", paint: .series(5), times: tier.times,
                            values: tier.fullest),
                        TimeSeries(
                            key: Keys.tier + 2 * index + 1, name: "all together", paint: .series(0), times: tier.times,
                            values: tier.mean),
                    ], levels: []),
                height: 110, ceiling: max(1, peak))
        }
    }

    // MARK: By job

    private var slowdownChart: ECDFChart {
        let classes: [(name: String, holds: (Int) -> Bool)] = [
            ("one leaf", { $0 <= 1 }), ("2 leaves", { $0 == 2 }), ("3 and more", { $0 > 2 }),
        ]
        let lines = classes.enumerated().map { index, leaves in
            ECDFChart.Line(
                key: index, name: leaves.name, paint: .series([2, 0, 5][index]),
                sorted: data.training.jobs.filter { leaves.holds($0.leafGroups) }.compactMap(\.slowdown).sorted())
        }.filter { !$0.sorted.isEmpty }
        let slowed = data.training.jobs.count { ($0.slowdown ?? 1) > 1.01 }
        let title =
            slowed == 0
            ? "No training job was slowed by more than 1 %"
            : "\(Figures.count(slowed)) of \(Figures.plural(data.training.jobs.count, "training job")) took more than 1 % longer "
                + "than undisturbed"
        return ECDFChart(
            title: title, axis: "mean step over an undisturbed one (logarithmic)", lines: lines, plotHeight: 220,
            marks: .multiples)
    }

    private var slowedTable: DataTable {
        DataTable(
            "Which training jobs lost most to contention, distance and slow parts?",
            [
                .text("job"), .text("team"), .number("GPUs"), .number("nodes"), .number("leaves"),
                .number("step (s)"), .number("undisturbed (s)"), .number("slowdown"), .number("GPU-hours lost"),
            ],
            rows: data.training.jobs.prefix(15).filter { $0.slowedHours > 0 }.map { job in
                [
                    DataTable.Cell(job.name), DataTable.Cell(job.team, paint: palette.paint(job.team)),
                    DataTable.Cell(Figures.short(job.gpus), job.gpus),
                    DataTable.Cell(Figures.count(job.nodes), Double(job.nodes)),
                    DataTable.Cell(Figures.count(job.leafGroups), Double(job.leafGroups)),
                    number(job.step, 2), number(job.undisturbedStep, 2), number(job.slowdown, 3),
                    DataTable.Cell(Figures.short(job.slowedHours), job.slowedHours),
                ]
            },
            emptyReason: "no training job was slowed in this run")
    }

    private func number(_ value: Double?, _ decimals: Int) -> DataTable.Cell {
        DataTable.Cell(value.map { Figures.fixed($0, decimals) } ?? Figures.missing, value ?? -1)
    }

    // MARK: Links

    private var tierPalette: Palette { Palette(names: data.training.tiers.map(\.label)) { _ in 0 } }

    private var linkBars: ShareBars {
        let labels = Dictionary(
            data.training.tiers.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
        let bars = data.training.busiest.map { link in
            let label = labels[link.tier] ?? link.tier
            return ShareBars.Bar(
                name: link.alike > 1 ? "\(link.name) and \(link.alike - 1) alike" : link.name, group: label,
                paint: tierPalette.paint(label), mean: link.meanShare,
                peak: link.samples > 1 ? link.maxShare : nil)
        }
        let title =
            data.training.busiest.max { $0.meanShare < $1.meanShare }.map {
                "The busiest link, \($0.name), is \(Figures.percent($0.meanShare, decimals: 0)) full on average"
            }
            ?? "How full were the busiest links?"
        return ShareBars(
            title: title, measure: "Load of the busiest links, of their capacity", bars: bars,
            absence: "no job used the fabric in this run")
    }

    private var tierTable: DataTable {
        DataTable(
            "Load of the fabric by tier",
            [
                .text("links"), .number("count"), .number("capacity"), .number("mean load"),
                .number("busiest, mean"), .number("busiest, peak"), .number("links ever full"),
            ],
            rows: data.training.tiers.map { tier in
                let scaling = AxisUnit.bytesPerSecond.scaled(toExtent: tier.capacity)
                return [
                    DataTable.Cell(tier.label, paint: tierPalette.paint(tier.label)),
                    DataTable.Cell(Figures.count(tier.links), Double(tier.links)),
                    DataTable.Cell(scaling.text(tier.capacity), tier.capacity),
                    DataTable.Cell(Figures.percent(tier.meanShare), tier.meanShare),
                    DataTable.Cell(Figures.percent(tier.busiestMean), tier.busiestMean),
                    share(tier.busiestPeak), share(tier.everFull),
                ]
            },
            emptyReason: "the machines of this run have no network cards")
    }

    private func share(_ value: Double?) -> DataTable.Cell {
        DataTable.Cell(value.map { Figures.percent($0) } ?? Figures.missing, value ?? -1)
    }
}
