import KubernetesObjects

/// Plugin `predicates`: Kubernetes' filters (upstream: `plugins/predicates/predicates.go`; reference section 9.14).
///
/// Order: pod count; the stable filters NodeUnschedulable, NodeAffinity, TaintToleration; then NodePorts,
/// InterPodAffinity, NodeVolumeLimits, VolumeZone, PodTopologySpread, VolumeBinding, DynamicResources. The walk ends at
/// the first status other than Unschedulable; Unschedulable ones are collected.
///
/// The plugin also keeps the nodes that filters and scores look at in step with the session (`KubernetesView`). An
/// eviction that is taken back does not bring the pod back there: upstream's handler reserves volumes and devices first,
/// which fails for a pod that no pre-filter has seen.
final class PredicatesPlugin: VolcanoPlugin {
    static let name = "predicates"
    private unowned(unsafe) let session: VolcanoSession
    private let view: KubernetesView
    private let stableFilters: [NodeFilter]
    private let otherFilters: [NodeFilter]
    private let checksPodAffinity: Bool
    /// Argument `predicate.CacheEnable`: stable answers are kept per node and pod template.
    private let cachesStableAnswers: Bool
    private var stableAnswers: [CacheKey: Bool] = [:]
    /// State of the preemptor in the dry run at work.
    private var simulation: CycleState?

