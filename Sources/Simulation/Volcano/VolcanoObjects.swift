import ClusterModel
import KubernetesObjects
import Quantities
import Scheduling
import Workloads

/// The API objects that stand for a world: its nodes, queues and HyperNodes, and templates of PodGroups and pods.
///
/// One template for all pods, and all PodGroups, that differ only in name and time.
struct VolcanoObjects {
    static let gpu = "nvidia.com/gpu"
    static let namespace = "ml"

    private(set) var objects = ObjectSet()
    /// Index of the PodGroup template of each job, −1 for jobs that Volcano cannot be told about.
    private(set) var jobTemplate: [Int32] = []
    /// Index of the pod template of each pod group of the workload.
    private(set) var podTemplate: [Int32] = []
    private let world: World
    private let setup: VolcanoSetup
    private let queueNames: [String]

    private struct PodKind: Hashable {
        var request: ResourceRequest
        var pools: UInt64
        var role: Int
        var priority: Int32
        var preemptible: Bool
    }

    private struct JobKind: Hashable {
        var members: [Int32]
        var queue: Int32
        var priority: Int32
        var preemptible: Bool
    }

    init(_ world: World, _ setup: VolcanoSetup) {
        self.world = world
        self.setup = setup
        queueNames = world.workload.queues
        objects.nodes = CardObjects.nodes(of: world.cluster)
        objects.queues = queues()
        objects.hyperNodes = hyperNodes()
        readJobs()
        objects.priorityClasses = Set(world.workload.jobs.map(\.priority)).sorted().map { value in
            var item = PriorityClass()
            item.metadata = ObjectMeta(name: Self.className(value))
            item.value = value
            return item
        }
    }

    private static func className(_ priority: Int32) -> String { "priority-\(priority)" }

    // MARK: HyperNodes

    private func hyperNodes() -> [KubernetesObjects.HyperNode] {
        let all = world.cluster.hyperNodes
        return all.map { hyperNode in
            var object = KubernetesObjects.HyperNode()
            object.metadata = ObjectMeta(name: hyperNode.name)
            object.tier = hyperNode.tier
            let children = all.filter { $0.parent == hyperNode.id }
            object.members =
                children.isEmpty
                ? hyperNode.nodes.map { Self.member("Node", world.cluster.nodeName($0)) }
                : children.map { Self.member("HyperNode", $0.name) }
            return object
        }
    }

    private static func member(_ type: String, _ name: String) -> HyperNodeMember {
        var member = HyperNodeMember()
        member.type = type
        member.exactMatch = name
        return member
    }

    // MARK: Queues

    /// The queues of the setup, those that jobs name besides, and the two that Volcano always has.
    private func queues() -> [Queue] {
        var specs = setup.queues
        for (index, name) in queueNames.enumerated() where !specs.contains(where: { $0.name == name }) {
            var spec = VolcanoQueueSpec(name: name)
            if index < world.queues.count {
                let given = world.queues[index]
                spec.weight = given.weight
                spec.deservedGPUs = given.deservedGPUs
                spec.capGPUs = given.capGPUs
                spec.parent = given.parent.map { world.queues[Int($0)].name }
            }
            specs.append(spec)
        }
        for name in ["default", "root"] where !specs.contains(where: { $0.name == name }) {
            specs.append(VolcanoQueueSpec(name: name))
        }
        // Volcano's weights are whole numbers.
        let factor = specs.allSatisfy { $0.weight == $0.weight.rounded() } ? 1.0 : 1000
        return specs.map { queue($0, weightFactor: factor) }
    }

    private func queue(_ spec: VolcanoQueueSpec, weightFactor: Double) -> Queue {
        var queue = Queue()
        queue.metadata = ObjectMeta(name: spec.name)
        queue.weight = Int32(min(max((spec.weight * weightFactor).rounded(), 1), 1e9))
        queue.parent = spec.name == "root" ? "" : spec.parent ?? "root"
        queue.priority = spec.priority
        queue.reclaimable = spec.reclaimable
        queue.state = "Open"
        if let cap = spec.capGPUs { queue.capability[Self.gpu] = Self.milli(cap) }
        if let deserved = spec.deservedGPUs { queue.deserved[Self.gpu] = Self.milli(deserved) }
        if let guaranteed = spec.guaranteedGPUs { queue.guarantee[Self.gpu] = Self.milli(guaranteed) }
        return queue
    }

