import ClusterModel
import Quantities
import Testing

/// A ledger behind a reference, because expectations cannot hold mutating calls.
private final class Desk {
    var ledger: AllocationLedger

    init(_ ledger: AllocationLedger) { self.ledger = ledger }

    func take(_ request: ResourceRequest) -> Allocation? { ledger.allocate(request, on: NodeID(0)) }
    func take(_ request: ResourceRequest, gpuMask: UInt32) -> Allocation? {
        ledger.allocate(request, on: NodeID(0), gpuMask: gpuMask)
    }
    func restore(_ allocation: Allocation) -> Bool { ledger.restore(allocation) }
}

@Suite struct LedgerTests {
    private func desk(gpu: String = "a100-80", gpus: Int = 8, island: Int = 8, count: Int = 2) throws -> Desk {
        let catalogue = HardwareCatalogue.builtIn
        var builder = ClusterBuilder(name: "test")
        builder.add(
            NodePool(
                name: "p", count: count,
                shape: NodeShape(
                    name: "m", cpuMilli: 64_000, memoryBytes: 512 << 30, gpuModel: catalogue.gpu(named: gpu),
                    gpuCount: gpus,
                    nvlinkDomainGPUs: island, nics: 8, nicRate: BytesPerSecond(rawValue: 25e9),
                    localStorage: Bytes(rawValue: 1 << 40), migCapable: true)))
        return Desk(AllocationLedger(try builder.build()))
    }

    private let node = NodeID(0)

