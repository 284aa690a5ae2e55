import ClusterModel
import Configuration
import KubernetesObjects
import Quantities

/// Equal nodes of a cluster.
public struct ImportedPool: Sendable, Equatable {
    /// What its nodes are.
    public enum Machine: Sendable, Equatable {
        /// A card of the catalogue.
        case card(String)
        /// Described by what its nodes can allocate; the GPU model's name in the catalogue, nil without GPUs.
        case inline(gpu: String?)
    }

    public var name: String
    /// Names of its nodes in the cluster, in the order of the dump.
    public var nodes: [String]
    public var machine: Machine
    /// What one node gives to pods: CPUs in thousandths, bytes of memory and local storage, GPUs. Of a card its numbers.
    public var cpuMilli: Int64
    public var memory: Int64
    public var localStorage: Int64
    public var gpus: Int
    /// GPU product as the nodes' label has it; empty where there is none.
    public var product: String
    /// Labels that some pod's selector or affinity names, ascending by key.
    public var labels: [(key: String, value: String)] { labelPairs.map { ($0.key, $0.value) } }
    var labelPairs: [PodRules.Pair]
    public var taints: [KubernetesObjects.Taint]
}

/// The nodes of a dump by pools.
struct NodePools {
    /// Labels by which clouds and people name pools.
    static let poolLabels = [
        "cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup", "karpenter.sh/nodepool",
        "kubernetes.azure.com/agentpool", "agentpool", "node.cluster.x-k8s.io/pool", "nodepool", "node-pool", "pool",
    ]
    /// Labels that name a machine: those of GPU feature discovery and of the cloud.
    static let machineLabels = ["nvidia.com/gpu.machine", "node.kubernetes.io/instance-type"]
    /// Nodes whose CPUs or memory differ by less than this share are alike, and a card stands for nodes that can allocate
    /// all but this share of what it has: kernels, kubelets and firmware take different parts of equal machines.
    static let tolerance = 0.1

    private(set) var pools: [ImportedPool] = []
    private var catalogue: HardwareCatalogue { .builtIn }

    /// What makes nodes a pool, but for the amounts of CPU and memory.
    private struct Kind: Hashable {
        var pool: String
        var product: String
        var machine: String
        var gpus: Int
        var labels: [PodRules.Pair]
        var taints: [KubernetesObjects.Taint]
    }

    /// The pools of `nodes`; `labels` are those that pods ask for, `daemons` the pods that take a part of each node.
    init(_ nodes: [Node], labels: Set<String>, daemons: [String: [Pod]], _ notes: inout ImportNotes) {
        var kinds: [Kind: Int] = [:]
        var members: [(kind: Kind, nodes: [(node: Node, room: Room)])] = []
        for node in nodes where Self.isUsable(node, &notes) {
            let kind = Self.kind(of: node, labels: labels, &notes)
            let place = kinds[kind] ?? members.count
            if place == members.count {
                kinds[kind] = place
                members.append((kind, []))
            }
            members[place].nodes.append((node, Room(node, daemons[node.metadata.name] ?? [])))
        }
        var taken: Set<String> = []
        for (kind, all) in members {
            for alike in Self.alike(all) { add(kind, alike, &taken) }
        }
    }

    /// What a node gives to pods that are not its own.
    private struct Room {
        var cpuMilli: Int64
        var memory: Int64
        var localStorage: Int64

        init(_ node: Node, _ daemons: [Pod]) {
            let requests = daemons.map { PodRequest($0) }
            func rest(_ name: String, _ milli: Bool, _ used: (PodRequest) -> Int64) -> Int64 {
                let has = (milli ? node.allocatable[name]?.milliValue : node.allocatable[name]?.value) ?? 0
                return max(0, requests.reduce(has) { $0.subtractingReportingOverflow(used($1)).partialValue })
            }
            cpuMilli = min(rest("cpu", true, \.cpuMilli), 100_000_000)
            memory = min(rest("memory", false, \.memory), 1 << 44)
            localStorage = min(rest("ephemeral-storage", false, \.localStorage), 1 << 46)
        }
    }

    private static func isUsable(_ node: Node, _ notes: inout ImportNotes) -> Bool {
        let ready = node.conditions.last { $0.type == "Ready" }
        if let ready, ready.status != "True" {
            notes.note("node", "not Ready, left out", node.metadata.name)
            return false
        }
        if node.unschedulable || node.taints.contains(where: { $0.key == "node.kubernetes.io/unschedulable" }) {
            notes.note("node", "cordoned, left out", node.metadata.name)
            return false
        }
        return true
    }

