import KubernetesObjects

/// Plugin `task-topology`: roles of a job together or apart (upstream: `plugins/task-topology/topology.go`; reference
/// section 9.19).
///
/// Ties: tasks that would not fit together are dropped in ascending UID (upstream: map order). Operations that are
/// undone are not followed, as upstream.
final class TaskTopologyPlugin: VolcanoPlugin {
    static let name = "task-topology"
    private unowned(unsafe) let session: VolcanoSession
    private let weight: Int
    /// By job; nil where the job has no wishes, or none that make sense, or no Pending task.
    private var jobs: [TaskTopologyJob?] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        weight = option.arguments.int("task-topology.weight", default: 1)
    }

    func open() -> ExtensionPoints {
        jobs = session.jobs.map { job in
            guard job.counts[.pending] > 0, let wishes = TaskTopologyWishes(job, session) else { return nil }
            return TaskTopologyJob(job, wishes, session)
        }
        return [.taskOrder, .nodeOrder, .events]
    }

    func isClassKeyed(_ task: TaskRef) -> Bool {
        guard let job = session[task].job else { return true }
        return jobs[Int(job.index)]?.bucketOf[task] == nil
    }

    /// Tasks in a bucket first; inside a job the bucket with more unplaced tasks, then the older one.
    func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int {
        guard let lJob = session[l].job, let rJob = session[r].job, let job = jobs[Int(lJob.index)],
            let other = jobs[Int(rJob.index)]
        else { return 0 }
        let (lBucket, rBucket) = (job.bucketOf[l], other.bucketOf[r])
        if (lBucket == nil) != (rBucket == nil) { return lBucket == nil ? 1 : -1 }
        guard lJob == rJob, let lBucket, let rBucket else { return 0 }
        let (lSize, rSize) = (job.buckets[lBucket].unplaced.count, job.buckets[rBucket].unplaced.count)
        if lSize != rSize { return lSize > rSize ? -1 : 1 }
        if lBucket == rBucket { return job.wishes.compare(job.roleOf[l] ?? "", job.roleOf[r] ?? "") }
        return lBucket < rBucket ? -1 : 1
    }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        guard let id = session[task].job, let job = jobs[Int(id.index)] else { return 0 }
        let score = Double(bucketScore(task, node, job) * weight)
        return job.biggestBucket == 0 ? score : score * 100 / Double(job.biggestBucket)
    }

    private func bucketScore(_ task: TaskRef, _ node: NodeRef, _ job: TaskTopologyJob) -> Int {
        let room = session[node].idle.adding(session[node].releasing)
        guard !room.lessPartly(session[task].request, .zero), let place = job.bucketOf[task] else { return 0 }
        let bucket = job.buckets[place]
        var score = bucket.placed[session[node].name] ?? 0
        if let neighbours = job.placedRoles[session[node].name] {
            score += min(0, job.wishes.affinity(of: job.roleOf[task] ?? "", to: neighbours, onlyAnti: true))
        }
        score += bucket.unplaced.count
        if bucket.request.lessEqual(room) { return score }
        var remains = bucket.request
        for other in session.ties.arranged(bucket.unplaced) where other != task {
            remains.sub(session[other].request)
            score -= 1
            if remains.lessEqual(room) { break }
        }
        return score
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let job = session[task].job, let node = session[task].node else { return nil }
        let name = session[node].name
        jobs[Int(job.index)]?.place(task, request: session[task].request, on: name)
        return nil
    }
}
