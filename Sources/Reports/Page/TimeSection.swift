// What happened when: small multiples over one axis.

extension ReportPage {
    /// Numbers of series within the time figure: each kind of thing has its own range.
    private enum Keys {
        static let cause = 0
        static let pool = 20
        static let queue = 40
        static let team = 60
        static let total = 80
    }

    /// The section as HTML.
    var timeSection: String {
        let chart = TimePanels(
            title: "The run over time",
            description: "Small multiples over one time axis: " + timePanels.map(\.title).joined(separator: "; "),
            start: data.header.start, end: data.header.end, epochUnixSeconds: data.header.epochUnixSeconds,
            panels: timePanels)
        let legend = data.causes.enumerated().filter { $0.element.hours > 0 }.map {
            LegendKey(index: Keys.cause + $0.offset, name: $0.element.shortLabel, paint: .cause($0.element.name))
        }
        return ChartFigure(
            id: "time", chart: chart,
            note: "Point at the chart, or focus it and use the arrow keys, to read all panels at one instant. "
                + "Where a pixel covers several samples, a band spans their least and greatest value around the median.",
            legend: legend, crosshair: chart.crosshairJSON
        ).html
    }

    var timePanels: [TimePanel] {
        [causePanel] + poolPanel + [pendingPanel, runningPanel] + sharePanels + fragmentationPanel
    }

    private var causePanel: TimePanel {
        let buckets = data.causeBuckets
        let series = data.causes.enumerated().map { index, cause in
            TimeSeries(
                key: Keys.cause + index, name: cause.shortLabel, paint: .cause(cause.name), times: buckets.starts,
                values: buckets.gpus[index])
        }
        return TimePanel(
            title: "What the GPUs did", name: "GPUs by cause", unit: .count("GPUs"),
            content: .areas(series, end: buckets.end), height: 190, ceiling: Double(max(data.summary.gpus, 1)),
            emptyReason: buckets.starts.isEmpty ? "no time passed in this run" : nil)
    }

    private var poolPanel: [TimePanel] {
        guard data.pools.count > 1 else { return [] }
        let pools = Array(data.pools.prefix(6))
        let palette = Palette(names: pools.map(\.name)) { _ in 0 }
        let series = pools.enumerated().map { index, pool in
            TimeSeries(
                key: Keys.pool + index, name: pool.name, paint: palette.paint(pool.name), times: pool.bucketTimes,
                values: pool.allocatedShare)
        }
        return [
            TimePanel(
                title: "How full is each pool? Share of its GPUs allocated", name: "Allocated", unit: .share,
                content: .lines(series, levels: []), height: 110, ceiling: 1)
        ]
    }

    private var pendingPanel: TimePanel {
        let times = data.queues.first?.times ?? []
        let pending = data.pendingJobs
        var title = "How many jobs wait in each queue?"
        if let most = pending.indices.max(by: { pending[$0] < pending[$1] }), pending[most] > 0, most < times.count {
            title =
                "At most \(Figures.plural(Int(pending[most]), "job")) waited, at \(Figures.instant(nanoseconds: times[most]))"
        }
        let isEmpty = (pending.max() ?? 0) == 0
        return TimePanel(
            title: title, name: "Jobs waiting", unit: .count("jobs"),
            content: .lines(queueLines(\.pendingJobs, total: pending), levels: []), height: 120,
            emptyReason: times.isEmpty ? "no samples were taken" : isEmpty ? "no job waited at any sample" : nil)
    }

    private var runningPanel: TimePanel {
        TimePanel(
            title: "How many jobs run?", name: "Jobs running", unit: .count("jobs"),
            content: .lines(queueLines(\.runningJobs, total: data.runningJobs), levels: []), height: 90,
            emptyReason: (data.runningJobs.max() ?? 0) == 0 ? "no job ran at any sample" : nil)
    }

    /// A line for each of the main queues, and one for the others together.
    private func queueLines(_ values: KeyPath<RunData.Holder, [Double]>, total: [Double]) -> [TimeSeries] {
        let main = data.queues.enumerated().filter { mainQueues.contains($0.element.name) }
        var lines = main.map { index, queue in
            TimeSeries(
                key: Keys.queue + index % 20, name: queue.name, paint: queuePalette.paint(queue.name),
                times: queue.times, values: queue[keyPath: values])
        }
        if main.count < data.queues.count, let times = data.queues.first?.times {
            let rest = total.indices.map { index in
                lines.reduce(total[index]) { index < $1.values.count ? $0 - $1.values[index] : $0 }
            }
            lines.append(
                TimeSeries(
                    key: Keys.total, name: "\(data.queues.count - main.count) others", paint: .other,
                    times: Array(times.prefix(rest.count)), values: rest))
        }
        return lines
    }

    /// One panel per team, all of one height, so that the eye can compare; at most six, those that fell shortest.
    private var sharePanels: [TimePanel] {
        guard data.teams.count > 1 else { return [] }
        let chosen = data.teams.indices.sorted {
            data.teams[$0].meanShortfall != data.teams[$1].meanShortfall
                ? data.teams[$0].meanShortfall > data.teams[$1].meanShortfall : $0 < $1
        }.prefix(6).sorted()
        let top = chosen.map { max(data.teams[$0].share.max() ?? 0, data.teams[$0].entitled) }.max() ?? 1
        return chosen.map { index in
            let team = data.teams[index]
            let line = TimeSeries(
                key: Keys.team + index % 20, name: team.name,
                endLabel: "mean \(Figures.percent(team.meanShare, decimals: 0))", paint: palette.paint(team.name),
                times: team.times, values: team.share)
            let deserved = Figures.percent(team.entitled, decimals: 0)
            let level = TimePanel.Level(
                name: "deserved \(deserved)", shortName: "due \(deserved)", paint: .other, value: team.entitled)
            let relation =
                team.shortTime > 0.005
                ? "short of what it deserves and asks for in \(Figures.percent(team.shortTime, decimals: 0)) of the time"
                : "never short of what it deserves and asks for"
            return TimePanel(
                title: "Share of \(team.name): \(relation)", name: "Share held", unit: .share,
                content: .lines([line], levels: [level]),
                height: 64, ceiling: [0.1, 0.2, 0.4].first { $0 >= top } ?? 1)
        }
    }

    private var fragmentationPanel: [TimePanel] {
        guard !data.pools.isEmpty else { return [] }
        let pools = Array(data.pools.prefix(6))
        let palette = Palette(names: pools.map(\.name)) { _ in 0 }
        let series = pools.enumerated().map { index, pool in
            TimeSeries(
                key: Keys.pool + index, name: pool.name, paint: palette.paint(pool.name), times: pool.sampleTimes,
                values: pool.unusableGPUs)
        }
        let most = series.flatMap(\.values).max() ?? 0
        return [
            TimePanel(
                title: most > 0
                    ? "Fragmentation: up to \(Figures.short(most)) GPUs were free but fitted no waiting job"
                    : "Fragmentation: free GPUs that fit no waiting job",
                name: "Free but unusable", unit: .count("GPUs"), content: .lines(series, levels: []), height: 100,
                emptyReason: most > 0 ? nil : "at no sample was a free GPU useless to every waiting job")
        ]
    }
}
