import KubernetesObjects
import Quantities
import Scheduling

/// Capacity that is free or wrongly shared while somebody entitled to it waits.
extension PathologySearch {
    func capacityTrouble() -> [Pathology] {
        let groups = history.groups.indices.flatMap { group in idleCapacity(group) + reservationLoop(group) }
        return groups + sharesNotRestored()
    }

    /// Limits that are meant as limits: who runs into them waits rightly.
    private static let hardLimits: Set<String> = ["capability", "realCapability", "hard"]

    private func idleCapacity(_ group: Int) -> [Pathology] {
        stretches(of: group) { span in
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
        stretches(of: group) { $0.state.waits && $0.state.room == .free && $0.state.pipelined > 0 }.map { stretch in
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

    // MARK: - Shares

    private func sharesNotRestored() -> [Pathology] {
        let reclaims = history.configuration.configured(["reclaim", "gangreclaim"])
        guard !reclaims.isEmpty else { return [] }
        let moments = changes()
        return history.queues.indices.flatMap { queue in
            shortfalls(of: queue, at: moments).compactMap { short in
                shortfall(history.queues[queue].name, short, reclaims)
            }
        }
    }

    private struct Shortfall {
        var from: Moment
        var to: Moment
        var span: QueueSpan
        var holders: [String]
    }

    /// Stretches in which a pod would be within what the queue deserves, while another queue holds more than its own.
    private func shortfalls(of queue: Int, at moments: [Moment]) -> [Shortfall] {
        var found: [Shortfall] = []
        var open: Shortfall?
        for moment in moments {
            let span = history.queues[queue].span(at: moment)
            let short = span.flatMap { span in span.nextPod.map { (span, $0) } }
            let holders = short.map { self.holders(of: $0.1, besides: queue, at: moment) } ?? []
            if let (span, _) = short, !holders.isEmpty {
                open = Shortfall(from: open?.from ?? moment, to: moment, span: span, holders: holders)
            } else if var ended = open {
                ended.to = moment
                found.append(ended)
                open = nil
            }
        }
        if var ended = open {
            ended.to = history.last
            found.append(ended)
        }
        return found
    }

    /// When any queue changed, ascending; and every eviction's cycle.
    private func changes() -> [Moment] {
        var moments = history.queues.flatMap { $0.spans.map(\.from) }
        moments.sort()
        return moments.reduce(into: []) { list, moment in if list.last != moment { list.append(moment) } }
    }

    /// Queues that hold more than they deserve of what the pod asks for most, by at least the pod's size.
    private func holders(of pod: Amounts, besides queue: Int, at moment: Moment) -> [String] {
        guard let name = pod.dominant(in: history.total) else { return [] }
        return history.queues.indices.filter { other in
            guard other != queue, let span = history.queues[other].span(at: moment), let deserved = span.deserved
            else { return false }
            return span.allocated[name] - deserved[name] >= pod[name] - Resource.epsilon
        }.map { history.queues[$0].name }
    }

    private func shortfall(_ queue: String, _ short: Shortfall, _ reclaims: [String]) -> Pathology? {
        guard isLong(short.from, short.to, thresholds.persistence) else { return nil }
        let evicted = history.evictions.contains { eviction in
            eviction.moment > short.from && eviction.moment < short.to
                && short.holders.contains(history.groups[eviction.group].queue)
        }
        guard !evicted else { return nil }
        let has = short.span.allocated.text, deserves = short.span.deserved?.text ?? ""
        let text =
            "queue \(queue) has \(has.isEmpty ? "nothing" : has) of the \(deserves) it deserves and asks for more; "
            + "\(short.holders.joined(separator: ", ")) holds more than it deserves, and \(reclaims.joined(separator: ", ")) "
            + "takes nothing back"
        let cause =
            short.span.nextPodIsElastic
            ? ConfigurationLine(
                place: "PodGroup of queue \(queue)", line: "spec.minMember",
                remedy:
                    "reclaim serves a job only up to minMember; raise it, or split the elastic part into jobs of its own"
            )
            : history.configuration.actionsLine(
                remedy: "see the reasons of the waiting jobs for the plugin that keeps the victims")
        return Pathology(
            kind: .sharesNotRestored, objects: ["queue \(queue)"] + short.holders.map { "queue \($0)" },
            from: short.from,
            to: short.to, isOngoing: short.to == history.last, text: text, cause: cause)
    }
}
