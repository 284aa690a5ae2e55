import KubernetesObjects

/// Running jobs that leave in a dry run, to be put back: their pods are Releasing meanwhile, so that others can be
/// placed on what they will leave.
struct Departures {
    private unowned let session: VolcanoSession
    private var gone: [(job: JobRef, task: TaskRef, status: TaskStatus)] = []

    init(_ session: VolcanoSession) { self.session = session }

    /// All pods of a job that hold something leave; returns the sum of what they held.
    @discardableResult
    mutating func leave(_ job: JobRef) -> Resource {
        var freed = Resource()
        for task in session[job].tasks where session[task].status.isAllocated {
            gone.append((job, task, session[task].status))
            freed.add(session[task].request)
            session.markReleasing(task)
        }
        return freed
    }

    /// A job comes back.
    mutating func putBack(_ job: JobRef) {
        for (owner, task, status) in gone.reversed() where owner == job { session.comeBack(task, as: status) }
        gone.removeAll { $0.job == job }
    }

    /// All come back, the last to leave first.
    mutating func putAllBack() {
        for (_, task, status) in gone.reversed() { session.comeBack(task, as: status) }
        gone = []
    }
}

extension VolcanoSession {
    fileprivate func comeBack(_ task: TaskRef, as status: TaskStatus) {
        if let node = self[task].node { removeTask(task, from: node, status: .releasing) }
        setStatus(task, status)
        if let node = self[task].node { addTask(task, to: node) }
        _ = fireAllocated(task)
    }

    /// Whether `allocate` would make the job ready or pipelined as things stand; leaves no trace.
    func wouldFind(placeFor job: JobRef) -> Bool {
        let (errors, jobError, notes) = (self[job].fitErrors, self[job].jobFitError, waitNotes[job])
        let givenUp = self[job].tasks.map { self[$0].givenUp }
        let nominations = self[job].subJobs.map { self[$0].nominatedHyperNode }
        let nextNode = memory.nextNode
        self[job].fitErrors = [:]
        let run = AllocationRun(self, cachesErrors: true)
        var worksheet = JobWorksheet(job, self)
        let statement = run.attempt(job, &worksheet)
        let found = statement != nil && (jobReady(job) || jobPipelined(job))
        statement?.rollBack(to: 0)
        self[job].fitErrors = errors
        self[job].jobFitError = jobError
        waitNotes[job] = notes
        for (task, earlier) in zip(self[job].tasks, givenUp) { self[task].givenUp = earlier }
        for (subJob, earlier) in zip(self[job].subJobs, nominations) { self[subJob].nominatedHyperNode = earlier }
        memory.nextNode = nextNode
        return found
    }
}

/// What a job needs at least, against what there could be: spares dry runs that cannot succeed.
struct RoomEstimate {
    /// Upper bound of what is free or becoming free.
    private var free = Resource()
    /// Lower bound of what the job's missing pods ask for; amounts by dimension.
    private let need: [(dimension: Int, amount: Double)]

    init(for job: JobRef, _ session: VolcanoSession) {
        for node in session.nodes {
            let idle = node.futureIdle
            free.milliCPU += max(0, idle.milliCPU)
            free.memory += max(0, idle.memory)
            for (index, value) in idle.scalars.enumerated() where value > 0 {
                free.setScalar(index, (free.scalar(index) ?? 0) + value)
            }
        }
        let pending = session[job].tasks.filter { session[$0].status == .pending && !session[$0].isBestEffort }
        let missing = session[job].minAvailable - session[job].readyCount - session[job].pendingBestEffort
        let dimensions = pending.first.map { session[$0].request.namedDimensions } ?? []
        need = dimensions.map { dimension in
            let smallest = pending.map { session[$0].request[dimension] }.min() ?? 0
            return (dimension, smallest * Double(max(0, missing)))
        }
    }

    mutating func add(_ freed: Resource) { free.add(freed) }

    var mayFit: Bool { need.allSatisfy { $0.amount <= free[$0.dimension] + Resource.epsilon } }
}
