import KubernetesObjects

extension VCJob {
    /// A pod of a task (upstream: job_controller_util.go, createJobPod).
    func makePod(_ task: VCTask, _ index: Int32) -> Pod {
        var pod = Pod()
        pod.metadata = task.template.metadata
        pod.metadata.name = podName(task, index)
        pod.metadata.namespace = metadata.namespace
        pod.metadata.uid = ""
        pod.metadata.creationTimestamp = nil
        pod.metadata.ownerReferences = [.controller(self)]
        pod.spec = task.template.spec
        if pod.spec.schedulerName.isEmpty { pod.spec.schedulerName = spec.schedulerName }
        if pod.spec.priorityClassName.isEmpty { pod.spec.priorityClassName = spec.priorityClassName }
        pod.metadata.annotations.merge(annotations(task, index)) { _, new in new }
        pod.metadata.labels.merge(labels(task, index)) { _, new in new }
        return pod
    }

    private func annotations(_ task: VCTask, _ index: Int32) -> [String: String] {
        var annotations = [
            JobKeys.taskIndex: String(index),
            JobKeys.taskSpec: task.name,
            JobKeys.groupName: podGroupName,
            JobKeys.jobName: metadata.name,
            JobKeys.queueName: spec.queue,
            JobKeys.jobVersion: String(status.version),
            JobKeys.podTemplate: metadata.name + "-" + task.name,
            JobKeys.retryCount: String(status.retryCount),
        ]
        if !task.topologyPolicy.isEmpty { annotations[JobKeys.numaPolicy] = task.topologyPolicy }
        for key in [JobKeys.preemptable, JobKeys.cooldownTime, JobKeys.revocableZone] {
            if let value = metadata.annotations[key] { annotations[key] = value }
        }
        for key in [JobKeys.budgetMinAvailable, JobKeys.budgetMaxUnavailable] {
            guard let value = metadata.annotations[key] else { continue }
            annotations[key] = value
            break
        }
        return annotations
    }

    private func labels(_ task: VCTask, _ index: Int32) -> [String: String] {
        var labels = [
            JobKeys.taskIndex: String(index),
            JobKeys.jobName: metadata.name,
            JobKeys.taskSpec: task.name,
            JobKeys.jobNamespace: metadata.namespace,
            JobKeys.queueName: spec.queue,
        ]
        for key in [JobKeys.preemptable, JobKeys.cooldownTime] {
            if let value = metadata.labels[key] { labels[key] = value }
        }
        if let policy = task.partitionPolicy {
            labels[JobKeys.partition] = String(policy.partitionSize > 0 ? index / policy.partitionSize : 0)
        }
        return labels
    }
}
