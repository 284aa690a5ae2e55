// Who held which GPU when, and the shape of fabric and queues.

extension ReportPage {
    /// The section as HTML.
    var spaceSection: String {
        var markup = Markup()
        markup.raw(ganttKey)
        if data.gantt.nodes.count <= GanttChart.maximumNodes {
            let chart = GanttChart(
                title: "Who held which GPU?", data: data.gantt, nodes: data.gantt.nodes.indices, rows: .gpus)
            markup.raw(
                ChartFigure(id: "gantt", chart: chart, note: "Rows are nodes, thin lines within a row their GPUs.").html
            )
        } else {
            markup.raw(rackGantt)
        }
        markup.leaf("h3", "How full were the links?")
        markup.raw(fabric?.html ?? DataTable.note("no picture of the fabric was given to this page"))
        markup.leaf("h3", "How do the queues share the cluster?")
        markup.raw(queueTree?.html ?? DataTable.note("no picture of the queues was given to this page"))
        return markup.text
    }

    /// Racks, each opening to its nodes.
    private var rackGantt: String {
        let groups = RackChart.groups(of: data.gantt)
        let chart = RackChart(title: "Who held the GPUs of which rack?", data: data.gantt, groups: groups)
        var markup = Markup()
        markup.raw(
            ChartFigure(
                id: "gantt", chart: chart,
                note:
                    "The filled height of a row is the share of the rack’s GPUs that was held. Open a rack below to see its nodes."
            ).html)
        let budget = max(45_000 / max(groups.count, 1), 400)
        markup.element("div", ["class": "stories"]) { list in
            for (index, group) in groups.enumerated() { list.raw(rackInside(group, index: index, blockBudget: budget)) }
        }
        return markup.text
    }

    /// The nodes of one rack.
    private func rackInside(_ group: RackChart.Group, index: Int, blockBudget: Int) -> String {
        let inside = GanttChart(
            title: "\(group.name), by node", data: data.gantt, nodes: group.nodes, rows: .nodes,
            blockBudget: blockBudget,
            widths: [.wide])
        let contents = "\(Figures.plural(group.nodes.count, "node")), \(Figures.plural(group.gpus, "GPU"))"
        var markup = Markup()
        markup.element("details", ["class": "rack"]) { box in
            box.leaf("summary", "\(group.name): \(contents)")
            box.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": inside.title]) {
                if let reason = inside.emptyReason {
                    $0.raw(DataTable.note(reason))
                } else {
                    $0.raw(ChartFigure(id: "rack-\(index)", chart: inside).svg(.wide))
                }
            }
        }
        return markup.text
    }

    /// What the colours of the Gantt mean.
    private var ganttKey: String {
        var markup = Markup()
        markup.element("p", ["class": "legend"]) { line in
            for team in data.teams where palette.isNamed(team.name) {
                line.element("span", ["class": "key"]) { key in
                    key.leaf("i", ["class": "swatch " + palette.paint(team.name).cssClass], "")
                    key.write(team.name)
                }
            }
            if data.teams.contains(where: { !palette.isNamed($0.name) }) {
                line.element("span", ["class": "key"]) { key in
                    key.leaf("i", ["class": "swatch so"], "")
                    key.write("other teams")
                }
            }
            for (style, name) in [
                ("hatched", "held, but not productive"), ("c-down", "out of order"), ("vacant", "free"),
            ] {
                line.element("span", ["class": "key"]) { key in
                    key.leaf("i", ["class": "swatch " + style], "")
                    key.write(name)
                }
            }
        }
        return markup.text
    }
}

/// A diagram that was drawn elsewhere, in a version for each theme.
struct Diagram: Sendable {
    let name: String
    let title: String
    let light: String
    let dark: String

    /// Both versions; the style sheet shows the one of the theme.
    var html: String {
        var markup = Markup()
        for (theme, svg) in [("light", light), ("dark", dark)] {
            markup.element(
                "div",
                [
                    "class": "scroll diagram \(theme)-only", "tabindex": "0", "role": "region",
                    "aria-label": title,
                ]
            ) { $0.raw(embedded(svg, scope: "\(name)-\(theme)-")) }
        }
        return markup.text
    }

    /// The drawing without its prolog and name spaces (HTML supplies both), its identities made unique in the page.
    private func embedded(_ svg: String, scope: String) -> String {
        guard let start = svg.firstRange(of: "<svg")?.lowerBound else { return DataTable.note("the diagram is empty") }
        var text = String(svg[start...])
        while let comment = text.firstRange(of: "<!--"),
            let end = text[comment.upperBound...].firstRange(of: "-->")
        {
            text.removeSubrange(comment.lowerBound..<end.upperBound)
        }
        for (old, new) in [
            (" xmlns=\"http://www.w3.org/2000/svg\"", ""), (" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", ""),
            (" id=\"", " id=\"\(scope)"), ("url(#", "url(#\(scope)"), ("href=\"#", "href=\"#\(scope)"),
        ] {
            text = text.replacing(old, with: new)
        }
        let label = Markup.escape(title)
        text = text.replacing("<svg ", with: "<svg role=\"img\" aria-label=\"\(label)\" ", maxReplacements: 1)
        return text
    }
}
