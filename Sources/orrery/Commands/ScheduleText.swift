import Reports
import Scheduling
import Snapshots

/// The result of `orrery schedule` as text: results to standard output, warnings to standard error.
struct ScheduleText {
    private let result: ScheduleOnce.Result
    /// Most rows of a table, and most warnings of one kind.
    private static let rowLimit = 60
    private static let warningLimit = 3

    init(_ result: ScheduleOnce.Result) { self.result = result }

    func print() {
        Self.warn(about: result.before.report)
        if let after = result.after {
            let known = result.before.report.warnings
            var report = after.play.report
            report.warnings.removeAll(where: known.contains)
            Self.warn(about: report, "what-if: ")
        }
        let seeded =
            if case .seeded(let seed) = result.tieRule { "ties by seed \(seed)" } else { "ties to the lowest name" }
        Swift.print(Self.summary(result.before.report))
        Swift.print(
            "  at \(result.now) (\(result.nowSource)), \(seeded), configuration: \(result.configuration.source)\n")
        describe(result.before)
        guard let after = result.after else { return }
        Swift.print("What if")
        for (word, keys) in [
            ("changed", after.changes.changed), ("added", after.changes.added), ("removed", after.changes.removed),
        ] where !keys.isEmpty {
            Swift.print("  \(word): \(keys.map(\.description).joined(separator: ", "))")
        }
        if let source = result.changedConfiguration { Swift.print("  configuration: \(source)") }
        Swift.print("  \(Self.summary(after.play.report))\n")
        compare(after.comparison)
        if result.isSampled, let sampling = after.play.sampling { describe(sampling, "after the changes") }
    }

