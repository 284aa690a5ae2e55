import SimulationKernel
import Testing

@Suite("Random streams")
struct RandomStreamTests {
    @Test("SplitMix64 matches the authors' reference")
    func splitMix() {
        var generator = SplitMix64(seed: 1_234_567)
        let draws = (0..<5).map { _ in generator.next() }
        #expect(
            draws == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("xoshiro256** matches the authors' reference")
    func xoshiro() {
        var stream = RandomStream(state: (1, 2, 3, 4))
        let draws = (0..<10).map { _ in stream.next() }
        #expect(
            draws == [
                11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
                607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
                10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
            ])
    }

    /// Computed by an independent program from the definition in RandomStream's documentation.
    static let vectors: [(seed: UInt64, name: String, index: UInt64, draws: [UInt64])] = [
        (0, "", 0, [0xebd8_1422_81f9_0a65, 0xb07e_5449_5a98_eb34, 0xe8f0_cbbb_fd99_1d37]),
        (7, "arrivals", 0, [0xe345_e6db_feb3_6da8, 0x4bd1_3fca_740d_488e, 0xc3d3_94ac_04e8_a0d7]),
        (7, "arrivals", 1, [0x3948_d7c7_4a6a_d8ea, 0x26d3_3fd9_a397_3889, 0x4155_32f2_b9df_87d5]),
        (7, "failures", 17, [0x07f0_f067_999c_34fc, 0xc4e5_0595_27a3_2318, 0x0055_68bb_6976_39ec]),
        (.max, "Zürich", .max, [0x5ad6_f622_6b53_6bca, 0x9e02_1e95_bad5_a153, 0x146a_64de_f3c5_e1d3]),
    ]

    @Test("Published test vectors", arguments: vectors.indices)
    func publishedVectors(row: Int) {
        let vector = Self.vectors[row]
        var stream = RandomStream(seed: vector.seed, name: vector.name, index: vector.index)
        #expect((0..<3).map { _ in stream.next() } == vector.draws)
    }

    @Test("A stream continues from its four words of state")
    func state() {
        var stream = RandomStream(seed: 1, name: "a")
        _ = stream.next()
        var copy = RandomStream(state: stream.state)
        let next = stream.next()
        let copied = copy.next()
        #expect(next == copied)
        #expect(MemoryLayout<RandomStream>.size == 32)
    }

    @Test("Uniform numbers stay in their half-open intervals")
    func uniformRange() {
        // The largest and the smallest word: xoshiro256** gives rotl(5 s1, 7) · 9.
        var zero = RandomStream(state: (1, 0, 0, 0))
        let smallest = zero.uniform()
        #expect(smallest == 0)
        var positive = RandomStream(state: (1, 0, 0, 0))
        let smallestPositive = positive.uniformPositive()
        #expect(smallestPositive == 0x1p-53)
        var stream = RandomStream(seed: 3, name: "uniform")
        for _ in 0..<10_000 {
            let u = stream.uniform()
            #expect(u >= 0 && u < 1)
            let v = stream.uniformPositive()
            #expect(v > 0 && v <= 1)
        }
    }

    @Test("below gives every value equally often", arguments: [1, 2, 3, 7, 10])
    func below(bound: Int) {
        var stream = RandomStream(seed: 5, name: "below")
        var counts = [Int](repeating: 0, count: bound)
        let draws = 7000
        for _ in 0..<draws { counts[stream.below(bound)] += 1 }
        let expected = Double(draws) / Double(bound)
        for count in counts { #expect(abs(Double(count) - expected) < 5 * expected.squareRoot() + 1) }
    }

    @Test("below a bound above 2^62 rejects what would bias it")
    func belowHuge() {
        var stream = RandomStream(seed: 6, name: "below")
        let bound = Int.max - 1
        for _ in 0..<1000 {
            let value = stream.below(bound)
            #expect(value >= 0 && value < bound)
        }
    }

    @Test("Variates have the moments of their distributions")
    func moments() {
        let draws = 40_000
        func mean(_ name: String, _ variate: (inout RandomStream) -> Double) -> Double {
            var stream = RandomStream(seed: 11, name: name)
            var sum = 0.0
            for _ in 0..<draws { sum += variate(&stream) }
            return sum / Double(draws)
        }
        #expect(abs(mean("exponential") { $0.exponential(mean: 3) } - 3) < 0.08)
        #expect(abs(mean("normal") { $0.normal() }) < 0.03)
        #expect(
            abs(
                mean("variance") {
                    let x = $0.normal()
                    return x * x
                } - 1) < 0.04)
        // exp(mu + sigma²/2) and scale · Γ(1 + 1/2) = scale · √π/2
        #expect(abs(mean("lognormal") { $0.lognormal(mu: 1, sigma: 0.5) } - 3.0802) < 0.05)
        #expect(abs(mean("weibull") { $0.weibull(shape: 2, scale: 2) } - 1.77245) < 0.03)
    }

    @Test("Variates are pinned bit for bit")
    func pinnedVariates() {
        var stream = RandomStream(seed: 7, name: "variates")
        let bits = [
            stream.uniform(), stream.exponential(mean: 2), stream.normal(), stream.lognormal(mu: 1, sigma: 2),
            stream.weibull(shape: 0.7, scale: 3),
        ].map(\.bitPattern)
        #expect(bits == Self.pinned)
    }

    static let pinned: [UInt64] = [
        0x3fb4_933e_2615_7ff8, 0x4005_d320_188d_287c, 0x3ffd_5178_351a_e982, 0x3fec_8bb2_cf08_b1c2,
        0x3fc0_3a6c_ac4b_ae98,
    ]
}
