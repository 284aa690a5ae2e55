import Testing

@testable import Reports

@Suite("The page of a comparison")
struct ComparisonPageTests {
    /// A comparison of made-up numbers: every measure of the cluster, and two of each of three queues.
    static func sample(
        variants names: [String], replications: Int = 10, queues: [String] = ["prod", "research", "<b>&\"'"],
        seed: UInt64 = 7
    ) -> Comparison {
        var dice = Dice(seed)
        func row(_ measure: String, _ unit: String, _ scope: Comparison.Scope, base: Double) -> Comparison.Row {
            let samples = names.indices.map { variant in
                (0..<replications).map { _ in
                    Optional(base * (1 - 0.08 * Double(variant)) * (1 + dice.double(-0.1...0.1)))
                }
            }
            let values = samples.map { own -> Comparison.Estimate? in
                let mean = own.compactMap { $0 }.reduce(0, +) / Double(max(own.count, 1))
                return Comparison.Estimate(
                    mean: mean, lower: replications > 1 ? mean * 0.95 : nil, upper: replications > 1 ? mean * 1.05 : nil
                )
            }
            let differences = values.enumerated().map { index, value -> Comparison.Difference? in
                guard index > 0, let value, let first = values[0] else { return nil }
                return difference(measure, scope, unit, value.mean - first.mean, first.mean, replications, index)
            }
            return Comparison.Row(
                measure: measure, unit: unit, isBetterWhenHigher: unit == "share", isHeadline: scope == .cluster,
                scope: scope, values: values, differences: differences, samples: samples)
        }
        var rows = [
            row("mean wait", "s", .cluster, base: 900), row("p95 wait", "s", .cluster, base: 7200),
            row("utilization (allocated)", "share", .cluster, base: 0.7),
            row("evictions", "count", .cluster, base: 12), row("wasted GPU-hours", "GPU-hours", .cluster, base: 4000),
            row("price of held GPU time", "dollars", .cluster, base: 120_000),
            row("energy at the power limit", "kWh", .cluster, base: 3e5),
            row("Jain’s index of teams", "index", .cluster, base: 0.9),
        ]
        for queue in queues {
            let scope = Comparison.Scope(kind: "queue", name: queue)
            rows += [row("mean wait", "s", scope, base: 600), row("p95 wait", "s", scope, base: 3600)]
        }
        return Comparison(
            scenario: "sample", variants: names,
            seeds: names.map { _ in (0..<replications).map { String($0 + 1) } }, level: 0.95, warmUpSeconds: 86_400,
            warmUpReason: "1 d, by MSER-5", tests: 8 * (names.count - 1), partTests: 6 * (names.count - 1),
            simulations: names.count * replications, rows: rows,
            runLengths: names.map {
                Comparison.RunLength(
                    variant: $0, jobs: 812.5, batchCorrelation: 0.1,
                    batchMeans: Comparison.Estimate(mean: 900, lower: 800, upper: 1000), isTooShort: false)
            }, notes: ["waits <drift> & more"])
    }

    private static func difference(
        _ measure: String, _ scope: Comparison.Scope, _ unit: String, _ mean: Double, _ base: Double,
        _ replications: Int, _ variant: Int
    ) -> Comparison.Difference {
        let isShown = replications > 1 && variant % 2 == 1 && measure != "evictions"
        let reach = replications > 1 ? (isShown ? 0.3 : 1.5) * mean.magnitude : nil
        let relative = mean / base
        let interval = reach.map { (mean - $0, mean + $0) }
        let verdict =
            isShown
            ? Comparison.Difference.sentence(
                measure, scope, unit: MeasureUnit(name: unit), mean: mean, interval: interval ?? (mean, mean),
                relative: (relative, (interval?.0 ?? 0) / base, (interval?.1 ?? 0) / base))
            : "no difference shown"
        return Comparison.Difference(
            mean: mean, lower: interval?.0, upper: interval?.1, bootstrapLower: interval?.0,
            bootstrapUpper: interval?.1, relative: relative, relativeLower: interval.map { $0.0 / base },
            relativeUpper: interval.map { $0.1 / base }, pValue: replications > 1 ? 0.01 : nil, isIdentical: false,
            isShown: isShown, verdict: verdict)
    }

    private static func variants(_ names: [String]) -> [ComparisonPage.Variant] {
        names.enumerated().map { index, name in
            var variant = ComparisonPage.Variant(name: name)
            variant.policy = "backfill"
            variant.scenarioHash = "ab\(index)"
            variant.version = "9.9"
            variant.waits = (1...50).map { Double($0 * $0 * (index + 1)) }
            return variant
        }
    }

