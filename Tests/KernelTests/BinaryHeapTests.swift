import SimulationKernel
import Testing

@Suite struct BinaryHeapTests {
    /// Pushes and pops in random order give what a sorted array gives.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func theLeastElementLeavesFirst(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "heap")
        var heap = BinaryHeap<Int>()
        var sorted: [Int] = []
        for _ in 0..<500 {
            if random.below(3) > 0 {
                let value = random.below(100)
                heap.push(value)
                sorted.insert(value, at: sorted.firstIndex { $0 > value } ?? sorted.count)
            } else {
                let least = sorted.isEmpty ? nil : sorted.removeFirst()
                #expect(heap.pop() == least)
            }
            #expect(heap.first == sorted.first)
        }
        heap.removeAll()
        #expect(heap.first == nil && heap.pop() == nil)
    }
}