    private static func summary(_ report: CycleReport) -> String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        return "\(count(report.binds.count, "pod")) bound, \(report.evictions.count) evicted, "
            + "\(report.pipelined.count) pipelined; \(count(report.waitingGroups, "PodGroup")) "
            + (report.waitingGroups == 1 ? "waits" : "wait")
    }

    // MARK: - Warnings

    /// Says to standard error what is odd about a dump and its configuration.
    static func warn(about report: CycleReport, _ prefix: String = "") {
        for code in CycleWarning.Code.allCases {
            let warnings = report.warnings.filter { $0.code == code }
            for warning in warnings.prefix(warningLimit) {
                let object = warning.object == "configuration" ? "" : "\(warning.object): "
                Terminal.warn("\(prefix)\(object)\(warning.text) [\(code.rawValue)]")
            }
            if warnings.count > warningLimit {
                Terminal.warn(
                    "\(prefix)and \(warnings.count - warningLimit) more [\(code.rawValue)]; --json has all")
            }
        }
    }

    // MARK: - One cycle

    private func describe(_ play: ScheduleOnce.Play) {
        let groups = play.report.groups.filter(\.isConcerned)
        write(
            DataTable(
                "Decisions",
                [
                    .text("PodGroup"), .text("queue"), .text("phase"), .number("pods"), .number("stay"),
                    .number("bound"),
                    .number("evicted"), .number("pipelined"), .number("wait"), .text("nodes"),
                ], rows: groups.prefix(Self.rowLimit).map(Self.row),
                emptyReason: "nothing happens and nothing waits"), of: groups.count)
        explain(play.report)
        if let sampling = play.sampling {
            if result.isSampled { describe(sampling, "") } else { hint(sampling) }
        }
    }

    private static func row(_ group: CycleReport.Group) -> [DataTable.Cell] {
        func number(_ count: Int) -> DataTable.Cell { DataTable.Cell(count == 0 ? "-" : String(count)) }
        let phase =
            group.phaseBefore == group.phaseAfter ? group.phaseAfter : "\(group.phaseBefore) → \(group.phaseAfter)"
        return [
            DataTable.Cell(group.name), DataTable.Cell(group.queue), DataTable.Cell(phase), number(group.pods),
            number(group.running), number(group.bound), number(group.evicted), number(group.pipelined),
            number(group.waiting),
            DataTable.Cell(list(group.places.map { ($0.node, $0.pods > 1 ? "×\($0.pods)" : "") })),
        ]
    }

    /// A few names with what belongs to them.
    private static func list(_ parts: [(name: String, detail: String)], limit: Int = 3) -> String {
        let shown = parts.prefix(limit).map { $0.detail.isEmpty ? $0.name : "\($0.name) \($0.detail)" }
        return shown.joined(separator: ", ") + (parts.count > limit ? ", \(parts.count - limit) more" : "")
    }

    private func write(_ table: DataTable, of count: Int) {
        Swift.print(table.text, terminator: "")
        if count > table.rows.count { Swift.print("  and \(count - table.rows.count) more; --json has all") }
        Swift.print()
    }

    private func explain(_ report: CycleReport) {
        let waiting = report.groups.filter { $0.waiting + $0.pipelined > 0 && !$0.reasons.isEmpty }
        guard !waiting.isEmpty else { return }
        Swift.print("Why pods wait")
        for group in waiting.prefix(Self.rowLimit) {
            Swift.print("  \(group.name) (queue \(group.queue), minMember \(group.minAvailable))")
            for reason in group.reasons { Swift.print("    \(reason.text)") }
        }
        let rest = report.waitingGroups - waiting.prefix(Self.rowLimit).count
        if rest > 0 { Swift.print("  and \(rest) more; --json has up to a thousand") }
        Swift.print()
    }

    // MARK: - Samples

    private func hint(_ sampling: CycleSampling) {
        let open = sampling.openPods + sampling.openPhases
        let total = sampling.pods.count + sampling.groups.count
        if open == 0, sampling.openPlaces == 0 {
            Swift.print("\(sampling.samples) other tie orders decide the same.")
        } else {
            Swift.print(
                "Under \(sampling.samples) other tie orders \(open) of \(total) decisions come out differently, and "
                    + "\(sampling.openPlaces) more only in the node; --samples \(sampling.samples) tells which.")
        }
    }

    private func describe(_ sampling: CycleSampling, _ suffix: String) {
        let last = sampling.seed &+ UInt64(sampling.samples - 1)
        Swift.print(
            "Under \(sampling.samples) tie orders (seeds \(sampling.seed) to \(last))\(suffix.isEmpty ? "" : " \(suffix)"): "
                + "\(sampling.pods.count - sampling.openPods) of \(sampling.pods.count) pods are certain "
                + "(\(sampling.openPlaces) of them not in the node), "
                + "\(sampling.groups.count - sampling.openPhases) of \(sampling.groups.count) phases")
        let rows = sampling.podsAlike
        write(
            DataTable(
                "Pods",
                [
                    .text("PodGroup"), .text("pods"), .number("bound"), .number("pipelined"), .number("evicted"),
                    .text("nodes"),
                ],
                rows: rows.prefix(Self.rowLimit).map { alike in
                    [
                        DataTable.Cell(alike.group), DataTable.Cell(Self.list(alike.pods.map { ($0, "") }, limit: 1)),
                        Self.share(alike.bound, sampling), Self.share(alike.pipelined, sampling),
                        Self.share(alike.evicted, sampling),
                        DataTable.Cell(
                            Self.list(
                                alike.nodes.map {
                                    ($0.node, Self.percent($0.count, sampling.samples * alike.pods.count))
                                })
                        ),
                    ]
                }, emptyReason: "no sample decides anything"), of: rows.count)
        let groups = sampling.groups.filter { !sampling.isCertain($0) }
        guard !groups.isEmpty else { return }
        write(
            DataTable(
                "Open phases", [.text("PodGroup"), .text("phase")],
                rows: groups.prefix(Self.rowLimit).map { group in
                    [
                        DataTable.Cell(group.name),
                        DataTable.Cell(
                            Self.list(group.phases.map { ($0.phase, Self.percent($0.count, sampling.samples)) })),
                    ]
                }), of: groups.count)
    }

    private static func share(_ count: Int, _ sampling: CycleSampling) -> DataTable.Cell {
        DataTable.Cell(count == 0 ? "-" : percent(count, sampling.samples))
    }

    /// Whole percents; what is neither 0 nor all never reads as such.
    private static func percent(_ count: Int, _ all: Int) -> String {
        if count == all { return "100 %" }
        return "\(min(99, max(1, (count * 100 + all / 2) / all))) %"
    }

    // MARK: - What if

    private func compare(_ comparison: CycleComparison) {
        if comparison.isEmpty {
            Swift.print("  Nothing changes.")
            return
        }
        write(
            DataTable(
                "Pods that fare otherwise", [.text("pod"), .text("before"), .text("after")],
                rows: comparison.pods.prefix(Self.rowLimit).map { pod in
                    [pod.name, pod.before, pod.after].map { DataTable.Cell($0) }
                }, emptyReason: "none"), of: comparison.pods.count)
        guard !comparison.groups.isEmpty else { return }
        Swift.print("PodGroups that fare otherwise")
        for group in comparison.groups.prefix(Self.rowLimit) {
            let phases = [group.phaseBefore, group.phaseAfter].map { $0.isEmpty ? "does not exist" : $0 }
            let phase = phases[0] == phases[1] ? phases[0] : phases.joined(separator: " → ")
            let waits = "\(group.waitingBefore) → \(group.waitingAfter) pods wait"
            Swift.print("  \(group.name): \(phase)\(group.waitingBefore == group.waitingAfter ? "" : ", " + waits)")
            for reason in group.reasonsGone { Swift.print("    - \(reason.text)") }
            for reason in group.reasonsNew { Swift.print("    + \(reason.text)") }
        }
        if comparison.groups.count > Self.rowLimit {
            Swift.print("  and \(comparison.groups.count - Self.rowLimit) more; --json has all")
        }
        Swift.print()
    }
}
