import ClusterModel
import Configuration
import Quantities
import Simulation

/// One entry of `spec.clusters`.
public struct ClusterSection: Sendable, Equatable {
    public var name = ""
    public var nodePools: [NodePoolSection] = []
    public var fabric = FabricSection()
    public var scheduler = SchedulerSection()
    public var queues: [QueueSection] = []
    public var failures = FailureSection()
    public var degraded: [DegradedSection]?
    public var storage: StorageSection?
    public var price = PriceSection()

    static let fields = FieldTable(
        "a cluster", ClusterSection(),
        [
            .required("name", \.name, .objectName, "Names the cluster."),
            .required(
                "nodePools", \.nodePools, NodePoolSection.fields.kind.list(atLeast: 1), "Pools of identical nodes."),
            .optional("fabric", \.fabric, FabricSection.fields.kind, "The network between the nodes."),
            .optional("scheduler", \.scheduler, SchedulerSection.kind, "Who decides which job starts where and when."),
            .optional(
                "queues", \.queues, QueueSection.fields.kind.list(),
                "Queues that jobs wait in. Without any, every queue that the workload names exists with weight 1."),
            .optional("failures", \.failures, FailureSection.fields.kind, "How hardware fails and is repaired."),
            .optional(
                "degraded", \.degraded, DegradedSection.fields.kind.list(),
                "Hardware that is slower than it should be, for a time or for ever."),
            .optional(
                "storage", \.storage, StorageSection.fields.kind,
                "Tiers of storage and what lies in them; without it loading and checkpoints take the times given."),
            .optional("price", \.price, PriceSection.fields.kind, "What capacity costs."),
            .notYet("manifests", "write queues and pools in the scenario"),
        ],
        check: { cluster, place, reading in
            reading.reportDuplicates(of: cluster.nodePools.map(\.name), what: "node pool", in: place.key("nodePools"))
            reading.reportDuplicates(of: cluster.queues.map(\.name), what: "queue", in: place.key("queues"))
            QueueSection.checkParents(cluster.queues, place.key("queues"), reading)
            cluster.checkPools(place, reading)
            cluster.checkRecovery(place, reading)
            if reading.isSound(place.key("nodePools").path) {
                DegradedSection.check(cluster.degraded ?? [], cluster.nodePools, place.key("degraded"), reading)
                cluster.price.check(pools: cluster.nodePools.map(\.name), place.key("price"), reading)
            }
        })

    private func checkRecovery(_ place: Place, _ reading: Reading) {
        let recovers = failures.recovery ?? .requeue
        guard recovers != .requeue, [.kubeDefault, .volcano].contains(scheduler.configuration.policy) else { return }
        reading.report(
            path: place.key("failures").key("recovery").path,
            "\(recovers.rawValue) recovery needs a scheduler of whole gangs; \(scheduler.configuration.policy.rawValue) places pods itself",
            hint: "remove it, or take another policy")
    }

    private func checkPools(_ place: Place, _ reading: Reading) {
        let pools = place.key("nodePools")
        if nodePools.count > ClusterBuilder.Limit.pools {
            reading.report(
                path: pools.element(ClusterBuilder.Limit.pools).path,
                "is pool \(ClusterBuilder.Limit.pools + 1) of the cluster; at most \(ClusterBuilder.Limit.pools) are supported"
            )
        }
        let bytes = nodePools.reduce(0.0) { sum, pool in
            guard case .inline(let machine) = pool.machine else { return sum }
            return sum + Double(pool.count) * Double(max(machine.memory.value, machine.localStorage.value))
        }
        if bytes > 0x1p61 {
            reading.report(path: pools.path, "the nodes have more than 2 EiB of memory or local storage together")
        }
        if !nodePools.isEmpty, reading.isSound(pools.path), nodePools.allSatisfy({ $0.count == 0 }) {
            reading.report(path: pools.path, "the cluster has no nodes", hint: "give a pool a count above 0")
        }
    }
}

/// One entry of `nodePools`.
public struct NodePoolSection: Sendable, Equatable {
    public var name = ""
    public var count = 0
    public var machine = MachineChoice.card("")
    public var labels: [Named<String>] = []
    public var taints: [TaintSection] = []
    public var nodesPerRack: Int?
    public var spares: Int?
    public var spot: SpotSection?

