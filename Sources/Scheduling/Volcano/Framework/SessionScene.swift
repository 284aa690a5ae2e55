/// States to start from, set without asking any plugin: conformance cases and tests begin in the middle of a session.
extension VolcanoSession {
    /// Gives a task a status, on a node that need not exist.
    public func assume(_ task: TaskRef, _ status: TaskStatus, on node: NodeRef?) {
        if let old = self[task].node { removeTask(task, from: old, status: self[task].status) }
        setStatus(task, status)
        self[task].node = node
        if let node, !status.isCompleted { addTask(task, to: node) }
    }

    /// Gives a job the Unschedulable condition.
    public func assumeUnschedulable(_ job: JobRef) { self[job].unschedulable = ("NotEnoughResources", "") }

    /// Records why a task did not fit a node.
    public func assumeFitErrors(_ task: TaskRef, on node: NodeRef, _ refusals: [FitStatus]) {
        guard let job = self[task].job else { return }
        var errors = self[job].fitErrors[task] ?? FitErrors()
        if errors.statuses.isEmpty { errors.statuses = Array(repeating: -1, count: nodes.count) }
        errors.statuses[Int(node.index)] = fitTable.intern(refusals)
        self[job].fitErrors[task] = errors
    }
}
