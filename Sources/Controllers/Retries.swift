import KubernetesObjects

/// Work that failed and is tried again, 5 ms later at first and twice as long each time, at most 1,000 s (client-go:
/// `workqueue`, DefaultControllerRateLimiter).
struct Retries<Item: Hashable & Sendable>: Sendable {
    /// Failures after which an item is given up (`--max-requeue-num`); nil for never.
    private let limit: Int?
    private var failures: [Item: Int] = [:]
    /// Earliest first; of one instant in the order they failed.
    private var waiting: [(due: Timestamp, item: Item)] = []
    private var isWaiting: Set<Item> = []

    /// Nanoseconds.
    private static var shortest: Int64 { 5_000_000 }
    private static var longest: Int64 { 1_000_000_000_000 }

    init(limit: Int?) { self.limit = limit }

    /// When the next try is due.
    var next: Timestamp? { waiting.first?.due }

    /// Lets an item that has just failed wait for its next try, and no longer for an earlier one; false if it is given up.
    @discardableResult
    mutating func add(_ item: Item, now: Timestamp) -> Bool {
        let count = failures[item, default: 0]
        if let limit, count >= limit {
            forget(item)
            return false
        }
        failures[item] = count + 1
        stopWaiting(item)
        let delay = min(Self.shortest << Int64(min(count, 30)), Self.longest)
        let due = Timestamp(nanoseconds: now.nanoseconds &+ delay)
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].due <= due { low = middle + 1 } else { high = middle }
        }
        waiting.insert((due, item), at: low)
        isWaiting.insert(item)
        return true
    }

    /// An item succeeded, or is gone: nothing is tried again.
    mutating func forget(_ item: Item) {
        failures[item] = nil
        stopWaiting(item)
    }

    /// Takes everything that is due, earliest first; the failures stay counted.
    mutating func takeDue(_ now: Timestamp) -> [Item] {
        let due = waiting.prefix { $0.due <= now }.map(\.item)
        waiting.removeFirst(due.count)
        isWaiting.subtract(due)
        return due
    }

    private mutating func stopWaiting(_ item: Item) {
        if isWaiting.remove(item) != nil { waiting.removeAll { $0.item == item } }
    }
}