    private static func page(_ comparison: Comparison) -> ComparisonPage {
        ComparisonPage(
            comparison, variants: variants(comparison.variants), command: "orrery compare <x>.yaml --replications 10")
    }

    /// Well-formed, sound links, and behind every drawing a table.
    static func check(_ html: String, charts: Int) {
        let check = MarkupCheck(html)
        #expect(check.problem == nil)
        let ids = Set(check.ids)
        #expect(check.ids.count == ids.count)
        #expect(check.links.allSatisfy { $0.hasPrefix("#") && ids.contains(String($0.dropFirst())) })
        let figures = html.split(separator: "<figure ").dropFirst().filter { $0.contains("<svg ") }
        #expect(figures.count == charts, "\(figures.count) charts")
        for figure in figures {
            #expect(figure.contains("<details class=\"numbers\">") && figure.contains("<table"))
            #expect(figure.contains("<h3>") && !figure.contains("<h3></h3>"))
        }
        for drawing in html.split(separator: "<svg ").dropFirst() {
            let marks = drawing.prefix(while: { $0 != "\u{0}" }).components("</svg>")
            #expect(!marks.contains("nan") && !marks.contains("inf"))
        }
        for forbidden in ["http:", "https:", " src=\"", "@import", "<link", "fetch("] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
    }

