import Testing

@testable import CostModel

@Suite struct CollectiveTests {
    let model = CollectiveModel()

    func group(_ ranks: Int, perDomain: Int = 8, generation: GPUGeneration = .hopper) -> CollectiveGroup {
        CollectiveGroup(ranks: ranks, perDomain: perDomain, scaleUp: 450e9, network: 50e9, generation: generation)
    }

    @Test func largeAllReducesUseTheSwitch() {
        #expect(model.time(.allReduce, bytes: 1e9, on: group(8)).algorithm == .nvls)
        #expect(model.time(.allReduce, bytes: 1e9, on: group(4)).algorithm == .ring)
        #expect(model.time(.allReduce, bytes: 1e9, on: group(8, generation: .ampere)).algorithm == .ring)
    }

    /// A node sends through the adapters of all its ranks.
    @Test func ringsAcrossNodesRunAtTheSumOfTheAdapters() {
        let bytes = 64e9
        let seconds = model.seconds(.allGather, bytes: bytes, on: group(64))
        #expect(abs(63.0 / 64 * bytes / seconds / (0.815 * 450e9) - 1) < 0.05)
        let thin = CollectiveGroup(ranks: 8, perDomain: 1, scaleUp: 450e9, network: 50e9, generation: .hopper)
        #expect(abs(7.0 / 8 * bytes / model.seconds(.allGather, bytes: bytes, on: thin) / 48e9 - 1) < 0.05)
    }

    @Test func timesGrowWithBytesAndAreNothingAlone() {
        var last = 0.0
        for exponent in 10..<34 {
            let seconds = model.seconds(.allReduce, bytes: Double(1 << exponent), on: group(16))
            #expect(seconds > last)
            last = seconds
        }
        #expect(model.seconds(.allReduce, bytes: 1e9, on: group(1)) == 0)
    }
}
