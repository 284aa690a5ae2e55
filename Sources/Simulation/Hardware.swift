import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Workloads

/// Failures, repairs, and what else the loop must remember about the machine room.
struct HardwareState: Sendable {
    /// One stream per node, so that one node's fate does not depend on another's.
    var nodeStreams: [RandomStream] = []
    var gpuStreams: [RandomStream] = []
    /// GPUs out of service hold an allocation of their own; by global GPU index.
    var brokenGPUs: [Int: Allocation] = [:]
    /// Failure facts; the repair time is filled in when it comes.
    var failures: [FailureFact] = []
    var openNodeFailure: [Int32]
    var openGPUFailure: [Int: Int] = [:]
    /// Nodes and GPUs out of service.
    var down = 0
    /// How many reasons keep each node out of scheduling.
    var cordons: [Int16]
    /// Streams of network cards and software by node, and of switches by leaf group.
    var nicStreams: [RandomStream] = []
    var softwareStreams: [RandomStream] = []
    var switchStreams: [RandomStream] = []
    var spotStreams: [RandomStream] = []
    /// Open failures of network cards, switches and spot nodes: part and index to the facts.
    var openParts: [PartKey: Range<Int>] = [:]
    /// Nodes kept as spares now, by pool, in the order in which they are used.
    var spares: [[NodeID]] = []
    /// Nodes that were taken from the spares and have not been given back, by pool.
    var borrowedSpares: [Int] = []
    /// Cancellations still to come of jobs that were submitted.
    var pendingAborts = 0
    /// Instant of the last wake-up asked for.
    var wakeNs: Int64 = -1
    /// Answers to "does this shape fit an empty cluster", by shape: 0 unknown, 1 yes, 2 no.
    private var everFits: [UInt8]
    private var emptySession: Session?

    init(_ world: World) {
        openNodeFailure = Array(repeating: -1, count: world.cluster.nodeCount)
        cordons = Array(repeating: 0, count: world.cluster.nodeCount)
        if world.failures.nodeMTBF != nil {
            nodeStreams = (0..<world.cluster.nodeCount).map {
                RandomStream(seed: world.seed, name: "failures/node", index: UInt64($0))
            }
        }
        if world.failures.gpuMTBF != nil {
            gpuStreams = (0..<world.cluster.nodeCount).map {
                RandomStream(seed: world.seed, name: "failures/gpu", index: UInt64($0))
            }
        }
        everFits = []
    }

    /// Whether a job could never start, even alone.
    mutating func neverFits(_ job: Int32, _ session: Session) -> Bool {
        let shape = Int(session.jobs[Int(job)].shape)
        while everFits.count <= shape { everFits.append(0) }
        if everFits[shape] == 0 {
            if emptySession == nil { emptySession = session.emptied() }
            everFits[shape] = emptySession?.fitsNow(job) == true ? 1 : 2
        }
        return everFits[shape] == 2
    }
}

extension Simulation {
    mutating func scheduleFirstFailures() {
        for n in 0..<world.cluster.nodeCount {
            armNodeFailure(Int32(n))
            armGPUFailure(Int32(n))
        }
    }

    private mutating func armNodeFailure(_ node: Int32) {
        guard let mtbf = world.failures.nodeMTBF else { return }
        let wait = hardware.nodeStreams[Int(node)].exponential(mean: Double(mtbf.nanoseconds))
        schedule(afterNanoseconds: wait, .nodeFails(node: node))
    }

    /// The next GPU of this node to fail: the earliest of its GPUs' exponential times, and which one it is.
    private mutating func armGPUFailure(_ node: Int32) {
        let gpus = world.cluster.gpuCount(of: NodeID(index: node))
        guard let mtbf = world.failures.gpuMTBF, gpus > 0 else { return }
        let wait = hardware.gpuStreams[Int(node)].exponential(mean: Double(mtbf.nanoseconds) / Double(gpus))
        let gpu = hardware.gpuStreams[Int(node)].below(gpus)
        schedule(afterNanoseconds: wait, .gpuFails(node: node, gpu: Int32(gpu)))
    }

    mutating func schedule(afterNanoseconds wait: Double, _ event: SimulationEvent) {
        // Beyond 200 years nothing is simulated; the clamp keeps the conversion to integers defined.
        let bounded = min(max(wait.rounded(.toNearestOrEven), 1), 6.3e18)
        let (time, overflow) = now.nanoseconds.addingReportingOverflow(Int64(bounded))
        if !overflow { schedule(at: SimTime(nanoseconds: time), event) }
    }

    mutating func failNode(_ node: NodeID) {
        let hit = stopJobs(on: node, gpuMask: .max, .host)
        hardware.openNodeFailure[Int(node.index)] = Int32(hardware.failures.count)
        hardware.failures.append(
            FailureFact(timeNs: now.nanoseconds, node: node.index, gpu: -1, repairedNs: -1, jobsHit: hit))
        takeOut(node, .nodeFailure)
        let repair = hardware.nodeStreams[Int(node.index)].exponential(mean: meanNs(world.failures.nodeRepair))
        schedule(afterNanoseconds: repair, .nodeRepaired(node: node.index))
    }

    mutating func repairNode(_ node: NodeID) {
        hardware.failures[Int(hardware.openNodeFailure[Int(node.index)])].repairedNs = now.nanoseconds
        bringBack(node, .nodeFailure)
        armNodeFailure(node.index)
    }

