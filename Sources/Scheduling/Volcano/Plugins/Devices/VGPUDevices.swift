import KubernetesObjects

/// A card that several pods share (upstream: `api/devices/nvidia/vgpu/device_info.go`, GPUDevice).
package struct VGPUCard: Sendable {
    /// What one pod has of a card.
    package struct Usage: Sendable, Equatable {
        package var memory = 0
        package var cores = 0
        package var number = 0
        /// `namespace/group`; empty for none.
        package var podGroup = ""
        var slots: [MIGSlot] = []
    }

    package var uuid: String
    /// Most pods at a time.
    package var limit: Int
    /// In the device plugin's unit, MiB by default.
    package var memory: Int
    /// Model, such as `NVIDIA-A100-SXM4-80GB`.
    package var model: String
    package var usedNumber = 0
    package var usedMemory = 0
    /// Percent.
    package var usedCores = 0
    /// By pod UID.
    package var pods: [String: Usage] = [:]
    /// nil for cards that are not partitioned.
    var mig: MIGUsage?

    package init(uuid: String, limit: Int, memory: Int, model: String) {
        self.uuid = uuid
        self.limit = limit
        self.memory = memory
        self.model = model
    }

    /// Score of the card with what is charged to it (upstream: GPUScore).
    func score(_ policy: DevicePolicy) -> Double {
        switch policy {
        case .binpack: 100 * (Double(usedMemory) / Double(memory))
        case .spread: usedNumber == 0 ? 100 : 0
        case .unspecified: 0
        }
    }
}

/// What a request gets of one card.
package struct VGPUShare: Sendable {
    /// Place of the card.
    package var card: Int
    package var memory: Int
    package var cores: Int
    var slot: MIGSlot?
}

