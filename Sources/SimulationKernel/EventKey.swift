import Quantities

/// The place of an event in the order of a queue, and the slot that holds its payload, in 16 bytes.
///
/// From the top: time 64 bits (biased, so that unsigned order is time order), phase 8, sequence 28, slot 28. One
/// unsigned comparison of 128 bits is the whole order; the sequence is unique, so the slot never decides.
@frozen
@usableFromInline
struct EventKey: BitwiseCopyable, Sendable {
    @usableFromInline var bits: UInt128

    @inlinable
    init(time: SimTime, phase: UInt8, sequence: UInt64, slot: UInt32) {
        let biased = UInt64(bitPattern: time.nanoseconds) ^ (1 << 63)
        bits = UInt128(biased) << 64 | UInt128(UInt64(phase) << 56 | sequence << 28 | UInt64(slot))
    }

    @inlinable
    static func precedes(_ a: EventKey, _ b: EventKey) -> Bool { a.bits < b.bits }

    /// 1 if `a` precedes `b`, else 0, to calculate an index with. Without a branch on purpose: the outcome is random,
    /// and a mispredicted branch costs as much as the rest of a level (measured: 133 against 72 ns per event).
    @inlinable
    static func one(if a: EventKey, precedes b: EventKey) -> Int { precedes(a, b) ? 1 : 0 }

    @inlinable
    var time: SimTime {
        SimTime(nanoseconds: Int64(bitPattern: UInt64(truncatingIfNeeded: bits >> 64) ^ (1 << 63)))
    }

    @inlinable
    var phase: UInt8 { UInt8(truncatingIfNeeded: bits >> 56) }

    @inlinable
    var slot: UInt32 { UInt32(truncatingIfNeeded: bits) & 0x0fff_ffff }

    /// One more than the largest sequence number.
    @inlinable
    static var sequenceLimit: UInt64 { 1 << 28 }

    /// The number of slots that a key can name.
    @inlinable
    static var slotLimit: Int { 1 << 28 }
}

/// The 4-ary heap: the children of `i` are `4i + 1 … 4i + 4`, and no child precedes its parent.
extension UnsafeMutableBufferPointer<EventKey> {
    /// Moves the key at `start` towards the root to its place.
    @inlinable
    func siftUp(from start: Int) {
        let key = self[start]
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) >> 2
            let above = self[parent]
            if !EventKey.precedes(key, above) { break }
            self[hole] = above
            hole = parent
        }
        self[hole] = key
    }

    /// Puts `key` where the first key was and restores the order.
    ///
    /// The hole runs down to a leaf along smallest children without looking at `key`, which then climbs: a key from
    /// the end of the heap nearly always belongs near a leaf, so the comparison per level on the way down is saved.
    @inlinable
    func replaceFirst(with key: EventKey) {
        let hole = descend(from: 0)
        self[hole] = key
        siftUp(from: hole)
    }

    /// Moves smallest children up along one path from `start`, and returns the leaf position left free.
    @inlinable
    func descend(from start: Int) -> Int {
        var hole = start
        while true {
            let child = 4 &* hole &+ 1
            if child &+ 3 < count {
                // Two semi-finals and a final, in arithmetic.
                let left = child &+ EventKey.one(if: self[child &+ 1], precedes: self[child])
                let right = child &+ 2 &+ EventKey.one(if: self[child &+ 3], precedes: self[child &+ 2])
                let step = (right &- left) & (0 &- EventKey.one(if: self[right], precedes: self[left]))
                let smallest = left &+ step
                self[hole] = self[smallest]
                hole = smallest
                continue
            }
            if child >= count { return hole }
            var smallest = child
            for other in child &+ 1..<count where EventKey.precedes(self[other], self[smallest]) { smallest = other }
            self[hole] = self[smallest]
            return smallest
        }
    }

    /// Makes a heap of keys in any order, in O(n).
    @inlinable
    func heapify() {
        guard count > 1 else { return }
        for parent in stride(from: (count - 2) >> 2, through: 0, by: -1) {
            let key = self[parent]
            var hole = parent
            while true {
                let child = 4 &* hole &+ 1
                if child >= count { break }
                var smallest = child
                for other in child &+ 1..<Swift.min(child &+ 4, count)
                where EventKey.precedes(self[other], self[smallest]) {
                    smallest = other
                }
                if !EventKey.precedes(self[smallest], key) { break }
                self[hole] = self[smallest]
                hole = smallest
            }
            self[hole] = key
        }
    }
}
