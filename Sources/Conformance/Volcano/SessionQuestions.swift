import KubernetesObjects
import Scheduling

/// Questions to an open session in the names that cases use. Each translates names and asks; none decides.
extension VolcanoSession {
    // MARK: - Names

    func podName(_ task: TaskRef) -> String { self[task].namespace + "/" + self[task].name }

    func task(named name: String) throws(CaseProblem) -> TaskRef {
        guard let task = snapshot.taskIndex[name] else { throw .malformed("no pod \(name) among the objects") }
        return task
    }

    func job(named name: String) throws(CaseProblem) -> JobRef {
        guard let job = snapshot.jobIndex[name] else {
            throw .malformed("no PodGroup \(name) with a queue among the objects")
        }
        return job
    }

    func node(named name: String) throws(CaseProblem) -> NodeRef {
        guard let node = snapshot.nodeIndex[name] else { throw .malformed("no node \(name) among the objects") }
        return node
    }

    func hyperNode(named name: String) throws(CaseProblem) -> HyperNodeRef {
        guard let hyperNode = hyperNodes.named(name) else {
            throw .malformed("no HyperNode \(name) among the objects")
        }
        return hyperNode
    }

    // MARK: - State

    /// Phase per PodGroup.
    func phases() -> [String: String] {
        Dictionary(jobs.map { ($0.uid, $0.phase) }, uniquingKeysWith: { $1 })
    }

    /// Texts about jobs that still have Pending tasks.
    func fitErrorTexts() -> [String: String] {
        var texts: [String: String] = [:]
        for job in jobs where job.counts[.pending] > 0 { texts[job.uid] = fitErrorText(of: job.id) }
        return texts
    }

    /// Allocated resources of a job or of a queue's jobs.
    func allocated(of name: String) throws(CaseProblem) -> ResourceAmount {
        if let queue = snapshot.queueIndex[name] {
            return amount(self[queue].jobs.reduce(into: Resource()) { $0.add(self[$1].allocated) })
        }
        return amount(self[try job(named: name)].allocated)
    }

    private var accounts: [any ShareAccounts] { plugins.compactMap { $0 as? any ShareAccounts } }

    /// Deserved resources of a queue, by the first plugin that computes them.
    func deserved(of name: String) throws(CaseProblem) -> ResourceAmount? {
        guard let queue = snapshot.queueIndex[name] else { throw .malformed("no queue \(name) among the objects") }
        return accounts.compactMap { $0.deserved(of: queue) }.first.map { amount($0) }
    }

    /// Share of a queue or job, by the first plugin that computes it.
    func share(of name: String) throws(CaseProblem) -> Double? {
        if let queue = snapshot.queueIndex[name] { return accounts.compactMap { $0.share(of: queue) }.first }
        let job = try job(named: name)
        return accounts.compactMap { $0.share(of: job) }.first
    }

    private func amount(_ resource: Resource) -> ResourceAmount { ResourceAmount(resource, names: names) }

    // MARK: - Nodes

    /// Refusals of a node; a refusal that holds for every node counts for this one.
    func refusals(pod: String, node: String) throws(CaseProblem) -> [FitStatus] {
        let (task, node) = (try task(named: pod), try self.node(named: node))
        if let refusal = prePredicate(task) { return [refusal] }
        return predicate(task, node)
    }

    /// Node-order and batch score of the nodes.
    func scores(pod: String, nodes: [String]) throws(CaseProblem) -> [String: Double] {
        let task = try task(named: pod)
        assumeAllocatedHyperNode(of: task)
        var ids: [NodeRef] = []
        for name in nodes { ids.append(try node(named: name)) }
        _ = prePredicate(task)
        return Dictionary(uniqueKeysWithValues: zip(nodes, score(task, ids)))
    }

    /// Where a score is asked for, the PodGroup's annotation states what the job occupies already.
    private func assumeAllocatedHyperNode(of task: TaskRef) {
        let annotation = self[task].job.flatMap {
            podGroup($0).metadata.annotations["volcano.sh/job-allocated-hypernode"]
        }
        self[task].jobAllocatedHyperNode = annotation.flatMap(hyperNodes.named)
    }

