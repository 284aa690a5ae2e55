/// A job of one sub-job whose pods to place are all alike, and which only its queue or a lack of room can keep from a place.
struct PlainJob: BitwiseCopyable {
    let subJob: SubJobRef
    /// The pod that would be tried first.
    var first: TaskRef
    /// Pods to place.
    var count: Int
    let shape: Int
}

/// What one run of `allocate` knows of attempts before they are made.
///
/// Most jobs that wait find in every cycle what others like them have found: their queue is at its limit, or no node has
/// room for one pod. Neither is asked again before a pod was placed, and no worksheet is made for it.
struct AllocationProspects {
    /// Whether an attempt in vain leaves the orders of all jobs and queues as they are.
    let ordersAreLocal: Bool
    private let isOn: Bool
    private let goesByPriority: Bool
    /// By job; nil for jobs that are not plain, or were tried.
    private var plainJobs: ContiguousArray<PlainJob?>
    /// By queue and shape.
    private var known: ContiguousArray<ContiguousArray<Prospect?>>

    /// Why pods of a shape in a queue find no place.
    enum Prospect {
        case overLimit(QuotaShortage?)
        case noRoom(FitErrors)
    }

    /// Nothing known yet. Without foresight every attempt is made.
    init(_ session: VolcanoSession, hasForesight: Bool = true) {
        ordersAreLocal = hasForesight && session.ordersAreLocal
        let taskOrder = session.hooks.all(.taskOrder)
        goesByPriority = !taskOrder.isEmpty
        isOn =
            hasForesight && taskOrder.allSatisfy { $0 is PriorityPlugin }
            && session.hooks.all(.allocatable).allSatisfy(\.limitsGoByShape)
        plainJobs = isOn ? ContiguousArray(repeating: nil, count: session.jobs.count) : []
        known = isOn ? ContiguousArray(repeating: [], count: session.queues.count) : []
    }

    /// Whether a job is plain; it is remembered until it is tried.
    mutating func plainJob(_ job: JobRef, _ session: VolcanoSession) -> PlainJob? {
        let place = Int(job.index)
        guard isOn, session.jobs[place].subJobs.count == 1, session.jobs[place].roles.count == 1,
            session.jobs[place].fitErrors.isEmpty, !session.jobs[place].hasSubGroups
        else { return nil }
        let subJob = session.jobs[place].subJobs[0]
        let (shape, within) = (session.jobs[place].roles[0].shape, Int(subJob.index))
        guard shape >= 0, session.subJobs[within].isDefault, session.subJobs[within].nominatedHyperNode == nil,
            session.jobs[place].topology == nil, session.subJobs[within].topology == nil
        else { return nil }
        var plain: PlainJob?
        for task in session.subJobs[within].tasks {
            let index = Int(task.index)
            guard session.tasks[index].listedAs.contains(.pending) else { continue }
            guard session.tasks[index].isPlain else { return nil }
            guard let before = plain else {
                plain = PlainJob(subJob: subJob, first: task, count: 1, shape: Int(shape))
                continue
            }
            plain?.count += 1
            if comes(task, before: before.first, session) { plain?.first = task }
        }
        plainJobs[place] = plain
        return plain
    }

    /// As `VolcanoSession.taskLess`, for tasks whose names end with an index.
    private func comes(_ l: TaskRef, before r: TaskRef, _ session: VolcanoSession) -> Bool {
        let (a, b) = (Int(l.index), Int(r.index))
        if goesByPriority, session.tasks[a].priority != session.tasks[b].priority {
            return session.tasks[a].priority > session.tasks[b].priority
        }
        if session.tasks[a].nameIndex != session.tasks[b].nameIndex {
            return session.tasks[a].nameIndex < session.tasks[b].nameIndex
        }
        return session.taskLess(l, r)
    }

    /// The job as it was found to be, if it is plain and was not tried.
    mutating func take(_ job: JobRef) -> PlainJob? {
        isOn ? plainJobs[Int(job.index)].take() : nil
    }

    subscript(queue: QueueRef, shape: Int) -> Prospect? {
        get {
            let shapes = known[Int(queue.index)]
            return shape < shapes.count ? shapes[shape] : nil
        }
        set {
            while known[Int(queue.index)].count <= shape { known[Int(queue.index)].append(nil) }
            known[Int(queue.index)][shape] = newValue
        }
    }

    /// A pod was placed.
    mutating func noteMove() {
        for queue in known.indices { known[queue].removeAll(keepingCapacity: true) }
    }
}

extension TaskInfo {
    /// Whether nothing but its queue and the nodes can keep the pending pod from a place.
    fileprivate var isPlain: Bool {
        status == .pending && !hasGates && !isGated && !isBestEffort && nominatedNode == nil && nameIndex >= 0
    }
}

extension AllocationRun {
    /// Whether an attempt at a plain job would be in vain; what it would have noted is noted then.
    func isInVain(_ job: JobRef, _ plain: PlainJob) -> Bool {
        let queue = session.jobs[Int(job.index)].queue
        guard let prospect = prospect(of: plain, in: queue), !session.subJobReady(plain.subJob),
            !session.subJobPipelined(plain.subJob)
        else { return false }
        switch prospect {
        case .overLimit(let shortage):
            session.note(job) { notes in
                if notes.queueLimit == nil { notes.queueLimit = shortage }
                notes.podsOverLimit += plain.count
            }
        case .noRoom(let errors):
            session[job].fitErrors[plain.first] = errors
            if session.needContinueAllocating(plain.subJob) {
                session[job].fitErrors = [:]
                return false
            }
        }
        return true
    }

    /// Why the first pod, and so every pod, finds no place; nil where that is to be seen.
    private func prospect(of plain: PlainJob, in queue: QueueRef) -> AllocationProspects.Prospect? {
        if let known = prospects[queue, plain.shape] { return known }
        var prospect: AllocationProspects.Prospect?
        if !session.allocatable(queue, plain.first) {
            prospect = .overLimit(session.shortage(allocating: plain.first, in: queue))
        } else if session.prePredicate(plain.first) == nil, let errors = session.noRoom(for: plain.first) {
            prospect = .noRoom(errors)
        }
        prospects[queue, plain.shape] = prospect
        return prospect
    }
}

extension VolcanoSession {
    /// Why no node has room for a task, if a search has shown it since nodes last changed.
    fileprivate func noRoom(for task: TaskRef) -> FitErrors? {
        guard !nodes.isEmpty, hyperNodes.nodes(in: hyperNodes.top).count == nodes.count, isClassKeyed(task) else {
            return nil
        }
        prepareClasses()
        guard let refusals = classes.refusalsEverywhere(Int(self[task].shape)) else { return nil }
        memory.nextNode %= nodes.count
        var errors = FitErrors()
        errors.statuses = refusals
        return errors
    }
}
