import KubernetesObjects

extension ObjectStore {
    /// A queue as it stands after the webhook and the controller have completed it: reclaimable, of weight 1, child of the
    /// root and open unless it says otherwise; a path of `volcano.sh/hierarchy` begins at the root (upstream:
    /// admission/queues/mutate, controllers/queue).
    public static func completed(_ queue: Queue) -> Queue {
        var queue = queue
        if queue.reclaimable == nil { queue.reclaimable = true }
        if queue.weight == 0 { queue.weight = 1 }
        if queue.parent.isEmpty, queue.metadata.name != "root" { queue.parent = "root" }
        if queue.state.isEmpty { queue.state = "Open" }
        let (path, weights) = (queue.hierarchy, queue.hierarchyWeights)
        if !path.isEmpty, !weights.isEmpty, !path.hasPrefix("root") {
            queue.metadata.annotations[Queue.hierarchyKey] = "root/" + path
            queue.metadata.annotations[Queue.hierarchyWeightsKey] = "1/" + weights
        }
        return queue
    }

    /// Creates a queue as the API server does: completed, if the webhook does not refuse it.
    ///
    /// - Returns: the queue as created; nil if there is one of that name.
    public mutating func submit(_ queue: Queue, now: Timestamp) -> Result<Queue?, Refusal> {
        let queue = Self.completed(queue)
        if let refusal = refusal(of: queue, replacing: nil) { return .failure(refusal) }
        return .success(create(queue, now: now))
    }

    /// Changes a queue as the API server does, if the webhook does not refuse it; nothing happens if there is none.
    public mutating func resubmit(_ queue: Queue) -> Refusal? {
        let queue = Self.completed(queue)
        guard let old = queues[queue.metadata.name] else { return nil }
        if let refusal = refusal(of: queue, replacing: old) { return refusal }
        update(queue)
        return nil
    }

    /// Deletes a queue as the API server does: not `default`, not `root`, and none that has children.
    public mutating func withdraw(queue name: String) -> Refusal? {
        if name == "default" || name == "root" { return Self.refusal("`\(name)` queue can not be deleted") }
        let children = queues.filter { $0.parent == name }.map(\.metadata.name)
        if queues.contains(name), !children.isEmpty {
            return Self.refusal(
                "queue \(name) can not be deleted because it has \(children.count) child queues: "
                    + children.joined(separator: ", "))
        }
        remove(Queue.self, name)
        return nil
    }

    private static func refusal(_ reason: String) -> Refusal { Refusal("validatequeue.volcano.sh", reason) }

    /// Why a queue may not be created, or not take the place of its former state.
    private func refusal(of queue: Queue, replacing old: Queue?) -> Refusal? {
        if queue.weight < 1 {
            return Refusal(
                schema: "Queue.scheduling.volcano.sh", queue.metadata.name,
                "spec.weight: Invalid value: \(queue.weight): spec.weight in body should be greater than or equal to 1")
        }
        if let reason = queue.refusal(beside: queues) { return Self.refusal(reason) }
        let keepsPlace = old?.parent == queue.parent
        if !keepsPlace, let reason = refusal(ofPlace: queue) { return Self.refusal(reason) }
        let keepsLimits = old?.hasLimits(of: queue) ?? (queue.metadata.name == "root")
        if queue.metadata.name == "root" {
            if keepsLimits { return nil }
            return Self.refusal("root queue's resource attributes (capability, deserved, guarantee) cannot be modified")
        }
        if keepsPlace, keepsLimits { return nil }
        return QueueLimits(queues).refusal(of: queue).map { Self.refusal($0) }
    }

    /// Depth of the deepest queue below the root (`--max-queue-depth`).
    private static let maxDepth = 5

    /// Why a queue cannot be a child of its parent; nil if it can.
    private func refusal(ofPlace queue: Queue) -> String? {
        let name = queue.metadata.name
        if queue.parentName == "root" { return nil }
        if queue.parent == name { return "queue \(name) cannot use itself as parent" }
        var depth = 1
        var above = queue.parentName
        while above != "root" {
            depth += 1
            if depth > Self.maxDepth { return "queue \(name) exceeds the maximum allowed depth of \(Self.maxDepth)" }
            guard let parent = queues[above] else {
                return "failed to get parent queue \(above) of queue \(name): queue.scheduling.volcano.sh \"\(above)\""
                    + " not found"
            }
            above = parent.parentName
        }
        if queues.contains(where: { $0.parent == queue.parent }) { return nil }
        let pods = allocatedPods(in: queue.parent)
        if pods == 0 { return nil }
        return "queue \(queue.parent) cannot be the parent queue of queue \(name) because it has allocated Pods: "
            + String(pods)
    }

    /// Pods that hold places for a queue. Upstream reads them from its `status.allocated`, which the scheduler writes at
    /// the end of every session.
    private func allocatedPods(in queue: String) -> Int {
        var groups: Set<String> = []
        for group in podGroups where group.queueName == queue { groups.insert(group.key) }
        return pods.count { pod in
            let group = pod.metadata.namespace + "/" + pod.metadata.annotations[JobKeys.groupName, default: ""]
            return !pod.spec.nodeName.isEmpty && !pod.hasEnded && !pod.isTerminating && groups.contains(group)
        }
    }
}

extension Queue {
    fileprivate func hasLimits(of other: Queue) -> Bool {
        capability == other.capability && deserved == other.deserved && guarantee == other.guarantee
    }
}
