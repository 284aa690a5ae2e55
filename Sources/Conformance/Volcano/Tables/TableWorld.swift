import KubernetesObjects
import Quantities
import Scheduling

/// A small world for a check of a table: one queue, one PodGroup with some pods, some nodes.
final class TableWorld {
    private var objects = ObjectSet()
    /// The PodGroup, `default/job`.
    var group = PodGroup()

    init() {
        var queue = Queue()
        queue.metadata.name = "default"
        objects.queues = [queue]
        group.metadata = ObjectMeta(name: "job", namespace: "default")
        group.queue = "default"
    }

    /// Adds roomy nodes; each name once.
    func addNodes(_ names: [String]) {
        for name in names where !objects.nodes.contains(where: { $0.metadata.name == name }) {
            var node = Node()
            node.metadata.name = name
            node.allocatable = ["cpu": KubernetesQuantity(1000), "pods": KubernetesQuantity(1000)]
            objects.nodes.append(node)
        }
    }

    /// Adds a pending pod of the PodGroup.
    func addPod(_ name: String, requestsCPU: Bool) {
        var pod = Pod()
        pod.metadata = ObjectMeta(name: name, namespace: "default")
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = "job"
        pod.metadata.labels["group"] = "0"
        pod.status.phase = "Pending"
        var container = Container()
        if requestsCPU { container.resources.requests["cpu"] = KubernetesQuantity(1) }
        pod.spec.containers = [container]
        objects.pods.append(pod)
    }

    /// `namespace/name` of the pod that was added as number `index`.
    func podKey(_ index: Int) -> String { objects.pods[index].metadata.key }

    /// Makes all pods one sub-group.
    func divideIntoOneSubGroup(size: Int) {
        var policy = SubGroupPolicy()
        policy.name = "sub"
        policy.matchLabelKeys = ["group"]
        policy.subGroupSize = Int32(clamping: size)
        group.subGroupPolicy = [policy]
    }

    /// A session over the world, without plugins unless they are named.
    func session(plugins: [PluginOption] = [], rule: TieRule = .lowestName) -> VolcanoSession {
        var world = objects
        world.podGroups = [group]
        return VolcanoSession(
            ClusterSnapshot(world), configuration: VolcanoConfiguration(actions: [], tiers: [plugins]),
            now: Timestamp(nanoseconds: 0), tieRule: rule)
    }
}

extension TaskStatus {
    /// The status that cases call so.
    init(named name: String) throws(CaseProblem) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else {
            throw .unsupported("task status \(name)")
        }
        self = status
    }
}
