import Quantities

/// The pending events of a simulation, popped in the order (time, phase, insertion).
///
/// A 4-ary heap of 16-byte keys beside a table of payloads: four siblings are the 64 bytes of a cache line, and
/// sifting moves keys only. Cancelling is O(1): it kills the event's slot and leaves the key in the heap, which is skipped when it
/// reaches the top, or swept out with all other dead keys once they are more than half of the heap.
///
/// The queue is a value: a copy is an independent queue with the same pending events.
@frozen
public struct EventQueue<Payload: BitwiseCopyable & Sendable>: Sendable {
    /// What a slot holds; the generation is odd exactly while the event is pending.
    @usableFromInline
    struct Slot: BitwiseCopyable, Sendable {
        @usableFromInline var payload: Payload
        @usableFromInline var generation: UInt32

        @inlinable
        init(payload: Payload, generation: UInt32) {
            self.payload = payload
            self.generation = generation
        }
    }

    @usableFromInline var heap: [EventKey] = []
    @usableFromInline var slots: [Slot] = []
    @usableFromInline var freeSlots: [UInt32] = []
    @usableFromInline var deadKeys = 0
    @usableFromInline var nextSequence: UInt64

    /// An empty queue with room for `minimumCapacity` pending events before it grows.
    @inlinable
    public init(minimumCapacity: Int = 0) {
        self.init(minimumCapacity: minimumCapacity, firstSequence: 0)
    }

    /// An empty queue that numbers its insertions from `firstSequence`, so that tests reach the renumbering.
    @inlinable
    package init(minimumCapacity: Int = 0, firstSequence: UInt64) {
        nextSequence = firstSequence
        heap.reserveCapacity(minimumCapacity)
        slots.reserveCapacity(minimumCapacity)
        freeSlots.reserveCapacity(minimumCapacity)
    }

    /// The number of pending events; cancelled ones do not count.
    @inlinable
    public var count: Int { heap.count - deadKeys }

    /// Whether no event is pending.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// Adds an event; among events of equal time and phase the one scheduled first is popped first.
    ///
    /// - Parameters:
    ///   - time: When it happens. The queue does not know the present: a time before the last pop is accepted.
    ///   - phase: Order within the instant, lowest first.
    ///   - payload: What happens; kept and handed back by `pop`.
    @inlinable
    @discardableResult
    public mutating func schedule(at time: SimTime, phase: UInt8, _ payload: Payload) -> EventHandle {
        if nextSequence == EventKey.sequenceLimit { renumber() }
        let slot: UInt32
        let generation: UInt32
        if let reused = freeSlots.popLast() {
            slot = reused
            generation = slots[Int(slot)].generation &+ 1
            slots[Int(slot)] = Slot(payload: payload, generation: generation)
        } else {
            precondition(slots.count < EventKey.slotLimit, "an event queue holds fewer than 2^28 events")
            slot = UInt32(truncatingIfNeeded: slots.count)
            generation = 1
            slots.append(Slot(payload: payload, generation: generation))
        }
        heap.append(EventKey(time: time, phase: phase, sequence: nextSequence, slot: slot))
        nextSequence &+= 1
        heap.withUnsafeMutableBufferPointer { $0.siftUp(from: $0.count - 1) }
        return EventHandle(slot: slot, generation: generation)
    }

    /// Removes a pending event. Returns false, and does nothing, if it was popped or cancelled before.
    @inlinable
    @discardableResult
    public mutating func cancel(_ handle: EventHandle) -> Bool {
        let slot = Int(handle.slot)
        guard slot < slots.count, handle.generation & 1 == 1, slots[slot].generation == handle.generation else {
            return false
        }
        slots[slot].generation &+= 1
        deadKeys += 1
        if deadKeys > heap.count / 2, heap.count >= 64 { compact() }
        return true
    }

    /// Whether the event is still pending.
    @inlinable
    public func isPending(_ handle: EventHandle) -> Bool {
        let slot = Int(handle.slot)
        return slot < slots.count && handle.generation & 1 == 1 && slots[slot].generation == handle.generation
    }

    /// Removes and returns the first event in the order (time, phase, insertion), or nil if none is pending.
    @inlinable
    @discardableResult
    public mutating func pop() -> (time: SimTime, phase: UInt8, payload: Payload)? {
        while let key = heap.first {
            removeFirstKey()
            let slot = slots[Int(key.slot)]
            if slot.generation & 1 == 1 {
                slots[Int(key.slot)].generation = slot.generation &+ 1
                release(key.slot)
                return (key.time, key.phase, slot.payload)
            }
            deadKeys -= 1
            release(key.slot)
        }
        return nil
    }

    /// The time of the event that `pop` would return, or nil if none is pending. Drops dead keys on the way.
    @inlinable
    public mutating func peekTime() -> SimTime? { peek()?.time }

    /// The event that `pop` would return, or nil if none is pending. Drops dead keys on the way.
    @inlinable
    public mutating func peek() -> (time: SimTime, phase: UInt8, payload: Payload)? {
        while let key = heap.first {
            let slot = slots[Int(key.slot)]
            if slot.generation & 1 == 1 { return (key.time, key.phase, slot.payload) }
            removeFirstKey()
            deadKeys -= 1
            release(key.slot)
        }
        return nil
    }

    /// Makes a slot available again, unless its generations are used up (after 2^31 uses).
    @inlinable
    mutating func release(_ slot: UInt32) {
        if slots[Int(slot)].generation != 0 { freeSlots.append(slot) }
    }

    @inlinable
    mutating func removeFirstKey() {
        let last = heap.removeLast()
        heap.withUnsafeMutableBufferPointer { keys in
            if !keys.isEmpty { keys.replaceFirst(with: last) }
        }
    }

    /// Sweeps all dead keys out of the heap and frees their slots: O(n), paid for by the n/2 cancellations before it.
    @inlinable
    mutating func compact() {
        for key in heap where slots[Int(key.slot)].generation & 1 == 0 { release(key.slot) }
        heap.removeAll { slots[Int($0.slot)].generation & 1 == 0 }
        deadKeys = 0
        heap.withUnsafeMutableBufferPointer { $0.heapify() }
    }

    /// Numbers the pending events 0, 1, … in their present order, once in 2^28 insertions.
    @usableFromInline
    mutating func renumber() {
        compact()
        heap.sort(by: EventKey.precedes)
        for (index, key) in heap.enumerated() {
            heap[index] = EventKey(time: key.time, phase: key.phase, sequence: UInt64(index), slot: key.slot)
        }
        nextSequence = UInt64(heap.count)
        precondition(nextSequence < EventKey.sequenceLimit, "an event queue holds fewer than 2^28 events")
    }
}
