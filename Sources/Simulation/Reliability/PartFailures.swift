import ClusterModel
import Quantities
import Scheduling
import SimulationKernel

/// One part that can fail: network cards and software by node, switches by leaf group.
struct PartKey: Hashable, Sendable {
    var part: FailedPart
    var index: Int32
}

/// Failures of network cards, leaf switches and software.
extension Simulation {
    /// Makes the random streams, one for each part, and schedules what comes first.
    mutating func schedulePartFailures() {
        let failures = world.failures
        let nodes = world.cluster.nodeCount
        if failures.nic != nil {
            hardware.nicStreams = streams("failures/nic", nodes)
            for node in 0..<nodes { armPart(.nic, Int32(node)) }
        }
        if failures.leafSwitch != nil {
            hardware.switchStreams = streams("failures/switch", world.cluster.fabric.groups.count)
            for group in world.cluster.fabric.groups.indices { armPart(.leafSwitch, Int32(group)) }
        }
        if failures.softwareMTBF != nil {
            hardware.softwareStreams = streams("failures/software", nodes)
            for node in 0..<nodes { armPart(.software, Int32(node)) }
        }
        armFirstSpotNotices()
    }

    func streams(_ name: String, _ count: Int) -> [RandomStream] {
        (0..<count).map { RandomStream(seed: world.seed, name: name, index: UInt64($0)) }
    }

    private mutating func armPart(_ part: FailedPart, _ index: Int32) {
        let failures = world.failures
        let i = Int(index)
        var wait = 0.0
        switch part {
        case .nic:
            // The first of the node's cards.
            let cards = max(1, world.cluster.shape(of: NodeID(index: index)).nics)
            wait = hardware.nicStreams[i].exponential(mean: meanNs(failures.nic?.mtbf ?? .zero) / Double(cards))
        case .leafSwitch: wait = hardware.switchStreams[i].exponential(mean: meanNs(failures.leafSwitch?.mtbf ?? .zero))
        case .software: wait = hardware.softwareStreams[i].exponential(mean: meanNs(failures.softwareMTBF ?? .zero))
        case .host, .gpu, .spot: return
        }
        schedule(afterNanoseconds: wait, .partFails(part, index: index))
    }

    mutating func partFails(_ part: FailedPart, _ index: Int32) {
        switch part {
        case .nic: cutOff([NodeID(index: index)], part, index)
        case .leafSwitch: cutOff(nodes(ofGroup: Int(index)), part, index)
        case .software: crashSoftware(NodeID(index: index))
        case .host, .gpu, .spot: return
        }
    }

    func nodes(ofGroup group: Int) -> [NodeID] {
        let group = world.cluster.fabric.groups[group]
        return (0..<group.nodeCount).map { NodeID(group.firstNode.position + $0) }
    }

    /// Nodes lose the network: their jobs stop, and they are out until the part is repaired.
    private mutating func cutOff(_ nodes: [NodeID], _ part: FailedPart, _ index: Int32) {
        var hit: [Int32] = []
        for node in nodes { hit += jobs(on: node, gpuMask: .max) }
        hit = Set(hit).sorted()
        if let first = nodes.first { for job in hit { failed(job, part, node: first) } }
        let firstFact = hardware.failures.count
        for (position, node) in nodes.enumerated() {
            hardware.failures.append(
                FailureFact(
                    timeNs: now.nanoseconds, node: node.index, gpu: -1, repairedNs: -1,
                    jobsHit: position == 0 ? Int32(hit.count) : 0, part: part))
            takeOut(node, part.reason)
        }
        hardware.openParts[PartKey(part: part, index: index)] = firstFact..<hardware.failures.count
        let repair = part == .nic ? world.failures.nic?.repair : world.failures.leafSwitch?.repair
        let mean = meanNs(repair ?? .zero)
        let wait =
            part == .nic
            ? hardware.nicStreams[Int(index)].exponential(mean: mean)
            : hardware.switchStreams[Int(index)].exponential(mean: mean)
        schedule(afterNanoseconds: wait, .partRepaired(part, index: index))
    }

    mutating func partRepaired(_ part: FailedPart, _ index: Int32) {
        if let facts = hardware.openParts.removeValue(forKey: PartKey(part: part, index: index)) {
            for fact in facts { hardware.failures[fact].repairedNs = now.nanoseconds }
        }
        let nodes = part == .leafSwitch ? nodes(ofGroup: Int(index)) : [NodeID(index: index)]
        for node in nodes { bringBack(node, part.reason) }
        armPart(part, index)
    }

    /// One of the jobs on a node crashes; the node itself is sound.
    private mutating func crashSoftware(_ node: NodeID) {
        defer { armPart(.software, node.index) }
        let candidates = jobs(on: node, gpuMask: .max)
        guard !candidates.isEmpty, hardware.cordons[Int(node.index)] == 0 else { return }
        let job = candidates[hardware.softwareStreams[Int(node.index)].below(candidates.count)]
        hardware.failures.append(
            FailureFact(
                timeNs: now.nanoseconds, node: node.index, gpu: -1, repairedNs: now.nanoseconds, jobsHit: 1,
                part: .software))
        failed(job, .software, node: node)
    }
}
