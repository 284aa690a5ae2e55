import KubernetesObjects

/// Plugin `numa-aware`: cpus of a Guaranteed pod on as few NUMA nodes as its policy wants (upstream:
/// `plugins/numaaware/numaaware.go`; reference section 9.20).
///
/// Only cpu manager policy `static` matters, and only cpu is looked at, as upstream. What a predicate assigned to a task
/// on a node is what an allocation there takes.
final class NUMAAwarePlugin: VolcanoPlugin {
    static let name = "numa-aware"
    private unowned(unsafe) let session: VolcanoSession
    private let weight: Int
    /// By node; nil for nodes without a Numatopology.
    private var topologies: [CPUTopology?] = []
    private var hasTopologies = false
    /// Cpus that can still be given away, by node; nil where the topology lists none.
    private var free: [Set<Int>?] = []
    private var assigned: [TaskRef: [NodeRef: Set<Int>]] = [:]
    /// Tasks that were allocated with assigned cpus, in order.
    private var placed: [TaskRef] = []
    /// Policy and class of the pods of a shape; nil before it was asked for.
    private var demands: [Int32: Demand] = [:]

    private struct Demand {
        /// Empty and `none` are no wish.
        var policy: String
        var isGuaranteed: Bool
        /// Name and whole cpus per container; nil where it asks for none, or for parts of one.
        var containers: [(name: String, cpus: Int?)]
    }

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        weight = option.arguments.int("weight", default: 1)
    }

    func open() -> ExtensionPoints {
        var objects: [String: CPUTopology] = [:]
        for object in session.snapshot.objects.numatopologies {
            objects[object.metadata.name] = CPUTopology(object)
        }
        topologies = session.nodes.map { objects[$0.name] }
        hasTopologies = topologies.contains { $0 != nil }
        free = topologies.map { $0?.allocatable }
        recallAssignments()
        return [.predicate, .batchNodeOrder, .events]
    }

    /// Cpus given away in earlier sessions are taken while their pods are there (upstream: UpdateSchedulerNumaInfo).
    private func recallAssignments() {
        guard !session.memory.cpuAssignments.isEmpty else { return }
        var kept: [String: CPUAssignment] = [:]
        for task in session.tasks where !task.status.isCompleted {
            guard let memo = session.memory.cpuAssignments[task.uid], let node = task.node,
                session[node].name == memo.node
            else { continue }
            kept[task.uid] = memo
            free[Int(node.index)]?.subtract(memo.cpus)
        }
        session.memory.cpuAssignments = kept
    }

    func close() {
        for task in placed where session[task].status.isAllocated {
            guard let node = session[task].node, let cpus = assigned[task]?[node], !cpus.isEmpty else { continue }
            session.memory.cpuAssignments[session[task].uid] = CPUAssignment(
                node: session[node].name, cpus: cpus.sorted())
        }
    }

    func isClassKeyed(_ task: TaskRef) -> Bool {
        !hasTopologies || !demand(of: task).isGuaranteed
    }

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let demand = demand(of: task)
        guard demand.isGuaranteed else { return [] }
        let wants = Self.isWish(demand.policy)
        guard let topology = topologies[Int(node.index)] else { return wants ? refusal("numa info is empty") : [] }
        if topology.cpuManagerPolicy != "static" { return wants ? refusal("cpu manager policy isn't static") : [] }
        let policy = topology.topologyManagerPolicy
        if wants {
            if policy != demand.policy {
                return refusal("task topology policy[\(demand.policy)] is different with node[\(policy)]")
            }
            if (free[Int(node.index)] ?? []).isEmpty { return refusal("cpu allocatable map is empty") }
        } else if !Self.isWish(policy) {
            return []
        }
        return assign(demand, task, node, topology)
    }

    private static func isWish(_ policy: String) -> Bool { !policy.isEmpty && policy != "none" }

    /// A refusal without a code of its own: upstream's default is Error.
    private func refusal(_ reason: String) -> [FitStatus] { [FitStatus(.error, reason)] }

    /// Container after container: hints, the node's policy, cpus.
    private func assign(_ demand: Demand, _ task: TaskRef, _ node: NodeRef, _ topology: CPUTopology) -> [FitStatus] {
        let policy = NUMAPolicy(rawValue: topology.topologyManagerPolicy) ?? .none
        let nodes = NUMANodeSet(topology.numaNodes)
        let all = free[Int(node.index)]
        var available = (all ?? []).subtracting(topology.reserved)
        var taken: Set<Int> = []
        for container in demand.containers {
            var hints: NUMAProviderHints = []
            if let cpus = container.cpus, all != nil, topology.numaNodes.count <= CPUTopology.numaNodeLimit {
                hints = [("cpu", topology.hints(for: cpus, available: available))]
            }
            let (best, isAdmitted) = policy.judge([hints], nodes: nodes)
            guard isAdmitted else {
                return [
                    FitStatus(
                        .unschedulableAndUnresolvable, "container \(container.name) cannot be assigned by numa",
                        plugin: Self.name)
                ]
            }
            let cpus = topology.assign(container.cpus ?? 0, available: available, hint: best.nodes)
            taken.formUnion(cpus)
            available.subtract(cpus)
        }
        assigned[task, default: [:]][node] = taken
        return []
    }

    /// Fewer NUMA nodes are better, normalised over the candidates.
    func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        guard let assigned = assigned[task], Self.isWish(demand(of: task).policy) else { return [] }
        let counts = nodes.map { node in
            topologies[Int(node.index)]?.numaNodeCount(of: assigned[node] ?? []) ?? 0
        }
        let most = counts.max() ?? 0
        return counts.map { Double((most == 0 ? 100 : 100 - 100 * $0 / most) * weight) }
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let node = session[task].node, let cpus = assigned[task]?[node] else { return nil }
        free[Int(node.index)]?.subtract(cpus)
        placed.append(task)
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard let node = session[task].node, let cpus = assigned[task]?[node] else { return }
        free[Int(node.index)]?.formUnion(cpus)
        placed.removeAll { $0 == task }
    }

    private func demand(of task: TaskRef) -> Demand {
        let shape = session[task].shape
        if let known = demands[shape] { return known }
        let pod = session.pod(task)
        let demand = Demand(
            policy: pod.metadata.annotations["volcano.sh/numa-topology-policy"] ?? "", isGuaranteed: pod.isGuaranteed,
            containers: pod.spec.containers.map { container in
                guard let cpu = container.resources.requests["cpu"], cpu.milliValue % 1000 == 0, cpu.value > 0 else {
                    return (container.name, nil)
                }
                return (container.name, Int(cpu.value))
            })
        demands[shape] = demand
        return demand
    }
}

/// Cpus that a pod was given on a node.
public struct CPUAssignment: Sendable, Equatable {
    public var node: String
    /// Ascending.
    public var cpus: [Int]
}

extension Pod {
    /// Whether cpu and memory are limited in every container, and requested in the same amounts in sum (upstream:
    /// Kubernetes' `helper/qos`, GetPodQOS).
    var isGuaranteed: Bool {
        var requests: [String: Int64] = [:]
        var limits: [String: Int64] = [:]
        for container in spec.containers + spec.initContainers {
            for name in ["cpu", "memory"] {
                if let amount = container.resources.requests[name], amount.milliValue > 0 {
                    requests[name] = (requests[name] ?? 0).addingReportingOverflow(amount.milliValue).partialValue
                }
                guard let amount = container.resources.limits[name], amount.milliValue > 0 else { return false }
                limits[name] = (limits[name] ?? 0).addingReportingOverflow(amount.milliValue).partialValue
            }
        }
        return !requests.isEmpty && requests == limits
    }
}
