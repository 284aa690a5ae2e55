import Configuration
import KubernetesObjects
import Quantities

@testable import Scheduling

/// A small cluster in shorthand, for tests of the actions that evict.
struct EvictionScene {
    var objects = ObjectSet()
    var actionArguments: [String: PluginArguments] = [:]
    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    /// Queues share the cluster alike; PriorityClasses low 10, mid 100, high 1000.
    init(queues: [String] = ["q"], unreclaimable: [String] = []) {
        for name in queues {
            var queue = Queue()
            queue.metadata = ObjectMeta(name: name)
            queue.state = "Open"
            queue.weight = 1
            if unreclaimable.contains(name) { queue.reclaimable = false }
            objects.queues.append(queue)
        }
        for (name, value) in [("low", 10), ("mid", 100), ("high", 1000)] {
            var item = PriorityClass()
            item.metadata = ObjectMeta(name: name)
            item.value = Int32(value)
            objects.priorityClasses.append(item)
        }
    }

    mutating func node(_ name: String, cpu: Int) {
        var node = Node()
        node.metadata = ObjectMeta(name: name)
        node.allocatable = [
            "cpu": KubernetesQuantity(Int64(cpu)), "memory": KubernetesQuantity(Int64(64) << 30),
            "pods": KubernetesQuantity(Int64(20)),
        ]
        objects.nodes.append(node)
    }

    /// A PodGroup whose pods run where `on` says (empty: pending), one cpu each unless told otherwise.
    mutating func group(
        _ name: String, queue: String = "q", priority: String = "low", minMember: Int = 1, on places: [String],
        cpu: Int = 1, _ adjust: (inout Pod, Int) -> Void = { _, _ in }
    ) {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name)
        group.metadata.namespace = "ns"
        group.queue = queue
        group.minMember = Int32(minMember)
        group.priorityClassName = priority
        group.phase = places.allSatisfy(\.isEmpty) ? "Inqueue" : "Running"
        objects.podGroups.append(group)
        for (index, place) in places.enumerated() {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: "\(name)-\(index)")
            pod.metadata.namespace = "ns"
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = name
            pod.spec.nodeName = place
            pod.spec.priority = objects.priorityClasses.first { $0.metadata.name == priority }?.value
            pod.status.phase = place.isEmpty ? "Pending" : "Running"
            var container = Container()
            if cpu > 0 { container.resources.requests = ["cpu": KubernetesQuantity(Int64(cpu))] }
            pod.spec.containers = [container]
            adjust(&pod, index)
            objects.pods.append(pod)
        }
    }

    mutating func adjustGroup(_ name: String, _ adjust: (inout PodGroup) -> Void) {
        guard let place = objects.podGroups.firstIndex(where: { $0.metadata.name == name }) else { return }
        adjust(&objects.podGroups[place])
    }

    mutating func arguments(of action: String, _ values: [String: JSONValue]) {
        actionArguments[action] = PluginArguments(values)
    }

    /// A session with these plugins; gang does not protect pods unless told otherwise.
    func session(
        _ tiers: [[String]] = [["priority", "gang", "conformance"]], gangProtects: Bool = false,
        _ rule: TieRule = .lowestName
    ) -> VolcanoSession {
        let options = tiers.map { tier in
            tier.map { PluginOption(name: $0, flags: $0 == "gang" ? ["enablePreemptable": gangProtects] : [:]) }
        }
        return VolcanoSession(
            ClusterSnapshot(objects),
            configuration: VolcanoConfiguration(actions: [], tiers: options, actionArguments: actionArguments),
            now: Self.now, tieRule: rule)
    }
}

extension VolcanoSession {
    /// Names of the pods evicted so far, in order.
    var evictedNames: [String] { evictions.map { self[$0.task].name } }
    /// `pod@node` of the Pipelined pods, by name.
    var pipelinedPlaces: [String] {
        tasks.filter { $0.status == .pipelined }.map { "\($0.name)@\($0.node.map { self[$0].name } ?? "")" }.sorted()
    }
    func task(_ name: String) -> TaskRef { snapshot.taskIndex["ns/" + name] ?? TaskRef(0) }
    func job(_ name: String) -> JobRef { snapshot.jobIndex["ns/" + name] ?? JobRef(0) }
}
