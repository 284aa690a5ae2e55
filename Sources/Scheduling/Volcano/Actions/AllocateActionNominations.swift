/// Placement where gang preemption or reclaim made room earlier in this session (upstream:
/// `actions/allocate/allocate.go`, allocateFromNomination).
extension AllocationRun {
    /// Places every task of the sub-job on its nominated node inside the nominated HyperNode. nil, with the nominations
    /// forgotten, if one of them does not work.
    func allocateFromNomination(
        _ subJob: SubJobRef, _ tasks: inout BinaryHeap<TaskRef>, root: HyperNodeRef
    ) -> VolcanoStatement? {
        guard let nominated = session[subJob].nominatedHyperNode else { return nil }
        guard let plan = plan(subJob, tasks, in: nominated) else {
            forgetNomination(subJob, tasks)
            return nil
        }
        let statement = VolcanoStatement(session)
        for (task, node) in plan {
            if session[subJob].topology != nil { session[task].jobAllocatedHyperNode = nominated }
            guard place(task, on: node, statement) else {
                statement.discard()
                forgetNomination(subJob, tasks)
                return nil
            }
        }
        while tasks.pop() != nil {}
        occupy(nominated, subJob, root: root)
        return statement
    }

    /// Each task, in order, with its nominated node; nil if a task has none there, may not be allocated, or does not fit.
    private func plan(
        _ subJob: SubJobRef, _ tasks: BinaryHeap<TaskRef>, in nominated: HyperNodeRef
    ) -> [(TaskRef, NodeRef)]? {
        if session.hyperNodes.nodes(in: nominated).isEmpty { return nil }
        let queue = session[session[subJob].job].queue
        var search = NodeSearch(cachesErrors: cachesErrors)
        var plan: [(TaskRef, NodeRef)] = []
        var left = tasks
        while let task = left.pop() {
            guard session.allocatable(queue, task), let node = session[task].nominatedNode,
                session.hyperNodes.holds(nominated, node), session.prePredicate(task) == nil
            else { return nil }
            var errors = FitErrors()
            let feasible = search.feasibleNodes(
                task, among: [node], session, errors: &errors, filter: session.fitForAllocate)
            if feasible.isEmpty { return nil }
            plan.append((task, node))
        }
        return plan
    }

    private func forgetNomination(_ subJob: SubJobRef, _ tasks: BinaryHeap<TaskRef>) {
        session[subJob].nominatedHyperNode = nil
        for task in tasks.elements { session[task].nominatedNode = nil }
    }
}
