import Configuration
import KubernetesObjects

/// A model of Ascend cards and the slices they can be cut into (upstream: `api/devices/config/vnpu.go`).
struct NPUModel: Sendable, Equatable {
    /// A slice that cards of the model can be cut into.
    struct Template: Sendable, Equatable {
        var name: String
        var memory: Int
    }

    /// Such as `Ascend310P`.
    var name: String
    var resourceName: String
    var memoryName: String
    /// Memory that a pod can have of a whole card, and what the card has.
    var allocatableMemory: Int
    var memoryCapacity: Int
    /// Ascending by memory.
    var templates: [Template]

    static let ascend310P = NPUModel(
        name: "Ascend310P", resourceName: "huawei.com/Ascend310P", memoryName: "huawei.com/Ascend310P-memory",
        allocatableMemory: 21527, memoryCapacity: 24576,
        templates: [
            Template(name: "vir01", memory: 3072), Template(name: "vir02", memory: 6144),
            Template(name: "vir04", memory: 12288),
        ])

    /// The memory of the smallest template that is enough, of the whole card, or 0.
    func trimmed(_ memory: Int) -> Int {
        if let template = templates.first(where: { memory <= $0.memory }) { return template.memory }
        return memory <= memoryCapacity ? allocatableMemory : 0
    }
}

extension NPUModel {
    init?(_ node: YAMLNode) {
        guard let name = node["commonWord"]?.scalarText else { return nil }
        self.init(
            name: name, resourceName: node["resourceName"]?.scalarText ?? "",
            memoryName: node["resourceMemoryName"]?.scalarText ?? "",
            allocatableMemory: node["memoryAllocatable"]?.integer ?? 0,
            memoryCapacity: node["memoryCapacity"]?.integer ?? 0,
            templates: (node["templates"]?.elements ?? []).map {
                Template(name: $0["name"]?.scalarText ?? "", memory: $0["memory"]?.integer ?? 0)
            }.sorted { ($0.memory, $0.name) < ($1.memory, $1.name) })
    }
}

