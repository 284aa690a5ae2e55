/// Names one scheduled event, so that it can be cancelled later.
///
/// A handle stays valid to use for ever: once its event has been popped or cancelled, it is stale and cancelling it
/// does nothing. A slot is reused with a new generation; generations never repeat within one queue.
@frozen
public struct EventHandle: Hashable, Sendable, BitwiseCopyable {
    /// Index into the queue's slot table.
    public let slot: UInt32
    /// Which use of the slot; odd while the event is pending, even afterwards.
    public let generation: UInt32

    @inlinable
    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// A handle that never names an event: the initial value of "no event scheduled".
    @inlinable
    public static var none: EventHandle { EventHandle(slot: .max, generation: 0) }
}
