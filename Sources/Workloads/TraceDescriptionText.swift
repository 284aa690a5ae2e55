import Quantities

extension TraceDescription {
    /// Tables for a terminal.
    public var text: String {
        var lines = ["\(source) (\(format))", ""]
        lines += TextTable.facts(facts)
        lines += quantileLines
        for (title, parts) in [("Size", sizes), ("Team", teams), ("Queue", queues), ("Class", classes)] {
            lines += [""] + partLines(title, parts)
        }
        lines += ["", "Arrivals by hour of the day"] + hourLines
        if !report.dropped.isEmpty || !report.notes.isEmpty {
            lines += ["", "Import"]
            lines += report.dropped.map { "  \(grouped(Int64($0.rows))) rows left out: \($0.reason)" }
            lines += report.notes.map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var facts: [(String, String)] {
        let span = SimDuration(rounding: lastSubmit - firstSubmit)
        var facts = [
            ("jobs", grouped(Int64(jobs))), ("pods", grouped(pods)), ("users", grouped(Int64(users))),
            ("submits span", span.shortDescription), ("GPU-hours", grouped(gpuHours)),
            ("core-hours", grouped(coreHours)), ("jobs of several pods", share(multiPodJobs)),
            ("preemptible", share(preemptibleJobs)), ("cancelled by users", share(cancelledJobs)),
        ]
        if let load {
            facts.append(
                ("offered load", "\(percent(load.share)) of \(load.gpus) GPUs, busiest day \(percent(load.busiestDay))")
            )
        }
        return facts
    }

    private var quantileLines: [String] {
        var rows: [[String]] = []
        func add(_ name: String, _ quantiles: Quantiles?, _ shown: (Double) -> String) {
            guard let q = quantiles else { return }
            rows.append([name] + [q.mean, q.p10, q.p25, q.median, q.p75, q.p90, q.p99, q.max].map(shown))
        }
        add("GPUs a job", gpusPerJob, fixed)
        add("duration", duration, seconds)
        add("requested / duration", overestimate, fixed)
        add("gap of submits", gap, seconds)
        guard !rows.isEmpty else { return [] }
        return [""] + TextTable.lines([["", "mean", "p10", "p25", "median", "p75", "p90", "p99", "max"]] + rows)
    }

    private func partLines(_ title: String, _ parts: [Part]) -> [String] {
        let head = [title, "jobs", "share", "GPU-hours", "share", "GPUs a job", "median duration"]
        let rows = parts.map { part in
            [
                part.name, grouped(Int64(part.jobs)), percent(part.jobShare), grouped(part.gpuHours),
                percent(part.gpuHourShare), fixed(part.meanGPUs), seconds(part.medianDuration),
            ]
        }
        return TextTable.lines([head] + rows)
    }

    private var hourLines: [String] {
        let most = arrivalsByHour.max() ?? 0
        return arrivalsByHour.enumerated().map { hour, jobs in
            let bar = String(repeating: "█", count: most > 0 ? jobs * 40 / most : 0)
            return "  \(hour < 10 ? "0" : "")\(hour)  \(bar) \(grouped(Int64(jobs)))"
        }
    }

    private func share(_ count: Int) -> String {
        "\(grouped(Int64(count))) (\(percent(jobs > 0 ? Double(count) / Double(jobs) : 0)))"
    }

    private func seconds(_ seconds: Double) -> String { SimDuration(rounding: seconds).shortDescription }

    private func percent(_ share: Double) -> String { "\(tenths(share * 100)) %" }

    private func fixed(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? grouped(Int64(value)) : tenths(value)
    }

    private func tenths(_ value: Double) -> String {
        guard value.magnitude < 1e15 else { return "\(value)" }
        let scaled = Int64((value * 10).rounded())
        return "\(scaled < 0 ? "-" : "")\(grouped(Int64(scaled.magnitude) / 10)).\(scaled.magnitude % 10)"
    }

    private func grouped(_ value: Double) -> String {
        value.magnitude < 1e18 ? grouped(Int64(value.rounded())) : "\(value)"
    }

    /// `1,234,567`.
    private func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

/// Columns of text: the first aligned left, the others right.
private enum TextTable {
    static func lines(_ rows: [[String]]) -> [String] {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + blanks : blanks + cell
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    static func facts(_ facts: [(String, String)]) -> [String] {
        let width = facts.map(\.0.count).max() ?? 0
        return facts.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }
    }
}
