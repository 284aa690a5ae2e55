import ClusterModel
import Configuration
import CostModel
import Quantities
import Simulation

/// `failures` of a cluster.
public struct FailureSection: Sendable, Equatable {
    public var card: String?
    public var node = FailureRate()
    public var gpu = FailureRate()
    public var nic: FailureRate?
    public var leafSwitch: FailureRate?
    public var software: SoftwareFailureRate?
    public var recovery: RecoveryMode?
    public var detection: SimDuration?

    static let fields = FieldTable(
        "the failures", FailureSection(),
        [
            .optional(
                "card", \.card, .name(of: "failure card", among: FailureCard.builtIn.map(\.name)),
                "Published failure rates of all parts; a `mtbf` given below replaces its part's."),
            .optional("node", \.node, FailureRate.fields.kind, "Failures that take a whole node down."),
            .optional("gpu", \.gpu, FailureRate.fields.kind, "Failures that take one GPU out of its node."),
            .optional(
                "nic", \.nic, FailureRate.fields.kind, "Failures of a network card; its node is cut off meanwhile."),
            .optional(
                "switch", \.leafSwitch, FailureRate.fields.kind,
                "Failures of a leaf switch or its cables; the nodes of its leaf group are cut off meanwhile."),
            .optional(
                "software", \.software, SoftwareFailureRate.fields.kind, "Crashes of a job; its nodes stay sound."),
            .optional(
                "recovery", \.recovery, .choice("way to recover"),
                "What a job does that lost a node: queue up again (`requeue`, the default), keep the rest and replace what is lost (`in-place`), or also go on with fewer pods, down to `minPods`, and with more when there is room again (`elastic`)."
            ),
            .optional(
                "detection", \.detection, .durationOrZero,
                "How long a job hangs until its failure is noticed; it starts again no sooner."),
        ])

    /// The failures of a cluster; rates of a card are shared out among the parts that the cluster has.
    func model(of cluster: Cluster) -> FailureModel {
        let card = card.flatMap { FailureCard.named($0) }
        let gpus = Double(cluster.totalGPUs), nodes = Double(cluster.nodeCount)
        let nics = (0..<cluster.nodeCount).reduce(0.0) { $0 + Double(max(1, cluster.shape(of: NodeID($1)).nics)) }
        func mtbf(_ given: SimDuration?, _ rate: Double?, parts: Double) -> SimDuration? {
            if let given { return given }
            guard let rate, rate > 0, gpus > 0 else { return nil }
            return SimDuration(nanoseconds: Int64(min(parts / (rate * gpus) * 3.6e12, 4e18)))
        }
        func part(_ section: FailureRate?, _ rate: Double?, parts: Double) -> PartFailures? {
            mtbf(section?.mtbf, rate, parts: parts).map {
                PartFailures(mtbf: $0, repair: (section ?? FailureRate()).repair)
            }
        }
        let groups = Double(max(1, cluster.fabric.groups.count))
        var model = FailureModel(
            nodeMTBF: mtbf(node.mtbf, card?.host, parts: nodes), nodeRepair: node.repair,
            gpuMTBF: mtbf(gpu.mtbf, card?.gpu, parts: gpus), gpuRepair: gpu.repair)
        model.nic = part(nic, card?.nic, parts: nics)
        model.leafSwitch = part(leafSwitch, card?.network, parts: groups)
        model.softwareMTBF = mtbf(software?.mtbf, card?.software, parts: nodes)
        model.recovery = recovery ?? .requeue
        model.detection = detection ?? .zero
        model.nicsPerNode = nodes > 0 ? nics / nodes : 0
        model.nodesPerLeaf = nodes / groups
        return model
    }
}

/// How often one kind of part fails. Times are exponentially distributed.
public struct FailureRate: Sendable, Equatable {
    public var mtbf: SimDuration?
    public var repair: SimDuration = .seconds(4 * 3600)

    static let fields = FieldTable(
        "a failure rate", FailureRate(),
        [
            .optional(
                "mtbf", \.mtbf, .duration(atLeast: .seconds(60)),
                "Mean time between failures of one part; without it none fails."),
            .optional("repair", \.repair, .duration, "Mean time to repair."),
        ])
}

/// How often the software of a job crashes.
public struct SoftwareFailureRate: Sendable, Equatable {
    public var mtbf: SimDuration = .zero

    static let fields = FieldTable(
        "a rate of software failures", SoftwareFailureRate(),
        [
            .required(
                "mtbf", \.mtbf, .duration(atLeast: .seconds(60)), "Mean time between crashes of what runs on one node.")
        ])
}

/// `spot` of a node pool.
public struct SpotSection: Sendable, Equatable {
    public var stay: SimDuration = .zero
    public var notice: SimDuration = .seconds(120)
    public var absence: SimDuration = .seconds(1800)

    static let fields = FieldTable(
        "spot terms", SpotSection(),
        [
            .required(
                "stay", \.stay, .duration(atLeast: .seconds(60)), "Mean time until a node's end is announced."),
            .optional(
                "notice", \.notice, .durationOrZero,
                "Time between the announcement and the end: two minutes at Amazon EC2, 30s at Google and Azure."),
            .optional("absence", \.absence, .duration, "Mean time until there is another node in its place."),
        ])
}
