import Configuration
import KubernetesObjects
import Quantities
import SimulationKernel

@testable import Scheduling

/// A small random cluster in the middle of its life, with a random configuration: same seed, same world.
struct RandomVolcanoWorld {
    private var stream: RandomStream
    var objects = ObjectSet()
    var configuration = VolcanoConfiguration(actions: [], tiers: [])
    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    init(seed: UInt64) {
        stream = RandomStream(seed: seed, name: "random-volcano-world")
        makeConfiguration()
        makeClasses()
        makeQueues()
        makeNodes()
        for index in 0..<stream.below(8) { makeGroup(index, running: true) }
        for index in 0..<(1 + stream.below(10)) { makeGroup(100 + index, running: false) }
    }

    func session(_ rule: TieRule, _ mode: NodeSearchMode) -> VolcanoSession {
        VolcanoSession(
            ClusterSnapshot(objects), configuration: configuration, now: Self.now, tieRule: rule, searchMode: mode)
    }

    private mutating func chance(_ percent: Int) -> Bool { stream.below(100) < percent }
    private mutating func one<T>(of list: [T]) -> T { list[stream.below(list.count)] }

    private mutating func makeConfiguration() {
        configuration.actions = one(of: [
            ["enqueue", "allocate", "backfill"], ["enqueue", "allocate", "preempt", "reclaim", "backfill"],
            ["allocate", "backfill"], ["enqueue", "reclaim", "allocate", "preempt", "backfill"],
        ])
        var first = [PluginOption(name: "priority"), PluginOption(name: "gang"), PluginOption(name: "conformance")]
        if chance(40) { first[1].flags["enablePreemptable"] = false }
        var second = ["drf", "predicates", "nodeorder"].map { PluginOption(name: $0) }
        second.append(PluginOption(name: one(of: ["proportion", "proportion", "capacity"])))
        if chance(50) { second.append(PluginOption(name: "overcommit")) }
        if chance(40) {
            second.append(
                PluginOption(
                    name: "binpack",
                    arguments: PluginArguments([
                        "binpack.weight": .integer(Int64(1 + stream.below(9))),
                        "binpack.resources": .string("nvidia.com/gpu"),
                        "binpack.resources.nvidia.com/gpu": .integer(Int64(stream.below(6))),
                    ])))
        }
        configuration.tiers = [first, second]
    }

    private mutating func makeClasses() {
        objects.priorityClasses = [("low", 10), ("mid", 100), ("high", 1000)].map { name, value in
            var item = PriorityClass()
            item.metadata = ObjectMeta(name: name)
            item.value = Int32(value)
            return item
        }
    }

    private mutating func makeQueues() {
        for index in 0..<(1 + stream.below(3)) {
            var queue = Queue()
            queue.metadata = ObjectMeta(name: "q\(index)")
            queue.weight = Int32(1 + stream.below(4))
            queue.state = chance(93) ? "Open" : "Closed"
            if chance(30) { queue.capability = ["cpu": KubernetesQuantity(Int64(4 + stream.below(60)))] }
            if chance(40) {
                queue.deserved = [
                    "cpu": KubernetesQuantity(Int64(2 + stream.below(30))),
                    "memory": KubernetesQuantity(Int64(2 + stream.below(60)) << 30),
                ]
            }
            objects.queues.append(queue)
        }
    }

    private mutating func makeNodes() {
        let count = chance(15) ? 101 + stream.below(120) : 2 + stream.below(14)
        for index in 0..<count {
            var node = Node()
            node.metadata = ObjectMeta(name: "n\(1000 + index)")
            node.metadata.labels = [
                "kubernetes.io/hostname": node.metadata.name, "zone": one(of: ["a", "b", "c"]),
                "disk": one(of: ["ssd", "hdd"]),
            ]
            let size = Int64(1 + stream.below(3))
            node.allocatable = [
                "cpu": KubernetesQuantity(4 * size), "memory": KubernetesQuantity(8 * size << 30),
                "pods": KubernetesQuantity(chance(85) ? 110 : 3),
            ]
            if chance(60) { node.allocatable["nvidia.com/gpu"] = KubernetesQuantity(4 * size) }
            if chance(8) { node.unschedulable = true }
            if chance(15) {
                var taint = Taint()
                taint.key = "dedicated"
                taint.value = "batch"
                taint.effect = one(of: ["NoSchedule", "PreferNoSchedule"])
                node.taints = [taint]
            }
            objects.nodes.append(node)
        }
    }

