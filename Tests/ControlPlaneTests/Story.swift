import KubernetesObjects
import Quantities
import Scheduling

@testable import ControlPlane

/// A small world: nodes of eight cores, jobs of equal pods, and a scheduler.
struct Story {
    static let epoch = Timestamp(nanoseconds: 1_767_261_600_250_000_000)

    var objects = ObjectSet()
    var operations: [(at: Double, operation: Operation)] = []
    var runs: [PodRunRule] = []
    var timing = LoopTiming()
    var actions = ["enqueue", "allocate", "backfill"]
    var tiers: [[PluginOption]] = Self.tiers(["priority", "gang", "conformance"], ["drf", "predicates", "nodeorder"])
    var tieRule = TieRule.lowestName

    init(nodes: Int = 1) {
        for index in 0..<nodes { objects.nodes.append(Self.node("n\(index)")) }
    }

    static func tiers(_ names: [String]...) -> [[PluginOption]] { names.map { $0.map { PluginOption(name: $0) } } }

    static func node(_ name: String) -> Node {
        var node = Node()
        node.metadata.name = name
        node.allocatable = ["cpu": KubernetesQuantity(8), "pods": KubernetesQuantity(110)]
        return node
    }

    static func queue(_ name: String, cpu: Int64 = 0) -> Queue {
        var queue = Queue()
        queue.metadata.name = name
        if cpu > 0 { queue.deserved = ["cpu": KubernetesQuantity(cpu)] }
        return queue
    }

    /// A Job of one task `w`.
    static func job(_ name: String, pods: Int32, cpu: Int64, min: Int32? = nil) -> VCJob {
        var job = VCJob()
        job.metadata = ObjectMeta(name: name, namespace: "default")
        var container = Container()
        container.resources.requests = ["cpu": KubernetesQuantity(cpu)]
        var task = VCTask()
        task.name = "w"
        task.replicas = pods
        task.template.spec.containers = [container]
        job.spec.tasks = [task]
        job.spec.minAvailable = min ?? pods
        return job
    }

    mutating func submit(
        _ job: VCJob, at seconds: Double, duration: Double? = nil, exitCode: Int32 = 0, grace: Double = 0
    ) {
        var set = ObjectSet()
        set.jobs = [job]
        operations.append((seconds, .create(set)))
        var run = PodRun()
        run.duration = duration.map { Self.time($0) - .zero }
        run.exitCode = exitCode
        run.terminateAfter = Self.time(grace) - .zero
        runs.append(PodRunRule(.job(job.metadata.name, task: ""), run))
    }

    static func time(_ seconds: Double) -> SimTime { SimTime(nanoseconds: Int64((seconds * 1e9).rounded())) }

    func play(until end: Double, skipsIdleCycles: Bool = true) -> ControlPlane {
        var plane = plane()
        plane.skipsIdleCycles = skipsIdleCycles
        plane.run(until: Self.time(end))
        return plane
    }

    /// What the scheduler's cycles did.
    func history(until end: Double) -> ClusterHistory {
        var plane = plane()
        return plane.record(until: Self.time(end))
    }

    private func plane() -> ControlPlane {
        var plane = ControlPlane(
            objects, scheduler: VolcanoConfiguration(actions: actions, tiers: tiers), epoch: Self.epoch, timing: timing,
            tieRule: tieRule, runs: runs)
        for (at, operation) in operations { plane.add(operation, at: Self.time(at)) }
        return plane
    }
}

extension ControlPlane {
    /// States of a Job with the seconds at which they were entered.
    func phases(of job: String) -> [String] {
        let states = log.jobs.first { $0.key == "default/" + job }?.states ?? []
        return states.map { "\($0.state) \(($0.since - .zero).seconds)" }
    }

    /// Starts and ends of a Job's pods, in seconds.
    func runs(of job: String) -> [String] {
        log.pods.filter { $0.job == job && $0.started != nil }.map { pod in
            let times = [pod.started, pod.ended].map { $0.map { "\(($0 - .zero).seconds)" } ?? "" }
            return times.joined(separator: "–") + (pod.end.map { " \($0)" } ?? "")
        }
    }
}
