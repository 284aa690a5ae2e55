import KubernetesObjects

/// The controller of Volcano's Jobs (upstream: pkg/controllers/job): makes PodGroup and pods, counts, and moves a Job
/// through its phases as its policies say.
///
/// Requests are handled one at a time in the order of the events; equal ones that wait are one. The controller reads the
/// store itself, where upstream reads caches that lag behind by milliseconds: its races do not happen here.
struct JobController: Sendable {
    private var waiting: [JobRequest] = []
    private var next = 0
    private var isWaiting: Set<JobRequest> = []
    private var delayed = DelayedJobActions()
    /// Requests to try again; after the last failure the Job is terminated.
    private var retries = Retries<JobRequest>(limit: 15)

    /// Takes note of a change.
    mutating func observe(_ change: Change, in store: ObjectStore) {
        switch change {
        case .job(let change): observe(change)
        case .pod(let change): observe(change, in: store)
        case .podGroup(let change): observe(change)
        default: break
        }
    }

    /// When a timeout or a retry is due next.
    var nextDeadline: Timestamp? {
        [delayed.next, retries.next].compactMap { $0 }.min()
    }

    /// Handles what waits, and what is due; false if there was nothing.
    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        for request in retries.takeDue(now) { enqueue(request) }
        if runDelayed(&store, now: now) { return true }
        guard next < waiting.count else { return false }
        let request = waiting[next]
        next += 1
        if next == waiting.count { (waiting, next) = ([], 0) }
        isWaiting.remove(request)
        handle(request, &store, now: now)
        return true
    }

    /// Takes an order; the Command is gone by then.
    mutating func obey(_ command: Command) {
        guard let action = JobAction(rawValue: command.action) else { return }
        enqueue(
            JobRequest(
                job: command.metadata.namespace + "/" + command.target.name, event: .commandIssued, action: action))
    }

    private mutating func enqueue(_ request: JobRequest) {
        if isWaiting.insert(request).inserted { waiting.append(request) }
    }

    private mutating func handle(_ request: JobRequest, _ store: inout ObjectStore, now: Timestamp) {
        delayed.end(by: request)
        guard let job = store.jobs[request.job] else { return }
        let reaction = JobReaction(request, job)
        if reaction.delay != 0 {
            let due = Timestamp(nanoseconds: now.nanoseconds &+ reaction.delay)
            delayed.add(DelayedJobAction(request: request, action: reaction.action, due: due))
            return
        }
        guard JobRun.perform(reaction.action, on: job, request, &store, now: now) else {
            let isGivenUp = !retries.add(request, now: now)
            if isGivenUp, let job = store.jobs[request.job] {
                _ = JobRun.perform(.terminateJob, on: job, request, &store, now: now)
            }
            return
        }
        retries.forget(request)
        if reaction.action != .syncJob { delayed.drop(coveredBy: reaction.action, of: request) }
    }

    /// Performs an action whose timeout is over; false if there is none.
    private mutating func runDelayed(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        guard let action = delayed.takeDue(now) else { return false }
        let request = action.request
        guard let job = store.jobs[request.job], request.jobUID.isEmpty || request.jobUID == job.metadata.uid else {
            return true
        }
        _ = JobRun.perform(action.action, on: job, request, &store, now: now)
        delayed.drop(coveredBy: action.action, of: request)
        return true
    }
}

// MARK: - Events (upstream: job_controller_handler.go)

extension JobController {
    private mutating func observe(_ change: ObjectChange<VCJob>) {
        guard let job = change.new else {
            delayed.forget(change.object.key)
            return
        }
        if let old = change.old, old.spec == job.spec, old.status.phase == job.status.phase { return }
        enqueue(JobRequest(job: job.key, jobUID: job.metadata.uid, event: .outOfSync))
    }

