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
        guard searchMode == .byClass, sharding.mode == .none, hooks[.bestNode].allSatisfy(\.isEmpty) else {
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
        let count = nodes.count
        guard count > 0 else { return nil }
        prepareClasses()
        let wanted = NodeSearch.numberToFind(count, options: snapshot.nodeSearch)
        let shape = Int(self[task].shape)
        var place = memory.nextNode % count
        var (found, processed, idle) = (0, 0, 0)
        candidateScratch.removeAll(keepingCapacity: true)
        classes.met.removeAll(keepingCapacity: true)
        while processed < count, found < wanted {
            let node = place
            place += 1
            if place == count { place = 0 }
            processed += 1
            let id = Int(classes.classOf[node])
            if id >= classes.verdicts[shape].count || classes.verdicts[shape][id].refusals == -2 {
                judge(task, NodeRef(node), shape, id)
            }
            let verdict = classes.verdicts[shape][id]
            guard verdict.room != .none, verdict.refusals == -1 else { continue }
            found += 1
            if verdict.room == .idle { idle += 1 }
            candidateScratch.append(Int32(node))
        }
        memory.nextNode = place
        guard found > 0 else {
            fillErrors(&errors, shape)
            return nil
        }
        return choose(task, shape, room: idle > 0 ? .idle : .future, count: idle > 0 ? idle : found)
    }

    /// Asks filters about a class, by one of its nodes.
    private func judge(_ task: TaskRef, _ node: NodeRef, _ shape: Int, _ id: Int) {
        while classes.verdicts[shape].count <= id { classes.verdicts[shape].append(ClassVerdict()) }
        var verdict = ClassVerdict()
        let short = self[task].request.exceeding(self[node].futureIdle, .zero)
        if short.isEmpty {
            verdict.room = self[task].request.lessEqual(self[node].idle) ? .idle : .future
        } else {
            verdict.room = .none
            verdict.shortage = fitTable.intern([insufficient(short)])
        }
        let refusals = short.isEmpty ? predicateForAllocate(task, node) : []
        verdict.refusals = refusals.isEmpty ? -1 : fitTable.intern(refusals)
        classes.verdicts[shape][id] = verdict
    }

    /// The best of the candidates that have this room: classes are scored, then one of the best classes' nodes is picked.
    private func choose(_ task: TaskRef, _ shape: Int, room: ClassVerdict.Room, count: Int) -> NodeRef {
        var representatives: [NodeRef] = []
        var only = NodeRef(0)
        for candidate in candidateScratch {
            let id = classes.classOf[Int(candidate)]
            guard classes.verdicts[shape][Int(id)].room == room else { continue }
            only = NodeRef(Int(candidate))
            if !classes.met.contains(id) {
                classes.met.append(id)
                representatives.append(only)
            }
        }
        if count == 1 { return only }
        let scores = classScores(task, shape, representatives)
        let best = scores.max() ?? 0
        let winners = classes.met.indices.filter { scores[$0] == best }.map { classes.met[$0] }
        var (equals, lowest) = (0, Int32.max)
        var lowestNode = only
        equalScratch.removeAll(keepingCapacity: true)
        for candidate in candidateScratch where winners.contains(classes.classOf[Int(candidate)]) {
            equals += 1
            if ties.isLowestName {
                let rank = nodes[Int(candidate)].nameRank
                if rank < lowest { (lowest, lowestNode) = (rank, NodeRef(Int(candidate))) }
            } else {
                equalScratch.append(candidate)
            }
        }
        return ties.isLowestName ? lowestNode : NodeRef(Int(equalScratch[ties.pick(equals)]))
    }

    /// Scores of the classes met, remembered per shape and set of classes.
    private func classScores(_ task: TaskRef, _ shape: Int, _ representatives: [NodeRef]) -> [Double] {
        let key = ScoreKey(shape: Int32(shape), classes: classes.met)
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

    private func prepareClasses() {
        if !classesAreReady {
            classes = NodeClasses(self)
            classesAreReady = true
        }
    }
}

/// A shape and the classes among its candidates, in the order met.
struct ScoreKey: Hashable {
    var shape: Int32
    var classes: ContiguousArray<Int32>
}

/// How nodes are searched: one by one, or by classes of equal nodes with equal results.
public enum NodeSearchMode: Sendable { case plain, byClass }
