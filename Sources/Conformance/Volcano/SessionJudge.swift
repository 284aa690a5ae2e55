import KubernetesObjects
import Scheduling

/// Compares one open session with what a case expects of it.
struct SessionJudge {
    private let session: VolcanoSession
    /// Begins every subject; tells cycles and steps apart.
    private let prefix: String
    var differences = Differences()

    init(_ session: VolcanoSession, prefix: String) {
        self.session = session
        self.prefix = prefix
    }

    // MARK: - Outcomes of the actions

    /// After the last action, before the session is closed.
    mutating func compareOutcomes(_ expected: SessionExpectation) throws(CaseProblem) {
        compareBinds(expected)
        let evicted = session.evictions.map { session.podName($0.task) }
        if let victims = expected.evict {
            differences.compareMultisets(prefix + "evict", expected: victims, got: evicted)
        }
        if let count = expected.evictCount {
            differences.compare(prefix + "evictCount", expected: count, got: evicted.count)
        }
        if let tasks = expected.pipelined {
            differences.compareMaps(prefix + "pipelined", expected: tasks, got: pipelined())
        }
        for (name, nodes) in (expected.pipelinedJobs ?? [:]).sorted(by: { $0.key < $1.key }) {
            comparePipelined(try session.job(named: name), nodes: nodes)
        }
        for (name, counts) in (expected.taskStatusCount ?? [:]).sorted(by: { $0.key < $1.key }) {
            let job = try session.job(named: name)
            var got: [String: Int] = [:]
            for status in TaskStatus.allCases where session[job].counts[status] > 0 {
                got[status.name] = session[job].counts[status]
            }
            differences.compareMaps(
                "\(prefix)tasks of \(name)", expected: counts.filter { $0.value > 0 }, got: got, absent: "0")
        }
        try compareAmounts(expected)
    }

    private mutating func compareBinds(_ expected: SessionExpectation) {
        var binds: [String: String] = [:]
        for (task, node) in session.binds {
            let pod = session.podName(task)
            if binds.updateValue(session[node].name, forKey: pod) != nil {
                differences.report(prefix + "bind " + pod, expected: "once", got: "more often")
            }
        }
        if let pods = expected.bind { differences.compareMaps(prefix + "bind", expected: pods, got: binds) }
        if let count = expected.bindCount {
            differences.compare(prefix + "bindCount", expected: count, got: session.binds.count)
        }
        if let counts = expected.bindCountPerLeafHyperNode {
            let got = session.bindsPerLeafHyperNode().sorted()
            differences.compare(
                prefix + "bindCountPerLeafHyperNode", expected: counts.filter { $0 > 0 }.sorted(), got: got)
        }
    }

    private func pipelined() -> [String: String] {
        var result: [String: String] = [:]
        for task in session.tasks where task.status == .pipelined {
            result[session.podName(task.id)] = task.node.map { session[$0].name } ?? "no node"
        }
        return result
    }

    private mutating func comparePipelined(_ job: JobRef, nodes: [String]) {
        let got = session[job].tasks.filter { session[$0].status == .pipelined }
            .map { task in session[task].node.map { session[$0].name } ?? "no node" }
        if got.isEmpty || !got.allSatisfy(nodes.contains) {
            differences.report(
                "\(prefix)pipelined nodes of \(session[job].uid)", expected: "some of \(Differences.text(nodes))",
                got: Differences.text(got))
        }
    }

    /// `allocated`, `deserved` and `shares` of jobs (`namespace/name`) and queues.
    private mutating func compareAmounts(_ expected: SessionExpectation) throws(CaseProblem) {
        for (name, amount) in (expected.allocated ?? [:]).sorted(by: { $0.key < $1.key }) {
            let got = try session.allocated(of: name)
            differences.compare("\(prefix)allocated \(name)", expected: amount, got: got)
        }
        for (name, amount) in (expected.deserved ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let got = try session.deserved(of: name) else { throw .unsupported("deserved of \(name)") }
            differences.compare("\(prefix)deserved \(name)", expected: amount, got: got)
        }
        for (name, share) in (expected.shares ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let got = try session.share(of: name) else { throw .unsupported("share of \(name)") }
            differences.compare(
                "\(prefix)share \(name)", expected: share, got: got,
                tolerance: Swift.max(expected.hooks.scoreTolerance, 1e-9))
        }
    }

    /// After the session was closed.
    mutating func comparePhases(_ expected: SessionExpectation) {
        guard let phases = expected.podGroupPhase else { return }
        let got = session.phases()
        differences.compareMaps(
            prefix + "phase", expected: phases, got: got.filter { phases[$0.key] != nil }, absent: "no such job")
    }

    // MARK: - Choices that actions make

