import Configuration
import KubernetesObjects
import Scheduling
import SimulationKernel

/// Judges a case of kind `kube-schedule`: pods placed one after the other by the default profile of kube-scheduler.
///
/// Where the placements differ, differences to `observed` (scores, reasons) are named too; alone they fail nothing.
/// Without `tieBreak: lowest-name` the outcome must hold whatever node is drawn among equals, so several seeds are
/// tried.
func runKubeSchedule(input: YAMLNode, expect: YAMLNode, observed: YAMLNode?) -> CaseOutcome {
    switch KubeScheduleWorld.read(input) {
    case .failure(let problem): problem.outcome
    case .success(let world): world.judge(expect, observed)
    }
}

/// Why an input cannot be used.
private enum InputProblem: Error {
    case unsupported(String)
    case malformed([String])

    var outcome: CaseOutcome {
        switch self {
        case .unsupported(let what): .unsupported(what)
        case .malformed(let lines): .failed(lines)
        }
    }
}

/// The input of a case.
private struct KubeScheduleWorld {
    var nodes: [Node] = []
    var running: [Pod] = []
    var pods: [Pod] = []
    var isLowestName = false

    static func read(_ input: YAMLNode) -> Result<Self, InputProblem> {
        guard case .mapping(let entries) = input.content else {
            return .failure(.malformed(["input: found \(input.found), expected a mapping"]))
        }
        var world = Self()
        do throws(InvalidInput) {
            for entry in entries {
                switch entry.key {
                case "nodes": world.nodes = try objects(entry.value, of: "Node", entry.key).nodes
                case "running": world.running = try objects(entry.value, of: "Pod", entry.key).pods
                case "pods": world.pods = try objects(entry.value, of: "Pod", entry.key).pods
                case "tieBreak":
                    guard case .scalar("lowest-name", _) = entry.value.content else {
                        return .failure(.unsupported("input.tieBreak: \(entry.value.found)"))
                    }
                    world.isLowestName = true
                default: return .failure(.unsupported("key input.\(entry.key)"))
                }
            }
        } catch {
            return .failure(.malformed(error.diagnostics.map { "\($0)" }))
        }
        return .success(world)
    }

    /// A list of objects that do not state their kind.
    private static func objects(_ list: YAMLNode, of kind: String, _ key: String) throws(InvalidInput) -> ObjectSet {
        func entry(_ key: String, _ value: YAMLNode) -> YAMLNode.Entry {
            YAMLNode.Entry(key: key, keyOrigin: list.origin, value: value)
        }
        func text(_ text: String) -> YAMLNode { YAMLNode(.scalar(text: text, style: .quoted), origin: list.origin) }
        let wrapped = YAMLNode(
            .mapping([entry("apiVersion", text("v1")), entry("kind", text(kind + "List")), entry("items", list)]),
            origin: list.origin)
        var reader = ObjectReader()
        try reader.add(wrapped, path: "input." + key)
        return reader.objects
    }

    func judge(_ expect: YAMLNode, _ observed: YAMLNode?) -> CaseOutcome {
        guard case .mapping(let keys) = expect.content else { return .failed(["expect is not a mapping"]) }
        if let unknown = keys.first(where: { $0.key != "placements" }) {
            return .unsupported("key expect.\(unknown.key)")
        }
        guard case .sequence(let wanted)? = expect["placements"]?.content else {
            return .failed(["expect.placements is missing"])
        }
        for seed in 0..<(isLowestName ? UInt64(1) : 5) {
            var scheduler = KubeScheduler(ClusterState(nodes: nodes), running: running)
            if !isLowestName { scheduler.equalNodes = .drawn(RandomStream(seed: seed, name: "kube-schedule")) }
            var decisions: [String: KubeDecision] = [:]
            for pod in pods { decisions[pod.metadata.name] = scheduler.schedule(pod) }
            var lines = differences(decisions, wanted)
            guard lines.isEmpty else {
                if isLowestName, let observed { lines += observedDifferences(decisions, observed) }
                return .failed(isLowestName ? lines : ["with seed \(seed):"] + lines)
            }
        }
        return .passed
    }

    private func differences(_ decisions: [String: KubeDecision], _ wanted: [YAMLNode]) -> [String] {
        var lines: [String] = []
        for placement in wanted {
            guard let pod = placement["pod"]?.text, let decision = decisions[pod] else {
                lines.append("expect.placements: a pod that is not in input.pods")
                continue
            }
            let node = placement["node"]?.text
            if node != decision.node {
                lines.append("\(pod): expected \(node ?? "unschedulable"), found \(decision.node ?? "unschedulable")")
            }
        }
        let stated = Set(wanted.compactMap { $0["pod"]?.text })
        for pod in pods where !stated.contains(pod.metadata.name) {
            lines.append("\(pod.metadata.name): no expectation")
        }
        return lines
    }
}

/// Where decisions differ from the scores and reasons that were observed.
private func observedDifferences(_ decisions: [String: KubeDecision], _ observed: YAMLNode) -> [String] {
    var lines: [String] = []
    func compare(_ key: String, _ found: (KubeDecision) -> [String: Int64]) {
        guard case .mapping(let pods)? = observed[key]?.content else { return }
        for pod in pods {
            guard let decision = decisions[pod.key], case .mapping(let entries) = pod.value.content else { continue }
            var wanted: [String: Int64] = [:]
            for entry in entries { wanted[entry.key] = entry.value.text.flatMap { Int64($0) } }
            let own = found(decision)
            for name in Set(wanted.keys).union(own.keys).sorted() where wanted[name] != own[name] {
                let (was, now) = (wanted[name].map { "\($0)" } ?? "none", own[name].map { "\($0)" } ?? "none")
                lines.append("\(pod.key): observed \(key) \(name) \(was), found \(now)")
            }
        }
    }
    compare("scores") { Dictionary(uniqueKeysWithValues: $0.scores.map { ($0.node, $0.total) }) }
    compare("reasons") { Dictionary(uniqueKeysWithValues: $0.reasonCounts.map { ($0.reason, Int64($0.nodes)) }) }
    return lines
}

/// How far decisions agree with what was observed: lines that differ in scores and in reasons; nil for bad input.
func kubeScheduleObservedDifferences(input: YAMLNode, observed: YAMLNode) -> [String]? {
    guard case .success(let world) = KubeScheduleWorld.read(input) else { return nil }
    var scheduler = KubeScheduler(ClusterState(nodes: world.nodes), running: world.running)
    var decisions: [String: KubeDecision] = [:]
    for pod in world.pods { decisions[pod.metadata.name] = scheduler.schedule(pod) }
    return observedDifferences(decisions, observed)
}

extension YAMLNode {
    /// The text of a single value.
    fileprivate var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }
}
