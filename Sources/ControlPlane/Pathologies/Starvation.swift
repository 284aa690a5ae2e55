import KubernetesObjects
import Quantities

/// Groups that later ones pass again and again.
extension PathologySearch {
    func starvation() -> [Pathology] {
        history.groups.indices.flatMap { group in
            stretches(of: group, over: thresholds.persistence, atLeast: thresholds.persistence) {
                Self.waitsForRoom($0.state)
            }.compactMap { passed($0) }
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
        // Who takes places back, by reclaim or preempt, does not overtake: that is told of evictions.
        let takers = Set(history.evictions.lazy.filter { $0.group == stretch.group }.flatMap(\.gainers))
        var given = 0.0
        var overtakers: [Int] = []
        var known: Set<Int> = []
        for bind in history.binds(from: stretch.from, to: stretch.to) {
            let other = history.groups[bind.group]
            guard other.created > record.created, other.priority <= record.priority, bind.group != stretch.group,
                bind.request[name] > 0, !takers.contains(bind.group)
            else { continue }
            given += bind.request[name]
            if known.insert(bind.group).inserted { overtakers.append(bind.group) }
        }
        guard !overtakers.isEmpty else { return nil }
        let share = given / record.demand[name]
        let delay = delay(of: record.demand, by: overtakers, during: stretch)
        guard overtakers.count >= thresholds.overtakers || delay >= thresholds.delay else { return nil }
        let starves =
            share >= thresholds.overtakenShare && delay >= thresholds.starvation
            && (isOngoing(stretch) || thresholds.starvationMayEnd)
        let names = overtakers.map { history.groups[$0].name }
        let list = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        let percent = Int((share * 100).rounded())
        return finding(
            starves ? .starvation : .overtaken, stretch, objects: names,
            "\(record.name) (\(record.demand.text) at once) waited \(stretch.length.shortDescription); meanwhile \(list), "
                + "later and of no higher priority, got \(percent) % of the \(name) it asks for"
                + (delay > .zero ? "; without them there would have been room for \(delay.shortDescription)" : "")
                + (isCountedInAdvance(stretch) ? "; it is let in, so enqueue counts it as if it ran" : ""),
            overtakingLine(stretch))
    }

    /// How long what was free and what later groups held would together have been enough.
    private func delay(of demand: Amounts, by overtakers: [Int], during stretch: Stretch) -> SimDuration {
        var free = history.free.last { $0.from <= stretch.from }?.amounts ?? Amounts()
        var held = Amounts()
        var changes: [Change] = history.free.filter { $0.from > stretch.from && $0.from < stretch.to }.map {
            Change(at: $0.from, free: $0.amounts)
        }
        for other in overtakers {
            for span in history.groups[other].spans where span.from < span.to && !span.held.entries.isEmpty {
                guard span.from < stretch.to, span.to > stretch.from else { continue }
                if span.from <= stretch.from { held.add(span.held) }
                if span.from > stretch.from { changes.append(Change(at: span.from, taken: span.held)) }
                if span.to < stretch.to { changes.append(Change(at: span.to, given: span.held)) }
            }
        }
        changes.sort { $0.at < $1.at }
        var delay = SimDuration.zero
        var from = stretch.from
        var next = 0
        while from < stretch.to {
            while next < changes.count, changes[next].at == from {
                free = changes[next].free ?? free
                held.add(changes[next].taken)
                held.sub(changes[next].given)
                next += 1
            }
            let to = next < changes.count ? changes[next].at : stretch.to
            if !demand.isWithin(free) {
                var room = free
                room.add(held)
                if demand.isWithin(room) { delay = delay + (to.time - from.time) }
            }
            from = to
        }
        return delay
    }

    /// What changes at a moment: what is free, or what later groups hold.
    private struct Change {
        var at: Moment
        var free: Amounts?
        var taken = Amounts()
        var given = Amounts()
    }

    /// Whether the group was let in, so that what it asks for is kept from others that want to be.
    private func isCountedInAdvance(_ stretch: Stretch) -> Bool {
        history.configuration.actions.contains("enqueue") && stretch.spans.last?.state.phase == "Inqueue"
    }

    private func overtakingLine(_ stretch: Stretch) -> ConfigurationLine {
        if let wait = stretch.spans.last?.state.wait, wait.name == "NotAdmitted" { return limitLine(stretch) }
        return history.configuration.actionsLine(
            remedy:
                "no action reserves room for a gang that waits: without it small jobs fill every gap; give the gang "
                + "preempt and a higher priority, or a queue of its own with a guarantee")
    }
}
