import KubernetesObjects

/// Annotations and labels that the Job controller writes on pods (upstream: apis, `batch/v1alpha1/labels.go`).
enum JobKeys {
    static let groupName = "scheduling.k8s.io/group-name"
    static let taskSpec = "volcano.sh/task-spec"
    static let taskIndex = "volcano.sh/task-index"
    static let jobName = "volcano.sh/job-name"
    static let jobNamespace = "volcano.sh/job-namespace"
    static let jobVersion = "volcano.sh/job-version"
    static let retryCount = "volcano.sh/job-retry-count"
    static let queueName = "volcano.sh/queue-name"
    static let podTemplate = "volcano.sh/template-uid"
    static let partition = "volcano.sh/task-partition-id"
    static let numaPolicy = "volcano.sh/numa-topology-policy"
    /// On a pod that the controller itself has deleted: its end is no eviction.
    static let outOfSync = "volcano.sh/controller-out-of-sync"
    static let preemptable = "volcano.sh/preemptable"
    static let cooldownTime = "volcano.sh/cooldown-time"
    static let revocableZone = "volcano.sh/revocable-zone"
    static let budgetMinAvailable = "volcano.sh/jdb-min-available"
    static let budgetMaxUnavailable = "volcano.sh/jdb-max-unavailable"
}

extension OwnerReference {
    /// The reference of something that `owner` controls.
    static func controller<Owner: StoredObject>(_ owner: Owner) -> OwnerReference {
        var reference = OwnerReference()
        reference.kind = Owner.kind
        reference.name = owner.metadata.name
        reference.uid = owner.metadata.uid
        reference.isController = true
        return reference
    }
}

extension ObjectMeta {
    /// The owner that controls the object.
    var controller: OwnerReference? { ownerReferences.first(where: \.isController) }
}

extension Pod {
    /// The Job that made the pod.
    var job: OwnerReference? {
        guard let owner = metadata.controller, owner.kind == VCJob.kind, metadata.annotations[JobKeys.jobName] != nil
        else { return nil }
        return owner
    }

    /// Role of the pod in its Job; empty where it has none.
    var task: String { metadata.annotations[JobKeys.taskSpec] ?? "" }

    /// Whether the pod is being deleted.
    var isTerminating: Bool { metadata.deletionTimestamp != nil }

    /// Whether the pod has ended by itself.
    var hasEnded: Bool { status.phase == "Succeeded" || status.phase == "Failed" }

    /// Whether the controller itself deleted the pod.
    var isOutOfSync: Bool { metadata.annotations[JobKeys.outOfSync] != nil }
}

extension VCJob {
    /// Name of the Job's PodGroup: a Job of the same name that comes later has another.
    public var podGroupName: String { metadata.name + "-" + metadata.uid }

    /// Key of the Job's PodGroup.
    public var podGroupKey: String { metadata.namespace + "/" + podGroupName }

    /// Name of a task's pod.
    func podName(_ task: VCTask, _ index: Int32) -> String { "\(metadata.name)-\(task.name)-\(index)" }

    /// Replicas of all tasks.
    var totalReplicas: Int32 { spec.tasks.reduce(0) { $0 &+ $1.replicas } }

    /// Sum over the tasks of `minAvailable`, which defaults to the replicas.
    var totalTaskMinAvailable: Int32 { spec.tasks.reduce(0) { $0 &+ ($1.minAvailable ?? $1.replicas) } }

    /// Pods that must run together; the webhook fills in what a user leaves out.
    var minAvailable: Int32 { spec.minAvailable ?? totalTaskMinAvailable }

    /// Failures after which the Job is given up.
    var maxRetry: Int32 { spec.maxRetry ?? 3 }
}