    private static func kind(of node: Node, labels: Set<String>, _ notes: inout ImportNotes) -> Kind {
        let own = node.metadata.labels
        var taints: [KubernetesObjects.Taint] = []
        for taint in node.taints {
            if taint.key.hasPrefix("node.kubernetes.io/") {
                notes.note("node", "the passing taint \(taint.key) is not carried over", node.metadata.name)
            } else if taint.effect == "PreferNoSchedule" {
                notes.note("node", "PreferNoSchedule taints are not carried over", node.metadata.name)
            } else if !taint.key.isEmpty, !taints.contains(taint) {
                taints.append(taint)
            }
        }
        let gpus = Int(clamping: max(0, node.allocatable[PodRequest.gpu]?.value ?? 0))
        return Kind(
            pool: poolLabels.lazy.compactMap { own[$0] }.first ?? "",
            product: gpus > 0 ? own["nvidia.com/gpu.product"] ?? "" : "",
            machine: machineLabels.lazy.compactMap { own[$0] }.first ?? "", gpus: gpus,
            labels: own.filter { labels.contains($0.key) }.map { PodRules.Pair(key: $0.key, value: $0.value) }
                .sorted { $0.key < $1.key },
            taints: taints.sorted { ($0.key, $0.value, $0.effect) < ($1.key, $1.value, $1.effect) })
    }

    /// Nodes of one kind in lots of about the same CPUs and memory, the lots in the order of their first nodes.
    private static func alike(_ nodes: [(node: Node, room: Room)]) -> [[(node: Node, room: Room)]] {
        var lots: [[(node: Node, room: Room)]] = []
        func isNear(_ a: Int64, _ b: Int64) -> Bool { Double(max(a, b)) * (1 - tolerance) <= Double(min(a, b)) }
        for entry in nodes {
            let lot = lots.firstIndex { lot in
                isNear(lot[0].room.cpuMilli, entry.room.cpuMilli) && isNear(lot[0].room.memory, entry.room.memory)
            }
            if let lot { lots[lot].append(entry) } else { lots.append([entry]) }
        }
        return lots
    }

    private mutating func add(_ kind: Kind, _ lot: [(node: Node, room: Room)], _ taken: inout Set<String>) {
        let names = lot.map(\.node.metadata.name)
        let fallback = kind.gpus > 0 ? catalogue.gpu(named: kind.product).map { catalogue[$0].name } ?? "gpu" : "cpu"
        let name = kind.pool.isEmpty ? Self.commonPrefix(names) : kind.pool
        var pool = ImportedPool(
            name: ScenarioName.unique(ScenarioName.sanitized(name, fallback: fallback), &taken), nodes: names,
            machine: .inline(gpu: nil), cpuMilli: lot.map(\.room.cpuMilli).min() ?? 0,
            memory: lot.map(\.room.memory).min() ?? 0, localStorage: lot.map(\.room.localStorage).min() ?? 0,
            gpus: kind.gpus, product: kind.product, labelPairs: kind.labels, taints: kind.taints)
        // Whole mebibytes read better.
        if pool.memory >= 1 << 30 { pool.memory &= ~0xFFFFF }
        if pool.localStorage >= 1 << 30 { pool.localStorage &= ~0xFFFFF }
        if kind.gpus > 0 { pool.machine = .inline(gpu: model(kind.product)) }
        if let card = catalogue.machines.first(where: { Self.names(kind.machine, $0) && isLike($0, pool) })
            ?? catalogue.machines.first(where: { $0.gpu != nil && isLike($0, pool) })
        {
            pool.become(card, catalogue)
        }
        pools.append(pool)
    }

    /// The catalogue's name of a GPU product; GPU feature discovery adds how GPUs are shared behind it.
    private func model(_ product: String) -> String? {
        let plain = product.replacing("-SHARED", with: "")
        return catalogue.gpu(named: plain).map { catalogue[$0].name }
    }

    /// Whether a machine label names the card: letters and digits agree, whoever the vendor is.
    private static func names(_ label: String, _ card: MachineCard) -> Bool {
        func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let label = letters(label)
        return !label.isEmpty
            && ([card.name] + card.aliases).contains { name in
                label == letters(name) || label == "nvidia" + letters(name)
            }
    }

