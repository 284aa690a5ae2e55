/// Names with dense indexes: one byte arena, one hash index, no heap allocation per name.
///
/// Readers intern millions of job names and users here straight from the bytes of a file.
public struct NameTable: Sendable {
    private var arena: [UInt8] = []
    /// End of each name in the arena.
    private var ends: [Int] = []
    /// Open addressing over a power of two: high half the hash, low half the index + 1; 0 is empty.
    private var slots: [UInt64] = []
    /// The name that was asked for last.
    private var last: Int32 = 0
    /// Hashes of the last names, which are not in `slots` yet.
    private var unindexed: [UInt32] = []

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
        String(decoding: arena[start(of: index)..<ends[index]], as: UTF8.self)
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
        precondition(unindexed.isEmpty, "names were appended and not indexed")
        // Rows of one team or user often follow each other.
        if !ends.isEmpty, names(last, equals: name) { return (last, false) }
        makeRoom(for: ends.count + 1)
        let hash = Self.hash(name)
        let (position, known) = slot(of: name, hash: hash)
        last = known ?? Int32(ends.count)
        if let known { return (known, false) }
        store(name)
        slots[position] = UInt64(hash) << 32 | UInt64(ends.count)
        return (Int32(ends.count - 1), true)
    }

    /// Index of `name`, if it is in the table.
    public func index(of name: String) -> Int32? {
        guard !slots.isEmpty else { return nil }
        var name = name
        return name.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return slot(of: bytes, hash: Self.hash(bytes)).known
        }
    }

    // MARK: Many new names

    /// Adds a name that should be new, without looking; returns its index. `indexAppended` tells which were not new.
    ///
    /// Looking into a large index is a cache miss. Done for many names in one loop the misses overlap, which makes
    /// them several times cheaper than one between any two rows of a file.
    mutating func append(_ name: UnsafeRawBufferPointer) -> Int32 {
        unindexed.append(Self.hash(name))
        store(name)
        return Int32(ends.count - 1)
    }

    /// Indexes the names appended since the last call; the first of them that an earlier name equals, if any.
    mutating func indexAppended() -> Int32? {
        makeRoom(for: ends.count + 1)
        var firstRepeat: Int32?
        let start = ends.count - unindexed.count
        for (offset, hash) in unindexed.enumerated() {
            let index = start + offset
            let repeated = arena.withUnsafeBytes { bytes in
                let name = UnsafeRawBufferPointer(rebasing: bytes[self.start(of: index)..<ends[index]])
                let (position, known) = slot(of: name, hash: hash)
                if known == nil { slots[position] = UInt64(hash) << 32 | UInt64(index + 1) }
                return known != nil
            }
            if repeated, firstRepeat == nil { firstRepeat = Int32(index) }
        }
        unindexed.removeAll(keepingCapacity: true)
        return firstRepeat
    }

    /// Makes room for `factor` times as many names, so that adding them moves nothing.
    mutating func reserve(times factor: Double) {
        let names = Int(Double(ends.count) * factor)
        ends.reserveCapacity(names)
        arena.reserveCapacity(Int(Double(arena.count) * factor))
        makeRoom(for: names)
    }

    // MARK: Arena and index

    private func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

    private mutating func store(_ name: UnsafeRawBufferPointer) {
        precondition(ends.count < Int(Int32.max), "a name table holds at most 2³¹ − 1 names")
        arena.append(contentsOf: name)
        ends.append(arena.count)
    }

    /// The index of `name` if it is there, and the slot where it is or belongs.
    @inline(__always)
    private func slot(of name: UnsafeRawBufferPointer, hash: UInt32) -> (position: Int, known: Int32?) {
        let mask = slots.count - 1
        var position = Int(hash) & mask
        while slots[position] != 0 {
            let slot = slots[position]
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let index = Int32(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1
                if names(index, equals: name) { return (position, index) }
            }
            position = (position + 1) & mask
        }
        return (position, nil)
    }

    /// Whether the name with index `index` has these bytes.
    func names(_ index: Int32, equals name: UnsafeRawBufferPointer) -> Bool {
        let start = start(of: Int(index))
        guard ends[Int(index)] - start == name.count else { return false }
        return arena.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= name.count {
                let ours = bytes.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
                if ours != name.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
                offset += 8
            }
            while offset < name.count {
                if bytes[start + offset] != name[offset] { return false }
                offset += 1
            }
            return true
        }
    }

    /// Keeps the index at most three quarters full.
    private mutating func makeRoom(for names: Int) {
        var size = max(64, slots.count)
        while size * 3 < names * 4 { size *= 2 }
        guard size > slots.count else { return }
        let old = slots
        slots = [UInt64](repeating: 0, count: size)
        for slot in old where slot != 0 {
            var position = Int(slot >> 32) & (size - 1)
            while slots[position] != 0 { position = (position + 1) & (size - 1) }
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
