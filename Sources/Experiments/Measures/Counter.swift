import Synchronization

/// Counts what several threads finish.
final class Counter: Sendable {
    private let count = Atomic(0)

    /// One more; how many there are now.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }

    /// How many there are.
    var value: Int { count.load(ordering: .relaxed) }
}