    private func whole(_ count: Int32) -> ResourceRequest { ResourceRequest(gpuCount: count) }
    private func share(_ milli: Int32) -> ResourceRequest { ResourceRequest(gpuCount: 1, gpuMilli: milli) }
    private func slice(_ name: String) throws -> ResourceRequest {
        ResourceRequest(gpuCount: 1, migProfile: try #require(MIGProfile.index(named: name)))
    }

    @Test func wholeGPUsAreTheLowestFree() throws {
        let desk = try desk()
        let first = try #require(desk.take(whole(2)))
        #expect(first.gpuMask == 0b11)
        let second = try #require(desk.take(whole(3)))
        #expect(second.gpuMask == 0b11100)
        desk.ledger.release(first)
        #expect(desk.take(whole(3))?.gpuMask == 0b10_0011)
        #expect(desk.take(whole(3)) == nil)
    }

    @Test func wholeGPUsStayInTheTightestIsland() throws {
        let desk = try desk(island: 4)
        #expect(desk.take(whole(1))?.gpuMask == 0b1)
        // The first island has three left: two go there, then two fit only in the second.
        #expect(desk.take(whole(2))?.gpuMask == 0b110)
        #expect(desk.take(whole(2))?.gpuMask == 0b11_0000)
        // No island has three: lowest over all islands.
        #expect(desk.take(whole(3))?.gpuMask == 0b1100_1000)
    }

    @Test func fractionsFillTheFullestGPU() throws {
        let desk = try desk()
        #expect(desk.take(share(600))?.gpuMask == 0b1)
        #expect(desk.take(share(500))?.gpuMask == 0b10)
        // 400 fits on both; GPU 0 has less room. Then 400 fits only on GPU 1.
        #expect(desk.take(share(400))?.gpuMask == 0b1)
        #expect(desk.take(share(400))?.gpuMask == 0b10)
        #expect(desk.take(share(200))?.gpuMask == 0b100)
        #expect(desk.ledger.freeWholeGPUs(node) == 5)
        #expect(desk.ledger.freeGPUMilli(node, gpu: 1) == 100)
    }

    @Test func migSlicesFollowTheGeometry() throws {
        let desk = try desk(gpus: 1, count: 1)
        let small = try slice("1g.10gb")
        var starts: [Int8] = []
        for _ in 0..<7 { starts.append(try #require(desk.take(small)).migStart) }
        #expect(starts == [6, 4, 5, 0, 1, 2, 3])
        #expect(desk.take(small) == nil)
        #expect(desk.ledger.freeGPUMilli(node, gpu: 0) == 125)
        try desk.ledger.checkInvariants()
    }

    @Test func migSlicesPackBesideEachOther() throws {
        let desk = try desk(gpus: 2, count: 1)
        let three = try #require(desk.take(try slice("3g.40gb")))
        #expect(three.migStart == 4 && three.gpuMilli == 500)
        #expect(try #require(desk.take(try slice("4g.40gb"))).gpuMask == 0b1)
        // The first GPU is full: the next slice opens the second, and a whole GPU is no longer there.
        #expect(try #require(desk.take(try slice("1g.20gb"))).gpuMask == 0b10)
        #expect(!desk.ledger.fits(whole(1), on: node))
        #expect(!desk.ledger.fits(share(100), on: node))
        #expect(try !desk.ledger.fits(slice("1g.5gb"), on: node), "an A100 80 GB has no 1g.5gb")
    }

    @Test func fractionsAndSlicesDoNotMix() throws {
        let desk = try desk(gpus: 1, count: 1)
        let half = try #require(desk.take(share(500)))
        #expect(try !desk.ledger.fits(slice("1g.10gb"), on: node))
        #expect(try desk.take(slice("1g.10gb"), gpuMask: 1) == nil)
        desk.ledger.release(half)
        #expect(try desk.take(slice("7g.80gb")) != nil)
        #expect(desk.take(share(1), gpuMask: 1) == nil)
    }

    @Test func aDownNodeHasNothingFreeButKeepsItsAllocations() throws {
        let desk = try desk()
        let held = try #require(desk.take(whole(3)))
        desk.ledger.setSchedulable(node, false)
        #expect(desk.ledger.freeWholeGPUs(node) == 0)
        #expect(desk.ledger.freeGPUs(in: PoolID(0)) == 8)
        #expect(desk.ledger.totals(of: PoolID(0)).schedulableGPUs == 8)
        #expect(desk.ledger.allocatedGPUMilli == 3000)
        #expect(desk.take(whole(1)) == nil)
        #expect(desk.ledger.firstNode(in: PoolID(0), withFreeGPUs: 1) == NodeID(1))
        desk.ledger.release(held)
        #expect(desk.ledger.freeGPUs == 8)
        desk.ledger.setSchedulable(node, true)
        #expect(desk.ledger.freeGPUs == 16)
        try desk.ledger.checkInvariants()
    }

    @Test func hostResourcesLimitToo() throws {
        let desk = try desk()
        #expect(desk.take(ResourceRequest(cpuMilli: 64_001)) == nil)
        #expect(desk.take(ResourceRequest(cpuMilli: 64_000, rdmaNICs: 8)) != nil)
        #expect(!desk.ledger.fits(ResourceRequest(cpuMilli: 1), on: node))
        #expect(!desk.ledger.fits(ResourceRequest(rdmaNICs: 1), on: node))
        #expect(desk.ledger.fits(ResourceRequest(ephemeralBytes: 1 << 40), on: node))
        #expect(!desk.ledger.fits(ResourceRequest(ephemeralBytes: 1 << 40 + 1), on: NodeID(1)))
    }

    @Test func cpuOnlyPoolsAreInTheIndex() throws {
        var builder = ClusterBuilder(name: "cpu")
        builder.add(NodePool(name: "c", count: 70, shape: NodeShape(name: "m", cpuMilli: 1000, memoryBytes: 1)))
        let ledger = AllocationLedger(try builder.build())
        #expect(ledger.firstNode(in: PoolID(0), withFreeGPUs: 0) == NodeID(0))
        #expect(ledger.firstNode(in: PoolID(0), withFreeGPUs: 1) == nil)
        #expect(ledger.nodesWithFreeGPUs(in: PoolID(0), exactly: 0) == 70)
    }

    @Test func searchesSkipFarAhead() throws {
        let desk = try desk(gpus: 1, count: 10_000)
        for node in 0..<9_999 { _ = desk.ledger.allocate(whole(1), on: NodeID(node)) }
        #expect(desk.ledger.firstNode(in: PoolID(0), withFreeGPUs: 1) == NodeID(9_999))
        #expect(desk.ledger.nodesWithFreeGPUs(in: PoolID(0), exactly: 0) == 9_999)
        try desk.ledger.checkInvariants()
    }

    @Test func restoreRefusesWhatOthersTook() throws {
        let desk = try desk()
        let first = try #require(desk.take(whole(2)))
        desk.ledger.release(first)
        let second = try #require(desk.take(whole(1)))
        #expect(!desk.restore(first))
        #expect(desk.ledger.allocations == [second])
        desk.ledger.release(second)
        #expect(desk.restore(first))
        #expect(desk.ledger.allocations == [first])
    }

    @Test func releasingTwiceStopsTheProgram() async {
        await #expect(processExitsWith: .failure) {
            var builder = ClusterBuilder(name: "c")
            builder.add(NodePool(name: "c", count: 1, shape: NodeShape(name: "m", cpuMilli: 1000, memoryBytes: 1)))
            var ledger = AllocationLedger(try builder.build())
            guard let taken = ledger.allocate(ResourceRequest(cpuMilli: 1), on: NodeID(0)) else { return }
            ledger.release(taken)
            ledger.release(taken)
        }
    }

    @Test func hotTypesStaySmall() {
        #expect(MemoryLayout<Allocation>.size <= 56)
        #expect(MemoryLayout<ResourceRequest>.size <= 48)
    }
}
