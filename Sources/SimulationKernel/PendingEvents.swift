import Quantities

/// One pending event as `EventQueue.pendingEvents` lists it.
public struct PendingEvent<Payload: Sendable>: Sendable {
    /// When it will happen.
    public let time: SimTime
    /// Its order within the instant.
    public let phase: UInt8
    /// What will happen.
    public let payload: Payload
}

extension EventQueue {
    /// All pending events in the order in which they would be popped: for deadlock reports and debugging, O(n log n).
    public func pendingEvents() -> [PendingEvent<Payload>] {
        heap.filter { slots[Int($0.slot)].generation & 1 == 1 }
            .sorted(by: EventKey.precedes)
            .map { PendingEvent(time: $0.time, phase: $0.phase, payload: slots[Int($0.slot)].payload) }
    }

    /// The first `limit` pending events as text, one a line, in order; says how many more there are.
    public func dump(limit: Int = 20) -> String {
        precondition(limit >= 0, "a dump of a negative number of events")
        let events = pendingEvents()
        var lines = ["\(events.count) pending events"]
        for event in events.prefix(limit) {
            lines.append("  \(seconds(event.time)) s  phase \(event.phase)  \(event.payload)")
        }
        if events.count > limit { lines.append("  … and \(events.count - limit) more") }
        return lines.joined(separator: "\n")
    }
}

/// Seconds with all nine decimals, exactly: no rounding through floating point.
private func seconds(_ time: SimTime) -> String {
    let (whole, fraction) = time.nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(fraction)
    let padding = String(repeating: "0", count: 9 - digits.count)
    return (time.nanoseconds < 0 ? "-" : "") + "\(whole).\(padding)\(digits)"
}

extension EventQueue {
    /// Bytes of one key in the heap; tests assert it.
    package static var bytesPerKey: Int { MemoryLayout<EventKey>.stride }
    /// Bytes of one slot: the payload and its generation, padded.
    package static var bytesPerSlot: Int { MemoryLayout<Slot>.stride }
}
