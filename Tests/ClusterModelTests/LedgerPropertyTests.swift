import ClusterModel
import SimulationKernel
import Testing

@Suite struct LedgerPropertyTests {
    /// Thousands of random steps per seed; after each, the ledger must agree with itself and with the reference.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func agreesWithReference(seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        var ledger = AllocationLedger(try world.cluster())
        var reference = ReferenceLedger(cluster: ledger.cluster)
        var released: [Allocation] = []
        for step in 0..<250 {
            switch world.random.below(10) {
            case 0..<5: try allocate(&world, &ledger, &reference)
            case 5, 6: release(&world, &ledger, &reference, &released)
            case 7: restore(&world, &ledger, &reference, &released)
            case 8: allocateChosen(&world, &ledger, &reference)
            default:
                let node = world.node(of: ledger.cluster)
                let up = world.random.below(2) == 0
                ledger.setSchedulable(node, up)
                if up { reference.down.remove(node) } else { reference.down.insert(node) }
            }
            try ledger.checkInvariants()
            #expect(ledger.allocations == reference.held.values.sorted { $0.serial < $1.serial }, "step \(step)")
            if step % 10 == 0 { compareQueries(ledger, reference) }
        }
    }

    private func allocate(
        _ world: inout RandomWorld, _ ledger: inout AllocationLedger, _ reference: inout ReferenceLedger
    ) throws {
        let request = world.request()
        let node = world.node(of: ledger.cluster)
        let expected = reference.choice(request, node)
        #expect(ledger.fits(request, on: node) == (expected != nil))
        let actual = ledger.allocate(request, on: node)
        #expect((actual == nil) == (expected == nil))
        guard let actual, let expected else { return }
        #expect(actual.gpuMask == expected.gpus.reduce(0) { $0 | 1 << UInt32($1) })
        #expect(Int(actual.migStart) == expected.start)
        reference.held[actual.serial] = actual
    }

    /// A caller's own choice of GPU is taken exactly, or refused.
    private func allocateChosen(
        _ world: inout RandomWorld, _ ledger: inout AllocationLedger, _ reference: inout ReferenceLedger
    ) {
        let request = world.request()
        let node = world.node(of: ledger.cluster)
        let gpus = ledger.cluster.gpuCount(of: node)
        var mask: UInt32 = 0
        for _ in 0..<request.gpuCount where gpus > 0 { mask |= 1 << UInt32(world.random.below(gpus)) }
        guard let taken = ledger.allocate(request, on: node, gpuMask: mask) else { return }
        #expect(taken.gpuMask == mask && mask.nonzeroBitCount == Int(request.gpuCount))
        #expect(!reference.down.contains(node) && reference.couldRestore(taken))
        reference.held[taken.serial] = taken
    }

    private func release(
        _ world: inout RandomWorld, _ ledger: inout AllocationLedger, _ reference: inout ReferenceLedger,
        _ released: inout [Allocation]
    ) {
        let held = ledger.allocations
        guard !held.isEmpty else { return }
        let victim = held[world.random.below(held.count)]
        ledger.release(victim)
        reference.held[victim.serial] = nil
        released.append(victim)
        #expect(!ledger.holds(victim))
    }

    private func restore(
        _ world: inout RandomWorld, _ ledger: inout AllocationLedger, _ reference: inout ReferenceLedger,
        _ released: inout [Allocation]
    ) {
        guard !released.isEmpty else { return }
        let position = world.random.below(released.count)
        let back = released[position]
        let expected = reference.couldRestore(back)
        let restored = ledger.restore(back)
        #expect(restored == expected)
        guard expected else { return }
        released.remove(at: position)
        reference.held[back.serial] = back
    }

    /// Every search and total against a scan over all nodes.
    private func compareQueries(_ ledger: AllocationLedger, _ reference: ReferenceLedger) {
        let cluster = ledger.cluster
        for pool in cluster.poolIDs {
            let free = cluster.nodes(in: pool).map { (node: $0, free: reference.countedFreeGPUs($0)) }
            let up = free.filter { !reference.down.contains($0.node) }
            #expect(ledger.freeGPUs(in: pool) == free.reduce(0) { $0 + $1.free })
            for count in [0, 1, 2, 3, 4, 7, 8, 9, 16, 31, 32, 33] {
                let fitting = up.filter { $0.free >= count }
                #expect(ledger.firstNode(in: pool, withFreeGPUs: count) == fitting.first?.node)
                let tightest = fitting.min { ($0.free, $0.node) < ($1.free, $1.node) }
                #expect(ledger.tightestNode(in: pool, withFreeGPUs: count) == tightest?.node)
                let emptiest = fitting.min { (-$0.free, $0.node) < (-$1.free, $1.node) }
                #expect(ledger.emptiestNode(in: pool, withFreeGPUs: count) == emptiest?.node)
                #expect(ledger.nodesWithFreeGPUs(in: pool, exactly: count) == up.count { $0.free == count })
                var visited: [NodeID] = []
                ledger.forEachNode(in: pool, withFreeGPUs: count) {
                    visited.append($0); return true
                }
                #expect(visited == fitting.map(\.node))
            }
        }
        #expect(ledger.allocatedGPUMilli == reference.held.values.reduce(0) { $0 + $1.totalGPUMilli })
    }

    /// A node left out by `forEachCandidate` never fits, and the visit can be stopped.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func candidatesLoseNothing(seed: UInt64) throws {
        var world = RandomWorld(seed: seed &+ 100)
        var ledger = AllocationLedger(try world.cluster())
        for _ in 0..<200 {
            let request = world.request()
            for pool in ledger.cluster.poolIDs {
                var candidates: [NodeID] = []
                ledger.forEachCandidate(in: pool, for: request) {
                    candidates.append($0); return true
                }
                for node in ledger.cluster.nodes(in: pool) where ledger.fits(request, on: node) {
                    #expect(candidates.contains(node))
                }
                var visits = 0
                ledger.forEachCandidate(in: pool, for: request) { _ in
                    visits += 1; return false
                }
                #expect(visits == min(1, candidates.count))
            }
            _ = ledger.allocate(request, on: world.node(of: ledger.cluster))
        }
    }

    /// A copy is a snapshot: undoing a trial in reverse order leads back to it, and the copy never moves.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func snapshotsAndRollback(seed: UInt64) throws {
        var world = RandomWorld(seed: seed &+ 200)
        var ledger = AllocationLedger(try world.cluster())
        for _ in 0..<60 { _ = ledger.allocate(world.request(), on: world.node(of: ledger.cluster)) }
        let before = ledger
        let held = ledger.allocations
        var undo: [(taken: Bool, allocation: Allocation)] = []
        var evictable = held
        for _ in 0..<100 {
            if world.random.below(2) == 0, !evictable.isEmpty {
                let victim = evictable.remove(at: world.random.below(evictable.count))
                ledger.release(victim)
                undo.append((false, victim))
            } else if let taken = ledger.allocate(world.request(), on: world.node(of: ledger.cluster)) {
                undo.append((true, taken))
            }
        }
        #expect(before.allocations == held)
        try before.checkInvariants()
        for step in undo.reversed() {
            if step.taken {
                ledger.release(step.allocation)
                continue
            }
            let restored = ledger.restore(step.allocation)
            #expect(restored)
        }
        #expect(ledger.allocations == held)
        try ledger.checkInvariants()
        for node in ledger.cluster.nodes {
            #expect(ledger.freeGPUMask(node) == before.freeGPUMask(node))
            #expect(ledger.freeCPU(node) == before.freeCPU(node))
        }
    }
}
