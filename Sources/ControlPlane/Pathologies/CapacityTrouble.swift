import KubernetesObjects
import Quantities

/// Capacity that is free while somebody waits who would fit.
extension PathologySearch {
    func capacityTrouble() -> [Pathology] {
        history.groups.indices.flatMap { group in idleCapacity(group) + reservationLoop(group) }
    }

    /// Limits that are meant as limits: who runs into them waits rightly.
    private static let hardLimits: Set<String> = ["capability", "realCapability", "hard"]

    private func idleCapacity(_ group: Int) -> [Pathology] {
        stretches(of: group, over: thresholds.roomGap, atLeast: thresholds.wait) { span in
            guard span.state.waits, span.state.room == .free, span.state.pipelined == 0, span.state.queueIsOpen,
                let wait = span.state.wait
            else { return false }
            return ["NotAdmitted", "QueueLimit", "QueueOverused"].contains(wait.name) && !wait.plugin.isEmpty
                && !(wait.isHopeless && span.to == history.last)
                && !Self.hardLimits.contains(wait.limit) && wait.plugin != "resourcequota"
        }.map { stretch in
            let record = history.groups[group]
            let said = stretch.spans.last?.reasons.first?.text ?? ""
            return finding(
                .idleCapacity, stretch, objects: ["queue \(record.queue)"],
                "free nodes have room for \(record.name) (\(record.demand.text)), and it does not start: \(said)",
                limitLine(stretch))
        }
    }

    private func reservationLoop(_ group: Int) -> [Pathology] {
        stretches(of: group, atLeast: thresholds.wait) {
            $0.state.waits && $0.state.room == .free && $0.state.pipelined > 0
        }.map { stretch in
            let record = history.groups[group]
            let actions = history.configuration.actions
            let before = actions.firstIndex(of: "allocate").map { actions[..<$0] } ?? []
            let evicting = before.filter { ["preempt", "reclaim", "gangpreempt", "gangreclaim"].contains($0) }
            let cause = history.configuration.actionsLine(
                remedy: evicting.isEmpty
                    ? "the room that is reserved is free: look for what keeps allocate from it"
                    : "put allocate before \(evicting.joined(separator: ", ")): what they reserve, allocate does not bind"
            )
            return finding(
                .reservationLoop, stretch,
                "\(record.name) gets a reservation in every cycle on nodes with free room for it, and is never bound",
                cause)
        }
    }
}
