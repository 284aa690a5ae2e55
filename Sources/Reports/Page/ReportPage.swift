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
        var page = Markup()
        page.raw("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { root in
            root.element("head") { head in
                head.raw("<meta charset=\"utf-8\">")
                head.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                head.raw("<meta name=\"color-scheme\" content=\"light dark\">")
                head.leaf("title", "\(data.header.scenario) – Orrery")
                head.element("style") { $0.raw(PageStyle.css) }
            }
            root.element("body") { body in
                body.raw(PageStyle.patterns)
                writeHead(into: &body)
                body.element("main", ["id": "main"]) { main in
                    main.raw(FactsStrip(data).html)
                    for (id, heading, content) in sections {
                        main.element("section", ["id": id, "aria-labelledby": id + "-h"]) { section in
                            section.leaf("h2", ["id": id + "-h"], heading)
                            section.raw(content)
                        }
                    }
                }
                body.element("script") { $0.raw(PageScript.javascript) }
            }
        }
        page.raw("\n")
        return page.text
    }

    private var sections: [(id: String, heading: String, content: String)] {
        [
            ("hours", "Where the GPU-hours went", ledgerSection),
            ("course", "What happened when", timeSection),
            ("spread", "How long jobs waited", distributionSection),
        ] + (data.training.jobs.isEmpty ? [] : [("training", "How fast training went", trainingSection)]) + [
            ("reasons", "Who and why", reasonSection),
            ("space", "Who was where", spaceSection),
            ("method", "How this was computed", methodSection),
        ]
    }

    private func writeHead(into body: inout Markup) {
        body.leaf("a", ["class": "skip", "href": "#main"], "Skip to the facts")
        body.element("header") { header in
            header.element("div", ["class": "top"]) { top in
                top.leaf(
                    "p", ["class": "name"], "\(data.header.scenario) · \(data.header.policy) · seed \(data.header.seed)"
                )
                top.leaf("button", ["type": "button", "id": "theme", "hidden": ""], "Dark")
            }
            if data.header.isPartial {
                header.leaf(
                    "p", ["class": "partial", "role": "alert"],
                    "Partial result: the run was interrupted at \(Figures.instant(nanoseconds: data.header.end)). "
                        + "Everything below covers only the time until then.")
            }
            header.element("h1") { $0.raw(Answer(data).html) }
            let warnings = data.notes.filter(\.isWarning)
            if !warnings.isEmpty {
                header.element("p", ["class": "warned"]) { line in
                    line.leaf("a", ["href": "#method"], Figures.plural(warnings.count, "warning"))
                    line.write(": \(warnings[0].text)")
                    if warnings.count > 1 { line.write(" …") }
                }
            }
            if let first = data.pathologies.first {
                header.element("p", ["class": "warned"]) { line in
                    line.leaf("a", ["href": "#reasons"], "What goes wrong")
                    line.write(": \(first.kind), \(first.text)")
                    if data.pathologies.count > 1 { line.write(" …") }
                }
            }
        }
    }
}