    @Test("Answer, facts, charts with tables and units, method")
    func whole() {
        let comparison = Self.sample(variants: ["baseline", "more-nodes", "backfill"])
        let html = Self.page(comparison).html
        Self.check(html, charts: 5)
        #expect(html == Self.page(comparison).html)
        for part in [
            "min · less is better", "% · more is better", "thousand $ · less is better",
            "change in % of the mean of baseline", "time waited (logarithmic)",
            "orrery compare &lt;x&gt;.yaml --replications 10", "waits &lt;drift&gt; &amp; more", "1 d, by MSER-5",
        ] { #expect(html.contains(part), "\(part)") }
        let answer = Self.page(comparison).answer.text
        #expect(answer.hasPrefix("Against baseline: with more-nodes p95 wait falls by "), "\(answer)")
        #expect(answer.contains("%") && answer.contains("["), "an interval goes with it: \(answer)")
        #expect(answer.hasSuffix("No difference is shown of backfill."), "\(answer)")
    }

    @Test("Where nothing is shown the page says so, and draws nothing as shown")
    func nothingShown() {
        var comparison = Self.sample(variants: ["a", "b"])
        for row in comparison.rows.indices { comparison.rows[row].differences[1]?.isShown = false }
        let page = Self.page(comparison)
        #expect(page.answer.text.hasPrefix("Against a, no difference is shown of b, in 8 measures"))
        let forest = page.html.components(from: "id=\"forest\"", to: "</figure>")
        #expect(forest.contains("class=\"hollow cnone\"") && !forest.contains("mean c") && !forest.contains("tgood"))
    }

    @Test("A single replication has no interval, and the page says so")
    func single() {
        let page = Self.page(Self.sample(variants: ["a", "b"], replications: 1))
        let html = page.html
        Self.check(html, charts: 5)
        #expect(page.answer.text.contains("One replication has no interval, so nothing here is a verdict"))
        let drawings = html.split(separator: "<svg ").dropFirst().joined()
        #expect(!drawings.contains("class=\"w "), "no whisker")
        #expect(html.contains("One replication of each variant, and so no interval"))
    }

    @Test("No rows, no runs, or a single variant still make a page")
    func empty() {
        var comparison = Self.sample(variants: ["a", "b"])
        comparison.rows = []
        comparison.runLengths = []
        comparison.notes = []
        Self.check(ComparisonPage(comparison, variants: [], command: "c").html, charts: 0)
        let alone = Self.page(Self.sample(variants: ["a"]))
        Self.check(alone.html, charts: 2)
        #expect(alone.answer.text == "There is one variant and nothing to compare it with.")
    }

    @Test("Twelve variants with very long names keep to their drawings")
    func many() {
        let names = (0..<12).map { "variant-\($0)-" + String(repeating: "of-a-very-long-name-", count: 8) }
        let page = Self.page(Self.sample(variants: names))
        Self.check(page.html, charts: 5)
        let drawn = page.html.components(from: "id=\"waits\"", to: "<details")
        #expect(drawn.split(separator: "class=\"l k").count - 1 == 6 * ChartWidth.allCases.count)
        let classes = (1...Palette.seriesCount).map { "k\($0 + 4) s\($0)\"" }
        #expect(classes.suffix(5).allSatisfy(drawn.contains), "the five that differ most have colours")
        #expect((3...12).contains { page.html.contains("…" + names[3].suffix($0) + "<") }, "a name keeps its end")
        for width in ChartWidth.allCases {
            for x in Self.coordinates("x", in: ChartFigure(id: "t", chart: page.panelChart).svg(width)) {
                #expect(x >= 0 && x <= width.points)
            }
        }
    }

    @Test("Missing values and a first value of zero are drawn as such")
    func missing() {
        var comparison = Self.sample(variants: ["a", "b", "c"])
        comparison.rows[1].values = [nil, comparison.rows[1].values[1], nil]
        comparison.rows[1].differences = [nil, nil, nil]
        comparison.rows[1].samples[0] = Array(repeating: nil, count: 10)
        comparison.rows[3].differences[1]?.relative = nil
        comparison.rows[3].differences[1]?.relativeLower = nil
        comparison.rows[3].differences[1]?.relativeUpper = nil
        comparison.rows[3].differences[1]?.mean = 12
        comparison.rows[4].differences[1]?.relative = 25
        comparison.rows[4].differences[1]?.relativeUpper = 40
        let html = Self.page(comparison).html
        Self.check(html, charts: 4)
        #expect(html.contains("+12.0 (from 0)") || html.contains("+12 (from 0)"))
        #expect(html.contains("+2,500 %"))
    }

    @Test("The front holds whom nobody beats in both")
    func front() {
        func point(_ name: String, _ x: Double, _ y: Double) -> TradeOffPlot.Point {
            TradeOffPlot.Point(name: name, paint: .other, x: x, y: y, xInterval: nil, yInterval: nil)
        }
        let less = TradeOffPlot.Axis(name: "wait", unit: .seconds, isBetterWhenHigher: false)
        let more = TradeOffPlot.Axis(name: "use", unit: .share, isBetterWhenHigher: true)
        let points = [point("a", 1, 5), point("b", 2, 2), point("c", 3, 3), point("d", 2, 2), point("e", 5, 1)]
        #expect(TradeOffPlot.front(points, x: less, y: less) == ["a", "b", "d", "e"])
        #expect(TradeOffPlot.front(points, x: more, y: less) == ["e"])
    }

    @Test("A name is cut in its middle, never beyond its room")
    func cutNames() {
        #expect(TextWidth.truncateMiddle("short", toFit: 100, size: 12) == "short")
        let cut = TextWidth.truncateMiddle("a-long-name-number-12", toFit: 90, size: 12)
        #expect(cut.hasPrefix("a-lo") && cut.hasSuffix("-12") && cut.contains("…"))
        #expect(TextWidth.estimate(cut, size: 12) <= 90)
        #expect(TextWidth.truncateMiddle("a-long-name", toFit: 1, size: 12) == "…")
    }

    @Test("Marks of an axis keep their distance and differ in words")
    func ticks() {
        var dice = Dice(4)
        for _ in 0..<500 {
            let low = dice.double(-1e5...1e5)
            let domain = low...(low + pow10(dice.int(-3...6)))
            let scale = LinearScale(domain: domain, from: 0, to: dice.double(60...600))
            let ticks = AxisTicks(scale).ticks
            #expect(ticks.count <= 6 && Set(ticks.map(\.label)).count == ticks.count)
            #expect(ticks.allSatisfy { domain.contains($0.value) || abs($0.value - low) < 1e-3 * abs(low) })
        }
        #expect(AxisTicks.domain(around: []) == 0...1)
        #expect(AxisTicks.domain(around: [0, 0]) == 0...1)
        #expect(AxisTicks.domain(around: [1, 10]).lowerBound == 0)
        #expect(AxisTicks.domain(around: [9, 10]).lowerBound > 8)
    }

    private func pow10(_ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1) { value, _ in exponent < 0 ? value / 10 : value * 10 }
    }

    /// Values of an attribute of texts and circles.
    private static func coordinates(_ name: String, in svg: String) -> [Double] {
        svg.split(separator: " \(name)=\"").dropFirst().compactMap { Double($0.prefix { $0 != "\"" }) }
    }
}

extension StringProtocol {
    /// What stands before the first `mark`.
    func components(_ mark: String) -> String {
        String(firstRange(of: mark).map { self[..<$0.lowerBound] } ?? self[...])
    }

    /// What stands between two marks; empty if the first is not there.
    func components(from: String, to: String) -> String {
        guard let start = firstRange(of: from) else { return "" }
        return self[start.upperBound...].components(to)
    }
}
