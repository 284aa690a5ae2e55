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
    /// What is known of attempts that need not be made.
    var prospects: AllocationProspects
    /// What is left to place of jobs that were tried, or cannot be judged without a try.
    private var worksheets: [JobRef: JobWorksheet] = [:]

    init(_ session: VolcanoSession, cachesErrors: Bool) {
        self.session = session
        self.cachesErrors = cachesErrors
        prospects = AllocationProspects(session)
    }

    func run() {
        var queues = BinaryHeap(less: session.queueLess)
        var jobs = waitingJobs(&queues)
        while let queue = queues.pop() {
            let line = Int(queue.index)
            if session.overused(queue) {
                noteOverused(queue, jobs[line].elements)
                continue
            }
            while let job = jobs[line].pop() {
                let result = tryOnce(job)
                if result == .placedWithMoreToCome { jobs[line].push(job) }
                // An attempt in vain changes nothing, so that the same queue would come next.
                if result == .inVain, prospects.ordersAreLocal { continue }
                queues.push(queue)
                break
            }
        }
    }

    /// Jobs with pods to place, per queue; their queues are put into the heap.
    private func waitingJobs(_ queues: inout BinaryHeap<QueueRef>) -> [BinaryHeap<JobRef>] {
        var lists: [[JobRef]] = Array(repeating: [], count: session.queues.count)
        for job in session.openJobsInMapOrder() where isEligible(job) {
            if let plain = prospects.plainJob(job, session) {
                session.ties.skip(plain.count)
            } else {
                let worksheet = JobWorksheet(job, session)
                guard !worksheet.isEmpty else { continue }
                worksheets[job] = worksheet
            }
            let queue = session[job].queue
            if lists[Int(queue.index)].isEmpty { queues.push(queue) }
            lists[Int(queue.index)].append(job)
        }
        return lists.map { list in
            if prospects.ordersAreLocal, let sorted = session.inJobOrder(list) {
                return BinaryHeap(inOrder: sorted, less: session.jobLess)
            }
            var heap = BinaryHeap(less: session.jobLess)
            for job in list { heap.push(job) }
            return heap
        }
    }

    /// What came of a try.
    private enum TryResult { case inVain, placed, placedWithMoreToCome }

    /// Tries a job; one that is tried again goes on where it was.
    private func tryOnce(_ job: JobRef) -> TryResult {
        let plain = prospects.take(job)
        if let plain, isInVain(job, plain) { return .inVain }
        guard var worksheet = worksheets.removeValue(forKey: job) ?? plain.map({ JobWorksheet($0, session) }) else {
            return .inVain
        }
        let attempt = attempt(job, &worksheet)
        if attempt != nil || plain == nil { prospects.noteMove() }
        guard let statement = attempt else { return .inVain }
        // A merely pipelined job keeps its reservations, uncommitted.
        guard session.jobReady(job) else { return .placed }
        commit(statement, of: job)
        guard hasMore(job, worksheet) else { return .placed }
        worksheets[job] = worksheet
        return .placedWithMoreToCome
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
        session.mayHaveTopology && session.hasHardTopology(job) || session.jobs[Int(job.index)].hasSubGroups
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
        if tasks.isEmpty { return }
        let fresh = tasks.count { tasksOverLimit.insert($0).inserted }
        if fresh > 0 { session.note(job) { $0.podsOverLimit += fresh } }
    }

    /// An attempt that placed this many pods was given up.
    func noteGivenUp(_ placed: Int, of job: JobRef) {
        if placed > 0 { session.note(job) { $0.placedAtBest = max($0.placedAtBest, placed) } }
    }
}
