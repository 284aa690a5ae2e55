/// A binary heap: the least element first, insertion and removal in O(log n).
///
/// Elements that are neither less nor greater leave in an order that depends on the insertions: make the order total where it
/// matters.
public struct BinaryHeap<Element: Comparable> {
    @usableFromInline var items: [Element] = []

    /// An empty heap.
    @inlinable public init() {}

    /// The least element.
    @inlinable public var first: Element? { items.first }

    /// Adds an element.
    @inlinable public mutating func push(_ element: Element) {
        items.append(element)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the least element; nil from an empty heap.
    @inlinable @discardableResult public mutating func pop() -> Element? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1, right = left + 1
            var least = parent
            if left < items.count, items[left] < items[least] { least = left }
            if right < items.count, items[right] < items[least] { least = right }
            if least == parent { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }

    /// Empties the heap and keeps its memory.
    @inlinable public mutating func removeAll() { items.removeAll(keepingCapacity: true) }
}

extension BinaryHeap: Sendable where Element: Sendable {}
