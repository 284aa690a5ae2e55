import SimulationKernel
import Testing

@testable import Scheduling

/// Sums from which single resources are taken out again equal sums made anew.
@Suite struct StandingsTests {
    @Test(arguments: UInt64(1)...20)
    func takingOutLeavesTheSumOfTheRest(seed: UInt64) {
        var random = RandomStream(seed: seed, name: "resource-sums")
        var sum = ResourceSum()
        var held: [Resource] = []
        for _ in 0..<400 {
            if held.isEmpty || random.below(5) < 3 {
                var resource = Resource(
                    milliCPU: Double(random.below(64_000)), memory: Double(random.below(1 << 40)))
                for scalar in 0..<6 where random.below(3) == 0 {
                    resource.setScalar(scalar, Double(random.below(3)) * 1000)
                }
                held.append(resource)
                sum.add(resource)
            } else {
                sum.remove(held.remove(at: random.below(held.count)))
            }
            let anew = held.reduce(into: Resource()) { $0.add($1) }
            #expect(sum.sum == anew)
            #expect(sum.sum.scalars.isEmpty == anew.scalars.isEmpty)
        }
    }
}
