import ClusterModel
import Quantities
import Testing

@Suite struct HardwareTests {
    private let catalogue = HardwareCatalogue.builtIn

    @Test func everyMachineResolves() throws {
        for card in catalogue.machines {
            let shape = card.shape(in: catalogue)
            #expect(shape.gpuCount == 0 || shape.gpuModel != nil, "\(card.name)")
            #expect(shape.cpuMilli > 0 && shape.memoryBytes > 0 && shape.nicRate.rawValue > 0, "\(card.name)")
            var builder = ClusterBuilder(name: "one")
            builder.add(NodePool(name: card.name, count: 2, shape: shape))
            #expect(try builder.build().totalGPUs == 2 * card.gpuCount.value)
        }
    }

    @Test func namesAndAliasesAreUnique() {
        let gpus = catalogue.gpus.flatMap { [$0.name] + $0.aliases }
        #expect(Set(gpus).count == gpus.count)
        let machines = catalogue.machines.flatMap { [$0.name] + $0.aliases }
        #expect(Set(machines).count == machines.count)
    }

    @Test func factsCarryTheirNumbersAndSources() throws {
        let h100 = catalogue[try #require(catalogue.gpu(named: "h100-sxm"))]
        #expect(h100.memory?.value == Bytes(rawValue: 80 << 30))
        #expect(h100.fp16?.value.rawValue == 989e12)
        #expect(h100.scaleUp?.value.rawValue == 450e9)
        #expect(h100.memoryBandwidth?.source.tag == "MLBOOK")
        let dgx = try #require(catalogue.machine(named: "dgx-h100"))
        #expect(dgx.price.source.tag == "ASSUMED")
        #expect(dgx.nicRate.value.rawValue == 50e9)
        #expect(dgx.shape(in: catalogue).networkRate.rawValue == 400e9)
    }

    @Test func cardsCanBeRead() throws {
        let dgx = try #require(catalogue.machine(named: "dgx-h100")).facts
        #expect(dgx.first?.value == "8 × h100-sxm" && dgx.first?.source.tag == "DGXH100-UG")
        #expect(dgx.contains { $0.name == "network cards" && $0.value == "8 × 400 Gbit/s" })
        let h100 = catalogue[try #require(catalogue.gpu(named: "h100-sxm"))].facts
        #expect(h100.map(\.name).contains("FP8 peak"))
        #expect(h100.first?.value == "80GiB")
        #expect(h100.last?.value.hasPrefix("1g.10gb, ") == true)
        #expect(catalogue[try #require(catalogue.gpu(named: "g2"))].facts.isEmpty)
    }

    @Test(arguments: [("V100M16", "v100-16"), ("P100", "p100"), ("nvidia-h100-80gb-hbm3", "h100-sxm"), ("G2", "g2")])
    func tracesNamesAreKnown(alias: String, name: String) throws {
        #expect(catalogue[try #require(catalogue.gpu(named: alias))].name == name)
    }

    @Test func misspeltNamesGetAHint() {
        #expect(catalogue.nearestMachine(to: "dgx-h10") == "dgx-h100")
        #expect(catalogue.nearestGPU(to: "h100-sxn") == "h100-sxm")
        #expect(catalogue.machine(named: "dgx-h10") == nil)
    }

    @Test func unknownModelsCanBeAdded() {
        var catalogue = catalogue
        let count = catalogue.gpus.count
        let first = catalogue.gpuAddingUnknown(named: "X9")
        #expect(catalogue.gpuAddingUnknown(named: "x9") == first)
        #expect(catalogue.gpus.count == count + 1)
        #expect(catalogue.add(GPUModel(name: "t4")) == nil)
    }

    @Test func rackScaleShape() throws {
        let tray = try #require(catalogue.shape(named: "gb200-nvl72"))
        #expect(tray.nodesPerNVLinkDomain == 18 && tray.nvlinkIslands == 1)
        #expect(try #require(catalogue.shape(named: "l4-8")).nvlinkIslands == 0)
    }
}

@Suite struct MIGTests {
    @Test func geometryAsPublished() throws {
        let geometry = MIGFamily.a100Memory40.geometry
        let table = geometry.profiles.map { "\($0.name) \($0.computeSlices)/\($0.memorySlices) \($0.startPositions)" }
        #expect(
            table == [
                "1g.5gb 1/1 [0, 1, 2, 3, 4, 5, 6]", "1g.10gb 1/2 [0, 2, 4, 6]", "2g.10gb 2/2 [0, 2, 4]",
                "3g.20gb 3/4 [0, 4]", "4g.20gb 4/4 [0]", "7g.40gb 7/8 [0]",
            ])
    }

    /// No set of allowed, disjoint placements can use more than the seven compute slices: the ledger relies on it.
    @Test(arguments: MIGFamily.allCases)
    func disjointPlacementsNeverExceedSevenComputeSlices(family: MIGFamily) {
        let placements = family.geometry.profiles.flatMap { profile in
            profile.startPositions.map { (slices: Set($0..<$0 + profile.memorySlices), compute: profile.computeSlices) }
        }
        func most(_ from: Int, _ taken: Set<Int>) -> Int {
            var best = 0
            for index in from..<placements.count where taken.isDisjoint(with: placements[index].slices) {
                let rest = most(index + 1, taken.union(placements[index].slices))
                best = max(best, placements[index].compute + rest)
            }
            return best
        }
        #expect(most(0, []) == 7)
    }

    @Test func namesAreFoundInAllSpellings() {
        let index = MIGProfile.index(named: "1g.10gb")
        #expect(index != nil)
        #expect(MIGProfile.index(named: "nvidia.com/mig-1g.10gb") == index)
        #expect(MIGProfile.index(named: "mig-1g.10gb") == index)
        #expect(MIGProfile.index(named: "1g.11gb") == nil)
        #expect(Set(MIGProfile.names).count == MIGProfile.names.count)
    }

    @Test func oneNameCanMeanTwoShapes() throws {
        let index = try #require(MIGProfile.index(named: "1g.10gb"))
        #expect(MIGFamily.a100Memory40.geometry.profile(index)?.memorySlices == 2)
        #expect(MIGFamily.memory80.geometry.profile(index)?.memorySlices == 1)
        #expect(MIGFamily.h200.geometry.profile(index) == nil)
    }
}
