// Where the GPU-hours went: the ledger as a bar and a table, and each team's part of it.

extension ReportPage {
    /// The section as HTML.
    var ledgerSection: String {
        let bar = LedgerBar(
            title: ledgerTitle,
            parts: data.causes.map {
                LedgerBar.Part(name: $0.label, shortName: $0.shortLabel, paint: .cause($0.name), hours: $0.hours)
            })
        var markup = Markup()
        markup.raw(ChartFigure(id: "ledger", chart: bar, hasNumbers: false).html)
        if bar.emptyReason == nil {
            markup.raw(bar.table.html())
            markup.raw(teamTable.html(isSortable: true))
        }
        return markup.text
    }

    private var ledgerTitle: String {
        guard let held = data.printedShare(\.isAllocated) else { return "Where the GPU time went" }
        return "Jobs held \(held) of \(Figures.short(data.capacityHours)) GPU-hours"
    }

    /// What each team got, made of it, and owes.
    var teamTable: DataTable {
        let hasPrice = data.summary.costMicrodollars > 0
        let total = data.teams.reduce(0) { $0 + $1.hours }
        var caption = "Teams: what they held, and what they were entitled to"
        if let jain = data.summary.jainIndex, data.teams.count > 1 {
            caption += " (Jain’s index of held time per weight: \(Figures.fixed(jain, 3)))"
        }
        return DataTable(
            caption,
            [
                .text("team"), .number("GPU-hours held"), .number("productive"), .number("share of held"),
                .number("entitled"), .number("time short of it"), .number("finish-time fairness ρ"),
            ] + (hasPrice ? [.number("price")] : []),
            rows: data.teams.map { team in
                [
                    DataTable.Cell(team.name, paint: palette.paint(team.name)),
                    DataTable.Cell(Figures.short(team.hours), team.hours),
                    share(team.hours > 0 ? team.productiveHours / team.hours : nil),
                    share(total > 0 ? team.hours / total : nil), share(team.entitled), share(team.shortTime),
                    DataTable.Cell(team.meanRho.map { Figures.fixed($0, 2) } ?? Figures.missing, team.meanRho ?? -1),
                ]
                    + (hasPrice
                        ? [DataTable.Cell(Figures.dollars(micro: team.costMicrodollars), team.costMicrodollars)] : [])
            },
            emptyReason: "the workload names no teams")
    }

    private func share(_ value: Double?) -> DataTable.Cell {
        DataTable.Cell(value.map { Figures.percent($0) } ?? Figures.missing, value ?? -1)
    }
}
