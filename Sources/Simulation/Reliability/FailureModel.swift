import CostModel
import Quantities

/// How one kind of part fails: exponential times from one random stream per part.
public struct PartFailures: Sendable, Equatable {
    /// Mean time between failures of one part.
    public var mtbf: SimDuration
    /// Mean time to repair.
    public var repair: SimDuration

    /// Failing parts.
    public init(mtbf: SimDuration, repair: SimDuration) {
        self.mtbf = mtbf
        self.repair = repair
    }
}

/// What a job does when it loses a node.
public enum RecoveryMode: String, CaseIterable, Sendable {
    /// Gives all its nodes back and queues up again.
    case requeue
    /// Keeps the nodes it has left and takes others for the lost ones; queues up again if there are none.
    case inPlace = "in-place"
    /// The same, but goes on with fewer pods, down to its minimum, if there are no others.
    case elastic
}

/// How hardware and software fail, and what jobs do about it. nil: never.
public struct FailureModel: Sendable, Equatable {
    /// Mean time between failures of one node, and its mean time to repair.
    public var nodeMTBF: SimDuration?
    public var nodeRepair: SimDuration
    /// Mean time between failures of one GPU (the node stays up, the GPU leaves until repaired), and its repair.
    public var gpuMTBF: SimDuration?
    public var gpuRepair: SimDuration
    /// Network cards: the node is cut off until it is repaired.
    public var nic: PartFailures?
    /// Leaf switches with their cables: all nodes of the leaf group are cut off.
    public var leafSwitch: PartFailures?
    /// Software on one node: the job there crashes, the node stays up.
    public var softwareMTBF: SimDuration?
    /// What a job does that loses a node, and how long it hangs before that is noticed.
    public var recovery = RecoveryMode.requeue
    public var detection: SimDuration = .zero
    /// Network cards of one node, and nodes of one leaf switch, for the failure rate of a job.
    public var nicsPerNode = 0.0
    public var nodesPerLeaf = 0.0

    /// Nothing fails unless a mean time is given.
    public init(
        nodeMTBF: SimDuration? = nil, nodeRepair: SimDuration = .seconds(4 * 3600), gpuMTBF: SimDuration? = nil,
        gpuRepair: SimDuration = .seconds(4 * 3600)
    ) {
        self.nodeMTBF = nodeMTBF
        self.nodeRepair = nodeRepair
        self.gpuMTBF = gpuMTBF
        self.gpuRepair = gpuRepair
    }

    /// Mean time between failures that stop a job on `nodes` nodes with `gpus` GPUs, in seconds; infinity without any.
    ///
    /// The rates of its parts add up; of switches it has those that it would fill.
    public func mtbfSeconds(nodes: Int, gpus: Int) -> Double {
        func rate(_ mtbf: SimDuration?, _ parts: Double) -> Double { mtbf.map { parts / $0.seconds } ?? 0 }
        let nodes = Double(nodes)
        let switches = nodesPerLeaf > 0 ? (nodes / nodesPerLeaf).rounded(.up) : 0
        let total =
            rate(nodeMTBF, nodes) + rate(gpuMTBF, Double(gpus)) + rate(nic?.mtbf, nodes * nicsPerNode)
            + rate(leafSwitch?.mtbf, switches) + rate(softwareMTBF, nodes)
        return total > 0 ? 1 / total : .infinity
    }
}

/// How a pool of spot nodes comes and goes: exponential times, one random stream per node.
public struct SpotTerms: Sendable, Equatable {
    /// Mean time that a node stays before the provider wants it back, told `notice` ahead.
    public var stay: SimDuration
    public var notice: SimDuration
    /// Mean time until a node in its place is there again.
    public var absence: SimDuration

    /// Terms of one pool.
    public init(stay: SimDuration, notice: SimDuration, absence: SimDuration) {
        self.stay = stay
        self.notice = notice
        self.absence = absence
    }
}