/// Ascend cards of one model on a node, cut by HAMi (upstream: `api/devices/ascend/hami/device_info.go`).
///
/// Cards with the best score first, then by id (upstream: map order). Cards of the Ascend 910 family that all know their
/// network are taken from the network with most of the fitting cards, and score by how many share one.
package struct AscendDevices: NodeDevices {
    private struct Card {
        var id: String
        var limit: Int
        var memory: Int
        var cores: Int
        var network: Int?
        var used = 0
        var usedMemory = 0
        var usedCores = 0
    }

    private struct Share {
        var card: Int
        var memory: Int
        var cores: Int
    }

    let model: NPUModel
    private var cards: [Card]
    private var holdings: [String: [Share]] = [:]

    /// The cards that `hami.io/node-register-<model>` lists as JSON; nil for a node without.
    init?(_ node: Node, _ model: NPUModel) {
        guard let text = node.metadata.annotations["hami.io/node-register-\(model.name)"],
            case .array(let elements)? = JSONValue(json: text), !elements.isEmpty
        else { return nil }
        self.model = model
        func number(_ value: JSONValue?) -> Int? {
            switch value {
            case .integer(let number)?: Int(number)
            case .number(let number)?: Int(exactly: number.rounded(.towardZero))
            default: nil
            }
        }
        cards = elements.compactMap { element in
            guard case .string(let id)? = element["id"] else { return nil }
            return Card(
                id: id, limit: number(element["count"]) ?? 0, memory: number(element["devmem"]) ?? 0,
                cores: number(element["devcore"]) ?? 0, network: number(element["custominfo"]?["NetworkID"]))
        }
        cards.sort { $0.id < $1.id }
        if cards.isEmpty { return nil }
    }

    /// Score of one card (upstream: CalScore).
    package static func score(_ policy: DevicePolicy, used: Int, usedMemory: Int, memory: Int) -> Double {
        if memory == 0 { return 0 }
        switch policy {
        case .binpack: return 100 * (Double(usedMemory) / Double(memory))
        case .spread: return used == 0 ? 100 : 0
        case .unspecified: return 0
        }
    }

    private func score(_ card: Card, _ policy: DevicePolicy) -> Double {
        Self.score(policy, used: card.used, usedMemory: card.usedMemory, memory: card.memory)
    }

    private var knowsNetworks: Bool { model.name.hasPrefix("Ascend910") && cards.allSatisfy { $0.network != nil } }

    /// Requests in template sizes.
    private func requests(of pod: Pod) -> [CardRequest] {
        pod.spec.containers.compactMap { container in
            guard
                var request = CardRequest(
                    container, count: model.resourceName, memory: model.memoryName, percentage: "", cores: "")
            else { return nil }
            if request.memory == 0, let percent = request.memoryPercent {
                request.memory = (cards.first?.memory ?? 0) * percent / 100
            }
            if request.memory > 0 { request.memory = model.trimmed(request.memory) }
            return request
        }
    }

    /// Cards per container, each card once; nil if there are not enough (upstream: selectDevices).
    private func select(_ pod: DevicePod, _ policy: DevicePolicy) -> [[Share]]? {
        let order = cards.indices.sorted {
            let (l, r) = (score(cards[$0], policy), score(cards[$1], policy))
            return l == r ? $0 < $1 : l > r
        }
        var taken: Set<Int> = []
        var selected: [[Share]] = []
        for request in requests(of: pod.pod) {
            var fitting = order.filter { !taken.contains($0) && fits(request, cards[$0]) }
            guard fitting.count >= request.number else { return nil }
            if knowsNetworks { fitting = byNetwork(fitting) }
            let chosen = fitting.prefix(max(1, request.number))
            taken.formUnion(chosen)
            selected.append(chosen.map { Share(card: $0, memory: request.memory, cores: request.cores) })
        }
        return selected
    }

    private func fits(_ request: CardRequest, _ card: Card) -> Bool {
        card.used < card.limit && card.memory - card.usedMemory >= request.memory
            && card.cores - card.usedCores >= request.cores
            && !(card.cores == 100 && request.cores == 100 && card.used > 0)
            && !(card.cores != 0 && card.usedCores == card.cores && request.cores == 0)
    }

    /// Networks with more of the cards first, then by id.
    private func byNetwork(_ fitting: [Int]) -> [Int] {
        let groups = Dictionary(grouping: fitting) { cards[$0].network ?? -1 }
        return groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.flatMap(\.value)
    }

    var kind: String { model.name }

    func isRequested(by pod: DevicePod) -> Bool {
        pod.pod.spec.containers.contains {
            $0.resources.limits[model.resourceName] != nil || $0.resources.limits[model.memoryName] != nil
        }
    }

    mutating func refusal(of pod: DevicePod, policy: DevicePolicy) -> FitStatus? {
        select(pod, policy) == nil
            ? FitStatus(.error, "no ascend device available", plugin: DeviceSharePlugin.name) : nil
    }

    /// The first card of every container, before the request is charged to it.
    func score(_ pod: DevicePod, policy: DevicePolicy) -> Double {
        guard let first = select(pod, policy)?.compactMap(\.first) else { return 0 }
        var sum = first.reduce(0) { $0 + score(cards[$1.card], policy) }
        if knowsNetworks, !first.isEmpty {
            let networks = Dictionary(grouping: first) { cards[$0.card].network ?? -1 }
            let most = networks.values.map(\.count).max() ?? 0
            sum += Double(most) / Double(first.count) * 10
        }
        return sum
    }

    mutating func reserve(for pod: DevicePod, policy: DevicePolicy) -> [String: String]? {
        guard let shares = select(pod, policy) else { return nil }
        charge(shares.flatMap { $0 }, to: pod.uid)
        let text = shares.map { list in
            list.map { "\(cards[$0.card].id),\(model.name),\($0.memory),\($0.cores):" }.joined()
        }.joined(separator: ";")
        return [
            "hami.io/\(model.name)-devices-to-allocate": text, "hami.io/\(model.name)-devices-allocated": text,
        ]
    }

    private mutating func charge(_ shares: [Share], to uid: String) {
        for share in shares {
            cards[share.card].used += 1
            cards[share.card].usedMemory += share.memory
            cards[share.card].usedCores += share.cores
        }
        holdings[uid, default: []] += shares
    }

    mutating func restore(_ pod: DevicePod) {
        guard let text = pod.annotations["hami.io/\(model.name)-devices-to-allocate"] else { return }
        let shares = text.split(whereSeparator: { $0 == ";" || $0 == ":" }).compactMap { entry -> Share? in
            let items = entry.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard items.count >= 4, let card = cards.firstIndex(where: { $0.id == items[0] }),
                let memory = Int(items[2]), let cores = Int(items[3])
            else { return nil }
            return Share(card: card, memory: memory, cores: cores)
        }
        charge(shares, to: pod.uid)
    }

    mutating func release(_ pod: DevicePod) {
        for share in holdings.removeValue(forKey: pod.uid) ?? [] {
            cards[share.card].used -= 1
            cards[share.card].usedMemory -= share.memory
            cards[share.card].usedCores -= share.cores
        }
    }
}
