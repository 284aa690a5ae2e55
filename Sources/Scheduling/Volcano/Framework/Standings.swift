/// What jobs hold and reserve when the session opens, per job and summed per queue.
///
/// Sums are of whole numbers below 2⁵³ (milli-cores, bytes, thousandths), so their order does not matter, and what was added
/// can be taken out again.
struct Standings: Sendable {
    private(set) var jobs: ContiguousArray<Standing?> = []
    private(set) var queues: ContiguousArray<QueueStanding?> = []
    /// By job: the queue in which it is to be counted anew.
    private var uncountedIn: ContiguousArray<QueueRef?> = []
    /// What is used on all nodes; nil where nobody has counted it.
    var used: Resource?

    /// What the jobs of a queue hold and reserve together, but for those that are to be counted anew; among these there may
    /// still be jobs that have gone.
    struct QueueStanding: Sendable {
        fileprivate(set) var sum = StandingSum()
        fileprivate(set) var uncounted: [JobRef] = []
    }

    mutating func reserve(jobs count: Int, queues queueCount: Int) {
        while jobs.count < count {
            jobs.append(nil)
            uncountedIn.append(nil)
        }
        while queues.count < queueCount { queues.append(nil) }
    }

    /// A job of a queue has changed, or come (`stays`), or gone.
    mutating func forget(_ job: JobRef, of queue: QueueRef, stays: Bool) {
        let (place, index) = (Int(job.index), Int(queue.index))
        if let old = jobs[place].take() { queues[index]?.sum.remove(old) }
        guard queues[index] != nil else { return }
        if stays, uncountedIn[place] != queue { queues[index]?.uncounted.append(job) }
        uncountedIn[place] = stays ? queue : nil
    }

    mutating func note(_ standing: Standing, of job: JobRef) { jobs[Int(job.index)] = standing }

    /// The uncounted jobs of a queue, which are to be counted now; all of them where there is no sum yet.
    mutating func takeUncounted(of queue: QueueRef, _ all: [JobRef]) -> [JobRef] {
        if queues[Int(queue.index)] == nil {
            queues[Int(queue.index)] = QueueStanding()
            return all
        }
        let uncounted = queues[Int(queue.index)]?.uncounted ?? []
        queues[Int(queue.index)]?.uncounted.removeAll(keepingCapacity: true)
        return uncounted.filter { job in
            guard uncountedIn[Int(job.index)] == queue else { return false }
            uncountedIn[Int(job.index)] = nil
            return true
        }
    }

    mutating func count(_ standing: Standing, in queue: QueueRef) { queues[Int(queue.index)]?.sum.add(standing) }
}

/// What a job, or all jobs of a queue, hold and reserve.
struct Standing: Sendable {
    /// Requests of the allocated set.
    var allocated = Resource()
    /// Requests of the pending tasks.
    var pending = Resource()
    /// What is held beyond minResources.
    var elastic = Resource()
    /// What jobs that were let in still reserve in their queue (`VolcanoSession.inqueueReservation`).
    var reserved = Resource()
    /// The same with the whole minResources of Inqueue jobs, as the plugin overcommit counts.
    var overcommitted = Resource()
}

/// A sum of standings.
struct StandingSum: Sendable {
    private var allocated = ResourceSum()
    private var pending = ResourceSum()
    private var elastic = ResourceSum()
    private var reserved = ResourceSum()
    private var overcommitted = ResourceSum()

    mutating func add(_ standing: Standing) {
        allocated.add(standing.allocated)
        pending.add(standing.pending)
        elastic.add(standing.elastic)
        reserved.add(standing.reserved)
        overcommitted.add(standing.overcommitted)
    }

    mutating func remove(_ standing: Standing) {
        allocated.remove(standing.allocated)
        pending.remove(standing.pending)
        elastic.remove(standing.elastic)
        reserved.remove(standing.reserved)
        overcommitted.remove(standing.overcommitted)
    }

    var standing: Standing {
        Standing(
            allocated: allocated.sum, pending: pending.sum, elastic: elastic.sum, reserved: reserved.sum,
            overcommitted: overcommitted.sum)
    }
}

/// A sum of resources from which single ones can be taken out: a scalar is present as long as one of them has it.
struct ResourceSum: Sendable {
    private(set) var sum = Resource()
    /// By scalar: how many have it.
    private var holders: ContiguousArray<Int> = []

    mutating func add(_ resource: Resource) {
        sum.add(resource)
        for index in resource.scalars.indices where !resource.scalars[index].isNaN {
            while holders.count <= index { holders.append(0) }
            holders[index] += 1
        }
    }

    /// Takes out what was added.
    mutating func remove(_ resource: Resource) {
        sum.sub(resource)
        for index in resource.scalars.indices where !resource.scalars[index].isNaN {
            holders[index] -= 1
            if holders[index] == 0 { sum.removeScalar(index) }
        }
    }
}

extension VolcanoSession {
    /// What the jobs of a queue hold and reserve; to be asked before any action has run.
    func openingStanding(of queue: QueueRef) -> Standing {
        for job in standings.takeUncounted(of: queue, self[queue].jobs) {
            standings.count(openingStanding(of: job), in: queue)
        }
        return standings.queues[Int(queue.index)]?.sum.standing ?? Standing()
    }

    /// What a job held when the session opened; to be asked first before any action has run.
    func openingStanding(of job: JobRef) -> Standing {
        if let known = standings.jobs[Int(job.index)] { return known }
        var standing = Standing()
        standing.allocated = self[job].allocated
        standing.elastic = elasticPart(of: job)
        if self[job].counts[.pending] > 0 {
            for task in self[job].tasks where self[task].status == .pending { standing.pending.add(self[task].request) }
        }
        if let reserved = inqueueReservation(of: job) { standing.reserved = reserved }
        if reservesMinimum(job) {
            let minimum = self[job].phase == "Inqueue" ? self[job].minResources : unallocatedMinimum(of: job)
            if let minimum { standing.overcommitted = deductingGated(minimum, of: job) }
        }
        standings.note(standing, of: job)
        return standing
    }

    /// What is used on all nodes when the session opens.
    var openingUsed: Resource { standings.used ?? nodes.reduce(into: Resource()) { $0.add($1.used) } }
}
