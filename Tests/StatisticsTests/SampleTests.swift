import Statistics
import Testing

/// Expected values: computed with SciPy on R's data sets `sleep` and `cars` (quantiles of type 7, R's default).
@Suite struct SampleTests {
    static let waits = [1.2, 0.4, 8.9, 2.2, 3.1, 0.7, 15.5, 1.9, 4.4, 0.9, 2.8, 6.1]

    private func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
        abs(a - b) <= tolerance * max(1, abs(b))
    }

    @Test func describesASample() throws {
        let sample = try Sample(Self.waits)
        #expect(isNear(sample.mean, 4.008333333333333))
        #expect(isNear(try sample.variance(), 19.27537878787879))
        #expect(isNear(try sample.quantile(0.1), 0.72))
        #expect(isNear(try sample.quantile(0.9), 8.62))
        #expect((sample.minimum, sample.maximum) == (0.4, 15.5))
        #expect(sample.values == Self.waits, "order kept")
        let ten = try Sample((1...10).map(Double.init))
        #expect(try [0, 0.25, 0.5, 0.75, 1].map { share in try ten.quantile(share) } == [1, 3.25, 5.5, 7.75, 10])
        #expect(try Sample([1, 2, 3, 4]).quantile(0.1) == 1.3)
        #expect(try Sample([5]).median == 5)
    }

    @Test func badSamplesAreErrors() throws {
        #expect(throws: StatisticsError.tooFewValues(found: 0, needed: 1)) { try Sample([]) }
        #expect(throws: StatisticsError.notFinite(index: 1)) { try Sample([1, .nan]) }
        #expect(throws: StatisticsError.notFinite(index: 0)) { try Sample([-.infinity]) }
        #expect(throws: StatisticsError.tooFewValues(found: 1, needed: 2)) { try Sample([1]).variance() }
        for share in [-0.1, 1.1, Double.nan] {
            #expect(throws: StatisticsError.self) { try Sample([1]).quantile(share) }
        }
        for level in [0, 1, -1, Double.nan] {
            #expect(throws: StatisticsError.self) { try Sample([1, 2]).meanInterval(level: level) }
        }
    }

    @Test func cumulativeSharesCountTies() throws {
        let points = try Sample([2, 1, 2, 5]).cumulativeShares
        #expect(points.map(\.value) == [1, 2, 5])
        #expect(points.map(\.share) == [0.25, 0.75, 1])
    }

    @Test func studentIntervalOfAMean() throws {
        let interval = try Sample(Self.waits).meanInterval()
        #expect(isNear(interval.lower, 1.21882314469548) && isNear(interval.upper, 6.797843521971186))
        #expect(interval.contains(interval.estimate) && !interval.contains(7))
    }

    /// `t.test(extra ~ group, data = sleep, paired = TRUE)`
    @Test func pairedTTestOfStudentsSleepData() throws {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
        let test = try PairedTTest(first, second)
        #expect(isNear(test.statistic, -4.062127683382037) && test.degreesOfFreedom == 9)
        #expect(isNear(test.pValue, 0.002832890197384273))
        #expect(isNear(test.difference.estimate, -1.58))
        #expect(isNear(test.difference.lower, -2.459885763276983))
        #expect(isNear(test.difference.upper, -0.7001142367230175))
    }

    @Test func pairedTTestOfDegeneratePairs() throws {
        #expect(try PairedTTest([1, 2], [1, 2]).pValue == 1)
        let shifted = try PairedTTest([2, 3], [1, 2])
        #expect(shifted.statistic == .infinity && shifted.pValue == 0)
        #expect(throws: StatisticsError.lengthsDiffer(1, 2)) { try PairedTTest([1], [1, 2]) }
        #expect(throws: StatisticsError.tooFewValues(found: 1, needed: 2)) { try PairedTTest([1], [1]) }
    }

    @Test func probabilityFunctions() throws {
        #expect(isNear(try StandardNormal.quantile(0.975), 1.959963984540054))
        #expect(isNear(StandardNormal.cdf(1), 0.8413447460685429))
        #expect(isNear(try StudentT(degreesOfFreedom: 9).quantile(0.975), 2.262157162798205))
        #expect(isNear(try StudentT(degreesOfFreedom: 2.5).quantile(0.995), 7.163728138948783, 1e-8))
        #expect(isNear(try StudentT(degreesOfFreedom: 5).cdf(2), 0.9490302605850708))
        #expect(isNear(try ChiSquared(degreesOfFreedom: 10).quantile(0.95), 18.307038053275146))
        #expect(isNear(try ChiSquared(degreesOfFreedom: 2).cdf(3), 0.7768698398515702))
        #expect(try ChiSquared(degreesOfFreedom: 2).cdf(-1) == 0)
        for bad in [0, 1, -0.5, Double.nan] {
            #expect(throws: StatisticsError.self) { try StandardNormal.quantile(bad) }
            #expect(throws: StatisticsError.self) { try StudentT(degreesOfFreedom: 3).quantile(bad) }
            #expect(throws: StatisticsError.self) { try ChiSquared(degreesOfFreedom: 3).quantile(bad) }
        }
        #expect(throws: StatisticsError.self) { try StudentT(degreesOfFreedom: 0) }
        #expect(throws: StatisticsError.self) { try ChiSquared(degreesOfFreedom: .nan) }
    }

    @Test func jainIndex() throws {
        #expect(try Fairness.jainIndex([1, 1, 1, 1]) == 1)
        #expect(try Fairness.jainIndex([1, 0, 0, 0]) == 0.25)
        #expect(isNear(try Fairness.jainIndex([1, 2, 3]), 36.0 / 42))
        #expect(try Fairness.jainIndex([0, 0]) == 1)
        #expect(isNear(try Fairness.jainIndex([1e300, 2e300, 3e300]), 36.0 / 42), "no overflow")
        for bad in [[], [-1, 1], [.nan]] as [[Double]] {
            #expect(throws: StatisticsError.self) { try Fairness.jainIndex(bad) }
        }
    }

    @Test func histogramCountsEveryValueOnce() throws {
        let histogram = try Sample([0, 1, 1, 2.5, 4, 10]).histogram(bins: 4)
        #expect(histogram.edges == [0, 2.5, 5, 7.5, 10])
        #expect(histogram.counts == [3, 2, 0, 1])
        #expect(try Sample([3, 3]).histogram(bins: 1).counts == [2])
        var edges = try Histogram(edges: [1, 10, 100])
        for value in [0.5, 1, 9.99, 10, 100, 101, -Double.infinity] { try edges.add(value) }
        #expect(edges.counts == [2, 2] && edges.below == 2 && edges.above == 1)
        #expect(throws: StatisticsError.self) { try edges.add(.nan) }
        for bad in [[], [1], [1, 1], [2, 1], [1, .infinity]] as [[Double]] {
            #expect(throws: StatisticsError.self) { try Histogram(edges: bad) }
        }
        #expect(throws: StatisticsError.self) { try Sample([1, 2]).histogram(bins: 0) }
    }
}