    private static func milli(_ gpus: Double) -> KubernetesQuantity {
        KubernetesQuantity(milli: Int64((gpus * 1000).rounded()))
    }

    // MARK: Jobs

    private mutating func readJobs() {
        var podKinds: [PodKind: Int32] = [:]
        var jobKinds: [JobKind: Int32] = [:]
        let workload = world.workload
        podTemplate = Array(repeating: -1, count: workload.groups.count)
        jobTemplate.reserveCapacity(workload.jobs.count)
        for job in workload.jobs {
            let groups = job.groupIndices
            guard groups.allSatisfy({ Self.canExpress(workload.groups[$0].request) }) else {
                jobTemplate.append(-1)
                continue
            }
            var kind = JobKind(members: [], queue: job.queue, priority: job.priority, preemptible: job.preemptible)
            for (role, group) in groups.enumerated() {
                let spec = workload.groups[group]
                let pod = PodKind(
                    request: spec.request, pools: world.poolMasks[group], role: groups.count == 1 ? -1 : role,
                    priority: job.priority, preemptible: job.preemptible)
                let known = podKinds[pod] ?? Int32(podKinds.count)
                if podKinds.updateValue(known, forKey: pod) == nil { objects.pods.append(template(pod, Int(known))) }
                podTemplate[group] = known
                kind.members += [known, spec.pods, spec.minMember]
            }
            let known = jobKinds[kind] ?? Int32(jobKinds.count)
            if jobKinds.updateValue(known, forKey: kind) == nil {
                objects.podGroups.append(podGroup(job, Int(known)))
            }
            jobTemplate.append(known)
        }
    }

    /// Parts of GPUs and MIG slices are not resources of a node.
    static func canExpress(_ request: ResourceRequest) -> Bool { !request.isFraction && !request.isMIG }

    private func template(_ kind: PodKind, _ index: Int) -> Pod {
        var pod = CardObjects.pod(
            named: "pod-template-\(index)", kind.request, pools: kind.pools, of: world.cluster)
        pod.metadata.namespace = Self.namespace
        pod.metadata.annotations["volcano.sh/task-spec"] = Self.role(kind.role)
        if !kind.preemptible { pod.metadata.annotations["volcano.sh/preemptable"] = "false" }
        pod.spec.priority = kind.priority
        pod.spec.priorityClassName = Self.className(kind.priority)
        pod.status.phase = "Pending"
        return pod
    }

    /// Names of roles ascend with their number.
    private static func role(_ role: Int) -> String {
        role < 0 ? "worker" : "worker-" + String(repeating: "0", count: max(0, 3 - String(role).count)) + String(role)
    }

    /// The PodGroup that Volcano's Job controller makes: minResources are those of the minimum of every group.
    private func podGroup(_ job: Job, _ index: Int) -> PodGroup {
        var group = PodGroup()
        group.metadata = ObjectMeta(name: "template-\(index)", namespace: Self.namespace)
        if !job.preemptible { group.metadata.annotations["volcano.sh/preemptable"] = "false" }
        group.queue = queueNames[Int(job.queue)]
        group.priorityClassName = Self.className(job.priority)
        group.networkTopology = setup.topology
        var minimum = ResourceList()
        for (role, index) in job.groupIndices.enumerated() {
            let spec = world.workload.groups[index]
            group.minMember += spec.minMember
            group.minTaskMember[Self.role(job.groupCount == 1 ? -1 : role)] = spec.minMember
            for entry in objects.pods[Int(podTemplate[index])].effectiveRequests().entries {
                let amount = entry.quantity.milliValue * Int64(spec.minMember)
                minimum[entry.name] = KubernetesQuantity(milli: (minimum[entry.name]?.milliValue ?? 0) + amount)
            }
        }
        minimum["pods"] = KubernetesQuantity(Int64(group.minMember))
        group.minResources = minimum
        group.phase = "Pending"
        return group
    }
}
