/// A named stream of random numbers: one per purpose ("arrivals", "failures of node 17").
///
/// The state depends on (seed, name, index) only, so a new consumer shifts no other stream, and two policies that
/// read the same stream see the same draws (common random numbers). Every variate is made with `+ - * /`, `sqrt` and
/// `PinnedMath`, so it is equal bit for bit on every machine.
///
/// Generator: xoshiro256** 1.0 (Blackman, Vigna, "Scrambled linear pseudorandom number generators", 2021).
/// Seeding: `h = mix(seed + γ)`, `h = mix(h ⊕ FNV-1a(UTF-8 of name))`, `h = mix(h ⊕ index)`, where `mix` and γ are
/// those of `SplitMix64`; the four state words are the first four draws of `SplitMix64(seed: h)`.
/// The test vectors in Tests/KernelTests pin all of it: a change of them is a change of every result.
@frozen
public struct RandomStream: RandomNumberGenerator, Sendable, BitwiseCopyable {
    @usableFromInline var s0: UInt64
    @usableFromInline var s1: UInt64
    @usableFromInline var s2: UInt64
    @usableFromInline var s3: UInt64

    /// The stream called `name`, number `index`, of the run seeded with `seed`.
    public init(seed: UInt64, name: String, index: UInt64 = 0) {
        var nameHash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { nameHash = (nameHash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var hash = SplitMix64.mix(seed &+ 0x9e37_79b9_7f4a_7c15)
        hash = SplitMix64.mix(hash ^ nameHash)
        hash = SplitMix64.mix(hash ^ index)
        var words = SplitMix64(seed: hash)
        // SplitMix64 never gives four zeros in a row, the one state xoshiro cannot leave.
        self.init(state: (words.next(), words.next(), words.next(), words.next()))
    }

    /// A stream that continues from these four words of state, not all zero.
    @inlinable
    public init(state: (UInt64, UInt64, UInt64, UInt64)) {
        precondition(state.0 | state.1 | state.2 | state.3 != 0, "the all-zero state yields zeros for ever")
        (s0, s1, s2, s3) = state
    }

    /// The four words of state: all that the stream is, for bridges and checkpoints.
    @inlinable
    public var state: (UInt64, UInt64, UInt64, UInt64) { (s0, s1, s2, s3) }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        let scrambled = s1 &* 5
        let result = (scrambled << 7 | scrambled >> 57) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3 << 45 | s3 >> 19
        return result
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    @inlinable
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in (0, 1], a multiple of 2^-53: safe to take the logarithm of.
    @inlinable
    public mutating func uniformPositive() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

    /// Uniform in 0 ..< `bound`, without bias. `bound` must be positive.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval", 2019.
    @inlinable
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a random number below \(bound)")
        let width = UInt64(bound)
        var product = next().multipliedFullWidth(by: width)
        if product.low < width {
            let rejected = (0 &- width) % width
            while product.low < rejected { product = next().multipliedFullWidth(by: width) }
        }
        return Int(product.high)
    }

    /// Exponential with this mean, by inversion.
    @inlinable
    public mutating func exponential(mean: Double) -> Double { -mean * PinnedMath.log(uniformPositive()) }

    /// Standard normal, by Marsaglia's polar method. The second normal of a pair is not kept: the state stays four words.
    @inlinable
    public mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square < 1, square > 0 { return x * (-2 * PinnedMath.log(square) / square).squareRoot() }
        }
    }

    /// Lognormal: the exponential of a normal with mean `mu` and standard deviation `sigma`.
    @inlinable
    public mutating func lognormal(mu: Double, sigma: Double) -> Double { PinnedMath.exp(mu + sigma * normal()) }

    /// Weibull with this shape and scale, by inversion; `shape` must be positive.
    @inlinable
    public mutating func weibull(shape: Double, scale: Double) -> Double {
        precondition(shape > 0, "a Weibull variate needs a positive shape")
        return scale * PinnedMath.pow(-PinnedMath.log(uniformPositive()), 1 / shape)
    }
}
