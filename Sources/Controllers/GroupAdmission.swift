import KubernetesObjects

extension ObjectStore {
    /// Creates a PodGroup as the API server does: only in a queue that is open (upstream: admission/podgroups); one that
    /// names no queue is in `default`. Its phase stays empty until the scheduler has seen it.
    ///
    /// - Returns: the PodGroup as created; nil if there is one of that name.
    public mutating func submit(_ group: PodGroup, now: Timestamp) -> Result<PodGroup?, Refusal> {
        var group = group
        group.queue = group.queueName
        let reason = refusal(ofGroupsIn: group.queue) + group.topologyRefusal
        if !reason.isEmpty { return .failure(Refusal("validatepodgroup.volcano.sh", reason)) }
        return .success(create(group, now: now))
    }

    /// Why no PodGroup may be created in a queue; empty if it may.
    private func refusal(ofGroupsIn name: String) -> String {
        guard let queue = queues[name] else {
            return "unable to find queue: queue.scheduling.volcano.sh \"\(name)\" not found"
        }
        if queue.state.isEmpty || queue.state == "Open" { return "" }
        return "can only submit PodGroup to queue with state `Open`, queue `\(name)` status is `\(queue.state)`. "
    }
}

extension PodGroup {
    /// Tiers are named by number or by name, for the whole group and in each of its parts.
    fileprivate var topologyRefusal: String {
        var faults: [String] = []
        if networkTopology?.namesTierTwice == true { faults.append(NetworkTopology.tierNamedTwice + ".") }
        if let policy = subGroupPolicy.first(where: { $0.networkTopology?.namesTierTwice == true }) {
            faults.append("in subGroupPolicy '\(policy.name)': " + NetworkTopology.tierNamedTwice + ".")
        }
        return faults.joined(separator: " ")
    }
}

extension NetworkTopology {
    static let tierNamedTwice =
        "must not specify 'highestTierAllowed' and 'highestTierName' in networkTopology simultaneously"

    /// Whether the highest tier is given by number and by name.
    var namesTierTwice: Bool { highestTierAllowed != nil && !highestTierName.isEmpty }
}
