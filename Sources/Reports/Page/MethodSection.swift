// How this was computed: enough to repeat it, and to judge it.

extension ReportPage {
    /// The section as HTML.
    var methodSection: String {
        let header = data.header
        let length = Double(header.end - header.start)
        var rows: [(name: String, value: String)] = [
            ("Scenario", "\(header.scenario) (hash \(header.scenarioHash))"),
            ("Orrery", header.version),
            ("Scheduler", "\(header.policy); nodes: \(header.placement); ties: \(header.tieBreak)"),
            ("Seed", header.seed),
            ("Outcome", outcomeText),
            ("Simulated time", Figures.duration(nanoseconds: length)),
            (
                "Events", "\(Figures.count(header.events)) events, \(Figures.count(header.cycles)) scheduling passes"
            ),
            ("Samples", "every \(Figures.duration(nanoseconds: Double(header.sampleInterval)))"),
            ("Replications", "1; no warm-up removed"),
            ("Fingerprint", header.fingerprint),
        ]
        if let wall = header.wallSeconds { rows.append(("Wall time", Figures.duration(seconds: wall))) }
        return MethodList(
            entries: rows, command: header.command, warnings: data.notes.filter(\.isWarning).map(\.text),
            assumptions: data.notes.filter { !$0.isWarning }.map(\.text)
        ).html
    }

    private var outcomeText: String {
        switch data.header.outcome {
        case "drained": "drained: every job came to its end"
        case "horizon": "stopped at the horizon; \(Figures.plural(data.summary.waiting, "job")) still waited"
        case "interrupted": "interrupted from outside: partial result"
        case "stuck": "stuck: jobs wait for something that cannot happen"
        default: data.header.outcome
        }
    }
}
