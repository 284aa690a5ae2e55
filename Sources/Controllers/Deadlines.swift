import KubernetesObjects

/// Things that are due at a time, each once: a heap by time, then by name, that forgets lazily.
struct Deadlines: Sendable {
    private struct Entry: Sendable, Comparable {
        let due: Timestamp
        let name: String

        static func < (a: Self, b: Self) -> Bool { (a.due, a.name) < (b.due, b.name) }
    }

    private var heap: [Entry] = []
    private var dueOfName: [String: Timestamp] = [:]

    init() {}

    /// The earliest time anything is due.
    var next: Timestamp? { heap.first?.due }

    /// What is due first.
    var first: String? { heap.first?.name }

    /// When `name` is due; nil forgets it.
    subscript(name: String) -> Timestamp? {
        get { dueOfName[name] }
        set {
            if dueOfName[name] == newValue { return }
            dueOfName[name] = newValue
            if let newValue { insert(Entry(due: newValue, name: name)) }
            dropStale()
        }
    }

    /// Takes everything that is due, earliest first.
    mutating func takeDue(_ now: Timestamp) -> [String] {
        var names: [String] = []
        while let first = heap.first, first.due <= now {
            names.append(first.name)
            dueOfName[first.name] = nil
            dropStale()
        }
        return names
    }

    /// Keeps a live entry at the root.
    private mutating func dropStale() {
        while let first = heap.first, dueOfName[first.name] != first.due { removeFirst() }
    }

    private mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
