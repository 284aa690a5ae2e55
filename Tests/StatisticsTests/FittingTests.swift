import Statistics
import Testing

@Suite struct FittingTests {
    /// `lm(dist ~ speed, data = cars)` of R.
    @Test func regressionOfStoppingDistances() throws {
        let speeds: [Double] = [
            4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16,
            17,
            17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
        ]
        let distances: [Double] = [
            2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32,
            40,
            32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
        ]
        let line = try LinearRegression(x: speeds, y: distances)
        #expect(abs(line.slope - 3.9324087591240864) < 1e-9)
        #expect(abs(line.intercept + 17.579094890510937) < 1e-9)
        #expect(abs(line.rSquared - 0.6510793807582504) < 1e-9)
        #expect(abs(line.slopeStandardError - 0.41551277665712255) < 1e-9)
        #expect(abs(line.interceptStandardError - 6.758440169379241) < 1e-8)
        #expect(abs(line.value(at: 10) - 21.745) < 1e-3)
    }

    @Test func regressionOfFewPoints() throws {
        let line = try LinearRegression(x: [0, 2], y: [1, 5])
        #expect(line.slope == 2 && line.intercept == 1 && line.rSquared == 1 && line.slopeStandardError == 0)
        #expect(try LinearRegression(x: [0, 1, 2], y: [3, 3, 3]).rSquared == 1)
        #expect(throws: StatisticsError.noSpread) { try LinearRegression(x: [1, 1], y: [0, 1]) }
        #expect(throws: StatisticsError.lengthsDiffer(1, 2)) { try LinearRegression(x: [1], y: [0, 1]) }
        #expect(throws: StatisticsError.tooFewValues(found: 1, needed: 2)) { try LinearRegression(x: [1], y: [0]) }
        #expect(throws: StatisticsError.notFinite(index: 1)) { try LinearRegression(x: [1, 2], y: [0, .nan]) }
    }

    @Test func findsRoots() throws {
        let search = BrentSearch()
        #expect(abs(try search.root(in: 0...2) { $0 * $0 - 2 } - 2.0.squareRoot()) < 1e-11)
        #expect(abs(try search.root(in: -5...1) { $0 * $0 * $0 + 1 } + 1) < 1e-11)
        #expect(try search.root(in: 3...4) { $0 - 3 } == 3, "the end is the root")
        #expect(throws: StatisticsError.notEnclosed) { try search.root(in: 0...1) { $0 * $0 + 1 } }
        #expect(throws: StatisticsError.functionNotFinite) { try search.root(in: -1...1) { _ in .nan } }
        let hasty = BrentSearch(maximumSteps: 1)
        #expect(throws: StatisticsError.notConverged) { try hasty.root(in: 0...2) { $0 * $0 - 2 } }
    }

    @Test func findsMinima() throws {
        let search = BrentSearch(absoluteTolerance: 1e-7, relativeTolerance: 1e-7)
        #expect(abs(try search.minimum(in: 0...10) { ($0 - 3) * ($0 - 3) + 2 } - 3) < 1e-6)
        #expect(abs(try search.minimum(in: -2...2, from: 0.8) { $0 * $0 * $0 * $0 - 2 * $0 * $0 } - 1) < 1e-5)
        #expect(throws: StatisticsError.notEnclosed) { try search.minimum(in: 0...1) { $0 } }
        #expect(throws: StatisticsError.functionNotFinite) { try search.minimum(in: 0...1) { _ in .infinity } }
    }

    @Test func errorsReadAsSentences() {
        #expect(
            StatisticsError.tooFewValues(found: 0, needed: 1).description == "there are no values; at least 1 needed")
        let error = #expect(throws: StatisticsError.self) { try GammaDistribution(shape: -1, scale: 1) }
        #expect(error?.description == "shape is -1.0; must be positive")
    }
}
