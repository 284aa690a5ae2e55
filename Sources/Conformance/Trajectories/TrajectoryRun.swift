import ControlPlane
import KubernetesObjects
import Scheduling

extension TrajectoryCase {
    /// Plays the trajectory: once under its tie rule, or under every seed, where no tie may matter.
    func judge(_ file: CaseFile, options: ConformanceOptions) throws(CaseProblem) -> CaseResult {
        try scheduler.refuseUnknownNames()
        let rules: [TieRule] =
            scheduler.takesLowestNames ? [.lowestName] : (0..<max(1, options.seeds)).map { .seeded(UInt64($0)) }
        for rule in rules {
            let differences = play(under: rule)
            if !differences.found.isEmpty { return CaseResult(file: file, outcome: differences.outcome) }
        }
        return CaseResult(file: file, outcome: .passed)
    }

    /// Plays cycle after cycle up to the first that differs: from there on the worlds are no longer the same.
    private func play(under rule: TieRule) -> Differences {
        var world = TrajectoryWorld(self)
        var cache = SchedulerCache(
            VolcanoConfiguration(
                actions: scheduler.actions, tiers: scheduler.tiers, actionArguments: scheduler.actionArguments),
            tieRule: rule, enqueueConfigured: scheduler.enqueueConfigured)
        cache.ignoredProvisioners = Set(scheduler.ignoredProvisioners)
        var differences = Differences()
        var phases = Dictionary(
            objects.podGroups.map { ($0.metadata.key, $0.phase) }, uniquingKeysWith: { $1 })
        var (bound, evicted) = (0, 0)
        var outcome: CycleOutcome?
        for cycle in 0..<cycles {
            let now = Timestamp(nanoseconds: now.nanoseconds + Int64(cycle) * 1_000_000_000)
            if let outcome { world.advance(to: cycle, now: now, after: outcome) }
            for (moment, event) in timeline where moment == cycle {
                world.apply(event, now: now)
                if case .create(let created) = event {
                    for group in created.podGroups { phases[group.metadata.key] = group.phase }
                }
            }
            let played = cache.runCycle(over: world.objects, now: now)
            compare(played, in: cycle, phases: &phases, &differences)
            if !differences.found.isEmpty { return differences }
            (bound, evicted) = (bound + played.binds.count, evicted + played.evictions.count)
            outcome = played
        }
        if let outcome { world.countAsRunning(outcome) }
        differences.compare("final bound", expected: final.bound, got: bound)
        differences.compare("final evicted", expected: final.evicted, got: evicted)
        differences.compareMaps("final succeeded", expected: final.succeeded, got: world.podsPerGroup(in: "Succeeded"))
        differences.compareMaps("final running", expected: final.running, got: world.podsPerGroup(in: "Running"))
        differences.compareMaps("final pending", expected: final.pending, got: world.podsPerGroup(in: "Pending"))
        differences.compareMaps("final phase", expected: final.podGroupPhase, got: phases)
        return differences
    }

    /// One cycle; `phases` are the last ones known.
    private func compare(
        _ played: CycleOutcome, in cycle: Int, phases: inout [String: String], _ differences: inout Differences
    ) {
        let expected = outcomes[cycle] ?? ExpectedCycle()
        let binds = Dictionary(played.binds.map { ($0.pod, $0.node) }, uniquingKeysWith: { $1 })
        differences.compareMaps("cycle \(cycle) bind", expected: expected.bind, got: binds)
        differences.compareMultisets(
            "cycle \(cycle) evict", expected: expected.evict, got: played.evictions.map(\.pod))
        differences.compareMaps("cycle \(cycle) pipelined", expected: expected.pipelined, got: played.pipelined)
        let changed = played.phases.filter { phases[$0.key] != $0.value }
        differences.compareMaps("cycle \(cycle) phase", expected: expected.podGroupPhase, got: changed)
        phases.merge(changed) { $1 }
    }
}

extension SchedulerSetup {
    /// Throws a plugin or action that is not there.
    func refuseUnknownNames() throws(CaseProblem) {
        for option in tiers.joined() where VolcanoPlugins.byName[option.name] == nil {
            throw .unsupported("plugin \(option.name)")
        }
        for action in actions where VolcanoActions.byName[action] == nil { throw .unsupported("action \(action)") }
    }
}