/// The cards of a node that HAMi or MIG divides (upstream: `api/devices/nvidia/vgpu`; reference section 12).
///
/// Card order: binpack the most used memory, spread the fewest users, both then by index; otherwise the highest index
/// first. The node's score is that of the chosen cards with the request charged to them; it is remembered from the last
/// predicate on the node, whichever task that was for, as upstream.
package struct VGPUDevices: NodeDevices {
    /// `hami-core` or `mig`.
    let mode: String
    package private(set) var cards: [VGPUCard]
    let configuration: DeviceConfiguration
    let nodeName: String
    let rules: GPUExclusiveRules
    private var lastScore = 0.0
    /// Labels of the pods that have shares here, by UID.
    private var labels: [String: [String: String]] = [:]

    /// Cards that are not partitioned.
    package init(cards: [VGPUCard]) {
        self.init(mode: "hami-core", cards: cards)
    }

    init(
        mode: String, cards: [VGPUCard], configuration: DeviceConfiguration = DeviceConfiguration(),
        nodeName: String = "", rules: GPUExclusiveRules = GPUExclusiveRules()
    ) {
        self.mode = mode
        self.cards = cards
        self.configuration = configuration
        self.nodeName = nodeName
        self.rules = mode == "hami-core" ? rules : GPUExclusiveRules()
    }

    /// The cards that the node's annotation registers: `uuid,pods,memory,model,health,mode:…`; nil where there are none,
    /// or where the node has no vGPU left to allocate.
    init?(_ node: Node, _ configuration: DeviceConfiguration, _ rules: GPUExclusiveRules) {
        guard let text = node.metadata.annotations["volcano.sh/node-vgpu-register"], text.contains(":") else {
            return nil
        }
        for name in ["volcano.sh/vgpu-number", "volcano.sh/vgpu-cores", "volcano.sh/vgpu-memory"] {
            guard let amount = node.allocatable[name], amount.value != 0 else { return nil }
        }
        var cards: [VGPUCard] = []
        var mode = "hami-core"
        for entry in text.split(separator: ":", omittingEmptySubsequences: false) where entry.contains(",") {
            let items = entry.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard items.count >= 6 else { return nil }
            var card = VGPUCard(
                uuid: items[0], limit: max(0, Int(items[1]) ?? 0), memory: max(0, Int(items[2]) ?? 0), model: items[3])
            mode = items[5] == "mig" ? "mig" : "hami-core"
            if mode == "mig" {
                if let geometries = configuration.geometries(ofModel: card.model) {
                    card.mig = MIGUsage(geometries: geometries)
                } else {
                    mode = "hami-core"
                }
            }
            cards.append(card)
        }
        guard !cards.isEmpty else { return nil }
        // The last card's mode is the node's, as upstream.
        if mode == "hami-core" { for index in cards.indices { cards[index].mig = nil } }
        self.init(
            mode: mode, cards: cards, configuration: configuration, nodeName: node.metadata.name, rules: rules)
    }

    // MARK: Choice of cards

    /// Shares for every request, charged to the cards, and the node's score; nil, with nothing charged, if one does not
    /// fit (upstream: checkNodeGPUSharingPredicateAndScore).
    package mutating func place(
        _ requests: [CardRequest], pod: DevicePod, policy: DevicePolicy
    ) -> (shares: [[VGPUShare]], score: Double)? {
        let before = self
        let group =
            pod.annotations["volcano.sh/vgpu-podgroup-policy"] == "spread" ? VGPUFilters.podGroupKey(pod.pod) : ""
        let barred = barredCards(for: pod)
        var placed: [[VGPUShare]] = []
        var score = 0.0
        for request in requests {
            var shares: [VGPUShare] = []
            for index in order(policy) where shares.count < request.number && !barred.contains(index) {
                guard VGPUFilters.admits(pod, cards[index], spreadGroup: group),
                    let share = share(request, of: index)
                else { continue }
                charge(share, to: pod)
                shares.append(share)
                score += cards[index].score(policy)
            }
            guard shares.count >= request.number else {
                self = before
                return nil
            }
            placed.append(shares)
        }
        return (placed, score)
    }

    /// Cards held by other pods of an exclusive rule that the pod matches.
    private func barredCards(for pod: DevicePod) -> Set<Int> {
        let matched = rules.matching(pod.pod.metadata.labels)
        if matched.isEmpty { return [] }
        return Set(
            cards.indices.filter { index in
                cards[index].pods.keys.contains { uid in
                    uid != pod.uid && !matched.isDisjoint(with: rules.matching(labels[uid] ?? [:]))
                }
            })
    }

    private func order(_ policy: DevicePolicy) -> [Int] {
        switch policy {
        case .binpack:
            cards.indices.sorted { (-cards[$0].usedMemory, $0) < (-cards[$1].usedMemory, $1) }
        case .spread:
            cards.indices.sorted { (cards[$0].usedNumber, $0) < (cards[$1].usedNumber, $1) }
        case .unspecified: cards.indices.reversed()
        }
    }

    /// What the request would get of a card; nil if it has no room.
    private func share(_ request: CardRequest, of index: Int) -> VGPUShare? {
        let card = cards[index]
        let memory =
            request.memoryPercent.map { Int(Double(card.memory) * Double(max(0, $0)) / 100) } ?? request.memory
        let cores = max(0, request.cores)
        guard card.usedNumber < card.limit, card.memory - card.usedMemory >= memory, card.usedCores + cores <= 100,
            cores != 100 || card.usedNumber == 0, card.usedCores != 100 || cores != 0
        else { return nil }
        guard let mig = card.mig else { return VGPUShare(card: index, memory: memory, cores: cores) }
        guard let slot = mig.slot(for: memory * max(1, configuration.memoryFactor)) else { return nil }
        return VGPUShare(
            card: index, memory: mig.memory(of: slot) / max(1, configuration.memoryFactor), cores: cores, slot: slot)
    }

    private mutating func charge(_ share: VGPUShare, to pod: DevicePod) {
        var usage = cards[share.card].pods[pod.uid] ?? VGPUCard.Usage()
        usage.memory += share.memory
        usage.cores += share.cores
        usage.number += 1
        usage.podGroup = VGPUFilters.podGroupKey(pod.pod)
        if let slot = share.slot {
            usage.slots.append(slot)
            cards[share.card].mig?.book(slot)
        }
        cards[share.card].pods[pod.uid] = usage
        cards[share.card].usedNumber += 1
        cards[share.card].usedMemory += share.memory
        cards[share.card].usedCores += share.cores
        labels[pod.uid] = pod.pod.metadata.labels
    }

    // MARK: NodeDevices

    var kind: String { "hamivgpu" }

    func isRequested(by pod: DevicePod) -> Bool {
        pod.pod.spec.containers.contains {
            $0.resources.limits[configuration.vgpuMemory] != nil || $0.resources.limits[configuration.vgpuNumber] != nil
        }
    }

    mutating func refusal(of pod: DevicePod, policy: DevicePolicy) -> FitStatus? {
        var trial = self
        guard let (_, score) = trial.place(for: pod, policy) else {
            return FitStatus(.unschedulable, "hami-vgpuDeviceSharing error", plugin: DeviceSharePlugin.name)
        }
        lastScore = score
        return nil
    }

    private mutating func place(for pod: DevicePod, _ policy: DevicePolicy) -> (shares: [[VGPUShare]], score: Double)? {
        if let wanted = pod.annotations["volcano.sh/vgpu-mode"], wanted != mode { return nil }
        return place(configuration.vgpuRequests(of: pod.pod), pod: pod, policy: policy)
    }

    func score(_ pod: DevicePod, policy: DevicePolicy) -> Double { lastScore }

    mutating func reserve(for pod: DevicePod, policy: DevicePolicy) -> [String: String]? {
        guard let (shares, _) = place(for: pod, policy) else { return nil }
        let ids = shares.map { list in
            list.map { share in
                let suffix = share.slot.flatMap { cards[share.card].mig?.suffix(of: $0) } ?? ""
                return "\(cards[share.card].uuid)\(suffix),NVIDIA,\(share.memory),\(share.cores):"
            }.joined()
        }.joined(separator: ";")
        return [
            "volcano.sh/vgpu-node": nodeName, "volcano.sh/vgpu-ids-new": ids, "volcano.sh/devices-to-allocate": ids,
        ]
    }

    mutating func restore(_ pod: DevicePod) {
        guard let text = pod.annotations["volcano.sh/vgpu-ids-new"] else { return }
        for entry in text.split(whereSeparator: { $0 == ";" || $0 == ":" }) {
            let items = entry.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard items.count >= 4, let index = cards.firstIndex(where: { items[0].contains($0.uuid) }) else {
                continue
            }
            var share = VGPUShare(card: index, memory: max(0, Int(items[2]) ?? 0), cores: max(0, Int(items[3]) ?? 0))
            if let mig = cards[index].mig {
                guard let slot = mig.slot(named: items[0]) else { continue }
                share.slot = slot
                share.memory = mig.memory(of: slot) / max(1, configuration.memoryFactor)
            }
            charge(share, to: pod)
        }
    }

    mutating func release(_ pod: DevicePod) {
        for index in cards.indices {
            guard let usage = cards[index].pods.removeValue(forKey: pod.uid) else { continue }
            cards[index].usedNumber -= usage.number
            cards[index].usedMemory -= usage.memory
            cards[index].usedCores -= usage.cores
            for slot in usage.slots { cards[index].mig?.free(slot) }
        }
        labels[pod.uid] = nil
    }
}
