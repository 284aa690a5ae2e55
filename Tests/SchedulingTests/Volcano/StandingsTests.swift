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

    /// Jobs come, change, go, and their places are taken by jobs of other queues: every queue counts each of its jobs once.
    @Test(arguments: UInt64(1)...20)
    func queuesCountTheirJobs(seed: UInt64) {
        var random = RandomStream(seed: seed, name: "queue-sums")
        var standings = Standings()
        standings.reserve(jobs: 8, queues: 3)
        var held: [(queue: QueueRef, cpu: Double)?] = Array(repeating: nil, count: 8)
        for _ in 0..<400 {
            let place = random.below(8)
            if let old = held[place] {
                held[place] = random.below(2) == 0 ? nil : (old.queue, Double(random.below(1000)))
                standings.forget(JobRef(place), of: old.queue, stays: held[place] != nil)
            } else {
                let queue = QueueRef(random.below(3))
                held[place] = (queue, Double(random.below(1000)))
                standings.forget(JobRef(place), of: queue, stays: true)
            }
            guard random.below(3) == 0 else { continue }
            let queue = QueueRef(random.below(3))
            let own = held.indices.filter { held[$0]?.queue == queue }
            for job in standings.takeUncounted(of: queue, own.map { JobRef($0) }) {
                let standing = Standing(allocated: Resource(milliCPU: held[Int(job.index)]?.cpu ?? .nan, memory: 0))
                standings.note(standing, of: job)
                standings.count(standing, in: queue)
            }
            let sum = standings.queues[Int(queue.index)]?.sum.standing.allocated.milliCPU
            #expect(sum == own.reduce(0) { $0 + (held[$1]?.cpu ?? 0) })
        }
    }
}
