/// What is left to place of one job: sub-jobs in order, and the tasks of each (upstream: `actions/allocate/allocate.go`,
/// organizeJobWorksheet). A copy is independent, so that a dry run can take from it.
struct JobWorksheet {
    var subJobs: BinaryHeap<SubJobRef>
    var tasks: [SubJobRef: BinaryHeap<TaskRef>] = [:]

    /// Sub-jobs with pending tasks that ask for something and that no foreign gate holds back. Those needed to reach
    /// `minSubGroups` come first, then the sub-job order decides.
    init(_ job: JobRef, _ session: VolcanoSession) {
        let required = Self.requiredSubJobs(job, session)
        subJobs = BinaryHeap { l, r in
            let (first, second) = (required.contains(l), required.contains(r))
            return first == second ? session.subJobLess(l, r) : first
        }
        for subJob in session.ties.arranged(session[job].subJobs) {
            let pending = session[subJob].tasks.filter { session[$0].status == .pending }
            var heap = BinaryHeap(less: session.taskLess)
            for task in session.ties.arranged(pending) where !session[task].isGated && !session[task].isBestEffort {
                heap.push(task)
            }
            guard !heap.isEmpty else { continue }
            subJobs.push(subJob)
            tasks[subJob] = heap
        }
    }

    /// Whether no sub-job is left to try.
    var isEmpty: Bool { subJobs.isEmpty }

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
