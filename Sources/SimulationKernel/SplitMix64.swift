/// SplitMix64, the generator that expands a 64-bit seed into the state of larger generators.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants as in
/// Vigna's public-domain reference (prng.di.unimi.it/splitmix64.c).
@frozen
public struct SplitMix64: RandomNumberGenerator, Sendable, BitwiseCopyable {
    /// The counter; every draw adds the golden gamma to it.
    public var state: UInt64

    /// A generator whose first draw is the mix of `seed` + golden gamma.
    @inlinable
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SplitMix64.mix(state)
    }

    /// The finaliser: a bijection of 64-bit words that spreads every input bit over all output bits.
    @inlinable
    public static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
