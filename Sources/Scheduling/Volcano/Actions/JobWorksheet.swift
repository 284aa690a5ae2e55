/// What is left to place of one job: sub-jobs in order, and the tasks of each (upstream: `actions/allocate/allocate.go`,
/// organizeJobWorksheet; `actions/utils`, organizeEvictionWorksheet). A copy is independent, so that a dry run can take from it.
struct JobWorksheet {
    var subJobs: BinaryHeap<SubJobRef>
    var tasks: [SubJobRef: BinaryHeap<TaskRef>] = [:]

    /// Sub-jobs with pending tasks that ask for something and that no foreign gate holds back. Those needed to reach
    /// `minSubGroups` come first, then the sub-job order decides. Gang eviction minds Volcano's own gate, too.
    init(_ job: JobRef, _ session: VolcanoSession, mindsOwnGate: Bool = false) {
        let required = Self.requiredSubJobs(job, session)
        subJobs = BinaryHeap { l, r in
            let (first, second) = (required.contains(l), required.contains(r))
            return first == second ? session.subJobLess(l, r) : first
        }
        for subJob in session.ties.arranged(session[job].subJobs) {
            let waiting = session.pendingTasks(of: subJob).filter { task in
                let isHeld = mindsOwnGate ? session[task].hasGates : session[task].isGated
                return !session[task].isBestEffort && !isHeld
            }
            let heap = session.taskHeap(waiting)
            guard !heap.isEmpty else { continue }
            subJobs.push(subJob)
            tasks[subJob] = heap
        }
    }

    /// That of a job whose pods are all alike.
    init(_ job: PlainJob, _ session: VolcanoSession) {
        subJobs = BinaryHeap(less: session.subJobLess)
        subJobs.push(job.subJob)
        tasks[job.subJob] = session.taskHeap(
            session[job.subJob].tasks.filter { session[$0].listedAs.contains(.pending) })
    }

    /// Whether no sub-job is left to try.
    var isEmpty: Bool { subJobs.isEmpty }

    /// All tasks in the order in which they would be placed; only those of the first sub-job if `onlyFirst`.
    func tasksInOrder(onlyFirst: Bool) -> [TaskRef] {
        var order = subJobs
        var list: [TaskRef] = []
        while let subJob = order.pop() {
            var heap = tasks[subJob]
            while let task = heap?.pop() { list.append(task) }
            if onlyFirst { break }
        }
        return list
    }

    /// The first sub-jobs of each group that, with those that are ready, make up its minimum.
    private static func requiredSubJobs(_ job: JobRef, _ session: VolcanoSession) -> Set<SubJobRef> {
        var missing: [String: Int] = [:]
        for (group, minimum) in session[job].minSubGroups { missing[group] = minimum }
        if missing.values.allSatisfy({ $0 <= 0 }) { return [] }
        var unready: [SubJobRef] = []
        for subJob in session[job].subJobs {
            if session.subJobReady(subJob) {
                missing[session[subJob].group, default: 0] -= 1
            } else {
                unready.append(subJob)
            }
        }
        var required: Set<SubJobRef> = []
        for subJob in unready.sorted(by: session.subJobLess) where missing[session[subJob].group, default: 0] > 0 {
            required.insert(subJob)
            missing[session[subJob].group, default: 0] -= 1
        }
        return required
    }
}
