import Configuration
import KubernetesObjects
import Quantities

/// Plugin `rescheduling`: moves pods off crowded nodes through `shuffle` (upstream: `plugins/rescheduling`; reference
/// section 9.13).
///
/// Arguments: `interval` (5m), `metricsPeriod` (5m; must be a period that is measured), `strategies`: names with
/// `params`. Of the strategies there is `lowNodeUtilization`; others do nothing. The interval counts from the start of
/// the scheduler, so that its first session reschedules nothing.
///
/// Ties: nodes of equal usage by name; pods of equal priority, quality of service and age by name.
final class ReschedulingPlugin: VolcanoPlugin {
    static let name = "rescheduling"
    private unowned(unsafe) let session: VolcanoSession
    private let interval: Int64
    private let metricsPeriod: String
    private var strategies: [LowNodeUtilization] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        let arguments = option.arguments
        interval = GoDuration.nanoseconds(arguments.string("interval", default: "")) ?? 300_000_000_000
        let period = arguments.string("metricsPeriod", default: "5m")
        metricsPeriod = period.isEmpty ? "5m" : period
        guard case .array(let listed) = arguments.value("strategies"), !listed.isEmpty else {
            strategies = [LowNodeUtilization(nil)]
            return
        }
        for strategy in listed where strategy["name"] == .string("lowNodeUtilization") {
            strategies.append(LowNodeUtilization(strategy["params"]))
        }
    }

    func open() -> ExtensionPoints {
        guard let last = session.memory.lastRescheduling else {
            session.memory.lastRescheduling = session.now
            return []
        }
        guard last.nanoseconds + interval < session.now.nanoseconds else { return [] }
        session.memory.lastRescheduling = session.now
        return strategies.isEmpty ? [] : [.victimTasks]
    }

    func nextWake(after now: Timestamp) -> Timestamp? {
        session.memory.lastRescheduling?.later(by: interval)?.later(by: 1)
    }

    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] {
        var victims: [TaskRef] = []
        for strategy in strategies {
            victims += strategy.victims(among: tasks, period: metricsPeriod, session)
        }
        return victims
    }
}

/// Strategy `lowNodeUtilization`: pods leave nodes above `targetThresholds` while nodes below `thresholds` have room
/// (upstream: `low_node_utilization.go`, `node_utilization_util.go`).
///
/// Measured cpu and memory usage counts, in percent. Thresholds are whole numbers, 100 each where not given.
struct LowNodeUtilization {
    private var thresholds = Usage(cpu: 100, memory: 100)
    private var targets = Usage(cpu: 100, memory: 100)

    private struct Usage {
        var cpu: Double
        var memory: Double
    }

    private struct Crowd {
        var node: NodeRef
        var usage: Usage
    }

    init(_ parameters: JSONValue?) {
        guard case .object = parameters else { return }
        if let given = parameters?["thresholds"] {
            // Anything but a mapping ends the reading.
            guard case .object = given else { return }
            Self.read(given, into: &thresholds)
        }
        if let given = parameters?["targetThresholds"] { Self.read(given, into: &targets) }
    }

    private static func read(_ given: JSONValue, into usage: inout Usage) {
        if case .integer(let percent) = given["cpu"] { usage.cpu = Double(percent) }
        if case .integer(let percent) = given["memory"] { usage.memory = Double(percent) }
    }

