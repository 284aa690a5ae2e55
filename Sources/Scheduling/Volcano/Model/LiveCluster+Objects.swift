import KubernetesObjects

extension LiveCluster {
    /// The API objects as they stand: nodes that are in, queues, PodGroups, pods under their own names.
    ///
    /// A snapshot made from them decides as `snapshot()` does.
    public var currentObjects: ObjectSet {
        var current = presentObjects
        current.pods = []
        current.podGroups = []
        for job in activeJobs {
            var group = templates.podGroups[Int(job.info.podGroup)]
            group.metadata.name = job.info.name
            group.metadata.creationTimestamp = job.info.creation
            group.phase = job.info.phase
            current.podGroups.append(group)
            for index in job.tasks.indices { current.pods.append(pod(index, of: job)) }
        }
        return current
    }

    private func pod(_ index: Int, of job: LiveJob) -> Pod {
        let task = job.tasks[index]
        var pod = templates.pods[Int(task.pod)]
        pod.metadata.name = "\(job.info.name)-\(task.roleName)-\(Self.padded(Int(task.nameIndex), job.tasks.count))"
        pod.metadata.uid = task.uid
        pod.metadata.creationTimestamp = task.creation
        pod.metadata.annotations["scheduling.k8s.io/group-name"] = job.info.name
        pod.status.phase = task.status == .running ? "Running" : "Pending"
        pod.status.startTime = task.startTime
        if job.nodes[index] >= 0 { pod.spec.nodeName = templates.nodes[Int(job.nodes[index])].metadata.name }
        if job.nominations[index] >= 0 {
            pod.status.nominatedNodeName = templates.nodes[Int(job.nominations[index])].metadata.name
        }
        return pod
    }
}