    private mutating func observe(_ change: ObjectChange<PodGroup>) {
        guard let new = change.new, let old = change.old, new.phase != old.phase,
            let owner = new.metadata.controller, owner.kind == VCJob.kind
        else { return }
        let event: JobEvent = new.phase == "Unknown" ? .jobUnknown : .unnamed
        enqueue(
            JobRequest(job: new.metadata.namespace + "/" + owner.name, jobUID: owner.uid, event: event))
    }

    private mutating func observe(_ change: ObjectChange<Pod>, in store: ObjectStore) {
        let pod = change.object
        guard let owner = pod.job, let version = Int32(pod.metadata.annotations[JobKeys.jobVersion] ?? ""),
            pod.metadata.annotations[JobKeys.taskSpec] != nil, Self.counts(change)
        else { return }
        let job = pod.metadata.namespace + "/" + owner.name
        var request = JobRequest(
            job: job, jobUID: owner.uid, task: pod.task, pod: pod.metadata.name, podUID: pod.metadata.uid,
            partition: pod.metadata.labels[JobKeys.partition] ?? "", event: .outOfSync, version: version)
        request.event = pod.isOutOfSync ? .outOfSync : Self.event(change, store.jobs[job], store)
        if request.event == .podFailed { request.exitCode = pod.status.containerStatuses.first?.exitCode ?? 0 }
        if request.event == .outOfSync {
            // All that matters is that there is something to see: one such request is enough.
            request = JobRequest(job: job, jobUID: owner.uid, event: .outOfSync)
        }
        enqueue(request)
    }

    /// Whether a Job can tell the difference.
    private static func counts(_ change: ObjectChange<Pod>) -> Bool {
        guard let old = change.old, let new = change.new else { return true }
        return old.status.phase != new.status.phase || old.isTerminating != new.isTerminating
            || old.status.containerStatuses != new.status.containerStatuses
            || old.status.initContainerStatuses != new.status.initContainerStatuses
    }

    private static func event(_ change: ObjectChange<Pod>, _ job: VCJob?, _ store: ObjectStore) -> JobEvent {
        // A request of deletion counts as the deletion, which is seen once more when the pod is gone.
        guard let pod = change.new, !pod.isTerminating else { return .podEvicted }
        guard let old = change.old else { return .podPending }
        switch pod.status.phase {
        case "Failed": return old.status.phase == "Failed" ? .outOfSync : .podFailed
        case "Succeeded":
            guard old.status.phase != "Succeeded", let job, isCompleted(pod.task, job, store) else { return .outOfSync }
            return .taskCompleted
        default:
            if let job, hasFailed(pod.task, job, store) { return .taskFailed }
            return pod.status.phase == "Running" && old.status.phase != "Running" ? .podRunning : .outOfSync
        }
    }

    /// Whether as many pods of a task have succeeded as it has replicas.
    private static func isCompleted(_ task: String, _ job: VCJob, _ store: ObjectStore) -> Bool {
        guard let replicas = job.spec.tasks.first(where: { $0.name == task })?.replicas, replicas > 0 else {
            return false
        }
        let pods = store.objects(of: Pod.self, ownedBy: job.metadata.uid)
        return pods.count { $0.task == task && $0.status.phase == "Succeeded" } >= Int(replicas)
    }

    /// Whether the containers of a task have been restarted more often than it allows.
    private static func hasFailed(_ task: String, _ job: VCJob, _ store: ObjectStore) -> Bool {
        guard let spec = job.spec.tasks.first(where: { $0.name == task }), spec.replicas > 0, spec.maxRetry != -1 else {
            return false
        }
        let limit = Int(spec.maxRetry ?? 0) == 0 ? 3 : Int(spec.maxRetry ?? 3)
        var restarts = 0
        for pod in store.objects(of: Pod.self, ownedBy: job.metadata.uid) where pod.task == task && !pod.hasEnded {
            for status in pod.status.initContainerStatuses + pod.status.containerStatuses {
                restarts += Int(status.restartCount)
            }
        }
        return restarts > limit
    }
}
