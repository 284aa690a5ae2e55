import Testing

@testable import Reports

@Suite("Charts")
struct ChartTests {
    private static let hostile = "a <b> & \"c\" 'd'"

    private static var charts: [any Chart] {
        let data = SampleData.random(3, nodes: 12, days: 2, jobs: 120, teams: 4, samples: 60, nodesPerRack: 4)
        let page = ReportPage(data: data)
        return [
            LedgerBar(
                title: hostile,
                parts: data.causes.map {
                    LedgerBar.Part(
                        name: $0.label + hostile, shortName: $0.name + hostile, paint: .cause($0.name), hours: $0.hours)
                }),
            TimePanels(
                title: hostile, description: hostile, start: 0, end: data.header.end, epochUnixSeconds: 0,
                panels: page.timePanels),
            ECDFChart(
                title: hostile, axis: hostile,
                lines: [ECDFChart.Line(key: 0, name: hostile, paint: .series(0), sorted: [0, 1, 5, 3600, 90_000])]),
            ECDFChart(
                title: hostile, axis: "times",
                lines: [ECDFChart.Line(key: 0, name: hostile, paint: .other, sorted: [1])], marks: .multiples),
            GanttChart(title: hostile, data: data.gantt, nodes: 0..<12, rows: .gpus),
            GanttChart(title: hostile, data: data.gantt, nodes: 4..<8, rows: .nodes, widths: [.wide]),
            RackChart(title: hostile, data: data.gantt, groups: RackChart.groups(of: data.gantt)),
        ]
    }

    @Test("Every chart in every width is well-formed, described, and draws finite numbers")
    func wellFormed() {
        for (index, chart) in Self.charts.enumerated() {
            #expect(chart.emptyReason == nil)
            let figure = ChartFigure(id: "c\(index)", chart: chart)
            for width in chart.widths {
                let svg = figure.svg(width)
                let check = MarkupCheck(svg)
                #expect(check.problem == nil)
                #expect(svg.hasPrefix("<svg ") && svg.contains("role=\"img\""))
                #expect(svg.contains("<title id=\"c\(index)-\(width.rawValue)-t\">"))
                #expect(svg.contains("<desc id=\"c\(index)-\(width.rawValue)-d\">"))
                #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("∞"))
                #expect(!svg.contains("d=\"\""))
            }
            #expect(MarkupCheck(figure.html).problem == nil)
            #expect(figure.html.contains("<details class=\"numbers\">"))
        }
    }

    @Test("The next larger drawing stands in for a width that is not drawn")
    func missingWidths() {
        let data = SampleData.tiny.gantt
        let two = ChartFigure(id: "g", chart: GanttChart(title: "t", data: data, nodes: 0..<2, rows: .gpus))
        #expect(two.svg(.wide).contains("class=\"plot v-wide v-medium\""))
        #expect(two.svg(.narrow).contains("class=\"plot v-narrow\""))
        let one = ChartFigure(
            id: "g", chart: GanttChart(title: "t", data: data, nodes: 0..<2, rows: .gpus, widths: [.wide]))
        #expect(one.svg(.wide).contains("class=\"plot v-wide v-medium v-narrow\""))
    }

    @Test("Empty charts say why")
    func emptyStates() {
        let none = GanttData(start: 0, end: 1, epochUnixSeconds: nil, nodes: [], teams: [], spans: [], outages: [])
        let empty: [any Chart] = [
            LedgerBar(title: "t", parts: []),
            TimePanels(title: "t", description: "", start: 0, end: 0, epochUnixSeconds: nil, panels: []),
            ECDFChart(title: "t", axis: "a", lines: []),
            GanttChart(title: "t", data: none, nodes: 0..<0, rows: .gpus),
            RackChart(title: "t", data: none, groups: []),
        ]
        for chart in empty {
            let html = ChartFigure(id: "e", chart: chart).html
            #expect(chart.emptyReason?.isEmpty == false)
            #expect(html.contains("class=\"empty\"") && !html.contains("<svg"))
            #expect(MarkupCheck(html).problem == nil)
        }
    }

    @Test("The ledger's printed shares close to 100.0 %, and its total is the capacity")
    func ledgerCloses() {
        var dice = Dice(31)
        for _ in 0..<100 {
            let bar = LedgerBar(
                title: "t",
                parts: (0..<10).map {
                    LedgerBar.Part(
                        name: "\($0)", shortName: "\($0)", paint: .other,
                        hours: dice.int(0...2) == 0 ? 0 : dice.double(0...1e6))
                } + [LedgerBar.Part(name: "x", shortName: "x", paint: .other, hours: 1)])
            let tenths = bar.percents.map { $0.dropLast(2).filter { $0 != "." } }.compactMap { Int($0) }
            #expect(tenths.count == 11 && tenths.reduce(0, +) == 1000)
            #expect(bar.table.total?.last?.text == "100.0 %")
        }
    }

    @Test("A week of ten-minute samples stays within a thousand points a line")
    func pointLimit() {
        let times = (0..<20_000).map { Int64($0) * 600_000_000_000 }
        let line = TimeSeries(
            key: 0, name: "x", paint: .series(0), times: times, values: times.map { Double($0 % 977) })
        let panel = TimePanel(
            title: "t", name: "t", unit: .count("jobs"), content: .lines([line], levels: []), height: 100)
        let chart = TimePanels(
            title: "t", description: "d", start: 0, end: times[times.count - 1], epochUnixSeconds: nil, panels: [panel])
        for width in ChartWidth.allCases {
            var marks = Markup()
            panel.draw(into: &marks, time: TimeScale(start: 0, end: chart.end, from: 0, to: 900), top: 0, width: width)
            let points = marks.text.split(separator: "d=\"").dropFirst().map { path in
                PathReader(String(path.prefix { $0 != "\"" })).points.count
            }
            #expect(points.reduce(0, +) <= 1100)
        }
        #expect(chart.table.rows.count <= 48)
    }

    @Test("Colours go by sorted name; beyond seven, by weight")
    func palette() {
        let three = Palette(names: ["c", "a", "b"]) { _ in 0 }
        #expect(["a", "b", "c"].map(three.paint) == [.series(0), .series(1), .series(2)])
        let many = Palette(names: (0..<10).map { "n\($0)" }) { Double($0.last?.wholeNumberValue ?? 0) }
        #expect(many.paint("n0") == .other && many.paint("n3") == .series(0) && many.paint("n9") == .series(6))
    }

    @Test("Sparklines need two values and stay in their box")
    func sparkline() {
        #expect(Sparkline(values: [1]).svg.isEmpty)
        let svg = Sparkline(values: (0..<500).map { Double($0 % 17) }).svg
        #expect(MarkupCheck(svg).problem == nil)
        for path in svg.split(separator: "d=\"").dropFirst() {
            for point in PathReader(String(path.prefix { $0 != "\"" })).points {
                #expect((0...40).contains(point.0) && (0...12).contains(point.1))
            }
        }
    }
}
