import SimulationKernel
import Testing

@testable import Scheduling

/// The chunked queue against a plain sorted array.
@Suite struct WaitingQueueTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func behavesLikeASortedArray(seed: UInt64) {
        var random = RandomStream(seed: seed, name: "waiting-queue")
        var queue = WaitingQueue()
        var reference: [WaitingKey] = []
        for step in 0..<4_000 {
            if random.below(5) < 3 || reference.isEmpty {
                let key = WaitingKey(order: Int64(random.below(50)), sequence: Int32(step), job: Int32(step))
                queue.insert(key)
                reference.insert(key, at: reference.firstIndex { key < $0 } ?? reference.count)
            } else {
                let victim = reference.remove(at: random.below(reference.count))
                let removed = queue.remove(victim)
                let removedAgain = queue.remove(victim)
                #expect(removed && !removedAgain)
            }
            #expect(queue.first == reference.first)
            #expect(queue.count == reference.count)
        }
        #expect(queue.keys == reference)
    }

    @Test func successorWalksInOrderEvenFromRemovedKeys() {
        var queue = WaitingQueue()
        let keys = (0..<1_000).map { WaitingKey(order: Int64($0 % 10), sequence: Int32($0), job: Int32($0)) }
        for key in keys { queue.insert(key) }
        var walked: [WaitingKey] = []
        var next = queue.first
        while let key = next {
            walked.append(key)
            if key.sequence % 3 == 0 { queue.remove(key) }
            next = queue.successor(of: key)
        }
        #expect(walked == keys.sorted())
        #expect(queue.count == keys.count { $0.sequence % 3 != 0 })
    }
}
