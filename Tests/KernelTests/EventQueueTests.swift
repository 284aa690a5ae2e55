import Quantities
import SimulationKernel
import Testing

/// A payload of the size that simulations use.
private struct Tag: BitwiseCopyable, Hashable, Sendable {
    var kind: UInt32
    var number: UInt32
}

/// The definition of the queue: a list of pending events, searched for the smallest (time, phase, sequence).
private struct SortedReference {
    struct Event {
        var time: Int64
        var phase: UInt8
        var sequence: Int
        var tag: Tag
        var handle: EventHandle
    }

    var pending: [Event] = []
    var scheduled = 0

    mutating func schedule(at time: Int64, phase: UInt8, _ tag: Tag, handle: EventHandle) {
        pending.append(Event(time: time, phase: phase, sequence: scheduled, tag: tag, handle: handle))
        scheduled += 1
    }

    mutating func cancel(_ handle: EventHandle) -> Bool {
        guard let index = pending.firstIndex(where: { $0.handle == handle }) else { return false }
        pending.remove(at: index)
        return true
    }

    var sorted: [Event] {
        pending.sorted { ($0.time, $0.phase, $0.sequence) < ($1.time, $1.phase, $1.sequence) }
    }

    mutating func pop() -> Event? {
        guard let first = sorted.first else { return nil }
        pending.removeAll { $0.sequence == first.sequence }
        return first
    }
}

