/// Findings of one kind that one line of configuration lets happen: what a reader wants to hear of once.
struct PathologyGroup: Sendable {
    /// In order of their beginning; never empty.
    var findings: [RunData.Pathology]

    /// The finding that lasted longest speaks for all; of equals the first.
    var longest: RunData.Pathology {
        findings.dropFirst().reduce(findings[0]) { $1.to - $1.from > $0.to - $0.from ? $1 : $0 }
    }

    /// `starvation, from day 1 02:03:04`, with the number of findings if there are several.
    var heading: String {
        let first = findings[0]
        let ongoing = findings.count { $0.isOngoing }
        let count = findings.count == 1 ? "" : ", \(Figures.count(findings.count)) times, the first"
        let end = ongoing == 0 ? "" : findings.count == 1 ? ", to the end" : "; \(Figures.count(ongoing)) to the end"
        return "\(first.kind)\(count) from \(Figures.instant(nanoseconds: first.from)) (cycle \(first.fromCycle))\(end)"
    }

    /// The findings of a run by kind and line, in order of the first of each.
    static func groups(_ findings: [RunData.Pathology]) -> [PathologyGroup] {
        var groups: [PathologyGroup] = []
        var places: [String: Int] = [:]
        for finding in findings {
            let key = [finding.kind, finding.place, finding.line].joined(separator: "\u{0}")
            if let place = places[key] {
                groups[place].findings.append(finding)
            } else {
                places[key] = groups.count
                groups.append(PathologyGroup(findings: [finding]))
            }
        }
        return groups
    }

    /// All of a run for the terminal; empty for a policy under which nothing is looked for.
    static func text(_ data: RunData) -> String {
        let groups = groups(data.pathologies)
        if groups.isEmpty { return data.header.policy == "volcano" ? "Nothing is found to go wrong over time.\n" : "" }
        var lines = ["What goes wrong"]
        for group in groups {
            let longest = group.longest
            lines.append("  \(group.heading)")
            lines.append("    \(longest.text)")
            if longest.place.isEmpty { continue }
            lines.append("    \(longest.cause)")
            if !longest.remedy.isEmpty { lines.append("    \(longest.remedy)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// All of a run for a page; nil for a policy under which nothing is looked for.
    static func table(_ data: RunData) -> DataTable? {
        guard data.header.policy == "volcano" || !data.pathologies.isEmpty else { return nil }
        return DataTable(
            "What went wrong over time?",
            [
                .text("what"), .number("times"), .number("first at"), .number("longest"), .prose("seen"),
                .prose("line that lets it happen"),
            ],
            rows: groups(data.pathologies).map { group in
                let (first, longest) = (group.findings[0], group.longest)
                let cause = longest.place.isEmpty ? "" : "\(longest.cause); \(longest.remedy)"
                return [
                    DataTable.Cell(first.kind),
                    DataTable.Cell(Figures.count(group.findings.count), Double(group.findings.count)),
                    DataTable.Cell(Figures.instant(nanoseconds: first.from), Double(first.from)),
                    DataTable.Cell(
                        Figures.duration(nanoseconds: Double(longest.to - longest.from)),
                        Double(longest.to - longest.from)),
                    DataTable.Cell(longest.text), DataTable.Cell(cause),
                ]
            },
            emptyReason: "nothing was found to go wrong")
    }
}

extension RunData.Pathology {
    /// Place and line as one.
    fileprivate var cause: String { line.hasPrefix(place + ":") ? line : place + ": " + line }
}
