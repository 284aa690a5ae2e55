import KubernetesObjects
import Quantities

/// Evictions that do not lead anywhere.
extension PathologySearch {
    func evictionTrouble() -> [Pathology] {
        let loops = evictionLoops()
        let inLoops = Set(loops.flatMap(\.objects))
        return loops + cascades(outside: inLoops)
    }

    /// Groups whose pods were evicted again and again, with those that their places went to.
    private func evictionLoops() -> [Pathology] {
        var byLineage: [String: [ObservedEviction]] = [:]
        let starts = starts()
        for eviction in history.evictions where hadJustStarted(eviction, starts[eviction.group]) {
            byLineage[history.groups[eviction.group].name + " " + eviction.lineage, default: []].append(eviction)
        }
        let looping = byLineage.values.filter { evictions in
            evictions.count >= thresholds.evictionsOfOnePod && Self.returns(evictions)
        }
        var components: [(victims: Set<String>, gainers: Set<String>)] = []
        for evictions in looping.sorted(by: {
            $0[0].moment < $1[0].moment || ($0[0].moment == $1[0].moment && $0[0].pod < $1[0].pod)
        }) {
            var victims: Set<String> = [history.groups[evictions[0].group].name]
            var gainers = Set(evictions.flatMap(\.gainers).map { history.groups[$0].name })
            for component in components
            where !component.victims.union(component.gainers).isDisjoint(with: victims.union(gainers)) {
                victims.formUnion(component.victims)
                gainers.formUnion(component.gainers)
            }
            components.removeAll { !$0.victims.union($0.gainers).isDisjoint(with: victims.union(gainers)) }
            components.append((victims, gainers))
        }
        return components.compactMap { loop($0.victims, $0.gainers) }
    }

    /// When pods of each group were bound.
    private func starts() -> [[Moment]] {
        history.binds.reduce(into: Array(repeating: [], count: history.groups.count)) {
            $0[$1.group].append($1.moment)
        }
    }

    /// Whether a pod was evicted before its group had run for long; one that nobody saw start runs since the first cycle.
    private func hadJustStarted(_ eviction: ObservedEviction, _ starts: [Moment]) -> Bool {
        let start = starts.last { $0 < eviction.moment } ?? history.first
        return eviction.moment.time - start.time <= thresholds.shortRun
    }

    /// Whether some group took a pod's place more than once; places lent to one job after the other are no loop.
    private static func returns(_ evictions: [ObservedEviction]) -> Bool {
        var seen: Set<Int> = []
        if evictions.allSatisfy(\.gainers.isEmpty) { return true }
        return evictions.contains { eviction in
            let isBack = eviction.gainers.contains(where: seen.contains)
            seen.formUnion(eviction.gainers)
            return isBack
        }
    }

    private func loop(_ victims: Set<String>, _ gainers: Set<String>) -> Pathology? {
        let evictions = history.evictions.filter { victims.contains(history.groups[$0.group].name) }
        guard let first = evictions.first, let last = evictions.last else { return nil }
        let actions = Set(evictions.map(\.action)).sorted()
        let cycles = Set(evictions.map(\.moment.cycle)).count
        let others = gainers.subtracting(victims).sorted()
        let names = victims.sorted()
        let worst = Dictionary(grouping: evictions, by: \.lineage).max {
            ($0.value.count, $1.key) < ($1.value.count, $0.key)
        }
        let text =
            "\(evictions.count) evictions by \(actions.joined(separator: ", ")) in \(cycles) cycles, of pods of "
            + names.joined(separator: ", ") + (worst.map { "; \($0.key) \($0.value.count) times" } ?? "")
            + (others.isEmpty ? "" : "; their places went to \(others.joined(separator: ", "))")
        let quiet = history.last.time - last.moment.time
        return Pathology(
            kind: .evictionLoop, objects: names + others, from: first.moment, to: last.moment,
            isOngoing: quiet <= thresholds.persistence, text: text, cause: loopLine(actions, names, others))
    }

    private func loopLine(_ actions: [String], _ victims: [String], _ gainers: [String]) -> ConfigurationLine {
        let configuration = history.configuration
        let sharePlugin = configuration.has("capacity") ? "capacity" : "proportion"
        let tierOfGang = configuration.tiers.firstIndex { $0.contains { $0.name == "gang" } }
        let tierOfShares = configuration.tiers.firstIndex { $0.contains { $0.name == sharePlugin } }
        let reclaims = actions.contains("gangreclaim") || actions.contains("reclaim")
        if reclaims, configuration.has("gang", "enableReclaimable"), let gang = tierOfGang, let shares = tierOfShares,
            gang < shares
        {
            return configuration.pluginLine(
                "gang",
                remedy:
                    "it stands in a tier before \(sharePlugin), whose rules on victims are therefore not asked; put "
                    + "both in one tier")
        }
        if history.restartsEvictedJobs {
            return configuration.actionsLine(
                remedy:
                    "\(actions.joined(separator: ", ")) takes places that go to the same jobs again and again; deserved "
                    + "shares in whole jobs, fewer priority classes, or volcano.sh/preemptable: false on the evicted jobs"
            )
        }
        return configuration.actionsLine(
            remedy:
                "\(actions.joined(separator: ", ")) frees places that the evicted pods themselves are bound to next; "
                + "give the evicted jobs a policy {event: PodEvicted, action: RestartJob}, or protect them with "
                + "volcano.sh/preemptable: false")
    }

    /// Evicted for a group that was evicted in turn.
    private func cascades(outside loops: Set<String>) -> [Pathology] {
        var found: [Pathology] = []
        var told: Set<String> = []
        var byGainer: [Int: [ObservedEviction]] = [:]
        for eviction in history.evictions {
            for gainer in eviction.gainers { byGainer[gainer, default: []].append(eviction) }
        }
        for second in history.evictions {
            guard
                let top = second.gainers.first(where: {
                    history.groups[$0].priority > history.groups[second.group].priority
                })
            else { continue }
            let first = byGainer[second.group]?.first {
                $0.moment < second.moment && $0.group != top
                    && second.moment.time - $0.moment.time <= thresholds.shortRun
            }
            guard let first else { continue }
            let names = [first.group, second.group, top].map { history.groups[$0].name }
            guard loops.isDisjoint(with: names), told.insert(names.joined(separator: " ")).inserted else { continue }
            let text =
                "\(names[0]) was evicted for \(names[1]) (cycle \(first.moment.cycle)), which was evicted for "
                + "\(names[2]) (cycle \(second.moment.cycle)): the first evictions were for nothing"
            found.append(
                Pathology(
                    kind: .evictionCascade, objects: names, from: first.moment, to: second.moment,
                    isOngoing: second.moment == history.last, text: text,
                    cause: history.configuration.actionsLine(
                        remedy: "\(second.action) takes running pods for every higher priority anew; fewer priority "
                            + "classes, or volcano.sh/preemptable: false on jobs that have already cost others their places"
                    )))
        }
        return found.count >= thresholds.cascades ? found : []
    }
}
