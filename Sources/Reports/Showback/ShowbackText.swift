extension ShowbackStatement {
    /// The statement for a terminal: who held what, what of it was lost, what nobody held, and that it closes.
    public func text(by dimension: Dimension) -> String {
        var text = isPartial ? "PARTIAL RESULT: the run was interrupted\n\n" : ""
        text += table(by: dimension).text + "\n" + lossTable(by: dimension).text + "\n" + unheldTable.text + "\n"
        let gap = differenceGPUNanoseconds
        text += "Closes with the ledger: \(Figures.short(total.total.gpuHours)) of "
        text += "\(Figures.short(ledgerGPUHours)) GPU-hours of capacity"
        text += gap == 0 ? ", to the nanosecond\n" : "; rounding of shared GPUs: \(Figures.short(gap)) GPU-ns\n"
        return text + assumptions.map { "  \($0)\n" }.joined()
    }

    /// GPU-hours, money, energy and carbon of each account, and of capacity that nobody held.
    public func table(by dimension: Dimension) -> DataTable {
        let accounts = accounts(dimension)
        let nobody = unheld.reduce(Amount(kilogramsCO2: total.total.kilogramsCO2.map { _ in 0 })) { $0 + $1.total }
        let lost = { (account: Account) in account.total.gpuHours - account.hours(.useful) }
        func cells(_ name: String, _ amount: Amount, useful: Double?, lost: Double?) -> [DataTable.Cell] {
            [
                DataTable.Cell(name), Self.number(amount.gpuHours), Self.number(useful), Self.number(lost),
                DataTable.Cell(Figures.dollars(micro: amount.dollars * 1e6), amount.dollars),
                Self.number(amount.kilowattHours), Self.number(amount.kilogramsCO2),
            ]
        }
        var rows = accounts.map { cells($0.name, $0.total, useful: $0.hours(.useful), lost: lost($0)) }
        rows.append(cells("(held by nobody)", nobody, useful: nil, lost: nil))
        return DataTable(
            "Showback by \(dimension.rawValue)",
            [
                .text(dimension.rawValue), .number("GPU-hours"), .number("useful"), .number("lost"), .number("cost"),
                .number("kWh"), .number("kg CO2e"),
            ],
            rows: rows,
            total: cells(
                "capacity", total.total, useful: total.hours(.useful),
                lost: accounts.reduce(0) { $0 + lost($1) }))
    }

    /// GPU-hours that each account held without use, by what they were lost to.
    public func lossTable(by dimension: Dimension) -> DataTable {
        let uses = Use.allCases.filter { use in
            use.isHeld && use != .useful && total.parts.contains { $0.use == use && $0.amount.gpuHours > 0 }
        }
        let accounts = accounts(dimension)
        return DataTable(
            "Lost GPU-hours by cause", [.text(dimension.rawValue)] + uses.map { .number($0.label) },
            rows: uses.isEmpty
                ? []
                : accounts.map { account in [DataTable.Cell(account.name)] + uses.map { Self.number(account.hours($0)) }
                },
            total: uses.isEmpty ? nil : [DataTable.Cell("all")] + uses.map { Self.number(total.hours($0)) },
            emptyReason: "nothing was lost")
    }

    /// GPU-hours that nobody held, by cause.
    public var unheldTable: DataTable {
        let uses = Use.allCases.filter { !$0.isHeld }
        return DataTable(
            "GPU-hours that nobody held", [.text("pool")] + uses.map { .number($0.label) } + [.number("cost")],
            rows: unheld.map { account in
                [DataTable.Cell(account.name)] + uses.map { Self.number(account.hours($0)) }
                    + [DataTable.Cell(Figures.dollars(micro: account.total.dollars * 1e6), account.total.dollars)]
            },
            emptyReason: "all capacity was held")
    }

    private static func number(_ value: Double?) -> DataTable.Cell {
        guard let value else { return DataTable.Cell(Figures.missing, -1) }
        return DataTable.Cell(Figures.short(value), value)
    }
}
