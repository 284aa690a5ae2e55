import KubernetesObjects
import Quantities

@testable import Scheduling

/// A small cluster of GPU nodes in shorthand, for the policies behind Volcano's extension points.
struct PolicyScene {
    private(set) var objects = ObjectSet()
    private var created: Int64 = 0
    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    init(queues: [(name: String, weight: Int32)] = [("q", 1)]) {
        for (name, weight) in queues {
            var queue = Queue()
            queue.metadata = ObjectMeta(name: name)
            queue.state = "Open"
            queue.weight = weight
            objects.queues.append(queue)
        }
        for (name, value) in [("low", 0), ("mid", 1), ("high", 2)] {
            var item = PriorityClass()
            item.metadata = ObjectMeta(name: name)
            item.value = Int32(value)
            objects.priorityClasses.append(item)
        }
    }

    mutating func node(_ name: String, gpus: Int) {
        var node = Node()
        node.metadata = ObjectMeta(name: name)
        node.allocatable = [
            "cpu": KubernetesQuantity(Int64(96)), "memory": KubernetesQuantity(Int64(64) << 30),
            "pods": KubernetesQuantity(Int64(110)), "nvidia.com/gpu": KubernetesQuantity(Int64(gpus)),
        ]
        objects.nodes.append(node)
    }

    /// A gang of `pods`, each with `gpus` whole GPUs; the first ones run where `on` says. Later calls are created later.
    mutating func job(
        _ name: String, queue: String = "q", pods: Int = 1, minimum: Int? = nil, gpus: Int = 1,
        on places: [String] = [],
        started secondsAgo: Double = 3600, priority: String = "low", annotations: [String: String] = [:]
    ) {
        created += 1
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name, namespace: "ns")
        group.metadata.creationTimestamp = Timestamp(
            nanoseconds: Self.now.nanoseconds - 1_000_000_000_000_000 + created * 1_000_000_000)
        group.metadata.annotations = annotations
        group.queue = queue
        group.minMember = Int32(minimum ?? pods)
        group.priorityClassName = priority
        group.phase = places.isEmpty ? "Pending" : "Running"
        objects.podGroups.append(group)
        for index in 0..<pods {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: "\(name)-\(index)", namespace: "ns")
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = name
            pod.spec.priority = objects.priorityClasses.first { $0.metadata.name == priority }?.value
            pod.status.phase = "Pending"
            if index < places.count {
                pod.spec.nodeName = places[index]
                pod.status.phase = "Running"
                pod.status.startTime = Timestamp(nanoseconds: Self.now.nanoseconds - Int64(secondsAgo * 1e9))
            }
            var container = Container()
            container.resources.requests = [
                "cpu": KubernetesQuantity(Int64(1)), "nvidia.com/gpu": KubernetesQuantity(Int64(gpus)),
            ]
            pod.spec.containers = [container]
            objects.pods.append(pod)
        }
    }

    /// A job that asks for a run length, such as `2h`.
    mutating func job(
        _ name: String, queue: String = "q", pods: Int = 1, gpus: Int = 1, on places: [String] = [],
        started secondsAgo: Double = 3600, length: String
    ) {
        job(
            name, queue: queue, pods: pods, gpus: gpus, on: places, started: secondsAgo,
            annotations: [RunAnnotations.runLength: length])
    }

    /// A session of a policy after its actions.
    func play(_ configuration: VolcanoConfiguration, _ rule: TieRule = .lowestName) -> VolcanoSession {
        let session = VolcanoSession(
            ClusterSnapshot(objects), configuration: configuration, now: Self.now, tieRule: rule,
            extraPlugins: PolicyConfigurations.plugins, extraActions: PolicyConfigurations.actions)
        session.runActions()
        return session
    }

    func play(_ policy: SchedulingPolicy, preemption: Bool? = nil) -> VolcanoSession {
        play(PolicyConfigurations.configuration(SchedulerConfiguration(policy: policy, preemption: preemption)))
    }
}

extension VolcanoSession {
    /// Pods bound in this session, by the name of their job.
    var boundPods: [String: Int] {
        var counts: [String: Int] = [:]
        for (task, _) in binds { if let job = self[task].job { counts[self[job].name, default: 0] += 1 } }
        return counts
    }
    /// Jobs of which pods were bound, in the order of their first bind.
    var startedJobs: [String] {
        var names: [String] = []
        for (task, _) in binds {
            if let job = self[task].job, !names.contains(self[job].name) { names.append(self[job].name) }
        }
        return names
    }
    /// Jobs of which pods were evicted, by name.
    var evictedJobs: [String] { Set(evictions.compactMap { self[$0.task].job.map { self[$0].name } }).sorted() }
}
