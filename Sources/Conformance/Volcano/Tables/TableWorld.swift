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

    /// Adds a pending pod of the PodGroup, in a sub-group if one is named (policy and value of its label).
    func addPod(
        _ name: String, milliCPU: Int64, priority: Int32? = nil, role: String = "",
        subGroup: (policy: String, value: String)? = nil
    ) {
        var pod = Pod()
        pod.metadata = ObjectMeta(name: name, namespace: "default")
        pod.metadata.uid = name
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = "job"
        if !role.isEmpty { pod.metadata.labels["volcano.sh/task-spec"] = role }
        if let subGroup { pod.metadata.labels[subGroup.policy] = subGroup.value }
        pod.status.phase = "Pending"
        pod.spec.priority = priority
        var container = Container()
        if milliCPU > 0 { container.resources.requests["cpu"] = KubernetesQuantity(milli: milliCPU) }
        pod.spec.containers = [container]
        objects.pods.append(pod)
    }

    /// `namespace/name` of the pod that was added as number `index`.
    func podKey(_ index: Int) -> String { objects.pods[index].metadata.key }

    /// Adds a policy whose sub-groups are told apart by the label of the policy's name; each name once.
    func addSubGroupPolicy(_ name: String, size: Int, minSubGroups: Int = 0) {
        guard !group.subGroupPolicy.contains(where: { $0.name == name }) else { return }
        var policy = SubGroupPolicy()
        policy.name = name
        policy.matchLabelKeys = [name]
        policy.subGroupSize = Int32(clamping: size)
        policy.minSubGroups = Int32(clamping: minSubGroups)
        group.subGroupPolicy.append(policy)
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
