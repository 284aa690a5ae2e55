/// The choice among feasible nodes (upstream: `util/scheduler_helper.go`, `actions/allocate/allocate.go`).
extension VolcanoSession {
    /// Total score of each node, in the order given: node-order sum plus batch sum.
    public func score(_ task: TaskRef, _ candidates: [NodeRef]) -> [Double] {
        let batch = batchNodeOrder(task, candidates)
        return candidates.indices.map { nodeOrder(task, candidates[$0]) + batch[$0] }
    }

    /// The plugin's choice, else one of the best (upstream: BestNode).
    func chooseNode(_ task: TaskRef, _ candidates: [NodeRef]) -> (node: NodeRef, score: Double)? {
        let scores = score(task, candidates)
        if let chosen = bestNode(task, candidates, scores), let place = candidates.firstIndex(of: chosen) {
            return (chosen, scores[place])
        }
        return pickBest(candidates, scores)
    }

    /// A random one (lowest name) of the nodes with the best score (upstream: SelectBestNodeAndScore).
    public func pickBest(_ candidates: [NodeRef], _ scores: [Double]) -> (node: NodeRef, score: Double)? {
        guard let best = scores.max() else { return nil }
        var equals = candidates.indices.filter { scores[$0] == best }.map { candidates[$0] }
        if ties.isLowestName { equals.sort { self[$0].nameRank < self[$1].nameRank } }
        return (equals[ties.pick(equals.count)], best)
    }

    /// Allocate's choice: idle nodes before nodes that will be idle, each with the own shard first; a single node is
    /// taken unscored.
    func bestNodeForAllocate(_ task: TaskRef, _ feasible: [NodeRef]) -> NodeRef? {
        let request = self[task].request
        let idle = feasible.filter { request.lessEqual(self[$0].idle) }
        let future = feasible.filter {
            !request.lessEqual(self[$0].idle) && request.lessEqual(self[$0].futureIdle)
        }
        for group in shardGroups(idle) + shardGroups(future) where !group.isEmpty {
            if group.count == 1 { return group[0] }
            if let choice = chooseNode(task, group) { return choice.node }
        }
        return nil
    }

    /// Whether one node of a class can stand for all: every plugin that filters or scores says so.
    func isClassKeyed(_ task: TaskRef) -> Bool {
        guard searchMode == .byClass, sharding.mode == .none, leftovers.isEmpty, hooks[.bestNode].allSatisfy(\.isEmpty)
        else {
            return false
        }
        return nodePlugins.allSatisfy { $0.isClassKeyed(task) }
    }

    /// Whether all tasks of the task's role in its job are of one shape; also for tasks without role.
    func isUniformRole(of task: TaskRef) -> Bool {
        guard !self[task].roleName.isEmpty, let job = self[task].job else { return true }
        return self[job].roles[Int(self[task].role)].shape >= 0
    }

    /// The node that `NodeSearch.feasibleNodes` over all nodes followed by `bestNodeForAllocate` would choose, found by
    /// classes of equal nodes. nil if none is feasible: `errors` says why then.
    func allocateByClass(_ task: TaskRef, errors: inout FitErrors) -> NodeRef? {
        guard !nodes.isEmpty else { return nil }
        prepareClasses()
        let shape = Int(self[task].shape)
        if let known = classes.refusalsEverywhere(shape) {
            errors.statuses = known
            memory.nextNode %= nodes.count
            return nil
        }
        let wanted = NodeSearch.numberToFind(nodes.count, options: snapshot.nodeSearch)
        classes.beginScan(at: memory.nextNode % nodes.count, wanted: wanted)
        while let node = classes.continueScan(shape) { judge(task, node, shape) }
        memory.nextNode = classes.scan.place
        guard !classes.scan.nodes.isEmpty else {
            fillErrors(&errors, shape)
            classes.noteSearchInVain(shape, errors.statuses)
            return nil
        }
        return chooseByClass(task, shape)
    }

    /// Asks filters about a class, by one of its nodes.
    private func judge(_ task: TaskRef, _ node: NodeRef, _ shape: Int) {
        let id = Int(classes.classOf[Int(node.index)])
        while classes.verdicts[shape].count <= id { classes.verdicts[shape].append(ClassVerdict()) }
        var verdict = classes.verdicts[shape][id]
        let short = self[task].request.exceeding(self[node].futureIdle, .zero)
        if short.isEmpty {
            verdict.room = self[task].request.lessEqual(self[node].idle) ? .idle : .future
        } else {
            verdict.room = .none
            verdict.shortage = fitTable.intern([insufficient(short)])
        }
        let refusals = short.isEmpty ? predicate(task, node) : []
        verdict.refusals = refusals.isEmpty ? -1 : fitTable.intern(refusals)
        classes.verdicts[shape][id] = verdict
    }

    /// Nodes with room now before those that will have it; a single one is taken unscored, else one of the best classes'.
    private func chooseByClass(_ task: TaskRef, _ shape: Int) -> NodeRef {
        let scan = classes.scan
        let idle = scan.isIdle.contains(true)
        let slots = scan.classes.indices.filter { scan.isIdle[$0] == idle }
        var wins = Array(repeating: false, count: scan.classes.count)
        if slots.count == 1 {
            if scan.counts[slots[0]] == 1 { return NodeRef(Int(scan.firstNodes[slots[0]])) }
            wins[slots[0]] = true
        } else {
            let scores = classScores(
                task, ScoreKey(shape: Int32(shape), classes: slots.map { scan.classes[$0] }),
                slots.map { NodeRef(Int(scan.firstNodes[$0])) })
            let best = scores.max() ?? 0
            for (slot, score) in zip(slots, scores) where score == best { wins[slot] = true }
        }
        return classes.candidate(inSlots: wins, lowestName: ties.isLowestName) { ties.pick($0) }
    }

    /// Scores of classes by one node of each, remembered per shape and list of classes.
    func classScores(_ task: TaskRef, _ key: ScoreKey, _ representatives: [NodeRef]) -> [Double] {
        if let known = classScoreMemo[key] { return known }
        let scores = score(task, representatives)
        classScoreMemo[key] = scores
        return scores
    }

    /// Refusals of every node, after a search that found none.
    private func fillErrors(_ errors: inout FitErrors, _ shape: Int) {
        errors.statuses = nodes.indices.map { node in
            let verdict = classes.verdicts[shape][Int(classes.classOf[node])]
            return verdict.room == .none ? verdict.shortage : verdict.refusals
        }
    }

    func prepareClasses() {
        if !classesAreReady {
            classes = NodeClasses(self)
            classesAreReady = true
        }
    }
}

/// A shape and the classes among its candidates, in the order met.
struct ScoreKey: Hashable {
    var shape: Int32
    var classes: [Int32]
}

/// How nodes are searched: one by one, or by classes of equal nodes with equal results.
public enum NodeSearchMode: Sendable { case plain, byClass }
