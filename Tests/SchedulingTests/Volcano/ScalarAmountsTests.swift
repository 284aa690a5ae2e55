import SimulationKernel
import Testing

@testable import Scheduling

/// Scalars in place and beyond.
@Suite struct ScalarAmountsTests {
    /// A list of any length behaves as an array does, and copies are independent.
    @Test func actsAsAnArray() {
        var random = RandomStream(seed: 1, name: "scalars")
        for _ in 0..<300 {
            var amounts = ScalarAmounts()
            var array: [Double] = []
            for _ in 0..<random.below(12) {
                let amount = Double(random.below(100))
                if !array.isEmpty, random.below(3) == 0 {
                    let (earlier, place) = (amounts, random.below(array.count))
                    amounts[place] = amount
                    #expect(Array(earlier) == array)
                    array[place] = amount
                } else {
                    amounts.append(amount)
                    array.append(amount)
                }
                #expect(Array(amounts) == array)
                #expect(amounts.count == array.count)
            }
        }
        #expect(Array([1, 2, 3, 4, 5, 6] as ScalarAmounts) == [1, 2, 3, 4, 5, 6])
        #expect(([] as ScalarAmounts).isEmpty)
    }

    /// Sums over few and many scalars are those of upstream's map: absent is not 0.
    @Test func resourcesAddAsMapsDo() {
        var random = RandomStream(seed: 2, name: "scalars")
        for _ in 0..<300 {
            let names = 1 + random.below(9)
            func draw() -> (Resource, [Int: Double]) {
                var resource = Resource(milliCPU: Double(random.below(9)), memory: Double(random.below(9)))
                var map: [Int: Double] = [:]
                for _ in 0..<random.below(6) {
                    let (name, amount) = (random.below(names), Double(random.below(50)))
                    resource.setScalar(name, amount)
                    map[name] = amount
                }
                return (resource, map)
            }
            var (sum, map) = draw()
            for _ in 0..<4 {
                let (other, entries) = draw()
                let cpu = sum.milliCPU
                if random.below(2) == 0 {
                    sum.add(other)
                    for (name, amount) in entries { map[name, default: 0] += amount }
                    #expect(sum.milliCPU == cpu + other.milliCPU)
                } else {
                    sum.sub(other)
                    if !map.isEmpty { for (name, amount) in entries { map[name, default: 0] -= amount } }
                    #expect(sum.milliCPU == cpu - other.milliCPU)
                }
                for name in 0..<names { #expect(sum.scalar(name) == map[name]) }
                #expect(sum.hasScalars == !map.isEmpty)
            }
        }
    }
}
