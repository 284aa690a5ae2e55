import KubernetesObjects
import Quantities
import Scheduling

/// The workload on which the real Volcano was timed: no random numbers, see `docs/volcano.md`.
///
/// Nodes of 128 cpu, 2Ti and 8 GPUs; 8 queues; running gangs of low priority on 8 nodes each; pending gangs of 8 to 256
/// pods, every tenth of high priority.
struct VolcanoWorld {
    var nodes: Int
    var pending: Int
    /// Running pods on each node: 4 is half loaded, 8 is full.
    var load: Int

    /// 2026-01-01T00:00:00Z; the cycle takes place 48 hours later.
    private static let start: Int64 = 1_767_225_600
    static let now = Timestamp(nanoseconds: (start + 48 * 3600) * 1_000_000_000)

    func snapshot() -> ClusterSnapshot {
        var objects = ObjectSet()
        objects.priorityClasses = [("low", 10), ("high", 1000)].map { name, value in
            var item = PriorityClass()
            item.metadata = ObjectMeta(name: name)
            item.value = Int32(value)
            return item
        }
        objects.queues = (0..<8).map { index in
            var queue = Queue()
            queue.metadata = ObjectMeta(name: "q\(index)")
            queue.weight = Int32(1 + index % 4)
            queue.state = "Open"
            return queue
        }
        objects.nodes = (0..<nodes).map(Self.node)
        for run in 0..<(nodes / 8) { addRunning(run, to: &objects) }
        addPending(to: &objects)
        return ClusterSnapshot(objects)
    }

    private static func node(_ index: Int) -> Node {
        var node = Node()
        let digits = String(index)
        node.metadata = ObjectMeta(name: "node-" + String(repeating: "0", count: 5 - min(5, digits.count)) + digits)
        node.metadata.labels["kubernetes.io/hostname"] = node.metadata.name
        node.allocatable = [
            "cpu": KubernetesQuantity(128), "memory": KubernetesQuantity(2 << 40),
            "nvidia.com/gpu": KubernetesQuantity(8), "pods": KubernetesQuantity(110),
        ]
        return node
    }

    private func addRunning(_ run: Int, to objects: inout ObjectSet) {
        let name = "run-\(run)"
        let created = Self.start + Int64(run)
        objects.podGroups.append(
            Self.group(name, size: 8 * load, queue: run % 8, className: "low", phase: "Running", created: created))
        for index in 0..<(8 * load) {
            var pod = Self.pod(name, index, created: created, priority: 10)
            pod.spec.nodeName = objects.nodes[8 * run + index / load].metadata.name
            pod.status.phase = "Running"
            pod.status.startTime = pod.metadata.creationTimestamp
            objects.pods.append(pod)
        }
    }

    private func addPending(to objects: inout ObjectSet) {
        var left = pending
        var gang = 0
        while left > 0 {
            let size = min(left, 8 << (gang % 6))
            let isHigh = gang % 10 == 9
            let created = Self.start + 24 * 3600 + Int64(gang)
            let name = "gang-\(gang)"
            objects.podGroups.append(
                Self.group(
                    name, size: size, queue: gang % 8, className: isHigh ? "high" : "low", phase: "Pending",
                    created: created))
            for index in 0..<size {
                var pod = Self.pod(name, index, created: created, priority: isHigh ? 1000 : 10)
                pod.status.phase = "Pending"
                objects.pods.append(pod)
            }
            left -= size
            gang += 1
        }
    }

    private static func group(
        _ name: String, size: Int, queue: Int, className: String, phase: String, created: Int64
    ) -> PodGroup {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name, namespace: "default")
        group.metadata.creationTimestamp = Timestamp(nanoseconds: created * 1_000_000_000)
        group.minMember = Int32(size)
        group.minTaskMember = ["worker": Int32(size)]
        group.minResources = [
            "cpu": KubernetesQuantity(Int64(8 * size)), "memory": KubernetesQuantity(Int64(size) << 36),
            "nvidia.com/gpu": KubernetesQuantity(Int64(size)),
        ]
        group.queue = "q\(queue)"
        group.priorityClassName = className
        group.phase = phase
        return group
    }

    private static func pod(_ group: String, _ index: Int, created: Int64, priority: Int32) -> Pod {
        var pod = Pod()
        pod.metadata = ObjectMeta(name: "\(group)-\(index)", namespace: "default")
        pod.metadata.uid = "default-\(group)-\(index)"
        pod.metadata.creationTimestamp = Timestamp(nanoseconds: created * 1_000_000_000)
        pod.metadata.labels["volcano.sh/task-spec"] = "worker"
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = group
        pod.spec.priority = priority
        var container = Container()
        container.name = "c"
        container.resources.requests = [
            "cpu": KubernetesQuantity(8), "memory": KubernetesQuantity(1 << 36),
            "nvidia.com/gpu": KubernetesQuantity(1),
        ]
        pod.spec.containers = [container]
        return pod
    }
}
