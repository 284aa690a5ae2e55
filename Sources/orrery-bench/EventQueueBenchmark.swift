import CPriorityQueue
import Quantities
import SimulationKernel

/// The hold model on the event queue: with a fixed number of pending events, pop the first and schedule one a random
/// time later. Both sides draw the same stream, keep the order (time, phase, sequence) and carry eight bytes of payload.
enum EventQueueBenchmark {
    static let pending = 100_000
    static let holds = 1_000_000

    static var entries: [Benchmark] {
        [
            Benchmark(
                name: "event-queue-ns", unit: "ns/event", better: .lower,
                work: "hold model, \(pending) pending, \(holds) pops and pushes, delays uniform below 2^30 ns",
                repetitions: 9,
                reference: .measured(name: "C++ std::priority_queue", sample: standardLibrary),
                sample: ours)
        ]
    }

    static var stream: RandomStream { RandomStream(seed: 42, name: "hold model") }

    private static func ours() -> Sample {
        var random = stream
        var queue = EventQueue<UInt64>(minimumCapacity: pending)
        for _ in 0..<pending { schedule(after: .zero, in: &queue, &random) }
        var checksum: UInt64 = 0
        let seconds = cpuSeconds {
            for _ in 0..<holds {
                guard let event = queue.pop() else { break }
                let time = UInt64(bitPattern: event.time.nanoseconds)
                checksum = (checksum << 1 | checksum >> 63) ^ time ^ event.payload
                schedule(after: event.time, in: &queue, &random)
            }
        }
        return Sample(value: seconds / Double(holds) * 1e9, checksum: checksum)
    }

    @inline(__always)
    private static func schedule(after now: SimTime, in queue: inout EventQueue<UInt64>, _ random: inout RandomStream) {
        let draw = random.next()
        let delay = SimDuration(nanoseconds: Int64(draw >> 34))
        queue.schedule(at: now + delay, phase: UInt8(draw & 3), draw)
    }

    private static func standardLibrary() -> Sample {
        let words = stream.state
        let model = cpq_hold_create([words.0, words.1, words.2, words.3], UInt64(pending))
        defer { cpq_hold_destroy(model) }
        var checksum: UInt64 = 0
        let seconds = cpuSeconds { checksum = cpq_hold_run(model, UInt64(holds)) }
        return Sample(value: seconds / Double(holds) * 1e9, checksum: checksum)
    }
}
