/// Volcano's priority queue: Go's `container/heap` on live keys (upstream: `util/priority_queue.go`).
///
/// Keys may change while elements are inside and nothing is put in order again, so the algorithm is part of the
/// behaviour: push appends and sifts up; pop swaps first and last, sifts down, removes the last; `less` is strict.
struct BinaryHeap<Element> {
    private(set) var elements: [Element] = []
    /// Whether the elements lie in order, the first one last, because they came so and none was pushed since.
    private var isSorted = false
    private let less: (Element, Element) -> Bool

    init(less: @escaping (Element, Element) -> Bool) { self.less = less }

    /// Elements in their order, which must be strict, total and that of keys which do not change: then a heap gives them
    /// in the same order, only more slowly.
    init(inOrder elements: [Element], less: @escaping (Element, Element) -> Bool) {
        self.elements = elements.reversed()
        isSorted = true
        self.less = less
    }

    var isEmpty: Bool { elements.isEmpty }
    var count: Int { elements.count }

    mutating func push(_ element: Element) {
        if isSorted {
            elements.reverse()
            isSorted = false
        }
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard less(elements[child], elements[parent]) else { break }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Element? {
        if isSorted { return elements.popLast() }
        guard !elements.isEmpty else { return nil }
        let last = elements.count - 1
        elements.swapAt(0, last)
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < last else { break }
            if child + 1 < last, less(elements[child + 1], elements[child]) { child += 1 }
            guard less(elements[child], elements[parent]) else { break }
            elements.swapAt(parent, child)
            parent = child
        }
        return elements.removeLast()
    }
}
