import Testing

@testable import Reports

@Suite("Scales and their marks")
struct ScaleTests {
    @Test("Linear marks: few, even, inside")
    func linear() {
        var dice = Dice(10)
        for _ in 0..<1000 {
            let low = dice.double(-1e6...1e6)
            let scale = LinearScale(domain: low...(low + dice.double(1e-3...1e7)), from: 300, to: 10)
            let limit = dice.int(2...9)
            let divisor = [1.0, 60, 3600, 0.01, 1024][dice.int(0...4)]
            let ticks = scale.ticks(limit: limit, divisor: divisor)
            #expect(ticks.count <= min(limit, 6))
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy(<))
            let slack = (scale.domain.upperBound - scale.domain.lowerBound) * 1e-6
            #expect(
                ticks.allSatisfy {
                    $0 >= scale.domain.lowerBound - slack && $0 <= scale.domain.upperBound + slack
                })
            let gaps = zip(ticks, ticks.dropFirst()).map { $1 - $0 }
            #expect(gaps.allSatisfy { abs($0 - gaps[0]) <= gaps[0] * 1e-6 })
        }
    }

    @Test("A scale from zero ends at a mark, not far above the greatest value")
    func fromZero() {
        var dice = Dice(11)
        for _ in 0..<500 {
            let maximum = dice.double(1e-3...1e9)
            let scale = LinearScale.fromZero(to: maximum, from: 100, to: 0, ticks: 4)
            #expect(scale.domain.upperBound >= maximum * (1 - 1e-9))
            #expect(scale.domain.upperBound <= maximum * 2.01)
            #expect(scale.ticks(limit: 6).last.map { abs($0 - scale.domain.upperBound) < maximum * 1e-6 } == true)
        }
        #expect(LinearScale.fromZero(to: 0, from: 1, to: 0, ticks: 4).domain == 0...1)
        #expect(LinearScale.fromZero(to: .nan, from: 1, to: 0, ticks: 4).domain == 0...1)
    }

    @Test("Positions rise with values and reach both ends")
    func positions() {
        var dice = Dice(12)
        for _ in 0..<200 {
            let low = dice.double(1e-3...100)
            let high = low * dice.double(1.5...1e8)
            let scale = LogScale(domain: low...high, from: 40, to: 900)
            #expect(abs(scale.position(low) - 40) < 1e-6 && abs(scale.position(high) - 900) < 1e-6)
            #expect(scale.position(0) == scale.position(low) && scale.position(high * 9) == scale.position(high))
            let values = (0..<20).map { _ in dice.double(low...high) }.sorted()
            #expect(zip(values, values.dropFirst()).allSatisfy { scale.position($0) <= scale.position($1) })
            #expect(scale.durationTicks(limit: 4).count <= 4 && scale.durationTicks().count <= 6)
            #expect(scale.durationTicks().allSatisfy { $0.value >= low && $0.value <= high })
            #expect(scale.decadeTicks(limit: 5).count <= 5)
        }
        let tail = TailScale(from: 200, to: 0)
        #expect(tail.position(0) == 200 && tail.position(1) == 0 && tail.position(7) == 0)
        #expect(TailScale.ticks.count <= Scales.maximumTicks)
    }

    @Test("Time marks: at most six, on whole units, apart from one another")
    func time() {
        var dice = Dice(13)
        for _ in 0..<600 {
            let start = Int64(dice.double(0...1e15))
            let length = Int64(dice.double(1e9...1e17))
            let width = dice.double(160...1100)
            let epoch = dice.int(0...1) == 0 ? nil : Int64(dice.int(0...2_000_000_000))
            let scale = TimeScale(start: start, end: start + length, from: 50, to: 50 + width, epochUnixSeconds: epoch)
            let ticks = scale.ticks(fontSize: 12)
            #expect(ticks.count <= 6)
            var right = -Double.infinity
            for tick in ticks {
                let instant = Int64(tick.value)
                #expect(instant >= start && instant <= start + length)
                #expect(instant % 1_000_000_000 == 0)
                let half =
                    max(
                        TextWidth.estimate(tick.label, size: 12), TextWidth.estimate(tick.detail, size: 12)) / 2
                #expect(scale.position(instant) - half >= right)
                right = scale.position(instant) + half
            }
        }
    }

    @Test("A week has days, half an hour has minutes")
    func timeLabels() {
        let day: Int64 = 86_400_000_000_000
        let week = TimeScale(start: 0, end: 7 * day, from: 0, to: 800)
        #expect(week.ticks(fontSize: 12).map(\.label) == ["day 0", "day 2", "day 4", "day 6"])
        let hours = TimeScale(start: 0, end: day / 48, from: 0, to: 800)
        #expect(
            hours.ticks(fontSize: 12).map(\.label)
                == ["0 s", "10 min", "20 min", "30 min"].map { $0 == "0 s" ? "0 min" : $0 })
        let dated = TimeScale(start: 0, end: 7 * day, from: 0, to: 800, epochUnixSeconds: 1_704_067_200)
        #expect(dated.ticks(fontSize: 12).map(\.detail) == ["1 Jan", "3 Jan", "5 Jan", "7 Jan"])
    }

    @Test(
        "Days of the calendar",
        arguments: [
            (Int64(0), "1 Jan 1970"), (-1, "31 Dec 1969"), (11_016, "29 Feb 2000"), (19_782, "29 Feb 2024"),
            (19_783, "1 Mar 2024"), (47_540, "28 Feb 2100"), (47_541, "1 Mar 2100"),
        ])
    func calendar(_ day: Int64, _ text: String) { #expect(CalendarDay(daysSince1970: day).withYear == text) }

    @Test("Every day follows the day before")
    func calendarRuns() {
        var last = CalendarDay(daysSince1970: -800)
        for day in Int64(-799)...1500 {
            let next = CalendarDay(daysSince1970: day)
            let isNextDay = next.day == last.day + 1 && next.month == last.month
            let isNextMonth =
                next.day == 1 && (next.month == last.month + 1 || next.month == 1 && next.year == last.year + 1)
            #expect(isNextDay || isNextMonth)
            last = next
        }
    }
}
