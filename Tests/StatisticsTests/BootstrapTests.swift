import SimulationKernel
import Statistics
import Testing

@Suite struct BootstrapTests {
    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Limits from SciPy 1.x `stats.bootstrap` with 400,000 resamples; ours has 20,000, hence the tolerance.
    @Test func agreesWithSciPy() throws {
        let sample = try Sample(SampleTests.waits)
        let bootstrap = try Bootstrap(resamples: 20_000, level: 0.9)
        var stream = RandomStream(seed: 5, name: "bootstrap")
        let percentile = try bootstrap.percentileInterval(of: sample, drawing: &stream, statistic: Self.mean)
        #expect(abs(percentile.lower - 2.1917) < 0.06 && abs(percentile.upper - 6.1583) < 0.08)
        let accelerated = try bootstrap.acceleratedInterval(of: sample, drawing: &stream, statistic: Self.mean)
        #expect(abs(accelerated.lower - 2.4833) < 0.06 && abs(accelerated.upper - 6.825) < 0.12)
        #expect(accelerated.estimate == Self.mean(sample.values) && accelerated.level == 0.9)
    }

    @Test func equalStreamsGiveEqualIntervals() throws {
        let sample = try Sample(SampleTests.waits)
        let bootstrap = try Bootstrap(resamples: 200)
        var first = RandomStream(seed: 6, name: "b")
        var second = RandomStream(seed: 6, name: "b")
        let a = try bootstrap.acceleratedInterval(of: sample, drawing: &first, statistic: Self.mean)
        #expect(try a == bootstrap.acceleratedInterval(of: sample, drawing: &second, statistic: Self.mean))
        #expect(try a != bootstrap.acceleratedInterval(of: sample, drawing: &second, statistic: Self.mean))
    }

    /// The interval holds the true mean of a skewed distribution about as often as it says.
    @Test func coversAsOftenAsItSays() throws {
        let bootstrap = try Bootstrap(resamples: 300, level: 0.9)
        let worlds = 200
        var hits = 0
        for world in 0..<worlds {
            var data = RandomStream(seed: 7, name: "data", index: UInt64(world))
            var resampling = RandomStream(seed: 7, name: "resampling", index: UInt64(world))
            let sample = try Sample((0..<20).map { _ in data.exponential(mean: 1) })
            let interval = try bootstrap.acceleratedInterval(of: sample, drawing: &resampling, statistic: Self.mean)
            if interval.contains(1) { hits += 1 }
        }
        // Binomial(200, 0.9) lies in 158 ... 196 but for once in ten thousand; small skewed samples cover a little less.
        #expect((156...196).contains(hits), "\(hits) of \(worlds)")
    }

    @Test func degenerateInput() throws {
        let constant = try Sample([4, 4, 4])
        let bootstrap = try Bootstrap(resamples: 50)
        var stream = RandomStream(seed: 8, name: "b")
        let interval = try bootstrap.acceleratedInterval(of: constant, drawing: &stream, statistic: Self.mean)
        #expect(interval.lower == 4 && interval.upper == 4)
        let spread = try Sample([1, 2, 3])
        #expect(throws: StatisticsError.self) {
            try bootstrap.percentileInterval(of: spread, drawing: &stream) { _ in .nan }
        }
        #expect(throws: StatisticsError.tooFewValues(found: 1, needed: 2)) {
            try bootstrap.acceleratedInterval(of: Sample([1]), drawing: &stream, statistic: Self.mean)
        }
        var isFirst = true
        #expect(throws: StatisticsError.noSpread) {
            try bootstrap.acceleratedInterval(of: spread, drawing: &stream) { _ in
                defer { isFirst = false }
                return isFirst ? 9 : 1
            }
        }
        #expect(throws: StatisticsError.self) { try Bootstrap(resamples: 0) }
        #expect(throws: StatisticsError.self) { try Bootstrap(level: 1) }
    }
}
