/// The findings of `orrery check` on several scenarios, for people and for machines.
public struct CheckReport: Sendable, Encodable {
    /// In the order they were played.
    public var outcomes: [CheckOutcome]

    /// A report.
    public init(_ outcomes: [CheckOutcome]) { self.outcomes = outcomes }

    /// Whether nothing changed and nothing failed.
    public var passes: Bool { outcomes.allSatisfy { [.passed, .updated].contains($0.status) } }

    /// For a terminal: a line for each scenario, with what changed below it.
    public var text: String {
        outcomes.map { outcome in
            let head = "\(outcome.status.rawValue)  \(outcome.scenario)"
            return ([head + outcome.tail] + outcome.findings.map { "  " + $0 }).joined(separator: "\n") + "\n"
        }.joined() + summary + "\n"
    }

    /// "14 passed, 1 changed".
    public var summary: String {
        let words = [CheckOutcome.Status.passed, .changed, .updated, .failed].compactMap { status -> String? in
            let count = outcomes.filter { $0.status == status }.count
            return count > 0 ? "\(count) \(status.rawValue)" : nil
        }
        return words.isEmpty ? "no baselines" : words.joined(separator: ", ")
    }

    /// For a comment on a pull request: a table of scenarios, then what changed in each.
    public var markdown: String {
        var text = "## orrery check: \(summary)\n\n| scenario | verdict | decisions | metrics beyond tolerance |\n"
        text += "|---|---|---|---|\n"
        for outcome in outcomes {
            let moved = outcome.metrics.filter(\.failed).count
            let decisions =
                outcome.parting.map { "part at \(Figures.count($0.number)) of \(Figures.count(outcome.decisions))" }
                ?? (outcome.status == .passed ? "\(Figures.count(outcome.decisions)) the same" : Figures.missing)
            text += "| \(Self.cell(outcome.scenario)) | \(outcome.status.rawValue) | \(decisions) | "
            text += "\(moved) of \(outcome.metricsCompared) |\n"
        }
        for outcome in outcomes where !outcome.findings.isEmpty && outcome.status != .updated {
            text += "\n### \(Self.cell(outcome.scenario))\n\n```text\n"
            text += outcome.findings.joined(separator: "\n").replacing("```", with: "'''") + "\n```\n"
        }
        return text
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

    /// JUnit's XML, one test case for each scenario.
    public var junit: String {
        let changed = outcomes.filter { $0.status == .changed }.count
        let failed = outcomes.filter { $0.status == .failed }.count
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(outcomes.count)\" failures=\"\(changed)\" errors=\"\(failed)\">\n"
        text +=
            "  <testsuite name=\"orrery check\" tests=\"\(outcomes.count)\" failures=\"\(changed)\" errors=\"\(failed)\">\n"
        for outcome in outcomes {
            text += "    <testcase classname=\"orrery.check\" name=\"\(Self.xml(outcome.scenario))\""
            let element = outcome.status == .changed ? "failure" : outcome.status == .failed ? "error" : nil
            guard let element else {
                text += "/>\n"
                continue
            }
            let body = Self.xml(outcome.findings.joined(separator: "\n"))
            text +=
                ">\n      <\(element) message=\"\(Self.xml(outcome.headline))\">\(body)</\(element)>\n    </testcase>\n"
        }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    /// Text inside XML; characters that XML forbids become question marks.
    private static func xml(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n": escaped += "&#10;"
            case _ where scalar.value < 0x20 && scalar != "\t" || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "?"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// GitHub's workflow commands: an annotation at the baseline of everything that changed.
    /// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    public var annotations: String {
        outcomes.filter { [.changed, .failed].contains($0.status) }.map { outcome in
            let file = outcome.status == .failed ? outcome.scenario : outcome.baseline
            return "::error file=\(Self.property(file)),line=1,title=\(Self.property("orrery check"))::"
                + Self.data(([outcome.headline] + outcome.findings).joined(separator: "\n")) + "\n"
        }.joined()
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}

extension CheckOutcome {
    /// What changed, in one sentence.
    public var headline: String {
        switch status {
        case .passed: return "\(scenario): nothing moved"
        case .updated: return "\(scenario): its baseline was written"
        case .failed: return failure ?? "\(scenario): failed"
        case .changed:
            let moved = metrics.filter(\.failed).count
            let decision = parting.map { "decision \(Figures.count($0.number)) differs" }
            let metric = moved > 0 ? "\(moved) of \(metricsCompared) metrics moved beyond their tolerance" : nil
            let parts = [decision, metric].compactMap { $0 }
            return "\(scenario): " + (parts.isEmpty ? notes : parts).joined(separator: "; ")
        }
    }

    fileprivate var tail: String {
        status == .passed ? ": \(Figures.count(decisions)) decisions, \(metricsCompared) metrics" : ""
    }

    /// Lines that say what is different: notes, the decision, metrics beyond tolerance, jobs if a base run was at hand.
    public var findings: [String] {
        if let failure { return [failure] }
        guard status == .changed || parting != nil else { return notes }
        var lines = notes
        if let parting { lines += Self.words(parting) }
        if let diff, let parting = diff.parting {
            lines.append("against the base run, \(Figures.count(parting.agreeing)) decisions agree; then")
            lines.append("  base: " + RunDiff.words(parting.first))
            lines.append("  now:  " + RunDiff.words(parting.second))
            lines.append("  \(Figures.count(diff.counts.changed)) jobs end, wait or are evicted otherwise")
        }
        for metric in metrics where metric.failed {
            let (was, now) = (
                RunMetric.text(metric.was, unit: metric.unit), RunMetric.text(metric.now, unit: metric.unit)
            )
            let change = RunDiff.change(metric.was, metric.now, unit: metric.unit)
            lines.append("\(metric.name): \(was) -> \(now) (\(change); tolerance: \(metric.tolerance))")
        }
        let within = metrics.filter { !$0.failed && $0.was != nil }.count
        if within > 0 { lines.append("\(within) more metrics moved within their tolerance") }
        return lines
    }

    private static func words(_ parting: Parting) -> [String] {
        let place =
            parting.span == 1
            ? "decision \(Figures.count(parting.number)) is the first that differs"
            : "the first decision that differs is one of the \(parting.span) from \(Figures.count(parting.number)) on"
        var lines = [place + " (time in seconds, object, what, why, where):"]
        switch (parting.was, parting.recordedComesAt) {
        case (let was?, let later?): lines.append("  was: \(was) (now decision \(Figures.count(later)))")
        case (let was?, nil): lines.append("  was: \(was)")
        case (nil, _): lines.append("  was: another one, or none (the baseline keeps a digest here; see --base)")
        }
        lines.append("  now: " + (parting.now ?? "nothing more"))
        return lines
    }
}
