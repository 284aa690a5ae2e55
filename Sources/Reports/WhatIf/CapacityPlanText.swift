/// A plan as lines for a terminal.
extension CapacityPlan {
    /// The answer first, then what it rests on and what surrounds it.
    public var text: String {
        answer + "\n" + judgementTable.text + "\n" + candidateTable.text + surroundings + basis
    }

    private var answer: String {
        var lines = "\(scenario): "
        if let best {
            lines += told(best) + "\n"
            lines += change(best)
        } else {
            lines += "no plan: nothing within the limits is shown to meet all objectives\n"
        }
        if let binding { lines += "  binding  \(binding.sentence)\n" }
        if let cause = binding?.waits.first {
            lines +=
                "           there jobs waited longest for: \(cause.reason) (\(Figures.percent(cause.share, decimals: 0)) of the waiting time)\n"
        }
        return lines
    }

    /// A capacity in words: "nodes of h100 = 12: 12 nodes, 96 GPUs, $240.00/h".
    private func told(_ candidate: Candidate) -> String { words(of: candidate.settings) + ": " + size(candidate) }

    func size(_ candidate: Candidate) -> String {
        let nodes = "\(Figures.count(candidate.nodes)) node\(candidate.nodes == 1 ? "" : "s")"
        let price = candidate.dollarsPerHour > 0 ? ", \(Figures.dollars(micro: candidate.dollarsPerHour * 1e6))/h" : ""
        return "\(nodes), \(Figures.count(candidate.gpus)) GPUs\(price)"
    }

    private func change(_ best: Candidate) -> String {
        let verdict: String
        switch present.verdict {
        case .met: verdict = "meets the objectives"
        case .missed: verdict = present.obstacle.map { "cannot work: \($0)" } ?? "does not meet the objectives"
        case .undecided: verdict = "is not shown to meet the objectives"
        }
        return "  now      \(size(present)); it \(verdict)\n"
    }

    /// The objectives of the best plan, or of the scenario as written if there is none.
    private var judgementTable: DataTable {
        let shown = shown
        return DataTable(
            "Objectives " + (best == nil ? "of the scenario as written" : "of the plan")
                + ", \(shown.replications) replications",
            [
                .text("objective"), .text("situation"), .number("value"), .number("interval"),
                .number("runs that meet it"), .text("verdict"),
            ],
            rows: shown.judgements.map { judgement in
                let unit = MeasureUnit(name: judgement.unit)
                return [
                    DataTable.Cell(judgement.objective), DataTable.Cell(judgement.situation),
                    DataTable.Cell(unit.text(judgement.estimate.mean), judgement.estimate.mean),
                    DataTable.Cell(judgement.interval),
                    DataTable.Cell(Figures.percent(judgement.shareOfRuns, decimals: 0), judgement.shareOfRuns),
                    DataTable.Cell(judgement.verdict.rawValue),
                ]
            }, emptyReason: shown.obstacle ?? "the capacity survives; there are no bounds")
    }

    /// All that was looked at; the front is starred.
    public var candidateTable: DataTable {
        DataTable(
            "Looked at, by \(minimizes); * is not beaten in both \(minimizes) and the first objective",
            [
                .text(decisions.map(\.name).joined(separator: ", ")), .number("nodes"), .number("GPUs"),
                .number("price/h"),
                .number(objectives.first ?? ""), .number("runs"), .text("verdict"),
            ],
            rows: candidates.map { candidate in
                let first = candidate.judgements.first
                let value = first.map { MeasureUnit(name: $0.unit).text($0.estimate.mean) } ?? Figures.missing
                return [
                    DataTable.Cell(candidate.settings.joined(separator: ", ")),
                    DataTable.Cell(Figures.count(candidate.nodes), Double(candidate.nodes)),
                    DataTable.Cell(Figures.count(candidate.gpus), Double(candidate.gpus)),
                    DataTable.Cell(candidate.price, candidate.dollarsPerHour),
                    DataTable.Cell(value + (candidate.isOnFront ? " *" : "  "), first?.estimate.mean ?? 0),
                    DataTable.Cell(String(candidate.replications), Double(candidate.replications)),
                    DataTable.Cell(candidate.obstacle ?? candidate.verdict.rawValue),
                ]
            })
    }

    private var surroundings: String {
        var lines = "\nOther demands\n"
        for point in sensitivity {
            let change = Figures.percent(point.demand - 1, decimals: 0)
            lines +=
                "  \(point.demand > 1 ? "+" : "")\(change)  \(point.best.map(told) ?? "nothing within the limits is enough")\n"
        }
        lines += "\nHeadroom\n"
        for room in headroom {
            let until = room.failsAt.map { "; \(Figures.percent($0, decimals: 0)) is too much" } ?? ""
            let most = room.failsAt == nil ? "at least " : ""
            lines +=
                room.holdsAt > 0
                ? "  \(room.capacity): bears \(most)\(Figures.percent(room.holdsAt, decimals: 0)) of the demand\(until)\n"
                : "  \(room.capacity): does not bear even \(room.failsAt.map { Figures.percent($0, decimals: 0) } ?? "a part") of the demand\n"
            if let limit = room.limit, room.holdsAt > 0 { lines += "    beyond, \(limit) is in the way\n" }
            guard let growth else { continue }
            if let days = room.days {
                lines +=
                    "    at \(growth) the objectives hold for \(Self.time(days))\(room.date.map { ", until \($0)" } ?? "")\n"
            }
            for objective in room.objectives where objective.holdsAt > room.holdsAt {
                lines += "    \(objective.objective) alone holds "
                lines +=
                    objective.days.map { "for \(Self.time($0))\(objective.date.map { ", until \($0)" } ?? "")\n" }
                    ?? "at \(Figures.fixed(objective.holdsAt, 1)) times the demand still\n"
            }
            for pool in room.pools {
                let share = Figures.percent(pool.utilization.mean, decimals: 0)
                let full =
                    pool.days.map { "full after \(Self.time($0))\(pool.date.map { ", on \($0)" } ?? "")" }
                    ?? "not filling"
                lines += "    pool \(pool.pool) is held to \(share) now, \(full)\n"
            }
        }
        return lines
    }

    private var basis: String {
        var lines =
            "\n  every line of verdicts holds together with \(Figures.percent(confidence, decimals: 0)) certainty; warm-up "
        lines += warmUpSeconds > 0 ? "\(Figures.duration(seconds: warmUpSeconds)) not counted\n" : "none\n"
        for note in notes { lines += "  note     \(note)\n" }
        let parts = efforts.filter { $0.simulations > 0 }.map {
            "\(Figures.count($0.simulations)) for \($0.part.words)"
        }
        lines += "  \(Figures.count(simulations)) simulations: \(parts.joined(separator: ", "))\n"
        return lines
    }

    static func time(_ days: Double) -> String {
        if days < 60 { return "\(Figures.fixed(days, 0)) days" }
        if days < 730 { return "\(Figures.fixed(days / (365.25 / 12), 1)) months" }
        return "\(Figures.fixed(days / 365.25, 1)) years"
    }

    /// All of it as JSON with sorted keys.
    public func json() throws -> String { try RunRecord.encode(self) }
}

extension CapacityPlan.Candidate {
    /// What an hour of it costs, or a dash where nothing has a price.
    var price: String { dollarsPerHour > 0 ? Figures.dollars(micro: dollarsPerHour * 1e6) : Figures.missing }
}
