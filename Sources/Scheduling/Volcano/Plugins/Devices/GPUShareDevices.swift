import KubernetesObjects

/// The older sharing of cards by memory, and whole cards by number (upstream: `api/devices/nvidia/gpushare`; reference
/// section 12).
///
/// Memory goes to the card of lowest index that has enough, numbers to the lowest cards without any pod.
package struct GPUShareDevices: NodeDevices {
    /// What a pod has.
    private struct Holding {
        var cards: [Int]
        /// Memory on each of the cards; 0 for a completed pod.
        var memory: Int
    }

    static let memoryName = "volcano.sh/gpu-memory"
    static let numberName = "volcano.sh/gpu-number"

    let nodeName: String
    /// Indexes of healthy cards, ascending.
    let cards: [Int]
    let memoryPerCard: Int
    let sharesMemory: Bool
    let countsCards: Bool
    private var holdings: [String: Holding] = [:]

    /// The cards of the node's capacity, without those that `volcano.sh/gpu-unhealthy-ids` names; nil for a node without.
    init?(_ node: Node, sharesMemory: Bool, countsCards: Bool) {
        let capacity = node.capacity.isEmpty ? node.allocatable : node.capacity
        guard let memory = capacity[Self.memoryName], let number = capacity[Self.numberName], number.value > 0 else {
            return nil
        }
        nodeName = node.metadata.name
        let unhealthy = (node.metadata.annotations["volcano.sh/gpu-unhealthy-ids"] ?? "").split(separator: ",")
            .compactMap { Int($0) }
        cards = (0..<Int(min(number.value, 1024))).filter { !unhealthy.contains($0) }
        memoryPerCard = Int(memory.value / number.value)
        self.sharesMemory = sharesMemory
        self.countsCards = countsCards
    }

    /// Most of the pod's init containers, or the sum of its containers.
    private static func amount(_ name: String, of pod: Pod) -> Int {
        func limit(_ container: Container) -> Int {
            container.resources.limits[name].map { Int(clamping: $0.value) } ?? 0
        }
        let sum = pod.spec.containers.reduce(0) { $0.addingReportingOverflow(limit($1)).partialValue }
        return max(sum, pod.spec.initContainers.map(limit).max() ?? 0)
    }

    /// Cards that a pod asks for as a whole (upstream: getGPUNumberOfPod).
    package static func number(of pod: Pod) -> Int { amount(numberName, of: pod) }

    private func cardForMemory(_ memory: Int) -> Int? {
        cards.first { card in
            let used = holdings.values.reduce(0) { $1.cards.contains(card) ? $0 + $1.memory : $0 }
            return memoryPerCard - used >= memory
        }
    }

    private func idleCards(_ number: Int) -> [Int]? {
        let idle = cards.filter { card in !holdings.values.contains { $0.cards.contains(card) } }
        return idle.count < number ? nil : Array(idle.prefix(number))
    }

    var kind: String { "GpuShare" }

    func isRequested(by pod: DevicePod) -> Bool {
        sharesMemory && Self.amount(Self.memoryName, of: pod.pod) > 0 || countsCards && Self.number(of: pod.pod) > 0
    }

    mutating func refusal(of pod: DevicePod, policy: DevicePolicy) -> FitStatus? {
        let (memory, number) = (Self.amount(Self.memoryName, of: pod.pod), Self.number(of: pod.pod))
        if sharesMemory, memory > 0, cardForMemory(memory) == nil {
            return FitStatus(
                .unschedulable, "GpuShare no enough gpu memory on node \(nodeName)", plugin: DeviceSharePlugin.name)
        }
        if countsCards, number > 0, idleCards(number) == nil {
            return FitStatus(
                .unschedulable, "GpuNumber no enough gpu number on node \(nodeName)", plugin: DeviceSharePlugin.name)
        }
        return nil
    }

    func score(_ pod: DevicePod, policy: DevicePolicy) -> Double { 0 }

    mutating func reserve(for pod: DevicePod, policy: DevicePolicy) -> [String: String]? {
        let (memory, number) = (Self.amount(Self.memoryName, of: pod.pod), Self.number(of: pod.pod))
        var chosen: [Int] = []
        if memory > 0 {
            guard let card = cardForMemory(memory) else { return nil }
            chosen = [card]
        }
        if number > 0 {
            guard let idle = idleCards(number) else { return nil }
            chosen = Set(chosen + idle).sorted()
        }
        holdings[pod.uid] = Holding(cards: chosen, memory: memory)
        return ["volcano.sh/gpu-index": chosen.map(String.init).joined(separator: ",")]
    }

    mutating func restore(_ pod: DevicePod) {
        let memory = Self.amount(Self.memoryName, of: pod.pod)
        guard memory > 0 || Self.number(of: pod.pod) > 0, let text = pod.annotations["volcano.sh/gpu-index"] else {
            return
        }
        let indexes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard !indexes.contains(nil) else { return }
        let isOver = ["Succeeded", "Failed"].contains(pod.pod.status.phase)
        holdings[pod.uid] = Holding(cards: indexes.compactMap { $0 }, memory: isOver ? 0 : memory)
    }

    mutating func release(_ pod: DevicePod) { holdings[pod.uid] = nil }
}
