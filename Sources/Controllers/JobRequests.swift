import KubernetesObjects

/// Something that happened to a Job and waits for the controller.
struct JobRequest: Hashable, Sendable {
    /// `namespace/name` of the Job.
    var job: String
    /// Empty where any Job of the name is meant.
    var jobUID = ""
    var task = ""
    var pod = ""
    var podUID = ""
    var partition = ""
    var event: JobEvent
    var exitCode: Int32 = 0
    var version: Int32 = 0
    /// The action that a Command orders.
    var action: JobAction?
}

/// What to do, and how long after the event.
struct JobReaction {
    var action: JobAction
    /// Nanoseconds.
    var delay: Int64 = 0
}

extension JobReaction {
    /// What the policies of a Job say to a request: those of the task first, then those of the Job, each in order; the
    /// first that names the event, every event (`*`), or the exit code (upstream: job_controller_util.go, applyPolicies).
    init(_ request: JobRequest, _ job: VCJob) {
        self.init(action: .syncJob)
        if let ordered = request.action {
            action = ordered
            return
        }
        let isOutdated = request.version < job.status.version
        let isOfAnother = !request.jobUID.isEmpty && request.jobUID != job.metadata.uid
        if request.event.isInternal || isOutdated || isOfAnother { return }
        let task = request.task.isEmpty ? nil : job.spec.tasks.first { $0.name == request.task }
        let policies = (task?.policies ?? []) + job.spec.policies
        guard let policy = policies.first(where: { $0.answers(request) }),
            let action = JobAction(rawValue: policy.action)
        else { return }
        self.init(action: action, delay: policy.timeout ?? 0)
    }
}

extension LifecyclePolicy {
    /// Whether the policy speaks of a request. A pending pod is spoken of only with a timeout.
    fileprivate func answers(_ request: JobRequest) -> Bool {
        if request.event != .unnamed,
            event == request.event.rawValue || events.contains(request.event.rawValue)
                || event == "*" || events.contains("*"), request.event != .podPending || timeout != nil
        {
            return true
        }
        return exitCode != nil && exitCode == request.exitCode
    }
}

/// An action that waits for its timeout.
struct DelayedJobAction: Sendable {
    var request: JobRequest
    var action: JobAction
    var due: Timestamp

    /// Whether an action makes this one superfluous: it is aimed at the same.
    func isCovered(by other: JobAction, of request: JobRequest) -> Bool {
        guard action.scope == other.scope else { return false }
        return switch action.scope {
        case .job: true
        case .task: self.request.task == request.task
        case .pod: self.request.pod == request.pod
        case .partition: self.request.task == request.task && self.request.partition == request.partition
        }
    }

    /// Whether news of the pod end the wait: a pending pod that is pending no more, one that failed and runs again.
    func isEnded(by news: JobRequest) -> Bool {
        guard news.event.isOfPod, news.event != .podPending, request.pod == news.pod else { return false }
        return switch request.event {
        case .podPending: request.podUID == news.podUID
        case .podFailed, .podEvicted: news.event == .podRunning
        default: false
        }
    }
}
