import SimulationKernel
import Testing

@testable import ClusterModel

/// The slow reference: all rates rise together, in the whole world, until every bundle rests.
private func slowRates(_ capacities: [Double], _ bundles: [(loads: [FairShares.Load], limit: Double)]) -> [Double] {
    var rates = Array(repeating: 0.0, count: bundles.count)
    var rising = Array(bundles.indices)
    while !rising.isEmpty {
        var level = rising.map { bundles[$0].limit }.min() ?? 0
        func state(_ channel: Int) -> (left: Double, flows: Double) {
            var left = capacities[channel], flows = 0.0
            for (index, bundle) in bundles.enumerated() {
                for load in bundle.loads where Int(load.channel) == channel {
                    if rising.contains(index) { flows += load.flows } else { left -= load.flows * rates[index] }
                }
            }
            return (left, flows)
        }
        let states = capacities.indices.map(state)
        for state in states where state.flows > 0 { level = min(level, state.left / state.flows) }
        let resting = rising.filter { index in
            bundles[index].limit <= level * (1 + 1e-12)
                || bundles[index].loads.contains { load in
                    let state = states[Int(load.channel)]
                    return state.left / state.flows <= level * (1 + 1e-12)
                }
        }
        for index in resting { rates[index] = level }
        rising.removeAll { resting.contains($0) }
    }
    return rates
}

@Suite struct FairSharesTests {
    @Test func oneChannelIsSharedByFlows() {
        var shares = FairShares(capacities: [90])
        let a = shares.add([.init(channel: 0, flows: 1)], limit: 100)
        let b = shares.add([.init(channel: 0, flows: 2)], limit: 100)
        #expect(shares.settle() == [a, b])
        #expect(shares.rate(of: a) == 30)
        #expect(shares.rate(of: b) == 30)
        #expect(shares.offer(of: 0, to: a, flows: 1) == 30)
        shares.remove(b)
        #expect(shares.settle() == [a])
        #expect(shares.rate(of: a) == 90)
    }

    /// Bertsekas and Gallager, section 6.5.2: a long flow over two channels, one short one on the second.
    @Test func whatOneCannotUseGoesToTheOthers() {
        var shares = FairShares(capacities: [10, 100])
        let long = shares.add([.init(channel: 0, flows: 1), .init(channel: 1, flows: 1)], limit: 1000)
        let short = shares.add([.init(channel: 1, flows: 1)], limit: 1000)
        let capped = shares.add([.init(channel: 1, flows: 1)], limit: 20)
        _ = shares.settle()
        #expect(shares.rate(of: long) == 10)
        #expect(shares.rate(of: capped) == 20)
        #expect(shares.rate(of: short) == 70)
        // The second channel is full at 70, so the long one could have 70 there.
        #expect(shares.offer(of: 1, to: long, flows: 1) == 70)
        #expect(shares.offer(of: 0, to: long, flows: 1) == 10)
    }

    @Test func aChangeOfCapacityReachesOnlyItsNeighbours() {
        var shares = FairShares(capacities: [10, 10])
        let a = shares.add([.init(channel: 0, flows: 1)], limit: 20)
        let b = shares.add([.init(channel: 1, flows: 1)], limit: 20)
        _ = shares.settle()
        shares.setCapacity(4, of: 0)
        #expect(shares.settle() == [a])
        #expect(shares.rate(of: a) == 4)
        #expect(shares.rate(of: b) == 10)
        shares.setCapacity(40, of: 0)
        #expect(shares.settle() == [a])
        #expect(shares.rate(of: a) == 20)
    }

    /// Incremental rates are those of the slow computation over the whole world, after every one of many changes.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func incrementalRatesAreThoseOfAFullComputation(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "fair-shares")
        // Every third world has rails: channels of one capacity, which most bundles use alike.
        let rails = seed % 3 == 0 ? 4 : 1
        let kinds = 2 + random.below(12 / rails)
        let channels = kinds * rails
        var capacities = (0..<kinds).flatMap { _ in
            Array(repeating: Double(1 + random.below(100)), count: rails)
        }
        var shares = FairShares(capacities: capacities)
        var live: [(id: Int32, loads: [FairShares.Load], limit: Double)] = []
        for _ in 0..<80 {
            switch random.below(5) {
            case 0 where !live.isEmpty:
                shares.remove(live.remove(at: random.below(live.count)).id)
            case 1 where rails == 1 || random.below(5) == 0:
                let channel = random.below(channels)
                capacities[channel] = Double(1 + random.below(100))
                shares.setCapacity(capacities[channel], of: Int32(channel))
            default:
                var loads: [FairShares.Load] = []
                for kind in 0..<kinds where random.below(3) == 0 {
                    let flows = Double(1 + random.below(8)) / 2
                    for rail in 0..<rails where rails == 1 || random.below(10) > 0 {
                        loads.append(.init(channel: Int32(kind * rails + rail), flows: flows))
                    }
                }
                let limit = Double(1 + random.below(40))
                live.append((shares.add(loads, limit: limit), loads, limit))
            }
            if random.below(3) == 0 { continue }
            _ = shares.settle()
            let slow = slowRates(capacities, live.map { ($0.loads, $0.limit) })
            for channel in 0..<channels {
                #expect(
                    shares.used(Int32(channel)) <= capacities[channel] * (1 + 1e-9), "more than the channel carries")
            }
            for (bundle, rate) in zip(live, slow) {
                #expect(abs(shares.rate(of: bundle.id) - rate) <= 1e-9 * rate)
                // What holds a bundle back is the least that its channels offer.
                let offered = bundle.loads.map { shares.offer(of: $0.channel, to: bundle.id, flows: $0.flows) }
                #expect(abs(min(bundle.limit, offered.min() ?? .infinity) - rate) <= 1e-9 * rate)
            }
        }
    }

    @Test func equalHistoriesGiveEqualBits() {
        func run() -> [Double] {
            var random = RandomStream(seed: 5, name: "fair-shares")
            var shares = FairShares(capacities: (0..<20).map { _ in 10 + Double(random.below(50)) })
            var live: [Int32] = []
            for _ in 0..<200 {
                if live.count > 10 {
                    shares.remove(live.remove(at: random.below(live.count)))
                } else {
                    let loads = (0..<20).filter { _ in random.below(4) == 0 }.map {
                        FairShares.Load(channel: Int32($0), flows: 1 / Double(1 + random.below(7)))
                    }
                    live.append(shares.add(loads, limit: 30))
                }
                _ = shares.settle()
            }
            return live.map { shares.rate(of: $0) }
        }
        #expect(run() == run())
    }
}
