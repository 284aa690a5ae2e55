import KubernetesObjects
import Quantities

/// Groups that later ones pass again and again.
extension PathologySearch {
    func starvation() -> [Pathology] {
        history.groups.indices.flatMap { group in
            stretches(of: group) { Self.waitsForRoom($0.state) }.compactMap { passed($0) }
        }
    }

    /// Whether only room is missing: no limit of its queue, no pod of its own, no node that is too small.
    private static func waitsForRoom(_ state: GroupState) -> Bool {
        guard state.waits, state.holding == 0, state.queueIsOpen, state.room == .taken || state.room == .free
        else { return false }
        guard let wait = state.wait else { return true }
        if wait.isHopeless { return false }
        return ["NoNode", "GangIncomplete", "Reserved", "NotEnqueued", "NoVictims"].contains(wait.name)
            || (wait.name == "NotAdmitted" && wait.plugin == "overcommit")
    }

    private func passed(_ stretch: Stretch) -> Pathology? {
        let record = history.groups[stretch.group]
        guard let name = record.demand.dominant(in: history.total) else { return nil }
        var given = 0.0
        var overtakers: [Int] = []
        for bind in history.binds where bind.moment >= stretch.from && bind.moment < stretch.to {
            let other = history.groups[bind.group]
            guard other.created > record.created, other.priority <= record.priority, bind.group != stretch.group,
                bind.request[name] > 0
            else { continue }
            given += bind.request[name]
            if !overtakers.contains(bind.group) { overtakers.append(bind.group) }
        }
        let share = given / record.demand[name]
        let delay = delay(of: record.demand, by: overtakers, during: stretch)
        guard overtakers.count >= thresholds.overtakers || (!overtakers.isEmpty && delay >= thresholds.delay) else {
            return nil
        }
        let starves = isOngoing(stretch) && share >= thresholds.overtakenShare
        let names = overtakers.map { history.groups[$0].name }
        let list = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        let percent = Int((share * 100).rounded())
        return finding(
            starves ? .starvation : .overtaken, stretch, objects: names,
            "\(record.name) (\(record.demand.text) at once) waited \(stretch.length.shortDescription); meanwhile \(list), "
                + "later and of no higher priority, got \(percent) % of the \(name) it asks for"
                + (delay > .zero ? "; without them there would have been room for \(delay.shortDescription)" : ""),
            overtakingLine(stretch))
    }

    /// How long what was free and what later groups held would together have been enough.
    private func delay(of demand: Amounts, by overtakers: [Int], during stretch: Stretch) -> SimDuration {
        var moments = history.free.map(\.from) + overtakers.flatMap { history.groups[$0].spans.map(\.from) }
        moments = moments.filter { $0 > stretch.from && $0 < stretch.to }.sorted()
        var delay = SimDuration.zero
        for (from, to) in zip([stretch.from] + moments, moments + [stretch.to]) where from < to {
            var room = history.free.last { $0.from <= from }?.amounts ?? Amounts()
            if demand.isWithin(room) { continue }
            for other in overtakers {
                let group = history.groups[other]
                if let span = group.spans.last(where: { $0.from <= from }), from < span.to { room.add(span.held) }
            }
            if demand.isWithin(room) { delay = delay + (to.time - from.time) }
        }
        return delay
    }

    private func overtakingLine(_ stretch: Stretch) -> ConfigurationLine {
        if let wait = stretch.spans.last?.state.wait, wait.name == "NotAdmitted" { return limitLine(stretch) }
        return history.configuration.actionsLine(
            remedy:
                "no action reserves room for a gang that waits: without it small jobs fill every gap; give the gang "
                + "preempt and a higher priority, or a queue of its own with a guarantee")
    }
}
