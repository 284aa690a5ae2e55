/// Placement of single tasks inside one HyperNode (upstream: `actions/allocate/allocate.go`, allocateResourcesForTasks).
extension AllocationRun {
    /// Places tasks of a sub-job one after the other until it is ready. nil, with everything undone, if it is neither
    /// ready nor pipelined in the end.
    func allocateTasks(
        of subJob: SubJobRef, _ tasks: inout BinaryHeap<TaskRef>, in domain: HyperNodeRef
    ) -> VolcanoStatement? {
        let nodes = session.hyperNodes.nodes(in: domain)
        guard !nodes.isEmpty else { return nil }
        let job = session[subJob].job
        let statement = VolcanoStatement(session)
        var search = NodeSearch(cachesErrors: cachesErrors)
        let hasTopology = session[subJob].topology != nil
        var occupied = session[subJob].allocatedHyperNode
        var overLimit: [TaskRef] = []
        defer { countOverLimit(overLimit, of: job) }
        placing: while let task = tasks.pop() {
            guard session.allocatable(session[job].queue, task) else {
                if overLimit.isEmpty { noteOverLimit(task, of: job) }
                overLimit.append(task)
                continue
            }
            if session[task].hasGates { continue }
            if session.roleHasFitErrors(of: task, in: subJob) {
                session.recordFitErrors(
                    task, of: job,
                    message:
                        "Task \(session[task].name) with role spec \(session[task].roleName) has already predicated failed, skip"
                )
                continue
            }
            if let refusal = session.prePredicate(task) {
                session.recordFitErrors(task, of: job, on: nodes, [refusal])
                break
            }
            let earlier = session[task].jobAllocatedHyperNode
            if hasTopology { session[task].jobAllocatedHyperNode = occupied }
            var errors = FitErrors()
            guard let node = findNode(task, nodes, &search, &errors) else {
                session[task].jobAllocatedHyperNode = earlier
                guard !errors.statuses.isEmpty else { continue }
                if domain != session.hyperNodes.top { errors.hyperNode = session.hyperNodes.name(of: domain) }
                session[job].fitErrors[task] = errors
                if session.needContinueAllocating(subJob) { continue placing } else { break placing }
            }
            guard place(task, on: node, statement) else { continue }
            if hasTopology, let leaf = session.hyperNodes.leaf(of: node) {
                occupied = session.hyperNodes.lowestCommonAncestor(leaf, occupied)
            }
            if session.subJobReady(subJob) { break }
        }
        if session.subJobReady(subJob) || session.subJobPipelined(subJob) { return statement }
        noteGivenUp(statement.operations.count, of: job)
        statement.discard()
        return nil
    }

    /// The node for a task; nil with `errors` filled if none is feasible.
    ///
    /// Over the whole cluster by classes of equal nodes where every plugin allows it and upstream's error cache cannot
    /// make a difference (all tasks of the role ask for the same).
    private func findNode(
        _ task: TaskRef, _ nodes: [NodeRef], _ search: inout NodeSearch, _ errors: inout FitErrors
    ) -> NodeRef? {
        if session[task].nominatedNode == nil, nodes.count == session.nodes.count,
            !cachesErrors || session.isUniformRole(of: task), session.isClassKeyed(task)
        {
            return session.allocateByClass(task, errors: &errors)
        }
        let feasible = feasibleNodes(task, nodes, &search, &errors)
        guard !feasible.isEmpty else { return nil }
        errors = FitErrors()
        return session.bestNodeForAllocate(task, feasible)
    }

    /// The nominated node alone if it lies in the domain and will do, else all.
    private func feasibleNodes(
        _ task: TaskRef, _ nodes: [NodeRef], _ search: inout NodeSearch, _ errors: inout FitErrors
    ) -> [NodeRef] {
        if let nominated = session[task].nominatedNode, nodes.contains(nominated),
            session[task].request.lessEqual(session[nominated].futureIdle)
        {
            let feasible = search.feasibleNodes(
                task, among: [nominated], session, errors: &errors, inOpenOrder: false, filter: session.fitForAllocate)
            if !feasible.isEmpty { return feasible }
            errors = FitErrors()
        }
        return search.feasibleNodes(
            task, among: nodes, session, errors: &errors, inOpenOrder: false, filter: session.fitForAllocate)
    }

    /// Allocates what fits now, pipelines what will fit. False if a handler refused.
    func place(_ task: TaskRef, on node: NodeRef, _ statement: VolcanoStatement) -> Bool {
        if session[task].request.lessEqual(session[node].idle) { return statement.allocate(task, on: node) }
        return statement.pipeline(task, on: node)
    }
}
