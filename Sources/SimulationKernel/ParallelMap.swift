import Dispatch
import Synchronization

/// `body(0)…body(count - 1)`, in this order, computed by `width` threads; the result does not depend on their number.
public func parallelMap<Value: Sendable>(_ count: Int, width: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    let width = max(1, min(width, count))
    if width <= 1 { return (0..<count).map(body) }
    let values = Mutex([Value?](repeating: nil, count: count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: width) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let value = body(index)
            values.withLock { $0[index] = value }
        }
    }
    return values.withLock { $0.compactMap { $0 } }
}
