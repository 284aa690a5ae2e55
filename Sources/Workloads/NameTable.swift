/// Names with dense indexes: one byte arena, one hash index, no heap allocation per name.
///
/// Readers intern millions of job names and users here straight from the bytes of a file.
public struct NameTable: Sendable {
    private var arena: [UInt8] = []
    /// End of each name in the arena.
    private var ends: [Int] = []
    /// Open addressing over a power of two: high half the hash, low half the index + 1; 0 is empty.
    private var slots: [UInt64] = []

    /// An empty table.
    public init() {}

    /// A table of `names` in order; a name given twice keeps its first index.
    public init(_ names: some Sequence<String>) {
        for name in names { intern(name) }
    }

    /// Number of names.
    public var count: Int { ends.count }

    /// The name with index `index`; bytes that are not UTF-8 show as U+FFFD.
    public subscript(index: Int) -> String {
        String(decoding: arena[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    /// All names in index order.
    public var names: [String] { (0..<count).map { self[$0] } }

    /// Index of `name`, adding it if it is new.
    @discardableResult
    public mutating func intern(_ name: String) -> Int32 {
        var name = name
        return name.withUTF8 { intern(UnsafeRawBufferPointer($0)).index }
    }

    /// Index of the name with these bytes, and whether it was new.
    public mutating func intern(_ name: UnsafeRawBufferPointer) -> (index: Int32, isNew: Bool) {
        if (ends.count + 1) * 2 > slots.count { grow() }
        let hash = Self.hash(name)
        let mask = slots.count - 1
        var position = Int(hash) & mask
        while slots[position] != 0 {
            let slot = slots[position]
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let index = Int(UInt32(truncatingIfNeeded: slot)) - 1
                if isName(index, equalTo: name) { return (Int32(index), false) }
            }
            position = (position + 1) & mask
        }
        precondition(ends.count < Int(Int32.max), "a name table holds at most 2³¹ − 1 names")
        arena.append(contentsOf: name)
        ends.append(arena.count)
        slots[position] = UInt64(hash) << 32 | UInt64(ends.count)
        return (Int32(ends.count - 1), true)
    }

    /// Index of `name`, if it is in the table.
    public func index(of name: String) -> Int32? {
        guard !slots.isEmpty else { return nil }
        var name = name
        return name.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            let hash = Self.hash(bytes)
            let mask = slots.count - 1
            var position = Int(hash) & mask
            while slots[position] != 0 {
                let slot = slots[position]
                let index = Int(UInt32(truncatingIfNeeded: slot)) - 1
                if UInt32(truncatingIfNeeded: slot >> 32) == hash, isName(index, equalTo: bytes) { return Int32(index) }
                position = (position + 1) & mask
            }
            return nil
        }
    }

    /// Whether the name with index `index` has these bytes.
    func names(_ index: Int32, equals name: UnsafeRawBufferPointer) -> Bool { isName(Int(index), equalTo: name) }

    private func isName(_ index: Int, equalTo name: UnsafeRawBufferPointer) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == name.count else { return false }
        return arena.withUnsafeBytes { bytes in
            for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
            return true
        }
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(64, old.count * 4))
        let mask = slots.count - 1
        for slot in old where slot != 0 {
            var position = Int(slot >> 32) & mask
            while slots[position] != 0 { position = (position + 1) & mask }
            slots[position] = slot
        }
    }

    /// Eight bytes a step, folded by a wide multiplication; the same on every machine, so never seeded.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt32 {
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        var state = UInt64(truncatingIfNeeded: name.count) &* factor
        var offset = 0
        while offset + 8 <= name.count {
            state = fold(state ^ name.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian, factor)
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < name.count {
            tail = tail << 8 | UInt64(name[offset])
            offset += 1
        }
        state = fold(state ^ tail, factor &+ 0x1656_67B1_9E37_79F9)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    private static func fold(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}

extension NameTable: Equatable {
    /// Same names in the same order.
    public static func == (a: NameTable, b: NameTable) -> Bool { a.ends == b.ends && a.arena == b.arena }
}
