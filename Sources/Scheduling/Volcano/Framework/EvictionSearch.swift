/// The search of evicting actions: nodes whose refusals evictions may cure, and their order.
extension VolcanoSession {
    /// Feasible nodes of preempt and reclaim among `candidates`, in the order of `NodeSearch.feasibleNodes` with the
    /// filter `predicateForPreempt`.
    ///
    /// By classes of equal nodes where every plugin allows it and upstream's error cache cannot make a difference.
    func feasibleForEviction(
        _ task: TaskRef, among candidates: [NodeRef], _ search: inout NodeSearch
    ) -> [NodeRef] {
        guard !candidates.isEmpty, !search.cachesErrors || isUniformRole(of: task), isClassKeyed(task) else {
            var errors = FitErrors()
            return search.feasibleNodes(task, among: candidates, self, errors: &errors, filter: predicateForPreempt)
        }
        prepareClasses()
        let shape = Int(self[task].shape)
        let wanted = NodeSearch.numberToFind(candidates.count, options: snapshot.nodeSearch)
        classes.beginScan(at: memory.nextNode % candidates.count, wanted: wanted)
        while let node = classes.continueEvictionScan(shape, candidates) { judgeForEviction(task, node, shape) }
        memory.nextNode = classes.scan.place
        var feasible: [NodeRef]
        if ties.isLowestName {
            feasible = classes.feasibleByName()
        } else {
            feasible = classes.scan.nodes.map { NodeRef(Int($0)) }
            ties.arrange(&feasible)
        }
        return feasible
    }

    private func judgeForEviction(_ task: TaskRef, _ node: NodeRef, _ shape: Int) {
        let id = Int(classes.classOf[Int(node.index)])
        while classes.verdicts[shape].count <= id { classes.verdicts[shape].append(ClassVerdict()) }
        classes.verdicts[shape][id].eviction = predicateForPreempt(task, node).isEmpty ? .mayHelp : .hopeless
    }

    /// Nodes by descending score; equal ones keep the given order (upstream: PrioritizeNodes, SortNodes).
    func nodesByScore(_ task: TaskRef, _ nodes: [NodeRef]) -> [NodeRef] {
        guard nodes.count > 1, isClassKeyed(task) else {
            let scores = score(task, nodes)
            let order = nodes.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
            return order.map { nodes[$0] }
        }
        prepareClasses()
        classes.divide(nodes)
        let scan = classes.scan
        let scores = classScores(
            task, ScoreKey(shape: self[task].shape, classes: Array(scan.classes)),
            scan.firstNodes.map { NodeRef(Int($0)) })
        let levels = Set(scores).sorted(by: >)
        if levels.count == 1 { return nodes }
        var ordered: [NodeRef] = []
        ordered.reserveCapacity(nodes.count)
        for level in levels {
            for index in nodes.indices where scores[Int(scan.slots[index])] == level { ordered.append(nodes[index]) }
        }
        return ordered
    }

    /// Tasks on a node that pass `isCandidate`, in the order upstream walks its map.
    func tasks(on node: NodeRef, where isCandidate: (TaskRef) -> Bool) -> [TaskRef] {
        var candidates = self[node].tasks.filter(isCandidate)
        guard candidates.count > 1 else { return candidates }
        candidates.sort { self[$0].nameRank < self[$1].nameRank }
        ties.arrange(&candidates)
        return candidates
    }
}