    /// Victims among running tasks: from the most crowded node down, on each node the least important pod first, until
    /// the node is below its targets or the low nodes' room is exactly used up.
    func victims(among tasks: [TaskRef], period: String, _ session: VolcanoSession) -> [TaskRef] {
        let measured = session.ties.arranged(session.nodes.sorted { $0.nameRank < $1.nameRank }.map(\.id)).map { node in
            let usage = session.snapshot.nodeUsage[session[node].name]
            return Crowd(node: node, usage: Usage(cpu: usage?.cpu[period] ?? 0, memory: usage?.memory[period] ?? 0))
        }
        let low = measured.filter { isLow($0, session) }
        let high = measured.filter { !isLow($0, session) && isHigh($0.usage) }
        guard !low.isEmpty, low.count < session.nodes.count, !high.isEmpty else { return [] }
        var room = room(on: low, session)
        var first: [String: TaskRef] = [:]
        for task in tasks where first[session[task].name] == nil { first[session[task].name] = task }
        var victims: [TaskRef] = []
        for crowd in Self.sorted(high) {
            var usage = crowd.usage
            let capacity = session[crowd.node].capacity
            for pod in Self.podsToLeave(crowd.node, session) {
                guard isAtTarget(usage), room.cpu != 0, room.memory != 0 else { break }
                // Upstream finds the task by the pod's name alone, whatever its namespace.
                guard let victim = first[session[pod].name] else { continue }
                let request = session[victim].request
                room.cpu -= Int64(request.milliCPU)
                room.memory -= Int64(request.memory)
                usage.cpu -= request.milliCPU * 100 / capacity.milliCPU
                usage.memory -= request.memory * 100 / capacity.memory
                victims.append(victim)
            }
        }
        return victims
    }

    private func isLow(_ crowd: Crowd, _ session: VolcanoSession) -> Bool {
        !session.object(crowd.node).unschedulable && crowd.usage.cpu < thresholds.cpu
            && crowd.usage.memory < thresholds.memory
    }

    private func isHigh(_ usage: Usage) -> Bool { usage.cpu > targets.cpu || usage.memory > targets.memory }

    private func isAtTarget(_ usage: Usage) -> Bool { usage.cpu >= targets.cpu || usage.memory >= targets.memory }

    /// What the low nodes can take up to their targets, in milli-cores and bytes.
    private func room(on low: [Crowd], _ session: VolcanoSession) -> (cpu: Int64, memory: Int64) {
        low.reduce(into: (0, 0)) { room, crowd in
            let total = session[crowd.node].allocatable
            room.0 += Self.part(targets.cpu, of: total.milliCPU) - Self.part(crowd.usage.cpu, of: total.milliCPU)
            room.1 += Self.part(targets.memory, of: total.memory) - Self.part(crowd.usage.memory, of: total.memory)
        }
    }

    private static func part(_ percent: Double, of total: Double) -> Int64 {
        Int64(exactly: (percent * total * 0.01).rounded(.towardZero)) ?? 0
    }

    /// By cpu plus memory usage, higher first.
    private static func sorted(_ crowds: [Crowd]) -> [Crowd] {
        let order = crowds.indices.sorted { l, r in
            let (left, right) = (crowds[l].usage, crowds[r].usage)
            let (a, b) = (left.cpu + left.memory, right.cpu + right.memory)
            return a == b ? l < r : a > b
        }
        return order.map { crowds[$0] }
    }

    /// A node's pods: without priority first, then lower priority, poorer quality of service, younger.
    private static func podsToLeave(_ node: NodeRef, _ session: VolcanoSession) -> [TaskRef] {
        let tasks = session.tasks(on: node)
        let keys = tasks.map { task in
            let pod = session.pod(task)
            return (
                pod.spec.priority.map { Int64($0) } ?? .min, pod.qualityOfService.rawValue,
                -(pod.metadata.creationTimestamp?.nanoseconds ?? -.max)
            )
        }
        return tasks.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }.map { tasks[$0] }
    }
}

extension Pod {
    /// How much of what it may use a pod is promised; poorest first (Kubernetes: `pkg/apis/core/v1/helper/qos`).
    enum QualityOfService: Int { case bestEffort, burstable, guaranteed }

    /// Guaranteed if every container's cpu and memory limits equal its requests, best effort if nothing is given.
    var qualityOfService: QualityOfService {
        var (given, guaranteed) = (false, true)
        for container in spec.containers + spec.initContainers {
            for name in ["cpu", "memory"] {
                let request = container.resources.requests[name] ?? container.resources.limits[name]
                let limit = container.resources.limits[name]
                if request?.isZero == false || limit?.isZero == false { given = true }
                if limit == nil || limit?.isZero == true || request != limit { guaranteed = false }
            }
        }
        return !given ? .bestEffort : guaranteed ? .guaranteed : .burstable
    }
}