    /// Whether a card has the GPUs of the pool, and about the CPUs and memory that its nodes can allocate.
    private func isLike(_ card: MachineCard, _ pool: ImportedPool) -> Bool {
        guard pool.machine == .inline(gpu: card.gpu), card.gpuCount.value == pool.gpus else { return false }
        func isNear(_ own: Int64, _ ofCard: Int64) -> Bool {
            own <= ofCard && Double(own) >= Double(ofCard) * (1 - Self.tolerance)
        }
        return isNear(pool.cpuMilli, Int64(card.logicalCPUs.value) * 1000)
            && isNear(pool.memory, card.memory.value.rawValue)
    }

    /// What the names of nodes begin with, up to the last dash or else without the number behind it.
    private static func commonPrefix(_ names: [String]) -> String {
        guard var prefix = names.first else { return "" }
        for name in names { while !name.hasPrefix(prefix) { prefix.removeLast() } }
        if let dash = prefix.lastIndex(of: "-") {
            prefix = String(prefix[..<dash])
        } else {
            while prefix.last?.isNumber == true { prefix.removeLast() }
        }
        return prefix.count < 2 ? "" : prefix
    }

    // MARK: What the user says of pools

    /// Gives pools the machine cards, or GPU models, that the user names.
    ///
    /// - Throws: pools and cards that do not exist; GPUs of models that nobody knows; pools beyond a cluster's limits.
    mutating func apply(_ machines: [(pool: String, card: String)], file: String) throws(InvalidInput) {
        var findings: [Diagnostic] = []
        for (index, choice) in machines.enumerated() {
            let place = SourcePosition(file: "--machine", line: index + 1, column: 1)
            guard let pool = pools.firstIndex(where: { $0.name == choice.pool }) else {
                findings.append(
                    Diagnostic(
                        position: place, message: "the dump gives no node pool \"\(choice.pool)\"",
                        hint: Suggestion.text(choice.pool, among: pools.map(\.name))))
                continue
            }
            if let card = catalogue.machine(named: choice.card) {
                pools[pool].become(card, catalogue)
            } else if let model = catalogue.gpu(named: choice.card), pools[pool].gpus > 0 {
                pools[pool].machine = .inline(gpu: catalogue[model].name)
            } else {
                let known = catalogue.machines.map(\.name) + catalogue.gpus.map(\.name)
                findings.append(
                    Diagnostic(
                        position: place, message: "no machine card or GPU model is called \"\(choice.card)\"",
                        hint: Suggestion.text(choice.card, among: known)))
            }
        }
        if findings.isEmpty { findings = problems(file) }
        if !findings.isEmpty { throw InvalidInput(findings) }
    }

    private func problems(_ file: String) -> [Diagnostic] {
        let start = SourcePosition(file: file, line: 1, column: 1)
        var findings: [Diagnostic] = []
        if pools.isEmpty {
            findings.append(Diagnostic(position: start, message: "holds no node that can be used"))
        }
        if pools.count > ClusterBuilder.Limit.pools {
            findings.append(
                Diagnostic(
                    position: start,
                    message:
                        "the nodes are of \(pools.count) kinds; a scenario has at most \(ClusterBuilder.Limit.pools) pools"
                ))
        }
        for pool in pools where pool.gpus > ClusterBuilder.Limit.gpusPerNode {
            findings.append(
                Diagnostic(
                    position: start,
                    message:
                        "node \(pool.nodes[0]) has \(pool.gpus) GPUs; a scenario's nodes have at most \(ClusterBuilder.Limit.gpusPerNode)"
                ))
        }
        for pool in pools where pool.gpus > 0 && pool.machine == .inline(gpu: nil) {
            let label =
                pool.product.isEmpty ? "no label nvidia.com/gpu.product" : "nvidia.com/gpu.product \(pool.product)"
            findings.append(
                Diagnostic(
                    position: start, message: "the GPUs of pool \(pool.name) are of an unknown model (\(label))",
                    hint: "name the card or GPU model most like it: --machine \(pool.name)=h100-sxm"))
        }
        return findings
    }
}

extension ImportedPool {
    /// Takes everything from a card.
    fileprivate mutating func become(_ card: MachineCard, _ catalogue: HardwareCatalogue) {
        let shape = card.shape(in: catalogue)
        machine = .card(card.name)
        (cpuMilli, memory, gpus) = (shape.cpuMilli, shape.memoryBytes, shape.gpuCount)
        localStorage = shape.localStorage.rawValue
    }
}
