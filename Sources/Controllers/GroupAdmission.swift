import KubernetesObjects

extension ObjectStore {
    /// Creates a PodGroup as the API server does: only in a queue that is open (upstream: admission/podgroups).
    /// Its phase stays empty until the scheduler has seen it.
    ///
    /// - Returns: the PodGroup as created; nil if there is one of that name.
    public mutating func submit(_ group: PodGroup, now: Timestamp) -> Result<PodGroup?, Refusal> {
        if let refusal = refusal(ofGroupIn: group.queue) { return .failure(refusal) }
        return .success(create(group, now: now))
    }

    /// Why no PodGroup may be created in a queue; nil if it may.
    func refusal(ofGroupIn name: String) -> Refusal? {
        if name.isEmpty { return nil }
        guard let queue = queues[name] else {
            return Refusal(
                "validatepodgroup.volcano.sh",
                "unable to find queue: queue.scheduling.volcano.sh \"\(name)\" not found")
        }
        if queue.state.isEmpty || queue.state == "Open" { return nil }
        return Refusal(
            "validatepodgroup.volcano.sh",
            "can only submit PodGroup to queue with state `Open`, queue `\(name)` status is `\(queue.state)`")
    }

    /// Creates a queue as the API server does: reclaimable, child of the root and open unless it says otherwise
    /// (upstream: admission/queues).
    ///
    /// - Returns: the queue as created; nil if there is one of that name.
    public mutating func submit(_ queue: Queue, now: Timestamp) -> Result<Queue?, Refusal> {
        var queue = queue
        if queue.reclaimable == nil { queue.reclaimable = true }
        if queue.weight == 0 { queue.weight = 1 }
        if queue.parent.isEmpty, queue.metadata.name != "root" { queue.parent = "root" }
        if queue.state.isEmpty { queue.state = "Open" }
        if let reason = refusal(of: queue) { return .failure(Refusal("validatequeue.volcano.sh", reason)) }
        return .success(create(queue, now: now))
    }

    private func refusal(of queue: Queue) -> String? {
        let name = queue.metadata.name
        if queue.weight < 0 {
            return "requestBody.spec.weight: Invalid value: \(queue.weight): queue weight must be a positive integer"
        }
        if queue.parent.isEmpty || queue.parent == "root" || name == "root" { return nil }
        guard let parent = queues[queue.parent] else {
            return "failed to get parent queue of queue \(name): queue \"\(queue.parent)\" not found"
        }
        let groups = podGroups.count { $0.queue == parent.metadata.name }
        if groups > 0 {
            return "queue \(parent.metadata.name) cannot be the parent queue of queue \(name) because it has "
                + "PodGroups: \(groups)"
        }
        return nil
    }
}
