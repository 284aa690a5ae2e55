/// Placement of jobs with a topology or sub-groups: dry runs over gradients of HyperNodes (upstream:
/// `actions/allocate/allocate.go`, allocateForJob and allocateForSubJob; reference section 10).
///
/// The first gradient in which a HyperNode has a solution decides. Ties among its HyperNodes: any (lowest name).
extension AllocationRun {
    /// The outcome of one dry run.
    private struct Solution<Worksheet> {
        var hyperNode: HyperNodeRef
        var operations: [VolcanoStatement.Saved]
        /// What the dry run left to place.
        var worksheet: Worksheet
        var score = 0.0
    }

    /// Applies the solution with the highest sum of sub-job scores; nil if no HyperNode makes the job ready or pipelined.
    func allocateOverHyperNodes(_ job: JobRef, _ worksheet: inout JobWorksheet) -> VolcanoStatement? {
        let occupied = worksheet.tasks.keys.map { ($0, session[$0].allocatedHyperNode) }
        for gradient in session.hyperNodeGradient(forJob: job, root: session.hyperNodes.top) {
            var solutions: [Solution<JobWorksheet>] = []
            for hyperNode in gradient {
                session[job].jobFitError = ""
                session[job].fitErrors = [:]
                var copy = worksheet
                let (statements, score) = allocateSubJobs(of: job, &copy, in: hyperNode)
                for (subJob, earlier) in occupied { session[subJob].allocatedHyperNode = earlier }
                let operations = statements.flatMap { $0.save() }
                if operations.isEmpty { continue }
                if session.jobReady(job) || session.jobPipelined(job) {
                    solutions.append(
                        Solution(hyperNode: hyperNode, operations: operations, worksheet: copy, score: score))
                }
                for statement in statements { statement.discard() }
            }
            guard let best = best(solutions) else { continue }
            let statement = VolcanoStatement(session)
            guard statement.recover(best.operations) else { return nil }
            worksheet = best.worksheet
            decisions.jobs[job] = best.hyperNode
            return statement
        }
        return nil
    }

    /// Sub-job after sub-job until the job is ready; one that placed something and has more goes back into the worksheet.
    private func allocateSubJobs(
        of job: JobRef, _ worksheet: inout JobWorksheet, in hyperNode: HyperNodeRef
    ) -> ([VolcanoStatement], score: Double) {
        var statements: [VolcanoStatement] = []
        var total = 0.0
        while let subJob = worksheet.subJobs.pop() {
            guard var tasks = worksheet.tasks.removeValue(forKey: subJob) else { continue }
            let solution = allocate(subJob, &tasks, in: hyperNode)
            worksheet.tasks[subJob] = tasks
            guard let (statement, score) = solution, !statement.operations.isEmpty else { continue }
            statements.append(statement)
            total += score
            if !tasks.isEmpty { worksheet.subJobs.push(subJob) }
            if session.jobReady(job) { break }
        }
        return (statements, total)
    }

    /// Applies the best solution of a sub-job below `root` and returns its score; nil if no HyperNode has one.
    private func allocate(
        _ subJob: SubJobRef, _ tasks: inout BinaryHeap<TaskRef>, in root: HyperNodeRef
    ) -> (VolcanoStatement, score: Double)? {
        if tasks.isEmpty { return nil }
        if let statement = allocateFromNomination(subJob, &tasks, root: root) { return (statement, 0) }
        for gradient in session.hyperNodeGradient(forSubJob: subJob, root: root) {
            var solutions: [Solution<BinaryHeap<TaskRef>>] = []
            for hyperNode in gradient {
                session.forgetFitErrors(of: subJob)
                var copy = tasks
                guard let statement = allocateTasks(of: subJob, &copy, in: hyperNode), !statement.operations.isEmpty
                else { continue }
                solutions.append(Solution(hyperNode: hyperNode, operations: statement.save(), worksheet: copy))
                statement.discard()
            }
            let scores = session.hyperNodeOrder(subJob, solutions.map(\.hyperNode))
            for index in solutions.indices { solutions[index].score = scores[index] }
            guard let best = best(solutions) else { continue }
            let statement = VolcanoStatement(session)
            guard statement.recover(best.operations) else { return nil }
            tasks = best.worksheet
            occupy(best.hyperNode, subJob, root: root)
            return (statement, best.score)
        }
        return nil
    }

    /// Any of those with the highest score (lowest name).
    private func best<Worksheet>(_ solutions: [Solution<Worksheet>]) -> Solution<Worksheet>? {
        guard let highest = solutions.map(\.score).max() else { return nil }
        let equals = solutions.filter { $0.score == highest }.sorted { $0.hyperNode < $1.hyperNode }
        return equals[session.ties.pick(equals.count)]
    }

    /// The sub-job now also occupies `hyperNode`, chosen while its job was confined to `root`.
    func occupy(_ hyperNode: HyperNodeRef, _ subJob: SubJobRef, root: HyperNodeRef) {
        let occupied = session.hyperNodes.lowestCommonAncestor(session[subJob].allocatedHyperNode, hyperNode)
        session[subJob].allocatedHyperNode = occupied
        decisions.subJobs[HyperNodeDecisions.Key(job: session[subJob].job, root: root), default: [:]][subJob] = occupied
    }
}

/// HyperNodes chosen for jobs and, per HyperNode tried for the job, for their sub-jobs (upstream:
/// `actions/allocate/recorder.go`).
struct HyperNodeDecisions {
    struct Key: Hashable {
        var job: JobRef
        var root: HyperNodeRef
    }

    var jobs: [JobRef: HyperNodeRef] = [:]
    var subJobs: [Key: [SubJobRef: HyperNodeRef]] = [:]

    /// What was committed is occupied from now on.
    func apply(to job: JobRef, _ session: VolcanoSession) {
        guard let root = jobs[job] else { return }
        session.topologyChanges.insert(job)
        session[job].allocatedHyperNode = session.hyperNodes.lowestCommonAncestor(
            session[job].allocatedHyperNode, root)
        for (subJob, hyperNode) in subJobs[Key(job: job, root: root)] ?? [:] {
            session[subJob].allocatedHyperNode = session.hyperNodes.lowestCommonAncestor(
                session[subJob].allocatedHyperNode, hyperNode)
        }
    }
}
