import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// What the scheduler assumes until the objects show it.
@Suite struct SchedulerCacheTests {
    private static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    /// A node of two cores, and a PodGroup with one pending pod of two cores per name.
    private static func objects(pending: [String]) -> ObjectSet {
        var objects = ObjectSet()
        var node = Node()
        node.metadata = ObjectMeta(name: "n1")
        node.allocatable = ["cpu": KubernetesQuantity(2), "pods": KubernetesQuantity(10)]
        objects.nodes = [node]
        var queue = Queue()
        queue.metadata = ObjectMeta(name: "q")
        objects.queues = [queue]
        for name in pending {
            var group = PodGroup()
            group.metadata = ObjectMeta(name: name, namespace: "ns")
            group.queue = "q"
            group.minMember = 1
            group.phase = "Inqueue"
            objects.podGroups.append(group)
            var pod = Pod()
            pod.metadata = ObjectMeta(name: name + "-0", namespace: "ns")
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = name
            pod.status.phase = "Pending"
            var container = Container()
            container.resources.requests = ["cpu": KubernetesQuantity(2)]
            pod.spec.containers = [container]
            objects.pods.append(pod)
        }
        return objects
    }

    private static func scheduler(_ actions: [String]) -> SchedulerCache {
        SchedulerCache(
            VolcanoConfiguration(
                actions: actions, tiers: [["priority", "gang", "predicates"].map { PluginOption(name: $0) }]),
            tieRule: .lowestName)
    }

    @Test func aPodBoundOnceKeepsItsPlaceThoughTheObjectsDoNotShowIt() {
        var cache = Self.scheduler(["allocate"])
        let objects = Self.objects(pending: ["a", "b"])
        #expect(cache.runCycle(over: objects, now: Self.now).binds.map(\.pod) == ["ns/a-0"])
        #expect(cache.assumed == ["ns/a-0": "n1"])
        let second = cache.runCycle(over: objects, now: Self.now)
        #expect(!second.movesPods)
        #expect(second.phases["ns/a"] == "Inqueue")
    }

    @Test func whatTheObjectsShowIsNoLongerAssumed() {
        var cache = Self.scheduler(["allocate"])
        var objects = Self.objects(pending: ["a"])
        _ = cache.runCycle(over: objects, now: Self.now)
        objects.pods[0].spec.nodeName = "n1"
        objects.pods[0].status.phase = "Running"
        let second = cache.runCycle(over: objects, now: Self.now)
        #expect(cache.assumed.isEmpty)
        #expect(second.phases["ns/a"] == "Running")
        objects.pods = []
        _ = cache.runCycle(over: objects, now: Self.now)
        #expect(cache.assumed.isEmpty && cache.cycles == 3)
    }

    /// The victim is evicted once, and its place is waited for.
    @Test func aPodEvictedOnceIsOnItsWayOut() {
        var cache = Self.scheduler(["allocate", "preempt"])
        cache.configuration.tiers[0][1].flags["enablePreemptable"] = false
        var objects = Self.objects(pending: ["low", "high"])
        objects.pods[0].spec.nodeName = "n1"
        objects.pods[0].status.phase = "Running"
        objects.podGroups[0].phase = "Running"
        var high = PriorityClass()
        high.metadata = ObjectMeta(name: "high")
        high.value = 100
        objects.priorityClasses = [high]
        objects.podGroups[1].priorityClassName = "high"
        objects.pods[1].spec.priority = 100
        let first = cache.runCycle(over: objects, now: Self.now)
        #expect(first.evictions.map(\.pod) == ["ns/low-0"])
        #expect(first.evictions.map(\.action) == ["preempt"])
        #expect(first.nominations == ["ns/high-0": "n1"])
        #expect(cache.leaving == ["ns/low-0"])
        let second = cache.runCycle(over: objects, now: Self.now)
        #expect(second.evictions.isEmpty)
        #expect(second.pipelined == ["ns/high-0": "n1"])
        objects.pods.remove(at: 0)
        let third = cache.runCycle(over: objects, now: Self.now)
        #expect(third.binds.map(\.pod) == ["ns/high-0"])
        #expect(cache.leaving.isEmpty)
    }

    @Test func everyCycleHasAChanceOfItsOwn() {
        var cache = SchedulerCache(
            VolcanoConfiguration(actions: ["allocate"], tiers: [[PluginOption(name: "gang")]]), tieRule: .seeded(7))
        var objects = Self.objects(pending: ["a"])
        for index in 2...9 {
            var node = objects.nodes[0]
            node.metadata.name = "n\(index)"
            objects.nodes.append(node)
        }
        var places: Set<String> = []
        for _ in 0..<20 {
            places.formUnion(cache.runCycle(over: objects, now: Self.now).binds.map(\.node))
            // The pod vanishes, and the same comes again.
            _ = cache.runCycle(over: ObjectSet(), now: Self.now)
        }
        #expect(places.count > 3)
    }
}