    static let fields = FieldTable(
        "a node pool", NodePoolSection(),
        [
            .required("name", \.name, .objectName, "Names the pool, and its nodes `<pool>-0000`, `<pool>-0001`, …"),
            .required("count", \.count, .integer(0...ClusterBuilder.Limit.nodes), "Number of nodes."),
            .required(
                "machine", \.machine, MachineChoice.kind,
                "A machine card of the catalogue (`orrery catalog hardware`), or a machine described in place."),
            .optional("labels", \.labels, ValueKind<String>.text.byName(), "Kubernetes labels of every node."),
            .optional("taints", \.taints, TaintSection.fields.kind.list(), "Kubernetes taints of every node."),
            .optional(
                "nodesPerRack", \.nodesPerRack, .integer(1...ClusterBuilder.Limit.nodes),
                "Nodes of one rack; without it the machine card's, or else the pool is one rack."),
            .optional(
                "spares", \.spares, .integer(0...ClusterBuilder.Limit.nodes),
                "Nodes of the pool that run nothing until they replace a lost one; see `recovery` of the failures."),
            .optional("spot", \.spot, SpotSection.fields.kind, "The pool's nodes are taken back at short notice."),
        ],
        check: { pool, place, reading in
            if let spares = pool.spares, spares > pool.count {
                reading.report(
                    path: place.key("spares").path, "\(spares) spares of only \(pool.count) nodes cannot be kept")
            }
        })
}

/// `machine` of a node pool.
public enum MachineChoice: Sendable, Equatable {
    /// A card of the catalogue.
    case card(String)
    /// A machine described in place.
    case inline(MachineSection)

    static let kind = ValueKind<MachineChoice>.either(
        single: ValueKind<String>.name(
            of: "machine", among: HardwareCatalogue.builtIn.machines.flatMap { [$0.name] + $0.aliases }
        ).map(to: { .card($0) }, from: { if case .card(let name) = $0 { name } else { nil } }),
        mapping: MachineSection.fields.kind
            .map(to: { .inline($0) }, from: { if case .inline(let machine) = $0 { machine } else { nil } }))
}

/// A machine described in place.
public struct MachineSection: Sendable, Equatable {
    public var cpu = KubernetesQuantity(0)
    public var memory = KubernetesQuantity(0)
    public var gpu: String?
    public var gpus = 0
    public var nvlinkDomainGPUs: Int?
    public var nics = 0
    public var nicRate: BytesPerSecond?
    public var localStorage = KubernetesQuantity(0)

    static let fields = FieldTable(
        "an inline machine", MachineSection(),
        [
            .required("cpu", \.cpu, .cpus, "Logical CPUs that pods can use."),
            .required("memory", \.memory, .memory, "Host memory that pods can use."),
            .optional("gpu", \.gpu, .gpuModel, "GPU model of the catalogue; needed where `gpus` is above 0."),
            .optional("gpus", \.gpus, .integer(0...ClusterBuilder.Limit.gpusPerNode), "Number of GPUs."),
            .optional(
                "nvlinkDomainGPUs", \.nvlinkDomainGPUs, .integer(0...576),
                "GPUs of one NVLink domain: 0 for none, more than `gpus` for a domain of several nodes. Without it all GPUs of the node."
            ),
            .optional("nics", \.nics, .integer(0...ClusterBuilder.Limit.nicsPerNode), "RDMA network cards."),
            .optional("nicRate", \.nicRate, .dataRate, "Rate of one network card; needed where `nics` is above 0."),
            .optional("localStorage", \.localStorage, .storage, "Local NVMe for pods."),
        ],
        check: { machine, place, reading in
            if machine.gpus > 0 && machine.gpu == nil && reading.isSound(place.path) {
                reading.report(path: place.key("gpus").path, "GPUs need a model", hint: "add \"gpu: h100-sxm\"")
            }
            if machine.nics > 0 && machine.nicRate == nil && reading.isSound(place.path) {
                reading.report(
                    path: place.key("nics").path, "network cards need a rate", hint: "add \"nicRate: 400Gbit/s\"")
            }
            if let domain = machine.nvlinkDomainGPUs, domain > machine.gpus, machine.gpus > 0,
                domain % machine.gpus != 0
            {
                reading.report(
                    path: place.key("nvlinkDomainGPUs").path,
                    "\(domain) GPUs are not a whole number of nodes of \(machine.gpus) GPUs")
            }
        })
}

/// A Kubernetes taint.
public struct TaintSection: Sendable, Equatable {
    public var key = ""
    public var value = ""
    public var effect = Taint.Effect.noSchedule

