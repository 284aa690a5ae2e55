import Configuration
import ControlPlane
import KubernetesObjects
import Quantities

/// A recording of the whole control plane: objects, what was done to them and when, how pods run, and what was seen.
struct LiveCase {
    /// Something done from outside.
    struct Step {
        var at: SimTime
        var operation: Operation
        /// What it was done to, for messages.
        var subject: String
        /// The webhook's refusal; empty where it was let through.
        var refusal: String
    }

    let scheduler: SchedulerSetup
    let objects: ObjectSet
    let steps: [Step]
    let runs: [PodRunRule]
    let until: SimTime
    let expectation: LiveExpectation

    init(_ fields: CaseFields) throws(CaseProblem) {
        fields.ignore("runs", "free")
        scheduler = try SchedulerSetup(fields.fields("scheduler"))
        var manifests = Manifests()
        let nodes = try fields.elements("objects")
        for node in nodes { manifests.note(node) }
        objects = try readObjects(nodes)
        var steps: [Step] = []
        for entry in try fields.list("timeline") {
            let at = Self.time(try entry.number("at") ?? 0)
            let refusal = try entry.string("rejected")
            for node in try entry.elements("create") {
                if refusal.isEmpty { manifests.note(node) }
                steps.append(
                    Step(
                        at: at, operation: .create(try readObjects([node])),
                        subject: "create \(Manifests.name(of: node))", refusal: refusal))
            }
            for (operation, subject) in try Self.operations(entry, &manifests) {
                steps.append(Step(at: at, operation: operation, subject: subject, refusal: refusal))
            }
        }
        self.steps = steps
        var runs: [PodRunRule] = []
        for rule in try fields.list("podRun") { runs.append(try Self.rule(rule)) }
        self.runs = runs
        until = Self.time(try fields.number("until") ?? 0)
        expectation = try LiveExpectation(fields.fields("expect"))
    }

    /// At most some thirty years, either way.
    static func time(_ seconds: Double) -> SimTime {
        let bounded = seconds.isNaN ? 0 : min(max(seconds, -1e9), 1e9)
        return SimTime(nanoseconds: Int64((bounded * 1e9).rounded()))
    }

    private static func rule(_ fields: CaseFields) throws(CaseProblem) -> PodRunRule {
        func length(_ key: String) throws(CaseProblem) -> SimDuration? {
            try fields.number(key).map { time($0) - .zero }
        }
        var run = PodRun()
        run.startAfter = try length("startAfter") ?? .zero
        run.duration = try length("duration")
        run.exitCode = Int32(clamping: try fields.integer("exitCode") ?? 0)
        run.terminateAfter = try length("terminateAfter") ?? .zero
        let match = try fields.fields("match")
        if match.has("pod") { return PodRunRule(.pod(try match.string("pod")), run) }
        let task = try match.string("task")
        if match.has("jobTemplate") {
            return PodRunRule(.jobTemplate(try match.string("jobTemplate"), task: task), run)
        }
        return PodRunRule(.job(try match.string("job"), task: task), run)
    }

    /// Everything an entry does besides creating.
    private static func operations(
        _ entry: CaseFields, _ manifests: inout Manifests
    ) throws(CaseProblem) -> [(Operation, String)] {
        var result: [(Operation, String)] = []
        if let target = try entry.optionalFields("delete") {
            let reference = try reference(target)
            let force = try target.boolean("force")
            result.append((.delete(reference, force: force), "delete \(reference.kind) \(reference.name)"))
        }
        if let patch = try entry.optionalFields("patch") {
            let reference = try reference(patch)
            let merged = try manifests.merge(patch.required("merge"), into: reference)
            result.append((.replace(try readObjects([merged])), "patch \(reference.kind) \(reference.name)"))
        }
        if let scale = try entry.optionalFields("scale") {
            let job = try scale.string("job")
            result.append(
                (
                    .scale(
                        job: "default/" + job, task: try scale.integer("task") ?? 0,
                        replicas: Int32(clamping: try scale.integer("replicas") ?? 0)), "scale \(job)"
                ))
        }
        if let command = try entry.optionalFields("command") {
            let target = try reference(command.fields("target"))
            let action = try command.string("action")
            result.append((.command(action: action, target: target), "\(action) \(target.name)"))
        }
        if let status = try entry.optionalFields("podStatus") {
            let name = try status.string("name")
            result.append(
                (
                    .podStatus(
                        pod: "default/" + name, phase: try status.string("phase"),
                        exitCode: Int32(clamping: try status.integer("exitCode") ?? 0)), "podStatus \(name)"
                ))
        }
        return result
    }

    private static func reference(_ fields: CaseFields) throws(CaseProblem) -> ObjectReference {
        let kind = try fields.string("kind")
        let isNamespaced = !["Node", "Queue", "PriorityClass", "HyperNode"].contains(kind)
        return ObjectReference(
            kind: kind, namespace: isNamespaced ? try fields.string("namespace", default: "default") : "",
            name: try fields.string("name"))
    }
}

/// The latest manifest of every object, for patches.
struct Manifests {
    private var nodes: [String: YAMLNode] = [:]

    /// `kind name` of a manifest.
    static func name(of node: YAMLNode) -> String {
        text(node["kind"]) + " " + text(node["metadata"]?["name"])
    }

    private static func text(_ node: YAMLNode?) -> String {
        guard case .scalar(let text, _)? = node?.content else { return "" }
        return text
    }

    mutating func note(_ node: YAMLNode) { nodes[Self.name(of: node)] = node }

    /// The manifest after a JSON merge patch.
    mutating func merge(_ patch: YAMLNode, into object: ObjectReference) throws(CaseProblem) -> YAMLNode {
        let name = object.kind + " " + object.name
        guard let node = nodes[name] else { throw .malformed("patch: no manifest of \(name)") }
        let merged = Self.merge(patch, into: node)
        nodes[name] = merged
        return merged
    }

    private static func merge(_ patch: YAMLNode, into node: YAMLNode) -> YAMLNode {
        guard case .mapping(let changes) = patch.content else { return patch }
        var entries: [YAMLNode.Entry] = []
        if case .mapping(let given) = node.content { entries = given }
        for change in changes {
            let place = entries.firstIndex { $0.key == change.key }
            if change.value.kind == .null {
                if let place { entries.remove(at: place) }
            } else if let place {
                entries[place].value = merge(change.value, into: entries[place].value)
            } else {
                entries.append(change)
            }
        }
        return YAMLNode(.mapping(entries), origin: node.origin)
    }
}
