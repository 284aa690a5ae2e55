import Testing

@testable import CostModel

/// NCCL's choices that are known from its sources and from measurements.
@Suite struct NCCLTunerTests {
    func group(_ ranks: Int, _ generation: GPUGeneration = .hopper, perDomain: Int = 8) -> CollectiveGroup {
        let scaleUp = [150e9, 300e9, 450e9, 900e9, 448e9][generation.rawValue]
        let network = generation == .ampere ? 25e9 : 50e9
        return CollectiveGroup(
            ranks: ranks, perDomain: perDomain, scaleUp: scaleUp, network: network, generation: generation)
    }

    func choice(_ group: CollectiveGroup, _ bytes: Int, _ collective: Collective = .allReduce) throws -> String {
        let tuner = try #require(NCCLTuner(group))
        let best = try #require(tuner.choice(collective, bytes: Double(bytes)))
        return "\(best.algorithm.rawValue) \(best.format.name)"
    }

    /// Measured on eight H200 with NCCL 2.27: a ring with LL up to 1 MiB, NVLS from 2 MiB (stas00/ml-engineering 744d01e, network).
    @Test func aNodeOfHopperGoesFromRingToNVLS() throws {
        for bytes in [1 << 13, 1 << 16, 1 << 20] { #expect(try choice(group(8), bytes) == "ring LL") }
        for bytes in [1 << 21, 1 << 26, 1 << 33] { #expect(try choice(group(8), bytes) == "nvls Simple") }
    }

    /// The same source: NVLS from five GPUs on H200 and from six on B200, at 8 GiB.
    @Test func smallGroupsStayWithTheRing() throws {
        let model = CollectiveModel()
        for (generation, least) in [(GPUGeneration.hopper, 5), (.blackwell, 6)] {
            for ranks in 2...8 {
                let expected = ranks < least ? "ring Simple" : "nvls Simple"
                #expect(try choice(group(ranks, generation), 1 << 33) == expected, "\(generation) \(ranks)")
            }
            #expect(model.nvlsRanks[generation.rawValue] == least)
        }
        #expect(try choice(group(8, .ampere), 1 << 33) == "ring Simple")
    }

    /// A100: 12 channels of 20 GB/s, as its logs print.
    @Test func protocolsFollowTheSize() throws {
        let graph = NCCLGraph(.ring, group(8, .ampere))
        #expect(graph.channels == 12 && graph.intra == 20)
        #expect(try choice(group(8, .ampere), 1 << 20) == "ring LL")
        #expect(try choice(group(8, .ampere), 1 << 23) == "ring LL128")
        #expect(try choice(group(8, .ampere), 1 << 28) == "ring Simple")
    }

    /// H100: 12 channels of 30 GB/s in a node; across nodes one for each adapter.
    @Test func channelsAreThoseOfTheLogs() {
        let alone = NCCLGraph(.ring, group(8)), across = NCCLGraph(.ring, group(16))
        #expect(alone.channels == 12 && alone.intra == 30)
        #expect(across.channels == 8 && across.inter == 45)
        var thin = group(16)
        thin.adapters = 4
        #expect(NCCLGraph(.ring, thin).channels <= 8)
        #expect(thin.adapterRate == 100e9)
    }

    @Test func manyNodesUseTreesForSmallAndRingsForLargeBuffers() throws {
        #expect(try choice(group(256), 1 << 16) == "tree LL")
        #expect(try choice(group(256), 1 << 33) == "ring Simple")
        #expect(try choice(group(16), 1 << 30) == "nvls_tree Simple")
        #expect(try choice(group(2048), 1 << 24).hasPrefix("ring") == false)
        #expect(try choice(group(32, .ampere), 1 << 30) == "ring Simple")
    }

    @Test func switchesThatReduceAreUsed() throws {
        var group = group(128)
        group.reducesInNetwork = true
        #expect(try choice(group, 1 << 28) == "nvls Simple")
        var old = self.group(128, .ampere)
        old.reducesInNetwork = true
        #expect(try choice(old, 1 << 28).hasPrefix("collnet"))
    }

    /// `base + (steps − crossings)·max(intra, 3·overhead) + crossings·net`, computed by hand.
    @Test func latencyOfARingOverTwoNodesIsThatOfTheFormula() throws {
        let tuner = try #require(NCCLTuner(group(16)))
        let small = try #require(tuner.estimate(.allReduce, .ring, .simple, bytes: 1024))
        #expect(abs(small.latency - 131.6e-6) < 1e-12)
        let large = try #require(tuner.estimate(.allReduce, .ring, .simple, bytes: 1e9))
        #expect(abs(large.latency - 184.24e-6) < 1e-12)
        #expect(abs(large.rate / 192e9 - 1) < 1e-12)
    }

    @Test func whatCannotRunSaysWhy() throws {
        let tuner = try #require(NCCLTuner(group(16)))
        #expect(tuner.obstacle(.allReduce, .nvls, .simple) == "across nodes it needs SHARP")
        #expect(tuner.obstacle(.allReduce, .collnetChain, .simple) == "needs SHARP in the network")
        #expect(tuner.obstacle(.allReduce, .nvlsTree, .ll) == "Simple only")
        #expect(tuner.obstacle(.allReduce, .tree, .ll128) == nil)
        #expect(tuner.choice(.allToAll, bytes: 1e6) == nil)
        #expect(NCCLTuner(group(8, .cdna)) == nil)
    }
}
