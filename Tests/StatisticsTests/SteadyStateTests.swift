import SimulationKernel
import Statistics
import Testing

@Suite("Warm-up, batch means, many tests at once, selection of the best")
struct SteadyStateTests {
    private func noise(_ count: Int, _ seed: UInt64) -> [Double] {
        var stream = RandomStream(seed: seed, name: "test/noise")
        return (0..<count).map { _ in stream.normal() }
    }

    /// A start that is far off for 100 values is cut, and little more.
    @Test func theTransientIsCut() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let values = noise(2000, seed).enumerated().map { $0.offset < 100 ? $0.element + 10 : $0.element }
            let cut = try #require(WarmUp.truncation(of: values))
            #expect(cut >= 100 && cut <= 700, "\(cut)")
        }
    }

    /// A peak is no cold start: where the output can only begin too low, it stays; a low start is still cut.
    @Test func aPeakIsNoColdStart() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let peak = noise(2000, seed).enumerated().map { $0.offset < 100 ? $0.element + 10 : $0.element }
            #expect(WarmUp.truncation(of: peak) ?? 0 >= 100)
            #expect(try #require(WarmUp.truncation(of: peak, rising: true)) == 0)
            let low = peak.map { -$0 }
            #expect(WarmUp.truncation(of: low, rising: true) == WarmUp.truncation(of: low))
        }
    }

    @Test func aDriftHasNoSteadyPart() {
        let values = noise(2000, 3).enumerated().map { $0.element + Double($0.offset) * 0.05 }
        #expect(WarmUp.truncation(of: values) == nil)
        #expect(WarmUp.truncation(of: [1, 2, 3]) == nil)
        #expect(WarmUp.truncation(of: Array(repeating: 4, count: 100)) == 0)
    }

    /// MSER-5 by its definition, one truncation after the other.
    @Test func theFastSumsAreTheDefinition() {
        for seed in 1...10 as ClosedRange<UInt64> {
            let values = noise(403, seed).enumerated().map { $0.element + 5 / Double($0.offset + 1) }
            let means = (0..<80).map { batch in values[batch * 5..<batch * 5 + 5].reduce(0, +) / 5 }
            let statistic = { (cut: Int) -> Double in
                let rest = means[cut...]
                let mean = rest.reduce(0, +) / Double(rest.count)
                return rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rest.count * rest.count)
            }
            let best = (0...40).min { statistic($0) < statistic($1) } ?? 0
            #expect(WarmUp.truncation(of: values) == (best < 40 ? best * 5 : nil))
            let mean = { (part: ArraySlice<Double>) in part.reduce(0, +) / Double(part.count) }
            let rising = (0...40).filter { $0 == 0 || mean(means[..<$0]) < mean(means[$0...]) }
            let risen = rising.min { statistic($0) < statistic($1) } ?? 0
            #expect(WarmUp.truncation(of: values, rising: true) == (risen < 40 ? risen * 5 : nil))
        }
    }

    /// Independent values: the interval holds the mean about as often as it says, and batches do not correlate.
    @Test func batchMeansOfIndependentValuesCover() throws {
        var hits = 0
        var correlations = 0.0
        for seed in 1...400 as ClosedRange<UInt64> {
            let batches = try BatchMeans(noise(400, seed))
            hits += try batches.interval().contains(0) ? 1 : 0
            correlations += batches.correlation
        }
        #expect((366...394).contains(hits), "\(hits) of 400")
        #expect(abs(correlations / 400 + 1 / 20) < 0.04)
    }

    @Test func batchesOfALongMemoryCorrelate() throws {
        var value = 0.0
        let values = noise(2000, 9).map { step -> Double in
            value = 0.999 * value + step
            return value
        }
        #expect(try BatchMeans(values).correlation > 0.4)
        #expect(throws: StatisticsError.self) { try BatchMeans([1], batches: 20) }
        #expect(throws: StatisticsError.self) { try BatchMeans([1, 2], batches: 1) }
    }

    /// Holm's own order of tests: 0.01 ≤ 0.05/4, 0.013 ≤ 0.05/3, 0.03 > 0.05/2 stops all that follow.
    @Test func holmStopsAtTheFirstThatFails() {
        #expect(MultipleComparisons.holm([0.03, 0.01, 0.04, 0.013]) == [false, true, false, true])
        #expect(MultipleComparisons.holm([]) == [])
        #expect(MultipleComparisons.holm([0.05]) == [true])
    }

    /// Five systems whose means are an indifference zone apart: the best is chosen far more often than promised.
    @Test func theBestIsSelected() throws {
        let procedure = try RankingAndSelection(indifference: 0.5, firstStage: 10, most: 2000)
        var right = 0
        for trial in 0..<60 {
            var streams = (0..<5).map { RandomStream(seed: UInt64(trial), name: "kn", index: UInt64($0)) }
            let chosen = try procedure.select(among: 5) { system, _ in
                streams[system].normal() + (system == 3 ? 0 : 0.5 * Double(1 + (system + 2) % 4))
            }
            #expect(chosen.isCertain)
            right += chosen.best == 3 ? 1 : 0
        }
        #expect(right >= 57, "\(right) of 60")
        #expect(try procedure.select(among: 1) { _, _ in 0 }.observations == 0)
    }
}
