// How long jobs waited: distributions, never a bar of means.

extension ReportPage {
    /// The section as HTML.
    var distributionSection: String {
        var markup = Markup()
        let waits = ECDFChart(
            title: waitTitle, axis: "time waited (logarithmic)",
            lines: lines { job in job.neverFits ? nil : Double(job.wait) / 1e9 })
        markup.raw(ChartFigure(id: "waits", chart: waits, note: waitNote).html)
        markup.raw(waitTable.html(isSortable: true))
        let slowdowns = ECDFChart(
            title: slowdownTitle, axis: "completion time over undisturbed run time (logarithmic)",
            lines: lines(\.slowdown), plotHeight: 220, marks: .multiples)
        markup.raw(
            ChartFigure(
                id: "slowdowns", chart: slowdowns, note: "Completed jobs only; run times below 10 s count as 10 s."
            ).html)
        return markup.text
    }

    private var waitTitle: String {
        guard let half = data.summary.p50Wait, let tail = data.summary.p95Wait, data.summary.jobs >= 20 else {
            return "How long do jobs wait?"
        }
        let beginning: String
        if half < 1e9 {
            let waits = data.jobs.filter { !$0.neverFits }
            let prompt = Double(waits.count { $0.wait < 1_000_000_000 }) / Double(max(waits.count, 1))
            beginning = "\(Figures.percent(prompt, decimals: 0)) of the jobs start at once"
        } else {
            beginning = "Half of the jobs wait at most \(Figures.duration(nanoseconds: half))"
        }
        return tail < 1e9
            ? "Nearly all jobs start at once"
            : beginning + ", one in twenty waits longer than \(Figures.duration(nanoseconds: tail))"
    }

    private var waitNote: String {
        var note =
            "Share of jobs that waited no longer than the time below, one line per queue. "
            + "The upward axis is stretched towards 100 %, so that the tail can be read."
        if data.summary.waiting > 0 {
            note += " \(Figures.plural(data.summary.waiting, "job")) still waiting count with the wait so far."
        }
        if data.summary.neverFit > 0 {
            note += " \(Figures.plural(data.summary.neverFit, "job")) that can never fit are left out."
        }
        return note
    }

    private var slowdownTitle: String {
        let sorted = data.jobs.compactMap(\.slowdown).sorted()
        guard !sorted.isEmpty else { return "How much longer did jobs take than undisturbed?" }
        return
            "Half of the jobs take at most \(Figures.short(sorted[(sorted.count - 1) / 2])) × their undisturbed run time"
    }

    /// One line for each of the main queues, and one for the others together.
    private func lines(_ value: (RunData.Job) -> Double?) -> [ECDFChart.Line] {
        var values: [String: [Double]] = [:]
        for job in data.jobs { if let value = value(job) { values[job.queue, default: []].append(value) } }
        var lines = mainQueues.enumerated().map { index, name in
            ECDFChart.Line(
                key: index, name: name, paint: queuePalette.paint(name), sorted: (values[name] ?? []).sorted())
        }
        let rest = values.keys.sorted().filter { !mainQueues.contains($0) }
        if !rest.isEmpty {
            lines.append(
                ECDFChart.Line(
                    key: mainQueues.count, name: "\(rest.count) others", paint: .other,
                    sorted: rest.flatMap { values[$0] ?? [] }.sorted()))
        }
        return lines
    }

    /// Waits of each queue in numbers.
    var waitTable: DataTable { RunTables.waitTable(data, paint: queuePalette.paint) }
}
