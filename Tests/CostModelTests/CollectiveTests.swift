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

    static let generations = GPUGeneration.allCases

    func groups(_ generation: GPUGeneration) -> [CollectiveGroup] {
        [(2, 2), (4, 4), (8, 8), (16, 8), (24, 8), (64, 1), (256, 8), (2048, 8)].flatMap { ranks, perDomain in
            [NetworkKind.rdma, .efa].flatMap { kind in
                [false, true].map { reduces in
                    var group = group(ranks, perDomain: perDomain, generation: generation)
                    group.kind = kind
                    group.reducesInNetwork = reduces
                    return group
                }
            }
        }
    }

    /// The time never falls and never jumps: a thousandth more bytes take more, and at most a thousandth more.
    @Test(arguments: generations)
    func timesAreContinuousInTheSize(_ generation: GPUGeneration) {
        for group in groups(generation) {
            for collective in Collective.allCases {
                var bytes = 64.0
                while bytes < 3e10 {
                    let time = model.seconds(collective, bytes: bytes, on: group)
                    let next = model.seconds(collective, bytes: 1.001 * bytes, on: group)
                    #expect(next > time && next <= 1.001 * time * (1 + 1e-12), "\(collective) \(group) \(bytes)")
                    bytes *= 1.37
                }
            }
        }
    }

    /// Where only GPUs reduce, every node sends 2(N − 1)/N of the buffer at least (Patarasuk and Yuan, JPDC 69(2), 2009).
    @Test(arguments: [2, 3, 4, 5, 8, 16, 64, 1000])
    func nothingBeatsTheWires(_ domains: Int) {
        let group = group(8 * domains), bytes = 1e11
        let bound = 2 * Double(domains - 1) / Double(domains) * bytes / (8 * 50e9)
        for algorithm in [CollectiveAlgorithm.ring, .tree, .nvlsTree, .hierarchical] {
            #expect(model.time(.allReduce, bytes: bytes, on: group, forced: algorithm).seconds >= bound)
        }
    }

    @Test func switchesThatReduceHalveTheTraffic() {
        var group = group(128)
        group.network = 25e9
        let without = model.seconds(.allReduce, bytes: 8e9, on: group)
        group.reducesInNetwork = true
        #expect(model.seconds(.allReduce, bytes: 8e9, on: group) < 0.6 * without)
    }

    /// NVLS inside and trees outside: over two nodes the buffer crosses once, so that the bus bandwidth exceeds the wire's.
    @Test func twoNodesOfHopperUseNVLSTrees() {
        let group = group(16), bytes = 8e9
        let time = model.time(.allReduce, bytes: bytes, on: group)
        #expect(time.algorithm == .nvlsTree)
        #expect(1.875 * bytes / time.seconds > 400e9)
        var old = self.group(16, generation: .ampere)
        old.network = 25e9
        #expect(model.time(.allReduce, bytes: bytes, on: old).algorithm == .tree)
    }

    @Test func railsSaveMessagesButNoBytes() {
        let group = self.group(128)
        func time(_ algorithm: CollectiveAlgorithm, _ bytes: Double) -> Double {
            model.time(.allToAll, bytes: bytes, on: group, forced: algorithm).seconds
        }
        #expect(time(.railAligned, 1e5) < 0.8 * time(.pairwise, 1e5))
        #expect(abs(time(.railAligned, 1e11) / time(.pairwise, 1e11) - 1) < 0.01)
        #expect(model.time(.allToAll, bytes: 1e6, on: group).algorithm == .railAligned)
        #expect(model.time(.allToAll, bytes: 1e6, on: self.group(8)).algorithm == .pairwise)
    }

    @Test func smallBuffersInADomainUseLL() {
        let small = model.time(.allReduce, bytes: 65536, on: group(8))
        #expect(small.algorithm == .ring && small.format == .ll)
        #expect(model.time(.allReduce, bytes: 1e9, on: group(8, generation: .ampere)).format == .simple)
        let flags = model.time(.allGather, bytes: 1e9, on: group(8), forced: .ring, format: .ll)
        #expect(flags.seconds > 2 * model.seconds(.allGather, bytes: 1e9, on: group(8)))
    }

    /// Adapters that GPUs share are as fast as all of them together; a machine says how many there are.
    @Test func nodesHaveSeveralAdapters() throws {
        var platform = TrainingPlatform(card: try #require(.named("h100-sxm")), network: 25e9)
        platform.adaptersPerNode = 4
        let group = platform.group(ranks: 64, stride: 1, along: .data)
        #expect(group.adapters == 4)
        #expect(group.adapterRate == 50e9)
        #expect(platform.group(ranks: 64, stride: 8, along: .data).adapters == 1)
    }

    @Test func whatCannotRunTakesForEver() {
        #expect(model.time(.allReduce, bytes: 1e6, on: group(8), forced: .hierarchical).seconds == .infinity)
        #expect(model.time(.allGather, bytes: 1e6, on: group(8), forced: .tree).seconds == .infinity)
        #expect(model.time(.allReduce, bytes: 1e6, on: group(16), forced: .hierarchical).seconds.isFinite)
    }
}
