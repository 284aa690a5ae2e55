extension RunDiff {
    /// The comparison for a terminal: where the runs part, whom it moved, what it did to the metrics.
    public var text: String {
        var text = "A  \(Self.words(first))\nB  \(Self.words(second))\n\n"
        if isEmpty { return text + "The runs agree in every decision, every place and every metric.\n" }
        text += partingText
        if counts.changed + counts.onlyInFirst + counts.onlyInSecond > 0 { text += "\n" + jobText }
        if !metrics.isEmpty { text += "\n" + metricTable.text }
        return text
    }

    private static func words(_ side: Side) -> String {
        "\(side.path): \(side.scenario), \(side.policy), seed \(side.seed), "
            + "\(Figures.count(side.decisions)) decisions" + (side.isPartial ? ", PARTIAL" : "")
    }

    private var partingText: String {
        guard let parting else { return "Every decision and every place is the same.\n" }
        var lines = [
            parting.agreeing == 0
                ? "The first decision differs already:"
                : "\(Figures.count(parting.agreeing)) decisions agree; the first that differs:"
        ]
        lines.append("  A  " + Self.words(parting.first))
        lines.append("  B  " + Self.words(parting.second))
        if let first = parting.first, parting.second != nil, first.subject != parting.second?.subject {
            lines.append("  then B about \(first.subject): " + Self.words(parting.firstInSecond))
        }
        if let second = parting.second, parting.first != nil, second.subject != parting.first?.subject {
            lines.append("  then A about \(second.subject): " + Self.words(parting.secondInFirst))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func words(_ turn: Turn?) -> String {
        guard let turn else { return "nothing more" }
        return "\(instant(turn.time_ns))  \(turn.sentence)" + (turn.places.isEmpty ? "" : " [\(turn.places)]")
    }

    private static func instant(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        return "day \(seconds / 86_400) \(Figures.clock(seconds: seconds % 86_400, withSeconds: true))"
    }

    private var jobText: String {
        let all = counts.changed + counts.same
        var caption =
            "Jobs: \(Figures.count(counts.changed)) of \(Figures.count(all)) differ, of which end "
            + "\(Figures.count(counts.earlier)) earlier in B and \(Figures.count(counts.later)) later"
        if counts.onlyInFirst > 0 { caption += "; \(Figures.count(counts.onlyInFirst)) are only in A" }
        if counts.onlyInSecond > 0 { caption += "; \(Figures.count(counts.onlyInSecond)) are only in B" }
        return jobs.isEmpty ? caption + "\n" : jobTable(caption).text
    }

    /// The jobs that moved most.
    public func jobTable(_ caption: String = "Jobs that moved most") -> DataTable {
        func time(_ nanoseconds: Int64?) -> DataTable.Cell {
            DataTable.Cell(nanoseconds.map(Self.instant) ?? Figures.missing, Double(nanoseconds ?? -1))
        }
        func length(_ nanoseconds: Int64, signed: Bool = false) -> DataTable.Cell {
            let sign = signed && nanoseconds > 0 ? "+" : ""
            return DataTable.Cell(sign + Figures.duration(nanoseconds: Double(nanoseconds)), Double(nanoseconds))
        }
        return DataTable(
            caption,
            [
                .text("job"), .number("end in A"), .number("end in B"), .number("shift"), .number("wait in A"),
                .number("wait in B"), .number("evictions A"), .number("B"),
            ],
            rows: jobs.map {
                [
                    DataTable.Cell($0.job), time($0.end_ns[0]), time($0.end_ns[1]),
                    length($0.endShift_ns, signed: true),
                    length($0.wait_ns[0]), length($0.wait_ns[1]),
                    DataTable.Cell(Figures.count($0.evictions[0]), Double($0.evictions[0])),
                    DataTable.Cell(Figures.count($0.evictions[1]), Double($0.evictions[1])),
                ]
            })
    }

    /// Metrics that differ, with the change from A to B.
    public var metricTable: DataTable {
        DataTable(
            "Metrics that differ", [.text("metric"), .number("A"), .number("B"), .number("change")],
            rows: metrics.map {
                [
                    DataTable.Cell($0.name), DataTable.Cell(RunMetric.text($0.first, unit: $0.unit), $0.first ?? -1),
                    DataTable.Cell(RunMetric.text($0.second, unit: $0.unit), $0.second ?? -1),
                    DataTable.Cell(Self.change($0.first, $0.second, unit: $0.unit)),
                ]
            })
    }

    /// Points for shares, percent of the first value otherwise.
    static func change(_ first: Double?, _ second: Double?, unit: String) -> String {
        guard let first, let second else { return Figures.missing }
        let difference = second - first
        let sign = difference > 0 ? "+" : ""
        if unit == "share" { return sign + Figures.fixed(difference * 100, 2) + " pt" }
        if first == 0 { return sign + RunMetric.text(difference, unit: unit) }
        return sign + Figures.fixed(difference / first.magnitude * 100, 2) + " %"
    }
}
