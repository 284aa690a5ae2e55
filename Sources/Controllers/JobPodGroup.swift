import KubernetesObjects
import Quantities

extension VCJob {
    /// Creates the Job's PodGroup, or brings it in line with a changed spec (upstream: createOrUpdatePodGroup); false if
    /// the webhook refuses it.
    func writePodGroup(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let resources = minResources(store.priorityClasses)
        let members = Dictionary(spec.tasks.map { ($0.name, $0.minMember) }) { _, last in last }
        let subGroups = spec.tasks.compactMap(\.subGroupPolicy)
        guard var group = store.podGroups[podGroupKey] ?? store.podGroups[key] else {
            var group = PodGroup()
            group.metadata = ObjectMeta(name: podGroupName, namespace: metadata.namespace)
            group.metadata.annotations = metadata.annotations
            group.metadata.labels = metadata.labels
            group.metadata.ownerReferences = [.controller(self)]
            group.minMember = minAvailable
            group.minTaskMember = members
            group.minResources = resources
            group.queue = spec.queue
            group.priorityClassName = spec.priorityClassName
            group.networkTopology = spec.networkTopology
            group.subGroupPolicy = subGroups
            if case .failure = store.submit(group, now: now) { return false }
            return true
        }
        group.priorityClassName = spec.priorityClassName
        group.minMember = minAvailable
        group.minResources = resources
        group.minTaskMember.merge(members) { _, new in new }
        group.subGroupPolicy = subGroups
        store.update(group)
        return true
    }

    /// What the first `minAvailable` pods ask for, tasks of higher priority first: the minima of all tasks before any pod
    /// beyond them, unless the Job wants fewer than these minima (upstream: calcPGMinResources).
    func minResources(_ classes: ObjectTable<PriorityClass>) -> ResourceList {
        let tasks = spec.tasks.enumerated()
            .map { (index: $0, task: $1, priority: classes[$1.template.spec.priorityClassName]?.value ?? 0) }
            .sorted { ($1.priority, $0.index) < ($0.priority, $1.index) }
            .map(\.task)
        var resources = ResourceList()
        var left = minAvailable
        func take(_ count: Int32, of task: VCTask) {
            let taken = min(count, left)
            guard taken > 0 else { return }
            resources.add(task.template.spec.quotaUsage.multiplied(by: taken))
            left -= taken
        }
        if minAvailable < totalTaskMinAvailable {
            for task in tasks { take(task.replicas, of: task) }
            return resources
        }
        for task in tasks { take(task.minAvailable ?? 0, of: task) }
        for task in tasks { take(task.replicas &- (task.minAvailable ?? 0), of: task) }
        return resources
    }
}

extension VCTask {
    /// The task's minimum in the PodGroup.
    fileprivate var minMember: Int32 {
        if let minAvailable { return minAvailable }
        if let policy = partitionPolicy, policy.minPartitions != 0, policy.partitionSize != 0 {
            return policy.minPartitions &* policy.partitionSize
        }
        return replicas
    }

    /// A gang of its own for every partition.
    fileprivate var subGroupPolicy: SubGroupPolicy? {
        guard let partitionPolicy else { return nil }
        var policy = SubGroupPolicy()
        policy.name = name
        policy.subGroupSize = partitionPolicy.partitionSize
        policy.minSubGroups = partitionPolicy.minPartitions
        var selector = LabelSelector()
        selector.matchLabels = [JobKeys.taskSpec: name]
        policy.labelSelector = selector
        policy.matchLabelKeys = [JobKeys.partition]
        policy.networkTopology = partitionPolicy.networkTopology
        return policy
    }
}
