/// What a cache holds, and what leaves first when it is full: the least recently used entry that nobody needs just now.
struct CacheContents: Sendable {
    struct Entry: Sendable {
        var object: Int32
        /// Bytes it may take when complete, and bytes that are there.
        var size: Double
        var present: Double
        /// Number of the last use.
        var used: Int64
        /// Transfers that read, fill or flush it.
        var pins = 0
        /// Not at the origin yet.
        var isDirty = false
    }

    private(set) var entries: [Entry] = []
    var capacity: Double
    private(set) var taken = 0.0
    private var uses: Int64 = 0

    init(capacity: Double) { self.capacity = capacity }

    /// Position of an object's entry; positions change when something is evicted.
    func position(of object: Int32) -> Int? { entries.firstIndex { $0.object == object } }

    /// Notes a use of an entry.
    mutating func touch(_ position: Int) {
        uses += 1
        entries[position].used = uses
    }

    /// Makes room for an object, evicting the least recently used entries without pins; false, with nothing evicted, if
    /// that is not enough.
    mutating func makeRoom(for object: Int32, size: Double) -> Bool {
        guard position(of: object) == nil else { return true }
        let evictable = entries.filter { $0.pins == 0 && !$0.isDirty }.sorted { $0.used < $1.used }
        var victims: Set<Int32> = []
        var free = capacity - taken
        for entry in evictable where free < size {
            free += entry.size
            victims.insert(entry.object)
        }
        guard free >= size else { return false }
        entries.removeAll { victims.contains($0.object) }
        uses += 1
        entries.append(Entry(object: object, size: size, present: 0, used: uses))
        taken = entries.reduce(0) { $0 + $1.size }
        return true
    }

    mutating func pin(_ object: Int32, _ change: Int) {
        guard let position = position(of: object) else { return }
        entries[position].pins += change
    }

    mutating func setDirty(_ object: Int32, _ isDirty: Bool) {
        guard let position = position(of: object) else { return }
        entries[position].isDirty = isDirty
    }

    /// All bytes of an object are there.
    mutating func complete(_ object: Int32) {
        guard let position = position(of: object) else { return }
        entries[position].present = entries[position].size
    }

    /// One of `workers` nodes is lost with its share of everything.
    mutating func loseShare(of workers: Int) {
        for index in entries.indices { entries[index].present *= 1 - 1 / Double(max(1, workers)) }
    }

    /// Everything is lost.
    mutating func clear() {
        entries.removeAll()
        taken = 0
    }
}