    private mutating func makeGroup(_ index: Int, running: Bool) {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: "pg\(index)", namespace: one(of: ["ns1", "ns2"]))
        let created = Timestamp(nanoseconds: Self.now.nanoseconds - Int64(1 + stream.below(9)) * 60_000_000_000)
        group.metadata.creationTimestamp = created
        group.queue = one(of: objects.queues).metadata.name
        group.priorityClassName = one(of: ["low", "mid", "high", ""])
        let roles = one(of: [["worker"], ["master", "worker"], [""]])
        let size = 1 + stream.below(running ? 4 : 7)
        group.minMember = Int32(1 + stream.below(size))
        group.phase = running ? "Running" : one(of: ["Pending", "Pending", "Inqueue"])
        let template = makeTemplate(group)
        let equalRoles = chance(70)
        for place in 0..<size {
            let role = place == 0 ? roles[0] : roles[roles.count - 1]
            var pod = equalRoles || place == 0 ? template : makeTemplate(group)
            pod.metadata.name = "pg\(index)-\(role.isEmpty ? "t" : role)-\(place)"
            pod.metadata.uid = group.metadata.namespace + "-" + pod.metadata.name
            if !role.isEmpty { pod.metadata.labels["volcano.sh/task-spec"] = role }
            if chance(20) { pod.metadata.labels["volcano.sh/preemptable"] = one(of: ["true", "false"]) }
            if running {
                guard let node = roomFor(pod) else { continue }
                pod.spec.nodeName = node
                pod.status.phase = "Running"
                pod.status.startTime = created
            } else {
                pod.status.phase = "Pending"
            }
            objects.pods.append(pod)
        }
        if chance(60) { group.minResources = template.effectiveRequests() }
        objects.podGroups.append(group)
    }

    private mutating func makeTemplate(_ group: PodGroup) -> Pod {
        var pod = Pod()
        pod.metadata = ObjectMeta(name: "", namespace: group.metadata.namespace)
        pod.metadata.creationTimestamp = group.metadata.creationTimestamp
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = group.metadata.name
        pod.spec.priority = objects.priorityClasses.first { $0.metadata.name == group.priorityClassName }?.value ?? 0
        var container = Container()
        container.name = "c"
        if !chance(12) {
            container.resources.requests = [
                "cpu": KubernetesQuantity(Int64(1 + stream.below(4))),
                "memory": KubernetesQuantity(Int64(1 + stream.below(4)) << 30),
            ]
            if chance(40) {
                container.resources.requests["nvidia.com/gpu"] = KubernetesQuantity(Int64(1 + stream.below(4)))
            }
        }
        pod.spec.containers = [container]
        if chance(15) { pod.spec.nodeSelector = ["zone": one(of: ["a", "b"])] }
        if chance(20) {
            var toleration = Toleration()
            toleration.key = "dedicated"
            toleration.operator = "Exists"
            pod.spec.tolerations = [toleration]
        }
        if chance(12) { pod.spec.affinity = makeAffinity() }
        return pod
    }

    private mutating func makeAffinity() -> Affinity {
        var affinity = Affinity()
        if chance(50) {
            var requirement = LabelRequirement()
            requirement.key = "disk"
            requirement.operator = one(of: ["In", "NotIn"])
            requirement.values = ["ssd"]
            var preferred = PreferredNodeTerm()
            preferred.weight = 10
            preferred.term.matchExpressions = [requirement]
            affinity.preferredNodeTerms = [preferred]
        } else {
            var term = PodAffinityTerm()
            var selector = LabelSelector()
            selector.matchLabels = ["volcano.sh/task-spec": "worker"]
            term.labelSelector = selector
            term.topologyKey = "kubernetes.io/hostname"
            affinity.requiredPodAntiAffinity = [term]
        }
        return affinity
    }

    /// A node with room for a running pod, so that no world starts overbooked.
    private mutating func roomFor(_ pod: Pod) -> String? {
        let first = stream.below(objects.nodes.count)
        let request = pod.effectiveRequests()
        for step in objects.nodes.indices {
            let node = objects.nodes[(first + step) % objects.nodes.count]
            let here = objects.pods.filter { $0.spec.nodeName == node.metadata.name }.map { $0.effectiveRequests() }
            let fits = request.entries.allSatisfy { entry in
                let used = here.reduce(0.0) { $0 + Double(($1[entry.name] ?? KubernetesQuantity(0)).milliValue) }
                let all = node.allocatable[entry.name].map { Double($0.milliValue) } ?? 0
                return used + Double(entry.quantity.milliValue) <= all
            }
            if fits, here.count < 3 { return node.metadata.name }
        }
        return nil
    }
}
