import Configuration
import KubernetesObjects
import Quantities

@testable import Scheduling

/// A small cluster in shorthand, for tests of how queues and jobs share it.
struct FairScene {
    private(set) var objects = ObjectSet()
    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    /// An open queue. `path` and `weights` are its place in the tree of hierarchical drf.
    mutating func queue(
        _ name: String, weight: Int32 = 1, path: String = "", weights: String = "", state: String = "Open",
        _ adjust: (inout Queue) -> Void = { _ in }
    ) {
        var queue = Queue()
        queue.metadata = ObjectMeta(name: name)
        if !path.isEmpty { queue.metadata.annotations["volcano.sh/hierarchy"] = path }
        if !weights.isEmpty { queue.metadata.annotations["volcano.sh/hierarchy-weights"] = weights }
        queue.weight = weight
        queue.state = state
        adjust(&queue)
        objects.queues.append(queue)
    }

    mutating func node(_ name: String = "n1", _ allocatable: ResourceList) {
        var node = Node()
        node.metadata = ObjectMeta(name: name)
        node.allocatable = allocatable
        objects.nodes.append(node)
    }

    /// A PodGroup in namespace `ns` with running pods (all on `n1`) and pending ones, all alike.
    mutating func job(
        _ name: String, queue: String = "q", phase: String = "Running", minMember: Int32 = 1,
        minimum: ResourceList? = nil, running: Int = 0, pending: Int = 0, each request: ResourceList = ResourceList(),
        gates: [String] = []
    ) {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name, namespace: "ns")
        group.queue = queue
        group.phase = phase
        group.minMember = minMember
        group.minResources = minimum
        objects.podGroups.append(group)
        for index in 0..<(running + pending) {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: "\(name)-\(index)", namespace: "ns")
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = name
            pod.spec.nodeName = index < running ? "n1" : ""
            pod.status.phase = index < running ? "Running" : "Pending"
            if index >= running { pod.spec.schedulingGates = gates }
            var container = Container()
            container.resources.requests = request
            pod.spec.containers = [container]
            objects.pods.append(pod)
        }
    }

    mutating func adjustJob(_ name: String, _ adjust: (inout PodGroup) -> Void) {
        for index in objects.podGroups.indices where objects.podGroups[index].metadata.name == name {
            adjust(&objects.podGroups[index])
        }
    }

    mutating func quota(hard: ResourceList, used: ResourceList = ResourceList()) {
        var quota = ResourceQuota()
        quota.metadata = ObjectMeta(name: "quota", namespace: "ns")
        quota.hard = hard
        quota.used = used
        objects.resourceQuotas.append(quota)
    }

    func session(_ plugins: [PluginOption], _ rule: TieRule = .lowestName) -> VolcanoSession {
        VolcanoSession(
            ClusterSnapshot(objects), configuration: VolcanoConfiguration(actions: ["enqueue"], tiers: [plugins]),
            now: Self.now, tieRule: rule)
    }

    func session(_ plugin: String, _ arguments: [String: JSONValue] = [:]) -> VolcanoSession {
        session([PluginOption(name: plugin, arguments: PluginArguments(arguments))])
    }
}

extension ResourceList {
    static func cpu(_ cores: Int) -> Self { ["cpu": KubernetesQuantity(Int64(cores))] }
    static func memory(gib: Int) -> Self { ["memory": KubernetesQuantity(Int64(gib) << 30)] }

    func and(_ name: String, _ amount: Int) -> Self {
        var list = self
        list[name] = KubernetesQuantity(Int64(amount))
        return list
    }
}

extension VolcanoSession {
    func queue(_ name: String) -> QueueRef { snapshot.queueIndex[name] ?? QueueRef(0) }
}
