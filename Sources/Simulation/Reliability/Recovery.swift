import ClusterModel
import Scheduling

/// Restart in place: a job that lost nodes keeps the others, and spare nodes stand in.
extension Simulation {
    /// Whether a job that was just stopped has taken other nodes for the lost ones, or goes on without them.
    mutating func restartsInPlace(_ job: Int32, _ part: FailedPart, node: NodeID, gpuMask: UInt32) -> Bool {
        let recovery = world.failures.recovery
        guard recovery != .requeue, replacesPods else { return false }
        let lost = lostNodes(part, node)
        // Nodes that are about to be reclaimed as well.
        let leaving = nodesAndGPUs(of: job).nodes.filter { hardware.cordons[$0.position] > 0 && !lost.contains($0) }
        let closed = lost.filter { session.ledger.isSchedulable($0) }
        for node in closed { session.ledger.setSchedulable(node, false) }
        let lent = lendSpares((lost + leaving).map { world.cluster.pool(of: $0).position }, except: lost)
        let isWhole = session.replacePods(of: job, mayShrink: recovery == .elastic) { allocation in
            lost.contains(allocation.node) && (gpuMask == .max || allocation.gpuMask & gpuMask != 0)
                || leaving.contains(allocation.node)
        }
        takeBackSpares(lent)
        for node in closed { session.ledger.setSchedulable(node, true) }
        guard isWhole else { return false }
        session.jobs[Int(job)].startNs = now.nanoseconds
        foldPlacements(job)
        return true
    }

    /// Only schedulers of whole gangs know how to bind single pods anew.
    var replacesPods: Bool { world.scheduler.policy != .kubeDefault && volcano == nil }

    /// Nodes that the failure of a part on `node` takes away.
    private func lostNodes(_ part: FailedPart, _ node: NodeID) -> [NodeID] {
        switch part {
        case .host, .gpu, .nic, .spot: [node]
        case .leafSwitch: nodes(ofGroup: Int(world.cluster.fabric.group(of: node).index))
        case .software: []
        }
    }

    // MARK: Spares

    /// The last nodes of every pool with spares are kept out of scheduling.
    mutating func setSparesAside() {
        let pools = world.cluster.pools.count
        hardware.spares = Array(repeating: [], count: pools)
        hardware.borrowedSpares = Array(repeating: 0, count: pools)
        var left = (0..<pools).map { $0 < world.spares.count ? world.spares[$0] : 0 }
        for index in (0..<world.cluster.nodeCount).reversed() {
            let node = NodeID(index)
            let pool = world.cluster.pool(of: node).position
            guard left[pool] > 0 else { continue }
            left[pool] -= 1
            hardware.spares[pool].append(node)
            session.ledger.setSchedulable(node, false)
        }
    }

    /// Opens a spare in each of these pools that has one left; a job may take them. Spares behind a switch that fails now are
    /// no use.
    mutating func lendSpares(_ pools: [Int], except lost: [NodeID] = []) -> [NodeID] {
        var lent: [NodeID] = []
        for pool in pools {
            let sound = hardware.spares[pool].firstIndex { hardware.cordons[$0.position] == 0 && !lost.contains($0) }
            guard let position = sound else { continue }
            let spare = hardware.spares[pool].remove(at: position)
            session.ledger.setSchedulable(spare, true)
            hardware.borrowedSpares[pool] += 1
            lent.append(spare)
        }
        return lent
    }

    /// Spares that were not taken are spares again.
    mutating func takeBackSpares(_ lent: [NodeID]) {
        for node in lent.reversed() {
            let pool = world.cluster.pool(of: node).position
            let shape = world.cluster.shape(of: node)
            let isFree =
                session.ledger.allocatedGPUMilli(node) == 0 && session.ledger.freeCPU(node) == shape.cpuMilli
            guard isFree else { continue }
            session.ledger.setSchedulable(node, false)
            hardware.spares[pool].insert(node, at: 0)
            hardware.borrowedSpares[pool] -= 1
        }
    }

    /// Whether a node that is sound again stays out of scheduling as a spare.
    mutating func becomesSpare(_ node: NodeID) -> Bool {
        let pool = world.cluster.pool(of: node).position
        if hardware.spares[pool].contains(node) { return true }
        guard hardware.borrowedSpares[pool] > 0 else { return false }
        hardware.borrowedSpares[pool] -= 1
        hardware.spares[pool].append(node)
        return true
    }
}