    /// Nodes that pass every filter.
    func feasibleNodes(pod: String) throws(CaseProblem) -> [String] {
        let task = try task(named: pod)
        if prePredicate(task) != nil { return [] }
        return nodes.filter { predicate(task, $0.id).isEmpty }.map(\.name)
    }

    func allocate(pod: String, on node: String) throws(CaseProblem) {
        allocate(try task(named: pod), on: try self.node(named: node))
    }

    /// Scores of HyperNodes for a sub-job.
    func hyperNodeScores(subJob name: String, hyperNodes names: [String]) throws(CaseProblem) -> [String: Double] {
        guard let subJob = subJobs.first(where: { $0.uid == name }) else { throw .malformed("no sub-job \(name)") }
        var candidates: [HyperNodeRef] = []
        for hyperNode in names { candidates.append(try self.hyperNode(named: hyperNode)) }
        return Dictionary(uniqueKeysWithValues: zip(names, hyperNodeOrder(subJob.id, candidates)))
    }

    /// Binds per HyperNode of the lowest tier; HyperNodes without binds are left out.
    func bindsPerLeafHyperNode() -> [Int] {
        var counts: [HyperNodeRef: Int] = [:]
        for (_, node) in binds {
            if let leaf = hyperNodes.leaf(of: node) { counts[leaf, default: 0] += 1 }
        }
        return counts.sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: - Victims

    /// The preemptor named, or any pending task; and the candidates.
    func parts(
        of question: HookExpectation.VictimQuestion
    ) throws(CaseProblem) -> (preemptor: TaskRef, candidates: [TaskRef]) {
        var candidates: [TaskRef] = []
        for name in question.candidates { candidates.append(try task(named: name)) }
        return (try preemptor(named: question.preemptor, otherwise: candidates.first), candidates)
    }

    private func preemptor(named name: String, otherwise fallback: TaskRef?) throws(CaseProblem) -> TaskRef {
        if !name.isEmpty { return try task(named: name) }
        guard let task = tasks.first(where: { $0.status == .pending })?.id ?? fallback else {
            throw .malformed("no pod that could be a preemptor")
        }
        return task
    }

    func gangEvictable(_ question: HookExpectation.GangEvictableQuestion) throws(CaseProblem) -> [TaskRef] {
        var candidates: [TaskRef] = []
        for name in question.candidates { candidates.append(try task(named: name)) }
        let initiator = try job(named: "/" + HookExpectation.initiatorName(priority: question.initiatorPriority))
        return unifiedEvictable(initiator, candidates, try Self.purpose(question.kind))
    }

    private static func purpose(_ kind: String) throws(CaseProblem) -> EvictionPurpose {
        switch kind {
        case "GangPreempt": .preempt
        case "GangReclaim": .reclaim
        default: throw .unsupported("eviction of kind \(kind)")
        }
    }

    func gangVictims(_ question: HookExpectation.GangVictimsQuestion) throws(CaseProblem) -> [TaskRef] {
        let purpose: EvictionPurpose = configuration.actions.contains("gangreclaim") ? .reclaim : .preempt
        return victims(
            inDomain: try hyperNode(named: question.hyperNode), for: try job(named: question.initiator),
            purpose: purpose,
            allowsWholeBundles: question.allowsWholeBundle)
    }

    func victimOrder(_ question: HookExpectation.VictimOrderQuestion) throws(CaseProblem) -> [TaskRef] {
        var candidates: [TaskRef] = []
        for name in question.candidates ?? question.order.sorted() { candidates.append(try task(named: name)) }
        let preemptor = try preemptor(named: question.preemptor, otherwise: candidates.first)
        return victimsInOrder(candidates, for: preemptor)
    }
}

extension [FitStatus] {
    /// `Success`, or the code that weighs most (upstream merges plugin statuses by the worst code).
    var codeName: String {
        if isEmpty { return "Success" }
        if contains(where: { $0.code == .error }) { return "Error" }
        if contains(where: { $0.code == .unschedulableAndUnresolvable }) { return "UnschedulableAndUnresolvable" }
        return first.map { $0.code.name } ?? "Success"
    }
}
