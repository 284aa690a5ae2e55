import KubernetesObjects

/// A refusal of the webhooks, or of the API server, in upstream's words.
public struct Refusal: Error, Equatable {
    /// `admission webhook 'validatejob.volcano.sh' denied the request: …`, as a client sees it.
    public let message: String

    init(_ webhook: String, _ reason: String) {
        message = "admission webhook '\(webhook)' denied the request: \(reason)"
    }

    /// A refusal by the API server itself, because of the schema of a kind.
    init(schema kind: String, _ name: String, _ reason: String) {
        message = "\(kind) \"\(name)\" is invalid: \(reason)"
    }
}

extension ObjectStore {
    /// Creates a Job as the API server does: with the webhook's defaults, if the webhook does not refuse it.
    ///
    /// - Returns: the Job as created; nil if there is one of that name.
    public mutating func submit(_ job: VCJob, now: Timestamp) -> Result<VCJob?, Refusal> {
        var job = job
        if job.metadata.namespace.isEmpty { job.metadata.namespace = "default" }
        job.spec.fillDefaults()
        let reason = job.refusal(in: self)
        if !reason.isEmpty { return .failure(Refusal("validatejob.volcano.sh", reason)) }
        return .success(create(job, now: now))
    }

    /// Changes the spec of a Job as the API server does: only `minAvailable`, `priorityClassName` and the tasks' `replicas`
    /// and `minAvailable` may change.
    public mutating func resubmit(_ job: VCJob) -> Refusal? {
        guard let old = jobs[job.key] else { return nil }
        if old.spec == job.spec {
            update(job)
            return nil
        }
        if let reason = job.refusalOfUpdate(from: old) { return Refusal("validatejob.volcano.sh", reason) }
        update(job)
        return nil
    }
}

extension VCJobSpec {
    /// What the webhook fills in (upstream: pkg/webhooks/admission/jobs/mutate).
    mutating func fillDefaults() {
        if queue.isEmpty { queue = "default" }
        if schedulerName.isEmpty { schedulerName = "volcano" }
        if (maxRetry ?? 0) == 0 { maxRetry = 3 }
        for index in tasks.indices {
            if tasks[index].name.isEmpty { tasks[index].name = "default\(index)" }
            if tasks[index].minAvailable == nil { tasks[index].minAvailable = tasks[index].defaultMinAvailable }
            if (tasks[index].maxRetry ?? 0) == 0 { tasks[index].maxRetry = 3 }
        }
        if (minAvailable ?? 0) == 0 {
            minAvailable = tasks.reduce(0) { $0 &+ ($1.minAvailable ?? $1.replicas) }
        }
        let frameworks = ["tensorflow", "mpi", "pytorch"]
        if frameworks.contains(where: { plugins[$0] != nil }), plugins["svc"] == nil { plugins["svc"] = [] }
        if plugins["mpi"] != nil, plugins["ssh"] == nil { plugins["ssh"] = [] }
    }
}

extension VCTask {
    fileprivate var defaultMinAvailable: Int32 {
        if let policy = partitionPolicy, policy.minPartitions > 0 {
            return policy.minPartitions &* policy.partitionSize
        }
        return replicas
    }
}
