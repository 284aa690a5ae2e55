import KubernetesObjects

/// Action `allocate`: places the pods of jobs that were let in (upstream: `actions/allocate/allocate.go`; reference section 8.2).
///
/// One job of one queue at a time, then the queue goes back into its heap, so that fairness is weighed again after
/// every attempt. Ties: equal nodes and equal HyperNodes at random (lowest name).
struct AllocateAction: VolcanoAction {
    static let name = "allocate"
    private let cachesErrors: Bool

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
    }

    func execute(_ session: VolcanoSession) { AllocationRun(session, cachesErrors: cachesErrors).run() }
}

/// One run of `allocate`.
final class AllocationRun {
    let session: VolcanoSession
    let cachesErrors: Bool
    /// HyperNodes chosen so far, in dry runs too.
    var decisions = HyperNodeDecisions()
    /// Tasks that their queue refused.
    private var tasksOverLimit: Set<TaskRef> = []

    init(_ session: VolcanoSession, cachesErrors: Bool) {
        self.session = session
        self.cachesErrors = cachesErrors
    }

    func run() {
        var queues = BinaryHeap(less: session.queueLess)
        var jobs: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        var worksheets: [JobRef: JobWorksheet] = [:]
        for job in session.openJobsInMapOrder() where isEligible(job) {
            let worksheet = JobWorksheet(job, session)
            guard !worksheet.isEmpty else { continue }
            worksheets[job] = worksheet
            let queue = session[job].queue
            if jobs[Int(queue.index)] == nil {
                jobs[Int(queue.index)] = BinaryHeap(less: session.jobLess)
                queues.push(queue)
            }
            jobs[Int(queue.index)]?.push(job)
        }
        while let queue = queues.pop() {
            if session.overused(queue) {
                noteOverused(queue, jobs[Int(queue.index)]?.elements ?? [])
                continue
            }
            guard let job = jobs[Int(queue.index)]?.pop() else { continue }
            if var worksheet = worksheets.removeValue(forKey: job), allocate(job, &worksheet) {
                worksheets[job] = worksheet
                jobs[Int(queue.index)]?.push(job)
            }
            queues.push(queue)
        }
    }

    /// Jobs that wait for `enqueue` stay out; without that action they are promoted here. Jobs with a topology wait for
    /// HyperNodes that form a tree.
    func isEligible(_ job: JobRef) -> Bool {
        if session[job].isPending {
            if session.enqueueConfigured { return false }
            session[job].phase = "Inqueue"
        }
        if isPlaced(job) { return false }
        if let failure = session.jobValid(job) {
            session.note(job) { $0.invalid = failure }
            return false
        }
        return session.hyperNodes.isReady || !session.hasTopology(job)
    }

    /// Whether a job has no pod that waits for a place; jobs of several sub-jobs are looked at more closely.
    private func isPlaced(_ job: JobRef) -> Bool {
        guard session[job].subJobs.count < 2 else { return false }
        return session[job].subJobs.first.map { session[$0].counts[.pending] == 0 } ?? true
    }

    /// Tries one job. True if its operations were committed and there is more to place; a merely pipelined job keeps its
    /// reservations, uncommitted.
    private func allocate(_ job: JobRef, _ worksheet: inout JobWorksheet) -> Bool {
        guard let statement = attempt(job, &worksheet), session.jobReady(job) else { return false }
        commit(statement, of: job)
        return hasMore(job, worksheet)
    }

    /// Operations that make a job ready, or pipelined, or add to one that is ready; nil, with everything undone, for none.
    func attempt(_ job: JobRef, _ worksheet: inout JobWorksheet) -> VolcanoStatement? {
        if isSearchedByHyperNode(job) { return allocateOverHyperNodes(job, &worksheet) }
        guard let subJob = session[job].subJobs.first(where: { session[$0].isDefault }) else { return nil }
        return allocateFlat(subJob, &worksheet)
    }

    func commit(_ statement: VolcanoStatement, of job: JobRef) {
        statement.commit()
        if isSearchedByHyperNode(job) { decisions.apply(to: job, session) }
    }

    /// Whether pods are left that were not tried.
    func hasMore(_ job: JobRef, _ worksheet: JobWorksheet) -> Bool {
        if isSearchedByHyperNode(job) { return !worksheet.isEmpty }
        guard let subJob = session[job].subJobs.first(where: { session[$0].isDefault }) else { return false }
        return worksheet.tasks[subJob]?.isEmpty == false
    }

    private func isSearchedByHyperNode(_ job: JobRef) -> Bool {
        session.hasHardTopology(job) || session[job].hasSubGroups
    }

    /// The whole cluster is one domain. A nomination is used up by the first attempt.
    private func allocateFlat(_ subJob: SubJobRef, _ worksheet: inout JobWorksheet) -> VolcanoStatement? {
        guard var tasks = worksheet.tasks.removeValue(forKey: subJob) else { return nil }
        defer { worksheet.tasks[subJob] = tasks }
        if let statement = allocateFromNomination(subJob, &tasks, root: session.hyperNodes.top) {
            session[subJob].nominatedHyperNode = nil
            return statement
        }
        return allocateTasks(of: subJob, &tasks, in: session.hyperNodes.top)
    }

    // MARK: Reasons

    private func noteOverused(_ queue: QueueRef, _ jobs: [JobRef]) {
        guard !jobs.isEmpty, let shortage = session.shortage(overused: queue) else { return }
        for job in jobs { session.note(job) { $0.queueOverused = shortage } }
    }

    /// The queue has no room for a task, the first one of an attempt; the numbers of the first refusal are kept.
    func noteOverLimit(_ task: TaskRef, of job: JobRef) {
        guard session.waitNotes[job]?.queueLimit == nil else { return }
        let shortage = session.shortage(allocating: task, in: session[job].queue)
        session.note(job) { $0.queueLimit = shortage }
    }

    /// Tasks that an attempt found over the limit of their queue; each counts once.
    func countOverLimit(_ tasks: [TaskRef], of job: JobRef) {
        let fresh = tasks.count { tasksOverLimit.insert($0).inserted }
        if fresh > 0 { session.note(job) { $0.podsOverLimit += fresh } }
    }

    /// An attempt that placed this many pods was given up.
    func noteGivenUp(_ placed: Int, of job: JobRef) {
        if placed > 0 { session.note(job) { $0.placedAtBest = max($0.placedAtBest, placed) } }
    }
}
