import Configuration
import KubernetesObjects
import Quantities

@testable import Scheduling

/// A small cluster in shorthand, for tests of cards, cpus and scores.
struct DeviceScene {
    var objects = ObjectSet()
    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    /// One open queue `q`.
    init() {
        var queue = Queue()
        queue.metadata = ObjectMeta(name: "q")
        queue.state = "Open"
        objects.queues = [queue]
    }

    /// A node of 64 cores, 64 GiB and 100 pods, with more where told.
    mutating func node(_ name: String, _ more: ResourceList = [:], annotations: [String: String] = [:]) {
        var node = Node()
        node.metadata = ObjectMeta(name: name)
        node.metadata.annotations = annotations
        node.allocatable = [
            "cpu": KubernetesQuantity(64), "memory": KubernetesQuantity(64 << 30), "pods": KubernetesQuantity(100),
        ]
        for entry in more.entries { node.allocatable[entry.name] = entry.quantity }
        node.capacity = node.allocatable
        objects.nodes.append(node)
    }

    /// A node whose vGPU device plugin registered cards of `memory` MiB for `limit` pods each.
    mutating func vgpuNode(
        _ name: String, cards: Int = 1, memory: Int = 16384, limit: Int = 4, model: String = "NVIDIA-T4",
        mode: String = "hami-core"
    ) {
        let register = (0..<cards).map { "GPU-\(name)-\($0),\(limit),\(memory),\(model),true,\(mode):" }.joined()
        let amounts: ResourceList = [
            "volcano.sh/vgpu-number": KubernetesQuantity(Int64(cards * limit)),
            "volcano.sh/vgpu-cores": KubernetesQuantity(Int64(cards * 100)),
            "volcano.sh/vgpu-memory": KubernetesQuantity(Int64(cards * memory)),
        ]
        node(name, amounts, annotations: ["volcano.sh/node-vgpu-register": register])
    }

    /// A pod of one container in a PodGroup of its own, pending unless it has a node. Limits count as requests too.
    mutating func pod(
        _ name: String, on node: String = "", _ limits: ResourceList = [:], requests: ResourceList? = nil,
        annotations: [String: String] = [:], labels: [String: String] = [:], group: String? = nil
    ) {
        var container = Container()
        container.name = "c"
        container.resources.limits = limits
        container.resources.requests = requests ?? limits
        pod(name, on: node, containers: [container], annotations: annotations, labels: labels, group: group)
    }

    mutating func pod(
        _ name: String, on node: String = "", containers: [Container], annotations: [String: String] = [:],
        labels: [String: String] = [:], group: String? = nil
    ) {
        let group = group ?? name
        if !objects.podGroups.contains(where: { $0.metadata.name == group }) { self.group(group) }
        var pod = Pod()
        pod.metadata = ObjectMeta(name: name, namespace: "ns")
        pod.metadata.uid = name
        pod.metadata.annotations = annotations
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = group
        pod.metadata.labels = labels
        pod.spec.nodeName = node
        pod.spec.containers = containers
        pod.status.phase = node.isEmpty ? "Pending" : "Running"
        objects.pods.append(pod)
    }

    mutating func group(_ name: String, minMember: Int32 = 1, annotations: [String: String] = [:]) {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name, namespace: "ns")
        group.metadata.annotations = annotations
        group.queue = "q"
        group.phase = "Inqueue"
        group.minMember = minMember
        objects.podGroups.append(group)
    }

    /// A session with a plugin, and gang and predicates unless told otherwise.
    func session(
        _ plugin: String, _ arguments: [String: JSONValue] = [:], others: [String] = ["gang", "predicates"],
        memory: SchedulerMemory = SchedulerMemory(), _ rule: TieRule = .lowestName
    ) -> VolcanoSession {
        let options = others.map { PluginOption(name: $0) }
        return VolcanoSession(
            ClusterSnapshot(objects),
            configuration: VolcanoConfiguration(
                actions: ["allocate"],
                tiers: [options + [PluginOption(name: plugin, arguments: PluginArguments(arguments))]]),
            now: Self.now, tieRule: rule, memory: memory)
    }
}

extension ResourceList {
    /// A request of vGPUs.
    static func vgpu(_ number: Int = 1, memory: Int? = nil, cores: Int? = nil, percent: Int? = nil) -> Self {
        var list: ResourceList = ["volcano.sh/vgpu-number": KubernetesQuantity(Int64(number))]
        if let memory { list["volcano.sh/vgpu-memory"] = KubernetesQuantity(Int64(memory)) }
        if let cores { list["volcano.sh/vgpu-cores"] = KubernetesQuantity(Int64(cores)) }
        if let percent { list["volcano.sh/vgpu-memory-percentage"] = KubernetesQuantity(Int64(percent)) }
        return list
    }

    /// Cores and one GiB, as a Guaranteed pod limits them.
    static func guaranteed(cores: Int) -> Self {
        ["cpu": KubernetesQuantity(Int64(cores)), "memory": KubernetesQuantity(1 << 30)]
    }
}

extension VolcanoSession {
    /// Reasons why a node refuses a pod.
    func refusals(_ pod: String, on name: String) -> [String] {
        _ = prePredicate(task(pod))
        return predicate(task(pod), node(name)).map(\.reason)
    }
}
