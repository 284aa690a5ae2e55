import KubernetesObjects

/// What a state of a Job makes of an action: the state machine (upstream: pkg/controllers/job/state, one file per state).
enum JobPlan {
    /// How the state's counts change its phase.
    typealias Rule = @Sendable (VCJob, inout VCJobStatus) -> Void

    /// Make the pods and counts as the spec wants them, then apply the rule.
    case sync(Rule)
    /// Delete pods and the PodGroup. Pods that have ended are retained, or none.
    case killJob(retainsEnded: Bool, Rule?)
    /// Delete some pods; the PodGroup stays.
    case killTarget(Rule)

    /// The plan of a state for an action.
    static func of(_ action: JobAction, in phase: JobPhase?) -> JobPlan {
        switch phase {
        case nil, .pending: pending(action)
        case .running: running(action)
        case .restarting: restarting(action)
        case .aborting: action == .resumeJob ? restart(retainsEnded: true) : leave(to: .aborted)
        case .aborted: action == .resumeJob ? restart(retainsEnded: true) : .killJob(retainsEnded: true, nil)
        case .completing: leave(to: .completed)
        case .terminating: leave(to: .terminated)
        case .completed, .failed, .terminated: .killJob(retainsEnded: true, nil)
        }
    }

    private static func pending(_ action: JobAction) -> JobPlan {
        switch action {
        case .restartJob: restart(retainsEnded: false)
        case .restartTask, .restartPod, .restartPartition: .killTarget(restarted)
        case .abortJob: enter(.aborting)
        case .completeJob: enter(.completing)
        case .terminateJob: enter(.terminating)
        case .resumeJob, .syncJob:
            .sync { job, status in
                if job.minAvailable <= status.running &+ status.succeeded &+ status.failed { status.phase = .running }
            }
        }
    }

    private static func running(_ action: JobAction) -> JobPlan {
        switch action {
        case .resumeJob, .syncJob: .sync(runningRule)
        default: pending(action)
        }
    }

    private static func runningRule(_ job: VCJob, _ status: inout VCJobStatus) {
        let replicas = job.totalReplicas
        if replicas == 0 { return }
        if let minSuccess = job.spec.minSuccess, status.succeeded >= minSuccess {
            status.phase = .completed
        } else if status.succeeded &+ status.failed == replicas {
            status.phase = succeeded(job, status) ? .completed : .failed
        } else if status.pending > replicas &- job.minAvailable {
            status.phase = .pending
        }
    }

    /// Whether a Job all of whose pods have ended has reached its aim.
    private static func succeeded(_ job: VCJob, _ status: VCJobStatus) -> Bool {
        if job.minAvailable >= job.totalTaskMinAvailable {
            for task in job.spec.tasks {
                guard let minimum = task.minAvailable, let counts = status.taskCounts[task.name] else { continue }
                if counts["Succeeded", default: 0] < minimum { return false }
            }
        }
        if let minSuccess = job.spec.minSuccess, status.succeeded < minSuccess { return false }
        return status.succeeded >= job.minAvailable
    }

    private static func restarting(_ action: JobAction) -> JobPlan {
        switch action {
        case .syncJob: .sync(restartingRule)
        case .restartTask, .restartPod, .restartPartition: .killTarget(restartingRule)
        default: .killJob(retainsEnded: false, restartingRule)
        }
    }

    private static func restartingRule(_ job: VCJob, _ status: inout VCJobStatus) {
        if status.retryCount >= job.maxRetry {
            status.phase = .failed
        } else if job.totalReplicas &- status.terminating >= status.minAvailable {
            status.phase = .pending
        }
    }

    private static func restarted(_ job: VCJob, _ status: inout VCJobStatus) {
        status.phase = .restarting
        status.retryCount &+= 1
    }

    private static func restart(retainsEnded: Bool) -> JobPlan { .killJob(retainsEnded: retainsEnded, restarted) }

    private static func enter(_ phase: JobPhase) -> JobPlan {
        .killJob(retainsEnded: true) { _, status in status.phase = phase }
    }

    /// Stays until no pod is left that runs, waits or is being deleted.
    private static func leave(to phase: JobPhase) -> JobPlan {
        .killJob(retainsEnded: true) { _, status in
            if status.terminating == 0, status.pending == 0, status.running == 0 { status.phase = phase }
        }
    }
}

/// What is done to a Job.
enum JobAction: String, Sendable {
    case syncJob = "SyncJob"
    case abortJob = "AbortJob"
    case restartJob = "RestartJob"
    case restartTask = "RestartTask"
    case restartPod = "RestartPod"
    case restartPartition = "RestartPartition"
    case terminateJob = "TerminateJob"
    case completeJob = "CompleteJob"
    case resumeJob = "ResumeJob"

    /// What the action is aimed at.
    enum Scope { case job, task, pod, partition }

    var scope: Scope {
        switch self {
        case .restartTask: .task
        case .restartPod: .pod
        case .restartPartition: .partition
        default: .job
        }
    }
}

/// What happened to a Job (upstream: apis, `bus/v1alpha1/events.go`).
enum JobEvent: String, Sendable {
    case podPending = "PodPending"
    case podRunning = "PodRunning"
    case podFailed = "PodFailed"
    case podEvicted = "PodEvicted"
    case taskCompleted = "TaskCompleted"
    case taskFailed = "TaskFailed"
    case jobUnknown = "Unknown"
    case outOfSync = "OutOfSync"
    case commandIssued = "CommandIssued"
    /// An update of the PodGroup that is none of the others.
    case unnamed = ""

    /// Whether policies never speak of it.
    var isInternal: Bool { self == .outOfSync || self == .commandIssued || self == .podRunning }

    /// Whether it tells a phase of one pod.
    var isOfPod: Bool { self == .podPending || self == .podRunning || self == .podFailed || self == .podEvicted }
}
