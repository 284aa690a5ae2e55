import KubernetesObjects
import Quantities
import Scheduling

/// Groups that cannot start, whatever ends.
extension PathologySearch {
    func admissionTrouble() -> [Pathology] {
        history.groups.indices.flatMap { group in neverFits(group) + neverAdmitted(group) + shutOut(group) }
    }

    private func neverFits(_ group: Int) -> [Pathology] {
        let hopeless: [GroupState.Room] = [.podFitsNoNode, .gangFitsNever]
        return stretches(of: group) { $0.state.waits && hopeless.contains($0.state.room) }.filter(isFinal).map {
            stretch in
            let record = history.groups[group]
            let isOnePod = stretch.spans.last?.state.room == .podFitsNoNode
            let text =
                isOnePod
                ? "one pod of \(record.name) asks for \(record.largestPod.text), more than any node has"
                : "\(record.minMember) pods of \(record.name) ask for \(record.demand.text) together; they do not fit the "
                    + "nodes even when all are empty"
            let admitted = stretch.spans.contains { $0.state.phase == "Inqueue" }
            return finding(
                .neverFits, stretch, text + (admitted ? "; it was admitted all the same" : ""),
                ConfigurationLine(
                    place: "PodGroup \(record.name)",
                    line: isOnePod
                        ? "resources.requests: \(record.largestPod.manifest)" : "spec.minMember: \(record.minMember)",
                    remedy:
                        "fewer or smaller members, or larger nodes; enqueue adds up the cluster and looks at no node"))
        }
    }

    /// Whether nothing changed about it as long as the group was seen: what ended is not "never".
    private func isFinal(_ stretch: Stretch) -> Bool {
        isOngoing(stretch)
            || (history.groups[stretch.group].isGone && stretch.to == history.groups[stretch.group].spans.last?.to)
    }

    private func neverAdmitted(_ group: Int) -> [Pathology] {
        let record = history.groups[group]
        let missing = stretches(of: group) { $0.state.waits && $0.state.wait?.name == "Invalid" }.filter(isFinal).map {
            stretch in
            let members = stretch.spans.last.map { $0.state.pending + $0.state.holding + $0.state.succeeded } ?? 0
            let said = stretch.spans.last?.reasons.first?.text ?? ""
            return finding(
                .neverAdmitted, stretch,
                "\(record.name) needs \(record.minMember) members and has \(members) pods: \(said)",
                ConfigurationLine(
                    place: "PodGroup \(record.name)", line: "spec.minMember: \(record.minMember)",
                    remedy:
                        "a gang counts pods that exist; with dependsOn set the Job's minAvailable to what starts first")
            )
        }
        let over = stretches(of: group) { $0.state.waits && $0.state.wait?.isHopeless == true }
            .filter(isFinal).map { stretch in
                let said = stretch.spans.last?.reasons.first?.text ?? ""
                return finding(.neverAdmitted, stretch, "\(record.name): \(said)", limitLine(stretch))
            }
        return missing + over
    }

    /// Not admitted, though victims of lower priority run in its queue.
    private func shutOut(_ group: Int) -> [Pathology] {
        let actions = history.configuration.configured(["preempt", "gangpreempt"])
        guard !actions.isEmpty else { return [] }
        return stretches(of: group, atLeast: thresholds.wait) { span in
            span.state.waits && span.state.couldPreempt && span.state.wait?.name == "NotAdmitted"
        }.map { stretch in
            let record = history.groups[group]
            let said = stretch.spans.last?.reasons.first?.text ?? ""
            return finding(
                .preemptorShutOut, stretch,
                "\(record.name) (priority \(record.priority)) is not admitted, so \(actions.joined(separator: ", ")) never "
                    + "sees it, while pods of lower priority run in queue \(record.queue): \(said)", limitLine(stretch))
        }
    }

    /// The limit that a stretch ran into.
    func limitLine(_ stretch: Stretch) -> ConfigurationLine {
        let record = history.groups[stretch.group]
        return stretch.spans.last?.state.wait.flatMap { limitLine(of: $0, queue: record.queue) }
            ?? ConfigurationLine(
                place: "PodGroup \(record.name)", line: "spec.minMember: \(record.minMember)", remedy: "")
    }

    /// The limit that a group of a queue waits for; nil if no plugin refused it.
    func limitLine(of wait: WaitClass, queue: String) -> ConfigurationLine? {
        if wait.plugin.isEmpty { return nil }
        switch (wait.plugin, wait.limit) {
        case ("overcommit", _):
            return history.configuration.pluginLine(
                "overcommit",
                remedy: "raise overcommit-factor, or leave the plugin out: enqueue then looks at queues only")
        case ("proportion", "deserved"):
            return history.configuration.pluginLine(
                "proportion",
                remedy:
                    "what a queue deserves is a hard limit for allocate; give queue \(queue) more weight, smaller "
                    + "pods, or use the capacity plugin, which lets queues borrow")
        case (let plugin, "realCapability") where history.configuration.has(plugin) && !hasCapability(queue):
            return history.configuration.pluginLine(
                plugin,
                remedy:
                    "enqueue lets no more into queue \(queue) than the cluster has beside what other queues are guaranteed; a "
                    + "group that is not let in cannot take the place of others: leave enqueue out of the actions")
        case (let plugin, _) where history.configuration.has(plugin):
            return ConfigurationLine(
                place: "Queue \(queue)",
                line: "spec." + (wait.limit == "realCapability" ? "capability" : wait.limit),
                remedy: "raise it, or ask for less than it, and the cluster, allow (plugin \(plugin))")
        default:
            return ConfigurationLine(place: "Queue \(queue)", line: "spec", remedy: "")
        }
    }

    private func hasCapability(_ queue: String) -> Bool {
        history.queues.first { $0.name == queue }?.spans.last?.hasCapability ?? false
    }
}