    /// A node is out of service for one more reason.
    mutating func takeOut(_ node: NodeID, _ reason: DecisionReason) {
        cordon(node)
        setDown(node, true)
        storage?.setNode(node, up: false, at: now.nanoseconds)
        storageChanged = storage != nil
        hardware.down += 1
        note(.nodeDown, reason, -1, other: node.index)
        needsPass = true
    }

    /// One of the reasons that kept a node out of service is gone.
    mutating func bringBack(_ node: NodeID, _ reason: DecisionReason) {
        setDown(node, false)
        storage?.setNode(node, up: true, at: now.nanoseconds)
        storageChanged = storage != nil
        hardware.down -= 1
        uncordon(node)
        note(.nodeUp, reason, -1, other: node.index)
        needsPass = true
    }

    /// Nothing new is placed on a node.
    mutating func cordon(_ node: NodeID) {
        hardware.cordons[Int(node.index)] += 1
        guard hardware.cordons[Int(node.index)] == 1 else { return }
        session.ledger.setSchedulable(node, false)
        volcano?.setReady(node, false)
    }

    /// A node takes pods again if nothing else keeps it from that; it may replenish the spares instead.
    mutating func uncordon(_ node: NodeID) {
        hardware.cordons[Int(node.index)] -= 1
        guard hardware.cordons[Int(node.index)] == 0, !becomesSpare(node) else { return }
        session.ledger.setSchedulable(node, true)
        volcano?.setReady(node, true)
        session.noteRelease(1 << UInt64(world.cluster.pool(of: node).index))
    }

    func meanNs(_ duration: SimDuration) -> Double { Double(max(1, duration.nanoseconds)) }

    private mutating func setDown(_ node: NodeID, _ down: Bool) {
        guard recording else { return }
        let first = world.cluster.gpuOffset(of: node)
        for gpu in first..<first + world.cluster.gpuCount(of: node) { accounting.setDown(gpu: gpu, down) }
    }

    mutating func failGPU(_ node: NodeID, _ gpu: Int32) {
        defer { armGPUFailure(node.index) }
        let global = world.cluster.gpuOffset(of: node) + Int(gpu)
        // A GPU of a node that is down, or one already out of service, cannot fail again.
        guard session.ledger.isSchedulable(node), hardware.brokenGPUs[global] == nil else { return }
        let hit = stopJobs(on: node, gpuMask: 1 << UInt32(gpu), .gpu)
        let whole = ResourceRequest(cpuMilli: 0, memoryBytes: 0, gpuCount: 1, gpuMilli: 1000)
        guard let held = session.ledger.allocate(whole, on: node, gpuMask: 1 << UInt32(gpu)) else { return }
        hardware.brokenGPUs[global] = held
        volcano?.loseGPUs(1, on: node)
        hardware.openGPUFailure[global] = hardware.failures.count
        hardware.failures.append(
            FailureFact(timeNs: now.nanoseconds, node: node.index, gpu: gpu, repairedNs: -1, jobsHit: hit))
        if recording { accounting.setDown(gpu: global, true) }
        hardware.down += 1
        note(.nodeDown, .gpuFailure, -1, other: node.index)
        let repair = hardware.gpuStreams[Int(node.index)].exponential(mean: meanNs(world.failures.gpuRepair))
        schedule(afterNanoseconds: repair, .gpuRepaired(node: node.index, gpu: gpu))
        needsPass = true
    }

    mutating func repairGPU(_ node: NodeID, _ gpu: Int32) {
        let global = world.cluster.gpuOffset(of: node) + Int(gpu)
        guard let held = hardware.brokenGPUs.removeValue(forKey: global) else { return }
        session.ledger.release(held)
        volcano?.loseGPUs(-1, on: node)
        if recording { accounting.setDown(gpu: global, false) }
        if let open = hardware.openGPUFailure.removeValue(forKey: global) {
            hardware.failures[open].repairedNs = now.nanoseconds
        }
        hardware.down -= 1
        session.noteRelease(1 << UInt64(world.cluster.pool(of: node).index))
        note(.nodeUp, .gpuFailure, -1, other: node.index)
        needsPass = true
    }

    /// Stops every job with a pod on these GPUs of the node (or any pod there when the whole node fails).
    mutating func stopJobs(on node: NodeID, gpuMask: UInt32, _ part: FailedPart) -> Int32 {
        let hit = jobs(on: node, gpuMask: gpuMask)
        for job in hit { failed(job, part, node: node, gpuMask: gpuMask) }
        return Int32(hit.count)
    }

    /// The jobs with a pod on these GPUs of the node, or any pod there if the mask is full; ascending.
    func jobs(on node: NodeID, gpuMask: UInt32) -> [Int32] {
        var hit: [Int32] = []
        for job in session.running where touches(job, node, gpuMask) { hit.append(job) }
        if [.kubeDefault, .volcano].contains(world.scheduler.policy) {
            for queue in session.queues {
                for key in queue.waiting.keys where touches(key.job, node, gpuMask) { hit.append(key.job) }
            }
        }
        return hit.sorted()
    }

    private func touches(_ job: Int32, _ node: NodeID, _ gpuMask: UInt32) -> Bool {
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let placed = session.slab.cells[Int(cell)]
            if placed.allocation.node == node, gpuMask == .max || placed.allocation.gpuMask & gpuMask != 0 {
                return true
            }
            cell = placed.next
        }
        return false
    }
}
