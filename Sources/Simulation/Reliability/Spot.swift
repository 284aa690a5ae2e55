import ClusterModel
import Quantities
import Scheduling
import SimulationKernel

/// Spot nodes: the provider announces that it wants a node back, takes it, and later gives another in its place.
extension Simulation {
    private func terms(_ node: NodeID) -> SpotTerms? {
        let pool = world.cluster.pool(of: node).position
        return pool < world.spot.count ? world.spot[pool] : nil
    }

    mutating func armFirstSpotNotices() {
        guard world.spot.contains(where: { $0 != nil }) else { return }
        hardware.spotStreams = streams("spot/node", world.cluster.nodeCount)
        for node in 0..<world.cluster.nodeCount { armSpotNotice(NodeID(node)) }
    }

    private mutating func armSpotNotice(_ node: NodeID) {
        guard let terms = terms(node) else { return }
        let wait = hardware.spotStreams[node.position].exponential(mean: meanNs(terms.stay))
        schedule(afterNanoseconds: wait, .spotNotice(node: node.index))
    }

    /// Nothing new starts on the node; jobs there write a last checkpoint if the notice is long enough for it.
    mutating func spotNotice(_ node: NodeID) {
        guard let terms = terms(node) else { return }
        cordon(node)
        for job in jobs(on: node, gpuMask: .max) { prepareToLeave(job, node, within: terms.notice) }
        schedule(at: now.later(by: terms.notice.nanoseconds), .spotReclaimed(node: node.index))
    }

    /// The node goes, whatever is on it.
    mutating func spotReclaimed(_ node: NodeID) {
        guard let terms = terms(node) else { return }
        let hit = stopJobs(on: node, gpuMask: .max, .spot)
        hardware.openParts[PartKey(part: .spot, index: node.index)] =
            hardware.failures.count..<hardware.failures.count + 1
        hardware.failures.append(
            FailureFact(
                timeNs: now.nanoseconds, node: node.index, gpu: -1, repairedNs: -1, jobsHit: hit, part: .spot))
        takeOut(node, .reclaimed)
        hardware.cordons[node.position] -= 1
        let wait = hardware.spotStreams[node.position].exponential(mean: meanNs(terms.absence))
        schedule(afterNanoseconds: wait, .spotReturns(node: node.index))
    }

    mutating func spotReturns(_ node: NodeID) {
        if let facts = hardware.openParts.removeValue(forKey: PartKey(part: .spot, index: node.index)) {
            for fact in facts { hardware.failures[fact].repairedNs = now.nanoseconds }
        }
        bringBack(node, .reclaimed)
        armSpotNotice(node)
    }

    /// Whether a job whose checkpoints take a known time has written its last one by the time its node goes.
    mutating func savesInTime(_ job: Int32, on node: NodeID) -> Bool {
        let interval = world.workload.jobs[Int(job)].checkpointInterval ?? world.lifecycle.checkpointInterval
        guard !isPhased(job), interval ?? .zero > .zero, let terms = terms(node),
            world.lifecycle.checkpointWrite <= terms.notice, now.nanoseconds > runs[Int(job)].workStartNs
        else { return false }
        runs[Int(job)].owesCheckpointWrite = true
        return true
    }

    /// The last checkpoint is written and the job leaves the node ahead of time.
    mutating func leaveReclaimed(_ job: Int32, node: NodeID) {
        runs[Int(job)].preemptions += 1
        interrupt(job, .reclaimed, safe: true)
        restart(job, .spot, node: node, gpuMask: .max)
    }
}
