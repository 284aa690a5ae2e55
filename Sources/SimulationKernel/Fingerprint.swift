/// A 64-bit summary of a sequence of words: equal runs give equal values, on every machine and build mode.
///
/// Mixing: each word is multiplied by an odd constant and exclusive-ored into the state, which is rotated and
/// multiplied by another; both steps are bijections of the state, so one differing word always changes it. The value
/// is the SplitMix64 finaliser of the state plus the number of words. Not a cryptographic hash.
@frozen
public struct Fingerprint: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline var state: UInt64 = 0x6f72_7265_7279_0001
    @usableFromInline var words: UInt64 = 0

    /// The fingerprint of nothing.
    @inlinable
    public init() {}

    /// Appends one word.
    @inlinable
    public mutating func fold(_ word: UInt64) {
        let mixed = state ^ (word &* 0x9e37_79b9_7f4a_7c15)
        state = (mixed << 29 | mixed >> 35) &* 0xd134_2543_de82_ef95
        words &+= 1
    }

    /// Appends one signed word, by its bit pattern.
    @inlinable
    public mutating func fold(_ word: Int64) { fold(UInt64(bitPattern: word)) }

    /// Appends a number by its bit pattern: zero and negative zero differ.
    @inlinable
    public mutating func fold(_ number: Double) { fold(number.bitPattern) }

    /// Appends the UTF-8 bytes and the length of a string, eight bytes a word.
    public mutating func fold(_ text: String) {
        var word: UInt64 = 0
        var length: UInt64 = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            length += 1
            if length % 8 == 0 {
                fold(word)
                word = 0
            }
        }
        fold(word)
        fold(length)
    }

    /// The summary of everything folded so far.
    @inlinable
    public var value: UInt64 { SplitMix64.mix(state &+ words) }
}
