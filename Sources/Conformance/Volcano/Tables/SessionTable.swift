import Configuration
import KubernetesObjects
import Scheduling

/// Tables about the session: choice of nodes, readiness, phases.
enum SessionTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("bestNode", bestNode),
        ("feasibleNodesToFind", feasibleNodesToFind),
        ("nodesWherePreemptionMayHelp", nodesWherePreemptionMayHelp),
        ("podGroupPhase", podGroupPhase),
        ("skipUnschedulableForReleasing", waitsOnlyForReleasing),
        ("subJob.isReady", subJobIsReady),
        ("subGroupMatchValues", matchValues),
    ]

    private static let bestNode: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let world = TableWorld()
        var scores: [(name: String, score: Double)] = []
        for entry in try check.fields.fields("nodeScores").entries {
            guard let score = Double(entry.key) else { throw .malformed("found \(entry.key), expected a score") }
            let buckets = try check.fields.fields("nodeScores")
            for node in try buckets.list(entry.key) { scores.append((try node.string("name"), score)) }
        }
        var expected: [String] = []
        for node in try check.fields.elements("expectedNodes") where node.kind != .null {
            expected.append(try CaseFields(node, path: "expectedNodes").string("name"))
        }
        world.addNodes(scores.map(\.name))
        let session = world.session()
        let candidates = scores.compactMap { session.snapshot.nodeIndex[$0.name] }
        let best = session.pickBest(candidates, scores.map(\.score))
        guard let best else {
            differences.compare(check.subject, expected: expected, got: [])
            return
        }
        let name = session[best.node].name
        if !expected.contains(name) {
            differences.report(check.subject, expected: "one of \(Differences.text(expected))", got: name)
        }
        differences.compare(
            check.subject + " score", expected: try check.fields.number("expectedScore") ?? 0, got: best.score)
    }

    private static let feasibleNodesToFind: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var options = NodeSearchOptions()
        let given = try check.context.fields("options")
        options.minimum = try given.integer("minNodesToFind") ?? options.minimum
        options.percentageFloor = try given.integer("minPercentageOfNodesToFind") ?? options.percentageFloor
        options.percentage = try check.fields.integer("percentageOfNodesToScore") ?? 0
        let count = try check.fields.integer("numAllNodes") ?? 0
        differences.compare(
            check.subject, expected: try check.fields.integer("wantNumNodes") ?? 0,
            got: NodeSearch.numberToFind(count, options: options))
    }

    /// Nodes left for preemption after some tasks failed to fit some nodes.
    private static let nodesWherePreemptionMayHelp: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var objects = ObjectSet()
        let kinds = [
            ("queues", "scheduling.volcano.sh/v1beta1", "Queue"), ("nodes", "v1", "Node"),
            ("podGroups", "scheduling.volcano.sh/v1beta1", "PodGroup"), ("pods", "v1", "Pod"),
        ]
        for (key, apiVersion, kind) in kinds {
            for node in try check.fields.elements(key) {
                objects.append(try readObject(node, apiVersion: apiVersion, kind: kind))
            }
        }
        let session = VolcanoSession(
            ClusterSnapshot(objects), configuration: VolcanoConfiguration(actions: [], tiers: []),
            now: Timestamp(nanoseconds: 0), tieRule: .lowestName)
        for (uid, failure) in try check.fields.mappings("status") {
            failure.ignore("taskName")
            var refusals: [FitStatus] = []
            for status in try failure.list("status") {
                refusals.append(FitStatus(try FitCode(named: status.string("code")), try status.string("reason")))
            }
            let node = try session.node(named: failure.string("nodeName"))
            session.assumeFitErrors(try task(uid, in: session), on: node, refusals)
        }
        for (uid, nodes) in try check.fields.map("want", CaseFields.strings).sorted(by: { $0.key < $1.key }) {
            let got = session.nodesWherePreemptionMayHelp(try task(uid, in: session)).map { session[$0].name }
            differences.compareMultisets("\(check.subject) \(uid)", expected: nodes, got: got)
        }
    }

    private static func task(_ uid: String, in session: VolcanoSession) throws(CaseProblem) -> TaskRef {
        guard let task = session.tasks.first(where: { $0.uid == uid }) else { throw .malformed("no pod of uid \(uid)") }
        return task.id
    }

    private static let podGroupPhase: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let job = try check.fields.fields("job")
        let session = try session(
            tasks: job.list("tasks"), minMember: job.integer("minMember") ?? 0, phase: job.string("phase"))
        if try check.fields.boolean("unschedulable") { session.assumeUnschedulable(JobRef(0)) }
        differences.compare(
            check.subject, expected: try check.fields.string("expected"),
            got: session.phaseAtClose(session[JobRef(0)]))
    }

    private static let waitsOnlyForReleasing: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let session = try session(
            tasks: check.fields.list("tasks"), minMember: check.fields.integer("min") ?? 0, phase: "Running")
        differences.compare(
            check.subject, expected: try check.fields.boolean("expected"),
            got: session.waitsOnlyForReleasing(JobRef(0)))
    }

    /// A session with one PodGroup whose tasks have the given statuses on the given nodes.
    private static func session(
        tasks: [CaseFields], minMember: Int, phase: String
    ) throws(CaseProblem) -> VolcanoSession {
        let world = TableWorld()
        var states: [(status: TaskStatus, node: String)] = []
        for task in tasks {
            world.addPod(try task.string("name"), milliCPU: 1000)
            states.append((try TaskStatus(named: task.string("status")), try task.string("nodeName")))
        }
        world.addNodes(states.map(\.node).filter { !$0.isEmpty })
        world.group.minMember = Int32(clamping: minMember)
        world.group.phase = phase
        let session = world.session()
        for (index, state) in states.enumerated() {
            let task = try session.task(named: world.podKey(index))
            session.assume(task, state.status, on: session.snapshot.nodeIndex[state.node])
        }
        return session
    }

    private static let subJobIsReady: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let subJob = try check.fields.fields("sji")
        let world = TableWorld()
        var states: [(name: String, status: TaskStatus)] = []
        for (status, tasks) in try subJob.mappings("taskStatusIndex") {
            for entry in tasks.entries {
                let task = try tasks.fields(entry.key)
                world.addPod(
                    entry.key, milliCPU: try task.boolean("bestEffort") ? 0 : 1000, subGroup: ("sub", "0"))
                states.append((entry.key, try TaskStatus(named: status)))
            }
        }
        for (name, task) in try subJob.mappings("tasks") {
            _ = try task.boolean("bestEffort")
            if !states.contains(where: { $0.name == name }) { throw .malformed("task \(name) has no status") }
        }
        world.addSubGroupPolicy("sub", size: try subJob.integer("minAvailable") ?? 0)
        let session = world.session()
        for (index, state) in states.enumerated() {
            session.assume(try session.task(named: world.podKey(index)), state.status, on: nil)
        }
        differences.compare(
            check.subject, expected: try check.fields.boolean("expected"),
            got: session.subJobs.first?.isReady ?? false)
    }

    private static let matchValues: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let policy = try readSubGroupPolicy(check.fields.required("policy"))
        let pod = try readPod(check.fields.required("pod"))
        differences.compare(
            check.subject, expected: try check.fields.strings("expected"),
            got: policy.matchValues(of: pod.metadata.labels) ?? [])
    }
}

/// Reads a sub-group policy as a PodGroup that has it.
private func readSubGroupPolicy(_ node: YAMLNode) throws(CaseProblem) -> SubGroupPolicy {
    func wrapped(_ key: String, _ content: YAMLNode.Content) -> YAMLNode {
        let value = YAMLNode(content, origin: node.origin)
        return YAMLNode(
            .mapping([YAMLNode.Entry(key: key, keyOrigin: node.origin, value: value)]), origin: node.origin)
    }
    let spec = wrapped("subGroupPolicy", .sequence([node]))
    let group = wrapped("spec", spec.content)
    let objects = try readObject(group, apiVersion: "scheduling.volcano.sh/v1beta1", kind: "PodGroup")
    guard let policy = objects.podGroups.first?.subGroupPolicy.first else { throw .malformed("no sub-group policy") }
    return policy
}

extension FitCode {
    /// The code that cases call so.
    fileprivate init(named name: String) throws(CaseProblem) {
        let codes: [FitCode] = [.unschedulable, .unschedulableAndUnresolvable, .error, .skip, .wait]
        guard let code = codes.first(where: { $0.name == name }) else { throw .unsupported("code \(name)") }
        self = code
    }
}
