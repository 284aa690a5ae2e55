import KubernetesObjects

/// Preemption that dry-runs every candidate node and takes the least harmful one (upstream: `actions/preempt/preempt.go`,
/// topologyAwarePreempt; reference section 8.4). It is about (anti-)affinity of pods, not about HyperNodes.
///
/// Ties: the nodes are tried from a random offset (0) one after the other; among candidates that all rules leave equal
/// any may win (lowest name).
///
/// In a dry run victims leave `session[node]` and come back without events; plugins follow through `simulateRemove` and
/// `simulateAdd`, which come in pairs.
struct TopologyAwarePreemption {
    /// Percentage of the feasible nodes that are enough as candidates.
    private let minCandidatePercentage: Int
    private let minCandidates: Int
    private let maxCandidates: Int

    private struct Candidate {
        var node: NodeRef
        /// The most important first.
        var victims: [TaskRef]
    }

    init(arguments: PluginArguments) {
        minCandidatePercentage = arguments.int("minCandidateNodesPercentage", default: 10)
        minCandidates = arguments.int("minCandidateNodesAbsolute", default: 1)
        maxCandidates = arguments.int("maxCandidateNodesAbsolute", default: 100)
    }

    /// Evicts on the best candidate node and pipelines the task there; true on success.
    func preempt(
        _ task: TaskRef, among nodes: [NodeRef], _ statement: VolcanoStatement, _ session: VolcanoSession,
        _ isCandidate: (TaskRef) -> Bool
    ) -> Bool {
        guard let queue = session.queue(of: task), !nodes.isEmpty else { return false }
        var candidates: [Candidate] = []
        let enough = numberOfCandidates(nodes.count)
        let offset = session.ties.pick(nodes.count)
        for step in nodes.indices {
            if candidates.count >= enough { break }
            let node = nodes[(offset + step) % nodes.count]
            let victims = dryRun(task, queue, node, session, isCandidate)
            if !victims.isEmpty { candidates.append(Candidate(node: node, victims: victims)) }
        }
        guard let best = choose(candidates, session) else { return false }
        let attempt = VolcanoStatement(session)
        for victim in best.victims { attempt.evict(victim) }
        guard attempt.pipeline(task, on: best.node, afterEvictions: true) else {
            attempt.discard()
            return false
        }
        statement.merge(attempt)
        return true
    }

    /// Candidates after which the search ends (upstream: calculateNumCandidates).
    func numberOfCandidates(_ nodes: Int) -> Int {
        min(min(max(nodes * minCandidatePercentage / 100, minCandidates), maxCandidates), nodes)
    }

    /// Victims a node would have to give up, the most important first; none if evictions do not help or are not needed
    /// (upstream: SelectVictimsOnNode).
    private func dryRun(
        _ task: TaskRef, _ queue: QueueRef, _ node: NodeRef, _ session: VolcanoSession,
        _ isCandidate: (TaskRef) -> Bool
    ) -> [TaskRef] {
        let candidates = session.preemptable(task, session.tasks(on: node, where: isCandidate))
        guard session.wouldFit(task, on: node, without: candidates) else { return [] }
        session.simulationBegins(for: task)
        let before = session[node]
        var removed: [TaskRef] = []
        defer {
            for victim in removed.reversed() {
                session.simulateAdd(victim, for: task, to: node)
                session.addTask(victim, to: node)
            }
            session[node] = before
        }
        func remove(_ victim: TaskRef) {
            session.simulateRemove(victim, for: task, from: node)
            session.removeTask(victim, from: node, status: session[victim].status)
            removed.append(victim)
        }
        func fits() -> Bool {
            session.simulateAllocatable(queue, task) && session[task].request.lessEqual(session[node].futureIdle)
                && session.simulatePredicate(task, node).isEmpty
        }
        var heap = session.victimHeap(candidates, for: task)
        while let victim = heap.pop() {
            remove(victim)
            if fits() { break }
        }
        guard !removed.isEmpty, session.simulatePredicate(task, node).isEmpty else { return [] }
        var victims: [TaskRef] = []
        for victim in removed.reversed() {
            session.simulateAdd(victim, for: task, to: node)
            session.addTask(victim, to: node)
            removed.removeAll { $0 == victim }
            if !fits() {
                remove(victim)
                victims.append(victim)
            }
        }
        return victims
    }

    /// The candidate whose most important victim matters least, then with the least sum of priorities, then with the
    /// fewest victims, then whose important victims started last (upstream: pickOneNodeForPreemption).
    private func choose(_ candidates: [Candidate], _ session: VolcanoSession) -> Candidate? {
        func priority(_ task: TaskRef) -> Int64 { Int64(session.pod(task).spec.priority ?? 0) }
        let scores: [(Candidate) -> Int64] = [
            { -($0.victims.first.map(priority) ?? 0) },
            { -$0.victims.reduce(0) { $0 + priority($1) + Int64(Int32.max) + 1 } },
            { -Int64($0.victims.count) },
            { earliestStart($0.victims, session, priority).nanoseconds },
        ]
        var remaining = candidates
        for score in scores {
            guard remaining.count > 1 else { break }
            let values = remaining.map(score)
            let best = values.max()
            remaining = zip(remaining, values).filter { $0.1 == best }.map(\.0)
        }
        remaining.sort { session[$0.node].nameRank < session[$1.node].nameRank }
        return remaining.isEmpty ? nil : remaining[session.ties.pick(remaining.count)]
    }

    /// Earliest start among the victims of highest priority; one that has not started counts as starting now.
    private func earliestStart(
        _ victims: [TaskRef], _ session: VolcanoSession, _ priority: (TaskRef) -> Int64
    ) -> Timestamp {
        let highest = victims.map(priority).max()
        let starts = victims.filter { priority($0) == highest }.map {
            session[$0].startTime ?? session.now
        }
        return starts.min() ?? session.now
    }
}
