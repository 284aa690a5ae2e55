/// What the plugins `predicates` and `nodeorder` share in a session: the nodes as Kubernetes' filters and scores see
/// them, and the pre-filter state of tasks (upstream: `Session.NodeMap`, `Session.GetCycleState`).
///
/// Only the plugin `predicates` keeps the pods in step with the session; without it the nodes stay as they were when the
/// session opened.
final class KubernetesView {
    /// Lent to whoever asks, not copied.
    var cluster: ClusterState { _read { yield state } }
    private var state: ClusterState
    private let pods: ContiguousArray<PodInfo>
    /// Tasks that are on a node of the session but no longer on the node here.
    private(set) var absent: Set<TaskRef> = []
    private var reservations: [TaskRef: DeviceReservation] = [:]
    /// Per task: whether the pre-filters have run, and whether they left anything to check beyond the node itself.
    private var prepared: ContiguousArray<Preparation>
    private var cycles: [TaskRef: CycleState] = [:]
    /// What it takes to undo the session's changes of a cluster that was lent; nil where nobody wants it back.
    private var undo: Undo?

    private struct Undo {
        /// Nodes as they were before their first change.
        var nodes: [(index: Int, state: NodeState)] = []
        var isKept: Set<Int> = []
        let affinity: AffinityCounts
        let devices: DeviceCatalog
    }

    /// What the pre-filters left of a task.
    enum Preparation: UInt8, BitwiseCopyable {
        case none
        /// Nothing that depends on other pods, ports, volumes or devices.
        case plain
        /// See `cycle`.
        case full
    }

    /// `lent` is a cluster in place of the snapshot's, to be given back by `takeCluster`.
    init(_ snapshot: KubernetesSnapshot, _ lent: ClusterState?) {
        undo = lent.map { Undo(affinity: $0.affinityCounts, devices: $0.devices) }
        state = lent ?? snapshot.cluster
        pods = snapshot.pods
        prepared = ContiguousArray(repeating: .none, count: snapshot.pods.count)
    }

    /// Gives back the cluster that was lent, as it was; nil where none was. Nothing can be asked afterwards.
    func takeCluster() -> ClusterState? {
        guard let undo else { return nil }
        var cluster = ClusterState.empty
        swap(&cluster, &state)
        for (index, state) in undo.nodes { cluster.restore(state, at: index) }
        cluster.restore(undo.affinity, undo.devices)
        return cluster
    }

    private func keep(_ node: NodeRef) {
        let index = Int(node.index)
        guard undo?.isKept.insert(index).inserted == true else { return }
        undo?.nodes.append((index, state.nodes[index]))
    }

    func pod(_ task: TaskRef) -> PodInfo { pods[Int(task.index)] }

    func node(_ node: NodeRef) -> NodeState { state.nodes[Int(node.index)] }

    /// Runs the pre-filters for a task; the refusal, if one refuses.
    func prepare(_ task: TaskRef, _ filters: [NodeFilter]) -> FilterStatus? {
        let pod = pod(task)
        if pod.terms == nil, !state.hasPodsWithRequiredAntiAffinity, pod.traits.isPlain {
            prepared[Int(task.index)] = .plain
            return nil
        }
        let cycle = CycleState(pod, in: state, filters: filters, narrowsByNodeName: false)
        prepared[Int(task.index)] = .full
        cycles[task] = cycle
        return cycle.rejection.isSuccess ? nil : cycle.rejection
    }

    func preparation(_ task: TaskRef) -> Preparation { prepared[Int(task.index)] }

    /// The pre-filter state of a task that is not plain; nil where the pre-filters have not run.
    func cycle(_ task: TaskRef) -> CycleState? { cycles[task] }

    /// Takes what a task's device claims need on a node. False if the devices do not suffice.
    func reserveDevices(_ task: TaskRef, on node: NodeRef) -> Bool {
        guard let cycle = cycles[task], !cycle.deviceRequests.isEmpty else { return true }
        guard let reservation = state.reserveDevices(cycle, on: self.node(node).name) else { return false }
        reservations[task] = reservation
        return true
    }

    func releaseDevices(_ task: TaskRef) {
        if let reservation = reservations.removeValue(forKey: task) { state.release(reservation) }
    }

    /// Puts a task's pod on a node. True if the session had it there all the time.
    func add(_ task: TaskRef, to node: NodeRef) -> Bool {
        keep(node)
        state.add(pod(task), toNodeAt: Int(node.index))
        return absent.remove(task) != nil
    }

    /// Takes a task's pod off a node; `stays` tells that the session keeps the task there. False if it was not there.
    @discardableResult
    func remove(_ task: TaskRef, from node: NodeRef, stays: Bool) -> Bool {
        keep(node)
        guard state.remove(pod(task).id, fromNodeAt: Int(node.index)) != nil else { return false }
        if stays { absent.insert(task) }
        return true
    }
}

extension PodTraits {
    /// Whether the pod takes no ports, volumes or devices and spreads over nothing.
    fileprivate var isPlain: Bool {
        hostPorts.isEmpty && claimNames.isEmpty && deviceClaims.isEmpty && spreadConstraints.isEmpty
    }
}