    /// Asked before the actions run.
    mutating func compareChoices(_ expected: SessionExpectation) throws(CaseProblem) {
        if let order = expected.backfillOrder {
            differences.compare(
                prefix + "backfillOrder", expected: order, got: session.backfillOrder().map(session.podName))
        }
        for question in expected.hooks.gangVictims {
            let victims = try session.gangVictims(question).map(session.podName)
            differences.compareMultisets(
                "\(prefix)victims of \(question.initiator) in \(question.hyperNode)"
                    + (question.allowsWholeBundle ? "" : " without whole bundles"),
                expected: question.victims, got: victims)
        }
    }

    // MARK: - Answers of hooks

    mutating func compareAnswers(_ expected: HookExpectation) throws(CaseProblem) {
        try compareScores(expected)
        try compareFits(expected)
        try compareVictims(expected)
        for (name, answer) in expected.enqueueable {
            let got = session.jobEnqueueable(try session.job(named: name))
            differences.compare("\(prefix)enqueueable \(name)", expected: answer, got: got)
        }
        for (left, right, before) in expected.jobBefore {
            let got = session.jobLess(try session.job(named: left), try session.job(named: right))
            differences.compare("\(prefix)\(left) before \(right)", expected: before, got: got)
        }
    }

    private mutating func compareScores(_ expected: HookExpectation) throws(CaseProblem) {
        for (pod, nodes) in expected.nodeScores.sorted(by: { $0.key < $1.key }) {
            let got = try session.scores(pod: pod, nodes: nodes.keys.sorted())
            compare("score of \(pod) on", nodes, got, expected.scoreTolerance)
        }
        for (pod, nodes) in expected.nodeTotalScores.sorted(by: { $0.key < $1.key }) {
            let got = try session.scores(pod: pod, nodes: nodes.keys.sorted())
            compare("total score of \(pod) on", nodes, got, expected.scoreTolerance)
        }
        for (subJob, hyperNodes) in expected.hyperNodeScores.sorted(by: { $0.key < $1.key }) {
            let got = try session.hyperNodeScores(subJob: subJob, hyperNodes: hyperNodes.keys.sorted())
            compare("score of \(subJob) in", hyperNodes, got, expected.scoreTolerance)
        }
    }

    private mutating func compare(
        _ subject: String, _ expected: [String: Double], _ got: [String: Double], _ tolerance: Double
    ) {
        for (name, score) in expected.sorted(by: { $0.key < $1.key }) {
            differences.compare(
                "\(prefix)\(subject) \(name)", expected: score, got: got[name] ?? 0,
                tolerance: Swift.max(tolerance, 1e-9))
        }
    }

    private mutating func compareFits(_ expected: HookExpectation) throws(CaseProblem) {
        for (pod, nodes) in expected.nodeFit.sorted(by: { $0.key < $1.key }) {
            for (node, code) in nodes.sorted(by: { $0.key < $1.key }) {
                let refusals = try session.refusals(pod: pod, node: node)
                differences.compare("\(prefix)\(pod) on \(node)", expected: code, got: refusals.codeName)
                if let reason = expected.fitReason, code != "Success" {
                    differences.compare(
                        "\(prefix)reason of \(pod) on \(node)", expected: reason,
                        got: refusals.map(\.reason).joined(separator: "; "))
                }
            }
        }
        for (pod, nodes) in expected.feasibleNodes.sorted(by: { $0.key < $1.key }) {
            let got = try session.feasibleNodes(pod: pod)
            differences.compareMultisets("\(prefix)feasible nodes of \(pod)", expected: nodes, got: got)
        }
    }

    private mutating func compareVictims(_ expected: HookExpectation) throws(CaseProblem) {
        if let question = expected.preemptable {
            let (preemptor, candidates) = try session.parts(of: question)
            compare("preemptable", question, session.preemptable(preemptor, candidates))
        }
        if let question = expected.reclaimable {
            let (preemptor, candidates) = try session.parts(of: question)
            compare("reclaimable", question, session.reclaimable(preemptor, candidates))
        }
        if let question = expected.victimTasks {
            compare("victimTasks", question, session.victimTasks(try session.parts(of: question).candidates))
        }
        if let count = expected.victimTaskCount {
            let got = session.victimTasks(session.tasks.filter { $0.job != nil }.map(\.id)).count
            differences.compare(prefix + "victimTaskCount", expected: count, got: got)
        }
        for question in expected.gangEvictable {
            let got = try session.gangEvictable(question).map(session.podName)
            differences.compare(
                "\(prefix)\(question.kind) by priority \(question.initiatorPriority)", expected: question.victims,
                got: got)
        }
        if let question = expected.victimOrder {
            let got = try session.victimOrder(question).map(session.podName)
            differences.compare(prefix + "victimOrder", expected: question.order, got: got)
        }
    }

    private mutating func compare(_ subject: String, _ question: HookExpectation.VictimQuestion, _ got: [TaskRef]) {
        let names = got.map(session.podName)
        if question.isOrdered {
            differences.compare(prefix + subject, expected: question.victims, got: names)
        } else {
            differences.compareMultisets(prefix + subject, expected: question.victims, got: names)
        }
    }
}