    static let fields = FieldTable(
        "a taint", TaintSection(),
        [
            .required("key", \.key, .text, "Key."),
            .optional("value", \.value, .text, "Value."),
            .required(
                "effect", \.effect, .choice("taint effect"), "What happens to pods that do not tolerate the taint."),
        ],
        check: { taint, place, reading in
            if taint.effect == .preferNoSchedule {
                reading.report(
                    path: place.key("effect").path, "PreferNoSchedule is not supported yet",
                    hint: "use NoSchedule, or leave the taint out")
            }
        })
}

/// `fabric` of a cluster.
public struct FabricSection: Sendable, Equatable {
    public var spec = FabricSpec.singleSwitch
    public var linkRate: BytesPerSecond?
    public var trafficPerGPU: BytesPerSecond?
    public var contention: Bool?

    static let fields = FieldTable(
        "a fabric", FabricSection(),
        [
            .optional("kind", \.spec.kind, .choice("fabric kind"), "How nodes, leaves and spines are wired."),
            .optional("nodesPerLeaf", \.spec.nodesPerLeaf, .integer(1...100_000), "Nodes of one leaf group."),
            .optional(
                "spineOversubscription", \.spec.spineOversubscription,
                .number(NumberRange(minimum: 0.1, maximum: 1000)),
                "A leaf's capacity towards its nodes over its capacity towards the spines; 1 does not block."),
            .optional(
                "leafGroupsPerPod", \.spec.leafGroupsPerPod, .integer(1...100_000),
                "Leaf groups that share spines. Without it all do, and there is no core layer."),
            .optional(
                "coreOversubscription", \.spec.coreOversubscription, .number(NumberRange(minimum: 0.1, maximum: 1000)),
                "A pod's spine capacity towards its leaves over its capacity towards the core; only with `leafGroupsPerPod`."
            ),
            .optional("spines", \.spec.spines, .integer(1...100_000), "Spine switches of one pod, for the diagrams."),
            .optional(
                "linkRate", \.linkRate, .dataRate, "Rate of every network card, in place of the machine card's."),
            .optional(
                "trafficPerGPU", \.trafficPerGPU, .dataRate,
                "What each GPU of a job on several nodes is assumed to send to the next node; loads the links."),
            .optional(
                "contention", \.contention, .boolean,
                "Whether training jobs share the links; `false` gives every job all of them for itself. Without it they share."
            ),
            .notYet("hyperNodes", "HyperNodes follow from the fabric's kind"),
        ])
}

/// `price` of a cluster.
public struct PriceSection: Sendable, Equatable {
    /// Terms of a pool that stays; spot pools have terms of their own.
    public enum Terms: String, CaseIterable, Sendable {
        case reserved
        case onDemand = "on-demand"

        var terms: PaymentTerms { self == .reserved ? .reserved : .onDemand }
    }

    public var perGPUHour: [Named<MoneyPerHour>] = []
    public var spotPerGPUHour: [Named<MoneyPerHour>]?
    public var terms: [Named<Terms>]?

    static let fields = FieldTable(
        "the prices", PriceSection(),
        [
            .optional(
                "perGPUHour", \.perGPUHour, ValueKind<MoneyPerHour>.pricePerHour.byName(),
                "Price of one GPU-hour by pool; pools not named cost what their machine card says, inline machines nothing."
            ),
            .optional(
                "spotPerGPUHour", \.spotPerGPUHour, ValueKind<MoneyPerHour>.pricePerHour.byName(),
                "The same while the pool's nodes are `spot`; without it as `perGPUHour`."),
            .optional(
                "terms", \.terms, ValueKind<Terms>.choice("terms").byName(),
                "When a pool is paid for: `reserved` (unless told) at every instant, `on-demand` while its nodes are there. Pools that are `spot` are paid while their nodes are there."
            ),
        ])

    fileprivate func check(pools: [String], _ place: Place, _ reading: Reading) {
        for (key, names) in [
            ("perGPUHour", perGPUHour.map(\.name)), ("spotPerGPUHour", (spotPerGPUHour ?? []).map(\.name)),
            ("terms", (terms ?? []).map(\.name)),
        ] {
            for name in names where !pools.contains(name) {
                reading.report(
                    path: place.key(key).freeKey(name).path, "no node pool is called \"\(name)\"",
                    hint: Suggestion.text(name, among: pools))
            }
        }
    }
}
