import Results

/// The page of one run: `report.html`.
public enum RunReport {
    /// The page as one self-contained HTML file: style, drawings and script inside, nothing fetched.
    ///
    /// - Parameters:
    ///   - run: an open run file; an interrupted one is marked as such on the page.
    ///   - fabricSVG: the fabric coloured by utilization, drawn for a light and a dark page.
    ///   - queueSVG: the tree of queues, likewise.
    /// - Throws: `ResultsError` if a view cannot be read.
    public static func html(
        run: RunReader, fabricSVG: (light: String, dark: String)? = nil, queueSVG: (light: String, dark: String)? = nil
    ) throws -> String {
        ReportPage(
            data: try RunData(run),
            fabric: fabricSVG.map { Diagram(name: "fabric", title: "The fabric", light: $0.light, dark: $0.dark) },
            queueTree: queueSVG.map { Diagram(name: "queues", title: "The queues", light: $0.light, dark: $0.dark) }
        ).html
    }
}

/// The page as sections in the order in which a reader with five minutes asks.
struct ReportPage: Sendable {
    let data: RunData
    let fabric: Diagram?
    let queueTree: Diagram?
    /// Colours of teams and of queues, the same on the whole page.
    let palette: Palette
    let queuePalette: Palette
    /// The queues that have lines of their own in drawings: all, or of more than six the five with most jobs.
    let mainQueues: [String]

    init(data: RunData, fabric: Diagram? = nil, queueTree: Diagram? = nil) {
        self.data = data
        self.fabric = fabric
        self.queueTree = queueTree
        palette = RunData.teamPalette(data.teams)
        let counts = Dictionary(
            data.queueWaits.map { ($0.name, Double($0.jobs)) }, uniquingKeysWith: { first, _ in first })
        queuePalette = Palette(names: data.queues.map(\.name)) { counts[$0] ?? 0 }
        let ranked = data.queues.map(\.name).sorted {
            let (a, b) = (counts[$0] ?? 0, counts[$1] ?? 0)
            return a != b ? a > b : $0 < $1
        }
        mainQueues = ranked.count <= 6 ? ranked.sorted() : ranked.prefix(5).sorted()
    }

    /// The whole file.
    var html: String {
        PageFrame(
            title: "\(data.header.scenario) – Orrery",
            subject: "\(data.header.scenario) · \(data.header.policy) · seed \(data.header.seed)",
            banner: banner, answer: Answer(data), notices: notices, facts: FactsStrip(data), sections: sections
        ).html
    }

    private var sections: [PageFrame.Section] {
        var sections = [
            PageFrame.Section("hours", "Where the GPU-hours went", ledgerSection),
            PageFrame.Section("course", "What happened when", timeSection),
            PageFrame.Section("spread", "How long jobs waited", distributionSection),
        ]
        if !data.training.jobs.isEmpty {
            sections.append(PageFrame.Section("training", "How fast training went", trainingSection))
        }
        return sections + [
            PageFrame.Section("reasons", "Who and why", reasonSection),
            PageFrame.Section("space", "Who was where", spaceSection),
            PageFrame.Section("method", "How this was computed", methodSection),
        ]
    }

    private var banner: String? {
        guard data.header.isPartial else { return nil }
        return "Partial result: the run was interrupted at \(Figures.instant(nanoseconds: data.header.end)). "
            + "Everything below covers only the time until then."
    }

    /// The first warning, and the first thing that goes wrong over time.
    private var notices: [PageFrame.Notice] {
        var notices: [PageFrame.Notice] = []
        let warnings = data.notes.filter(\.isWarning)
        if let first = warnings.first {
            notices.append(
                PageFrame.Notice(
                    section: "method", words: Figures.plural(warnings.count, "warning"),
                    text: first.text + (warnings.count > 1 ? " …" : "")))
        }
        if let first = data.pathologies.first {
            notices.append(
                PageFrame.Notice(
                    section: "reasons", words: "What goes wrong",
                    text: "\(first.kind), \(first.text)" + (data.pathologies.count > 1 ? " …" : "")))
        }
        return notices
    }
}
