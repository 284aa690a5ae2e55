import Testing

@testable import Reports

@Suite("Numbers as text")
struct FiguresTests {
    @Test(
        "Examples",
        arguments: [
            (0.0, "0"), (1, "1"), (12_345, "12,345"), (0.0123, "0.012"), (1.234, "1.23"), (12.34, "12.3"),
            (99.97, "100"), (999.6, "1,000"), (-1_234_567, "−1,234,567"), (2.5e12, "2.50e12"), (0.00001, "1.00e-5"),
            (.nan, "–"), (.infinity, "∞"),
        ])
    func short(_ value: Double, _ text: String) { #expect(Figures.short(value) == text) }

    @Test(
        "Durations take the largest unit that leaves at least one",
        arguments: [
            (0.0, "0 s"), (0.25, "250 ms"), (45, "45 s"), (59.96, "1.0 min"), (60, "1 min"), (750, "12.5 min"),
            (3599, "1.0 h"), (14_760, "4.1 h"), (172_799, "48.0 h"), (172_800, "2 d"), (276_480, "3.2 d"),
        ])
    func durations(_ seconds: Double, _ text: String) { #expect(Figures.duration(seconds: seconds) == text) }

    @Test func instants() {
        #expect(Figures.instant(nanoseconds: 0) == "day 0 00:00")
        #expect(Figures.instant(nanoseconds: 284_759_000_000_000) == "day 3 07:05")
    }

    @Test func money() {
        #expect(Figures.dollars(micro: 2_500_000) == "$2.50")
        #expect(Figures.dollars(micro: 231_383_040_003) == "$231,383")
    }

    @Test("Fixed decimals are the nearest ones")
    func fixedDecimals() {
        var dice = Dice(1)
        for _ in 0..<2000 {
            let value = dice.double(-50_000...50_000)
            let decimals = dice.int(0...4)
            let text = Figures.fixed(value, decimals, grouped: false).replacing("−", with: "-")
            var step = 1.0
            for _ in 0..<decimals { step /= 10 }
            let parsed = Double(text) ?? .nan
            #expect(abs(parsed - value) <= step / 2 * 1.000001, "\(value) as \(text)")
        }
    }

    @Test("Coordinates and machine numbers read back")
    func machineNumbers() {
        var dice = Dice(2)
        for _ in 0..<2000 {
            let value = dice.double(-3000...3000)
            #expect(abs((Double(Figures.coordinate(value)) ?? .nan) - value) <= 0.0500001)
            #expect(abs((Double(Figures.machine(value)) ?? .nan) - value) <= 0.000500001)
        }
        #expect(Figures.coordinate(12) == "12")
        #expect(Figures.coordinate(-0.04) == "0")
        #expect(Figures.machine(-0.0001) == "0")
    }

    @Test("Printed percentages close to 100.0")
    func closing() {
        var dice = Dice(3)
        for _ in 0..<500 {
            let parts = (0..<dice.int(1...12)).map { _ in dice.int(0...3) == 0 ? 0 : dice.double(0...1e7) } + [1]
            let tenths = Figures.closingTenths(parts)
            #expect(tenths.reduce(0, +) == 1000)
            let total = parts.reduce(0, +)
            for (part, tenth) in zip(parts, tenths) { #expect(abs(part / total * 1000 - Double(tenth)) < 1) }
        }
        #expect(Figures.closingTenths([0, 0]).isEmpty)
        #expect(Figures.percent(tenths: 839) == "83.9 %")
    }

    @Test(
        "The prefix of an axis is chosen once, for its largest value",
        arguments: [
            (AxisUnit.seconds, 30.0, "s"), (.seconds, 600, "min"), (.seconds, 90_000, "h"), (.seconds, 900_000, "d"),
            (.bytesPerSecond, 4e11, "GB/s"), (.bytes, 8e10, "GiB"), (.gpuHours, 86_016, "GPU-hours"),
            (.gpuHours, 5_760_000, "thousand GPU-hours"), (.count("jobs"), 12, "jobs"), (.share, 1, "%"),
        ])
    func axisUnits(_ unit: AxisUnit, _ extent: Double, _ label: String) {
        #expect(unit.scaled(toExtent: extent).label == label)
    }

    @Test func textWidths() {
        #expect(TextWidth.estimate("iiii", size: 13) < TextWidth.estimate("mmmm", size: 13))
        var dice = Dice(4)
        for _ in 0..<300 {
            let words = (0..<dice.int(1...14)).map { _ in String(repeating: "w", count: dice.int(1...9)) }
            let text = words.joined(separator: " ")
            let limit = dice.double(60...300)
            #expect(TextWidth.estimate(TextWidth.truncate(text, toFit: limit, size: 13), size: 13) <= limit)
            #expect(TextWidth.estimate(TextWidth.truncateFront(text, toFit: limit, size: 13), size: 13) <= limit)
            let lines = TextWidth.wrap(text, toFit: limit, size: 13, lines: 3)
            #expect(lines.count <= 3 && lines.allSatisfy { TextWidth.estimate($0, size: 13) <= limit })
        }
        #expect(TextWidth.truncateFront("h100-0012", toFit: 60, size: 13).hasSuffix("0012"))
    }
}