@Suite("Event queue")
struct EventQueueTests {
    /// Weights of push, pop and cancel, and the range of times: small ranges force ties.
    struct Program: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var pushes: Int
        var pops: Int
        var cancels: Int
        var times: Int
        var firstSequence: UInt64 = 0
        var testDescription: String { "seed \(seed): \(pushes)/\(pops)/\(cancels) over \(times) instants" }
    }

    static let programs: [Program] = (0..<12).flatMap { seed -> [Program] in
        [
            Program(seed: seed, pushes: 5, pops: 4, cancels: 1, times: 40),
            Program(seed: seed, pushes: 6, pops: 1, cancels: 5, times: 1_000_000),
            Program(seed: seed, pushes: 5, pops: 5, cancels: 1, times: 3),
            Program(
                seed: seed, pushes: 5, pops: 3, cancels: 2, times: 40,
                firstSequence: (1 << 28) - UInt64(1 + seed * 7)),
        ]
    }

    @Test("Any program of pushes, cancels and pops matches a sorted list", arguments: programs)
    func matchesSortedList(program: Program) {
        var random = RandomStream(seed: program.seed, name: "event queue program")
        var queue = EventQueue<Tag>(firstSequence: program.firstSequence)
        var reference = SortedReference()
        var handles: [EventHandle] = []
        for step in 0..<400 {
            switch random.below(program.pushes + program.pops + program.cancels) {
            case 0..<program.pushes:
                let time = Int64(random.below(program.times)) - Int64(program.times / 2)
                let phase = UInt8(random.below(3) * 127)
                let tag = Tag(kind: UInt32(random.below(9)), number: UInt32(step))
                let handle = queue.schedule(at: SimTime(nanoseconds: time), phase: phase, tag)
                reference.schedule(at: time, phase: phase, tag, handle: handle)
                handles.append(handle)
            case program.pushes..<program.pushes + program.pops:
                let popped = queue.pop()
                let expected = reference.pop()
                #expect(popped?.time.nanoseconds == expected?.time)
                #expect(popped?.phase == expected?.phase)
                #expect(popped?.payload == expected?.tag)
            default:
                guard !handles.isEmpty else { continue }
                // Any handle ever given out, so many are stale.
                let handle = handles[random.below(handles.count)]
                #expect(queue.isPending(handle) == reference.pending.contains { $0.handle == handle })
                let cancelled = queue.cancel(handle)
                let again = queue.cancel(handle)
                let expected = reference.cancel(handle)
                #expect(cancelled == expected)
                #expect(!again)
            }
            #expect(queue.count == reference.pending.count)
            #expect(queue.isEmpty == reference.pending.isEmpty)
            if step % 16 == 0 {
                #expect(queue.pendingEvents().map(\.payload) == reference.sorted.map(\.tag))
                let next = queue.peekTime()
                #expect(next?.nanoseconds == reference.sorted.first?.time)
            }
        }
        var rest: [Tag] = []
        let expected = reference.sorted.map(\.tag)
        while let event = queue.pop() { rest.append(event.payload) }
        #expect(rest == expected)
    }

    @Test("Extreme times keep their order")
    func extremeTimes() {
        var queue = EventQueue<Tag>()
        let times: [Int64] = [.max, 0, .min, -1, 1, .max - 1, .min + 1]
        for time in times { queue.schedule(at: SimTime(nanoseconds: time), phase: 255, Tag(kind: 0, number: 0)) }
        var popped: [Int64] = []
        while let event = queue.pop() { popped.append(event.time.nanoseconds) }
        #expect(popped == times.sorted())
    }

    @Test("A handle of a popped event is stale although its slot is in use again")
    func staleHandle() {
        var queue = EventQueue<Tag>()
        let old = queue.schedule(at: .zero, phase: 0, Tag(kind: 1, number: 1))
        queue.pop()
        let new = queue.schedule(at: .zero, phase: 0, Tag(kind: 2, number: 2))
        #expect(old.slot == new.slot)
        let cancelled = [old, .none, new, new].map { queue.cancel($0) }
        #expect(cancelled == [false, false, true, false])
        #expect(queue.isEmpty)
        let popped = queue.pop()
        #expect(popped?.payload == nil)
    }

    @Test("Cancelled events do not pile up: room is proportional to the pending ones")
    func compaction() {
        var queue = EventQueue<Tag>()
        let kept = queue.schedule(at: SimTime(nanoseconds: .max), phase: 0, Tag(kind: 0, number: 0))
        var highestSlot: UInt32 = 0
        for number in 0..<10_000 {
            let handle = queue.schedule(
                at: SimTime(nanoseconds: Int64(number)), phase: 0, Tag(kind: 1, number: UInt32(number)))
            highestSlot = max(highestSlot, handle.slot)
            queue.cancel(handle)
        }
        #expect(highestSlot < 128)
        #expect(queue.count == 1)
        #expect(queue.isPending(kept))
    }

    @Test("A copy is independent")
    func valueSemantics() {
        var queue = EventQueue<Tag>()
        let handle = queue.schedule(at: .zero, phase: 0, Tag(kind: 1, number: 1))
        var copy = queue
        copy.cancel(handle)
        #expect(copy.isEmpty)
        let popped = queue.pop()
        #expect(popped?.payload == Tag(kind: 1, number: 1))
    }

    @Test("The dump lists events in order, with exact times")
    func dump() {
        var queue = EventQueue<UInt32>()
        queue.schedule(at: SimTime(nanoseconds: 1_500_000_000), phase: 2, 7)
        queue.schedule(at: SimTime(nanoseconds: 1_500_000_000), phase: 1, 8)
        queue.schedule(at: SimTime(nanoseconds: -1), phase: 0, 9)
        #expect(
            queue.dump(limit: 2) == """
                3 pending events
                  -0.000000001 s  phase 0  9
                  1.500000000 s  phase 1  8
                  … and 1 more
                """)
        #expect(EventQueue<UInt32>().dump() == "0 pending events")
    }

    @Test("Layout: a handle and a key part are as small as promised")
    func layout() {
        #expect(MemoryLayout<EventHandle>.size == 8)
        #expect(MemoryLayout<SimTime>.size == 8)
        #expect(EventQueue<Tag>.bytesPerKey == 16)
        #expect(EventQueue<Tag>.bytesPerSlot == 12)
    }
}
