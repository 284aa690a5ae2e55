import KubernetesObjects
import Quantities

/// Gangs that hold places without being complete.
extension PathologySearch {
    func gangTrouble() -> [Pathology] {
        let locked = history.groups.indices.flatMap { group in stretches(of: group) { $0.state.isLocked } }
        let deadlocks = deadlocks(among: locked)
        let deadlocked = Set(deadlocks.flatMap(\.objects))
        let incomplete = history.groups.indices.filter { !deadlocked.contains(history.groups[$0].name) }
            .flatMap { group in stretches(of: group) { $0.state.isIncomplete && !$0.held.entries.isEmpty } }
        return deadlocks + incomplete.map(incompleteGang)
    }

    /// Locked gangs that overlap in time: nobody but they can free what they need.
    private func deadlocks(among locked: [Stretch]) -> [Pathology] {
        let ordered = locked.sorted { ($0.from, $0.group) < ($1.from, $1.group) }
        var clusters: [[Stretch]] = []
        for stretch in ordered {
            if let last = clusters.indices.last, let end = clusters[last].map(\.to).max(), stretch.from < end {
                clusters[last].append(stretch)
            } else {
                clusters.append([stretch])
            }
        }
        return clusters.compactMap { cluster in
            let groups = Set(cluster.map(\.group)).sorted()
            guard groups.count >= 2, let from = cluster.dropFirst().first?.from, let first = cluster.first else {
                return nil
            }
            let parts = groups.map { group in
                let state = cluster.last { $0.group == group }?.spans.last?.state
                return "\(history.groups[group].name) holds \(state?.holding ?? 0) of \(state?.minMember ?? 0) members"
            }
            let text =
                parts.joined(separator: ", ") + "; what is missing is held by the others, and no other job's end helps"
            var found = finding(.gangDeadlock, first, text, gangLine())
            found.objects = groups.map { history.groups[$0].name }
            found.from = from
            found.to = cluster.map(\.to).max() ?? from
            found.isOngoing = cluster.contains(where: isOngoing)
            return found
        }
    }

    private func incompleteGang(_ stretch: Stretch) -> Pathology {
        let group = history.groups[stretch.group]
        let span = stretch.spans.max { $0.length < $1.length } ?? group.spans[0]
        let lost = history.evictions.last { $0.group == stretch.group && $0.moment <= stretch.from }
        let held = "\(group.name) held \(span.held.text) with \(span.state.holding) of \(span.state.minMember) members"
        let text =
            held + " for \(stretch.length.shortDescription)"
            + (lost.map { ", after \($0.action) evicted \($0.pod)" } ?? "")
        return finding(.incompleteGang, stretch, text, lost.map { evictedMemberLine($0.action) } ?? gangLine())
    }

    private func gangLine() -> ConfigurationLine {
        if !history.configuration.has("gang") {
            return history.configuration.pluginLine(
                "gang", remedy: "list gang, in the first tier: it starts all members or none")
        }
        if !history.configuration.has("gang", "enableJobReady") {
            return history.configuration.pluginLine(
                "gang", remedy: "set enableJobReady: it holds back incomplete gangs")
        }
        return ConfigurationLine(
            place: "Job", line: "spec.policies: []",
            remedy: "a policy (event: PodEvicted or PodFailed, action: RestartJob) gives a gang's places back when it "
                + "loses a member")
    }

    private func evictedMemberLine(_ action: String) -> ConfigurationLine {
        let flag = action.hasSuffix("preempt") ? "enablePreemptable" : "enableReclaimable"
        if !history.configuration.has("gang", flag) {
            return history.configuration.pluginLine(
                "gang", remedy: "set \(flag): true: it protects the members that a gang needs")
        }
        return ConfigurationLine(
            place: "Job", line: "spec.policies: []",
            remedy: "a policy {event: PodEvicted, action: RestartJob} gives the rest of the gang's places back")
    }
}
