import SimulationKernel
import Statistics
import Testing

@Suite struct DistributionTests {
    /// Mean and variance of many draws are those of the distribution, within five standard errors.
    private func checkMoments<D: Distribution>(
        _ distribution: D, variance: Double, fourthMoment: Double? = nil, _ number: (D.Value) -> Double
    ) throws {
        let draws = 20_000
        var stream = RandomStream(seed: 17, name: "moments")
        let sample = try Sample((0..<draws).map { _ in number(distribution.draw(from: &stream)) })
        let error = (variance / Double(draws)).squareRoot()
        #expect(abs(sample.mean - distribution.mean) < 5 * error, "\(distribution)")
        // A kurtosis of up to 10 covers the distributions below.
        #expect(abs(try sample.variance() / variance - 1) < 5 * (9.0 / Double(draws)).squareRoot(), "\(distribution)")
    }

    @Test func momentsOfGSLDistributions() throws {
        for (shape, scale) in [(0.5, 2.0), (1, 1), (3, 0.25), (50, 10)] {
            try checkMoments(GammaDistribution(shape: shape, scale: scale), variance: shape * scale * scale) { $0 }
        }
        for (a, b) in [(0.5, 0.5), (2.0, 5.0), (8, 1)] {
            let variance = a * b / ((a + b) * (a + b) * (a + b + 1))
            try checkMoments(BetaDistribution(a: a, b: b), variance: variance) { $0 }
        }
        for mean in [0.3, 4, 900] {
            try checkMoments(PoissonDistribution(mean: mean), variance: mean) { Double($0) }
        }
        for (trials, probability) in [(1, 0.5), (40, 0.1), (10_000, 0.7)] {
            let binomial = try BinomialDistribution(trials: trials, probability: probability)
            try checkMoments(binomial, variance: Double(trials) * probability * (1 - probability)) { Double($0) }
        }
    }

    @Test func momentsOfPinnedDistributions() throws {
        // Var = a m² / ((a - 1)² (a - 2))
        try checkMoments(ParetoDistribution(exponent: 9, minimum: 2), variance: 9 * 4 / (64.0 * 7)) { $0 }
        try checkMoments(DiscreteDistribution(weights: [1, 0, 3]), variance: 0.75) { Double($0) }
        let line = try EmpiricalDistribution(points: [(0, 0), (6, 1)])
        try checkMoments(line, variance: 3) { $0 }
    }

    /// GSL draws a single trial by inversion of one uniform number: it must be the one that Swift draws.
    @Test func theBridgeYieldsTheKernelsNumbers() throws {
        var stream = RandomStream(seed: 1, name: "bridge")
        var walker = stream
        for round in 1...1000 {
            let probability = Double(round % 500 + 1) / 1001
            let trial = try BinomialDistribution(trials: 1, probability: probability)
            #expect(trial.draw(from: &stream) == (walker.uniform() < 1 - probability ? 0 : 1))
            #expect(walker.state == stream.state)
        }
    }

    /// The stream moves on by exactly the words that GSL used: the state after a draw is one of the next few.
    @Test func drawsAdvanceTheStreamByWholeWords() throws {
        let gamma = try GammaDistribution(shape: 2, scale: 3)
        let poisson = try PoissonDistribution(mean: 50)
        var stream = RandomStream(seed: 2, name: "advance")
        for round in 0..<200 {
            var walker = stream
            if round % 2 == 0 { _ = gamma.draw(from: &stream) } else { _ = poisson.draw(from: &stream) }
            var steps = 0
            while walker.state != stream.state, steps < 1000 {
                _ = walker.next()
                steps += 1
            }
            #expect((1..<1000).contains(steps), "round \(round)")
        }
        let pareto = try ParetoDistribution(exponent: 1.5, minimum: 1)
        var walker = stream
        _ = pareto.draw(from: &stream)
        _ = walker.next()
        #expect(walker.state == stream.state, "one word")
    }

    @Test func equalStreamsGiveEqualVariates() throws {
        let beta = try BetaDistribution(a: 2, b: 3)
        var first = RandomStream(seed: 3, name: "x")
        var second = first
        for _ in 0..<100 { #expect(beta.draw(from: &first) == beta.draw(from: &second)) }
    }

    @Test func discreteWeightsAreFrequencies() throws {
        let weights = [5.0, 0, 1, 3, 1, 0]
        let distribution = try DiscreteDistribution(weights: weights)
        var stream = RandomStream(seed: 4, name: "discrete")
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<20_000 { counts[distribution.draw(from: &stream)] += 1 }
        #expect(counts[1] == 0 && counts[5] == 0, "weight zero is never drawn")
        let statistic = zip(counts, weights).filter { $0.1 > 0 }.reduce(0.0) { sum, pair in
            let expected = pair.1 * 2000
            return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
        #expect(try statistic < ChiSquared(degreesOfFreedom: 3).quantile(0.9999))
    }

    @Test func zipfFollowsItsLaw() throws {
        // Mean rank index for exponent 1 over 4 ranks: (0·12 + 1·6 + 2·4 + 3·3) / 25.
        #expect(abs(try DiscreteDistribution.zipf(count: 4, exponent: 1).mean - 23.0 / 25) < 1e-12)
        #expect(try DiscreteDistribution.zipf(count: 5, exponent: 0).mean == 2)
    }

    @Test func empiricalQuantilesAreThoseOfTheSample() throws {
        let sample = try Sample([3, 1, 4, 1, 5, 9, 2, 6])
        let distribution = EmpiricalDistribution(sample)
        for share in [0, 0.1, 0.25, 0.5, 0.77, 1] {
            #expect(abs(try sample.quantile(share) - distribution.quantile(share)) < 1e-12)
        }
        #expect(EmpiricalDistribution(try Sample([7])).quantile(0.3) == 7)
        let points = try EmpiricalDistribution(points: [(10, 0), (10, 0.5), (30, 1)])
        #expect(points.quantile(0.4) == 10)
        #expect(points.quantile(0.75) == 20)
        #expect(points.mean == 15)
    }

    @Test func badParametersAreErrors() {
        let bad: [() throws -> any Distribution] = [
            { try GammaDistribution(shape: 0, scale: 1) }, { try GammaDistribution(shape: 1, scale: .nan) },
            { try BetaDistribution(a: -1, b: 1) }, { try BetaDistribution(a: 1, b: .infinity) },
            { try PoissonDistribution(mean: 0) }, { try PoissonDistribution(mean: 1e10) },
            { try BinomialDistribution(trials: -1, probability: 0.5) },
            { try BinomialDistribution(trials: 1, probability: 1.5) },
            { try ParetoDistribution(exponent: 0, minimum: 1) },
            { try ParetoDistribution(exponent: 1, minimum: -1) }, { try DiscreteDistribution(weights: []) },
            { try DiscreteDistribution(weights: [0, 0]) }, { try DiscreteDistribution(weights: [1, -1]) },
            { try DiscreteDistribution(weights: [1, .nan]) }, { try DiscreteDistribution.zipf(count: 0, exponent: 1) },
            { try DiscreteDistribution.zipf(count: 3, exponent: -1) }, { try EmpiricalDistribution(points: [(1, 0)]) },
            { try EmpiricalDistribution(points: [(1, 0), (0, 1)]) },
            { try EmpiricalDistribution(points: [(1, 0), (2, 0.9)]) },
            { try EmpiricalDistribution(points: [(1, 0), (.nan, 1)]) },
        ]
        for make in bad { #expect(throws: StatisticsError.self) { try make() } }
    }
}
