import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel

@testable import ControlPlane

/// Draws what arrives in a world, and what happens to it there.
struct RandomJobs {
    private(set) var world: RandomWorld
    private var dice: RandomStream

    init(_ world: RandomWorld, _ dice: RandomStream) {
        self.world = world
        self.dice = dice
    }

    mutating func fill() {
        let count = 6 + dice.below(14)
        for index in 0..<count { addJob("j\(index)") }
        if dice.below(3) == 0 { addBarePods() }
        if dice.below(4) == 0 { addFlow() }
        if dice.below(5) == 0 { addCron() }
        for _ in 0..<dice.below(5) { disturbNodes() }
        for _ in 0..<dice.below(3) { closeAndOpenAQueue() }
    }

    /// Jobs that come one after the other, fit with room to spare, and end well.
    mutating func fillCalmly() {
        for index in 0..<(4 + dice.below(10)) {
            var job = VCJob()
            job.metadata = ObjectMeta(name: "j\(index)", namespace: "default")
            job.spec.queue = pick(world.leaves)
            job.spec.priorityClassName = pick(["", "low", "high"])
            for place in 0..<(1 + dice.below(2)) {
                var task = VCTask()
                task.name = "t\(place)"
                task.replicas = Int32(1 + dice.below(3))
                var container = Container()
                container.resources.requests = RandomWorld.amounts(cpu: 1 + dice.below(4), gpus: pick([0, 1, 2]))
                task.template.spec.containers = [container]
                task.template.spec.priorityClassName = job.spec.priorityClassName
                job.spec.tasks.append(task)
            }
            if chance(3) { job.spec.minAvailable = 1 }
            if world.setup.hasHyperNodes, chance(2) {
                job.spec.networkTopology = NetworkTopology()
                job.spec.networkTopology?.mode = pick(["hard", "soft"])
                job.spec.networkTopology?.highestTierAllowed = 1 + dice.below(2)
            }
            var set = ObjectSet()
            set.jobs = [job]
            add(
                .create(set), at: SimTime(nanoseconds: Int64(index) * 12_000_000_000 + Int64(dice.below(4_000_000_000)))
            )
            var run = PodRun()
            run.duration = .seconds(Int64(1 + dice.below(20)))
            world.runs.append(PodRunRule(.job("j\(index)", task: ""), run))
        }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[dice.below(list.count)] }
    private mutating func chance(_ oneIn: Int) -> Bool { dice.below(oneIn) == 0 }
    private mutating func seconds(below bound: Int) -> SimTime {
        SimTime(nanoseconds: Int64(dice.below(bound * 4)) * 250_000_000)
    }

    private mutating func add(_ operation: Operation, at time: SimTime) { world.operations.append((time, operation)) }

    // MARK: - Jobs

    private mutating func addJob(_ name: String) {
        var set = ObjectSet()
        set.jobs = [job(name)]
        let at = seconds(below: 150)
        add(.create(set), at: at)
        for task in set.jobs[0].spec.tasks { world.runs.append(PodRunRule(.job(name, task: task.name), run())) }
        disturb(set.jobs[0], after: at)
    }

    private mutating func run() -> PodRun {
        var run = PodRun()
        if chance(4) { run.startAfter = .seconds(Int64(dice.below(4))) }
        if !chance(6) { run.duration = .seconds(Int64(1 + dice.below(60))) }
        if chance(5) { run.exitCode = Int32(1 + dice.below(3)) }
        if chance(3) { run.terminateAfter = .seconds(Int64(dice.below(6))) }
        return run
    }

    private mutating func job(_ name: String) -> VCJob {
        var job = VCJob()
        job.metadata = ObjectMeta(name: name, namespace: "default")
        job.spec = spec()
        for (key, values) in [
            "volcano.sh/preemptable": ["true", "false"], "volcano.sh/revocable-zone": ["*"],
            "sla-waiting-time": ["15s"],
        ].sorted(by: { $0.key < $1.key }) where chance(4) {
            job.metadata.annotations[key] = pick(values)
        }
        return job
    }

    private mutating func spec() -> VCJobSpec {
        var spec = VCJobSpec()
        spec.queue = pick(world.leaves)
        spec.priorityClassName = pick(["", "low", "mid", "high"])
        for index in 0..<(1 + dice.below(3)) { spec.tasks.append(task("t\(index)", spec.priorityClassName)) }
        let replicas = spec.tasks.reduce(0) { $0 + $1.replicas }
        switch dice.below(4) {
        case 0: spec.minAvailable = 1
        case 1: spec.minAvailable = Int32(1 + dice.below(Int(replicas)))
        default: break
        }
        if spec.tasks.count > 1, chance(6) {
            spec.tasks[1].dependsOn = TaskDependency()
            spec.tasks[1].dependsOn?.tasks = ["t0"]
            spec.minAvailable = spec.tasks[0].replicas
        }
        if chance(5) { spec.minSuccess = Int32(1 + dice.below(Int(replicas))) }
        if chance(4) { spec.ttlSecondsAfterFinished = Int32(dice.below(30)) }
        if chance(4) { spec.maxRetry = Int32(1 + dice.below(4)) }
        if world.setup.hasHyperNodes, chance(2) {
            var topology = NetworkTopology()
            topology.mode = pick(["hard", "soft"])
            topology.highestTierAllowed = 1 + dice.below(2)
            spec.networkTopology = topology
        }
        spec.policies = policies()
        return spec
    }

