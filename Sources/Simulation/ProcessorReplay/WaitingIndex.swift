import Quantities

/// The waiting jobs in queue order, searchable for the next one that is small and short enough.
///
/// A segment tree over the places of all jobs: a node holds the fewest processors and the shortest requested time
/// below it. The two may come from different jobs, so a search for both may look into a subtree in vain; with
/// processors alone it never does.
struct WaitingIndex {
    private struct Node: BitwiseCopyable {
        var processors: Int32 = .max
        var requested = SimDuration(nanoseconds: .max)
    }

    /// The number of leaves, a power of two; node `i` has children `2i` and `2i + 1`, leaf `j` is node `leaves + j`.
    private let leaves: Int
    private var nodes: [Node]

    /// An empty index of the places 0 ..< `capacity`.
    init(capacity: Int) {
        var leaves = 1
        while leaves < capacity { leaves *= 2 }
        self.leaves = leaves
        nodes = [Node](repeating: Node(), count: 2 * leaves)
    }

    func contains(_ place: Int) -> Bool { nodes[leaves + place].processors != .max }

    mutating func insert(_ place: Int, processors: Int32, requested: SimDuration) {
        var index = leaves + place
        nodes[index] = Node(processors: processors, requested: requested)
        while index > 1 {
            index /= 2
            let node = nodes[index]
            if node.processors <= processors, node.requested <= requested { return }
            nodes[index].processors = min(node.processors, processors)
            nodes[index].requested = min(node.requested, requested)
        }
    }

    mutating func remove(_ place: Int) {
        var index = leaves + place
        nodes[index] = Node()
        while index > 1 {
            index /= 2
            let (left, right) = (nodes[2 * index], nodes[2 * index + 1])
            nodes[index].processors = min(left.processors, right.processors)
            nodes[index].requested = min(left.requested, right.requested)
        }
    }

    /// The fewest processors that a waiting job needs; `Int32.max` if none waits.
    var fewestProcessors: Int32 { nodes[1].processors }

    /// The first waiting job at or after `place` with at most this many processors.
    func first(from place: Int, fitting processors: Int32) -> Int? {
        first(from: place) { $0.processors <= processors }
    }

    /// The first waiting job at or after `place` with at most this many processors that requests at most this time.
    func first(from place: Int, fitting processors: Int32, requesting time: SimDuration) -> Int? {
        first(from: place) { $0.processors <= processors && $0.requested <= time }
    }

    /// The first waiting job at or after `place` with at most `free` processors that also either requests at most
    /// `slack` or has at most `extra` processors.
    func first(from place: Int, fitting free: Int32, requesting slack: SimDuration, orFitting extra: Int32) -> Int? {
        first(from: place) { $0.processors <= free && ($0.requested <= slack || $0.processors <= extra) }
    }

    @inline(__always)
    private func first(from place: Int, where admits: (Node) -> Bool) -> Int? {
        if place >= leaves { return nil }
        var index = leaves + place
        while true {
            if admits(nodes[index]) {
                if index >= leaves { return index - leaves }
                index *= 2
                continue
            }
            // On to the subtree after this one: up while it is a right child, then to its sibling.
            while index & 1 == 1 { index /= 2 }
            if index == 0 { return nil }
            index += 1
        }
    }
}