    private struct CacheKey: Hashable {
        var node: NodeRef
        var template: String
    }

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        view = session.kubernetes
        func isOn(_ key: String) -> Bool { option.arguments.bool("predicate." + key, default: true) }
        var stable: [NodeFilter] = [.nodeUnschedulable]
        if isOn("NodeAffinityEnable") { stable.append(.nodeAffinity) }
        if isOn("TaintTolerationEnable") { stable.append(.taintToleration) }
        stableFilters = stable
        checksPodAffinity = isOn("PodAffinityEnable")
        var others: [NodeFilter] = []
        if isOn("NodePortsEnable") { others.append(.nodePorts) }
        if checksPodAffinity { others.append(.interPodAffinity) }
        if isOn("NodeVolumeLimitsEnable") { others.append(.nodeVolumeLimits) }
        if isOn("VolumeZoneEnable") { others.append(.volumeZone) }
        if isOn("PodTopologySpreadEnable") { others.append(.podTopologySpread) }
        if isOn("VolumeBindingEnable") { others.append(.volumeBinding) }
        // DRA follows Kubernetes' feature gate, which is on; the argument of that name is not read.
        others.append(.dynamicResources)
        otherFilters = others
        cachesStableAnswers = option.arguments.bool("predicate.CacheEnable", default: false)
    }

    func open() -> ExtensionPoints {
        [.prePredicate, .predicate, .events, .simulateAdd, .simulateRemove, .simulatePredicate]
    }

    // MARK: Filters.

    func prePredicate(_ task: TaskRef) -> FitStatus? {
        guard let refusal = view.prepare(task, otherFilters) else { return nil }
        return FitStatus(
            .error, "plugin \(refusal.plugin) pre-predicates failed \(refusal.message)", plugin: Self.name)
    }

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        var refusals: [FitStatus] = []
        let state = view.node(node)
        if session[node].allocatable.maxTaskNum <= state.pods.count {
            refusals.append(FitStatus(.unschedulable, "node(s) pod number exceeded", plugin: Self.name))
        }
        let stable = stableRefusals(task, node, state)
        refusals += stable
        if stable.contains(where: \.endsWalk) || view.preparation(task) == .plain { return refusals }
        let cycle = view.cycle(task)
        for filter in otherFilters {
            guard let refusal = refusal(of: filter, cycle, task, state) else { continue }
            refusals.append(refusal)
            if refusal.endsWalk { break }
        }
        return refusals
    }

    /// Refusals of the stable filters, from the cache where it is on and knows.
    private func stableRefusals(_ task: TaskRef, _ node: NodeRef, _ state: NodeState) -> [FitStatus] {
        guard cachesStableAnswers, let template = session.pod(task).metadata.annotations[Self.templateKey],
            !template.isEmpty
        else { return stableRefusals(view.pod(task), state) }
        let key = CacheKey(node: node, template: template)
        if let fits = stableAnswers[key] {
            let text = "plugin equivalence cache predicates failed"
            return fits ? [] : [FitStatus(.error, text, plugin: "predicate.CacheEnable")]
        }
        let refusals = stableRefusals(view.pod(task), state)
        stableAnswers[key] = refusals.isEmpty
        return refusals
    }

    private func stableRefusals(_ pod: PodInfo, _ node: NodeState) -> [FitStatus] {
        for filter in stableFilters {
            let status =
                switch filter {
                case .nodeAffinity: NodeAffinity.filter(pod, node)
                case .taintToleration: TaintToleration.filter(pod, node)
                default: NodeUnschedulable.filter(pod, node)
                }
            if let refusal = FitStatus(status) { return [refusal] }
        }
        return []
    }

    private func refusal(
        of filter: NodeFilter, _ cycle: CycleState?, _ task: TaskRef, _ node: NodeState
    ) -> FitStatus? {
        if let cycle {
            if cycle.skipped.contains(filter) { return nil }
            if cycle.rejection.isSuccess {
                return FitStatus(filter.evaluate(cycle, on: node, in: view.cluster))
            }
        }
        // Without pre-filter state only the volume filters that have no pre-filter here can answer.
        switch filter {
        case .nodeVolumeLimits: return FitStatus(NodeVolumeLimits.filter(view.pod(task), node, view.cluster.volumes))
        case .volumeZone: return FitStatus(VolumeZone.filter(view.pod(task), node, view.cluster.volumes))
        default:
            let key = filter == .volumeBinding || filter == .dynamicResources ? filter.name : "PreFilter" + filter.name
            return FitStatus(.error, "reading \"\(key)\" from cycleState: not found", plugin: filter.name)
        }
    }

    private static let templateKey = "volcano.sh/template-uid"

    func isClassKeyed(_ task: TaskRef) -> Bool {
        switch view.preparation(task) {
        case .none: false
        case .plain: !cachesStableAnswers
        case .full: !cachesStableAnswers && view.cycle(task)?.isClassKeyed ?? false
        }
    }

    // MARK: Keeping the nodes in step.

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let node = session[task].node else { return nil }
        if view.preparation(task) == .none { return "reading \"VolumeBinding\" from cycleState: not found" }
        if !view.reserveDevices(task, on: node) { return "cannot allocate all claims" }
        if view.add(task, to: node) { session.noteAbsence(of: task, from: node, sign: -1) }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard let node = session[task].node else { return }
        view.releaseDevices(task)
        let stays = session[task].status == .releasing
        if view.remove(task, from: node, stays: stays), stays { session.noteAbsence(of: task, from: node) }
    }

    // MARK: Dry runs: only affinity between pods is followed.

    func simulationBegins(for preemptor: TaskRef) { simulation = view.cycle(preemptor) }

    func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {
        simulation?.affinity?.update(view.pod(victim), view.node(node), incoming: view.pod(preemptor), sign: -1)
    }

    func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {
        simulation?.affinity?.update(view.pod(victim), view.node(node), incoming: view.pod(preemptor), sign: 1)
    }

    func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        guard checksPodAffinity, let affinity = simulation?.affinity else { return [] }
        return FitStatus(affinity.filter(view.pod(task), view.node(node))).map { [$0] } ?? []
    }
}

extension FilterStatus {
    /// All reasons in one text.
    fileprivate var message: String { reasons.map(\.text).joined(separator: ", ") }
}

extension FitStatus {
    /// A refusal in Volcano's terms; nil for success.
    fileprivate init?(_ status: FilterStatus) {
        let code: FitCode
        switch status.code {
        case .success: return nil
        case .unschedulable: code = .unschedulable
        case .unschedulableAndUnresolvable: code = .unschedulableAndUnresolvable
        case .error: code = .error
        case .skip: code = .skip
        case .wait: code = .wait
        }
        self.init(code, status.message, plugin: status.plugin)
    }

    /// Whether no further filter is asked (upstream: ShouldAbort).
    fileprivate var endsWalk: Bool { code != .unschedulable }
}
