/// Position of a waiting job: lower `order` first, then arrival.
public struct WaitingKey: Comparable, Hashable, BitwiseCopyable, Sendable {
    /// The policy's order; equal for all jobs under FIFO.
    public var order: Int64
    /// Arrival number of the job, unique.
    public var sequence: Int32
    /// Job handle.
    public var job: Int32

    /// A key.
    public init(order: Int64, sequence: Int32, job: Int32) {
        self.order = order
        self.sequence = sequence
        self.job = job
    }

    public static func < (a: WaitingKey, b: WaitingKey) -> Bool {
        a.order != b.order ? a.order < b.order : a.sequence < b.sequence
    }
}

/// Waiting jobs sorted by key: insertion, removal and successor in O(log n) comparisons and a short memory move.
///
/// Kept as sorted chunks of at most `chunkLimit` keys, so that a queue of 100,000 jobs never moves more than one chunk.
public struct WaitingQueue: Sendable {
    private static let chunkLimit = 256
    private var chunks: [[WaitingKey]] = []

    /// Number of waiting jobs.
    public private(set) var count = 0

    /// An empty queue.
    public init() {}

    /// True when nothing waits.
    public var isEmpty: Bool { count == 0 }

    /// The key that goes first.
    public var first: WaitingKey? { chunks.first?.first }

    /// Adds a key; it must not be there already.
    public mutating func insert(_ key: WaitingKey) {
        count += 1
        guard !chunks.isEmpty else {
            chunks.append([key])
            return
        }
        let c = min(chunkIndex(of: key), chunks.count - 1)
        let position = Self.lowerBound(chunks[c], key)
        chunks[c].insert(key, at: position)
        if chunks[c].count > Self.chunkLimit { split(c) }
    }

    /// Removes a key; false if it was not there.
    @discardableResult
    public mutating func remove(_ key: WaitingKey) -> Bool {
        let c = chunkIndex(of: key)
        guard c < chunks.count else { return false }
        let position = Self.lowerBound(chunks[c], key)
        guard position < chunks[c].count, chunks[c][position] == key else { return false }
        chunks[c].remove(at: position)
        count -= 1
        if chunks[c].isEmpty { chunks.remove(at: c) }
        return true
    }

    /// The first key after `key`, which itself need not be there any more.
    public func successor(of key: WaitingKey) -> WaitingKey? {
        let c = chunkIndex(of: key)
        guard c < chunks.count else { return nil }
        var position = Self.lowerBound(chunks[c], key)
        if position < chunks[c].count, chunks[c][position] == key { position += 1 }
        if position < chunks[c].count { return chunks[c][position] }
        return c + 1 < chunks.count ? chunks[c + 1][0] : nil
    }

    /// All keys in order.
    public var keys: [WaitingKey] { chunks.flatMap { $0 } }

    /// Index of the first chunk whose last key is not below `key`; `chunks.count` if there is none.
    private func chunkIndex(of key: WaitingKey) -> Int {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle][chunks[middle].count - 1] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func lowerBound(_ keys: [WaitingKey], _ key: WaitingKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func split(_ c: Int) {
        let half = chunks[c].count / 2
        let upper = Array(chunks[c][half...])
        chunks[c].removeSubrange(half...)
        chunks.insert(upper, at: c + 1)
    }
}
