// What the page of a comparison says first: the most important of what is shown, or that nothing is.

extension ComparisonPage {
    /// The sentences.
    var answer: Answer {
        guard comparison.variants.count > 1 else {
            var answer = Answer()
            answer.say("There is one variant and nothing to compare it with.")
            return answer
        }
        return comparison.replications > 1 ? verdictAnswer : singleAnswer
    }

    /// What is asked of measures of one kind: a sentence tells one of each.
    private enum Kind: Int {
        case time, money, use, disturbance, fairness, other

        init(_ measure: String) {
            self =
                measure.contains("wait") || measure.contains("completion")
                ? .time
                : measure.contains("price") || measure.contains("energy")
                    ? .money
                    : measure.contains("utilization") || measure.contains("goodput") || measure.contains("wasted")
                        || measure.contains("fragmented") || measure.contains("blocked")
                        ? .use
                        : measure.contains("evictions") || measure.contains("stops")
                            ? .disturbance : measure.contains("Jain") ? .fairness : .other
        }
    }

    /// In this order measures are looked for: what a user feels first, then what it costs.
    private static let importance = [
        "p95 wait", "mean wait", "p99 wait", "p50 wait", "mean completion", "price per useful GPU-hour",
        "goodput (productive)", "price of held GPU time", "wasted GPU-hours", "evictions", "utilization (allocated)",
    ]

    /// One variant, and at most two things that are shown of it.
    private struct Finding {
        var variant: Int
        var clauses: [(verdict: String, standing: Standing)]
        var change: Double
    }

    private var verdictAnswer: Answer {
        let findings = comparison.variants.indices.dropFirst().compactMap(finding).sorted {
            let (a, b) = (rank($0), rank($1))
            return a != b ? a < b : $0.change != $1.change ? $0.change < $1.change : $0.variant < $1.variant
        }
        var answer = Answer()
        answer.say("Against ")
        answer.stress(reference)
        guard !findings.isEmpty else {
            answer.say(", ")
            answer.stress("no difference is shown")
            let others = comparison.variants.count - 1
            let whose = others == 1 ? comparison.variants[1] : "any of the other \(Figures.count(others)) variants"
            answer.say(
                " of \(whose), in \(Figures.plural(headlines.count, "measure")) of the whole cluster and "
                    + "\(Figures.plural(comparison.replications, "replication")): more of them may show one.")
            return answer
        }
        answer.say(": ")
        for (index, finding) in findings.prefix(2).enumerated() {
            if index > 0 { answer.say(" ") }
            answer.say(index > 0 ? "With " : "with ")
            say(finding, into: &answer)
        }
        sayRest(findings, into: &answer)
        return answer
    }

    /// Variants with a shorter wait come first, then those of which something else is shown.
    private func rank(_ finding: Finding) -> Int {
        guard let first = finding.clauses.first else { return 2 }
        return first.standing == .better ? 0 : 1
    }

    private func finding(_ variant: Int) -> Finding? {
        let shown = headlines.filter { Self.standing($0, variant) != .notShown }
        let ranked = shown.enumerated().sorted {
            let (a, b) = (Self.position($0.element.measure), Self.position($1.element.measure))
            return a != b ? a < b : $0.offset < $1.offset
        }.map(\.element)
        guard let first = ranked.first else { return nil }
        let standing = Self.standing(first, variant)
        let others = ranked.filter { Kind($0.measure) != Kind(first.measure) }
        // What speaks against the first is said before what speaks for it too.
        let second = others.first { Self.standing($0, variant) != standing } ?? others.first
        let clauses = [first, second].compactMap { $0 }.map { row in
            (row.differences[variant]?.verdict ?? "", Self.standing(row, variant))
        }
        return Finding(variant: variant, clauses: clauses, change: first.differences[variant]?.relative ?? 0)
    }

    private static func position(_ measure: String) -> Int {
        importance.firstIndex(of: measure) ?? importance.count
    }

    private func say(_ finding: Finding, into answer: inout Answer) {
        answer.stress(comparison.variants[finding.variant])
        answer.say(" ")
        for (index, clause) in finding.clauses.enumerated() {
            if index > 0 {
                answer.say(clause.standing == finding.clauses[0].standing ? ", and " : ", but ")
            }
            guard let by = clause.verdict.firstRange(of: " by ") else {
                answer.say(clause.verdict)
                continue
            }
            answer.say(String(clause.verdict[..<by.upperBound]))
            answer.stress(String(clause.verdict[by.upperBound...]))
        }
        answer.say(finding.clauses.isEmpty ? "" : ".")
    }

