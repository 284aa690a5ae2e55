import KubernetesObjects
import Quantities
import Scheduling

@testable import ControlPlane

/// Small worlds of cpu only.
struct World {
    var objects = ObjectSet()

    init(nodes: Int, cores: Int64, queues: [String] = ["q"]) {
        for index in 0..<nodes {
            var node = Node()
            node.metadata = ObjectMeta(name: "n\(index)")
            node.allocatable = ["cpu": KubernetesQuantity(cores), "pods": KubernetesQuantity(20)]
            objects.nodes.append(node)
        }
        for name in queues {
            var queue = Queue()
            queue.metadata = ObjectMeta(name: name)
            queue.state = "Open"
            objects.queues.append(queue)
        }
    }

    /// A PodGroup of pods with `cores` each; the first ones run where `on` says.
    mutating func add(
        _ name: String, queue: String = "q", pods: Int, minMember: Int32, cores: Int64, on nodes: [String] = [],
        created: Int64 = 0
    ) {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: name, namespace: "ns")
        group.metadata.uid = name
        group.metadata.creationTimestamp = Timestamp(nanoseconds: Self.now.nanoseconds + created * 1_000_000_000)
        group.queue = queue
        group.minMember = minMember
        group.phase = nodes.isEmpty ? "Pending" : "Running"
        objects.podGroups.append(group)
        for index in 0..<pods {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: "\(name)-\(index)", namespace: "ns")
            pod.metadata.uid = "\(name)-\(index)"
            pod.metadata.creationTimestamp = group.metadata.creationTimestamp
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = name
            pod.status.phase = index < nodes.count ? "Running" : "Pending"
            if index < nodes.count { pod.spec.nodeName = nodes[index] }
            var container = Container()
            container.resources.requests = ["cpu": KubernetesQuantity(cores)]
            pod.spec.containers = [container]
            objects.pods.append(pod)
        }
    }

    static let now = Timestamp(nanoseconds: 1_767_261_600_000_000_000)

    static func configuration(_ actions: String, _ tiers: [[String]]) -> VolcanoConfiguration {
        VolcanoConfiguration(
            actions: actions.split(separator: " ").map(String.init),
            tiers: tiers.map { $0.map { PluginOption(name: $0) } })
    }

    /// What cycles over this world, unchanged, are seen to do.
    func history(_ configuration: VolcanoConfiguration, cycles: Int) -> ClusterHistory {
        var cache = SchedulerCache(configuration, tieRule: .lowestName)
        var recorder = HistoryRecorder(configuration: configuration)
        for cycle in 0..<cycles {
            let moment = Moment(time: .zero + .seconds(Int64(cycle)), cycle: cycle)
            _ = cache.runCycle(over: objects, now: Self.now) { recorder.observe($0, at: moment) }
        }
        return recorder.history
    }

    /// The same as a watch of long runs keeps it.
    func watched(_ configuration: VolcanoConfiguration, cycles: Int, interval: SimDuration) -> ClusterHistory {
        var cache = SchedulerCache(configuration, tieRule: .lowestName)
        var watch = RunWatch(
            configuration: configuration, jobs: objects.podGroups.count, period: .seconds(1), interval: interval)
        for cycle in 0..<cycles {
            let time = SimTime.zero + .seconds(Int64(cycle))
            _ = cache.runCycle(over: objects, now: Self.now) { session in
                let names = session.jobs.map(\.uid)
                watch.observe(
                    session, at: time, next: time + .seconds(1), isWhole: true,
                    names: RunWatch.Names(key: { $0.index }, name: { names[Int($0)] }))
            }
        }
        watch.finish(at: .zero + .seconds(Int64(cycles - 1)))
        return watch.history
    }
}
