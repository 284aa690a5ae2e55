import KubernetesObjects

extension VCJobSpec {
    /// Takes over what a JobFlow's patch says (upstream: jobflow_controller_action.go, patchJobTemplate).
    ///
    /// `minAvailable` and `maxRetry` are those of the patch even if it does not name them: the webhook fills them in.
    mutating func apply(_ patch: VCJobSpec) {
        if !patch.schedulerName.isEmpty { schedulerName = patch.schedulerName }
        if !patch.queue.isEmpty { queue = patch.queue }
        if !patch.priorityClassName.isEmpty { priorityClassName = patch.priorityClassName }
        if !patch.policies.isEmpty { policies = patch.policies }
        plugins.merge(patch.plugins) { $0 + $1 }
        minAvailable = patch.minAvailable
        maxRetry = patch.maxRetry
        minSuccess = patch.minSuccess ?? minSuccess
        ttlSecondsAfterFinished = patch.ttlSecondsAfterFinished ?? ttlSecondsAfterFinished
        networkTopology = patch.networkTopology ?? networkTopology
        runningEstimate = patch.runningEstimate ?? runningEstimate
        for task in patch.tasks {
            guard let index = tasks.firstIndex(where: { $0.name == task.name }) else {
                tasks.append(task)
                continue
            }
            let template = tasks[index].template
            tasks[index] = task
            tasks[index].template = template.merged(with: task.template)
        }
    }
}

extension PodTemplate {
    /// A strategic merge: maps and containers by their keys, other lists and values as a whole where the patch has them.
    fileprivate func merged(with patch: PodTemplate) -> PodTemplate {
        var merged = self
        merged.metadata.labels.merge(patch.metadata.labels) { _, new in new }
        merged.metadata.annotations.merge(patch.metadata.annotations) { _, new in new }
        merged.spec.containers.merge(patch.spec.containers)
        merged.spec.initContainers.merge(patch.spec.initContainers)
        merged.spec.nodeSelector.merge(patch.spec.nodeSelector) { _, new in new }
        if !patch.spec.schedulerName.isEmpty { merged.spec.schedulerName = patch.spec.schedulerName }
        if !patch.spec.priorityClassName.isEmpty { merged.spec.priorityClassName = patch.spec.priorityClassName }
        if let priority = patch.spec.priority { merged.spec.priority = priority }
        if !patch.spec.preemptionPolicy.isEmpty { merged.spec.preemptionPolicy = patch.spec.preemptionPolicy }
        if !patch.spec.tolerations.isEmpty { merged.spec.tolerations = patch.spec.tolerations }
        if !patch.spec.topologySpreadConstraints.isEmpty {
            merged.spec.topologySpreadConstraints = patch.spec.topologySpreadConstraints
        }
        if !patch.spec.volumes.isEmpty { merged.spec.volumes = patch.spec.volumes }
        if !patch.spec.schedulingGates.isEmpty { merged.spec.schedulingGates = patch.spec.schedulingGates }
        if !patch.spec.resourceClaims.isEmpty { merged.spec.resourceClaims = patch.spec.resourceClaims }
        if !patch.spec.overhead.isEmpty { merged.spec.overhead = patch.spec.overhead }
        merged.spec.affinity = patch.spec.affinity ?? merged.spec.affinity
        merged.spec.resources = patch.spec.resources ?? merged.spec.resources
        return merged
    }
}

extension [Container] {
    /// Containers of one name are one; a patch may add others.
    fileprivate mutating func merge(_ patch: [Container]) {
        for container in patch {
            guard let index = firstIndex(where: { $0.name == container.name }) else {
                append(container)
                continue
            }
            if !container.image.isEmpty { self[index].image = container.image }
            if !container.ports.isEmpty { self[index].ports = container.ports }
            if !container.restartPolicy.isEmpty { self[index].restartPolicy = container.restartPolicy }
            for entry in container.resources.requests.entries {
                self[index].resources.requests[entry.name] = entry.quantity
            }
            for entry in container.resources.limits.entries {
                self[index].resources.limits[entry.name] = entry.quantity
            }
        }
    }
}