    /// What is not told of the variants that were left out.
    private func sayRest(_ findings: [Finding], into answer: inout Answer) {
        let silent = comparison.variants.indices.dropFirst().filter { index in
            !findings.contains { $0.variant == index }
        }
        let more = findings.count - min(findings.count, 2)
        if more > 0 {
            answer.say(" \(Figures.count(more)) more \(more == 1 ? "variant differs" : "variants differ") as well.")
        }
        guard !silent.isEmpty else { return }
        let named = silent.count <= 2 ? silent.map { comparison.variants[$0] }.joined(separator: " and ") : nil
        answer.say(" No difference is shown of \(named ?? "the other \(Figures.count(silent.count))").")
    }

    /// One replication has no interval: what it measured is told as what it is.
    private var singleAnswer: Answer {
        var answer = Answer()
        let row = headlines.first { $0.measure == "p95 wait" && $0.values.contains { $0 != nil } }
        if let row {
            let unit = MeasureUnit(name: row.unit)
            answer.say("Under one seed, \(row.measure) is ")
            let known = row.values.enumerated().compactMap { index, value in value.map { (index, $0.mean) } }
            let least = known.min { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }
            if let value = row.values.first ?? nil {
                answer.stress(unit.text(value.mean))
                answer.say(" in \(reference)")
                if let least, least.0 > 0 { answer.say(" and ") }
            }
            if let least, least.0 > 0 {
                answer.stress(unit.text(least.1))
                answer.say(" at the least, in ")
                answer.stress(comparison.variants[least.0])
            }
            answer.say(". ")
        }
        answer.say("One replication has no interval, so ")
        answer.stress("nothing here is a verdict")
        answer.say("; ask for more with --replications.")
        return answer
    }

    // MARK: Facts

    /// The numbers at the top.
    var facts: FactsStrip {
        var facts: [FactsStrip.Fact] = []
        for (measure, name) in [
            ("p95 wait", "Wait at p95"), ("utilization (allocated)", "GPUs allocated"),
            ("price per useful GPU-hour", "Useful GPU-hour"), ("wasted GPU-hours", "GPU time wasted"),
        ] {
            guard let row = headlines.first(where: { $0.measure == measure }), facts.count < 3 else { continue }
            if let fact = fact(name, row) { facts.append(fact) }
        }
        let shown = { (rows: [Comparison.Row]) in
            rows.reduce(0) { sum, row in sum + row.differences.count { $0?.isShown == true } }
        }
        let parts = comparison.rows.filter { !$0.isHeadline }
        let isSingle = comparison.replications < 2
        facts.append(
            FactsStrip.Fact(
                name: "Differences shown", value: isSingle ? Figures.missing : Figures.count(shown(headlines)),
                context: isSingle
                    ? "one replication has no interval"
                    : "of \(Figures.count(comparison.tests)) tests of the whole cluster; \(Figures.count(shown(parts))) "
                        + "of \(Figures.count(comparison.partTests)) of its parts"))
        facts.append(
            FactsStrip.Fact(
                name: "Replications", value: Figures.count(comparison.replications),
                context: "of each variant, \(Figures.plural(comparison.simulations, "simulation")) in all"
            ))
        facts.append(
            FactsStrip.Fact(
                name: "Warm-up left out", value: Figures.duration(seconds: comparison.warmUpSeconds),
                context: comparison.warmUpSeconds > 0 ? "jobs submitted before do not count" : "everything counts"))
        return FactsStrip(facts: facts)
    }

    /// A measure of the first variant, and which of the others has the best mean.
    private func fact(_ name: String, _ row: Comparison.Row) -> FactsStrip.Fact? {
        guard let first = row.values.first ?? nil else { return nil }
        let unit = MeasureUnit(name: row.unit)
        let known = row.values.enumerated().compactMap { index, value in value.map { (index, $0.mean) } }
        let best = known.min {
            let (a, b) = row.isBetterWhenHigher ? (-$0.1, -$1.1) : ($0.1, $1.1)
            return a != b ? a < b : $0.0 < $1.0
        }
        var context = "in \(reference)"
        if let best, best.0 > 0 {
            context +=
                "; \(row.isBetterWhenHigher ? "most" : "least"): \(unit.text(best.1)) in \(comparison.variants[best.0])"
        } else if known.count > 1, known.allSatisfy({ $0.1 == first.mean }) {
            context = "in every variant"
        } else if known.count > 1 {
            context += ", the \(row.isBetterWhenHigher ? "most" : "least") of all"
        }
        return FactsStrip.Fact(name: name, value: unit.text(first.mean), context: context)
    }
}
