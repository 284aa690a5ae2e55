import KubernetesObjects

/// Plugin `deviceshare`: cards that pods share (upstream: `plugins/deviceshare/deviceshare.go`, `api/devices`; reference
/// section 12).
///
/// Kinds, each with its own argument: GPU share and GPU number, vGPU (HAMi or MIG), Ascend cut by HAMi. Upstream also has
/// Ascend 310P under MindCluster (`deviceshare.AscendMindClusterVNPUEnable`), which is not modelled: such pods are judged
/// by their ordinary resources alone. Cards are reserved by upstream's plugin `predicates`, so without it they are not.
final class DeviceSharePlugin: VolcanoPlugin {
    static let name = "deviceshare"
    private unowned(unsafe) let session: VolcanoSession
    private let arguments: PluginArguments
    private let policy: DevicePolicy
    private let weight: Int
    /// By node, in the order in which upstream registers kinds.
    private var devices: [[any NodeDevices]] = []
    /// One of each kind that some node has: what a pod asks for does not depend on the node.
    private var examples: [any NodeDevices] = []
    /// Annotations that reservations of this session wrote, by task.
    private var written: [TaskRef: [String: String]] = [:]
    private var reserves = false

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        arguments = option.arguments
        policy = DevicePolicy(name: arguments.string("deviceshare.SchedulePolicy", default: ""))
        weight = arguments.int("deviceshare.ScheduleWeight", default: 0)
    }

    func open() -> ExtensionPoints {
        let objects = session.snapshot.objects
        let configuration = DeviceConfiguration(
            objects,
            name: arguments.string("deviceshare.KnownGeometriesCMName", default: "volcano-vgpu-device-config"),
            namespace: arguments.string("deviceshare.KnownGeometriesCMNamespace", default: "kube-system"))
        devices = session.nodes.map { kinds(on: objects.nodes[Int($0.object)], configuration) }
        var known: Set<String> = []
        for kind in devices.joined() where known.insert(kind.kind).inserted { examples.append(kind) }
        reserves = session.configuration.tiers.contains { $0.contains { $0.name == "predicates" } }
        recallReservations()
        for node in session.nodes where !devices[Int(node.id.index)].isEmpty {
            for task in node.tasks where session[task].status != .pipelined {
                let pod = devicePod(task)
                for kind in devices[Int(node.id.index)].indices { devices[Int(node.id.index)][kind].restore(pod) }
            }
        }
        return [.predicate, .nodeOrder, .events]
    }

    private func kinds(on node: Node, _ configuration: DeviceConfiguration) -> [any NodeDevices] {
        let sharesMemory = arguments.bool("deviceshare.GPUSharingEnable", default: false)
        let countsCards = arguments.bool("deviceshare.GPUNumberEnable", default: false)
        var kinds: [any NodeDevices] = []
        if sharesMemory || countsCards,
            let cards = GPUShareDevices(node, sharesMemory: sharesMemory, countsCards: countsCards)
        {
            kinds.append(cards)
        }
        if arguments.bool("deviceshare.VGPUEnable", default: false),
            let cards = VGPUDevices(
                node, configuration, GPUExclusiveRules(arguments.value("deviceshare.GPUExclusiveRules")))
        {
            kinds.append(cards)
        }
        if arguments.bool("deviceshare.AscendHAMiVNPUEnable", default: false) {
            for model in configuration.npus { if let cards = AscendDevices(node, model) { kinds.append(cards) } }
        }
        return kinds
    }

    /// Reservations of earlier sessions stand for the annotations that upstream wrote to the pods.
    private func recallReservations() {
        guard !session.memory.deviceAnnotations.isEmpty else { return }
        var kept: [String: [String: String]] = [:]
        for task in session.tasks where task.node != nil && !task.status.isCompleted {
            guard let annotations = session.memory.deviceAnnotations[task.uid] else { continue }
            kept[task.uid] = annotations
            written[task.id] = annotations
        }
        session.memory.deviceAnnotations = kept
    }

    func close() {
        for (task, annotations) in written where session[task].status.isAllocated {
            session.memory.deviceAnnotations[session[task].uid] = annotations
        }
    }

    /// The pod with what reservations wrote to it.
    private func devicePod(_ task: TaskRef) -> DevicePod {
        let pod = session.pod(task)
        var annotations = pod.metadata.annotations
        if let mine = written[task] { annotations.merge(mine) { $1 } }
        return DevicePod(uid: session[task].uid, pod: pod, annotations: annotations)
    }

    func isClassKeyed(_ task: TaskRef) -> Bool {
        if examples.isEmpty { return true }
        let pod = devicePod(task)
        return !examples.contains { $0.isRequested(by: pod) }
    }

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let place = Int(node.index)
        if devices[place].isEmpty { return [] }
        let pod = devicePod(task)
        for kind in devices[place].indices where devices[place][kind].isRequested(by: pod) {
            if let refusal = devices[place][kind].refusal(of: pod, policy: policy) { return [refusal] }
        }
        return []
    }

    /// Rounded sum over the kinds · weight.
    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        let place = Int(node.index)
        guard weight > 0, !devices[place].isEmpty else { return 0 }
        let pod = devicePod(task)
        var score = 0.0
        for kind in devices[place].indices where devices[place][kind].isRequested(by: pod) {
            score += devices[place][kind].score(pod, policy: policy)
        }
        return (score + 0.5).rounded(.down) * Double(weight)
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard reserves, let node = session[task].node else { return nil }
        let place = Int(node.index)
        let pod = devicePod(task)
        for kind in devices[place].indices where devices[place][kind].isRequested(by: pod) {
            if isHere(task, node) {
                devices[place][kind].restore(pod)
            } else if let annotations = devices[place][kind].reserve(for: pod, policy: policy) {
                written[task, default: [:]].merge(annotations) { $1 }
            } else {
                return "not enough devices on node \(session[node].name)"
            }
        }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard reserves, let node = session[task].node else { return }
        let place = Int(node.index)
        if devices[place].isEmpty { return }
        let pod = devicePod(task)
        for kind in devices[place].indices { devices[place][kind].release(pod) }
        if !isHere(task, node) { written[task] = nil }
    }

    /// Whether the pod was on the node before this session: an eviction taken back gives it its old devices.
    private func isHere(_ task: TaskRef, _ node: NodeRef) -> Bool {
        session.snapshot.tasks[Int(task.index)].node == node
    }
}