    private mutating func task(_ name: String, _ priority: String) -> VCTask {
        var task = VCTask()
        task.name = name
        task.replicas = Int32(1 + dice.below(4))
        if chance(3) { task.minAvailable = Int32(dice.below(Int(task.replicas) + 1)) }
        var container = Container()
        if !chance(12) {
            container.resources.requests = RandomWorld.amounts(cpu: 1 + dice.below(6), gpus: pick([0, 1, 1, 2, 4]))
        }
        task.template.spec.containers = [container]
        task.template.spec.priorityClassName = priority
        if chance(10) { task.template.spec.nodeSelector = ["rack": "r0"] }
        if chance(8), task.replicas % 2 == 0 {
            var policy = PartitionPolicy()
            policy.partitionSize = 2
            policy.totalPartitions = task.replicas / 2
            policy.minPartitions = 1
            task.partitionPolicy = policy
            task.minAvailable = nil
        }
        if chance(6) { task.policies = policies() }
        return task
    }

    private mutating func policies() -> [LifecyclePolicy] {
        guard chance(2) else { return [] }
        var policy = LifecyclePolicy()
        policy.action = pick([
            "RestartJob", "RestartTask", "RestartPod", "RestartPartition", "AbortJob", "TerminateJob", "CompleteJob",
        ])
        if chance(4) {
            policy.exitCode = Int32(1 + dice.below(3))
        } else {
            policy.event = pick(["PodFailed", "PodEvicted", "TaskCompleted", "Unknown", "*", "PodPending"])
        }
        if chance(4) || policy.event == "PodPending" { policy.timeout = Int64(1 + dice.below(20)) * 1_000_000_000 }
        return [policy]
    }

    private mutating func addBarePods() {
        for index in 0..<(1 + dice.below(3)) {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: "p\(index)", namespace: "default")
            pod.spec.schedulerName = "volcano"
            pod.status.phase = "Pending"
            var container = Container()
            container.resources.requests = RandomWorld.amounts(cpu: 1, gpus: dice.below(2))
            pod.spec.containers = [container]
            var set = ObjectSet()
            set.pods = [pod]
            add(.create(set), at: seconds(below: 100))
            world.runs.append(PodRunRule(.pod("p\(index)"), run()))
        }
    }

    private mutating func addFlow() {
        var set = ObjectSet()
        var flow = JobFlow()
        flow.metadata = ObjectMeta(name: "f", namespace: "default")
        flow.jobRetainPolicy = pick(["retain", "delete"])
        for index in 0..<3 {
            var template = JobTemplate()
            template.metadata = ObjectMeta(name: "x\(index)", namespace: "default")
            template.spec = spec()
            set.jobTemplates.append(template)
            var step = JobFlowStep()
            step.name = "x\(index)"
            if index > 0 { step.targets = ["x\(dice.below(index))"] }
            flow.flows.append(step)
            world.runs.append(PodRunRule(.jobTemplate("x\(index)", task: ""), run()))
        }
        set.jobFlows = [flow]
        add(.create(set), at: seconds(below: 60))
    }

    private mutating func addCron() {
        var cron = VCCronJob()
        cron.metadata = ObjectMeta(name: "c", namespace: "default")
        cron.schedule = pick(["@every 20s", "* * * * *"])
        cron.concurrencyPolicy = pick(["", "Forbid", "Replace"])
        cron.template = spec()
        var set = ObjectSet()
        set.cronJobs = [cron]
        add(.create(set), at: seconds(below: 60))
    }

    // MARK: - Trouble

    private mutating func disturb(_ job: VCJob, after start: SimTime) {
        let name = job.metadata.name
        func later(_ time: SimTime) -> SimTime { start.later(by: (time - .zero).nanoseconds) }
        let target = ObjectReference(kind: "Job", name: name)
        let pod = name + "-" + job.spec.tasks[0].name + "-0"
        switch dice.below(9) {
        case 0: add(.delete(ObjectReference(kind: "Pod", name: pod), force: chance(2)), at: later(seconds(below: 40)))
        case 1: add(.podStatus(pod: "default/" + pod, phase: "Failed", exitCode: 1), at: later(seconds(below: 40)))
        case 2: add(.delete(target, force: false), at: later(seconds(below: 60)))
        case 3:
            add(
                .scale(job: "default/" + name, task: 0, replicas: Int32(dice.below(6))), at: later(seconds(below: 40)))
        case 4:
            let action = pick(["AbortJob", "RestartJob", "TerminateJob", "CompleteJob"])
            add(.command(action: action, target: target), at: later(seconds(below: 30)))
            add(.command(action: "ResumeJob", target: target), at: later(seconds(below: 60)))
        default: break
        }
    }

    private mutating func disturbNodes() {
        var node = pick(world.objects.nodes)
        let at = seconds(below: 150)
        let back = at.later(by: Int64(5 + dice.below(60)) * 1_000_000_000)
        var set = ObjectSet()
        set.nodes = [node]
        if chance(2) {
            add(.delete(ObjectReference(kind: "Node", namespace: "", name: node.metadata.name), force: false), at: at)
            add(.create(set), at: back)
        } else {
            add(.replace(set), at: back)
            node.unschedulable = true
            set.nodes = [node]
            add(.replace(set), at: at)
        }
    }

    private mutating func closeAndOpenAQueue() {
        let queue = ObjectReference(kind: "Queue", namespace: "", name: pick(world.leaves))
        let at = seconds(below: 120)
        add(.command(action: "CloseQueue", target: queue), at: at)
        add(.command(action: "OpenQueue", target: queue), at: at.later(by: Int64(1 + dice.below(60)) * 1_000_000_000))
    }
}
