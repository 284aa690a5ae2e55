/// The allocations in force, by serial number: open addressing with linear probing in one array.
///
/// It exists so that an allocation cannot be released twice unnoticed, and so that every total can be recomputed.
@frozen
@usableFromInline
struct LiveAllocations: Sendable {
    /// Entries; nil is an empty place. At most half are taken.
    @usableFromInline var slots: [Allocation?]
    @usableFromInline var count = 0

    init() { slots = [Allocation?](repeating: nil, count: 64) }

    @inlinable
    var mask: Int { slots.count - 1 }

    /// Where the search for a serial starts; Fibonacci hashing spreads the consecutive serials.
    @inlinable
    func home(_ serial: Int64) -> Int {
        let shift = UInt64(truncatingIfNeeded: 64 - slots.count.trailingZeroBitCount)
        return Int(truncatingIfNeeded: (UInt64(bitPattern: serial) &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The place of an allocation, or nil when it is not in force.
    @inlinable
    func find(_ allocation: Allocation) -> Int? {
        var place = home(allocation.serial)
        while let entry = slots[place] {
            // Two copies of a ledger may have issued the same serial: the whole allocation decides.
            if entry == allocation { return place }
            place = (place + 1) & mask
        }
        return nil
    }

    @inlinable
    func contains(_ allocation: Allocation) -> Bool { find(allocation) != nil }

    /// Adds an allocation that is not in force.
    @inlinable
    mutating func insert(_ allocation: Allocation) {
        if count * 2 >= slots.count { grow() }
        var place = home(allocation.serial)
        while slots[place] != nil { place = (place + 1) & mask }
        slots[place] = allocation
        count += 1
    }

    /// Takes an allocation out; false when it was not in force.
    @inlinable
    mutating func remove(_ allocation: Allocation) -> Bool {
        guard var hole = find(allocation) else { return false }
        slots[hole] = nil
        count -= 1
        // Later entries of the same run move up, so that no search meets a gap before its entry.
        var place = (hole + 1) & mask
        while let entry = slots[place] {
            if (place - home(entry.serial)) & mask >= (place - hole) & mask {
                slots[hole] = entry
                slots[place] = nil
                hole = place
            }
            place = (place + 1) & mask
        }
        return true
    }

    @usableFromInline
    mutating func grow() {
        let old = slots
        slots = [Allocation?](repeating: nil, count: old.count * 2)
        count = 0
        for case let entry? in old { insert(entry) }
    }

    /// Every allocation in force, by serial.
    func sorted() -> [Allocation] { slots.compactMap { $0 }.sorted { $0.serial < $1.serial } }
}
