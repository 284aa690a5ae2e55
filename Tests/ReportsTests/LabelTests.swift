import Testing

@testable import Reports

@Suite("Labels keep apart")
struct LabelTests {
    @Test("Spread labels do not overlap, keep their order and stay in bounds")
    func spread() {
        var dice = Dice(20)
        for _ in 0..<1000 {
            let count = dice.int(1...12)
            let centres = (0..<count).map { _ in dice.double(0...400) }
            let sizes = (0..<count).map { _ in dice.double(5...30) }
            let placed = LabelPlacement.spread(centres, sizes: sizes, within: 0...400)
            let order = centres.indices.sorted { centres[$0] != centres[$1] ? centres[$0] < centres[$1] : $0 < $1 }
            for (a, b) in zip(order, order.dropFirst()) {
                #expect(placed[a] + sizes[a] / 2 <= placed[b] - sizes[b] / 2 + 1e-9)
            }
            #expect(order.first.map { placed[$0] - sizes[$0] / 2 >= -1e-9 } == true)
            #expect(order.last.map { placed[$0] + sizes[$0] / 2 <= 400 + 1e-9 } == true)
        }
    }

    @Test("Labels that do not touch stay where they are; equal ones part evenly")
    func spreadMovesLittle() {
        #expect(LabelPlacement.spread([10, 50, 90], sizes: [10, 10, 10], within: 0...100) == [10, 50, 90])
        #expect(LabelPlacement.spread([50, 50], sizes: [10, 10], within: 0...100) == [45, 55])
        #expect(LabelPlacement.spread([2, 1], sizes: [10, 10], within: 0...100) == [15, 5])
    }

    @Test("Callouts of the ledger touch neither each other nor a line")
    func callouts() {
        var dice = Dice(21)
        for _ in 0..<500 {
            let width = dice.double(300...1132)
            let labels = (0..<dice.int(1...9)).map { _ in
                (text: String(repeating: "x", count: dice.int(4...22)) + " 1.2 %", x: dice.double(0...width))
            }.sorted { $0.x < $1.x }
            let placed = LedgerBar.callouts(labels, top: 46, width: width)
            #expect(!placed.isEmpty)
            for (index, callout) in placed.enumerated() {
                #expect(callout.box.x >= 0 && callout.box.x + callout.box.width <= width)
                for other in placed[(index + 1)...] {
                    #expect(!callout.box.overlaps(other.box))
                    #expect(!line(of: callout).overlaps(other.box) && !line(of: other).overlaps(callout.box))
                }
            }
        }
    }

    private func line(of callout: LedgerBar.Callout) -> LabelBox {
        LabelBox(x: callout.x - 0.5, y: 46, width: 1, height: callout.box.y + 7 - 46)
    }

    @Test("Names in a distribution do not cover one another")
    func distributionLabels() {
        var dice = Dice(22)
        for _ in 0..<200 {
            let lines = (0..<dice.int(1...6)).map { key in
                ECDFChart.Line(
                    key: key, name: String(repeating: "q", count: dice.int(1...16)), paint: .series(key),
                    sorted: (0..<dice.int(1...80)).map { _ in dice.double(0...1e5) }.sorted())
            }
            let chart = ECDFChart(title: "t", axis: "a", lines: lines)
            let width = [1132.0, 364][dice.int(0...1)]
            let labels = chart.labels(
                x: LogScale(domain: 1...1e5, from: 52, to: width - 44), y: TailScale(from: 270, to: 10))
            for (index, label) in labels.enumerated() {
                #expect(label.1.x + label.1.width <= width)
                for other in labels[(index + 1)...] { #expect(!label.1.overlaps(other.1)) }
            }
        }
    }

    @Test("Thinning keeps the extremes and the limit")
    func decimation() {
        var dice = Dice(23)
        for _ in 0..<300 {
            let count = dice.int(0...3000)
            let values = (0..<count).map { _ in dice.int(0...40) == 0 ? Double.nan : dice.double(-5...100) }
            let limit = dice.int(1...400)
            let thinned = Decimation(times: (0..<count).map(Int64.init), values: values, limit: limit)
            let finite = values.filter(\.isFinite)
            #expect(thinned.times.count <= limit)
            #expect(thinned.high.max() == finite.max() && thinned.low.min() == finite.min())
            #expect(zip(thinned.low, thinned.median).allSatisfy(<=) && zip(thinned.median, thinned.high).allSatisfy(<=))
            #expect(zip(thinned.times, thinned.times.dropFirst()).allSatisfy(<))
        }
    }

    @Test("Means keep the area")
    func means() {
        var dice = Dice(24)
        for _ in 0..<100 {
            let count = dice.int(1...900)
            let values = (0..<count).map { _ in dice.double(0...50) }
            let weights = (0..<count).map { _ in dice.double(0.5...2) }
            let limit = dice.int(1...300)
            let means = Decimation.means(values, weights: weights, limit: limit)
            let size = Decimation.binSize(count: count, limit: limit)
            #expect(means.count <= limit)
            var area = 0.0
            for (bin, mean) in means.enumerated() {
                area += mean * weights[(bin * size)..<min((bin + 1) * size, count)].reduce(0, +)
            }
            let exact = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(area - exact) <= exact * 1e-9)
        }
    }

    @Test("Relative path steps never drift")
    func pathSteps() {
        var dice = Dice(25)
        var path = PathBuilder()
        var expected: [(Double, Double)] = []
        for _ in 0..<3000 {
            let point = (dice.double(0...1000), dice.double(0...300))
            path.add(point.0, point.1)
            expected.append(point)
        }
        let read = PathReader(path.commands).points
        #expect(read.count == expected.count)
        for (a, b) in zip(read, expected) { #expect(abs(a.0 - b.0) <= 0.0501 && abs(a.1 - b.1) <= 0.0501) }
    }
}

/// Reads the points back from a path of M, l, h and v commands.
struct PathReader {
    private(set) var points: [(Double, Double)] = []

    init(_ commands: String) {
        var rest = commands[...]
        func number() -> Double {
            rest = rest.drop { $0 == " " }
            let sign = rest.prefix { $0 == "-" }
            let digits = rest.dropFirst(sign.count).prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(sign.count + digits.count)
            return Double(sign + digits) ?? .nan
        }
        var position = (0.0, 0.0)
        while let command = rest.popFirst() {
            switch command {
            case "M": position = (number(), number())
            case "l": position = (position.0 + number(), position.1 + number())
            case "h": position.0 += number()
            case "v": position.1 += number()
            default: continue
            }
            points.append(position)
        }
    }
}
