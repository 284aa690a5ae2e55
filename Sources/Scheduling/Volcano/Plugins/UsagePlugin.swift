import Configuration
import KubernetesObjects
import Quantities

/// Plugin `usage`: keeps pods off nodes whose measured load is high (upstream: `plugins/usage`; reference section 9.17).
///
/// Filter: measured cpu or memory average above `thresholds`. Score: what measurement, plus an estimate for pods it does
/// not show yet, leaves free. Measurements older than five minutes count for nothing.
final class UsagePlugin: VolcanoPlugin {
    static let name = "usage"
    private unowned(unsafe) let session: VolcanoSession
    private let arguments: UsageArguments
    /// Estimated load per node of pods that are not measured yet, and what each such pod adds.
    private var estimates: [UsageEstimate] = []
    private var shadows: [TaskRef: (node: NodeRef, estimate: UsageEstimate)] = [:]
    private var measured: [NodeUsage?] = []

    /// Averaging period of the measurements that count (upstream: NODE_METRICS_PERIOD).
    package static let period = "10m"
    private static let validity: Int64 = 300_000_000_000

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        arguments = UsageArguments(option.arguments)
    }

    func open() -> ExtensionPoints {
        measured = session.nodes.map { node in
            guard let usage = session.snapshot.nodeUsage[node.name], let time = usage.measuredAt,
                session.now.nanoseconds - time.nanoseconds <= Self.validity
            else { return nil }
            return usage
        }
        estimates = Array(repeating: UsageEstimate(), count: session.nodes.count)
        for node in session.nodes {
            for task in session.tasks(on: node.id) where isShadow(task) { addShadow(task, on: node.id) }
        }
        return [.predicate, .nodeOrder, .events]
    }

    // MARK: Nodes

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        guard let usage = measured[Int(node.index)] else { return [] }
        if usage.cpu[Self.period] ?? 0 > arguments.cpuThreshold {
            return [refusal("the CPU load of the node exceeds the upper limit.")]
        }
        if usage.memory[Self.period] ?? 0 > arguments.memoryThreshold {
            return [refusal("the memory load of the node exceeds the upper limit.")]
        }
        return []
    }

    private func refusal(_ reason: String) -> FitStatus {
        FitStatus(.unschedulableAndUnresolvable, reason, plugin: Self.name)
    }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        guard measured[Int(node.index)] != nil else { return 0 }
        let load = load(of: node)
        return UsageEstimate.nodeScore(
            cpu: load.cpu, memory: load.memory, cpuWeight: arguments.cpuWeight, memoryWeight: arguments.memoryWeight,
            usageWeight: arguments.weight)
    }

    /// Measured plus estimated load as parts of the capacity, 0 to 1. Old measurements count here too.
    private func load(of node: NodeRef) -> (cpu: Double, memory: Double) {
        let usage = session.snapshot.nodeUsage[session[node].name]
        let (capacity, estimate) = (session[node].capacity, estimates[Int(node.index)])
        return (
            Self.composite(usage?.cpu[Self.period] ?? 0, estimate.milliCPU, capacity.milliCPU),
            Self.composite(usage?.memory[Self.period] ?? 0, estimate.memory, capacity.memory)
        )
    }

    /// Measurements grow old, and the load of young pods comes to be measured.
    func nextWake(after now: Timestamp) -> Timestamp? {
        var times = session.nodes.compactMap {
            session.snapshot.nodeUsage[$0.name]?.measuredAt?.later(by: Self.validity + 1)
        }
        times += session.tasks.compactMap {
            $0.node == nil ? nil : session.pod($0.id).status.startTime?.later(by: arguments.metricsInterval)
        }
        return times.filter { $0 > now }.min()
    }

    private static func composite(_ percent: Double, _ estimate: Double, _ capacity: Double) -> Double {
        capacity <= 0 ? 0 : min(max((percent / 100 * capacity + estimate) / capacity, 0), 1)
    }

    // MARK: Pods that are not measured yet

    private func isShadow(_ task: TaskRef) -> Bool {
        let info = session[task]
        return UsageEstimate.tracks(
            info.status, hasNode: info.node != nil, startTime: session.pod(task).status.startTime, now: session.now,
            metricsDelay: arguments.metricsInterval)
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        if let node = session[task].node { addShadow(task, on: node) }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) { removeShadow(task) }

    private func addShadow(_ task: TaskRef, on node: NodeRef) {
        let estimate = estimate(task, on: node)
        removeShadow(task)
        estimates[Int(node.index)].milliCPU += estimate.milliCPU
        estimates[Int(node.index)].memory += estimate.memory
        shadows[task] = (node, estimate)
    }

    private func removeShadow(_ task: TaskRef) {
        guard let (node, estimate) = shadows.removeValue(forKey: task) else { return }
        let place = Int(node.index)
        estimates[place].milliCPU = max(estimates[place].milliCPU - estimate.milliCPU, 0)
        estimates[place].memory = max(estimates[place].memory - estimate.memory, 0)
    }

    /// What a pod will use: a part of its request and of its burst, more on a node under risk.
    private func estimate(_ task: TaskRef, on node: NodeRef) -> UsageEstimate {
        let load = load(of: node)
        let composite = UsageEstimate.loadCompositePercentage(
            cpu: load.cpu, memory: load.memory, cpuWeight: arguments.cpuWeight, memoryWeight: arguments.memoryWeight)
        let factor = UsageEstimate.appliedRiskFactor(
            loadCompositePercentage: composite, riskThreshold: arguments.riskThreshold, riskFactor: arguments.riskFactor
        )
        if session[task].isBestEffort {
            return UsageEstimate(
                milliCPU: UsageEstimate.bestEffort(arguments.bestEffortCPU, appliedRiskFactor: factor),
                memory: UsageEstimate.bestEffort(arguments.bestEffortMemory, appliedRiskFactor: factor))
        }
        let (request, limit) = (session[task].request, session.pod(task).limits)
        return UsageEstimate(
            milliCPU: arguments.estimate(request.milliCPU, limit: limit.milliCPU, factor: factor),
            memory: arguments.estimate(request.memory, limit: limit.memory, factor: factor))
    }
}
