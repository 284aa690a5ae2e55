/// What the session remembers about tasks that found no node.
extension VolcanoSession {
    /// Upstream's resource check of allocate (within ε of what will be free), then the predicates.
    func fitForAllocate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let short = self[task].request.exceeding(self[node].futureIdle, .zero)
        if !short.isEmpty { return [insufficient(short)] }
        return predicate(task, node)
    }

    /// Names the first short dimension only, cpu before memory before scalars (upstream: WrapInsufficientResourceReason).
    func insufficient(_ dimensions: [Int]) -> FitStatus {
        FitStatus(
            .unschedulable, dimensions.first.map { "Insufficient " + names.name(of: $0) } ?? "", plugin: "resources")
    }

    /// Records one refusal for every node.
    func recordFitErrors(_ task: TaskRef, of job: JobRef, everywhere refusals: [FitStatus]) {
        var errors = FitErrors()
        errors.statuses = Array(repeating: fitTable.intern(refusals), count: nodes.count)
        self[job].fitErrors[task] = errors
    }

    /// Records one refusal for each of these nodes.
    func recordFitErrors(_ task: TaskRef, of job: JobRef, on nodes: [NodeRef], _ refusals: [FitStatus]) {
        var errors = FitErrors()
        errors.statuses = Array(repeating: -1, count: self.nodes.count)
        let list = fitTable.intern(refusals)
        for node in nodes { errors.statuses[Int(node.index)] = list }
        self[job].fitErrors[task] = errors
    }

    /// Before a dry run of a sub-job (upstream: ResetSubJobFitErr).
    func forgetFitErrors(of subJob: SubJobRef) {
        let job = self[subJob].job
        if self[job].fitErrors.isEmpty { return }
        if self[job].subJobs.count == 1 {
            self[job].fitErrors = [:]
        } else {
            self[job].fitErrors = self[job].fitErrors.filter { self[$0.key].subJob != subJob }
        }
    }

    /// Records a reason that is no node's.
    func recordFitErrors(_ task: TaskRef, of job: JobRef, message: String) {
        var errors = FitErrors()
        errors.message = message
        self[job].fitErrors[task] = errors
    }

    /// Whether a task of the same non-empty role in the same sub-job already failed (upstream: TaskHasFitErrors).
    func roleHasFitErrors(of task: TaskRef, in subJob: SubJobRef) -> Bool {
        guard !self[task].roleName.isEmpty else { return false }
        return self[self[subJob].job].fitErrors.keys.contains { other in
            self[other].role == self[task].role && self[other].subJob == subJob
        }
    }

    /// Whether the rest of a sub-job is worth trying after a task failed (upstream: NeedContinueAllocating).
    func needContinueAllocating(_ subJob: SubJobRef) -> Bool {
        let job = self[self[subJob].job]
        if job.minAvailable == job.tasks.count || self[subJob].minAvailable >= self[subJob].tasks.count { return false }
        if job.hasSubGroups { return true }
        let failed = Set(job.fitErrors.keys.filter { self[$0].subJob == subJob }.map { self[$0].role })
        if job.minAvailable < job.roleMinimumTotal {
            let hopeful = job.roles.indices.filter { !failed.contains(Int32($0)) }.reduce(0) {
                $0 + job.roles[$1].counts[.pending]
            }
            return job.readyCount + hopeful >= job.minAvailable
        }
        return failed.allSatisfy { role in
            role < 0 || job.roles[Int(role)].minimum <= 0
                || job.roles[Int(role)].counts.ready + job.roles[Int(role)].pendingBestEffort
                    >= job.roles[Int(role)].minimum
        }
    }

    /// With soft sharding the own shard's nodes and the others; otherwise one group.
    func shardGroups(_ nodes: [NodeRef]) -> [[NodeRef]] {
        guard sharding.mode == .soft else { return [nodes] }
        return [nodes.filter { self[$0].isInShard }, nodes.filter { !self[$0].isInShard }]
    }
}
